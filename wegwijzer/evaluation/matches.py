"""What the ranking gives the scripted residents when everything they say is understood; needs no running bot.

The themes are the labels of ``personas.yml``; the other answers are read by the recognisers from what the persona says. So a
suggestion that is wrong here is wrong because of the catalogue, the recognisers or the ranking, and not of the classifiers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rich.table import Table

from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.dialogue.explain import why
from wegwijzer.dialogue.listening import Listener, Message
from wegwijzer.dialogue.planning import Plan, plan
from wegwijzer.dialogue.state import State
from wegwijzer.evaluation.personas import Persona
from wegwijzer.matching.moment import Moment
from wegwijzer.vocabulary import VoorWie

WHOM = {"volunteer": VoorWie.HELPEN, "signal_advice": VoorWie.ANDER}
"""About whom it is, by the outcome that is expected; otherwise about the person."""

TELLS = "situatie"
"""The kind of message that tells something: what every answer of a persona does."""


@dataclass(frozen=True)
class Matched:
    """A persona, what was understood of them, and the step that follows."""

    persona: Persona
    state: State
    planned: Plan


def match_personas(personas: Sequence[Persona], catalogue: Catalogue, listener: Listener, moment: Moment) -> list[Matched]:
    """The step for each persona, with all that they have to tell."""
    found = []
    for persona in personas:
        state = state_of(persona, listener)
        found.append(Matched(persona, state, plan(state, catalogue, catalogue.suggestable, moment)))
    return found


def state_of(persona: Persona, listener: Listener) -> State:
    """All that a persona has to tell, with the themes as labelled."""
    whom = WHOM.get(persona.expects["outcome"], VoorWie.ZELF)
    state = State(voor_wie=whom.value, haltes=tuple(persona.expects["haltes_any"]), klopt="ja", situatie="verteld")
    state = listener.listen(state, Message(persona.opening, TELLS), None).state
    for slot, answer in persona.answers.items():
        if slot != "voor_wie":
            state = listener.listen(state, Message(answer, TELLS), slot).state
    return replace(state, voor_wie=whom.value)


def matches_table(matched: Sequence[Matched], catalogue: Catalogue) -> Table:
    """One row for each persona: what is known, the step, and the reasons in the words of the bot."""
    table = Table(title="Wat de persona's krijgen als alles begrepen wordt", show_lines=True)
    for heading in ("persona", "wat we weten", "aanbod", "score", "dit past, want"):
        table.add_column(heading)
    for one in matched:
        match = one.planned.match
        offer = match.initiative.name if match else f"({one.planned.step})"
        score = f"{match.score:.3f}" if match else ""
        table.add_row(
            f"{one.persona.id} ({one.persona.expects['outcome']})",
            _known(one.state),
            offer,
            score,
            why(match, catalogue) if match else "",
        )
    return table


def _known(state: State) -> str:
    lists = (*state.haltes, *state.drempel, *state.groepen, *state.noemt)
    single = (state.gemis, state.wijk, state.leeftijd, state.vorm)
    return ", ".join(str(value) for value in (*lists, *single) if value is not None)
