"""Asking the person whether a colleague may come: what an answer means, and what the bot does next. Pure functions.

Nothing goes to a colleague without a plain *yes*, so what is not plainly one is not taken for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers

from wegwijzer.catalogue.phone_numbers import COUNTRY
from wegwijzer.dialogue.listening import TELLS
from wegwijzer.dialogue.safety import ENDINGS
from wegwijzer.handover.models import Reason
from wegwijzer.handover.phone_vault import read_number

MENS = "action_mens"
COLLEGA = "action_collega"
FORM = "intake_form"
LISTEN = "action_listen"

QUESTIONS_BACK = {
    "privacy": "utter_privacy",
    "bot": "utter_bot",
    "waarom": "utter_waarom",
    "wat_kun_je": "utter_wat_kun_je",
}
"""What a person may ask before answering; it is answered, and our question comes back."""

WAYS_OUT = frozenset({"wissen", "opnieuw", "verder", "stop"})
"""What a person may still say to the bot while it is silent. Everything else is for the colleague."""

GOES_ON = TELLS | {"verder"}
"""What the questions go on with."""

MOST_WORDS = 4
"""Of such a message: who writes more is telling the colleague something."""

_NOT_QUITE = re.compile(r"\b(?:niet|nee+|maar|geen|alleen|behalve|eerst|nooit|liever)\b", re.IGNORECASE)
_YES = re.compile(r"^\W*(?:ja+|jawel|jep|yes|yup|graag|prima|is goed|dat mag|mag|oke|oké|ok|akkoord|doe maar)\b", re.IGNORECASE)
_NO = re.compile(r"^\W*(?:nee+|neen|nooit|liever niet|laat maar|nope|hoeft niet|toch niet|doe maar niet)\b", re.IGNORECASE)
_CALLS = re.compile(r"\b(?:zelf\s+(?:wel\s+)?bel\w*|bel\w*\s+(?:ik\s+)?(?:dan\s+|wel\s+|liever\s+)*zelf)\b", re.IGNORECASE)

_STUCK = frozenset({"utter_mens_na_gok", "utter_geen_match", "utter_niet_begrepen", "utter_niet_begrepen_begin"})
_COMPLAINT = frozenset({"utter_sorry_klacht"})


class Step(StrEnum):
    """Which question about a colleague is open: the values of slot ``overdracht``."""

    CONSENT = "toestemming"
    CONSENT_AGAIN = "toestemming_weer"
    NUMBER = "nummer"
    NUMBER_AGAIN = "nummer_weer"


NUMBERS = frozenset({Step.NUMBER, Step.NUMBER_AGAIN})
"""While one of these is open, what the person says may be a telephone number, and its words are kept nowhere."""


class Reply(StrEnum):
    """What an answer to the question for consent means."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


def read_reply(text: str, intent: str) -> Reply:
    """Whether a person says yes to a colleague.

    Args:
        intent: what the message is, by the NLU.
    """
    if _NO.match(text) or _CALLS.search(text):
        return Reply.NO
    says_yes, not_quite = bool(_YES.match(text)), bool(_NOT_QUITE.search(text))
    if says_yes or intent in ("bevestigen", "gezien_ok"):
        return Reply.UNCLEAR if not_quite else Reply.YES
    return Reply.NO if intent == "ontkennen" else Reply.UNCLEAR


def number_in(text: str) -> str:
    """The telephone number in what a person typed, in international form.

    Raises:
        NotCallable: when nobody can be called at it.
    """
    found = [match.raw_string for match in phonenumbers.PhoneNumberMatcher(text, COUNTRY)]
    return read_number(found[0] if found else text)


def reason_of(said_before: Sequence[str]) -> Reason:
    """Why the person asks for a human being.

    Args:
        said_before: names of the responses in the bot's last answer.
    """
    said = frozenset(said_before)
    if said & _COMPLAINT:
        return Reason.COMPLAINT
    return Reason.STUCK if said & _STUCK else Reason.ASKED


@dataclass(frozen=True)
class Turn:
    """The turn so far.

    Attributes:
        step: the open question about a colleague, a value of :class:`Step`.
        paused: whether the bot is silent.
        forsaken: the bot is silent, but there is no request any more.
        intent, text: of the last message.
        done: what the bot did since then, oldest first.
        in_form: whether the questions are going on.
    """

    step: str | None
    paused: bool
    forsaken: bool
    intent: str
    text: str
    done: tuple[str, ...]
    in_form: bool


@dataclass(frozen=True)
class Move:
    """The next action, and whether our question and the questions of the form are dropped with it."""

    action: str
    drops: bool = False


def is_way_out(intent: str, text: str) -> bool:
    """Whether this is said to the bot, although it is silent."""
    return intent in WAYS_OUT and len(text.split()) <= MOST_WORDS


def handover_move(turn: Turn) -> Move | None:
    """What the bot does because of a colleague, or ``None`` when that is nothing."""
    if turn.done:
        return _go_on(turn)
    if turn.paused:
        if turn.forsaken or not is_way_out(turn.intent, turn.text):
            return Move(COLLEGA) if turn.forsaken else None
        return Move(ENDINGS[turn.intent], drops=True) if turn.intent in ("wissen", "opnieuw") else Move(COLLEGA)
    if not turn.step:
        return None
    if turn.intent in ENDINGS:
        return Move(ENDINGS[turn.intent], drops=True)
    return Move(QUESTIONS_BACK.get(turn.intent, COLLEGA))


def _go_on(turn: Turn) -> Move | None:
    last = turn.done[-1]
    if turn.step and last == MENS:
        return Move(LISTEN)
    if turn.step and last in QUESTIONS_BACK.values():
        return Move(MENS)
    if last == COLLEGA:
        return Move(LISTEN if turn.step or turn.paused or not _goes_on(turn) else FORM)
    if last in ENDINGS.values() and turn.paused:
        return Move(LISTEN)
    return None


def _goes_on(turn: Turn) -> bool:
    """After an answer about a colleague an open question comes back; who tells something instead, or goes on, is heard."""
    return turn.in_form or turn.intent in GOES_ON
