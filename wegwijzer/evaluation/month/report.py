"""What came out of a simulated month, as tables for a page and as figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from wegwijzer.evaluation.markdown import table
from wegwijzer.evaluation.month.attacks import PROTECTED, Attack, attack, attack_table
from wegwijzer.evaluation.month.comparing import Compared, compare, compared_table, distance_table, understood
from wegwijzer.evaluation.month.ledger import Entry
from wegwijzer.evaluation.month.moving import Released

ENOUGH = 250
"""So many conversations leave something to be found in figures without protection."""


@dataclass(frozen=True)
class Month:
    """A month that was held.

    Attributes:
        seed: of the people.
        at_once: how many talked at the same time.
        seconds: that the talking lasted.
        entries: the ledger.
        released: what a reader sees.
        compared: the one against the other.
        attacks: what somebody can learn of a person.
    """

    seed: int
    at_once: int
    seconds: float
    entries: Sequence[Entry]
    released: Released
    compared: Sequence[Compared]
    attacks: Sequence[Attack]

    @property
    def wrong(self) -> list[str]:
        """Every cell that is not what the rules make of the ledger, and people that were counted too few or too many times."""
        counted = sum(entry.counts for entry in self.entries)
        people = (
            [f"{counted} conversations by the ledger, {self.released.folded} counted"] if counted != self.released.folded else []
        )
        return people + [sentence for one in self.compared for sentence in one.wrong] + self._attacked()

    def _attacked(self) -> list[str]:
        """Attacks that came too far, and those that did not succeed where they must."""
        found = []
        for one in self.attacks:
            if one.mistaken:
                found.append(f"the attack on figures {one.figures} is mistaken about {one.mistaken} cells")
            if one.figures == PROTECTED and one.succeeded:
                found.append(f"the attack on figures {one.figures} came too far")
            if one.figures != PROTECTED and not (one.succeeded or one.narrower) and len(self.entries) >= ENOUGH:
                found.append(f"the attack on figures {one.figures} learns nothing, so that it shows nothing either")
        return found

    def figures(self) -> dict[str, float]:
        """The figures that matter most."""
        return {
            "seed": self.seed,
            "conversations": len(self.entries),
            "messages": sum(entry.deeds.said for entry in self.entries),
            "erased": sum(entry.deeds.erased for entry in self.entries),
            "counted": self.released.folded,
            "at_once": self.at_once,
            "seconds": self.seconds,
            "seconds_per_conversation": self.seconds / max(len(self.entries), 1),
            "cells": sum(one.cells for one in self.compared),
            "cells_hidden": sum(one.hidden for one in self.compared),
            "cells_wrong": sum(len(one.wrong) for one in self.compared),
            **{f"attack_{name}": getattr(self.attacks[0], name) for name in ("too_narrow", "found_out", "alone", "outcomes")},
            **{f"understood_{name}": share for name, share in understood(self.entries).items()},
        }

    def page(self) -> str:
        """Everything that is said about it on the page, as Markdown."""
        return "\n\n".join(
            [
                self._held(),
                "Counted right: every cell held against the ledger.",
                compared_table(self.compared),
                "True: how far what a reader sees is from the ledger (0 is the same shares, 1 is nothing in common).",
                distance_table(self.entries, self.released),
                "Attacked: what can be learned of one person, from what was released and from figures that are less protected.",
                attack_table(self.attacks),
            ]
        )

    def _held(self) -> str:
        figures = self.figures()
        whole = ("conversations", "messages", "erased", "counted", "cells", "cells_hidden", "cells_wrong")
        rows = [[name.replace("_", " "), f"{figures[name]:.0f}"] for name in whole]
        rows += [[f"by {what}: {name}", str(count)] for what, of in self._parts().items() for name, count in of.most_common()]
        rows += [[f"{name} as it was, part of conversations", f"{share:.3f}"] for name, share in understood(self.entries).items()]
        return table([f"seed {self.seed}, {self.released.block}", ""], rows)

    def _parts(self) -> dict[str, Counter[str]]:
        return {
            "channel": Counter(entry.channel for entry in self.entries),
            "temper": Counter(entry.temper for entry in self.entries),
            "outcome": Counter(str(entry.slots.get("uitkomst") or "none") for entry in self.entries if entry.counts),
        }


def month_of(seed: int, at_once: int, seconds: float, entries: Sequence[Entry], released: Released) -> Month:
    """A month, compared and attacked."""
    attacks = attack(entries, released.tables)
    return Month(seed, at_once, seconds, entries, released, compare(entries, released), attacks)
