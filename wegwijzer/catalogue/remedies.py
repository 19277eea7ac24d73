"""What an editor can do about a mistake: the messages of pydantic and YAML in plain Dutch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml


@dataclass(frozen=True)
class Problem:
    """One mistake in the catalogue, in the words an editor needs."""

    file: str
    record: str
    field: str
    remedy: str
    line: int = 0

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        what = " · ".join(part for part in (self.record, self.field) if part)
        return f"{where}: {what}: {self.remedy}" if what else f"{where}: {self.remedy}"


class CatalogueError(Exception):
    """The catalogue cannot be used. ``problems`` says why, one by one."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def remedy(mistake: Mapping[str, Any]) -> str:
    """What to do about one mistake that pydantic found."""
    known = _REMEDIES.get(str(mistake["type"]))
    return known(mistake) if known else f"'{mistake['input']}' kan hier niet staan; kijk hoe het bij de andere records staat"


def unreadable(name: str, error: Exception) -> Problem:
    """A file that cannot be opened or is no text."""
    if isinstance(error, FileNotFoundError):
        return Problem(name, "", "", "dit bestand ontbreekt; zet het terug uit git")
    if isinstance(error, UnicodeDecodeError):
        return Problem(name, "", "", "er staan tekens in die geen UTF-8 zijn; sla het bestand op als UTF-8")
    if isinstance(error, IsADirectoryError):
        return Problem(name, "", "", "dit is een map; zet hier het bestand terug uit git")
    return Problem(name, "", "", f"dit bestand kan niet geopend worden ('{error}'); kijk of je het mag lezen")


def malformed(name: str, error: Exception) -> Problem:
    """A file whose layout is not YAML, with the line near which it goes wrong."""
    mark = getattr(error, "problem_mark", None) if isinstance(error, yaml.YAMLError) else None
    line = mark.line + 1 if mark is not None else 0
    detail = getattr(error, "problem", None) or "geen YAML"
    text = f"de opmaak klopt niet rond deze regel ('{detail}'); let op inspringen, dubbele punten en aanhalingstekens"
    return Problem(name, "", "", text, line)


def _whole_number(mistake: Mapping[str, Any]) -> str:
    return f"'{mistake['input']}' hoort een heel getal te zijn"


def _list(mistake: Mapping[str, Any]) -> str:
    return f"'{mistake['input']}' hoort een lijst te zijn, zoals [ontmoeten, vrienden]"


def _block(mistake: Mapping[str, Any]) -> str:
    return f"'{mistake['input']}' hoort een blok met velden te zijn; zet elk veld op een eigen regel, ingesprongen"


def _choice(mistake: Mapping[str, Any]) -> str:
    return f"'{mistake['input']}' kan niet; kies uit: {str(mistake['ctx']['expected']).replace(' or ', ' of ')}"


_REMEDIES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _: "dit veld ontbreekt; voeg het toe",
    "extra_forbidden": lambda _: "dit veld kennen we niet; controleer de spelling of haal het weg",
    "string_type": lambda m: (
        "dit veld is leeg; vul het in of haal het weg"
        if m["input"] is None
        else f"'{m['input']}' hoort tekst te zijn; zet er aanhalingstekens omheen"
    ),
    "string_pattern_mismatch": lambda m: f"'{m['input']}' mag alleen kleine letters, cijfers en _ hebben",
    "enum": _choice,
    "literal_error": _choice,
    "too_short": lambda _: "hier moet minstens één waarde staan",
    "int_parsing": _whole_number,
    "int_type": _whole_number,
    "int_from_float": _whole_number,
    "less_than_equal": lambda m: f"'{m['input']}' is te hoog; het kan hoogstens {m['ctx']['le']} zijn",
    "greater_than_equal": lambda m: f"'{m['input']}' is te laag; het is minstens {m['ctx']['ge']}",
    "bool_parsing": lambda m: f"'{m['input']}' hoort true of false te zijn",
    "bool_type": lambda m: f"'{m['input']}' hoort true of false te zijn",
    "tuple_type": _list,
    "list_type": _list,
    "model_type": _block,
    "model_attributes_type": _block,
    "dict_type": _block,
    "mapping_type": _block,
    "value_error": lambda m: str(m["ctx"]["error"]),
}
