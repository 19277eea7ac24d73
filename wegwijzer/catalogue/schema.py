"""JSON Schemas of the catalogue files, generated from the models, for editors' programs."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel, create_model

from wegwijzer.catalogue.aanspreken import Aanspreken
from wegwijzer.catalogue.antwoorden import AntwoordenBalie
from wegwijzer.catalogue.models import Balie, Groep, Halte, Helplines, Initiative, Route, Spelling, Wijken
from wegwijzer.catalogue.nazorg import Nazorg
from wegwijzer.catalogue.sentences import Sentences
from wegwijzer.catalogue.wegstrepen import Wegstrepen
from wegwijzer.catalogue.zoekwoorden import Zoekwoorden

FILES: dict[str, type[BaseModel]] = {
    "haltes": create_model("Haltes", haltes=(list[Halte], ...)),
    "groepen": create_model("Groepen", groepen=(list[Groep], ...)),
    "initiatives": create_model("Initiatives", initiatives=(list[Initiative], ...)),
    "routes": create_model("Routes", routes=(list[Route], ...)),
    "wijken": Wijken,
    "helplines": Helplines,
    "zinnen": Sentences,
    "spelling": Spelling,
    "balie": Balie,
    "zoekwoorden": Zoekwoorden,
    "aanspreken": Aanspreken,
    "antwoorden_balie": AntwoordenBalie,
    "wegstrepen": Wegstrepen,
    "nazorg": Nazorg,
}
"""Schema name and the model of the whole file."""


def schema_text(name: str) -> str:
    """The schema of one kind of file, as it is stored."""
    return json.dumps(FILES[name].model_json_schema(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def write_schemas(folder: Path) -> list[Path]:
    """Write every schema; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in FILES:
        path = folder / f"{name}.schema.json"
        path.write_text(schema_text(name), encoding="utf-8")
        written.append(path)
    return written
