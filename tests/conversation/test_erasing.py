"""Wis mijn gesprek, and opnieuw: nothing stays, and the next message meets a bot that knows nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from wegwijzer.evaluation.bot import Bot

from .talking import Person, person, rows_of

ROADS = {
    "as first message": (),
    "after hello": ("hallo",),
    "between the questions": ("mijn man is overleden, ik woon in zuilen", "ja"),
    "at the caring question": ("mijn man is overleden", "ik zie het niet meer zitten"),
    "in danger": ("mijn man is overleden", "ik wil dood"),
    "after the step": ("mijn man is overleden", "ja", *["sla over"] * 5),
}


@pytest.mark.parametrize("wish", ["wis mijn gesprek", "Wis mijn gesprek", "opnieuw", "Opnieuw beginnen"])
@pytest.mark.parametrize("road", ROADS.values(), ids=ROADS)
def test_erasing_leaves_no_row_and_starts_fresh(bot: Bot, road: tuple[str, ...], wish: str) -> None:
    someone = person(bot, *road)
    database, sender = bot.settings.tracker_db, someone.talk.sender
    assert bool(rows_of(database, sender)) == bool(road)
    answer = someone.says(wish)
    assert answer.messages
    assert rows_of(database, sender) == 0
    assert not answer.contract
    fresh = someone.says("hallo")
    assert fresh.responses == ("utter_hallo",)
    assert not fresh.contract


def test_after_erasing_the_old_story_is_not_used(someone: Person) -> None:
    someone.says("mijn man is overleden, ik woon in zuilen en ik ben 80", "ja", "wis mijn gesprek")
    answer = someone.says("ik ben met pensioen en mijn dagen zijn leeg")
    assert answer.asked == "klopt"
    assert "verlies" not in answer.slots["haltes"]
    assert not {"wijk", "leeftijd"} & set(answer.slots)


def test_erasing_touches_nobody_else(bot: Bot) -> None:
    stays, goes = person(bot), person(bot)
    stays.says("mijn man is overleden, ik woon in zuilen")
    before = rows_of(bot.settings.tracker_db, stays.talk.sender)
    goes.says("mijn man is overleden", "wis mijn gesprek")
    assert rows_of(bot.settings.tracker_db, stays.talk.sender) == before
    assert stays.says("ja").slots["wijk"] == "noordwest"


def test_the_words_are_gone_from_the_file_itself(someone: Person) -> None:
    """A deleted row can be read back from SQLite's file unless it is overwritten."""
    database = someone.talk.bot.settings.tracker_db
    someone.says("mijn man is overleden, hij speelde graag xylofoonkwartet")
    assert any(b"xylofoonkwartet" in path.read_bytes() for path in database.parent.glob(f"{database.name}*"))
    someone.says("wis mijn gesprek")
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not any(b"xylofoonkwartet" in path.read_bytes() for path in database.parent.glob(f"{database.name}*"))


def test_what_was_said_is_in_no_log(someone: Person) -> None:
    logs = someone.talk.bot.settings.tracker_db.parent / "log"
    someone.says("mijn man is overleden, hij bouwde luchtkastelenmuseum", "wis mijn gesprek")
    written = list(logs.glob("*.log"))
    assert written
    assert not any(b"luchtkastelenmuseum" in path.read_bytes() for path in written)


@pytest.mark.parametrize("doubtful", ["bewaar", "bewaar dit", "ik wil dit niet wissen", "wat een wisselvallig weer"])
def test_nothing_is_erased_on_a_doubtful_message(someone: Person, doubtful: str) -> None:
    someone.answers_questions("mijn man is overleden, ik woon in zuilen", {"klopt": "ja"})
    answer = someone.says(doubtful)
    assert answer.slots.get("wijk") == "noordwest"
    assert rows_of(someone.talk.bot.settings.tracker_db, someone.talk.sender) > 0


def test_nothing_is_erased_on_a_doubtful_answer_between_the_questions(someone: Person) -> None:
    before = someone.says("mijn man is overleden, ik woon in zuilen", "ja")
    after = someone.says("bewaar")
    assert after.asked == before.asked
    assert after.contract == before.contract
