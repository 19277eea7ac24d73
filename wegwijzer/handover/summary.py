"""What a colleague must know at once: the themes, the answers and what was suggested. Only what was chosen, never free text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.dialogue.state import State
from wegwijzer.vocabulary import CITYWIDE

_LABELS = {
    "voor_wie": "Voor wie",
    "haltes": "Thema's",
    "gemis": "Mist",
    "wijk": "Wijk",
    "leeftijd": "Leeftijd",
    "vorm": "Liefst",
    "drempel": "Drempels",
    "taal": "Taal",
    "groepen": "Hoort bij",
    "suggestie": "Voorstel",
    "getoond": "Eerder voorgesteld",
    "uitkomst": "Uitkomst",
}
"""What stands before each answer, for colleagues, in this order."""


def summary_of(state: State, catalogue: Catalogue) -> dict[str, Any]:
    """The summary of a conversation, as it is kept with a request: ids and names, ready for JSON.

    An id that the catalogue no longer has stands for itself.
    """
    slots: dict[str, Any] = {
        "voor_wie": state.voor_wie,
        "haltes": [_named(halte, _halte(halte, catalogue)) for halte in state.haltes],
        "gemis": _answer("gemis", state.gemis, catalogue),
        "wijk": _named(state.wijk, _wijk(state.wijk, catalogue)) if state.wijk else None,
        "leeftijd": state.leeftijd,
        "vorm": _answer("vorm", state.vorm, catalogue),
        "drempel": [_answer("drempel", drempel, catalogue) for drempel in state.drempel],
        "taal": catalogue.sentences.languages.get(state.taal, state.taal) if state.taal else None,
        "groepen": list(state.groepen),
        "suggestie": _named(state.suggestie, _initiative(state.suggestie, catalogue)) if state.suggestie else None,
        "getoond": [_named(one, _initiative(one, catalogue)) for one in state.getoond if one != state.suggestie],
        "uitkomst": state.uitkomst,
    }
    return {name: value for name, value in slots.items() if value not in (None, [])}


def summary_lines(summary: Mapping[str, Any]) -> list[str]:
    """The summary in Dutch for a colleague, one line for each thing; what is not there is not said."""
    return [f"{label}: {', '.join(_words(summary[name]))}" for name, label in _LABELS.items() if name in summary]


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _words(one)
    elif isinstance(value, Mapping):
        yield str(value.get("naam", value.get("id", "")))
    else:
        yield str(value)


def _named(one: str, name: str) -> dict[str, str]:
    return {"id": one, "naam": name}


def _answer(slot: str, value: str | None, catalogue: Catalogue) -> dict[str, str] | None:
    if value is None:
        return None
    return _named(value, catalogue.sentences.answers.get(slot, {}).get(value, value))


def _halte(halte: str, catalogue: Catalogue) -> str:
    known = catalogue.haltes.get(halte)
    return known.label if known else halte


def _wijk(wijk: str, catalogue: Catalogue) -> str:
    try:
        return wijk if wijk == CITYWIDE else catalogue.wijk(wijk).name
    except KeyError:
        return wijk


def _initiative(one: str, catalogue: Catalogue) -> str:
    known = catalogue.initiatives.get(one)
    return known.name if known else one
