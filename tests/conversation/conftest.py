"""The really running product: both servers on free ports, a database of its own, one model for all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from wegwijzer.catalogue.loading import Catalogue, load_catalogue
from wegwijzer.evaluation.bot import Bot
from wegwijzer.paths import CATALOGUE
from wegwijzer.product.processes import free_ports, running
from wegwijzer.product.training import current_model, train
from wegwijzer.settings import Settings

from .talking import Person, person

TOKEN = "only-for-the-conversation-tests"


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model for the data as it is now; trained when there is none."""
    found = current_model(Settings.from_environment())
    return found if found.exists() else train(settings_in(tmp_path_factory.mktemp("train"), found), lambda step: None)


@pytest.fixture(scope="session")
def settings(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the product most tests share."""
    return settings_in(tmp_path_factory.mktemp("product"), model)


@pytest.fixture(scope="session")
def bot(settings: Settings) -> Iterator[Bot]:
    """The running product."""
    with running(settings, settings.tracker_db.parent / "log"):
        bot = Bot(settings)
        yield bot
        bot.client.close()


@pytest.fixture
def someone(bot: Bot) -> Person:
    """A person the bot does not know yet."""
    return person(bot)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """What editors keep, for judging what the bot suggests."""
    return load_catalogue(CATALOGUE)


def settings_in(folder: Path, model: Path) -> Settings:
    """Free ports, and a database in ``folder``."""
    rasa_port, action_port = free_ports(2)
    environment = {
        "RASA_PORT": str(rasa_port),
        "ACTION_PORT": str(action_port),
        "RASA_TOKEN": TOKEN,
        "WEGWIJZER_HOST": "127.0.0.1",
        "WEGWIJZER_TRACKER_DB": str(folder / "tracker.db"),
        "WEB_SECRET": "only-for-the-conversation-tests-1234567890",
        "WEB_DATABASE_URL": f"sqlite:///{folder / 'web.db'}",
        "WEGWIJZER_MODEL": str(model),
    }
    return Settings.from_environment({**os.environ, **environment})
