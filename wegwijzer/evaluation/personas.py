"""Scripted residents: whole conversations with the running bot, scored on what the bot understood and where it led."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from wegwijzer.evaluation.bot import Bot, Talk

MOST_TURNS = 14
"""A conversation that takes longer has failed anyway."""

OUTCOME_OF: Mapping[str, str] = {
    "initiatief": "initiative",
    "mens": "human",
    "crisis": "crisis",
    "signaleren": "signal_advice",
    "vrijwilliger": "volunteer",
    "buiten": "out_of_scope",
}

FORMS = {"een_op_een": "1-op-1"}
YES, ON = "ja", "ga verder"


@dataclass(frozen=True)
class Persona:
    """One scripted resident; fields as in ``personas.yml``."""

    id: str
    persona: str
    opening: str
    answers: Mapping[str, str]
    expects: Mapping[str, Any]
    inject: Mapping[str, Any] | None = None


@dataclass
class Played:
    """A conversation that was held, and what failed in it (empty when all is well)."""

    persona: Persona
    turns: int
    slots: Mapping[str, Any]
    script: str
    failures: dict[str, Any] = field(default_factory=dict)


def read_personas(path: Path) -> list[Persona]:
    """Read ``personas.yml``."""
    return [Persona(**item) for item in yaml.safe_load(path.read_text(encoding="utf-8"))]


def play(bot: Bot, persona: Persona) -> Played:
    """Hold the conversation: the opening, then an answer to each question until a step is given."""
    talk = bot.talk()
    talk.say(persona.opening)
    sent = 1
    after_inject: list[dict[str, Any]] = []
    injected = False
    told = False
    while sent < MOST_TURNS:
        slots = talk.slots()
        asked = slots.get("requested_slot")
        if persona.inject and not injected and sent >= persona.inject["after"]:
            after_inject = talk.say(persona.inject["text"])
            injected = True
            sent += 1
            continue
        if slots.get("uitkomst") and not asked:
            break
        answer = persona.answers.get(asked or "situatie")
        if asked == "klopt" or asked == "halte_keuze":
            answer = YES
        elif not asked:
            if told:
                break
            told, answer = True, persona.answers.get("situatie")
        if answer is None:
            break
        answers = talk.say(answer)
        sent += 1
        after_inject += answers if injected else []
    return _judge(Played(persona, sent, talk.slots(), talk.script()), after_inject, talk)


def _judge(played: Played, after_inject: list[dict[str, Any]], talk: Talk) -> Played:
    expects, slots = played.persona.expects, played.slots
    outcome = OUTCOME_OF.get(str(slots.get("uitkomst")), "none")
    checks = {
        "outcome": (expects["outcome"], outcome, outcome == expects["outcome"]),
        "wijk": (expects["wijk"], slots.get("wijk"), expects["wijk"] in (None, slots.get("wijk"))),
        "leeftijd": (expects["leeftijd"], slots.get("leeftijd"), expects["leeftijd"] in (None, _band(slots.get("leeftijd")))),
        "vorm": (expects["vorm_any"], slots.get("vorm"), not expects["vorm_any"] or _form(slots) in expects["vorm_any"]),
        "haltes": (expects["haltes_any"], slots.get("haltes"), _any(expects["haltes_any"], slots.get("haltes"))),
    }
    played.failures = {name: {"label": label, "bot": got} for name, (label, got, right) in checks.items() if not right}
    if expects["outcome"] == "crisis" and any((answer.get("custom") or {}).get("type") == "suggestie" for answer in after_inject):
        played.failures["crisis"] = {"label": "no initiatives after the danger", "bot": "an initiative"}
    return played


def _any(expected: Sequence[str], found: Sequence[str] | None) -> bool:
    return not expected or bool(set(expected) & set(found or ()))


def _band(age: Any) -> str | None:
    if age is None:
        return None
    return "18-30" if age <= 30 else "31-64" if age <= 64 else "65+"


def _form(slots: Mapping[str, Any]) -> str:
    return FORMS.get(str(slots.get("vorm")), str(slots.get("vorm")))
