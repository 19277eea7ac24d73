"""From je to u: what is said to who chose u, what never changes, and that every real sentence was read by a person."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from tests.builders import CATALOGUE, ROOT, read_yaml, real_catalogue
from wegwijzer.catalogue.aanspreken import ADDRESSED, INFORMAL, Aanspreken
from wegwijzer.catalogue.remedies import CatalogueError
from wegwijzer.cli import app
from wegwijzer.dialogue import formal as formal_module
from wegwijzer.dialogue.formal import Formal
from wegwijzer.dialogue.formal_review import Said, page, review, said
from wegwijzer.dialogue.wording import contact_text, first_step, step_parts
from wegwijzer.domain_texts import response_text
from wegwijzer.matching.moment import Moment
from wegwijzer.matching.opening_hours import AMSTERDAM
from wegwijzer.matching.ranking import Match

SENTENCES: dict[str, list[list[str]]] = read_yaml(ROOT / "tests" / "formal" / "sentences.yml")
FLOOR = {"tuning": 1.0, "held_out": 0.95}
"""The least share of sentences that must be exactly right. Nothing was mended for the held-out ones."""

FORMAL = Formal()
TEXTS = [one for one in said(real_catalogue()) if one.text]
QUOTED = re.compile(r'"[^"\n]*"')
URL = re.compile(r"https?://\S+")


def outside_quotes(text: str) -> str:
    """What is said to the person; names that have "je" in them are left out as well."""
    return re.sub("[Mm]et je hart|JoU", "", QUOTED.sub('""', text))


# --- the sentences made before the rules ------------------------------------------------------------------------------


@pytest.mark.parametrize("part", FLOOR)
def test_enough_of_the_sentences_are_exactly_right(part: str) -> None:
    wrong = [(informal, FORMAL.text(informal)) for informal, right in SENTENCES[part] if FORMAL.text(informal) != right]
    assert 1 - len(wrong) / len(SENTENCES[part]) >= FLOOR[part], wrong


def test_a_third_of_enough_sentences_is_held_out() -> None:
    tuning, held_out = ({informal for informal, _ in SENTENCES[part]} for part in ("tuning", "held_out"))
    assert len(tuning | held_out) >= 120 and not tuning & held_out
    assert len(held_out) >= (len(tuning) + len(held_out)) / 3 - 1


def test_no_sentence_is_one_of_the_bot() -> None:
    ours = " ".join(one.text for one in TEXTS)
    own = [informal for rows in SENTENCES.values() for informal, _ in rows if len(informal.split()) > 3]
    assert [one for one in own if one in ours] == []


@pytest.mark.parametrize(
    ("informal", "right"),
    [
        ("BEN JE ER NOG?", "BENT U ER NOG?"),
        ("Dan ben je er.\nBel je zus.", "Dan bent u er.\nBel uw zus."),
        ("Kun je? Wil je? Mag je?", "Kunt u? Wilt u? Mag u?"),
        ("Je maakt je zorgen en vraagt je af wat je kunt doen.", "U maakt zich zorgen en vraagt zich af wat u kunt doen."),
        ("Neem je zorgen mee.", "Neem uw zorgen mee."),
        ("Daar drink je thee en beweeg je samen.", "Daar drinkt u thee en beweegt u samen."),
        ("Loop binnen en schrijf je in.", "Loop binnen en schrijf u in."),
        ("Iemand neemt je met je mee.", "Iemand neemt u met u mee."),
        ("Zeg: “Ik bel je.” Dan weet je het.", "Zeg: “Ik bel je.” Dan weet u het."),
        ("Je dokter kan je helpen. Dan kan je gaan.", "Uw dokter kan u helpen. Dan kunt u gaan."),
        ("Wie je wil helpen, mag bellen.", "Wie u wil helpen, mag bellen."),
        ("Vraag naar JoU in jouw wijk.", "Vraag naar JoU in uw wijk."),
        ("Alsjeblieft, dank je.", "Alstublieft, dank u."),
        ("Mail je@jij.nl of kijk op jij.nl/je.", "Mail je@jij.nl of kijk op jij.nl/je."),
        ('Half "open je', 'Half "open u'),
        ("", ""),
    ],
)
def test_hard_cases(informal: str, right: str) -> None:
    assert FORMAL.text(informal) == right


# --- everything the bot says ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("one", TEXTS, ids=lambda one: f"{one.file}:{one.where}")
def test_nothing_says_je_to_who_chose_u(one: Said) -> None:
    formal = FORMAL.text(one.text)
    assert not re.search(rf"{INFORMAL.pattern}|\bjullie\b", outside_quotes(formal), re.IGNORECASE)
    assert QUOTED.findall(formal) == QUOTED.findall(one.text)
    assert FORMAL.text(formal) == formal


def test_nothing_the_bot_says_is_guessed() -> None:
    assert [(one.where, guess) for one in TEXTS for guess in FORMAL.guesses(one.text)] == []


def test_a_proper_name_stays_and_a_description_does_not() -> None:
    shown = {one.text: FORMAL.text(one.text) for one in TEXTS if one.where.endswith((".name", ".organisation"))}
    assert {name for name in shown if "met je hart" in name.lower()} <= {name for name in shown if shown[name] == name}
    assert shown["Je huisarts of praktijkondersteuner"] == "Uw huisarts of praktijkondersteuner"


@pytest.mark.parametrize("voor_wie", ["zelf", "ander", "helpen"])
def test_a_whole_suggestion_says_u_and_its_words_to_say_stay(voor_wie: str) -> None:
    moment = Moment(datetime(2026, 11, 21, 12, tzinfo=AMSTERDAM), months=12)
    city = real_catalogue()
    for offer in city.suggestable:
        parts = step_parts(Match(offer, 1.0, {}, ()), voor_wie, city, moment)
        text = "\n".join(response_text(name).format(**parts) for name in ("utter_stap", "utter_stap_zin", "utter_hoe_begin"))
        formal = FORMAL.text(text)
        assert not INFORMAL.search(outside_quotes(formal)), formal
        assert f'"{first_step(offer, voor_wie, city).first_words}"' in formal
        assert FORMAL.text(contact_text(offer, city, moment)) in formal


def test_the_page_to_read_is_of_these_texts() -> None:
    current = page(list(review(said(real_catalogue()), FORMAL)))
    assert (ROOT / "docs" / "u-vorm.md").read_text(encoding="utf-8") == current, "run: wegwijzer catalogue formal"


def test_the_page_marks_what_was_guessed() -> None:
    lines = list(review(iter([Said("a.yml", "b", "Bel je fluisteraar | nu. Hoi.")]), FORMAL))
    assert [line.guessed for line in lines] == [("Bel je fluisteraar",)]
    assert "Bel uw fluisteraar \\| nu. **?** (Bel je fluisteraar)" in page(lines)


# --- what must never happen -------------------------------------------------------------------------------------------

WORDS = ["je", "Je", "jij", "jouw", "jou", "jezelf", "JE", "meisje", "je-weet-wel", "voel", "ben", "kan", "wil", "huisarts", "niet",
         "zorgen", "maakt", "en", "als", "ik", "112", "0800-2000", "https://je.nl/jij?je=1", '"', "“je”", ".", ",", "?", "\n", "één",
         "dank", "het", "ga", "goed", "met", "hart", "info@je.nl"]  # fmt: skip
SPOKEN = st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join) | st.text(max_size=60)


@given(SPOKEN)
def test_twice_is_once(text: str) -> None:
    assert FORMAL.text(FORMAL.text(text)) == FORMAL.text(text)


@given(SPOKEN)
def test_numbers_addresses_and_lines_stay(text: str) -> None:
    formal = FORMAL.text(text)
    assert re.findall(r"\d", formal) == re.findall(r"\d", text)
    assert URL.findall(formal) == URL.findall(text)
    assert formal.count("\n") == text.count("\n")
    assert QUOTED.findall(formal) == QUOTED.findall(text)


@given(st.text(max_size=80) | st.lists(st.sampled_from([word for word in WORDS if not ADDRESSED.search(word)])).map(" ".join))
def test_who_says_no_je_gets_the_same_back(text: str) -> None:
    if not ADDRESSED.search(text):
        assert FORMAL.text(text) == text


# --- the lists that editors keep --------------------------------------------------------------------------------------


def words(**changes: Any) -> Aanspreken:
    """The real lists, with changes."""
    return Aanspreken.model_validate(read_yaml(CATALOGUE / "aanspreken.yml") | changes)


def test_the_real_lists_are_in_order() -> None:
    assert list(words().mistakes()) == []
    assert real_catalogue().aanspreken == words()


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"bezit": ["Tuin"]}, "bezit", "kleine letters"),
        ({"kleine_woorden": ["een keer"]}, "kleine_woorden", "één woord"),
        ({"soms_bezit": ["huisarts"]}, "soms_bezit", "staat bij bezit en bij soms_bezit"),
        ({"zo": {"het gaat goed": "het gaat u goed"}}, "zo", "geen je"),
        ({"zo": {"het ga je goed": "het ga je best"}}, "zo", "rechts staat nog"),
        ({"zo": {"Dank je": "dank u"}}, "zo", "kleine letters"),
        ({"onregelmatig": {"zwaai": "zwaait"}}, "onregelmatig", "staat niet bij werkwoorden"),
    ],
)
def test_a_mistake_in_a_list_is_told(changes: dict[str, Any], field: str, said: str) -> None:
    assert [remedy for name, remedy in words(**changes).mistakes() if name == field and said in remedy]


def test_an_editor_mends_a_sentence_with_a_word_or_an_exception() -> None:
    sentence = "Zoek je gouden schoen."
    assert FORMAL.guesses(sentence)
    listed = words(bijvoeglijk=["gouden"])
    assert Formal(listed).text(sentence) == "Zoek uw gouden schoen." and not Formal(listed).guesses(sentence)
    assert Formal(words(zo={"je gouden schoen": "de gouden schoen van u"})).text(sentence) == "Zoek de gouden schoen van u."


def test_a_broken_file_is_told_as_every_file_of_the_catalogue(tmp_path: Path) -> None:
    for text in ("bezit: [", "bezit: 3\n", ""):
        (tmp_path / "aanspreken.yml").write_text(text, encoding="utf-8")
        formal_module._of_catalogue.cache_clear()
        with pytest.raises(CatalogueError, match=r"aanspreken\.yml"):
            formal_module._of_catalogue(tmp_path)
    formal_module._of_catalogue.cache_clear()


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_command_tries_a_sentence() -> None:
    result = CliRunner().invoke(app, ["catalogue", "formal", "Bel je fluisteraar."])
    assert result.exit_code == 0
    assert "Bel uw fluisteraar." in result.output and "zet 'fluisteraar' in aanspreken.yml" in result.output


def test_the_command_writes_the_page(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["catalogue", "formal", "--to", str(tmp_path / "u.md")])
    assert result.exit_code == 0
    assert (tmp_path / "u.md").read_text(encoding="utf-8") == (ROOT / "docs" / "u-vorm.md").read_text(encoding="utf-8")


def test_the_command_says_kindly_that_it_cannot_write(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["catalogue", "formal", "--to", str(tmp_path)])
    assert result.exit_code == 1 and "Traceback" not in result.output
