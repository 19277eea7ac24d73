"""What goes over between a conversation and its request: everything once, in order, whoever dies in between."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.builders import responses
from tests.handover import Clock, in_queue, taken
from wegwijzer.catalogue.loading import load_catalogue
from wegwijzer.handover.bringing import Bringer
from wegwijzer.handover.crossing import (
    ASK_NUMBER,
    PUSHED,
    READER,
    RESPONSES,
    RESUMES,
    crossed,
    crosses,
    events_for,
    heard_in_silence,
    line_id,
    so_far,
)
from wegwijzer.handover.models import SHOWN_NEVER, HandoverUnavailable, Line, Outcome, Said, SystemLine, Who
from wegwijzer.handover.phone_vault import PhoneVault, read_keys
from wegwijzer.handover.runner import Conversations, bring_all, keep_doing
from wegwijzer.handover.states import Actor, RequestState
from wegwijzer.handover.store import HandoverStore
from wegwijzer.handover.words import DeskWords
from wegwijzer.paths import CATALOGUE

WORDS = DeskWords(load_catalogue(CATALOGUE))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[HandoverStore]:
    store = HandoverStore(f"sqlite:///{tmp_path / 'handover.db'}", Clock())
    yield store
    store.close()


def line(who: Who, text: str, seq: int = 1, author: str = "") -> Line:
    return Line("r", seq, who, text, 0.0, author=author)


def user(number: int, danger: bool = False, text: str = "x") -> dict[str, Any]:
    parsed: dict[str, Any] = {"gevaar": {"soort": "zelfdoding"}} if danger else {}
    return {"event": "user", "text": text, "message_id": f"m{number}", "timestamp": float(number), "parse_data": parsed}


# --- words


def test_every_system_line_that_a_resident_sees_has_words() -> None:
    assert set(RESPONSES) == set(SystemLine) - SHOWN_NEVER
    for name in (*RESPONSES.values(), ASK_NUMBER):
        text = WORDS(name)["text"]
        assert name in responses() and "{" not in text, text


@pytest.mark.parametrize("kind", [SystemLine.NOBODY_CAME, SystemLine.COLLEAGUE_SILENT, SystemLine.CALL_EXPIRED])
def test_an_apology_has_the_number_of_the_desk(kind: SystemLine) -> None:
    (*_, bot) = events_for(line(Who.SYSTEM, kind), WORDS)
    assert "14 030" in bot["text"]


# --- to the resident


@pytest.mark.parametrize("kind", sorted(RESPONSES))
def test_the_bot_talks_again_exactly_after_what_ends_the_talk(kind: SystemLine) -> None:
    events = [event["event"] for event in events_for(line(Who.SYSTEM, kind, author="jan"), WORDS)]
    assert ("resume" in events) == (kind in RESUMES)
    assert events[-1] == "bot"
    assert events.count("action") == events.count("resume"), "without listening the rules do not hear the next message"


def test_a_call_without_a_number_asks_for_it() -> None:
    slot, *_, bot = events_for(line(Who.SYSTEM, SystemLine.CALL_BACK), WORDS, number_known=False)
    assert (slot["name"], slot["value"]) == ("overdracht", "nummer")
    assert bot["metadata"]["private"] is True


def test_what_only_colleagues_may_see_does_not_cross() -> None:
    assert not crosses(line(Who.SYSTEM, SystemLine.CRISIS))
    assert not any(crosses(line(who, "x")) for who in (Who.RESIDENT, Who.BOT, Who.NOTE))
    assert crosses(line(Who.COLLEAGUE, "x"))


def test_who_closed_it_himself_is_not_told_so() -> None:
    assert not crosses(line(Who.SYSTEM, SystemLine.CLOSED))
    assert crosses(line(Who.SYSTEM, SystemLine.CLOSED, author="jan"))


def test_a_line_that_is_in_the_conversation_is_recognised() -> None:
    (event,) = events_for(line(Who.COLLEAGUE, "dag", seq=7), WORDS)
    assert crossed([event, {"event": "bot", "text": "x", "metadata": None}, user(1)]) == {"r.7"}


# --- to the colleague


def test_only_what_is_said_while_the_bot_is_silent_is_heard() -> None:
    events = [user(1), {"event": "pause"}, user(2), {"event": "bot", "text": "x"}, user(3)]
    assert [one.said.client_id for one in heard_in_silence(events, str)] == ["m2", "m3"]
    assert heard_in_silence([*events, {"event": "resume"}, user(4)], str) == []
    assert [one.said.client_id for one in heard_in_silence([*events, {"event": "resume"}, {"event": "pause"}, user(5)], str)] == [
        "m5"
    ]
    assert heard_in_silence([{"event": "pause"}, {"event": "session_started"}, user(1)], str) == []


def test_danger_is_heard() -> None:
    assert [one.danger for one in heard_in_silence([{"event": "pause"}, user(1), user(2, danger=True)], str)] == [False, True]


def test_what_was_said_so_far_is_of_this_session_and_says_who() -> None:
    events = [
        user(1, text="gisteren"), {"event": "session_started"}, user(2, text="hoi"), {"event": "bot", "text": "dag", "metadata": {}},
        {"event": "bot", "text": None}, {"event": "bot", "text": "met Jan", "metadata": {"who": "colleague"}},
    ]  # fmt: skip
    assert [(one.who, one.text) for one in so_far(events, str)] == [
        (Who.RESIDENT, "hoi"), (Who.BOT, "dag"), (Who.COLLEAGUE, "met Jan"),
    ]  # fmt: skip
    assert [one.text for one in so_far(events, lambda text: "*" * len(text))] == ["***", "dag", "met Jan"]


# --- bringing over, with crashes


class Crash(Exception):
    """The process dies here."""


class Chat:
    """A conversation, and a channel that keeps a line under its id once, as the web chat does."""

    def __init__(self, dies: Iterator[int]) -> None:
        self.events: list[dict[str, Any]] = []
        self.shown: dict[str, str] = {}
        self._dies = dies

    async def known(self) -> frozenset[str]:
        return crossed(self.events)

    async def post(self, events: list[dict[str, Any]]) -> None:
        """Shows first and keeps after, as Rasa does; may die before, between, or after."""
        moment = next(self._dies, 0)
        if moment == 1:
            raise Crash
        for event in events:
            if event["event"] == "bot":
                self.shown.setdefault(event["metadata"]["line"], event["text"])
        if moment == 2:
            raise Crash
        self.events += events
        if moment == 3:
            raise Crash


@hypothesis_settings(deadline=None, max_examples=40)
@given(dies=st.lists(st.integers(min_value=0, max_value=3), max_size=25), lines=st.integers(min_value=1, max_value=8))
def test_each_line_once_and_in_order_wherever_the_process_dies(
    tmp_path_factory: pytest.TempPathFactory, dies: list[int], lines: int
) -> None:
    store = HandoverStore(f"sqlite:///{tmp_path_factory.mktemp('crossing') / 'handover.db'}", Clock())
    request = taken(store, "gesprek", "jan")
    said = [f"regel {number}" for number in range(lines)]
    for text in said:
        store.append(request.id, Said(Who.COLLEAGUE, text, author="jan"))
    store.move(request.id, RequestState.GIVEN_BACK, Actor.COLLEAGUE, "jan", outcome=Outcome.HELPED)
    bringer, chat = Bringer(store, PhoneVault(store, read_keys("A" * 43)), WORDS), Chat(iter(dies))
    for _ in range(len(dies) + 1):
        try:
            for waiting in asyncio.run(bringer.waiting()):
                asyncio.run(bringer.bring(waiting, chat.known, chat.post))
        except Crash:
            continue
    wanted = [WORDS(RESPONSES[SystemLine.TAKEN])["text"], *said, WORDS(RESPONSES[SystemLine.GIVEN_BACK])["text"]]
    assert list(chat.shown.values()) == wanted
    assert [event["text"] for event in chat.events if event["event"] == "bot"] == wanted
    assert asyncio.run(bringer.waiting()) == []
    store.close()


def test_what_nobody_waits_for_is_looked_at_once(store: HandoverStore) -> None:
    request = in_queue(store, "gesprek")
    store.append(request.id, Said(Who.RESIDENT, "hallo?"))
    bringer, chat = Bringer(store, PhoneVault(store, read_keys("A" * 43)), WORDS), Chat(iter(()))
    (waiting,) = asyncio.run(bringer.waiting())
    assert asyncio.run(bringer.bring(waiting, chat.known, chat.post)) == 0
    assert asyncio.run(bringer.waiting()) == [] and chat.events == []


def test_where_nothing_can_be_pushed_the_process_leaves_it_for_the_next_message(store: HandoverStore) -> None:
    request, _ = store.ask("gesprek", "rest")
    assert "rest" not in PUSHED
    store.move(request.id, RequestState.WAITING, Actor.BOT)
    store.take(request.id, "jan")

    class Unused(Conversations):
        def __init__(self) -> None:
            """Reaches nobody: whoever asks it something gets an error."""

    bringer = Bringer(store, PhoneVault(store, read_keys("A" * 43)), WORDS)
    assert asyncio.run(bring_all(bringer, Unused())) == 0
    assert [one.id for one in store.behind(READER, "gesprek")] == [request.id]


def test_the_id_of_a_line_is_the_same_for_ever_and_no_page_can_make_it() -> None:
    assert line_id(line(Who.COLLEAGUE, "x", seq=3)) == "r.3"


def test_a_round_that_fails_is_followed_by_the_next() -> None:
    stopping, problems = asyncio.Event(), iter([HandoverUnavailable("locked"), RuntimeError("anything"), None])
    done: list[str] = []

    async def work() -> None:
        problem = next(problems)
        if problem is not None:
            raise problem
        done.append("done")
        stopping.set()

    asyncio.run(asyncio.wait_for(keep_doing(work, 0.001, stopping), 30))
    assert done == ["done"]
