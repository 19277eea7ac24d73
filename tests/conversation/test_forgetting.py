"""Nothing of a conversation stays anywhere: every file and every table is searched. docs/privacy.md lists the same places."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.running import settings_in
from wegwijzer.evaluation.bot import Bot
from wegwijzer.handover.assembly import store_of
from wegwijzer.handover.models import Said, Who
from wegwijzer.privacy.forgetting import PLACES, forget
from wegwijzer.product.processes import running

from .test_web_chat import Visitor, visiting

CANARY = "xylofoonkwartet"
STORY = ("mijn man is overleden, hij speelde graag in een xylofoonkwartet", "ja", "mens", "Ja, dat mag")


@pytest.fixture(scope="module")
def product(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """A product of its own, so that every file in its folder can be searched."""
    settings = settings_in(tmp_path_factory.mktemp("forgetting"), model, DESK_HOURS="24/7", LOG_LEVEL="DEBUG")
    with running(settings, settings.tracker_db.parent / "log"):
        bot = Bot(settings)
        yield bot
        bot.client.close()


@pytest.fixture
def visitor(product: Bot) -> Iterator[Visitor]:
    with visiting(product) as one:
        yield one


def folder(bot: Bot) -> Path:
    return bot.settings.tracker_db.parent


def files_with(bot: Bot, word: str) -> list[str]:
    """Every file of the product, databases and logs alike, in which a word stands."""
    return sorted(path.name for path in folder(bot).rglob("*") if path.is_file() and word.encode() in path.read_bytes())


def tables_with(bot: Bot, word: str) -> list[str]:
    """Every table of every database in which a word stands in any column."""
    found = []
    for path in sorted(folder(bot).glob("*.db")):
        with closing(sqlite3.connect(path)) as connection:
            tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                if any(word in str(row) for row in connection.execute(f'SELECT * FROM "{table}"')):
                    found.append(f"{path.name}:{table}")
    return sorted(found)


def told(visitor: Visitor, bot: Bot) -> str:
    """A conversation that left something in every place, with a colleague who answered and wrote a note."""
    for text in STORY:
        visitor.says(text)
    store = store_of(bot.settings)
    request = store.open_request(visitor.session)
    assert request is not None
    store.take(request.id, "jan")
    store.append(request.id, Said(Who.COLLEAGUE, f"Vertel eens over het {CANARY}", client_id="een", author="jan"))
    visitor.says(f"het {CANARY} was zijn leven")
    store.close()
    return visitor.session


WAYS = ("command", "said", "button")


@pytest.mark.parametrize("way", WAYS)
def test_no_file_and_no_table_knows_it_any_more(visitor: Visitor, product: Bot, way: str) -> None:
    sender = told(visitor, product)
    assert {"tracker.db", "web.db", "handover.db"} <= set(files_with(product, CANARY)), "there is something to forget"
    assert not [name for name in files_with(product, CANARY) if name.endswith(".log")], "no log ever knew it"
    if way == "command":
        erased = forget(product.settings, sender)
        assert erased.pop("WhatsApp") == 0, "this is somebody of the web chat; for WhatsApp see tests/unit/test_forgetting.py"
        assert erased.pop("looking back") == 0, "nothing was asked; see test_looking_back.py"
        assert all(erased.values()), "every other place had something"
    elif way == "said":
        visitor.says("Wis mijn gesprek")
    else:
        assert visitor.client.delete("/web/session").status_code == 204
    assert files_with(product, CANARY) == []
    if way == "said":
        # The page is still open: the number of its session is all that is known, and the name of the bot's last words.
        assert tables_with(product, sender) == ["web.db:web_entry", "web.db:web_session"]
    else:
        assert tables_with(product, sender) == []
        assert files_with(product, sender) == []


def test_who_is_forgotten_while_talking_begins_anew(visitor: Visitor, product: Bot) -> None:
    sender = told(visitor, product)
    forget(product.settings, sender)
    assert visitor.client.get("/web/history").status_code == 401
    assert visitor.client.post("/web/session", json={}).json()["messages"] == []


def test_forgetting_somebody_unknown_does_nothing(product: Bot) -> None:
    assert forget(product.settings, "nooit-gezien/../x?y=z") == dict.fromkeys(PLACES, 0)


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer x", "Basic {token}", "{token}"])
def test_nobody_without_the_token_erases(product: Bot, authorization: str) -> None:
    headers = {"Authorization": authorization.format(token=product.settings.token)}
    answer = product.client.delete(f"{product.address}/conversations/iemand", headers=headers)
    assert answer.status_code == 401
