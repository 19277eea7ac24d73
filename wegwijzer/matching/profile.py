"""What we know about a resident's wish, as far as it matters for matching. Nothing that says who they are."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from wegwijzer.vocabulary import Drempel, Gemis, VoorWie, Vorm

ASKABLE = {
    VoorWie.ZELF: ("gemis", "wijk", "leeftijd", "vorm", "drempel"),
    VoorWie.HELPEN: ("vorm", "wijk", "leeftijd"),
    VoorWie.ANDER: ("wijk",),
}
"""The questions that can change what we say, by whom it is about. Worrying about another asks only where that is."""


@dataclass(frozen=True)
class Profile:
    """The answers so far. ``None`` or empty means: not known.

    Attributes:
        haltes: ids, what the person would want help with first comes first.
        drempels: hurdles the person named; an empty tuple with ``"drempel"`` in ``closed`` means there are none.
        groepen: ids of groups the person said they belong to.
        mentions: lower-case words the person used that some offers wait for (faith, being homeless).
        closed: slots that need no asking any more: answered, skipped or without preference.
    """

    voor_wie: VoorWie = VoorWie.ZELF
    haltes: tuple[str, ...] = ()
    gemis: Gemis | None = None
    wijk: str | None = None
    leeftijd: int | None = None
    vorm: Vorm | None = None
    drempels: tuple[Drempel, ...] = ()
    taal: str | None = None
    groepen: frozenset[str] = frozenset()
    mentions: frozenset[str] = frozenset()
    closed: frozenset[str] = field(default_factory=frozenset)

    def open_slots(self) -> tuple[str, ...]:
        """Slots that are not answered and not skipped."""
        return tuple(slot for slot in ASKABLE[self.voor_wie] if slot not in self.closed and not self._answered(slot))

    def with_answer(self, slot: str, value: Any) -> Profile:
        """The profile as it would be after this answer to ``slot`` (a :data:`ASKABLE` name)."""
        closed = self.closed | {slot}
        if slot == "drempel":
            return replace(self, drempels=(value,) if value else (), closed=closed)
        return replace(self, closed=closed, **{slot: value})

    def _answered(self, slot: str) -> bool:
        return bool(self.drempels) if slot == "drempel" else getattr(self, slot) is not None
