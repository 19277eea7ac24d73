"""What counts are called, for who reads them: words of ``words.yml``, names of haltes, wijken and steps of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.insight.tables import ANY, TABLES, Table

WORDS = Path(__file__).parent / "words.yml"


@lru_cache(maxsize=1)
def words() -> Mapping[str, Any]:
    """The words, read once."""
    found: dict[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return found


class Names:
    """What is told about ids.

    Args:
        catalogue: where haltes, wijken and steps have their names.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._known: Mapping[str, Mapping[str, str]] = {
            "halte": {halte.id: halte.label for halte in catalogue.haltes.values()},
            "wijk": {wijk.id: wijk.name for wijk in catalogue.wijken.wijken},
            "initiatief": {one.id: one.name for one in catalogue.initiatives.values()},
        }

    def order(self, table: Table) -> tuple[str, ...]:
        """The values of the second dimension of a table, in the order in which people expect them."""
        known = TABLES[table.name].values(self._catalogue)[1]
        there = dict.fromkeys(cell.values[1] for cell in table.cells)
        return tuple(dict.fromkeys((*(one for one in known if one in there), *there)))

    def value(self, dimension: str, value: str) -> str:
        """The name of a value. What nobody named, as a step that is gone from the catalogue, is its id in plain letters."""
        chosen = words()["waarden"]
        for known in (self._known.get(dimension, {}), chosen.get(dimension, {}), chosen[ANY]):
            if value in known:
                return str(known[value])
        return value.replace("_", " ")

    def dimension(self, name: str, language: str = "nl") -> str:
        """What a dimension is called (``nl``) or explained as (``en``)."""
        return str(words()["kenmerken"].get(name, {}).get(language, name.replace("_", " ")))

    def table(self, name: str, word: str = "nl") -> str:
        """The title of a table (``nl``), what it says (``uitleg``) or the same in English (``en``)."""
        return str(words()["tabellen"].get(name, {}).get(word, name.replace("_", " ")))

    def hidden(self, language: str = "nl") -> str:
        """What stands where a number is hidden."""
        return str(words()["hidden"][language])
