"""What the bot does when there is danger: the protocol of design section 5, as one pure function.

It is asked before anything else, on every message and after every action, and needs no action server: it only names
responses of ``domain.yml`` and slots to set. Its states are few: nothing the matter, a caring question asked
(``zorgvraag``), or danger seen (``fase`` is ``crisis``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from wegwijzer.matching.profile import ASKABLE
from wegwijzer.understanding.crisis_patterns import Danger, Tier
from wegwijzer.vocabulary import VoorWie

LISTEN = "action_listen"
FORM = "intake_form"
HUMAN = "action_mens"

OTHER_LANGUAGE = "andere_taal"
"""Danger in another language, or what may be danger: the numbers at once, in simple English."""

_SAYS_YES = re.compile(
    r"^\W*(?:ja+|jawel|jep|yes|yup|soms|wel ?eens|af en toe|vaak|altijd|elke|iedere|regelmatig|best wel|eigenlijk wel|misschien"
    r"|(?:een )?beetje|klopt|inderdaad|helaas|heel soms|de laatste tijd)\b",
    re.IGNORECASE,
)
_SAYS_NO = re.compile(r"^\W*(?:nee+|neen|nooit|niet echt|echt niet|helemaal niet|nope|gelukkig niet)\b", re.IGNORECASE)

YES = frozenset({"bevestigen", "gezien_ok"})
MAYBE = frozenset({"weetniet"})
NO = frozenset({"ontkennen"})
OWN_RULES = frozenset({"mens", "stop", "opnieuw", "wissen", "privacy", "bot", "waarom", "wat_kun_je", "dank", "bewaren"})
"""What a person may still ask for after danger; the ordinary rules answer these."""

ENDINGS = {"wissen": "utter_gewist", "stop": "utter_afscheid", "opnieuw": "utter_opnieuw"}
"""Whoever wants to stop or erase instead of answering is obeyed."""

PLAIN_QUESTIONS = frozenset(ASKABLE[VoorWie.ZELF])
"""Questions whose answers seldom tell of danger."""

SUSPICIOUS_IN_ANSWER = 0.5
"""In the answer to such a question the classifier alone needs this confidence for the caring question."""

HELPLINES, CARING_QUESTION = "utter_crisis_", "utter_zorgvraag_"
"""What the names of responses begin with that show the helplines, and that ask whether somebody is in danger."""

ABOUT_DANGER = (HELPLINES, CARING_QUESTION)

CARING_ANSWERED = ("utter_zorg_nee", "utter_zorg_open", "utter_zorg_nummers", "utter_na_gevaar")
"""Responses after which the conversation goes on in the same turn."""


@dataclass(frozen=True)
class Turn:
    """The turn so far.

    Attributes:
        kind, tier: danger in the last message, or ``None``.
        source: ``pattern`` or ``classifier``: what saw it.
        confidence: of what saw it (0 to 1).
        asked: the slot of the open question.
        intent: of the last message, when there was no danger.
        fase: slot.
        zorgvraag: kind of the caring question we asked last, if it is not answered yet.
        zorg_gevraagd: kinds asked about before.
        done: what the bot did since the last message, oldest first.
        in_form: whether the form is active.
        foreign: whether the message is in another language than Dutch.
        about_other: whether this conversation, or this message, is about somebody else.
        child: whether the person says to be under 18, about themselves.
        text: the message itself: the answer to the caring question is too important for a classifier alone.
        human_asked: whether a question about a colleague is open (``overdracht``).
    """

    kind: str | None
    tier: str | None
    intent: str
    source: str = ""
    confidence: float = 1.0
    asked: str | None = None
    fase: str | None = None
    zorgvraag: str | None = None
    zorg_gevraagd: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    in_form: bool = False
    foreign: bool = False
    about_other: bool = False
    child: bool = False
    text: str = ""
    human_asked: bool = False


@dataclass(frozen=True)
class Move:
    """The next action, the slots to set with it, and whether to leave the form."""

    action: str
    slots: Mapping[str, object] = field(default_factory=dict)
    leave_form: bool = False


def safety_move(turn: Turn) -> Move | None:
    """The move that safety asks for, or ``None`` when the ordinary conversation may go on."""
    if turn.done:
        return _go_on(turn)
    turn = _in_context(turn)
    if turn.tier and turn.foreign:
        return _helplines(OTHER_LANGUAGE)
    if turn.tier == Tier.ALERT and turn.kind:
        return _helplines(turn.kind)
    if turn.zorgvraag:
        return _caring_answer(turn, turn.zorgvraag)
    if turn.tier == Tier.CHECK and turn.kind:
        return _caring_question(turn, turn.kind)
    if turn.fase == "crisis" and not turn.human_asked:
        return _after_danger(turn)
    return None


def _in_context(turn: Turn) -> Turn:
    """What the classifier guesses in the answer to a plain question weighs less; what a pattern sees never does.

    "Iemand bij wie ik mezelf kan zijn" answers what a person misses; as a first message it would say less.
    """
    if turn.child and turn.kind == Danger.GEWELD and turn.tier == Tier.CHECK and turn.source == "classifier":
        # A child who is bullied is led to the Kindertelefoon, where a person asks on; that comes without this question.
        return replace(turn, tier=None, kind=None)
    if turn.asked not in PLAIN_QUESTIONS or turn.source != "classifier" or not turn.tier:
        return turn
    if turn.tier == Tier.ALERT:
        return replace(turn, tier=Tier.CHECK)
    return turn if turn.confidence >= SUSPICIOUS_IN_ANSWER else replace(turn, tier=None, kind=None)


def _helplines(kind: str) -> Move:
    slots = {"fase": "crisis", "uitkomst": "crisis", "zorgvraag": None, "requested_slot": None}
    return Move(f"utter_crisis_{kind}", slots, leave_form=True)


def _caring_question(turn: Turn, kind: str) -> Move | None:
    if kind in turn.zorg_gevraagd:
        # Asked before and answered no: do not press. What was plainly said gets the number kindly; a mere guess nothing.
        return Move("utter_zorg_nummers") if turn.source == "pattern" else None
    # "Denk je er weleens aan om niet meer te leven?" is a strange question to who worries about a neighbour.
    whom = "_ander" if turn.about_other and kind == Danger.ZELFDODING else ""
    return Move(f"utter_zorgvraag_{kind}{whom}", {"zorgvraag": kind, "zorg_gevraagd": [*turn.zorg_gevraagd, kind]})


def _caring_answer(turn: Turn, kind: str) -> Move:
    asked_no_more = {"zorgvraag": None}
    says_no = bool(_SAYS_NO.match(turn.text))
    says_yes = bool(_SAYS_YES.match(turn.text)) or (turn.intent in YES | MAYBE and not says_no)
    if says_yes or (turn.tier and turn.source == "pattern"):
        return _helplines(turn.kind or kind)
    if turn.intent == "mens":
        return Move(HUMAN, asked_no_more)
    if turn.intent in ENDINGS:
        return Move(ENDINGS[turn.intent], {**asked_no_more, "requested_slot": None}, leave_form=True)
    return Move("utter_zorg_nee" if says_no or turn.intent in NO else "utter_zorg_open", asked_no_more)


def _after_danger(turn: Turn) -> Move | None:
    if turn.intent == "verder":
        return Move("utter_na_gevaar", {"fase": "intake"})
    return None if turn.intent in OWN_RULES else Move("utter_crisis_verder", {"uitkomst": "crisis"})


def _go_on(turn: Turn) -> Move | None:
    """After one of our own responses: listen, or go back to where the person was."""
    last = turn.done[-1]
    if turn.human_asked and (last.startswith(HELPLINES) or last in CARING_ANSWERED):
        # Helplines first; then what we asked about a colleague, who is needed all the more.
        return Move(HUMAN)
    # An ending inside the form is not ours: its rule still has to close the form.
    if last.startswith(ABOUT_DANGER) or (last in ENDINGS.values() and not turn.in_form):
        return Move(LISTEN)
    if last in CARING_ANSWERED:
        return Move(FORM)
    return None
