"""The web chat with the real bot: the contract of docs/web.md once, from hello to erasing on both sides."""

from __future__ import annotations

import json
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from wegwijzer.evaluation.bot import PATIENCE, Bot
from wegwijzer.web.cookie import COOKIE

from .talking import phones, rows_of


@dataclass
class Visitor:
    """Somebody with the chat open."""

    bot: Bot
    client: httpx.Client

    @property
    def session(self) -> str:
        return str(self.client.cookies[COOKIE]).partition(".")[0]

    def history(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get("/web/history").json()
        return found

    def says(self, text: str, **more: Any) -> list[dict[str, Any]]:
        """Say it and wait; what the bot said to it. Who types faster than anybody can is asked to wait, and does."""
        deadline = time.monotonic() + PATIENCE
        said = {"id": str(uuid.uuid4()), "text": text, **more}
        while (answer := self.client.post("/web/messages", json=said)).status_code == 429 and time.monotonic() < deadline:
            time.sleep(float(answer.headers["Retry-After"]))
        assert answer.status_code == 202, answer.text
        while (state := self.history())["waiting"]:
            assert time.monotonic() < deadline, "no answer"
            time.sleep(0.05)
        return [entry for entry in state["messages"] if entry["seq"] > answer.json()["seq"]]

    def hears(self, number: int) -> list[dict[str, Any]]:
        heard: list[dict[str, Any]] = []
        with self.client.stream("GET", "/web/events") as line:
            for text in line.iter_lines():
                if text.startswith("data: ") and "seq" in (entry := json.loads(text.removeprefix("data: "))):
                    heard.append(entry)
                if len(heard) == number:
                    return heard
        raise AssertionError("the line ended")


@contextmanager
def visiting(bot: Bot) -> Iterator[Visitor]:
    """Somebody who just opened the chat."""
    with httpx.Client(base_url=bot.address, timeout=PATIENCE, trust_env=False) as client:
        assert client.post("/web/session", json={}).status_code == 200
        yield Visitor(bot, client)


@pytest.fixture
def visitor(bot: Bot) -> Iterator[Visitor]:
    with visiting(bot) as one:
        yield one


def web_files(bot: Bot) -> list[Path]:
    return list(bot.settings.tracker_db.parent.glob("*.db*"))


def test_who_was_welcomed_by_the_page_is_not_welcomed_again(visitor: Visitor) -> None:
    said = visitor.says("mijn man is overleden", welcomed=True)
    assert not any("computer" in entry.get("text", "") for entry in said)
    assert any("Klopt dat?" in entry.get("text", "") for entry in said)


def test_who_asked_for_u_is_said_u_to_and_the_buttons_still_work(visitor: Visitor) -> None:
    said = visitor.says("mijn man is overleden", welcomed=True, address="u")
    assert any("U mist iemand" in entry.get("text", "") for entry in said)
    yes = next(button["payload"] for entry in said for button in entry.get("buttons", []))
    assert any(entry.get("buttons") for entry in visitor.says(yes, address="u"))


def test_english_is_marked_as_english(visitor: Visitor) -> None:
    said = visitor.says("hello, I am new in Utrecht and I feel very lonely, can you help me please?")
    assert [entry["lang"] for entry in said if "lang" in entry] == ["en"]


def test_from_hello_to_a_step_with_its_card(visitor: Visitor) -> None:
    (hello,) = visitor.says("hallo")
    assert hello["who"] == "bot" and "computer" in hello["text"]
    assert [button["payload"] for button in hello["buttons"]]
    said = visitor.says(hello["buttons"][0]["payload"])
    for _ in range(14):
        cards = [entry["card"] for entry in said if "card" in entry]
        if cards:
            break
        said = visitor.says("sla over")
    assert cards[0]["type"] == "suggestie"
    assert cards[0]["id"] and cards[0]["naam"]
    everything = visitor.history()["messages"]
    assert [entry["seq"] for entry in everything] == list(range(1, len(everything) + 1))
    assert visitor.hears(len(everything)) == everything


def test_danger_gets_its_numbers(visitor: Visitor) -> None:
    text = "\n".join(entry.get("text", "") for entry in visitor.says("ik wil dood"))
    assert {"113", "112"} <= phones(text)


def test_the_channel_is_known_to_the_bot_by_its_session_only(visitor: Visitor) -> None:
    visitor.says("hallo")
    assert rows_of(visitor.bot.settings.tracker_db, visitor.session) > 0


@pytest.mark.parametrize("wish", ["wis mijn gesprek", "opnieuw"])
def test_wiping_in_the_talk_wipes_both_sides(visitor: Visitor, wish: str) -> None:
    visitor.says("mijn man is overleden, hij speelde xylofoonkwartet")
    assert rows_of(visitor.bot.settings.tracker_db, visitor.session) > 0
    first, *rest = visitor.says(wish)
    assert first["who"] == "system" and first["cleared_up_to"] == first["seq"] - 1
    assert rest and all(entry["who"] == "bot" for entry in rest)
    assert visitor.history()["messages"] == [first, *rest]
    assert rows_of(visitor.bot.settings.tracker_db, visitor.session) == 0


def test_stop_and_erase_leaves_nothing_on_either_side(visitor: Visitor) -> None:
    visitor.says("mijn man is overleden, hij bouwde luchtkastelenfabriek")
    bot, session, cookie = visitor.bot, visitor.session, visitor.client.cookies[COOKIE]
    assert any(b"luchtkastelenfabriek" in path.read_bytes() for path in web_files(bot))
    assert visitor.client.delete("/web/session").status_code == 204
    assert rows_of(bot.settings.tracker_db, session) == 0
    database = bot.settings.tracker_db.parent / "web.db"
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        for table, column in (("web_session", "id"), ("web_entry", "session_id")):
            assert connection.execute(f"SELECT count(*) FROM {table} WHERE {column} = ?", (session,)).fetchone() == (0,)
    assert not any(b"luchtkastelenfabriek" in path.read_bytes() for path in web_files(bot))
    assert visitor.client.get("/web/history", headers={"Cookie": f"{COOKIE}={cookie}"}).status_code == 401


def test_what_staff_say_through_the_api_arrives_as_a_colleague(visitor: Visitor) -> None:
    visitor.says("hallo")
    bot = visitor.bot
    before = len(visitor.history()["messages"])
    response = bot.client.post(
        f"{bot.address}/conversations/{visitor.session}/tracker/events",
        params={"token": bot.settings.token, "output_channel": "web", "execute_side_effects": "true"},
        json=[{"event": "bot", "text": "Dag, met Samira.", "metadata": {"who": "colleague"}}],
    )
    assert response.status_code == 200
    (new,) = visitor.history()["messages"][before:]
    assert (new["who"], new["text"]) == ("colleague", "Dag, met Samira.")


def test_a_page_of_another_site_gets_nothing_from_the_server_at_all(bot: Bot) -> None:
    """Rasa's own answers to pages of other sites are off: also for its API, and before a channel is asked."""
    for path in ("/web/messages", "/webhooks/rest/webhook", "/status", "/model/parse"):
        asking = {"Origin": "https://www.example.org", "Access-Control-Request-Method": "POST"}
        answer = bot.client.options(f"{bot.address}{path}", headers=asking)
        assert not [name for name in answer.headers if name.startswith("access-control-allow")]


def test_rasa_does_not_say_its_version_on_the_page(bot: Bot) -> None:
    page = bot.client.get(f"{bot.address}/")
    assert page.status_code in (200, 503)
    assert "Rasa" not in page.text
