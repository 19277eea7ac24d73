"""The words by which an answer is recognised, kept by editors in ``catalogue/herkennen.yml``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from wegwijzer.understanding.phrases import phrase_problem, plain
from wegwijzer.vocabulary import Drempel, Gemis, VoorWie, Vorm

NO_DREMPEL: Literal["geen"] = "geen"
"""The value under ``drempel`` for "nothing stands in the way"."""

V = TypeVar("V", bound=str)
Words = tuple[str, ...]


class _Cue(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Phrases(_Cue):
    """How one value is recognised.

    Attributes:
        altijd: clear in any message.
        gevraagd: counts only as the answer to the question.
        heel: counts only as the answer to the question, and only when it is the whole answer.
    """

    altijd: Words = ()
    gevraagd: Words = ()
    heel: Words = ()

    def all(self) -> Words:
        """Every phrase of this value."""
        return self.altijd + self.gevraagd + self.heel


class Refusals(_Cue):
    """Words before or after a phrase that turn it into its opposite."""

    ervoor: Words = ()
    erachter: Words = ()


class Slot(_Cue, Generic[V]):
    """Everything about one question: its answers, and what refuses an answer."""

    antwoorden: Mapping[V, Phrases]
    niet: Refusals = Refusals()


class GroupCues(_Cue):
    """How the words of ``groepen.yml`` are read.

    Attributes:
        hoofdletters: words of ``groepen.yml`` that count only in capitals, because they are ordinary words too.
        niet_meetellen: phrases in which such a word means something else ("mijn god").
        ook_voor_naasten: ids of groups to which the people around someone belong too.
    """

    hoofdletters: Words = ()
    niet_meetellen: Words = ()
    ook_voor_naasten: Words = ()
    niet: Refusals = Refusals()


class Cues(_Cue):
    """The whole of ``catalogue/herkennen.yml``.

    Attributes:
        lijsten: word lists that phrases may use as ``<name>``.
        vulwoorden: words that do not matter when a whole answer is compared.
        omslag: words with which a new thought begins, so that an earlier "niet" no longer counts.
        geen_voorkeur: phrases for "I do not mind which".
        liefst: words before what is wanted most.
        geen_weigering: phrases in which a "niet" or "geen" refuses nothing ("niet erg").
        over_een_ander: with one of these right before it, something is said of someone else ("mijn zoon is").
    """

    lijsten: Mapping[str, Words] = Field(default_factory=dict)
    vulwoorden: Words
    omslag: Words
    geen_voorkeur: Words
    liefst: Words
    geen_weigering: Words
    over_een_ander: Words
    vorm: Slot[Vorm]
    drempel: Slot[Drempel | Literal["geen"]]
    gemis: Slot[Gemis]
    voor_wie: Slot[VoorWie]
    groepen: GroupCues = GroupCues()

    @model_validator(mode="after")
    def _usable(self) -> Cues:
        if problems := [*self._incomplete(), *self._double(), *self._malformed()]:
            raise ValueError("\n".join(problems))
        return self

    def _slots(self) -> dict[str, dict[str, Phrases]]:
        slots: dict[str, Mapping[Any, Phrases]] = {
            "vorm": self.vorm.antwoorden,
            "drempel": self.drempel.antwoorden,
            "gemis": self.gemis.antwoorden,
            "voor_wie": self.voor_wie.antwoorden,
        }
        return {name: {str(value): phrases for value, phrases in answers.items()} for name, answers in slots.items()}

    def _incomplete(self) -> Iterable[str]:
        """Every value of every slot must be recognisable."""
        expected = {"vorm": [*Vorm], "drempel": [*Drempel, NO_DREMPEL], "gemis": [*Gemis], "voor_wie": [*VoorWie]}
        for slot, answers in self._slots().items():
            for value in expected[slot]:
                if str(value) not in answers or not answers[str(value)].all():
                    yield f"{slot}.antwoorden.{value}: hier ontbreken woorden; schrijf er minstens één op"

    def _double(self) -> Iterable[str]:
        """A phrase may stand in one place of a slot only."""
        for slot, answers in self._slots().items():
            seen: dict[str, str] = {}
            for value, phrases in answers.items():
                for phrase in phrases.all():
                    key = " ".join(plain(phrase).text.split())
                    if key in seen:
                        other = f"bij {seen[key]} en bij {value}" if seen[key] != value else f"twee keer bij {value}"
                        yield f"{slot}.antwoorden.{value}: '{phrase}' staat {other}; laat het op één plek staan"
                    seen[key] = value

    def _malformed(self) -> Iterable[str]:
        for field, phrases in self._phrases():
            known = () if field.startswith("lijsten.") else self.lijsten
            for phrase in phrases:
                if problem := phrase_problem(phrase, known):
                    yield f"{field}: {problem}"

    def _phrases(self) -> Iterable[tuple[str, Words]]:
        """All phrases of the file with the name of the field they stand in."""
        for name in ("vulwoorden", "omslag", "geen_voorkeur", "liefst", "geen_weigering", "over_een_ander"):
            yield name, getattr(self, name)
        for name, entries in self.lijsten.items():
            yield f"lijsten.{name}", entries
        for slot, answers in self._slots().items():
            for value, phrases in answers.items():
                yield f"{slot}.antwoorden.{value}", phrases.all()
        for name in ("vorm", "drempel", "gemis", "voor_wie", "groepen"):
            refusals: Refusals = getattr(self, name).niet
            yield f"{name}.niet.ervoor", refusals.ervoor
            yield f"{name}.niet.erachter", refusals.erachter
        for name in ("hoofdletters", "niet_meetellen"):
            yield f"groepen.{name}", getattr(self.groepen, name)


def load_cues(path: Path) -> Cues:
    """Read ``herkennen.yml``.

    Raises:
        ValueError: it cannot be used; the message says in Dutch, one line per mistake, which field and what to do.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ValueError(f"{path.name}: dit bestand ontbreekt; zet het terug uit git") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name}: kan niet gelezen worden ({error}); sla het op als UTF-8") from error
    except yaml.YAMLError as error:
        raise ValueError(f"{path.name}: {_layout(error)}") from error
    if not isinstance(data, dict):
        raise ValueError(f"{path.name}: het bestand is leeg of begint niet met een veld zoals 'vorm:'")
    try:
        return Cues.model_validate(data)
    except ValidationError as error:
        lines = (line for mistake in error.errors() for line in _explain(dict(mistake)))
        raise ValueError("\n".join(f"{path.name}: {line}" for line in lines)) from error


def _layout(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f"rond regel {mark.line + 1}" if mark is not None else "ergens"
    return f"de opmaak klopt niet {where}; let op inspringen, dubbele punten en aanhalingstekens"


def _explain(mistake: Mapping[str, Any]) -> Iterable[str]:
    """One pydantic mistake as lines for an editor, each beginning with the field."""
    if mistake["type"] == "value_error":
        return str(mistake["ctx"]["error"]).splitlines()
    parts = [str(part) for part in mistake["loc"]]
    if parts[-1:] == ["[key]"]:
        return [f"{parts[0]}: '{mistake['input']}' kan niet; controleer de spelling of haal het weg"]
    known = _REMEDIES.get(str(mistake["type"]))
    return [f"{'.'.join(parts)}: {known.format(mistake.get('input')) if known else mistake['msg']}"]


_REMEDIES = {
    "missing": "dit veld ontbreekt; voeg het toe",
    "extra_forbidden": "dit veld kennen we niet; controleer de spelling of haal het weg",
    "string_type": "'{}' hoort tekst te zijn; zet er aanhalingstekens omheen",
    "tuple_type": "'{}' hoort een lijst te zijn, zoals [bellen, liever bellen]",
    "dict_type": "'{}' hoort een blok met velden te zijn",
    "mapping_type": "'{}' hoort een blok met velden te zijn",
    "model_type": "'{}' hoort een blok met velden te zijn, zoals 'altijd: [...]'",
}
