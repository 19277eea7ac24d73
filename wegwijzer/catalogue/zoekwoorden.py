"""The words of searching, kept by editors in ``catalogue/zoekwoorden.yml``: what is asked, and what means the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum

from wegwijzer.catalogue.models import Record
from wegwijzer.understanding.phrases import phrase_problem, plain


class Vraag(StrEnum):
    """What somebody wants to know of a place; the first that is asked counts, in this order."""

    TELEFOON = "telefoon"
    OPENINGSTIJDEN = "openingstijden"
    ADRES = "adres"
    KOSTEN = "kosten"
    CONTACT = "contact"
    TER_PLAATSE = "ter_plaatse"
    WAT = "wat"
    IS_ER = "is_er"


class Zoekwoorden(Record):
    """The whole of ``catalogue/zoekwoorden.yml``.

    Attributes:
        vragen: for every :class:`Vraag` the phrases by which it is recognised; ``ter_plaatse`` is what only the place
            itself can answer (is there a lift).
        gewone_woorden: words that name nothing in a question, besides the ordinary small words.
        staarten: last halves of compounds that say what kind of thing it is ("club" of "schaakclub").
        synoniemen: words and phrases that mean the same, one list for each meaning.
    """

    vragen: Mapping[Vraag, tuple[str, ...]]
    gewone_woorden: tuple[str, ...] = ()
    staarten: tuple[str, ...] = ()
    synoniemen: tuple[tuple[str, ...], ...] = ()

    def mistakes(self) -> Iterator[tuple[str, str]]:
        """What cannot be used, as field and remedy (in Dutch)."""
        for vraag in Vraag:
            if not self.vragen.get(vraag):
                yield f"vragen.{vraag}", "deze zinsdelen ontbreken; zet ze terug"
        for vraag, phrases in self.vragen.items():
            for phrase in phrases:
                if problem := phrase_problem(phrase):
                    yield f"vragen.{vraag}", problem
        for name, words in (("gewone_woorden", self.gewone_woorden), ("staarten", self.staarten)):
            for word in words:
                if not _ONE_WORD.fullmatch(plain(word).text):
                    yield name, f"'{word}': schrijf hier één woord, in kleine letters"
        for group in self.synoniemen:
            if len(group) < 2:
                yield "synoniemen", f"'{', '.join(group)}': een rij heeft minstens twee woorden; vul aan of haal weg"
            for phrase in group:
                if not _WORDS.fullmatch(plain(phrase).text) or phrase != phrase.lower():
                    yield "synoniemen", f"'{phrase}': schrijf kleine letters, zonder leestekens"


_ONE_WORD = re.compile(r"[^\W_A-Z]+")
_WORDS = re.compile(r"[^\W_]+(?:[ -][^\W_]+)*")
