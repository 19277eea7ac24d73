"""The really running product, which conversation and browser tests share: both servers, one model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from wegwijzer.evaluation.bot import Bot
from wegwijzer.product.processes import running
from wegwijzer.product.training import current_model, train
from wegwijzer.settings import Settings

from .running import settings_in


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
