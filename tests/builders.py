"""Small made-up records for tests: a city of three wijken, a few haltes, and whatever a test adds to them.

Tests that are about the real words (recognising, the catalogue itself) take :func:`real_catalogue` and :func:`real_listener`.
"""

from __future__ import annotations

import atexit
import shutil
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import yaml
from hypothesis import HealthCheck, settings

from wegwijzer.catalogue.loading import Catalogue, load_catalogue
from wegwijzer.catalogue.models import Groep, Halte, Helpline, Helplines, Initiative, Wijk, Wijken
from wegwijzer.catalogue.sentences import Sentences
from wegwijzer.catalogue.zoekwoorden import Zoekwoorden
from wegwijzer.dialogue.listening import Listener, Message
from wegwijzer.understanding.antwoorden import AnswerFinder
from wegwijzer.understanding.cues import load_cues
from wegwijzer.understanding.wijk import WijkFinder

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "catalogue"
DOMAIN = ROOT / "domain.yml"

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
"""For hypothesis tests: how long one example takes says nothing on a busy machine."""

few = settings(deadline=None, max_examples=20)
"""The same, for tests that go through the whole catalogue many times."""

HERE, NEXT_DOOR, FAR = "hier", "ernaast", "ver"
"""The three wijken of the made-up city; the first two are neighbours."""

HALTES = ("verlies", "ontmoeten", "vrienden", "betekenis", "signaleren", "mentaal", "mantelzorg")


def initiative(name: str = "koffie", /, **fields: Any) -> Initiative:
    """An offer that suits everybody everywhere, except for the fields given."""
    record: dict[str, Any] = {
        "id": name,
        "name": name.capitalize(),
        "organisation": "Stichting Samen",
        "summary": "Samen koffie drinken.",
        "haltes": ["ontmoeten"],
        "forms": ["groep"],
        "contact": {"phone": "030-123 45 67"},
        "first_step": "Bel en zeg dat je komt.",
        "status": "active",
        "certainty": "high",
        "source": "https://example.nl",
    }
    return Initiative.model_validate(record | fields)


def helpline(name: str = "lijn", /, **fields: Any) -> Helpline:
    """A line for everybody whose hours are not known, except for the fields given."""
    record: dict[str, Any] = {"id": name, "name": name.capitalize(), "use": "Praten.", "show": "human", "certainty": "high"}
    return Helpline.model_validate(record | {"phone": "030-765 43 21"} | fields)


def halte(name: str, /, **fields: Any) -> Halte:
    """A halte with the four texts that every halte has."""
    record = {"id": name, "label": f"Label {name}", "covers": name, "reflection": f"Jij: {name}."}
    return Halte.model_validate(record | {"reflection_other": f"Diegene: {name}."} | fields)


def groep(name: str, /, **fields: Any) -> Groep:
    """A group of people."""
    return Groep.model_validate({"id": name, "label": f"groep {name}"} | fields)


def catalogue(*initiatives: Initiative, lines: tuple[Helpline, ...] = ()) -> Catalogue:
    """The made-up city with these offers and helplines. The short sentences are the real ones."""
    neighbours = {HERE: (NEXT_DOOR,), NEXT_DOOR: (HERE,), FAR: ()}
    wijken = tuple(Wijk(id=name, name=name.capitalize(), buurten=(), neighbours=near) for name, near in neighbours.items())
    haltes = [halte(name, professional=name in ("mentaal", "mantelzorg")) for name in HALTES]
    groepen = [groep("studenten"), groep("mantelzorgers", haltes=["mantelzorg"]), groep("vrouwen"), groep("mannen")]
    return Catalogue(
        haltes={one.id: one for one in haltes},
        wijken=Wijken(city_aliases=(), outside=(), ambiguous=(), ambiguous_postcodes=(), postcode_sources=(), wijken=wijken),
        groepen={one.id: one for one in groepen},
        helplines=Helplines(crisis=(), talk=lines, help=(), ended=()),
        initiatives={one.id: one for one in initiatives},
        routes={},
        sentences=Sentences.model_validate(read_yaml(CATALOGUE / "zinnen.yml")),
        fingerprint="",
        zoekwoorden=Zoekwoorden.model_validate(read_yaml(CATALOGUE / "zoekwoorden.yml")),
    )


def message(text: str, intent: str = "situatie", confidence: float = 1.0, **haltes: float) -> Message:
    """A message as the NLU would give it: ``message("...", verlies=0.9)``."""
    best_first = sorted(haltes.items(), key=lambda item: -item[1])
    return Message(text, intent, confidence, tuple(best_first))


@lru_cache(maxsize=1)
def real_catalogue() -> Catalogue:
    """The catalogue of the city as it is in the repository."""
    return load_catalogue(CATALOGUE)


@lru_cache(maxsize=1)
def real_listener() -> Listener:
    """The listener with the real words."""
    city = real_catalogue()
    return Listener(city, WijkFinder(city.wijken), AnswerFinder(load_cues(CATALOGUE / "herkennen.yml"), city.groepen))


@lru_cache(maxsize=1)
def _small_catalogue() -> Path:
    folder = Path(mkdtemp(prefix="wegwijzer-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for path in CATALOGUE.glob("*.yml"):
        shutil.copy(path, folder)
    (folder / "initiatives").mkdir()
    for name in OFFER_FILES:
        kept = read_yaml(CATALOGUE / name)["initiatives"][:3]
        (folder / name).write_text(_dumped({"initiatives": kept}), encoding="utf-8")
    routes = read_yaml(CATALOGUE / "routes.yml")["routes"][-2:]
    for stop in (stop for route in routes for stop in route["stops"]):
        stop.pop("initiative", None)
    (folder / "routes.yml").write_text(_dumped({"routes": routes}), encoding="utf-8")
    return folder


def _dumped(data: object) -> str:
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


OFFER_FILES = ("initiatives/vrienden.yml", "initiatives/geld.yml")


def copy_catalogue(folder: Path) -> Path:
    """A copy to break: the real files, with few offers and routes so that reading it again and again stays quick."""
    shutil.copytree(_small_catalogue(), folder)
    return folder


def read_yaml(path: Path) -> Any:
    """The content of a YAML file."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506


@lru_cache(maxsize=1)
def responses() -> dict[str, list[dict[str, Any]]]:
    """All responses of ``domain.yml``."""
    found: dict[str, list[dict[str, Any]]] = read_yaml(DOMAIN)["responses"]
    return found
