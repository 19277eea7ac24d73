"""How a text in je-form becomes one in u-form, kept by editors in ``catalogue/aanspreken.yml``: word lists and exceptions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pydantic import Field

from wegwijzer.catalogue.models import Record

INFORMAL = re.compile(r"(?<![\w-])(?:jouwe|jouw|jezelf|jou|jij|je)(?![\w-])", re.IGNORECASE)
"""A word that says je to somebody; "jullie" is for the exceptions."""

ADDRESSED = re.compile(rf"{INFORMAL.pattern}|(?<!\w)(?:jullie|alsjeblieft)(?!\w)", re.IGNORECASE)
"""A word without which a text stays as it is: these, and what exceptions may be about."""


class Aanspreken(Record):
    """The whole of ``catalogue/aanspreken.yml``; all in lower case.

    Attributes:
        bezit: what after "je" belongs to somebody; longer words that end in one of four letters or more count as well.
        soms_bezit: what may belong to somebody or not, which the word before "je" decides.
        geen_bezit: what after "je" never belongs to somebody.
        bijvoeglijk: words that stand between "je" and what belongs to somebody.
        kleine_woorden: words before which "je" is never "uw".
        voegwoorden: words after which "je" is who does something.
        voorzetsels: words after which "je" is never "zich".
        werkwoorden: verbs as they stand before "je", without t.
        onregelmatig: verbs whose form before "u" is not that with a t.
        na_u: what a verb right after "u" becomes.
        wederkerig: verbs that go with "zich", as in ``werkwoorden``.
        uitgangen: ends of long words for what somebody owns.
        nevenschikkend: words with which a second part of a sentence begins.
        lidwoorden: words before a noun.
        vooraan: words after which, at the start, a verb comes.
        alleen_je: verb forms that only "ik" and "je" have.
        ook_een_ander: verb forms without t that others have too.
        onveranderd: verb forms that are the same before "u".
        hulpwerkwoorden: verb forms after which often a second verb comes.
        verwijzend: words after which "je" may be to whom something is done.
        persoonsvormen: verb forms that after "je" and a word tell that the word is owned.
        zich_met: words that get "zich" before them with one of these forms of a verb.
        laten_staan: phrases that stay as they are.
        zo: phrases that the rules get wrong, and what they become.
    """

    bezit: frozenset[str]
    soms_bezit: frozenset[str]
    geen_bezit: frozenset[str]
    bijvoeglijk: frozenset[str]
    kleine_woorden: frozenset[str]
    voegwoorden: frozenset[str]
    voorzetsels: frozenset[str]
    werkwoorden: frozenset[str]
    onregelmatig: Mapping[str, str]
    na_u: Mapping[str, str]
    wederkerig: frozenset[str]
    uitgangen: frozenset[str]
    nevenschikkend: frozenset[str]
    lidwoorden: frozenset[str]
    vooraan: frozenset[str]
    alleen_je: frozenset[str]
    ook_een_ander: frozenset[str]
    onveranderd: frozenset[str]
    hulpwerkwoorden: frozenset[str]
    verwijzend: frozenset[str]
    persoonsvormen: frozenset[str]
    zich_met: Mapping[str, frozenset[str]]
    laten_staan: tuple[str, ...] = ()
    zo: Mapping[str, str] = Field(default_factory=dict)

    def mistakes(self) -> Iterator[tuple[str, str]]:
        """What cannot be used, as field and remedy (in Dutch)."""
        yield from self._malformed()
        yield from self._double()
        for typed, becomes in self.zo.items():
            if not ADDRESSED.search(typed):
                yield (
                    "zo",
                    f"'{typed}': hier staat geen je, jij, jou, jouw of jullie in; haal de regel weg of schrijf meer woorden",
                )
            if INFORMAL.search(becomes):
                yield "zo", f"'{typed}': rechts staat nog '{becomes}'; schrijf daar u of uw"
        for verb in sorted(set(self.onregelmatig) - self.werkwoorden):
            yield "onregelmatig", f"'{verb}' staat niet bij werkwoorden; zet het daar ook"

    def _malformed(self) -> Iterator[tuple[str, str]]:
        for name in _LISTS:
            for word in sorted(getattr(self, name)):
                if not _ONE_WORD.fullmatch(word):
                    yield name, f"'{word}': schrijf hier één woord, in kleine letters"
        for name, pairs in (("onregelmatig", self.onregelmatig), ("na_u", self.na_u)):
            for word in (*pairs, *pairs.values()):
                if not _ONE_WORD.fullmatch(word):
                    yield name, f"'{word}': schrijf hier één woord, in kleine letters"
        for name, phrases in (("laten_staan", self.laten_staan), ("zo", (*self.zo, *self.zo.values()))):
            for phrase in phrases:
                if not phrase.strip() or phrase != phrase.lower():
                    yield name, f"'{phrase}': schrijf kleine letters; een hoofdletter zet Wegwijzer zelf terug"

    def _double(self) -> Iterator[tuple[str, str]]:
        seen: dict[str, str] = {}
        for name in ("bezit", "soms_bezit", "geen_bezit", "bijvoeglijk", "kleine_woorden"):
            for word in sorted(getattr(self, name)):
                if word in seen:
                    yield name, f"'{word}' staat bij {seen[word]} en bij {name}; laat het op één plek staan"
                seen[word] = name


_LISTS = tuple(name for name, field in Aanspreken.model_fields.items() if field.annotation == frozenset[str])
_ONE_WORD = re.compile(r"[^\W_A-Z]+(?:-[^\W_A-Z]+)*")
