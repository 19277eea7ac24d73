"""A new record by questions: wrong answers are explained at once, nothing is lost, and what is written passes the check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from tests.builders import (
    CATALOGUE,
    DOMAIN,
    FAR,
    HERE,
    OFFER_FILES,
    catalogue,
    copy_catalogue,
    groep,
    halte,
    helpline,
    initiative,
    unhurried,
)
from wegwijzer.catalogue.asking import Interview, Question
from wegwijzer.catalogue.checking import check_all
from wegwijzer.catalogue.dutch_values import hours_in_dutch, read_date, read_hours
from wegwijzer.catalogue.interview import Conversation, Stopped, read_draft, set_aside, write_draft
from wegwijzer.catalogue.loading import load_catalogue
from wegwijzer.catalogue.models import Initiative
from wegwijzer.catalogue.writing import LONGEST_ID, add_record, file_for, new_id, record_text
from wegwijzer.cli import app
from wegwijzer.matching.opening_hours import OpeningHours

TODAY = date(2026, 11, 22)
CITY = catalogue(initiative("koffie"), lines=(helpline("loket", name="Loket"),))

ANSWERS: Mapping[str, str] = {
    "name": "Soep in de straat",
    "organisation": "Buurthuis Voorbeeld",
    "summary": "Je eet samen met buren een kom soep.",
    "haltes": "2, 3",
    "gemis": "1",
    "for_whom": "1,3",
    "audience.text": "iedereen vanaf 18 jaar",
    "audience.groups": "",
    "audience.min_age": "18",
    "audience.max_age": "",
    "area": "2",
    "place": "Bij het plein",
    "forms": "2, 6",
    "drempels": "2",
    "cost.kind": "gratis",
    "cost.text": "Gratis.",
    "contact.phone": "030-123 45 67",
    "contact.email": "",
    "contact.url": "www.voorbeeld.nl/soep",
    "contact.address": "Voorbeeldstraat 1",
    "contact.via": "1",
    "opening_hours": "woensdag 12-14 uur",
    "opening_note": "woensdag rond de middag",
    "access": "",
    "professional": "nee",
    "first_step": "Loop op woensdag binnen.",
    "first_words": "Hallo, mag ik mee-eten?",
    "helpen.first_step": "Bel het buurthuis.",
    "helpen.first_words": "",
    "status": "1",
    "status_reason": "Op de site staat niets meer.",
    "source": "https://www.voorbeeld.nl/soep",
    "verified_on": "vandaag",
    "certainty": "1",
}
"""An answer to every question there is."""


def interview(**answers: str) -> Interview:
    return Interview(CITY, TODAY, dict(answers))


def question(path: str, city: Interview | None = None) -> Question:
    """The question about a field, also when it is not asked now."""
    return next(one for one in (city or interview())._questions if one.path == path)


def given_answer(path: str, typed: str) -> Any:
    """What an answer becomes in the record."""
    made = interview()
    made.give(question(path, made), typed)
    found: Any = made._fields()
    for part in path.split("."):
        found = found[part]
    return found


def refused(path: str, typed: str, **before: str) -> str:
    made = interview()
    for name, text in before.items():
        made.give(question(name.replace("__", "."), made), text)
    with pytest.raises(ValueError, match=r".+") as error:
        made.give(question(path, made), typed)
    return str(error.value)


class Editor:
    """Somebody who types these lines and then leaves."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)
        self.heard: list[str] = []

    def ask(self, prompt: str) -> str:
        if not self.lines:
            raise EOFError
        return self.lines.pop(0)

    def talk(self, city: Interview | None = None, keep: dict[str, str] | None = None) -> Initiative:
        made = city or interview()
        kept = keep if keep is not None else {}
        return Conversation(made, self.ask, self.heard.append, lambda answers: kept.update(answers)).run()

    @property
    def text(self) -> str:
        return "\n".join(self.heard)


def lines(changed: Mapping[str, str] | None = None) -> list[str]:
    """What somebody types who answers every question that is asked."""
    answers = {**ANSWERS, **(changed or {})}
    made = interview()
    typed: list[str] = []
    while True:
        open_ones = [one for one in made.asked() if one.path not in made.answers]
        if not open_ones:
            return typed
        typed.append(answers[open_ones[0].path])
        made.give(open_ones[0], typed[-1] or open_ones[0].default)


# --- a whole record ---------------------------------------------------------------------------------------------------


def test_there_is_an_answer_here_for_every_question() -> None:
    assert [one.path for one in interview()._questions] == list(ANSWERS)


def test_all_answers_together_are_a_record() -> None:
    record = Editor(*lines(), "ja").talk()
    assert record == Initiative.model_validate(
        {
            "id": "soep_in_de_straat",
            "name": "Soep in de straat",
            "organisation": "Buurthuis Voorbeeld",
            "summary": "Je eet samen met buren een kom soep.",
            "haltes": ["ontmoeten", "vrienden"],
            "gemis": ["mensen"],
            "for_whom": ["zelf", "helpen"],
            "audience": {"text": "iedereen vanaf 18 jaar", "min_age": 18},
            "area": [HERE],
            "place": "Bij het plein",
            "forms": ["groep", "inloop"],
            "drempels": ["geld"],
            "cost": {"kind": "gratis", "text": "Gratis."},
            "contact": {"phone": "030-123 45 67", "url": "https://www.voorbeeld.nl/soep", "address": "Voorbeeldstraat 1"},
            "opening_hours": "We 12:00-14:00",
            "first_step": "Loop op woensdag binnen.",
            "first_words": "Hallo, mag ik mee-eten?",
            "helpen": {"first_step": "Bel het buurthuis."},
            "status": "active",
            "source": "https://www.voorbeeld.nl/soep",
            "verified_on": "2026-11-22",
            "certainty": "high",
        }
    )


def test_who_skips_all_that_may_be_skipped_still_makes_a_record() -> None:
    must = {one.path for one in interview()._questions if one.required}
    record = Editor(*lines({path: "" for path in ANSWERS if path not in must}), "ja").talk()
    assert record.for_whom == ("zelf",)
    assert record.verified_on == "2026-11-22"
    assert not record.suggestable, "there is no contact"


def test_only_what_matters_is_asked() -> None:
    paths = {one.path for one in interview(for_whom="zelf", **{"contact.phone": "030-123 45 67"}, status="active").asked()}
    assert not {"helpen.first_step", "contact.via", "status_reason"} & paths
    paths = {one.path for one in interview(for_whom="helpen", status="unknown").asked()}
    assert {"helpen.first_step", "contact.via", "status_reason", "opening_note"} <= paths


def test_an_answer_to_what_is_no_longer_asked_is_not_in_the_record() -> None:
    typed = [*lines({"contact.phone": "", "contact.url": "", "contact.address": ""}), "17", "030-123 45 67", "ja"]
    record = Editor(*typed).talk()
    assert (record.contact.phone, record.contact.via) == ("030-123 45 67", "")


# --- every answer is judged at once -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "typed", "said"),
    [
        ("name", "", "niet leeg"),
        ("name", "  ", "niet leeg"),
        ("name", "Soep\x00", "tekens"),
        ("name", "Soep\udce9", "tekens"),
        ("name", "Soep\x1b[D", "tekens"),
        ("summary", "Voor eenzame mensen.", "'eenzame mensen' zeggen we niet"),
        ("first_step", "Je moet bellen.", "'Je moet' zeggen we niet"),
        ("helpen.first_words", "Zielig.", "zeggen we niet"),
        ("haltes", "99", "'99' staat niet in de lijst; kies een nummer van 1 tot en met 7"),
        ("haltes", "0", "staat niet in de lijst"),
        ("haltes", "-1", "staat niet in de lijst"),
        ("haltes", "²", "staat niet in de lijst"),
        ("haltes", ",", "staat niet in de lijst"),
        ("haltes", "tuinieren", "'tuinieren' staat niet in de lijst"),
        ("area", "1,2", "niet allebei"),
        ("cost.kind", "1,2", "kies één nummer"),
        ("professional", "misschien", "staat niet in de lijst"),
        ("audience.min_age", "zestig", "'zestig' hoort een heel getal te zijn"),
        ("audience.min_age", "1000", "te hoog"),
        ("audience.min_age", "-3", "te laag"),
        ("contact.phone", "030-12", "dit nummer kan niet bestaan"),
        ("contact.phone", "bel maar", "dit is geen telefoonnummer"),
        ("contact.phone", "+32 2 123 45 67", "geen Nederlands nummer"),
        ("contact.phone", "+31 30 123 45 67", "dit lijkt geen Nederlands telefoonnummer"),
        ("contact.email", "info@", "dit lijkt geen e-mailadres"),
        ("contact.url", "geen", "niet goed geschreven"),
        ("contact.url", "javascript://x.nl", "niet goed geschreven"),
        ("opening_hours", "soms", "deze openingstijden kunnen we niet lezen"),
        ("verified_on", "ooit", "deze datum kunnen we niet lezen"),
        ("verified_on", "23-11-2026", "die dag komt nog"),
        ("status", "4", "staat niet in de lijst"),
    ],
)
def test_a_wrong_answer_is_explained_and_not_kept(path: str, typed: str, said: str) -> None:
    assert said in refused(path, typed)


def test_ages_in_the_wrong_order_are_explained_without_names_of_fields() -> None:
    said = refused("audience.max_age", "12", audience__min_age="18")
    assert said == "de jongste leeftijd is hoger dan de oudste leeftijd; draai ze om"


@pytest.mark.parametrize(
    ("path", "typed", "value"),
    [
        ("haltes", "3,1", ("vrienden", "verlies")),
        ("haltes", "3 en 1", ("vrienden", "verlies")),
        ("haltes", "3 1 3", ("vrienden", "verlies")),
        ("haltes", "ontmoeten", ("ontmoeten",)),
        ("haltes", "LABEL ontmoeten", ("ontmoeten",)),
        ("area", "1", ("stad",)),
        ("area", f"{HERE}, {FAR}", (HERE, FAR)),
        ("professional", "J", True),
        ("professional", "2", False),
        ("contact.url", "voorbeeld.nl", "https://voorbeeld.nl"),
        ("contact.url", "http://voorbeeld.nl/a", "http://voorbeeld.nl/a"),
        ("contact.via", "Loket", "loket"),
        ("opening_hours", "ma-vr 9-17", "Mo-Fr 09:00-17:00"),
        ("verified_on", "november 2026", "2026-11"),
    ],
)
def test_an_answer_is_read_as_people_type_it(path: str, typed: str, value: object) -> None:
    assert given_answer(path, typed) == value


@pytest.mark.parametrize(
    ("path", "typed", "tip"),
    [
        ("summary", "Je eet soep " + "en soep " * 8 + "mee.", "heeft 20 woorden"),
        ("summary", "Je eet. Je praat. Je wast af.", "één of twee zinnen"),
        ("first_step", "Belt u het buurthuis.", "met je, niet met u"),
        ("name", "koffie", "er is al een aanbod dat zo heet"),
        ("opening_hours", "di 10-12", "di 10:00-12:00"),
        ("contact.url", "voorbeeld.nl", "https://voorbeeld.nl"),
        ("certainty", "3", "wordt niet getoond"),
        ("contact.via", "", "zonder contact"),
    ],
)
def test_what_could_be_better_is_a_tip_and_is_taken(path: str, typed: str, tip: str) -> None:
    made = interview()
    assert tip in " ".join(made.give(question(path, made), typed))
    assert path in made.answers


def test_a_plain_short_text_gets_no_tip() -> None:
    made = interview()
    assert made.give(question("summary", made), ANSWERS["summary"]) == []


# --- the conversation -------------------------------------------------------------------------------------------------


def test_after_a_wrong_answer_the_same_question_is_asked_again() -> None:
    editor = Editor("Soep", "Buurthuis", "Je moet eten.", "Je eet soep.", "stop")
    with pytest.raises(Stopped):
        editor.talk(kept := interview())
    assert kept.answers["summary"] == "Je eet soep."
    assert "Dat kan nog niet: 'Je moet' zeggen we niet" in editor.text
    assert editor.text.count("Waar gaat het over?") == 1


def test_back_shows_what_was_answered_and_enter_keeps_it() -> None:
    editor = Editor("Soep", "Buurthuis", "terug", "terug", "", "", "stop")
    with pytest.raises(Stopped):
        editor.talk(kept := interview())
    assert "Nu staat er: Buurthuis" in editor.text
    assert "Nu staat er: Soep" in editor.text
    assert kept.answers == {"name": "Soep", "organisation": "Buurthuis"}


def test_back_at_the_first_question_stays_there() -> None:
    editor = Editor("terug", "Soep", "stop")
    with pytest.raises(Stopped):
        editor.talk(kept := interview())
    assert kept.answers == {"name": "Soep"}


def test_a_dash_makes_an_answer_empty_unless_it_is_needed() -> None:
    typed = [*lines(), "12", "-", "1", "-", "Soep!", "ja"]
    editor = Editor(*typed)
    record = editor.talk()
    assert (record.place, record.name) == ("", "Soep!")
    assert "niet leeg" in editor.text


def test_an_answer_can_be_changed_from_the_summary() -> None:
    editor = Editor(*lines(), "99", "wat", "1", "Stamppot", "ja")
    assert editor.talk().name == "Stamppot"
    assert "  1  Naam: Soep in de straat" in editor.text.replace("   1", "  1")
    assert editor.text.count("Dit heb je ingevuld:") == 2
    assert "Openingstijden: wo 12:00-14:00" in editor.text, "as one reads it, not as it is kept"


def test_an_answer_from_the_summary_that_opens_another_question_asks_that_one() -> None:
    typed = lines({"for_whom": "1"})
    record = Editor(*typed, "6", "1,3", "Bel het buurthuis.", "", "ja").talk()
    assert record.helpen is not None
    assert record.helpen.first_step == "Bel het buurthuis."


@pytest.mark.parametrize("count", [0, 1, 5, len(ANSWERS)])
def test_when_the_input_ends_the_answers_so_far_are_kept_and_one_goes_on_where_one_was(count: int) -> None:
    typed, kept = lines(), dict[str, str]()
    with pytest.raises(Stopped):
        Editor(*typed[:count]).talk(keep=kept)
    assert len(kept) == min(count, len(typed))
    assert Editor(*typed[count:], "ja").talk(Interview(CITY, TODAY, kept)) == Editor(*typed, "ja").talk()


def test_a_draft_of_yesterday_still_means_the_same() -> None:
    kept: dict[str, str] = {}
    with pytest.raises(Stopped):
        Editor(*lines()).talk(keep=kept)
    haltes = {"nieuw": halte("nieuw"), **CITY.haltes}
    changed = catalogue(initiative("koffie"))
    changed = type(changed)(**{**vars(changed), "haltes": haltes, "groepen": {"g": groep("g")}})
    record = Editor("ja").talk(Interview(changed, date(2027, 1, 1), kept))
    assert (record.haltes, record.verified_on) == (("ontmoeten", "vrienden"), "2026-11-22")


def test_a_kept_answer_that_is_no_longer_possible_is_asked_again() -> None:
    made = Interview(CITY, TODAY, {"name": "Soep", "haltes": "weg", "onzin": "x", "organisation": ""})
    assert made.answers == {"name": "Soep"}


@unhurried
@given(st.lists(st.one_of(st.text(max_size=12), st.sampled_from(["terug", "-", "", "1", "1,2", "stop", "ja"])), max_size=60))
def test_whatever_is_typed_it_ends_in_a_record_or_in_stopping(typed: list[str]) -> None:
    try:
        record = Editor(*typed).talk()
    except Stopped:
        return
    assert record.id


@unhurried
@given(st.text(min_size=1, max_size=30), st.sampled_from([path for path in ANSWERS if "age" not in path]))
def test_whatever_is_answered_is_kept_in_a_form_that_reads_the_same_again(typed: str, path: str) -> None:
    made = interview()
    try:
        made.give(question(path, made), typed)
    except ValueError:
        return
    assert Interview(CITY, TODAY, dict(made.answers))._fields() == made._fields()


# --- the draft --------------------------------------------------------------------------------------------------------


@unhurried
@given(st.dictionaries(st.sampled_from(list(ANSWERS)), st.text(st.characters(exclude_categories=["Cs", "Cc"]))))
def test_a_draft_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, answers: dict[str, str]) -> None:
    path = tmp_path_factory.mktemp("draft") / "new" / "concept.yml"
    write_draft(path, answers)
    assert read_draft(path) == answers


@pytest.mark.parametrize("content", [b"", b"- a", b"name: [a, b]", b"\xff\xfe", b"a: b: c", b"name: 3"])
def test_a_draft_that_is_broken_is_no_draft(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "concept.yml").write_bytes(content)
    assert read_draft(tmp_path / "concept.yml") == {}


def test_a_draft_set_aside_never_replaces_another(tmp_path: Path) -> None:
    names = []
    for _ in range(3):
        write_draft(tmp_path / "concept.yml", {"name": "Soep"})
        names.append(set_aside(tmp_path / "concept.yml").name)
    assert names == ["concept_2.yml", "concept_3.yml", "concept_4.yml"]


# --- days and hours in Dutch ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("ma-vr 9-17 uur", "Mo-Fr 09:00-17:00"),
        ("maandag tot en met vrijdag van 9.00 tot 17.00 uur", "Mo-Fr 09:00-17:00"),
        ("di en do 10-12; wo 14-16", "Tu,Th 10:00-12:00; We 14:00-16:00"),
        ("ma 10-12 en wo 14-16", "Mo 10:00-12:00; We 14:00-16:00"),
        ("ma 10-12 en 14-16", "Mo 10:00-12:00,14:00-16:00"),
        ("Elke woensdag 14–16", "We 14:00-16:00"),
        ("zo: 12.30-16", "Su 12:30-16:00"),
        ("elke dag 9-17", "Mo-Su 09:00-17:00"),
        ("do t/m za 20-2", "Th-Sa 20:00-02:00"),
        ("dag en nacht", "24/7"),
        ("Mo-Fr 09:00-17:00; PH 10:00-12:00", "Mo-Fr 09:00-17:00; PH 10:00-12:00"),
    ],
)
def test_hours_as_people_write_them(typed: str, hours: str) -> None:
    assert read_hours(typed) == hours


@pytest.mark.parametrize(
    "typed", ["", "soms", "ma 9", "ma 25-26", "eerste dinsdag van de maand 10-12", "op afspraak", "9-17 \x00"]
)
def test_hours_that_cannot_be_read_say_how(typed: str) -> None:
    with pytest.raises(ValueError, match=r"ma-vr 9\.00-17\.00"):
        read_hours(typed)


@unhurried
@given(st.text(max_size=30))
def test_hours_are_read_for_sure_or_refused(typed: str) -> None:
    try:
        hours = read_hours(typed)
    except ValueError:
        return
    assert OpeningHours.parse(hours)
    assert read_hours(hours) == hours


@given(st.sets(st.sampled_from(["ma", "di", "wo", "do", "vr", "za", "zo"]), min_size=1), st.integers(0, 22))
def test_what_was_understood_is_said_in_words_that_are_understood_the_same(days: set[str], hour: int) -> None:
    hours = read_hours(f"{' en '.join(sorted(days))} {hour}-{hour + 1}")
    assert read_hours(hours_in_dutch(hours)) == hours


@pytest.mark.parametrize(
    ("typed", "fixed"),
    [
        ("vandaag", "2026-11-22"),
        ("21-11-2026", "2026-11-21"),
        ("1-2-2026", "2026-02-01"),
        ("21 november 2026", "2026-11-21"),
        ("21 Nov. 2026", "2026-11-21"),
        ("november 2026", "2026-11"),
        ("11-2026", "2026-11"),
        ("2026-11-21", "2026-11-21"),
        ("2024", "2024"),
    ],
)
def test_dates_as_people_write_them(typed: str, fixed: str) -> None:
    assert read_date(typed, TODAY) == fixed


@pytest.mark.parametrize(
    "typed", ["", "-", "ooit", "31-2-2026", "1-1-26", "2026-13", "ju 2026", "2027", "23-11-2026", "1-2-3-2026", "0000"]
)
def test_dates_that_cannot_be_are_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"deze datum|komt nog"):
        read_date(typed, TODAY)


@given(st.dates(max_value=TODAY, min_value=date(1000, 1, 1)))
def test_every_day_is_read_in_all_ways(day: date) -> None:
    for typed in (day.isoformat(), f"{day.day}-{day.month}-{day.year}"):
        assert read_date(typed, TODAY) == day.isoformat()


@unhurried
@given(st.text(max_size=20))
def test_a_date_is_read_or_refused(typed: str) -> None:
    try:
        fixed = read_date(typed, TODAY)
    except ValueError:
        return
    assert initiative(verified_on=fixed)


# --- writing ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_catalogue(tmp_path / "catalogue")


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("Soep in de straat!", "soep_in_de_straat"),
        ("Café Één", "cafe_een"),
        ("50+ & co", "50_co"),
        ("咖啡", "aanbod"),
        ("koffie", "koffie_2"),
        ("a" * 99, "a" * LONGEST_ID),
    ],
)
def test_an_id_is_made_from_the_name_and_is_free(name: str, made: str) -> None:
    assert new_id(name, {"koffie"}) == made


@unhurried
@given(st.text(max_size=60))
def test_any_name_gives_an_id_that_can_be_used(name: str) -> None:
    assert initiative(id=new_id(name, {"aanbod"})).id != "aanbod"


def test_a_record_goes_where_most_of_its_halte_stand() -> None:
    city = load_catalogue(CATALOGUE)
    assert file_for("geld", city) == "initiatives/geld.yml"
    assert file_for("verlies", catalogue()) == "initiatives/verlies.yml"


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"]), max_size=200).map(str.strip)


@unhurried
@given(TEXTS, TEXTS, st.sampled_from(["", "  "]))
def test_any_text_survives_being_written(name: str, note: str, indent: str) -> None:
    record = initiative(name=name, note=note, verified_on="2026-11-21", helpen={"first_step": note})
    text = f"initiatives:\n\n{record_text(record, indent)}"
    assert Initiative.model_validate(yaml.safe_load(text)["initiatives"][0]) == record


def test_dates_and_numbers_are_quoted_and_short_lists_stand_on_one_line() -> None:
    text = record_text(initiative(verified_on="2026-11", contact={"phone": "0800-1234"}))
    assert "verified_on: '2026-11'\n" in text
    assert "phone: 0800-1234" not in text
    assert "haltes: [ontmoeten]\n" in text


def shapes() -> Iterator[Any]:
    yield pytest.param(lambda text: text, id="as it is")
    yield pytest.param(lambda text: text.rstrip("\n"), id="without a last line end")
    yield pytest.param(lambda text: text + "\n\n\n# tot slot\n", id="a remark at the end")
    yield pytest.param(lambda text: text.replace("\n", "\r\n"), id="line ends of Windows")
    yield pytest.param(
        lambda text: "".join(f"  {line}" if place else line for place, line in enumerate(text.splitlines(True))), id="indented"
    )


@pytest.mark.parametrize("shape", shapes())
def test_the_file_keeps_what_it_had_and_gets_the_record(folder: Path, shape: Any) -> None:
    path = folder / OFFER_FILES[0]
    before = shape(path.read_text(encoding="utf-8")).encode()
    path.write_bytes(before)
    assert add_record(initiative("soep", area=["overvecht"]), folder, OFFER_FILES[0], DOMAIN) == []
    after = path.read_bytes()
    assert after.startswith(before.rstrip())
    assert load_catalogue(folder).initiatives["soep"].name == "Soep"
    assert list(load_catalogue(folder).files.values()).count(OFFER_FILES[0]) == 4
    if b"\r\n" in before:
        assert after.count(b"\n") == after.count(b"\r\n")


def test_a_file_that_was_not_there_is_made(folder: Path) -> None:
    assert add_record(initiative("soep"), folder, "initiatives/verlies.yml", DOMAIN) == []
    assert load_catalogue(folder).files["soep"] == "initiatives/verlies.yml"
    assert (folder / "initiatives/verlies.yml").read_text(encoding="utf-8").startswith("# yaml-language-server")


@pytest.mark.parametrize("file", [OFFER_FILES[0], "initiatives/nieuw.yml"])
def test_when_the_check_finds_something_all_is_as_it_was(folder: Path, file: str) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    problems = add_record(initiative("soep", haltes=["maan"]), folder, file, DOMAIN)
    assert ["'maan' bestaat niet" in str(problem) for problem in problems] == [True]
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    return tmp_path / "concept.yml"


TYPED = ["Soep in de straat", "Buurthuis Voorbeeld", "Je eet samen soep.", "11", *[""] * 6, "1", "", "2", "", "1", "", "030-123 45 67",
         *[""] * 7, "Loop op woensdag binnen.", "", "1", "https://www.voorbeeld.nl", "", "1", "ja"]  # fmt: skip


def new(folder: Path, draft: Path, typed: list[str], *options: str) -> Result:
    command = ["catalogue", "new", str(folder), "--draft", str(draft), *options]
    return CliRunner().invoke(app, command, input="".join(f"{line}\n" for line in typed))


def test_the_command_asks_and_writes_a_record_that_passes_the_check(folder: Path, draft: Path) -> None:
    before = [str(problem) for problem in check_all(folder)]
    result = new(folder, draft, TYPED)
    assert result.exit_code == 0, result.output
    assert "met de id soep_in_de_straat. De controle is goed. Wegwijzer kan het tonen." in result.output.replace("\n", " ")
    assert load_catalogue(folder).initiatives["soep_in_de_straat"].suggestable
    assert [str(problem) for problem in check_all(folder)] == before
    assert not draft.exists()


def test_the_same_name_again_gets_another_id(folder: Path, draft: Path) -> None:
    new(folder, draft, TYPED)
    assert "er is al een aanbod dat zo heet" in new(folder, draft, TYPED).output
    assert "soep_in_de_straat_2" in load_catalogue(folder).initiatives


def test_a_file_of_choice(folder: Path, draft: Path) -> None:
    assert new(folder, draft, TYPED, "--file", "soep.yml").exit_code == 0
    assert load_catalogue(folder).files["soep_in_de_straat"] == "initiatives/soep.yml"
    refused = new(folder, draft, TYPED, "--file", "../../soep.yml")
    assert refused.exit_code == 1
    assert "--file" in refused.output


@pytest.mark.parametrize("last", [["stop"], []], ids=["stop", "end of input"])
def test_stopping_keeps_the_draft_and_the_catalogue_as_it_was(folder: Path, draft: Path, last: list[str]) -> None:
    before = load_catalogue(folder).fingerprint
    result = new(folder, draft, [*TYPED[:3], *last])
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert str(draft) in result.output.replace("\n", "")
    assert load_catalogue(folder).fingerprint == before
    result = new(folder, draft, ["ja", *TYPED[3:]])
    assert result.exit_code == 0
    assert "soep_in_de_straat" in load_catalogue(folder).initiatives


def test_a_draft_that_one_does_not_want_is_set_aside(folder: Path, draft: Path) -> None:
    new(folder, draft, ["Oude naam"])
    assert new(folder, draft, ["nee", *TYPED]).exit_code == 0
    assert read_draft(draft.with_name("concept_2.yml")) == {"name": "Oude naam"}


def test_nothing_typed_at_all(folder: Path, draft: Path) -> None:
    result = new(folder, draft, [])
    assert result.exit_code == 1
    assert "Gestopt." in result.output
    assert not draft.exists()


def test_a_catalogue_with_mistakes_is_mended_first(folder: Path, draft: Path) -> None:
    (folder / "haltes.yml").unlink()
    result = new(folder, draft, TYPED)
    assert result.exit_code == 1
    assert "haltes.yml: dit bestand ontbreekt" in result.output


def test_a_draft_that_cannot_be_kept_is_said(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = new(folder, tmp_path / "file" / "concept.yml", TYPED)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert "kan niet bewaard worden" in result.output
