"""Every sentence that the bot may say with "je" in it, next to its u-form, for a person to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

from wegwijzer.catalogue.aanspreken import INFORMAL
from wegwijzer.catalogue.checking import responses
from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.dialogue.formal import Formal
from wegwijzer.paths import DOMAIN

_SENTENCE = re.compile(r"(?<=[.!?])[^\S\n]+(?=[\w{])|\n+")
_HEADING = """# Je en u naast elkaar

Links hoe Wegwijzer het schrijft, rechts hoe iemand het leest die *u* koos. Deze bladzijde is gemaakt met
`.venv/bin/wegwijzer catalogue formal`; verander hem niet met de hand. Hoe je een foute zin herstelt, staat in
[de uitleg voor de redactie](redactie.md#u-in-plaats-van-je). Staat er **?** achter, dan heeft Wegwijzer geraden.
"""


class Said(NamedTuple):
    """A text for residents: the file, where in it, and the words."""

    file: str
    where: str
    text: str


class Line(NamedTuple):
    """One sentence: where it stands, as written, in u-form, and which words were guessed."""

    file: str
    where: str
    informal: str
    formal: str
    guessed: tuple[str, ...]


def said(catalogue: Catalogue, domain: Path = DOMAIN) -> Iterator[Said]:
    """Every text that a resident may read and that may have "je" in it.

    Names too: one such as *Met je hart* must stay (``laten_staan``), *Je huisarts* need not.
    What somebody is to say to another (``first_words``, ``say_other``) is left out: it is never put into u-form.

    Raises:
        OSError: the domain cannot be read.
        ValueError: the domain is not what it should be.
    """
    yield from _responses(domain)
    for halte in catalogue.haltes.values():
        for field in ("label", "reflection", "reflection_other", "do_other"):
            yield Said("haltes.yml", f"{halte.id}.{field}", getattr(halte, field))
    sentences = catalogue.sentences
    for group in ("reasons", "together", "contact", "kaart", "whatsapp"):
        for name, text in getattr(sentences, group).items():
            yield Said("zinnen.yml", f"{group}.{name}", text)
    for slot, labels in sentences.answers.items():
        for name, text in labels.items():
            yield Said("zinnen.yml", f"answers.{slot}.{name}", text)
    for groep in catalogue.groepen.values():
        yield Said("groepen.yml", groep.id, groep.label)
    for line in catalogue.helplines.all():
        for field in ("name", "use", "cost", "hours"):
            yield Said("helplines.yml", f"{line.id}.{field}", getattr(line, field))
    yield from _offers(catalogue)
    for route in catalogue.routes.values():
        yield Said("routes.yml", f"{route.id}.story", route.story)
        yield Said("routes.yml", f"{route.id}.moved_by", route.moved_by)
        for place, stop in enumerate(route.stops, 1):
            yield Said("routes.yml", f"{route.id}.stops.{place}", stop.what)


def review(texts: Iterator[Said], formal: Formal) -> Iterator[Line]:
    """Each sentence that "je" or "jullie" is said in, once."""
    seen: set[str] = set()
    for one in texts:
        for informal, changed in _sentences(one.text, formal.text(one.text)):
            if informal not in seen and (INFORMAL.search(informal) or informal != changed or "jullie" in informal.lower()):
                seen.add(informal)
                guessed = tuple(guess.words for guess in formal.guesses(informal))
                yield Line(one.file, one.where, informal, changed, guessed)


def page(lines: list[Line]) -> str:
    """The review as Markdown, a table for each file."""
    parts = [_HEADING]
    for file in dict.fromkeys(line.file for line in lines):
        rows = [_row(line) for line in lines if line.file == file]
        parts.append("\n".join([f"## {file}", "", "| Waar | Met je | Met u |", "| --- | --- | --- |", *rows, ""]))
    return "\n".join(parts)


def _responses(domain: Path) -> Iterator[Said]:
    try:
        for name, _, text in responses(domain):
            yield Said(domain.name, name, text)
    except (yaml.YAMLError, AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"{domain.name} kan niet gelezen worden; controleer de opmaak of zet het terug uit git") from error


def _offers(catalogue: Catalogue) -> Iterator[Said]:
    for one in catalogue.initiatives.values():
        file = catalogue.file_of(one)
        for field in ("name", "organisation", "summary", "first_step", "alert", "opening_note"):
            yield Said(file, f"{one.id}.{field}", getattr(one, field))
        yield Said(file, f"{one.id}.cost.text", one.cost.text)
        yield Said(file, f"{one.id}.audience.text", one.audience.text)
        for thing in one.required_documents:
            yield Said(file, f"{one.id}.required_documents", thing)
        if one.helpen is not None:
            yield Said(file, f"{one.id}.helpen.first_step", one.helpen.first_step)


def _sentences(informal: str, formal: str) -> list[tuple[str, str]]:
    """The sentences of both texts, side by side; whole when an exception made two sentences of one."""
    left, right = _SENTENCE.split(informal.strip()), _SENTENCE.split(formal.strip())
    return list(zip(left, right, strict=True)) if len(left) == len(right) else [(informal, formal)]


def _row(line: Line) -> str:
    doubt = f" **?** ({', '.join(line.guessed)})" if line.guessed else ""
    cells = (cell.replace("|", "\\|").replace("\n", " ") for cell in (line.where, line.informal, line.formal + doubt))
    return "| " + " | ".join(cells) + " |"
