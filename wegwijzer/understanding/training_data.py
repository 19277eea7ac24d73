"""Reading the training messages of ``data/nlu`` without Rasa, for training outside it, comparing and checking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

NONE = "geen"
"""No danger."""

CRISIS = "crisis_"
"""How the intents of dangerous messages begin."""


@dataclass(frozen=True)
class Example:
    """One training message.

    Attributes:
        intent: what kind of message it is.
        haltes: the themes in it, most important first; only meaningful for intents that carry themes.
        source: name of the file it stands in, without its ending.
    """

    text: str
    intent: str
    haltes: tuple[str, ...] = ()
    source: str = ""

    @property
    def danger(self) -> str:
        """The danger it tells of, or :data:`NONE`."""
        return self.intent.removeprefix(CRISIS) if self.intent.startswith(CRISIS) else NONE


def read_examples(data: Path) -> list[Example]:
    """All training messages of a Rasa ``data`` folder, in file order.

    Raises:
        ValueError: when a file is not Rasa NLU YAML; the message names the file.
    """
    paths = [path for path in (data / "nlu.yml", *sorted((data / "nlu").glob("*.yml"))) if path.exists()]
    return [example for path in paths for example in _read_file(path)]


def _read_file(path: Path) -> Iterable[Example]:
    try:
        blocks = yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
    except (yaml.YAMLError, KeyError, TypeError, OSError) as error:
        raise ValueError(f"{path}: not Rasa NLU YAML: {error}") from error
    for block in blocks:
        if "intent" not in block:
            continue
        haltes = tuple((block.get("metadata") or {}).get("haltes", ()))
        for line in block["examples"].splitlines():
            text = line.strip().removeprefix("- ").strip()
            if text:
                yield Example(text, block["intent"], haltes, path.stem)
