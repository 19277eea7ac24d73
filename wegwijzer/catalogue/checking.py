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

_NUMBER = re.compile(
    r"""(?<![\w.-])(?:
        112 | 113
        | 0[89]0\d[ .-]?\d{4}(?:\d{3})?                            # 0800-1234, 0800 1234567
        | 14\ ?0\d{2,3}                                             # 14 030
        | (?:(?:\+|00)31[ ]?(?:\(0\))?[ -]?|\(?0)[1-9](?:[ ().-]{0,3}\d){8} # 030-123 45 67, (030) 1234567, +31 30 123 45 67
    )(?!\w)""",
    re.VERBOSE,
)
"""A phone number, however it is written."""

_ABROAD = re.compile(r"^(?:\+|00)31(?:\(0\))?")
_SPACES = re.compile(r"[\s().-]")

FORBIDDEN = re.compile(
    r"\b(?:eenzame mensen|eenzamen|zielig\w*|je moet|u moet|kwetsbare doelgroep\w*|zorgmijder\w*)\b", re.IGNORECASE
)
"""Words the guidance tells us not to use to a resident."""


def unkind(text: str) -> str:
    """What an editor must know about words that hurt in a text for residents; empty when there are none."""
    found = FORBIDDEN.search(text)
    return f"'{found.group(0)}' zeggen we niet tegen een bewoner; schrijf het anders" if found else ""


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
    offers = [(catalogue.file_of(one), one.id, one.opening_hours) for one in catalogue.initiatives.values()]
    lines = [("helplines.yml", line.id, line.opening_hours) for line in catalogue.helplines.all()]
    desk = [("balie.yml", "", catalogue.balie.opening_hours)]
    for file, record, hours in offers + lines + desk:
        if hours:
            try:
                OpeningHours.parse(hours)
            except ValueError as error:
                yield Problem(file, record, "opening_hours", str(error))


def _check_words(catalogue: Catalogue) -> Iterator[Problem]:
    for initiative in catalogue.initiatives.values():
        file = catalogue.file_of(initiative)
        for field in ("summary", "first_step", "first_words"):
            yield from _words(file, initiative.id, field, getattr(initiative, field))
        if initiative.helpen is not None:
            for field in ("first_step", "first_words"):
                yield from _words(file, initiative.id, f"helpen.{field}", getattr(initiative.helpen, field))
    for halte in catalogue.haltes.values():
        for field in ("label", "reflection", "reflection_other", "say_other", "do_other"):
            yield from _words("haltes.yml", halte.id, field, getattr(halte, field))
    for line in catalogue.helplines.all():
        yield from _words("helplines.yml", line.id, "use", line.use)
    for answer in catalogue.antwoorden.antwoorden:
        yield from _words("antwoorden_balie.yml", answer.id, "tekst", answer.tekst)
    yield from _check_sentences(catalogue)


def _check_sentences(catalogue: Catalogue) -> Iterator[Problem]:
    sentences = catalogue.sentences
    answers = ((f"answers.{slot}", labels) for slot, labels in sentences.answers.items())
    groups = ((group, getattr(sentences, group)) for group in ("reasons", "contact", "kaart", "whatsapp"))
    for group, texts in (*groups, *answers):
        for name, text in texts.items():
            yield from _words("zinnen.yml", "", f"{group}.{name}", text)


def _words(file: str, record: str, field: str, text: str) -> Iterator[Problem]:
    problem = unkind(text)
    if problem:
        yield Problem(file, record, field, problem)


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
    try:
        texts = list(responses(domain))
    except (yaml.YAMLError, OSError, AttributeError, KeyError, TypeError) as error:
        yield Problem(
            domain.name,
            "",
            "",
            f"kan niet gelezen worden ({type(error).__name__}); controleer de opmaak of zet het terug uit git",
        )
        return
    for name, field, text in texts:
        yield from _words(domain.name, name, field, text)
        in_danger = name.startswith(("utter_crisis", "utter_zorg", "utter_storing"))
        for number in _NUMBER.findall(text):
            if _plain(number) not in known:
                remedy = f"nummer {number} staat niet in de catalogus; voeg het toe met bron, of haal het weg"
                yield Problem(domain.name, name, field, remedy)
            elif in_danger and _plain(number) not in certain:
                yield Problem(domain.name, name, field, f"nummer {number} is niet zeker genoeg voor nood (certainty: high)")


def responses(domain: Path) -> Iterable[tuple[str, str, str]]:
    """Every text and every button that a person sees: response, field, words."""
    loaded: dict[str, Any] = yaml.safe_load(domain.read_text(encoding="utf-8"))
    for name, variants in loaded["responses"].items():
        for variant in variants:
            yield name, "text", str(variant.get("text", ""))
            for button in variant.get("buttons") or ():
                yield name, "buttons", str(button.get("title", ""))


def _plain(number: str) -> str:
    """The number as digits only, as one dials it here."""
    return _SPACES.sub("", _ABROAD.sub("0", re.sub(r"\s", "", number)))
