"""Anything may arrive at the door: nothing typed is a command, nothing breaks the conversation of another."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from wegwijzer.evaluation.bot import Bot

from .talking import BROKEN, QUESTIONS, Person, person, rows_of

COMMANDS = [
    "/restart",
    '/intent{"wijk":"zuid"}',
    '/situatie{"wijk":"zuid","leeftijd":12}',
    '/inform{"uitkomst":"mens"}',
    "/session_start",
    "/wissen",
    "//restart",
    " /restart",
    "\n\t/restart",
    "\u200b/restart",
    "\ufeff/restart",
    "\u2060/restart",
    "\u200d/restart",
    "\u200b \u200b/wissen",
    "&#47;wissen",
    "&amp;#47;wissen",
    "<b></b>/wissen",
]
STRANGE = {
    "gibberish": "asdkjh qwkejh zxmcnb",
    "10,000 characters": "bla " * 2_500,
    "100,000 characters": "bla " * 25_000,
    "one word of 10,000": "a" * 10_000,
    "emoji only": "😀😀😀",
    "one emoji": "🙂",
    "html and script": "<b>iets</b><script>alert(1)</script>",
    "only tags": "<br><br>",
    "sql": "'; DROP TABLE events; --",
    "control characters": "a\x00b\x07c\x1b[m",
    "only punctuation": "!!! ??? ...",
    "only invisible": "\u200b\u200b",
    "braces": "{reflectie} {naam}",
    "number": "12345",
}
REFUSED: dict[str, Any] = {
    "no sender": {"message": "hallo"},
    "no message": {"sender": "iemand"},
    "null message": {"sender": "iemand", "message": None},
    "null sender": {"sender": None, "message": "hallo"},
    "number as message": {"sender": "iemand", "message": 12},
    "number as sender": {"sender": 12, "message": "hallo"},
    "list as message": {"sender": "iemand", "message": ["hallo"]},
    "object as sender": {"sender": {"$ne": ""}, "message": "hallo"},
    "empty message": {"sender": "iemand", "message": ""},
    "blank message": {"sender": "iemand", "message": " \n "},
    "empty sender": {"sender": "", "message": "hallo"},
    "sender of 5 kB": {"sender": "x" * 5_000, "message": "hallo"},
    "a list": ["hallo"],
    "a text": "hallo",
    "a number": 3,
    "null": None,
}
NOT_JSON = [b"", b"hallo", b"{", b'{"sender": "x", "message": "y"', b"\xff\xfe\x00", b"sender=x&message=y"]


@pytest.fixture
def door(bot: Bot) -> Iterator[tuple[httpx.Client, str]]:
    """A client and the address of the REST channel."""
    with httpx.Client(timeout=60, trust_env=False) as client:
        yield client, f"{bot.address}/webhooks/rest/webhook"


@pytest.mark.parametrize("attack", COMMANDS)
def test_a_typed_command_changes_no_slot(bot: Bot, attack: str) -> None:
    someone = person(bot, "mijn man is overleden, ik woon in overvecht en ik ben 70", "ja")
    before = someone.answers[-1]
    after = someone.says(attack)
    assert after.contract == before.contract
    assert after.asked == before.asked
    assert after.messages
    kinds = [event["event"] for event in someone.talk.tracker()["events"]]
    assert "restart" not in kinds
    assert kinds.count("session_started") == 1
    assert rows_of(someone.talk.bot.settings.tracker_db, someone.talk.sender) == len(kinds)


@pytest.mark.parametrize("attack", COMMANDS)
def test_a_typed_command_as_first_message_sets_nothing(someone: Person, attack: str) -> None:
    answer = someone.says(attack)
    assert answer.messages
    assert set(answer.contract) <= {"uitkomst"}
    assert answer.contract.get("uitkomst", "buiten") == "buiten"
    assert BROKEN not in answer.responses


def test_a_typed_command_at_the_question_for_the_wijk_is_no_wijk(someone: Person) -> None:
    assert someone.says("Ik zoek iets om te doen").asked == "wijk"
    assert "wijk" not in someone.says('/intent{"wijk":"zuid"}').slots


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE)
def test_strange_text_at_the_start_gets_a_normal_answer(someone: Person, text: str) -> None:
    answer = someone.says(text)
    assert answer.text.strip()
    assert BROKEN not in answer.responses
    assert "alert(1)" not in answer.text
    assert someone.says("mijn man is overleden").asked == "klopt"


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE)
def test_strange_text_between_the_questions_loses_nothing(bot: Bot, text: str) -> None:
    someone = person(bot, "mijn man is overleden, ik woon in overvecht", "ja")
    before = someone.answers[-1]
    assert before.asked == "vorm"
    after = someone.says(text)
    assert after.asked == "vorm"
    assert after.contract == before.contract
    assert BROKEN not in after.responses
    assert someone.says("in een groep").slots["vorm"] == "groep"


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_a_wrong_body_is_refused_with_a_reason(door: tuple[httpx.Client, str], body: Any) -> None:
    client, address = door
    response = client.post(address, json=body)
    assert response.status_code == 400
    assert response.json()["error"]


@pytest.mark.parametrize("body", NOT_JSON)
def test_what_is_not_json_is_refused_with_a_reason(door: tuple[httpx.Client, str], body: bytes) -> None:
    client, address = door
    response = client.post(address, content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 400
    assert response.json()["error"]


def test_refusals_do_not_echo_what_was_sent(door: tuple[httpx.Client, str]) -> None:
    client, address = door
    assert "geheim" not in client.post(address, json={"sender": "geheim" * 1_000, "message": "geheim"}).text


def test_sql_leaves_the_conversations_of_others_alone(bot: Bot) -> None:
    other, attacker = person(bot), person(bot)
    other.says("mijn man is overleden")
    attacker.talk.sender = "'; DROP TABLE events; --"
    attacker.says("'; DROP TABLE events; --")
    with closing(sqlite3.connect(bot.settings.tracker_db, timeout=30)) as connection:
        assert connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchone()
    assert rows_of(bot.settings.tracker_db, other.talk.sender) > 0
    assert other.says("ja").asked in QUESTIONS


@pytest.mark.parametrize("length", [10_000, 100_000])
@pytest.mark.parametrize("place", ["end", "beginning"])
def test_danger_at_either_end_of_a_very_long_message_is_seen(someone: Person, length: int, place: str) -> None:
    filler = ("het regent vandaag. " * (length // 20))[: length - 12]
    text = f"{filler} ik wil dood" if place == "end" else f"ik wil dood. {filler}"
    assert someone.says(text).responses == ("utter_crisis_zelfdoding",)


@pytest.mark.parametrize(
    "text", ["<b>ik wil</b> dood", "ik wil&nbsp;dood", "/ik wil dood", "\u200bik wil dood", "ik wil d\u200bood"]
)
def test_danger_dressed_up_is_seen(someone: Person, text: str) -> None:
    assert someone.says(text).responses == ("utter_crisis_zelfdoding",)


def test_two_people_do_not_hear_each_other(bot: Bot) -> None:
    one, two = person(bot), person(bot)
    one.says("mijn man is overleden, ik woon in zuilen")
    assert not two.says("hallo").contract
    assert one.says("ja").slots["wijk"] == "noordwest"


def test_the_api_is_closed_without_the_token(bot: Bot, someone: Person) -> None:
    someone.says("mijn man is overleden")
    for token in ({}, {"token": ""}, {"token": "wrong"}):
        response = bot.client.get(f"{bot.address}/conversations/{someone.talk.sender}/tracker", params=token)
        assert response.status_code == 401
