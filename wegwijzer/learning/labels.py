"""What an editor can say a message means: an intent that may be taught, with the haltes it is about."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

TEACHABLE = (
    "situatie", "vraag_aanbod", "eenzaam", "helpen", "mens", "vraag_info", "hoe_begin_ik", "iets_anders", "verder", "klacht",
    "corrigeren", "bevestigen", "ontkennen", "weetniet", "bewaren", "wat_kun_je", "waarom", "privacy", "bot", "groet", "dank",
    "gezien_ok", "stop", "opnieuw", "wissen", "voorbeeld", "buiten",
)  # fmt: skip
"""The intents that may be taught, in the order in which an editor reads them. Danger is not among them: whoever tells of that is
helped, and not learned from. ``tests/unit/test_learning_labels.py`` holds this to ``domain.yml``."""

TOLD = "situatie"
"""Somebody tells something; what a guess of a halte alone means."""

WITH_HALTES = ("situatie", "vraag_aanbod", "helpen")
"""The intents that carry haltes."""

NEEDS_HALTE = ("vraag_aanbod",)
"""The intents that mean nothing without one."""

MOST_HALTES = 3
"""More themes than that are no label."""

_BETWEEN, _MORE = ":", "+"


class NoLabel(ValueError):
    """This is no label. The message is one word, why: ``intent``, ``halte``, ``needs_halte``, ``most_haltes``, ``both``."""


@dataclass(frozen=True)
class Label:
    """What a message means.

    Attributes:
        intent: one of :data:`TEACHABLE`.
        haltes: ids, most important first; empty for an intent that carries none.
    """

    intent: str
    haltes: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """As one word, for a form: ``situatie:verlies+ontmoeten``."""
        return self.intent + (_BETWEEN + _MORE.join(self.haltes) if self.haltes else "")


def make_label(intent: str, haltes: Iterable[str], known: Collection[str]) -> Label:
    """A label that can be taught.

    Args:
        haltes: ids, most important first; the same twice is once. An intent that carries none loses them.
        known: the ids of the catalogue.

    Raises:
        NoLabel: it is none.
    """
    chosen = tuple(dict.fromkeys(filter(None, haltes))) if intent in WITH_HALTES else ()
    if intent not in TEACHABLE:
        raise NoLabel("intent")
    if not set(chosen) <= set(known):
        raise NoLabel("halte")
    if intent in NEEDS_HALTE and not chosen:
        raise NoLabel("needs_halte")
    if len(chosen) > MOST_HALTES:
        raise NoLabel("most_haltes")
    return Label(intent, chosen)


def read_label(word: str, known: Collection[str]) -> Label:
    """What :attr:`Label.word` wrote, or the id of a halte alone: somebody told of that. Raises :class:`NoLabel`."""
    if word in known:
        return Label(TOLD, (word,))
    intent, _, haltes = word.partition(_BETWEEN)
    return make_label(intent, haltes.split(_MORE), known)


def read_guesses(words: Iterable[str], known: Collection[str]) -> tuple[Label, ...]:
    """The guesses of the bot that are labels, each once, in their order; what is none (danger, say) is left out.

    A halte goes with the intent among the guesses that carries one: ``verlies`` and ``vraag_aanbod`` ask for help with a loss.
    """
    found: dict[Label, None] = {}
    words = list(words)
    told = next((word for word in words if word in WITH_HALTES), TOLD)
    for word in words:
        if word == told and any(one in known for one in words):
            continue
        try:
            found[make_label(told, (word,), known) if word in known else read_label(word, known)] = None
        except NoLabel:
            continue
    return tuple(found)
