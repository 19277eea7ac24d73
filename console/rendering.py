"""Pages from templates. Every word that colleagues read stands in ``templates/``; nothing a person typed is ever markup."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from wegwijzer.matching.opening_hours import AMSTERDAM, MONTHS

TEMPLATES = Path(__file__).parent / "templates"

MINUTE, HOUR = 60, 3600


@lru_cache(maxsize=1)
def words() -> Mapping[str, Any]:
    """The words that are chosen by code."""
    found: dict[str, Any] = yaml.safe_load((TEMPLATES / "woorden.yml").read_text(encoding="utf-8"))
    return found


def text(group: str, name: str, **fill: object) -> str:
    """One of them."""
    return str(words()[group][name]).format(**fill)


def clock_time(moment: float) -> str:
    """``9.05``, in Amsterdam."""
    return datetime.fromtimestamp(moment, UTC).astimezone(AMSTERDAM).strftime("%-H.%M")


def day_time(moment: float) -> str:
    """``22 november 9.05``, in Amsterdam."""
    there = datetime.fromtimestamp(moment, UTC).astimezone(AMSTERDAM)
    return f"{there.day} {MONTHS[there.month - 1]} {clock_time(moment)}"


def how_long(seconds: float) -> str:
    """``3 min``; what is shorter than a minute is *net*."""
    if seconds < MINUTE:
        return text("duur", "net")
    hours, minutes = int(seconds // HOUR), int(seconds % HOUR // MINUTE)
    return text("duur", "uren" if hours else "minuten", uren=hours, minuten=minutes)


def number(count: int) -> str:
    """``1.250``, as it is written in Dutch."""
    return f"{count:,}".replace(",", ".")


def day(one: date) -> str:
    """``16 november 2026``."""
    return f"{one.day} {MONTHS[one.month - 1]} {one.year}"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"klok": clock_time, "dagklok": day_time, "duur": how_long, "getal": number, "dag": day}
    environment.globals["w"] = words()
    return environment


ENVIRONMENT = _environment()


def render(template: str, **values: object) -> str:
    """A page or a piece of one."""
    return ENVIRONMENT.get_template(template).render(**values)
