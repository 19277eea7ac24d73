"""Everything that must hold in the catalogue and in the words around it, checked together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from wegwijzer.catalogue.loading import Catalogue, Problem, read_catalogue
from wegwijzer.matching.opening_hours import OpeningHours
from wegwijzer.paths import DOMAIN
from wegwijzer.understanding.cues import load_cues
from wegwijzer.vocabulary import Certainty

_NUMBER = re.compile(r"(?<![\w.-])(?:112|113|14 0\d{2}|0800-\d{4}|0900-\d{4}|088 \d{4} \d{3}|030[- ]\d{3} ?\d{2} ?\d{2})(?![\w])")
_SPACES = re.compile(r"[\s-]")

FORBIDDEN = re.compile(
    r"\b(?:eenzame mensen|eenzamen|zielig\w*|je moet|u moet|kwetsbare doelgroep\w*|zorgmijder\w*)\b", re.IGNORECASE
)
"""Words the guidance tells us not to use to a resident."""


def check_all(folder: Path, domain: Path = DOMAIN) -> list[Problem]:
    """Every problem in the catalogue folder, ``herkennen.yml`` and the phone numbers and words of ``domain.yml``."""
    catalogue, problems = read_catalogue(folder)
    problems = [*problems, *_check_cues(folder / "herkennen.yml")]
    if catalogue is None:
        return problems
    return [*problems, *_check_hours(catalogue), *_check_words(catalogue), *_check_domain(catalogue, domain)]


def _check_cues(path: Path) -> Iterator[Problem]:
    try:
        load_cues(path)
    except (ValueError, OSError) as error:
        for line in str(error).splitlines():
            yield Problem(path.name, "", "", line.removeprefix(f"{path.name}: "))


def _check_hours(catalogue: Catalogue) -> Iterator[Problem]:
    for file, records in (("initiatives", catalogue.initiatives.values()), ("helplines.yml", catalogue.helplines.all())):
        for record in records:
            if record.opening_hours:
                try:
                    OpeningHours.parse(record.opening_hours)
                except ValueError as error:
                    yield Problem(file, record.id, "opening_hours", str(error))


def _check_words(catalogue: Catalogue) -> Iterator[Problem]:
    for initiative in catalogue.initiatives.values():
        for field in ("summary", "first_step", "first_words"):
            yield from _words("initiatives", initiative.id, field, getattr(initiative, field))
    for halte in catalogue.haltes.values():
        for field in ("label", "reflection", "reflection_other", "say_other", "do_other"):
            yield from _words("haltes.yml", halte.id, field, getattr(halte, field))


def _words(file: str, record: str, field: str, text: str) -> Iterator[Problem]:
    found = FORBIDDEN.search(text)
    if found:
        yield Problem(file, record, field, f"'{found.group(0)}' zeggen we niet tegen een bewoner; schrijf het anders")


def _check_domain(catalogue: Catalogue, domain: Path) -> Iterator[Problem]:
    """Every number in a response stands in the catalogue; a number in danger is certain."""
    known = {_plain(number) for line in catalogue.helplines.all() for number in (line.phone, line.phone_alt) if number}
    known |= {_plain(initiative.contact.phone) for initiative in catalogue.initiatives.values() if initiative.contact.phone}
    certain = {
        _plain(number)
        for line in catalogue.helplines.all()
        if line.certainty is Certainty.HIGH
        for number in (line.phone, line.phone_alt)
        if number
    }
    for name, text in _responses(domain):
        yield from _words(domain.name, name, "text", text)
        in_danger = name.startswith(("utter_crisis", "utter_zorg", "utter_storing"))
        for number in _NUMBER.findall(text):
            if _plain(number) not in known:
                yield Problem(
                    domain.name,
                    name,
                    "text",
                    f"nummer {number} staat niet in de catalogus; voeg het toe met bron, of haal het weg",
                )
            elif in_danger and _plain(number) not in certain:
                yield Problem(domain.name, name, "text", f"nummer {number} is niet zeker genoeg voor nood (certainty: high)")


def _responses(domain: Path) -> Iterable[tuple[str, str]]:
    loaded: dict[str, Any] = yaml.safe_load(domain.read_text(encoding="utf-8"))
    for name, variants in loaded["responses"].items():
        for variant in variants:
            yield name, str(variant.get("text", ""))


def _plain(number: str) -> str:
    return _SPACES.sub("", number)
