"""Rasa custom actions: thin, one module per step of the conversation. The thinking is in :mod:`wegwijzer`."""

from actions.collega import ActionCollega
from actions.info import ActionInfo
from actions.intake import AskHalteKeuze, AskKlopt, AskWijk, ValidateIntakeForm
from actions.mens import ActionMens
from actions.stap import ActionAnders, ActionBewaar, ActionHoeBegin, ActionStap
from actions.terugblik import ActionTerugblik
from actions.voorbeeld import ActionVoorbeeld

__all__ = [
    "ActionAnders",
    "ActionBewaar",
    "ActionCollega",
    "ActionHoeBegin",
    "ActionInfo",
    "ActionMens",
    "ActionStap",
    "ActionTerugblik",
    "ActionVoorbeeld",
    "AskHalteKeuze",
    "AskKlopt",
    "AskWijk",
    "ValidateIntakeForm",
]
