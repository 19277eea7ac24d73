"""What one message adds to what we know: pure functions from (state, message, question asked) to a new state.

A message may answer the question, tell something else, correct an earlier answer, or interrupt. Whatever it tells is
kept, whether or not we asked for it. An interruption (a question back, a wish for a human) is left to the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.dialogue.state import State
from wegwijzer.matching.profile import ASKABLE
from wegwijzer.understanding.antwoorden import AnswerFinder
from wegwijzer.understanding.leeftijd import find_leeftijd
from wegwijzer.understanding.wijk import WijkFinder
from wegwijzer.vocabulary import Gemis, VoorWie, Vorm

CLEAR = 0.3
"""A halte at or above this confidence counts as named."""

HINTED = 0.2
"""Enough when a person corrects us: they say what it is instead."""

STRONG = 0.7
"""A halte at or above this confidence is kept even when we asked about something else."""

ALSO = 0.45
"""A second or third theme of one message needs this much: to claim something about a person that is not so hurts."""

OFFERED = 0.08
"""A halte at or above this confidence is worth offering when none is clear: one question, in human words."""

DOUBTFUL = 0.12
"""``signaleren`` at or above this, but not first: it is unclear whom it is about, so we ask."""

SURE_INTENT = 0.5
"""A hard interruption at or above this confidence wins from an answer."""

BRIEF = 3
"""An answer of at most this many words is an answer, also when it looks like a wish for a human."""

MOST_HALTES = 3
"""More themes than this at once help nobody."""

MOST_GUESSES = 3

HARD_INTERRUPTIONS = frozenset({"mens", "stop", "opnieuw", "wissen"})
"""These win from an answer: whoever wants a human or to stop is not held up by a question."""

SOFT_INTERRUPTIONS = frozenset(
    {"privacy", "bot", "waarom", "wat_kun_je", "vraag_info", "groet", "dank", "bewaren", "klacht", "hoe_begin_ik", "buiten",
     "andere_taal", "voorbeeld"}
)  # fmt: skip
"""These lose from an answer: "35, maar waarom wil je dat weten?" answers first."""

YES = frozenset({"bevestigen", "gezien_ok", "verder"})
NO = frozenset({"ontkennen", "corrigeren", "klacht"})
NO_ANSWER = frozenset({"weetniet", "ontkennen", "verder", "iets_anders"})
TELLS = frozenset({"situatie", "vraag_aanbod", "eenzaam", "helpen"})
"""Intents that tell something about a person's life or wish."""


LOOKS_UP = "vraag_info"
"""Asking after a place says nothing of a person's themes, whatever its name sounds like."""

THEMED = frozenset({"situatie", "vraag_aanbod"})
"""Intents that are about a theme, even when it is not clear which."""


class Outcome(StrEnum):
    """What a message turned out to be."""

    HEARD = "heard"
    NOT_UNDERSTOOD = "not_understood"
    INTERRUPTION = "interruption"


@dataclass(frozen=True)
class Message:
    """One message as the NLU understood it.

    Attributes:
        haltes: themes with their confidence (0 to 1), best first, all of them.
    """

    text: str
    intent: str
    confidence: float = 1.0
    haltes: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Heard:
    """The state after a message, and what kind of message it was."""

    state: State
    outcome: Outcome


@dataclass(frozen=True)
class Listener:
    """Listens with the catalogue's words: places, groups, and what offers wait for."""

    catalogue: Catalogue
    places: WijkFinder
    answers: AnswerFinder

    @cached_property
    def mention_words(self) -> tuple[str, ...]:
        """Words some offers wait for (``mention_only``), each once."""
        found = {word for initiative in self.catalogue.initiatives.values() for word in initiative.mention_only}
        return tuple(sorted(found))

    def listen(self, state: State, message: Message, asked: str | None) -> Heard:
        """Take in one message.

        Args:
            state: what we knew.
            message: what was said.
            asked: the slot our last question asked for, if any.
        """
        answered = _ANSWERS[asked](self, state, message) if asked in _ANSWERS else None
        wants_out = message.intent in HARD_INTERRUPTIONS and message.confidence >= SURE_INTENT
        if wants_out and not _brief_answer(answered, message, asked):
            return Heard(state, Outcome.INTERRUPTION)
        if asked is None and (opened := self._opener(state, message)) is not None:
            return Heard(opened, Outcome.HEARD)
        if asked and answered is not None and (self._corrects(state, message, asked) or _bare_age(state, message, asked)):
            answered = None
        known = self._facts(answered or state, message, asked)
        if answered is None and known == state and asked is not None:
            known = self._answer_to_another(state, message, asked)
        if answered is not None or asked is None:
            return Heard(replace(known, pogingen=0), Outcome.HEARD)
        if known != state or self._said_again(state, message):
            return Heard(_told_something_else(known, asked), Outcome.HEARD)
        if message.intent in SOFT_INTERRUPTIONS:
            return Heard(state, Outcome.INTERRUPTION)
        return self._not_understood(state, asked)

    def _opener(self, state: State, message: Message) -> State | None:
        """One of the four openers on the buttons: it says whom it is about, the story is still to come."""
        openers = self.catalogue.sentences.answers["opener"]
        typed = _plain(message.text)
        opener = next((name for name, label in openers.items() if _plain(label) == typed), None)
        if opener is None:
            return None
        whom = {"zorgen": VoorWie.ANDER, "helpen": VoorWie.HELPEN}.get(opener, VoorWie.ZELF)
        fresh = replace(state, voor_wie=whom.value, klopt=None, halte_keuze=None, situatie=None)
        halte = {"helpen": "betekenis", "doen": "ontmoeten"}.get(opener)
        if halte is None:
            return replace(fresh, haltes=())
        return replace(fresh, haltes=(halte,), klopt="ja", situatie="verteld")

    def _corrects(self, state: State, message: Message, asked: str) -> bool:
        """Whether a no is about an earlier answer ("nee, ik ben 45" after 70) and not about what we asked just now."""
        if asked not in ASKABLE[VoorWie.ZELF] or message.intent not in NO:
            return False
        told = self._facts(state, message, asked)
        return any(
            getattr(state, slot) is not None and getattr(told, slot) != getattr(state, slot)
            for slot in ("wijk", "leeftijd", "vorm", "gemis")
        )

    def _answer_to_another(self, state: State, message: Message, asked: str) -> State:
        """People answer the question before or after: an age or a place we did not ask for just now is kept too."""
        for slot in ("wijk", "leeftijd"):
            if slot != asked and getattr(state, slot) is None:
                answered = _ANSWERS[slot](self, state, replace(message, intent=""))
                if answered is not None:
                    return answered
        return state

    def _said_again(self, state: State, message: Message) -> bool:
        """Whether this is only the wijk we know already; who says that again is understood."""
        return state.wijk is not None and self.places.find(message.text, asked=True).wijk == state.wijk

    def _not_understood(self, state: State, asked: str) -> Heard:
        """The first time we ask again; the second time we let the question go."""
        if state.pogingen >= 1:
            return Heard(replace(_skip(state, asked), pogingen=0), Outcome.HEARD)
        return Heard(replace(state, pogingen=state.pogingen + 1), Outcome.NOT_UNDERSTOOD)

    def _facts(self, state: State, message: Message, asked: str | None) -> State:
        """Everything the message tells besides the answer: place, age, groups, whom it is about, themes."""
        text = message.text
        if asked != "wijk":
            place = self.places.find(text)
            if place.wijk:
                state = replace(state, wijk=place.wijk, wijk_keuze=(), buiten_utrecht=None)
            elif place.candidates and not state.wijk and asked is None:
                state = replace(state, wijk_keuze=place.candidates)
            elif place.outside and not state.wijk:
                state = replace(state, buiten_utrecht=place.outside)
            elif state.buiten_utrecht and self._names_the_city(text):
                state = replace(state, buiten_utrecht=None)
        if asked != "leeftijd" and (age := find_leeftijd(text)) is not None:
            state = replace(state, leeftijd=age)
        if asked != "vorm" and (vorm := self.answers.vorm(text)):
            state = replace(state, vorm=vorm.value)
        if asked != "drempel" and (hurdles := self.answers.drempels(text)):
            state = replace(state, drempel=_union(state.drempel, (hurdle.value for hurdle in hurdles)))
        if asked != "gemis" and (gemis := self.answers.gemis(text)):
            state = replace(state, gemis=gemis.value)
        state = replace(
            state,
            groepen=_union(state.groepen, sorted(self.answers.groepen(text))),
            noemt=_union(state.noemt, sorted(self.answers.mentions(text, self.mention_words))),
        )
        state = self._themes(self._whom(state, message), message, asked)
        if state.voor_wie == VoorWie.ANDER and state.haltes and "signaleren" not in state.haltes:
            state = replace(state, haltes=("signaleren", *state.haltes)[:MOST_HALTES])
        return state

    def _whom(self, state: State, message: Message) -> State:
        cue = self.answers.voor_wie(message.text)
        if cue is not None and state.voor_wie not in (None, cue.value):
            # It turns out to be about somebody else than we thought: the theme is checked again, unless it was clicked.
            klopt = state.klopt if self._label(message.text) else None
            kept = tuple(halte for halte in state.haltes if halte != "signaleren" or cue is VoorWie.ANDER)
            return replace(state, voor_wie=cue.value, klopt=klopt, haltes=kept)
        if cue is not None:
            return replace(state, voor_wie=cue.value)
        if state.voor_wie is not None:
            return state
        if message.intent == "helpen":
            return replace(state, voor_wie=VoorWie.HELPEN.value)
        named = _named(message, CLEAR)
        confidence = dict(message.haltes)
        if named[:1] == ("signaleren",):
            return replace(state, voor_wie=VoorWie.ANDER.value)
        if message.intent == "eenzaam" or (named and confidence.get("signaleren", 0.0) < DOUBTFUL):
            return replace(state, voor_wie=VoorWie.ZELF.value)
        return state

    def _themes(self, state: State, message: Message, asked: str | None) -> State:
        """Add the themes of this message. An answer about age or place adds only themes that are very clear."""
        if message.intent == LOOKS_UP:
            return state
        if message.intent not in TELLS and asked not in ("situatie", "klopt", "halte_keuze", "gemis"):
            return state
        telling = asked in (None, "situatie", "klopt", "halte_keuze")
        named = _themes_of(message, CLEAR if telling else STRONG)
        if message.intent == "helpen" and "betekenis" not in named:
            named = ("betekenis", *named)
        told = replace(state, situatie="verteld") if message.intent in TELLS and (named or asked == "situatie") else state
        if not named:
            return _offer_guesses(told, message) if telling and message.intent in THEMED else told
        fresh = asked in (None, "halte_keuze") or not state.haltes
        haltes = _union(named, state.haltes) if fresh else _union(state.haltes, named)
        guesses = tuple(halte for halte, _ in message.haltes if halte not in haltes)[:MOST_GUESSES]
        # A new story after the reflection was settled is reflected again; an addition during the questions is not.
        klopt = None if asked is None and haltes[:1] != state.haltes[:1] else state.klopt
        return replace(told, haltes=haltes[:MOST_HALTES], gokken=guesses or told.gokken, klopt=klopt)

    # --- answers to the question we asked: a new state, or None when this is no answer -----------------------------

    def _situatie(self, state: State, message: Message) -> State | None:
        if message.intent in NO_ANSWER:
            return _skip(state, "situatie")
        by_label = self._label(message.text)
        if by_label:
            return replace(state, haltes=(by_label,), situatie="verteld", klopt="ja")
        return replace(state, situatie="verteld") if message.intent in TELLS else None

    def _klopt(self, state: State, message: Message) -> State | None:
        if message.intent in YES:
            return replace(state, klopt="ja")
        other = [halte for halte in _named(message, HINTED) if halte not in state.haltes[:1]]
        if message.intent in NO:
            # "Nee, het gaat gewoon om geld" says no and what it is.
            return replace(state, klopt="aangevuld", haltes=tuple(other[:1])) if other else replace(state, klopt="nee")
        if message.intent == "weetniet":
            return _skip(replace(state, klopt="ja"), "klopt")
        by_label = self._label(message.text)
        if by_label:
            return replace(state, haltes=(by_label,), klopt="aangevuld")
        return replace(state, klopt="aangevuld") if message.intent in TELLS else None

    def _halte_keuze(self, state: State, message: Message) -> State | None:
        by_label = self._label(message.text)
        if by_label:
            return replace(state, haltes=(by_label,), halte_keuze="gekozen", klopt="ja")
        named = _named(message, HINTED)
        if named and (message.intent in TELLS or named[0] not in state.haltes[:1]) and _plain(message.text) != self._none_label():
            return replace(state, haltes=named[:1], halte_keuze="gekozen", klopt="aangevuld")
        if message.intent in ("weetniet", "verder") and state.klopt is None:
            return _skip(state, "halte_keuze")
        if message.intent in YES and state.klopt is None and state.gokken:
            return replace(state, haltes=state.gokken[:1], halte_keuze="gekozen", klopt="ja")
        if message.intent in NO | NO_ANSWER:
            return replace(state, halte_keuze="geen")
        return None

    def _voor_wie(self, state: State, message: Message) -> State | None:
        cue = self.answers.voor_wie(message.text)
        if cue is not None:
            return replace(state, voor_wie=cue.value)
        return replace(state, voor_wie=VoorWie.ZELF.value) if message.intent in NO_ANSWER | YES else None

    def _gemis(self, state: State, message: Message) -> State | None:
        gemis = self.answers.gemis(message.text, asked=True) or _gemis_of(_named(message, CLEAR))
        if gemis is not None:
            return replace(state, gemis=gemis.value)
        if message.intent in NO_ANSWER or message.intent in TELLS:
            return _skip(state, "gemis")
        return None

    def _wijk(self, state: State, message: Message) -> State | None:
        typed = _plain(message.text)
        by_name = next((wijk.id for wijk in self.catalogue.wijken.wijken if _plain(wijk.name) == typed), None)
        place = self.places.find(message.text, asked=True)
        if by_name and (state.wijk_keuze or by_name not in place.candidates):
            return replace(state, wijk=by_name, wijk_keuze=(), buiten_utrecht=None)
        if place.wijk:
            return replace(state, wijk=place.wijk, wijk_keuze=(), buiten_utrecht=None)
        if place.candidates and not state.wijk_keuze:
            return replace(state, wijk_keuze=place.candidates)
        if place.outside:
            return replace(state, buiten_utrecht=place.outside)
        return _skip(state, "wijk") if message.intent in NO_ANSWER else None

    def _leeftijd(self, state: State, message: Message) -> State | None:
        age = find_leeftijd(message.text, asked=True)
        if age is not None:
            return replace(state, leeftijd=age)
        return _skip(state, "leeftijd") if message.intent in NO_ANSWER else None

    def _vorm(self, state: State, message: Message) -> State | None:
        vorm = self.answers.vorm(message.text, asked=True)
        if vorm is not None:
            return replace(state, vorm=vorm.value)
        return _skip(state, "vorm") if message.intent in NO_ANSWER else None

    def _drempel(self, state: State, message: Message) -> State | None:
        hurdles = self.answers.drempels(message.text, asked=True)
        if hurdles:
            return replace(state, drempel=_union(state.drempel, (hurdle.value for hurdle in hurdles)))
        # A hurdle we have no word for is still an answer: asking again would not help.
        if self.answers.no_drempel(message.text) or message.intent in NO_ANSWER | YES | TELLS:
            return _skip(state, "drempel")
        return None

    def _names_the_city(self, text: str) -> bool:
        typed = _plain(text)
        return any(_plain(name) in typed for name in self.catalogue.wijken.city_aliases)

    def _none_label(self) -> str:
        return _plain(self.catalogue.sentences.answers["knop"]["geen"])

    def _label(self, text: str) -> str | None:
        """The halte whose button label this is."""
        typed = _plain(text)
        return next((halte.id for halte in self.catalogue.haltes.values() if _plain(halte.label) == typed), None)


_ANSWERS: dict[str | None, Callable[[Listener, State, Message], State | None]] = {
    "situatie": Listener._situatie,
    "klopt": Listener._klopt,
    "halte_keuze": Listener._halte_keuze,
    "voor_wie": Listener._voor_wie,
    "gemis": Listener._gemis,
    "wijk": Listener._wijk,
    "leeftijd": Listener._leeftijd,
    "vorm": Listener._vorm,
    "drempel": Listener._drempel,
}


def _offer_guesses(state: State, message: Message) -> State:
    """Keep what it may be about, to ask which: only when nothing is known yet."""
    guesses = _named(message, OFFERED)[:MOST_GUESSES]
    if not guesses or state.haltes:
        return state
    themselves = VoorWie.ZELF.value if dict(message.haltes).get("signaleren", 0.0) < DOUBTFUL else None
    return replace(state, gokken=guesses, situatie="verteld", voor_wie=state.voor_wie or themselves)


def _brief_answer(answered: State | None, message: Message, asked: str | None) -> bool:
    """Tell "Bellen", which answers how to meet, from "ik wil iemand bellen, geen computer", which asks for a human."""
    calls = answered is not None and asked == "vorm" and answered.vorm == Vorm.BELLEN
    return calls and message.intent == "mens" and len(message.text.split()) <= BRIEF


def _bare_age(state: State, message: Message, asked: str) -> bool:
    """Whether somebody gives only a number that can be an age, to another question: how old they are, sooner than asked."""
    bare = message.text.strip(" .!").isdecimal()
    return bare and asked != "leeftijd" and state.leeftijd is None and find_leeftijd(message.text, asked=True) is not None


def _told_something_else(state: State, asked: str) -> State:
    """The message told something, but not what we asked. We ask once more, and then let the question go."""
    if asked == "wijk" and state.wijk_keuze:
        state = replace(state, wijk_keuze=())
    if state.pogingen >= 1:
        return replace(_skip(state, asked), pogingen=0)
    return replace(state, pogingen=1)


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _named(message: Message, threshold: float) -> tuple[str, ...]:
    return tuple(halte for halte, confidence in message.haltes if confidence >= threshold)


def _themes_of(message: Message, threshold: float) -> tuple[str, ...]:
    """The theme at this confidence, and others when they are quite sure."""
    return _named(message, threshold)[:1] + _named(message, max(threshold, ALSO))[1:]


def _gemis_of(haltes: Iterable[str]) -> Gemis | None:
    """Company is ``mensen``, a confidant is ``iemand``, both is ``beide`` (label guide of the evaluation sets)."""
    found = set(haltes) & {"ontmoeten", "vrienden"}
    if found == {"ontmoeten", "vrienden"}:
        return Gemis.BEIDE
    return {"ontmoeten": Gemis.MENSEN, "vrienden": Gemis.IEMAND}.get(next(iter(found), ""))


_LET_GO: dict[str, dict[str, str]] = {
    "klopt": {"klopt": "ja"},
    "halte_keuze": {"halte_keuze": "geen"},
    "voor_wie": {"voor_wie": VoorWie.ZELF.value},
}
"""What we go on with when a question stays unanswered that we cannot do without."""


def _skip(state: State, slot: str) -> State:
    """Let a question go: it is never asked again."""
    instead = {"halte_keuze": "overgeslagen"} if slot == "halte_keuze" and state.klopt is None else _LET_GO.get(slot, {})
    let_go = replace(state, overgeslagen=_union(state.overgeslagen, (slot,)), **instead)  # type: ignore[arg-type]
    return replace(let_go, wijk_keuze=()) if slot == "wijk" else let_go


def _union(first: Iterable[str], second: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))
