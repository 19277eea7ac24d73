"""Answers ready for colleagues at the desk, kept by editors in ``catalogue/antwoorden_balie.yml``."""

from __future__ import annotations

from collections.abc import Iterator

from wegwijzer.catalogue.models import Identifier, Record

LONGEST_TITLE, LONGEST_TEXT = 60, 600


class Antwoord(Record):
    """One answer.

    Attributes:
        id: its name.
        titel: what a colleague sees on the button.
        tekst: what the resident reads; the colleague may change it first.
    """

    id: Identifier
    titel: str
    tekst: str


class AntwoordenBalie(Record):
    """The whole of ``catalogue/antwoorden_balie.yml``, in the order in which colleagues see them."""

    antwoorden: tuple[Antwoord, ...]

    def mistakes(self) -> Iterator[tuple[str, str]]:
        """What is wrong, as the field and a remedy in Dutch."""
        for answer in self.antwoorden:
            for field, text, longest in (("titel", answer.titel, LONGEST_TITLE), ("tekst", answer.tekst, LONGEST_TEXT)):
                if not text:
                    yield field, f"'{answer.id}' heeft geen {field}; vul in of haal het antwoord weg"
                elif len(text) > longest:
                    yield field, f"'{answer.id}' heeft {len(text)} tekens; maak er hoogstens {longest} van"
