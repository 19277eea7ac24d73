"""The training messages: our own, enough of each, and none of them learnt from the exam."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rapidfuzz import fuzz, process

from tests.builders import DOMAIN, ROOT, read_yaml, real_catalogue, real_listener, responses
from wegwijzer.aftercare.answers import read_answer
from wegwijzer.aftercare.questions import Question
from wegwijzer.understanding.antwoorden import AnswerFinder
from wegwijzer.understanding.features import tidy
from wegwijzer.understanding.training_data import Example, read_examples
from wegwijzer.vocabulary import Drempel, Gemis, VoorWie, Vorm

EVALUATION = ROOT / "tests" / "evaluation"
ALIKE = 90
"""How alike (0 to 100) a training message and a line of the exam may not be."""

SHORT = 15
"""Anybody says "ja" or "weet ik niet" in the same words: only longer texts are compared."""

FEWEST = 60
"""Messages each halte needs at least."""


@lru_cache(maxsize=1)
def examples() -> list[Example]:
    return read_examples(ROOT / "data")


def texts_in(data: Any) -> Iterator[str]:
    """Everything a resident says in a file of an evaluation set."""
    if isinstance(data, list):
        for item in data:
            yield from texts_in(item)
    elif isinstance(data, dict):
        for key, value in data.items():
            if key in ("text", "opening"):
                yield str(value)
            elif key == "answers":
                yield from (str(answer) for answer in value.values())
            else:
                yield from texts_in(value)


def titles() -> dict[str, set[str]]:
    """The titles of the buttons of every response."""
    return {
        name: {button["title"] for variant in variants for button in variant.get("buttons", [])}
        for name, variants in responses().items()
    }


# --- the exam ---------------------------------------------------------------------------------------------------------

EXAMS = sorted(EVALUATION.rglob("*.yml"))


def test_there_is_an_exam() -> None:
    assert {"messages.yml", "crisis.yml", "personas.yml"} <= {path.name for path in EXAMS}


@pytest.mark.parametrize("path", EXAMS, ids=lambda path: str(path.relative_to(EVALUATION)))
def test_no_training_message_is_nearly_a_line_of_the_exam(path: Path) -> None:
    # What stands on a button must be known and may be said by anybody.
    buttons = {tidy(title) for found in titles().values() for title in found}
    lines = [text for text in map(tidy, texts_in(read_yaml(path))) if len(text) > SHORT and text not in buttons]
    ours = [tidy(example.text) for example in examples()]
    assert lines and ours
    alike = process.cdist(lines, ours, scorer=fuzz.ratio, score_cutoff=ALIKE, workers=-1)
    copied = {lines[row]: ours[column] for row, column in zip(*np.nonzero(alike), strict=True)}
    assert copied == {}, "take these lines out of data/ (on the right)"


# --- enough, and sound ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("halte", sorted(real_catalogue().haltes))
def test_every_halte_has_enough_messages(halte: str) -> None:
    counts = Counter(name for example in examples() for name in example.haltes)
    first = Counter(example.haltes[0] for example in examples() if example.haltes)
    assert counts[halte] >= FEWEST
    assert first[halte] >= FEWEST, "as the main theme"


def test_every_halte_in_the_data_exists() -> None:
    assert {halte for example in examples() for halte in example.haltes} <= set(real_catalogue().haltes)


def test_every_intent_has_messages_and_every_message_an_intent_that_exists() -> None:
    known = {next(iter(entry)) for entry in read_yaml(DOMAIN)["intents"]}
    used = Counter(example.intent for example in examples())
    assert set(used) <= known
    by_code = {name for name in known if name.startswith("zorg_")} | {"nlu_fallback", "andere_taal"}
    assert known - set(used) <= by_code
    assert min(used.values()) >= 20, used.most_common()[-3:]


def test_only_what_tells_something_has_a_theme() -> None:
    assert {example.intent for example in examples() if example.haltes} <= {"situatie", "vraag_aanbod", "helpen"}
    assert all(example.haltes for example in examples() if example.intent == "vraag_aanbod")


def test_no_message_stands_under_two_intents() -> None:
    """Danger apart: it has a classifier of its own, and the same words may mean both ("ik stap eruit")."""
    meanings: dict[str, set[str]] = {}
    for example in examples():
        if not example.intent.startswith("crisis_"):
            meanings.setdefault(tidy(example.text), set()).add(example.intent)
    assert {text: found for text, found in meanings.items() if len(found) > 1} == {}


def test_no_message_holds_what_rasa_reads_as_markup_or_a_command() -> None:
    assert [example.text for example in examples() if set("[]{}") & set(example.text) or example.text.startswith("/")] == []


def test_no_phone_number_and_no_address_of_mail_is_trained() -> None:
    for example in examples():
        digits = "".join(letter for letter in example.text if letter.isdigit())
        assert len(digits) < 10 and "@" not in example.text, example.text


@pytest.mark.parametrize("broken", ["", "version: '3.1'\n", "nlu: [\n", "- a\n"])
def test_a_broken_file_is_named(tmp_path: Path, broken: str) -> None:
    (tmp_path / "nlu").mkdir()
    (tmp_path / "nlu" / "kapot.yml").write_text(broken, encoding="utf-8")
    with pytest.raises(ValueError, match=r"kapot\.yml"):
        read_examples(tmp_path)


# --- the buttons ------------------------------------------------------------------------------------------------------


def _answer(slot: str, title: str) -> object:
    """What the core makes of a title as the answer to a question: ``None`` when it is no answer."""
    answers: AnswerFinder = real_listener().answers
    recognise: dict[str, Callable[[], object]] = {
        "vorm": lambda: answers.vorm(title, asked=True),
        "gemis": lambda: answers.gemis(title, asked=True),
        "voor_wie": lambda: answers.voor_wie(title),
        "drempel": lambda: answers.drempels(title, asked=True) or answers.no_drempel(title) or None,
        "situatie": lambda: next((halte for halte in real_catalogue().haltes.values() if halte.label == title), None),
    }
    return recognise[slot]() if slot in recognise else None


BUTTONS = sorted((response, title) for response, found in titles().items() for title in found)


LOOKING_BACK = {
    **dict.fromkeys(("utter_mening", "utter_mening_na_ja"), Question.MENING),
    **{"utter_mening_niet": Question.ANDERS, "utter_leren_vraag": Question.LEREN, "utter_gelukt_vraag": Question.GELUKT},
}
"""The questions whose answers are read by their words, see ``wegwijzer/aftercare/answers.py``."""


def _looking_back(response: str, title: str) -> str | None:
    return read_answer(LOOKING_BACK[response], title, "", {}) if response in LOOKING_BACK else None


@pytest.mark.parametrize(("response", "title"), BUTTONS)
def test_every_button_is_understood_when_it_is_pressed(response: str, title: str) -> None:
    known = {tidy(example.text) for example in examples()} if not _looking_back(response, title) else {tidy(title)}
    assert tidy(title) in known or _answer(response.removeprefix("utter_ask_"), title), "add it to data/nlu.yml"


@pytest.mark.parametrize("title", sorted(real_catalogue().sentences.answers["knop"].values()))
def test_the_buttons_made_by_code_are_understood_too(title: str) -> None:
    assert tidy(title) in {tidy(example.text) for example in examples()}


@pytest.mark.parametrize(
    ("title", "intent"),
    [("Liever een mens", "mens"), ("Wis mijn gesprek", "wissen"), ("Sla over", "weetniet"), ("Ga verder", "verder"), ("Ja", "bevestigen"),
     ("Nee", "ontkennen"), ("Iets anders", "iets_anders"), ("Hoe begin ik?", "hoe_begin_ik"), ("Opnieuw beginnen", "opnieuw")],
)  # fmt: skip
def test_a_button_means_one_thing(title: str, intent: str) -> None:
    assert {example.intent for example in examples() if tidy(example.text) == tidy(title)} == {intent}


@pytest.mark.parametrize(
    ("response", "slot", "wanted"),
    [
        ("utter_ask_gemis", "gemis", set(Gemis)),
        ("utter_ask_voor_wie", "voor_wie", set(VoorWie)),
        ("utter_ask_vorm", "vorm", set(Vorm)),
    ],
)
def test_every_answer_has_a_button_that_means_it(response: str, slot: str, wanted: set[object]) -> None:
    assert {_answer(slot, title) for title in titles()[response]} - {None} == wanted


def test_the_buttons_about_what_is_hard_mean_what_they_say() -> None:
    meant = [_answer("drempel", title) for title in sorted(titles()["utter_ask_drempel"] - {"Sla over"})]
    hurdles = [found for found in meant if isinstance(found, tuple)]
    assert all(len(found) == 1 and isinstance(found[0], Drempel) for found in hurdles)
    assert len({found[0] for found in hurdles}) == len(hurdles) >= 3
    assert True in meant, "one says that nothing is hard"
