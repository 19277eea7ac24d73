"""The one later question: asked when it may be, exactly once also when a round dies, counted once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.handover import Clock
from wegwijzer.aftercare.assembly import own_erasing  # noqa: F401 - it must be importable without Rasa
from wegwijzer.aftercare.counting import count_in
from wegwijzer.aftercare.due import QUIET, WAIT, Seen, Verdict, seen_in, verdict
from wegwijzer.aftercare.models import Later, State
from wegwijzer.aftercare.moments import way_of
from wegwijzer.aftercare.rounds import Asker, events_for
from wegwijzer.aftercare.store import HOUR, PATIENCE, AftercareStore
from wegwijzer.catalogue.loading import load_catalogue
from wegwijzer.matching.opening_hours import AMSTERDAM
from wegwijzer.paths import CATALOGUE

CATALOGUE_NOW = load_catalogue(CATALOGUE)
RECORD = next(iter(CATALOGUE_NOW.initiatives))
NOON = datetime(2026, 11, 18, 12, tzinfo=AMSTERDAM).timestamp()


@dataclass
class Rasa:
    """Conversations, as far as the rounds see them. Like the channels it says a line once."""

    events: list[dict[str, Any]] = field(default_factory=list)
    slots: dict[str, Any] = field(default_factory=dict)
    paused: bool = False
    said: dict[str, dict[str, Any]] = field(default_factory=dict)
    posted: int = 0
    fails: str = ""

    async def tracker(self, conversation: str) -> Mapping[str, Any]:
        return {"events": self.events, "slots": self.slots, "paused": self.paused}

    async def post(self, conversation: str, channel: str, events: list[dict[str, Any]]) -> None:
        if self.fails == "before":
            raise httpx.ConnectError("away")
        self.posted += 1
        self.said.setdefault(str(events[-1]["metadata"]["line"]), events[-1])
        if self.fails == "after":
            raise httpx.ReadTimeout("broken off")
        self.events += events


@dataclass
class Counted:
    cells: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def count(self, table: str, cell: tuple[str, ...], n: int = 1) -> None:
        self.cells.append((table, cell))


@dataclass
class World:
    """Everything around one round."""

    store: AftercareStore
    clock: Clock
    rasa: Rasa = field(default_factory=Rasa)
    counted: Counted = field(default_factory=Counted)
    template: str = ""
    heard: float | None = None

    def plan(self, channel: str = "web", record: str = RECORD) -> None:
        self.store.plan("anna", channel, record, "verlies", self.clock.now)

    def round(self) -> int:
        asker = Asker(
            self.store,
            self.rasa,
            CATALOGUE_NOW,
            lambda channel: self.template,
            lambda later: self.heard,
            lambda later, answer: count_in(self.counted, later, answer),
        )
        return asyncio.run(asker.run_once())

    def is_at(self, state: State | None) -> bool:
        later = self.store.of("anna")
        return (later.state if later else None) is state


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    clock = Clock(NOON)
    store = AftercareStore(f"sqlite:///{tmp_path / 'nazorg.db'}", clock)
    yield World(store, clock)
    store.close()


def test_it_is_asked_once_with_what_it_was_about(world: World) -> None:
    world.plan()
    assert world.round() == 1 and world.round() == 0
    (said,) = world.rasa.said.values()
    assert CATALOGUE_NOW.initiatives[RECORD].name in said["text"] and "computer" in said["text"]
    assert len(said["data"]["buttons"]) == 3 and world.is_at(State.ASKED)


@pytest.mark.parametrize("fails", ["before", "after"])
def test_rasa_that_breaks_off_is_asked_again_and_the_person_hears_it_once(world: World, fails: str) -> None:
    world.plan()
    world.rasa.fails = fails
    assert world.round() == 0 and world.is_at(State.SENDING)
    world.rasa.fails = ""
    world.clock.now += 60
    world.round()
    assert len(world.rasa.said) == 1 and world.is_at(State.ASKED)


def test_sent_and_not_written_down_is_not_sent_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.plan()

    def dies(_: Later) -> bool:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(world.store, "asked", dies)
        with pytest.raises(SystemExit):
            world.round()
    assert world.rasa.posted == 1 and world.is_at(State.SENDING)
    world.round()
    assert world.rasa.posted == 1 and world.is_at(State.ASKED), "its line was in the conversation"


def test_too_long_after_a_break_it_is_not_sent_at_all(world: World) -> None:
    world.plan()
    world.rasa.fails = "after"
    world.round()
    world.rasa.fails = ""
    world.clock.now += 2 * HOUR
    assert world.round() == 0 and world.rasa.posted == 1


@pytest.mark.parametrize(
    "change",
    [{"paused": True}, {"slots": {"requested_slot": "wijk"}, "events": [{"event": "user", "timestamp": NOON - 2 * QUIET}]},
     {"events": [{"event": "user", "timestamp": NOON - 60}]}],
)  # fmt: skip
def test_it_waits_while_a_colleague_talks_or_the_person_does(world: World, change: dict[str, Any]) -> None:
    world.plan()
    world.rasa.__dict__.update(change)
    assert world.round() == 0 and world.is_at(State.WAITS)
    world.rasa.__dict__.update({"paused": False, "slots": {}, "events": []})
    assert world.round() == 0, "not at once"
    world.clock.now += WAIT
    assert world.round() == 1


def test_not_at_night(world: World) -> None:
    world.clock.now = datetime(2026, 11, 18, 23, tzinfo=AMSTERDAM).timestamp()
    world.plan()
    assert world.round() == 0 and world.is_at(State.WAITS)


@pytest.mark.parametrize("name", ["utter_crisis_zelfdoding", "utter_zorgvraag_geweld"])
def test_never_after_danger(world: World, name: str) -> None:
    world.plan()
    world.rasa.events = [{"event": "bot", "metadata": {"utter_action": name}}]
    assert world.round() == 0 and world.is_at(None) and not world.counted.cells


def test_of_a_record_that_is_gone_nothing_is_asked(world: World) -> None:
    world.plan(record="bestaat_niet_meer")
    assert world.round() == 0 and world.is_at(None)


def test_on_whatsapp_within_the_window_as_text(world: World) -> None:
    world.heard = NOON - 22 * HOUR
    world.plan("whatsapp")
    assert world.round() == 1
    (said,) = world.rasa.said.values()
    assert said["metadata"]["nazorg"] == "text"


def test_on_whatsapp_after_the_window_only_a_template(world: World) -> None:
    world.heard, world.template = NOON - 30 * HOUR, "is_het_gelukt"
    world.plan("whatsapp")
    assert world.round() == 1
    (said,) = world.rasa.said.values()
    assert said["metadata"]["nazorg"] == "template"


@pytest.mark.parametrize("heard", [NOON - 30 * HOUR, None])
def test_on_whatsapp_after_the_window_without_a_template_nothing(world: World, heard: float | None) -> None:
    world.heard = heard
    world.plan("whatsapp")
    assert world.round() == 0 and world.is_at(None) and not world.rasa.said and not world.counted.cells


def test_who_does_not_answer_is_counted_so_once(world: World) -> None:
    world.plan()
    world.round()
    world.clock.now += PATIENCE
    world.round()
    world.round()
    assert world.counted.cells == [("gelukt_stap", (RECORD, "geen_antwoord")), ("gelukt_halte", ("verlies", "geen_antwoord"))]
    assert world.is_at(None)


def test_what_could_not_be_asked_for_a_week_is_not_asked_and_not_counted(world: World) -> None:
    world.plan()
    world.rasa.paused = True
    world.clock.now += PATIENCE + HOUR
    assert world.round() == 0 and world.is_at(None) and not world.counted.cells


def test_other_questions_of_the_conversation_stay_known() -> None:
    later = Later("anna", "x", "web", RECORD, "verlies", NOON, State.WAITS, NOON)
    slot, listen, bot = events_for(later, Seen(asked=("mening", "nazorg")), "Buurthuis", "text")
    assert slot["value"] == ["mening", "nazorg", "gelukt"]
    assert listen["name"] == "action_listen", "Rasa's rules look at what came before a message"
    assert seen_in({"events": [bot]}, later).known


def test_a_line_that_is_known_goes_before_everything() -> None:
    later = Later("anna", "x", "whatsapp", RECORD, "verlies", NOON, State.SENDING, NOON)
    assert CATALOGUE_NOW.nazorg is not None
    found = verdict(later, Seen(known=True, danger=True), NOON, CATALOGUE_NOW.nazorg, way_of("whatsapp", ""), None)
    assert found is Verdict.KNOWN
    assert verdict(replace(later, channel="rest"), Seen(), NOON, CATALOGUE_NOW.nazorg, way_of("rest", ""), None) is Verdict.DROP
