"""People who talk to the running product of ``tests/conftest.py``."""

from __future__ import annotations

import pytest

from wegwijzer.catalogue.loading import Catalogue, load_catalogue
from wegwijzer.evaluation.bot import Bot
from wegwijzer.paths import CATALOGUE

from .talking import Person, person


@pytest.fixture
def someone(bot: Bot) -> Person:
    """A person the bot does not know yet."""
    return person(bot)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """What editors keep, for judging what the bot suggests."""
    return load_catalogue(CATALOGUE)
