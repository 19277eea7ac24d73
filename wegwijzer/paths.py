"""Where things are in a checkout. Everything that runs does so from the project folder."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(os.environ.get("WEGWIJZER_HOME", Path(__file__).resolve().parent.parent))
CATALOGUE = ROOT / "catalogue"
DATA = ROOT / "data"
DOMAIN = ROOT / "domain.yml"
MODELS = ROOT / "models"
VAR = ROOT / "var"
EVALUATION = ROOT / "tests" / "evaluation"
