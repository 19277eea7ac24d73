"""From a first sentence to one step that fits: six people, each with their own road."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.evaluation.bot import Bot
from wegwijzer.matching.questions import MOST_QUESTIONS

from .talking import LISTENING, NOT_UNDERSTOOD, Answer, Person, is_near, person, suggestion

SKIPS = frozenset({"Sla over", "Maakt niet uit"})


@dataclass(frozen=True)
class Resident:
    """A person, their answers by question, and what would fit them."""

    name: str
    opening: str
    answers: Mapping[str, str]
    uitkomst: str
    voor_wie: str
    wijk: str
    haltes: frozenset[str]
    knows: Mapping[str, object] = field(default_factory=dict)


RESIDENTS = (
    Resident(
        "widow",
        "mijn man is vorig jaar overleden en het is zo stil in huis, ik woon in overvecht",
        {"klopt": "ja", "gemis": "mensen om me heen", "leeftijd": "78", "vorm": "liefst in een groepje",
         "drempel": "ik loop slecht"},
        "initiatief",
        "zelf",
        "overvecht",
        frozenset({"verlies", "ontmoeten"}),
        {"wijk": "overvecht"},
    ),
    Resident(
        "lonely student",
        "ik studeer hier sinds september en ken nog niemand",
        {"klopt": "ja", "gemis": "mensen om leuke dingen mee te doen", "wijk": "op de uithof", "leeftijd": "20",
         "vorm": "samen eropuit", "drempel": "ik durf niet alleen"},
        "initiatief",
        "zelf",
        "oost",
        frozenset({"nieuw_hier", "ontmoeten", "vrienden"}),
        {"gemis": "mensen"},
    ),
    Resident(
        "mantelzorger",
        "ik zorg voor mijn man, hij heeft alzheimer, en ik kom nergens meer",
        {"klopt": "ja", "voor_wie": "voor mezelf", "gemis": "praten met mensen die hetzelfde meemaken", "wijk": "de meern",
         "leeftijd": "69", "vorm": "in een klein groepje", "drempel": "nee, niets"},
        "initiatief",
        "zelf",
        "vleuten_de_meern",
        frozenset({"mantelzorg", "geheugen"}),
        {"voor_wie": "zelf"},
    ),
    Resident(
        "newcomer with little Dutch",
        "ik kom uit Syrië en wil Nederlands leren praten, ik ken hier niemand",
        {"klopt": "ja", "gemis": "oefenen met praten en een vriendin", "wijk": "Kanaleneiland", "leeftijd": "ik ben 36 jaar",
         "vorm": "groep is goed", "drempel": "mijn nederlands is niet goed"},
        "initiatief",
        "zelf",
        "zuidwest",
        frozenset({"nieuw_hier", "vrienden", "ontmoeten"}),
    ),
    Resident(
        "worried neighbour",
        "ik maak me zorgen om mijn buurman, hij is 82 en komt niet meer buiten",
        {"klopt": "ja", "wijk": "oog in al"},
        "signaleren",
        "ander",
        "west",
        frozenset({"signaleren"}),
        {"wijk": "west"},
    ),
    Resident(
        "volunteer",
        "ik heb tijd over en wil graag iets doen voor mensen die alleen zijn",
        {"vorm": "bij iemand op bezoek, een op een", "wijk": "wilhelminapark", "leeftijd": "63"},
        "vrijwilliger",
        "helpen",
        "oost",
        frozenset({"betekenis"}),
    ),
)  # fmt: skip


@pytest.fixture(scope="module", params=RESIDENTS, ids=lambda resident: str(resident.name))
def told(request: pytest.FixtureRequest, bot: Bot) -> tuple[Resident, Person, Answer]:
    """A whole conversation: who it was, all that was said, and the last answer."""
    resident: Resident = request.param
    someone = person(bot)
    return resident, someone, someone.answers_questions(resident.opening, resident.answers)


def test_the_step_is_a_record_that_fits(told: tuple[Resident, Person, Answer], catalogue: Catalogue) -> None:
    resident, someone, last = told
    found = suggestion(last, catalogue)
    age = last.slots.get("leeftijd")
    assert last.slots["uitkomst"] == resident.uitkomst, someone.script
    assert set(found.haltes) & resident.haltes, f"{found.id}: {found.haltes}"
    assert is_near(found, last.slots.get("wijk", resident.wijk), catalogue), f"{found.id}: {found.area}"
    assert resident.voor_wie in found.for_whom, f"{found.id}: {found.for_whom}"
    if age is not None and resident.voor_wie != "ander":
        assert (found.audience.min_age or 0) <= age <= (found.audience.max_age or 200), f"{found.id} at {age}"


def test_the_step_says_how_to_get_there(told: tuple[Resident, Person, Answer], catalogue: Catalogue) -> None:
    _, _, last = told
    found = suggestion(last, catalogue)
    contact = found.contact
    ways = [contact.phone, contact.email, contact.url, contact.address]
    if contact.via:
        ways.append(catalogue.helpline(contact.via).name)
    assert any(way and way in last.text for way in ways), last.text
    assert found.name in last.text


def test_what_was_told_is_remembered(told: tuple[Resident, Person, Answer]) -> None:
    resident, _, last = told
    assert last.slots["voor_wie"] == resident.voor_wie
    assert set(last.slots["haltes"]) & resident.haltes
    assert {slot: last.slots.get(slot) for slot in resident.knows} == dict(resident.knows)


def test_at_most_five_questions(told: tuple[Resident, Person, Answer]) -> None:
    _, someone, _ = told
    asked = [slot for slot in someone.questions if slot not in LISTENING]
    assert len(asked) <= MOST_QUESTIONS == 5, asked


def test_every_question_has_a_button_to_skip_it(told: tuple[Resident, Person, Answer]) -> None:
    _, someone, _ = told
    without = {
        answer.asked for answer in someone.answers if answer.asked and answer.asked != "klopt" and not SKIPS & set(answer.buttons)
    }
    assert not without


def test_nobody_is_told_that_they_were_not_understood(told: tuple[Resident, Person, Answer]) -> None:
    _, someone, _ = told
    for answer in someone.answers:
        assert not NOT_UNDERSTOOD & set(answer.responses), someone.script


def test_after_the_step_a_person_can_ask_how_to_begin_and_keep_it(bot: Bot, catalogue: Catalogue) -> None:
    someone = person(bot)
    widow = RESIDENTS[0]
    name = suggestion(someone.answers_questions(widow.opening, widow.answers), catalogue).name
    how = someone.says("Hoe begin ik?")
    assert how.responses == ("utter_hoe_begin", "utter_mening")
    assert name in how.text
    kept = someone.says("Bewaar of print")
    assert kept.responses == ("utter_bewaar",)
    assert name in kept.text


def test_the_shortest_road_ends_in_a_goodbye(someone: Person) -> None:
    someone.says("hallo", "Ik zoek iets om te doen")
    goodbye = someone.says("stop")
    assert goodbye.responses == ("utter_afscheid",)
    assert goodbye.asked is None
    assert not goodbye.buttons
