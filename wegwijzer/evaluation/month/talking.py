"""One made-up resident in a conversation: what they say next to what they heard, and what they did so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.evaluation.month.people import Person
from wegwijzer.evaluation.month.reading import Heard
from wegwijzer.evaluation.month.sayings import Sayings
from wegwijzer.insight.tables import ANSWERED, OPINIONS, SKIPPED, SKIPPED_OPINION, STEP_STATES, WORKED
from wegwijzer.vocabulary import CITYWIDE, VoorWie

MOST_TURNS = 24
"""Nobody says more than this."""

TWICE = 2
"""How often somebody tells it again, or looks at another step."""

GREETS, CLICKS_FIRST, CLICKS = 0.12, 0.15, 0.5
"""Chances of beginning with hello, of beginning with a button, and of answering with a button when one says the same."""

COUNTER, WANTS_HUMAN, WALKS_OFF = 0.06, 0.02, 0.02
"""Chances, at every question, of a question back, of asking for a human, and of leaving without a word."""

WRONG_YES = 0.25
"""The chance that somebody says *ja* to a reflection that is not about them: people are polite."""

LIKES = {True: 0.85, False: 0.35}
"""The chance that a step is liked, by whether it suits them."""

BEGINS, KEEPS, LOOKS_ON, THAT_IS_ALL = 0.35, 0.15, 0.15, 0.7
"""Chances of asking how to begin and of keeping it with a step they like, of looking further all the same, and of leaving after
they said thanks."""

SKIPS_OPINION, MAY_ASK_LATER, MAY_LEARN = 0.1, 0.5, 0.6
"""Chances of keeping an opinion for oneself, of yes to being asked later, and to a colleague who reads what was not clear."""

TURNED_OUT: Mapping[bool, tuple[float, ...]] = {True: (0.4, 0.25, 0.1, 0.25), False: (0.1, 0.2, 0.4, 0.3)}
"""Chances of each of :data:`wegwijzer.insight.tables.WORKED` when they are asked later, by whether they liked the step."""

AFTER_DANGER = 0.4
"""The chance that somebody goes on after helplines were shown."""

MINOR = (14, 17)
"""Ages of who is too young."""


@dataclass
class Deeds:
    """What somebody did, as far as they know it themselves.

    Attributes:
        said: how many messages.
        questions: every question they were asked, with ``beantwoord`` or ``overgeslagen``.
        steps: ids of the steps they were shown, in order, with what they did last with each: one of
            :data:`wegwijzer.insight.tables.STEP_STATES`.
        liked: whether they liked the last step; ``None`` when there was none.
        opinion: what they said to "was dit goed?", when they were asked.
        later: whether they may be asked again later, when that was asked.
        worked: what they said when they were, or that they said nothing.
        responses: names of everything they heard, each once, in order.
        erased: whether the conversation was wiped because they asked so.
        in_danger: the kind of danger they told of.
        stuck: whether they gave up because they could not make themselves understood.
    """

    said: int = 0
    questions: dict[str, str] = field(default_factory=dict)
    steps: dict[str, str] = field(default_factory=dict)
    liked: bool | None = None
    opinion: str | None = None
    later: bool | None = None
    worked: str | None = None
    responses: list[str] = field(default_factory=list)
    erased: bool = False
    in_danger: str | None = None
    stuck: bool = False


SEEN, LOOKED, REFUSED = STEP_STATES
NO_ANSWER = WORKED[-1]


class Talker:
    """Somebody while they talk.

    Args:
        person: who.
        sayings: what people can say.
        catalogue: to know their own wijk, and whether a step suits them.
    """

    def __init__(self, person: Person, sayings: Sayings, catalogue: Catalogue) -> None:
        self.person, self.deeds = person, Deeds()
        self._sayings, self._catalogue = sayings, catalogue
        self._chance = Random(person.seed)  # noqa: S311 - no secret
        self._odd_at = self._chance.randint(1, 4)
        self._told = 0
        self._done: set[str] = set()

    def first(self) -> str:
        """The first message."""
        if self._happens(GREETS):
            return self._says(self._thing("groet"))
        if self._happens(CLICKS_FIRST):
            return self._says(self._chance.choice(self._sayings.things["openers"][self._whom]))
        return self._says(self._story())

    def next(self, heard: Heard) -> str | None:
        """What they say to this; ``None`` when they leave."""
        self._note(heard)
        if self.deeds.erased or self.deeds.said >= MOST_TURNS:
            return None
        said = self._odd() or (None if "stop" in self._done else self._reply(heard))
        if said is None and self.person.temper == "erases":
            said = self._once("wis")
        return None if said is None else self._says(said)

    # ------------------------------------------------------------------ what was heard

    def _note(self, heard: Heard) -> None:
        self.deeds.responses += [name for name in heard.names if name not in self.deeds.responses]
        self.deeds.erased |= "utter_gewist" in heard.names
        for record in heard.records:
            self.deeds.steps[record] = SEEN
            self.deeds.liked = self._happens(LIKES[self._suits(record)])

    def _suits(self, record: str) -> bool:
        """Whether a step is about one of their themes and within reach."""
        found, truth = self._catalogue.initiatives.get(record), self.person.resident.truth
        return (
            found is not None and bool(set(found.haltes) & set(truth.haltes)) and bool({CITYWIDE, truth.wijk} & set(found.area))
        )

    # ------------------------------------------------------------------ what is said

    def _reply(self, heard: Heard) -> str | None:
        if any(name.startswith("utter_crisis") for name in heard.names):
            return self._thing("verder") if self._happens(AFTER_DANGER) else None
        if heard.asked is not None:
            return self._to_a_question(heard.asked, heard)
        if heard.buttons and (answer := self._to_buttons_only(heard)) is not None:
            return answer
        if self.deeds.steps:
            return self._after_the_step(heard)
        return self._tells_again()

    def _to_a_question(self, asked: str, heard: Heard) -> str | None:
        if asked not in CAREFUL:
            if self._happens(WALKS_OFF):
                return None
            if self._happens(WANTS_HUMAN):
                return self._once("mens") or self._answer(asked, heard)
            if self._happens(COUNTER) and (counter := self._once("tegenvraag")) is not None:
                return counter
        return self._answer(asked, heard)

    def _answer(self, asked: str, heard: Heard) -> str | None:
        if asked in self.person.resident.skips and asked != self.person.resident.elsewhere:
            return self._skips(asked)
        return ANSWERS.get(asked, Talker._any_button)(self, asked, heard)

    def _skips(self, asked: str) -> str:
        self.deeds.questions[asked] = SKIPPED
        return self._thing("sla_over")

    def _chosen(self, asked: str, choices: list[str], heard: Heard) -> str:
        """One of these; with a button when one says the same. When there is nothing to say, the question is skipped."""
        if not choices:
            return self._skips(asked)
        self.deeds.questions[asked] = ANSWERED
        clickable = [choice for choice in choices if choice in heard.buttons]
        return self._chance.choice(clickable if clickable and self._happens(CLICKS) else choices)

    def _fact(self, asked: str, heard: Heard) -> str:
        resident = self.person.resident
        if resident.elsewhere == asked == "wijk":
            choices = [self._chance.choice(self._catalogue.wijken.outside)]
        elif resident.elsewhere == asked == "leeftijd":
            choices = [str(self._chance.randint(*MINOR))]
        else:
            choices = list(self._sayings.answer(resident, asked, self._catalogue, self._chance))
        return self._chosen(asked, choices, heard)

    def _right(self, asked: str, heard: Heard) -> str:
        """Whether a reflection is about them: they read it."""
        own = [self._catalogue.haltes[halte] for halte in self.person.resident.truth.haltes]
        seen = any(halte.reflection in heard.text or halte.reflection_other in heard.text for halte in own)
        yes = seen or self._happens(WRONG_YES)
        return self._chosen(asked, list(self._sayings.answers["klopt"]["ja" if yes else "nee"]), heard)

    def _among_haltes(self, asked: str, heard: Heard) -> str:
        own = [self._catalogue.haltes[halte].label for halte in self.person.resident.truth.haltes]
        if offered := [label for label in own if label in heard.buttons]:
            return self._chosen(asked, offered[:1], heard)
        return self._chosen(asked, [self._story()], heard) if self._told < TWICE else self._skips(asked)

    def _among_wijken(self, asked: str, heard: Heard) -> str:
        wijk = self.person.resident.truth.wijk
        name = self._catalogue.wijk(wijk).name if wijk else ""
        return self._chosen("wijk", [name], heard) if name in heard.buttons else self._skips("wijk")

    def _situation(self, asked: str, heard: Heard) -> str:
        return self._chosen(asked, [self._story()], heard) if self._told < TWICE else self._skips(asked)

    def _for_whom(self, asked: str, heard: Heard) -> str:
        return self._chosen(asked, list(self._sayings.answers["voor_wie"][self._whom]), heard)

    def _caring(self, asked: str, heard: Heard) -> str:
        yes = self.deeds.in_danger is not None
        return self._chosen(asked, list(self._sayings.answers["zorgvraag"]["ja" if yes else "nee"]), heard)

    def _judges(self, asked: str, heard: Heard) -> str:
        if self._happens(SKIPS_OPINION):
            self.deeds.opinion = SKIPPED_OPINION
            return self._skips(asked)
        self.deeds.opinion = OPINIONS[0] if self.deeds.liked else OPINIONS[1]
        return self._chosen(asked, list(self._sayings.answers["mening"][self.deeds.opinion]), heard)

    def _something_else(self, asked: str, heard: Heard) -> str:
        yes = list(self.deeds.steps.values()).count(REFUSED) < TWICE
        if yes and self.deeds.steps:
            self._does(REFUSED, "")
        return self._chosen(asked, list(self._sayings.answers["anders"]["ja" if yes else "nee"]), heard)

    def _later(self, asked: str, heard: Heard) -> str | None:
        """The moments are on buttons, of which the last one says no."""
        if not heard.buttons:
            return self._any_button(asked, heard)
        self.deeds.later = self._happens(MAY_ASK_LATER) and len(heard.buttons) > 1
        return self._chosen(asked, list(heard.buttons[:-1] if self.deeds.later else heard.buttons[-1:]), heard)

    def _may_learn(self, asked: str, heard: Heard) -> str:
        answers = self._sayings.answers["leren"]
        return self._chosen(asked, list(answers["ja" if self._happens(MAY_LEARN) else "nee"]), heard)

    def asked_later(self, heard: Heard) -> str | None:
        """What they say when it is asked later whether it worked; ``None`` when they say nothing."""
        self.deeds.worked = self._chance.choices(WORKED, TURNED_OUT[bool(self.deeds.liked)])[0]
        if self.deeds.worked == NO_ANSWER:
            return None
        return self._says(self._chosen("gelukt", list(self._sayings.answers["gelukt"][self.deeds.worked]), heard))

    def _no_colleague(self, asked: str, heard: Heard) -> str:
        return self._thing("geen_collega")

    def _any_button(self, asked: str, heard: Heard) -> str | None:
        """A question that residents know nothing of: they choose what is offered."""
        if not heard.buttons:
            return None
        self.deeds.questions[asked] = ANSWERED
        return self._chance.choice(heard.buttons)

    # ------------------------------------------------------------------ after the step

    def _after_the_step(self, heard: Heard) -> str | None:
        if self.person.temper == "short" or ("dank" in self._done and self._happens(THAT_IS_ALL)):
            return self._once("dank") if self._happens(CLICKS) else None
        if self.deeds.liked is False or (heard.gives_step and self._happens(LOOKS_ON)):
            states = list(self.deeds.steps.values())
            if states.count(REFUSED) < TWICE and states[-1] != REFUSED:
                return self._does(REFUSED, self._thing("anders"))
            return self._once("dank") if self._happens(CLICKS) else None
        if self._happens(BEGINS) and (how := self._once("hoe")) is not None:
            return self._does(LOOKED, how)
        if self._happens(KEEPS) and (keep := self._once("bewaar")) is not None:
            return self._does(LOOKED, keep)
        if self._happens(CLICKS) and (good := self._once("goed")) is not None:
            return good
        return self._once("dank") or (self._once("stop") if self._happens(KEEPS) else None)

    def _does(self, what: str, text: str) -> str:
        """Remember what they do with the last step."""
        self.deeds.steps[next(reversed(self.deeds.steps))] = what
        return text

    def _to_buttons_only(self, heard: Heard) -> str | None:
        """Buttons that belong to no question we know; nothing by default. See :data:`QUESTIONS <reading.QUESTIONS>`."""
        return None

    def _tells_again(self) -> str | None:
        if self._told < TWICE:
            return self._story()
        self.deeds.stuck = not self.deeds.steps
        return None

    # ------------------------------------------------------------------ small things

    def _odd(self) -> str | None:
        """What some people say at any moment, once."""
        if self.deeds.said < self._odd_at or "odd" in self._done:
            return None
        if self.person.temper == "danger":
            self.deeds.in_danger = self._chance.choice(list(self._sayings.danger))
            said = self._chance.choice(self._sayings.danger[self.deeds.in_danger])
        elif self.person.temper in ODD:
            said = self._thing(self._chance.choice(ODD[self.person.temper]))
        else:
            return None
        self._done.add("odd")
        return said

    def _story(self) -> str:
        """What is going on; the second time what else is going on, or the same in other words."""
        resident = self.person.resident
        again = self._sayings.other_halte(resident, self._chance) if self._told else None
        story = again or self._sayings.story(resident, self._chance)
        facts = (
            [] if self._told or self.person.temper == "short" else self._sayings.facts(resident, self._catalogue, self._chance)
        )
        self._told += 1
        return " ".join([story if story.endswith((".", "?")) or not facts else f"{story}.", *facts])

    @property
    def _whom(self) -> str:
        return (self.person.resident.truth.voor_wie or VoorWie.ZELF).value

    def _happens(self, chance: float) -> bool:
        return self._chance.random() < chance

    def _thing(self, name: str) -> str:
        return self._sayings.thing(name, self._chance)

    def _once(self, name: str) -> str | None:
        if name in self._done:
            return None
        self._done.add(name)
        return self._thing(name)

    def _says(self, text: str) -> str:
        self.deeds.said += 1
        return text


CAREFUL = frozenset({"zorgvraag", "collega", "mening", "anders", "nazorg", "leren"})
"""Questions that nobody walks away from here: what is said to them must be known."""

ODD: Mapping[str, tuple[str, ...]] = {"gibberish": ("onzin",), "off_topic": ("buiten", "vraag")}

ANSWERS: Mapping[str, Callable[[Talker, str, Heard], str | None]] = {
    "situatie": Talker._situation,
    "voor_wie": Talker._for_whom,
    "klopt": Talker._right,
    "halte_keuze": Talker._among_haltes,
    "wijk": Talker._fact,
    "wijk_keuze": Talker._among_wijken,
    "leeftijd": Talker._fact,
    "gemis": Talker._fact,
    "vorm": Talker._fact,
    "drempel": Talker._fact,
    "mening": Talker._judges,
    "anders": Talker._something_else,
    "nazorg": Talker._later,
    "leren": Talker._may_learn,
    "zorgvraag": Talker._caring,
    "collega": Talker._no_colleague,
}
