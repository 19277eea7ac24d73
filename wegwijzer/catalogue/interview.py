"""Asking the questions for a new record one by one, in a terminal or in a test, until the record is right.

The conversation only needs a way to ask a line and a way to say a line. After every answer the draft is kept, so that
stopping, a closed window or a power cut loses nothing. Words for editors stand together at the top.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from wegwijzer.catalogue.asking import Interview, Question
from wegwijzer.catalogue.models import Initiative
from wegwijzer.catalogue.remedies import remedy

# --- words for editors ------------------------------------------------------------------------------------------------

WELCOME = """Een nieuw aanbod. We vragen één ding tegelijk.
  Enter   sla over, of houd wat er al staat
  -       maak een antwoord leeg
  terug   naar de vorige vraag
  stop    stoppen; je antwoorden blijven bewaard"""
BACK, STOP, EMPTY = "terug", "stop", "-"
PROMPT = "> "
HEADING = "Vraag {number} van {count} · {title}"
EXAMPLE = "Bijvoorbeeld: {example}"
NOW = "Nu staat er: {answer}"
ENTER_SKIPS = "Dit mag je overslaan met Enter."
ENTER_GIVES = "Enter geeft: {answer}"
WRONG = "Dat kan nog niet: {remedy}."
FIRST_QUESTION = "Dit is de eerste vraag."
NOTHING = "(leeg)"
SUMMARY = "Dit heb je ingevuld:"
READY = "Klopt dit? Typ 'ja' om het op te slaan, een nummer om een antwoord te veranderen, of 'stop'."
READY_AGAIN = "Typ 'ja', een nummer van 1 tot en met {count}, of 'stop'."
NOT_READY = "Er klopt nog iets niet: {remedy}. Typ het nummer van de vraag om het te veranderen."


class Stopped(Exception):
    """The editor stopped, or there was no more input; the answers so far are kept."""


Ask = Callable[[str], str]
Tell = Callable[[str], None]


@dataclass
class Conversation:
    """One interview with an editor.

    Attributes:
        ask: shows a prompt and returns one line; raises ``EOFError`` when there is no more input.
        tell: shows a line.
        keep: called with all answers after each one.
    """

    interview: Interview
    ask: Ask
    tell: Tell
    keep: Callable[[Mapping[str, str]], None]

    def run(self) -> Initiative:
        """Ask until the record is right and the editor agrees.

        Raises:
            Stopped: the editor stopped, or the input ended.
        """
        self.tell(WELCOME)
        place: int | None = self._next_open()
        while True:
            while place is not None:
                place = self._one(place)
            record, place = self._agree()
            if record is not None:
                return record

    def _one(self, place: int) -> int | None:
        """Ask one question. Returns the place of the next one; ``None`` when all have been asked."""
        asked = self.interview.asked()
        question = asked[place]
        self._show(question, place + 1, len(asked))
        while True:
            typed = self._line()
            if typed.casefold() == BACK:
                if place > 0:
                    return place - 1
                self.tell(FIRST_QUESTION)
                continue
            try:
                self._take(question, typed)
            except ValueError as error:
                self.tell(WRONG.format(remedy=error))
                continue
            return self._following(question)

    def _take(self, question: Question, typed: str) -> None:
        known = self.interview.answers.get(question.path, question.default)
        answer = "" if typed == EMPTY else typed or known
        for tip in self.interview.give(question, answer):
            self.tell(tip)
        self.keep(self.interview.answers)

    def _following(self, question: Question) -> int | None:
        """The next question in order that has no answer yet; an answer may have opened or closed later ones."""
        paths = [one.path for one in self.interview.asked()]
        after = paths.index(question.path) + 1
        open_ones = [place for place in range(len(paths)) if paths[place] not in self.interview.answers]
        return next((place for place in open_ones if place >= after), open_ones[0] if open_ones else None)

    def _next_open(self) -> int | None:
        asked = self.interview.asked()
        return next((place for place, one in enumerate(asked) if one.path not in self.interview.answers), None)

    def _show(self, question: Question, number: int, count: int) -> None:
        self.tell("")
        self.tell(HEADING.format(number=number, count=count, title=question.title))
        self.tell(question.why)
        for place, (_, label) in enumerate(question.options, 1):
            self.tell(f"  {place:>2}  {label}")
        if question.example:
            self.tell(EXAMPLE.format(example=question.example))
        now = self.interview.shown(question)
        if now:
            self.tell(NOW.format(answer=now))
        elif question.default and question.path not in self.interview.answers:
            self.tell(ENTER_GIVES.format(answer=_words(question)))
        elif not question.required:
            self.tell(ENTER_SKIPS)

    def _agree(self) -> tuple[Initiative | None, int | None]:
        """Show all answers. Returns the record, or the place of the question to ask again."""
        asked = self.interview.asked()
        self.tell("")
        self.tell(SUMMARY)
        for place, question in enumerate(asked, 1):
            self.tell(f"  {place:>2}  {question.title}: {self.interview.shown(question) or NOTHING}")
        self.tell(READY)
        while True:
            typed = self._line().casefold()
            if typed in ("ja", "j"):
                try:
                    return self.interview.record(), None
                except ValidationError as error:
                    self.tell(NOT_READY.format(remedy=remedy(dict(error.errors()[0]))))
            elif typed == BACK:
                return None, len(asked) - 1
            elif typed.isascii() and typed.isdigit() and len(typed) < 4 and 1 <= int(typed) <= len(asked):
                return None, int(typed) - 1
            else:
                self.tell(READY_AGAIN.format(count=len(asked)))

    def _line(self) -> str:
        try:
            typed = self.ask(PROMPT).strip()
        except (EOFError, KeyboardInterrupt, UnicodeDecodeError) as error:
            raise Stopped from error
        if typed.casefold() == STOP:
            raise Stopped
        return typed


def _words(question: Question) -> str:
    """The usual answer in words."""
    if not question.options or not question.default.isdigit():
        return question.default
    return question.options[int(question.default) - 1][1]


# --- the draft --------------------------------------------------------------------------------------------------------


def read_draft(path: Path) -> dict[str, str]:
    """The answers of an earlier time; empty when there is no draft or it cannot be read."""
    try:
        data: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return {}
    return {str(name): text for name, text in data.items() if isinstance(text, str)} if isinstance(data, dict) else {}


def write_draft(path: Path, answers: Mapping[str, str]) -> None:
    """Keep the answers. Raises ``OSError`` when that cannot be done."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(dict(answers), allow_unicode=True, sort_keys=False), encoding="utf-8")


def set_aside(path: Path) -> Path:
    """Give a draft a name of its own, so that a new one does not write over it. Returns the new place."""
    free = next(place for place in _names(path) if not place.exists())
    return path.rename(free)


def _names(path: Path) -> Iterator[Path]:
    number = 1
    while True:
        number += 1
        yield path.with_name(f"{path.stem}_{number}{path.suffix}")
