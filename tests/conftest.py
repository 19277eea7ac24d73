"""The really running product, which conversation and browser tests share: both servers, one model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from wegwijzer.evaluation.bot import Bot
from wegwijzer.graph_double.running import DoubleThread
from wegwijzer.graph_double.running import running as running_double
from wegwijzer.graph_double.server import Double
from wegwijzer.graph_double.settings import environment
from wegwijzer.paths import MODELS, VAR
from wegwijzer.product.processes import running
from wegwijzer.product.training import current_model, train
from wegwijzer.product.webchat import build_chat
from wegwijzer.settings import Settings

from .running import quick_folder, settings_in


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model for the data as it is now; trained when there is none."""
    found = current_model(Settings.from_environment())
    MODELS.mkdir(exist_ok=True)
    with FileLock(MODELS / ".training.lock"):
        return found if found.exists() else train(settings_in(tmp_path_factory.mktemp("train"), found), lambda step: None)


@pytest.fixture(scope="session")
def built_chat() -> None:
    """The chat of the page as its sources are now."""
    build_chat(VAR / "log" / "web_build.log", lambda step: None)


@pytest.fixture(scope="session")
def meta() -> Iterator[DoubleThread]:
    """Meta's double, where the product sends what is for WhatsApp. It brings nothing until a test connects it."""
    with running_double(Double()) as thread:
        yield thread


@pytest.fixture(scope="session")
def settings(model: Path, built_chat: None, meta: DoubleThread) -> Iterator[Settings]:
    """Settings of the product most tests share."""
    with quick_folder() as folder:
        yield settings_in(folder, model, **environment(meta.double))


@pytest.fixture(scope="session")
def bot(settings: Settings) -> Iterator[Bot]:
    """The running product."""
    with running(settings, settings.tracker_db.parent / "log"):
        bot = Bot(settings)
        yield bot
        bot.client.close()
