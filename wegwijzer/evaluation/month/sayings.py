"""What made-up residents can say, read from ``sentences.yml`` beside this file and checked once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import yaml

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.evaluation.residents import Resident
from wegwijzer.vocabulary import VoorWie

SENTENCES = Path(__file__).with_name("sentences.yml")

NONE = "geen"
"""The answer that somebody has no preference, or no hurdle."""

TOLD = {"wijk": "wijk", "leeftijd": "leeftijd", "gemis": "gemis", "vorm": "vorm", "drempels": "drempel"}
"""Fields of a profile that can be told in a story, with their question."""


@dataclass(frozen=True)
class Sayings:
    """All sentences, as in the file.

    Attributes:
        stories: by whom it is about and by halte.
        told: by question, and by answer where there are few; what somebody adds to a story.
        answers: the same, as answers.
        things: everything else, by its name in the file.
        danger: by kind.
    """

    stories: Mapping[str, Mapping[str, Sequence[str]]]
    told: Mapping[str, Any]
    answers: Mapping[str, Any]
    things: Mapping[str, Any]
    danger: Mapping[str, Sequence[str]]

    @classmethod
    def read(cls, path: Path = SENTENCES) -> Sayings:
        """Read the file. Raises ``KeyError`` when a part is not there."""
        parts = yaml.safe_load(path.read_text(encoding="utf-8"))
        return cls(*(parts[name] for name in ("verhalen", "vertelt", "antwoorden", "dingen", "gevaar")))

    def story(self, resident: Resident, chance: Random) -> str:
        """A story that shows what it is about, with what they tell by themselves."""
        whom, haltes = resident.truth.voor_wie, resident.truth.haltes
        known = self.stories[whom.value]
        # About another the first halte only says that; the second is what is the matter with them.
        about = [halte for halte in (haltes[1:] + haltes[:1] if whom is VoorWie.ANDER else haltes) if halte in known]
        return chance.choice(known[about[0] if about else next(iter(known))])

    def other_halte(self, resident: Resident, chance: Random) -> str | None:
        """A sentence about their second halte; ``None`` when they have none of which there is one."""
        known = self.stories[VoorWie.ZELF.value]
        if resident.truth.voor_wie is not VoorWie.ZELF or len(resident.truth.haltes) < 2:
            return None
        second = resident.truth.haltes[1]
        return chance.choice(known[second]) if second in known else None

    def facts(self, resident: Resident, catalogue: Catalogue, chance: Random) -> list[str]:
        """What they tell by themselves, one sentence each."""
        found = []
        for name, question in TOLD.items():
            value = getattr(resident.told, name)
            if value in (None, ()):
                continue
            for one in value if isinstance(value, tuple) else (value,):
                found += _some(_filled(self.told[question], one, catalogue, chance), chance)
        return found

    def answer(self, resident: Resident, question: str, catalogue: Catalogue, chance: Random) -> Sequence[str]:
        """What they may answer to a question of the matching (``wijk``, ``leeftijd``, ``gemis``, ``vorm``, ``drempel``)."""
        truth = resident.truth
        value = (truth.drempels or (None,))[0] if question == "drempel" else getattr(truth, question)
        name = "wijk_ander" if question == "wijk" and truth.voor_wie is VoorWie.ANDER else question
        return _filled(self.answers[name], value, catalogue, chance)

    def thing(self, name: str, chance: Random) -> str:
        """One of the other things that people say."""
        return str(chance.choice(self.things[name]))


def _filled(sentences: Any, value: Any, catalogue: Catalogue, chance: Random) -> list[str]:
    """The sentences for a value, with what has to be filled in. Empty when there are none for it."""
    if isinstance(sentences, Mapping):
        return list(sentences.get(NONE if value is None else str(value), ()))
    if value is None:
        return []
    name = _place(str(value), catalogue, chance) if isinstance(value, str) else ""
    return [sentence.format(naam=name, jaar=value) for sentence in sentences]


def _place(wijk: str, catalogue: Catalogue, chance: Random) -> str:
    """How somebody names where they live: by the wijk, or by a buurt that everybody knows."""
    known = catalogue.wijk(wijk)
    return chance.choice([known.name, *known.main_names])


def _some(sentences: Sequence[str], chance: Random) -> list[str]:
    return [chance.choice(sentences)] if sentences else []
