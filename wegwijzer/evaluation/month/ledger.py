"""The ledger of a simulated month: who talked, what was true of them, what they did, and what the bot took them to have said.

It is kept as one JSON object a line. Nobody in it exists, so it may be kept; of real people such a file must never be made.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from wegwijzer.evaluation.month.people import Person
from wegwijzer.evaluation.month.talking import Deeds
from wegwijzer.vocabulary import VoorWie


@dataclass(frozen=True)
class Entry:
    """One conversation.

    Attributes:
        number: of the person.
        channel: where they talked.
        conversation: its id in the tracker store.
        at: when it was in the simulated month, in seconds since 1970.
        held: the same really, at its beginning and at its end.
        temper: of the person.
        truth: ``voor_wie``, ``halte``, ``wijk`` and the rest, as they are.
        deeds: what they did.
        slots: what the bot had at the end; empty when the conversation was erased.
    """

    number: int
    channel: str
    conversation: str
    at: float
    held: tuple[float, float]
    temper: str
    truth: Mapping[str, Any]
    deeds: Deeds
    slots: Mapping[str, Any] = field(default_factory=dict)

    @property
    def counts(self) -> bool:
        """Whether anything of it may be counted."""
        return not self.deeds.erased

    @property
    def ended(self) -> float:
        """When it was over in the simulated month."""
        return self.at + self.held[1] - self.held[0]


def entry_of(person: Person, deeds: Deeds, conversation: str, held: tuple[float, float], slots: Mapping[str, Any]) -> Entry:
    """The entry of a conversation that is over."""
    return Entry(
        person.number, person.channel.value, conversation, person.at, held, person.temper, truth_of(person), deeds, dict(slots)
    )


def truth_of(person: Person) -> dict[str, Any]:
    """What is true of somebody, in the words of the slots. Who wants to help is about ``betekenis``, as everywhere."""
    truth, resident = person.resident.truth, person.resident
    helping = truth.voor_wie is VoorWie.HELPEN
    return {
        "voor_wie": truth.voor_wie.value,
        "haltes": ["betekenis"] if helping else list(truth.haltes),
        "wijk": None if resident.elsewhere == "wijk" else truth.wijk,
        "leeftijd": truth.leeftijd,
        "gemis": truth.gemis.value if truth.gemis else None,
        "vorm": truth.vorm.value if truth.vorm else None,
        "drempel": [drempel.value for drempel in truth.drempels],
        "elsewhere": resident.elsewhere,
    }


def write(entries: Iterable[Entry], path: Path) -> None:
    """Write a ledger, in the order of the numbers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(asdict(entry), ensure_ascii=False) for entry in sorted(entries, key=lambda one: one.number)]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def read(path: Path) -> Sequence[Entry]:
    """Read a ledger.

    Raises:
        ValueError: it is not one.
    """
    try:
        return [_entry(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
    except (TypeError, KeyError, ValueError):
        raise ValueError(f"{path} is not a ledger of a simulated month") from None


def _entry(data: Mapping[str, Any]) -> Entry:
    return Entry(**{**data, "held": tuple(data["held"]), "deeds": Deeds(**data["deeds"])})
