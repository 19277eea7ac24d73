"""When the bot looks back with a person, and what it hears as an answer: one pure function for the policy and for the action.

At most once in a conversation, one question at a time, never after danger, never at a goodbye, and never in the way of a step: a
question is open until the next message, and what is no answer to it is heard as if nothing was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from wegwijzer.aftercare.answers import SKIPPED, YES, read_answer
from wegwijzer.aftercare.questions import Question

ACTION = "action_terugblik"
OTHERWISE = "action_anders"
LISTEN = "action_listen"

PLACES = frozenset({"action_hoe_begin", "action_bewaar", "utter_graag_gedaan"})
"""After these there is room to look back: how to begin was told, it was kept, or the person said thank you."""

STEP_SEEN = frozenset({"bevestigen", "gezien_ok"})
"""A yes to a step; there the question comes instead of "wil je nog iets weten?"."""

WHY = frozenset({"waarom", "privacy"})
"""What a person may ask back before answering: it is told, and the question comes back."""

EXPLAINED = frozenset({Question.MENING, Question.NAZORG, Question.LEREN, Question.GELUKT})

NOT_UNDERSTOOD = "nlu_fallback"
"""What is not understood while our question is open is taken for a question back, once: never "I do not understand" about it."""

MOST_ASKED = 2

TAPPED_LATE = frozenset({Question.MENING, Question.NAZORG, Question.GELUKT})
"""The buttons of these stay on the screen, and may be tapped after something else was said."""


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Turn:
    """The turn so far.

    Attributes:
        asked: slot ``terugblik``.
        open: whether the last of these was asked just before this message.
        intent, text: of the message.
        done: what the bot did since then, oldest first.
        busy: the questions go on, a colleague talks or is asked for, or a caring question is open.
        fase, suggestie, mening, answered: slots; ``answered`` is ``nazorg_antwoord``.
        danger: whether this conversation was ever about danger.
        unclear: whether something was said that the bot did not understand.
        choices: the words that mean each moment to ask later.
        titles: the buttons of :data:`TAPPED_LATE`, in lower case, with the question that they answer.
    """

    asked: tuple[str, ...]
    open: bool
    intent: str
    text: str
    done: tuple[str, ...] = ()
    busy: bool = False
    fase: str | None = None
    suggestie: str | None = None
    mening: str | None = None
    answered: str | None = None
    danger: Callable[[], bool] = _never
    unclear: Callable[[], bool] = _never
    choices: Mapping[str, Iterable[str]] | None = None
    titles: Mapping[str, Question] | None = None


class Does(StrEnum):
    """What :data:`ACTION` has to do."""

    ASK = "ask"
    HEAR = "hear"
    EXPLAIN = "explain"


@dataclass(frozen=True)
class Move:
    """The next action; for :data:`ACTION` with what it does about which question, and the answer it hears."""

    action: str
    does: Does | None = None
    question: Question | None = None
    answer: str = ""


def look_back(turn: Turn) -> Move | None:
    """The next move because of looking back, or ``None`` when that is nothing."""
    if turn.done and turn.done[-1] == ACTION:
        return Move(LISTEN)
    if turn.busy:
        return None
    if turn.done:
        return _ask(turn) if turn.done[-1] in PLACES else None
    return _heard(turn) or _at_yes(turn)


def may_learn(turn: Turn) -> bool:
    """Whether it may be asked if a colleague may read what was not understood."""
    fresh = Question.LEREN not in turn.asked and turn.mening != SKIPPED
    return fresh and turn.unclear() and not turn.danger()


def _ask(turn: Turn) -> Move | None:
    if _may_ask_opinion(turn):
        return Move(ACTION, Does.ASK, Question.MENING)
    return Move(ACTION, Does.ASK, Question.LEREN) if may_learn(turn) else None


def _at_yes(turn: Turn) -> Move | None:
    if turn.intent in STEP_SEEN and not turn.open and _may_ask_opinion(turn):
        return Move(ACTION, Does.ASK, Question.MENING)
    return None


def _may_ask_opinion(turn: Turn) -> bool:
    step = turn.fase == "stap" and bool(turn.suggestie)
    return step and not {Question.MENING, Question.GELUKT} & set(turn.asked) and not turn.danger()


def _heard(turn: Turn) -> Move | None:
    question = Question(turn.asked[-1]) if turn.open and turn.asked else None
    if question is None:
        question = _tapped_late(turn)
        if question is None:
            return None
    if turn.intent in WHY and question in EXPLAINED:
        return Move(ACTION, Does.EXPLAIN, question)
    answer = read_answer(question, turn.text, turn.intent, turn.choices or {})
    if answer is None:
        unclear = turn.intent == NOT_UNDERSTOOD and turn.asked.count(question) < MOST_ASKED
        return Move(ACTION, Does.EXPLAIN, question) if unclear and question in EXPLAINED else None
    if question is Question.ANDERS and answer == YES:
        return Move(OTHERWISE)
    return Move(ACTION, Does.HEAR, question, answer)


def _tapped_late(turn: Turn) -> Question | None:
    """The question of a button of before, when it is not answered yet."""
    question = (turn.titles or {}).get(turn.text.strip().casefold())
    if question is None or question not in turn.asked:
        return None
    # Who taps a moment after all may have said no before: that is a plain yes. Once it was asked, it is too late for one.
    asked = Question.GELUKT in turn.asked
    answered = {Question.MENING: bool(turn.mening), Question.NAZORG: asked}.get(question, bool(turn.answered))
    return None if answered or turn.danger() else question
