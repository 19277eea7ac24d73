"""What a spreadsheet would change in the catalogue, in plain Dutch for who made the changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wegwijzer.catalogue.models import Initiative
from wegwijzer.catalogue.sheet_columns import Entry
from wegwijzer.catalogue.sheet_import import Change, Plan, changed_fields
from wegwijzer.vocabulary import Status

_SHORT = 60
"""Characters of two texts together that are still easy to compare on one line."""

_NOTHING = "(leeg)"


def told(plan: Plan) -> Iterator[str]:
    """The lines of the report: what is new, what changes and into what, what stands in no row, and how many stay."""
    new = [change for change in plan.changes if change.before is None]
    changed = [change for change in plan.changes if change.before is not None]
    for change in new:
        yield f"NIEUW {_named(change.after)}, in {change.where}"
        yield from _fields(change)
    for change in changed:
        ended = change.row is None
        yield f"{'BEËINDIGD' if ended else 'GEWIJZIGD'} {_named(change.after)}"
        yield from _fields(change)
    yield from _listed("NIET IN HET REKENBLAD (blijft zoals het is)", plan.absent)
    yield from _listed("INTUSSEN VERANDERD IN DE CATALOGUS, NIET IN HET REKENBLAD (blijft zoals het is)", plan.kept)
    for remark in plan.remarks:
        yield f"LET OP {remark}"
    yield (
        f"{len(new)} nieuw, {len(changed)} gewijzigd, {len(plan.absent)} niet in het rekenblad, "
        f"{plan.unchanged + len(plan.kept)} ongewijzigd."
    )


def _fields(change: Change) -> Iterator[str]:
    for column, before, after in changed_fields(change):
        if change.before is None:
            if after != column.default:
                yield f"  {column.label}: {_inline(after)}"
        elif len(before) + len(after) <= _SHORT:
            yield f"  {column.label}: {_inline(before)} → {_inline(after)}"
        else:
            yield f"  {column.label}:"
            yield f"    was:   {_inline(before)}"
            yield f"    wordt: {_inline(after)}"
    yield from _shown(change)


def _shown(change: Change) -> Iterator[str]:
    """What a resident notices."""
    if not isinstance(change.after, Initiative):
        return
    was = isinstance(change.before, Initiative) and change.before.suggestable
    if was and not change.after.suggestable:
        yield "  Let op: bewoners krijgen dit daarna niet meer te zien."
    elif change.after.suggestable and not was:
        yield "  Bewoners kunnen dit daarna te zien krijgen."


def _listed(title: str, entries: Sequence[Entry]) -> Iterator[str]:
    if entries:
        yield title
    for one in entries:
        ended = " (is al beëindigd)" if isinstance(one, Initiative) and one.status is Status.ENDED else ""
        yield f"  {_named(one)}{ended}"


def _named(one: Entry) -> str:
    return f"{one.name} ({one.id})"


def _inline(text: str) -> str:
    return text.replace("\n", " ⏎ ") or _NOTHING
