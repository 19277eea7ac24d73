"""Recognising the answers to Wegwijzer's questions in free text: form, hurdle, lack, for whom, and groups.

Every finder is strict in an ordinary message and generous in the answer to its own question (``asked=True``): after
"Hoe ontmoet je het liefst iemand?" the one word "groep" is an answer, in a story about a group of boys it is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from wegwijzer.catalogue.models import Groep
from wegwijzer.understanding.cues import NO_DREMPEL, Cues, Phrases, Refusals, Slot
from wegwijzer.understanding.phrases import Hit, Negation, PhraseMatcher, Plain, blank, plain
from wegwijzer.vocabulary import Drempel, Gemis, VoorWie, Vorm

_NEAR = 40
"""Within so many characters after "liefst" stands what is wanted most."""


@dataclass(frozen=True)
class _Found:
    """What one slot recognised: meant and refused, in reading order; ``clear`` are the hits that need no question."""

    meant: tuple[Hit, ...]
    refused: tuple[Hit, ...]
    clear: tuple[Hit, ...]

    def values(self) -> tuple[str, ...]:
        """The values that are meant, without doubles, in reading order."""
        return tuple(dict.fromkeys(hit.value for hit in self.meant))


class AnswerFinder:
    """Recognises answers by the words of ``herkennen.yml`` and ``groepen.yml``. Compile once, use for every message."""

    def __init__(self, cues: Cues, groepen: Mapping[str, Groep]) -> None:
        self._vorm = _SlotFinder(cues, cues.vorm)
        self._drempel = _SlotFinder(cues, cues.drempel)
        self._gemis = _SlotFinder(cues, cues.gemis)
        self._voor_wie = _SlotFinder(cues, cues.voor_wie)
        self._no_preference = PhraseMatcher({"": cues.geen_voorkeur}, cues.lijsten)
        self._most = PhraseMatcher({"": cues.liefst}, cues.lijsten)
        self._words = _WordFinder(cues)
        self._groepen = {groep.id: tuple(groep.words) for groep in groepen.values()}
        self._other_groups = frozenset(self._groepen) - set(cues.groepen.ook_voor_naasten)
        self._group_matcher = self._words.matcher(self._groepen)
        self._mentions: dict[frozenset[str], PhraseMatcher] = {}

    def vorm(self, text: str, asked: bool = False) -> Vorm | None:
        """How the person likes to meet. Asked, a refused group means: one to one."""
        typed = plain(text)
        found = self._vorm.find(typed, asked)
        values = found.values()
        if len(values) == 1:
            return Vorm(values[0])
        if values:
            return self._favourite(typed, found)
        refused_group = any(hit.value == Vorm.GROEP for hit in found.refused)
        return Vorm.EEN_OP_EEN if asked and refused_group else None

    def drempels(self, text: str, asked: bool = False) -> tuple[Drempel, ...]:
        """The hurdles the person names, in reading order."""
        return tuple(Drempel(value) for value in self._drempel.find(plain(text), asked).values() if value != NO_DREMPEL)

    def no_drempel(self, text: str) -> bool:
        """Whether the answer to the question about hurdles is that there are none."""
        return self._drempel.find(plain(text), asked=True).values() == (NO_DREMPEL,)

    def gemis(self, text: str, asked: bool = False) -> Gemis | None:
        """What the person misses. A clear statement outweighs words that count only because we asked."""
        found = self._gemis.find(plain(text), asked)
        if any(_THIS_AND_THAT.fullmatch(text[one.end : other.start]) for one, other in pairwise(found.meant)):
            return Gemis.BEIDE if len(found.values()) > 1 else Gemis(found.meant[0].value)
        values = {hit.value for hit in found.clear} or set(found.values())
        if not values:
            return None
        return Gemis(values.pop()) if len(values) == 1 else Gemis.BEIDE

    def voor_wie(self, text: str) -> VoorWie | None:
        """Who this is about, when the person says so; what is said first counts.

        Words that are clear only in an answer count when a message opens with them ("voor mezelf, ik ben weduwe").
        """
        found = self._voor_wie.find(plain(text), asked=True)
        told = (hit for hit in found.meant if hit in found.clear or self._voor_wie.opens(text, hit))
        return next((VoorWie(hit.value) for hit in told), None)

    def groepen(self, text: str) -> frozenset[str]:
        """The ids of the groups the person says to belong to."""
        return self._words.find(text, self._group_matcher, self._other_groups)

    def mentions(self, text: str, words: Iterable[str]) -> frozenset[str]:
        """Those of ``words`` that the person used, not counting refused ones ("niet gelovig")."""
        wanted = frozenset(words)
        if wanted not in self._mentions:
            self._mentions[wanted] = self._words.matcher({word: (word.lower(),) for word in sorted(wanted)})
        return self._words.find(text, self._mentions[wanted], frozenset())

    def _favourite(self, typed: Plain, found: _Found) -> Vorm | None:
        """Of several forms: the one after "liefst", none when the person does not mind, otherwise the first."""
        for most in self._most.find(typed):
            near = (hit for hit in found.meant if 0 <= hit.start - most.end <= _NEAR or hit.start == most.start)
            if best := next(near, None):
                return Vorm(best.value)
        return None if self._no_preference.values(typed) else Vorm(found.meant[0].value)


class _SlotFinder:
    """Finds the values of one slot."""

    def __init__(self, cues: Cues, slot: Slot[Any]) -> None:
        answers: dict[str, Phrases] = {str(value): phrases for value, phrases in slot.antwoorden.items()}
        self._always = _matcher(cues, {value: phrases.altijd for value, phrases in answers.items()})
        self._asked = _matcher(cues, {value: phrases.altijd + phrases.gevraagd for value, phrases in answers.items()})
        self._whole = _matcher(cues, {value: phrases.all() for value, phrases in answers.items()})
        self._fillers = PhraseMatcher({"": cues.vulwoorden})
        self._refusal = _negation(cues, slot.niet)
        self._someone_else = Negation(cues.over_een_ander, breaks=cues.omslag, lists=cues.lijsten)

    def find(self, typed: Plain, asked: bool) -> _Found:
        """What the text says about this slot."""
        if asked and (value := self._whole_answer(typed)):
            hit = Hit(value, *typed.span(0, len(typed.text)))
            return _Found((hit,), (), (hit,))
        hits = _outermost((self._asked if asked else self._always).find(typed))
        refused = tuple(hit for hit in hits if self._refusal.refuses(typed, hit))
        if not asked:
            hits = [hit for hit in hits if not self._someone_else.refuses(typed, hit)]
        meant = tuple(hit for hit in hits if hit not in refused)
        clear = set(self._always.find(typed)) if asked else set(meant)
        return _Found(meant, refused, tuple(hit for hit in meant if hit in clear))

    def opens(self, text: str, hit: Hit) -> bool:
        """Whether the text opens with this, as a thought of its own."""
        before = _bare(plain(text[: hit.start]).text)
        return not _bare(blank(before, self._fillers.find(before)).replace("-", " ")) and bool(
            _THOUGHT_ENDS.match(text[hit.end :])
        )

    def _whole_answer(self, typed: Plain) -> str | None:
        """The value whose phrase is the whole text, words that do not matter left out."""
        text = _bare(typed.text)
        if len(text) > _LONGEST_WHOLE:
            return None
        return self._whole.covers(text) or self._whole.covers(_bare(blank(text, self._fillers.find(text)).replace("-", " ")))


class _WordFinder:
    """Finds words that say something of the person, by the rules under ``groepen`` in ``herkennen.yml``."""

    def __init__(self, cues: Cues) -> None:
        self._only_capitals = frozenset(cues.groepen.hoofdletters)
        self._not_meant = PhraseMatcher({"": cues.groepen.niet_meetellen}, cues.lijsten)
        self._refusal = _negation(cues, cues.groepen.niet, reach=4)
        self._someone_else = Negation(cues.over_een_ander, breaks=cues.omslag, lists=cues.lijsten, reach=4)

    def matcher(self, words: Mapping[str, Iterable[str]]) -> PhraseMatcher:
        """Compile the words of every value."""
        return PhraseMatcher(words)

    def find(self, text: str, matcher: PhraseMatcher, about_self: frozenset[str]) -> frozenset[str]:
        """The values that the person says of themselves.

        Args:
            text: as it was typed.
            matcher: made by :meth:`matcher`.
            about_self: values that do not count when they are said of someone else.
        """
        typed = plain(text)
        typed = Plain(_blank_plain(typed, self._not_meant), typed.origin)
        shouting = text.isupper()
        return frozenset(
            hit.value
            for hit in matcher.find(typed)
            if self._written_right(text[hit.start : hit.end], shouting)
            and not self._refusal.refuses(typed, hit)
            and not (hit.value in about_self and self._someone_else.refuses(typed, hit))
        )

    def _written_right(self, written: str, shouting: bool) -> bool:
        return written.lower() not in self._only_capitals or (written.isupper() and not shouting)


_LONGEST_WHOLE = 60
_THIS_AND_THAT = re.compile(r"\s*(?:,|,?\s*(?:en|én|plus|maar))\s+(?:ook |wel )?(?:een )?", re.IGNORECASE)
_THOUGHT_ENDS = re.compile(r"\s*(?:$|[^\w\s'-]|(?:en|van|die|want|ik|met)\b)")
_NOT_A_WORD = re.compile(r"[^\w'+-]+")


def _bare(text: str) -> str:
    """The words of a text without what stands around them."""
    return _NOT_A_WORD.sub(" ", text).strip()


def _matcher(cues: Cues, phrases: Mapping[str, Iterable[str]]) -> PhraseMatcher:
    return PhraseMatcher(phrases, cues.lijsten)


def _negation(cues: Cues, refusals: Refusals, reach: int = 5) -> Negation:
    return Negation(refusals.ervoor, refusals.erachter, cues.omslag, cues.geen_weigering, cues.lijsten, reach)


def _outermost(hits: list[Hit]) -> list[Hit]:
    """Without the hits that lie inside a longer one: "klein groepje" is no "groepje"."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda entry: (entry.start, -entry.end)):
        if not kept or hit.end > kept[-1].end or hit[1:] == kept[-1][1:]:
            kept.append(hit)
    return kept


def _blank_plain(typed: Plain, matcher: PhraseMatcher) -> str:
    return blank(typed.text, matcher.find(typed.text))
