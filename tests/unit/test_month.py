"""A simulated month without a bot: who talks, what they say, and whether the comparison finds a count that is wrong."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.builders import ROOT, real_catalogue
from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.domain_texts import response
from wegwijzer.evaluation.month import ledger
from wegwijzer.evaluation.month.attacks import EXACT, PROTECTED, UNROUNDED
from wegwijzer.evaluation.month.comparing import COUNTED, TRUE, compare, distance, understood
from wegwijzer.evaluation.month.driver import talks
from wegwijzer.evaluation.month.later import ROUNDS, morning_after
from wegwijzer.evaluation.month.ledger import Entry
from wegwijzer.evaluation.month.lines import Line
from wegwijzer.evaluation.month.moving import after, move, release
from wegwijzer.evaluation.month.people import TEMPERS, Channel, Person, draw_people
from wegwijzer.evaluation.month.reading import QUESTIONS, UNKNOWN, Heard, heard, names_of
from wegwijzer.evaluation.month.report import Month, month_of
from wegwijzer.evaluation.month.sayings import SENTENCES, Sayings
from wegwijzer.evaluation.month.talking import MOST_TURNS, Talker
from wegwijzer.insight.marks import Mark
from wegwijzer.insight.periods import end_of, start_of
from wegwijzer.insight.store import InsightStore
from wegwijzer.insight.tables import WORKED, Cell
from wegwijzer.matching.opening_hours import AMSTERDAM
from wegwijzer.matching.profile import ASKABLE
from wegwijzer.vocabulary import Drempel, Gemis, VoorWie, Vorm

BLOCK = "2026-P06"
BEGIN = datetime.fromtimestamp(start_of(BLOCK), AMSTERDAM)
RESIDENTS = 400
KEPT_HOURS = 24
FILLED = re.compile(r"\{[^{}]*\}")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return real_catalogue()


@pytest.fixture(scope="module")
def people(catalogue: Catalogue) -> list[Person]:
    return draw_people(catalogue, RESIDENTS, 1, BEGIN)


# ---------------------------------------------------------------------- what they say


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, str):
        yield value


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


def _lines(folder: str) -> Iterator[str]:
    for path in sorted((ROOT / folder).rglob("*.yml")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield _plain(re.sub(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})", r"\1", line))
            yield _plain(line.partition(":")[2])


def test_no_story_is_one_that_the_bot_learned_from_or_is_measured_on() -> None:
    data = yaml.safe_load(SENTENCES.read_text(encoding="utf-8"))
    stories = {_plain(text) for text in _strings([data["verhalen"], data["gevaar"]])}
    known = {*_lines("tests/evaluation"), *_lines("data")}
    assert "ik voel me alleen" in known
    assert not stories & known


def test_there_are_enough_ways_to_tell_of_every_halte_and_every_answer(catalogue: Catalogue) -> None:
    sayings = Sayings.read()
    own = {**sayings.stories["zelf"], "signaleren": sayings.stories["ander"]["signaleren"]}
    assert {halte for halte, stories in own.items() if len(set(stories)) >= 12} == set(catalogue.haltes)
    assert set(sayings.stories["ander"]) == set(catalogue.haltes)
    assert len(sayings.stories["helpen"]["betekenis"]) >= 12
    assert set(sayings.answers["vorm"]) == {*map(str, Vorm), "geen"}
    assert set(sayings.answers["drempel"]) == {*map(str, Drempel), "geen"}
    assert set(sayings.answers["gemis"]) == set(map(str, Gemis))
    assert set(sayings.answers["voor_wie"]) == set(map(str, VoorWie))


# ---------------------------------------------------------------------- who they are


def test_the_same_seed_gives_the_same_month_and_another_gives_another(catalogue: Catalogue, people: list[Person]) -> None:
    assert draw_people(catalogue, RESIDENTS, 1, BEGIN) == people
    assert draw_people(catalogue, RESIDENTS, 2, BEGIN) != people


def test_everybody_comes_in_the_month_and_all_kinds_come(catalogue: Catalogue, people: list[Person]) -> None:
    assert all(start_of(BLOCK) <= person.at < end_of(BLOCK) for person in people)
    assert [person.number for person in people] == list(range(RESIDENTS))
    assert {person.channel for person in people} == set(Channel)
    assert {person.temper for person in people} == set(TEMPERS)
    haltes = Counter(person.resident.truth.haltes[0] for person in people)
    assert set(haltes) == set(catalogue.haltes)
    assert max(haltes.values()) > 3 * min(haltes.values())
    assert not any(person.resident.truth.haltes[0] == "signaleren" for person in people if _whom(person) is VoorWie.ZELF)


def _whom(person: Person) -> VoorWie:
    return person.resident.truth.voor_wie


# ---------------------------------------------------------------------- reading the bot


def test_every_response_is_recognised_on_the_page_and_in_paragraphs_over_rest() -> None:
    responses = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
    words = {name: FILLED.sub("", str(variants[-1]["text"])) for name, variants in responses.items()}
    clear = [name for name, text in words.items() if len(text) > 20 and list(words.values()).count(text) == 1]
    assert len(clear) > 80
    for name in clear:
        for variant in responses[name]:
            text = FILLED.sub("Een naam", str(variant["text"])).strip()
            assert names_of([text]) == (name,)
            assert names_of([part for part in text.split("\n\n") if part]) == (name,)


def test_what_is_in_no_response_is_not_known_and_does_not_hide_what_is() -> None:
    asked = str(response("utter_ask_leeftijd")["text"])
    assert names_of(["Dit zei niemand", asked]) == (UNKNOWN, "utter_ask_leeftijd")


def test_every_question_of_the_bot_is_one_that_residents_know() -> None:
    responses = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
    assert {name for name in responses if name.startswith(("utter_ask_", "utter_vraag_wijk", "utter_klopt"))} <= set(QUESTIONS)
    assert set(QUESTIONS) <= set(responses)


def test_a_step_is_read_from_its_card_in_both_channels() -> None:
    card = {"type": "suggestie", "id": "koffie"}
    assert heard([{"text": "x", "custom": card}]).records == heard([{"text": "x", "card": card}]).records == ("koffie",)
    assert heard([{"text": "x", "card": {"type": "bewaar", "id": "koffie"}}]).records == ()


# ---------------------------------------------------------------------- a bot that understands everything


class PerfectBot:
    """Asks what the bot asks, understands everybody, and notes the marks of it."""

    def __init__(self, catalogue: Catalogue, store: InsightStore | None = None) -> None:
        self.catalogue, self.store = catalogue, store
        self.slots: dict[str, dict[str, Any]] = {}
        self.said: list[str] = []
        self.things = Sayings.read().things
        self.records = [one.id for one in catalogue.suggestable][:3]

    @asynccontextmanager
    async def dial(self, person: Person) -> AsyncIterator[Line]:
        yield PerfectLine(self, person)

    async def slots_of(self, conversation: str) -> dict[str, Any]:
        return self.slots[conversation]


class PerfectLine:
    def __init__(self, bot: PerfectBot, person: Person) -> None:
        self.sender = f"sender-{person.number}"
        self._bot, self._truth = bot, ledger.truth_of(person)
        self._open = list(ASKABLE[_whom(person)])
        self._shown = 0
        self._things = bot.things

    async def say(self, text: str) -> Heard:
        self._bot.said.append(text)
        if text in self._things["wis"]:
            self._bot.slots[self.sender] = {}
            if self._bot.store is not None:
                self._bot.store.erase(self.sender)
            return heard([response("utter_gewist")])
        slots = {name: value for name, value in self._truth.items() if value not in (None, []) and name != "elsewhere"}
        self._bot.slots[self.sender] = {**slots, **({"uitkomst": "initiatief"} if self._shown else {})}
        answer = self._answer(text)
        if self._bot.store is not None:
            now = time.time()
            marks = [
                Mark(now, name, ",".join(value) if isinstance(value, list) else str(value))
                for name, value in self._bot.slots[self.sender].items()
            ]
            self._bot.store.add(self.sender, [Mark(now, "intent", "situatie"), *marks])
        return answer

    def _answer(self, text: str) -> Heard:
        if self._open:
            slot = self._open.pop(0)
            return heard([response("utter_vraag_wijk" if slot == "wijk" else f"utter_ask_{slot}")])
        if not self._shown or text in self._things["anders"]:
            record = self._bot.records[min(self._shown, 2)]
            self._shown += 1
            self._bot.slots[self.sender]["uitkomst"] = "initiatief"
            return heard([{"text": "Dit zou bij je kunnen passen", "custom": {"type": "suggestie", "id": record}}])
        return heard([response("utter_graag_gedaan")])


def _talk(bot: PerfectBot, people: list[Person], at_once: int = 5) -> list[Entry]:
    return asyncio.run(talks(people, bot.dial, bot.slots_of, bot.catalogue, at_once))


def test_everybody_talks_once_and_the_talk_ends(catalogue: Catalogue, people: list[Person]) -> None:
    bot = PerfectBot(catalogue)
    entries = _talk(bot, people[:150])
    assert [entry.number for entry in entries] == list(range(150))
    assert len({entry.conversation for entry in entries}) == 150
    assert sum(entry.deeds.said for entry in entries) == len(bot.said)
    assert all(1 <= entry.deeds.said <= MOST_TURNS for entry in entries)
    assert any(entry.deeds.erased for entry in entries)
    assert any(entry.deeds.in_danger for entry in entries)
    assert {"beantwoord", "overgeslagen"} == {answer for entry in entries for answer in entry.deeds.questions.values()}
    assert {"gezien", "verder_gekeken", "geweigerd"} == {state for entry in entries for state in entry.deeds.steps.values()}


def test_how_many_talk_at_once_changes_nothing_of_what_they_say(catalogue: Catalogue, people: list[Person]) -> None:
    one, many = (_talk(PerfectBot(catalogue), people[:60], at_once) for at_once in (1, 8))
    assert [entry.deeds for entry in one] == [entry.deeds for entry in many]


def test_a_question_nobody_foresaw_is_answered_with_one_of_its_buttons(catalogue: Catalogue, people: list[Person]) -> None:
    person = next(one for one in people if one.temper == "plain")
    talker = Talker(person, Sayings.read(), catalogue)
    assert talker._any_button("nieuw", Heard(("utter_nieuw",), ("Nieuw?",), ("Ja", "Nee"))) in ("Ja", "Nee")


def test_who_is_asked_for_what_they_will_not_tell_skips_it(catalogue: Catalogue, people: list[Person]) -> None:
    sayings = Sayings.read()
    person = next(one for one in people if "wijk" in one.resident.skips and one.temper == "plain" and not one.resident.elsewhere)
    asked = Heard(("utter_vraag_wijk",), (str(response("utter_vraag_wijk")["text"]),))
    talker = Talker(person, sayings, catalogue)
    talker.first()
    said = [talker.next(asked) for _ in range(3)]
    assert set(said) & set(sayings.things["sla_over"])
    assert talker.deeds.questions == {"wijk": "overgeslagen"}


def _looked_back(name: str, catalogue: Catalogue, person: Person) -> tuple[Talker, str | None]:
    """Somebody who was given a step, and what they say to a question after it."""
    talker = Talker(person, Sayings.read(), catalogue)
    talker.first()
    record = catalogue.suggestable[0].id
    talker._note(heard([{"text": "x", "custom": {"type": "suggestie", "id": record}}]))
    said = response(name)
    buttons = [{"payload": payload} for payload in ("Ja, morgen", "Nee, liever niet")]
    return talker, talker.next(heard([{"buttons": buttons, **said}]))


@pytest.mark.parametrize(
    ("name", "opinions"),
    [("utter_mening", {"goed", "niet", "overgeslagen"}), ("utter_mening_na_ja", {"goed", "niet", "overgeslagen"})],
)
def test_residents_say_whether_it_was_good(name: str, opinions: set[str], catalogue: Catalogue, people: list[Person]) -> None:
    plain = [person for person in people if person.temper == "plain"]
    assert {_looked_back(name, catalogue, person)[0].deeds.opinion for person in plain[:80]} == opinions


def test_some_may_be_asked_later_and_say_so_with_the_button_of_a_moment(catalogue: Catalogue, people: list[Person]) -> None:
    plain = [person for person in people if person.temper == "plain"][:60]
    answers = {_looked_back("utter_nazorg_vraag", catalogue, person) for person in plain}
    assert {(talker.deeds.later, said) for talker, said in answers} == {(True, "Ja, morgen"), (False, "Nee, liever niet")}


def test_who_is_asked_later_answers_or_says_nothing(catalogue: Catalogue, people: list[Person]) -> None:
    sayings, asked = Sayings.read(), heard([response("utter_gelukt_vraag")])
    said = {}
    for person in people[:80]:
        talker = Talker(person, sayings, catalogue)
        text = talker.asked_later(asked)
        said[talker.deeds.worked] = text
    assert set(said) == set(WORKED)
    assert said[WORKED[-1]] is None
    assert all(text in sayings.answers["gelukt"][worked] for worked, text in said.items() if text)


@pytest.mark.parametrize("now", [BEGIN + timedelta(hours=hours) for hours in (0, 9, 10, 15, 23)])
def test_the_rounds_are_in_the_morning_and_late_enough(now: datetime) -> None:
    for after_that in ROUNDS:
        morning = datetime.fromtimestamp(morning_after(now.timestamp(), after_that), AMSTERDAM)
        assert morning.hour == 10
        assert after_that <= morning - now < after_that + timedelta(days=1)


# ---------------------------------------------------------------------- the ledger


def test_a_ledger_reads_back_as_it_was_written(catalogue: Catalogue, people: list[Person], tmp_path: Path) -> None:
    entries = _talk(PerfectBot(catalogue), people[:20])
    ledger.write(entries[::-1], tmp_path / "ledger.jsonl")
    assert list(ledger.read(tmp_path / "ledger.jsonl")) == entries


@pytest.mark.parametrize("broken", ["{}", "[1]", "geen json", json.dumps({"number": 1})])
def test_what_is_no_ledger_is_said_to_be_none(broken: str, tmp_path: Path) -> None:
    (tmp_path / "ledger.jsonl").write_text(broken, encoding="utf-8")
    with pytest.raises(ValueError, match="not a ledger"):
        ledger.read(tmp_path / "ledger.jsonl")


# ---------------------------------------------------------------------- counting and comparing


@pytest.fixture(scope="module")
def month(catalogue: Catalogue, people: list[Person], tmp_path_factory: pytest.TempPathFactory) -> Month:
    """A month with the perfect bot, counted by the real store."""
    url = f"sqlite:///{tmp_path_factory.mktemp('month') / 'insight.db'}"
    store = InsightStore(url, clock=lambda: after(BLOCK, KEPT_HOURS), key="only for this test")
    entries = _talk(PerfectBot(catalogue, store), people)
    move(entries, store)
    released = release(BLOCK, store, catalogue, KEPT_HOURS)
    store.close()
    return month_of(1, 5, 2.0, entries, released)


def test_a_month_that_was_counted_right_is_found_right(month: Month) -> None:
    assert {one.name for one in month.compared} == set(COUNTED)
    assert month.wrong == []
    assert month.released.folded == sum(not entry.deeds.erased for entry in month.entries) < len(month.entries)
    assert sum(one.shown for one in month.compared) > 0
    assert sum(one.hidden for one in month.compared) > 0


def test_who_is_understood_is_told_of_as_they_are(month: Month) -> None:
    assert set(understood(month.entries).values()) == {1.0}
    assert distance(month.entries, month.released, "gesprekken", TRUE["gesprekken"]) < 0.1
    other = [replace(entry, truth={**entry.truth, "voor_wie": "helpen"}) for entry in month.entries]
    assert distance(other, month.released, "gesprekken", TRUE["gesprekken"]) > 0.5


@pytest.mark.parametrize("change", [lambda shown: shown + 10, lambda shown: shown + 1, lambda shown: None])
def test_a_count_that_is_off_is_found(month: Month, change: Callable[[int], int | None]) -> None:
    tables = []
    for table in month.released.tables:
        cells = [replace(cell, shown=change(cell.shown)) if cell.shown is not None else cell for cell in table.cells[:1]]
        tables.append(replace(table, cells=(*cells, *table.cells[1:])))
    assert any(one.wrong for one in compare(month.entries, replace(month.released, tables=tuple(tables))))


def test_a_small_cell_that_is_shown_is_found(month: Month) -> None:
    tables = [
        replace(table, cells=tuple(Cell(cell.values, cell.shown or 10) for cell in table.cells))
        for table in month.released.tables
    ]
    assert any(one.wrong for one in compare(month.entries, replace(month.released, tables=tuple(tables))))


def test_somebody_who_wiped_the_conversation_is_missed_when_counted_all_the_same(month: Month) -> None:
    assert replace(month, released=replace(month.released, folded=month.released.folded + 1)).wrong


def test_nobody_is_found_in_what_is_released_and_people_are_in_what_is_not_protected(month: Month) -> None:
    attacks = {one.figures: one for one in month.attacks}
    assert not attacks[PROTECTED].succeeded
    assert attacks[UNROUNDED].found_out > 0
    assert attacks[EXACT].alone > 0
    assert attacks[EXACT].outcomes > 0
    assert not any(one.mistaken for one in attacks.values())


def test_an_attack_that_comes_too_far_is_reported(month: Month) -> None:
    protected, *others = month.attacks
    assert replace(month, attacks=[replace(protected, alone=1), *others]).wrong
    assert replace(month, attacks=[replace(protected, mistaken=1), *others]).wrong


def test_the_page_says_how_it_was(month: Month) -> None:
    assert BLOCK in month.page()
    assert month.figures()["conversations"] == RESIDENTS
    assert month.figures()["cells_wrong"] == 0
