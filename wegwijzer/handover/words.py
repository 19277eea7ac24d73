"""What the resident is told when something happened to a request: words of ``domain.yml``, with the number to call."""

from __future__ import annotations

from typing import Any

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.domain_texts import response

LINE = "{lijn}"


class DeskWords:
    """From the name of a response to what is said; see :data:`wegwijzer.handover.crossing.Words`.

    Args:
        catalogue: has the number that is named when nobody can come.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        line = catalogue.helpline(catalogue.balie.line)
        self._line = f"{line.name}, {line.phone}"

    def __call__(self, name: str) -> dict[str, Any]:
        """The response. Raises ``KeyError`` when there is none."""
        said = response(name)
        return {**said, "text": str(said["text"]).replace(LINE, self._line)}
