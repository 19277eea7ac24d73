"""A turn that cannot be stored is said to have gone wrong, and a message that was heard is not heard again."""

from __future__ import annotations

import asyncio
import random
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from channels import patient_store
from channels.careful import PERHAPS_HEARD, NotKept, OnlyTheStore, answers_to, mark_perhaps_heard, say_again
from channels.patient_store import PatientTrackerStore
from channels.web_replies import Collector, answering
from wegwijzer.domain_texts import response_text
from wegwijzer.web.contract import Answer, Entry, Who

SORRY = response_text("utter_storing")


class Failing(InMemoryTrackerStore):
    """A store on a full disk."""

    async def save(self, tracker: DialogueStateTracker) -> None:
        raise sa.exc.OperationalError("INSERT", {}, Exception("mijn geheim"))

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        raise sa.exc.OperationalError("SELECT", {}, Exception("mijn geheim"))


def tracker_of(*events: Any) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("iemand", list(events))


def heard(message_id: str, text: str = "hallo") -> UserUttered:
    return UserUttered(text, message_id=message_id)


def entry(message_id: str = "bericht-1") -> Entry:
    return Entry(1, Who.YOU, {"text": "hallo"}, client_id=message_id)


# ---------------------------------------------------------------------- storing


def test_what_cannot_be_stored_or_read_fails_without_a_word_of_what_was_said(caplog: pytest.LogCaptureFixture) -> None:
    store = OnlyTheStore(Failing(Domain.empty()))
    for work in (store.save(tracker_of()), store.retrieve("iemand")):
        with pytest.raises(NotKept) as failed:
            asyncio.run(work)
        assert "geheim" not in str(failed.value)
    assert "OperationalError" not in caplog.text or "geheim" not in caplog.text
    assert not store.fallback_tracker_store.store, "nothing is kept where nobody looks"


def test_who_was_answered_by_a_bot_that_forgot_it_hears_that_it_went_wrong() -> None:
    async def turn(message: UserMessage) -> None:
        await message.output_channel.send_response("iemand", {"text": "Hoe oud ben je?"})
        raise NotKept("OperationalError")

    async def answered() -> Answer:
        return await answering(turn)("iemand", entry())

    said = asyncio.run(answered())
    assert [reply["text"] for reply in said.replies] == ["Hoe oud ben je?", SORRY]


def test_a_database_that_only_hiccups_is_waited_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(patient_store, "FIRST_PAUSE", 0.001)
    store = PatientTrackerStore(Domain.empty(), dialect="sqlite", db=str(tmp_path / "tracker.db"))
    tries: list[int] = []

    async def work() -> str:
        tries.append(1)
        if len(tries) < 3:
            raise sa.exc.OperationalError("INSERT", {}, Exception("database or disk is full"))
        return "done"

    assert asyncio.run(store.patiently(work)) == "done"
    assert len(tries) == 3


@pytest.mark.parametrize("passes", [sa.exc.OperationalError, sa.exc.InternalError])
def test_one_that_does_not_come_back_in_time_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, passes: type[sa.exc.DBAPIError]
) -> None:
    monkeypatch.setattr(patient_store, "PATIENCE", 0.0)
    store = PatientTrackerStore(Domain.empty(), dialect="sqlite", db=str(tmp_path / "tracker.db"))

    async def work() -> None:
        raise passes("INSERT", {}, Exception("attempt to write a readonly database"))

    with pytest.raises(passes):
        asyncio.run(store.patiently(work))


# ---------------------------------------------------------------------- heard once


class Kept(InMemoryTrackerStore):
    """A store with one conversation in it."""

    def __init__(self, tracker: DialogueStateTracker | None) -> None:
        super().__init__(Domain.empty())
        self.kept, self.asked = tracker, 0

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        self.asked += 1
        return self.kept


def message(collector: Collector, mark: bool = True) -> UserMessage:
    made = UserMessage("hallo", collector, "iemand", message_id="bericht-1")
    if mark:
        mark_perhaps_heard(made)
    return made


def test_what_was_said_to_a_message_that_was_heard_is_said_again_with_its_buttons() -> None:
    buttons = [{"title": "Ja", "payload": "/ja"}]
    store = Kept(
        tracker_of(heard("bericht-0"), BotUttered("eerder"), heard("bericht-1"), BotUttered("een", {"buttons": buttons}),
                   BotUttered("twee"), heard("bericht-2"), BotUttered("later"))
    )  # fmt: skip
    collector = Collector()
    assert asyncio.run(say_again(store, message(collector)))
    assert [reply["text"] for reply in collector.replies] == ["een", "twee"]
    assert collector.replies[0]["buttons"] == buttons


@pytest.mark.parametrize("kept", [None, tracker_of(), tracker_of(heard("bericht-0"), BotUttered("eerder"))])
def test_what_was_not_heard_is_heard_now(kept: DialogueStateTracker | None) -> None:
    collector = Collector()
    assert not asyncio.run(say_again(Kept(kept), message(collector)))
    assert collector.replies == []


def test_a_message_that_this_server_took_itself_costs_no_look() -> None:
    store = Kept(tracker_of(heard("bericht-1"), BotUttered("een")))
    assert not asyncio.run(say_again(store, message(Collector(), mark=False)))
    assert store.asked == 0


def test_messages_without_an_id_are_never_taken_for_each_other() -> None:
    assert answers_to([UserUttered("hallo"), BotUttered("een")], None) is None


def test_the_web_chat_marks_what_another_server_took_and_nothing_else() -> None:
    marked: list[bool] = []

    async def hear(given: UserMessage) -> None:
        marked.append(bool(getattr(given, PERHAPS_HEARD, False)))

    async def both() -> None:
        for took in (True, False):
            await answering(hear, took=partial(lambda answer, _, __: answer, took))("iemand", entry())

    asyncio.run(both())
    assert marked == [False, True]


def test_the_answers_are_those_between_a_message_and_the_next() -> None:
    chance = random.Random(4)  # noqa: S311 - no secret
    for _ in range(50):
        events: list[Any] = []
        expected: dict[str, list[str]] = {}
        for number in range(chance.randint(1, 6)):
            events.append(heard(f"bericht-{number}"))
            answers = [f"{number}.{answer}" for answer in range(chance.randint(0, 3))]
            expected[f"bericht-{number}"] = answers
            events += [BotUttered(text) for text in answers]
        for name, texts in expected.items():
            found = answers_to(events, name)
            assert found is not None and [event.text for event in found] == texts
