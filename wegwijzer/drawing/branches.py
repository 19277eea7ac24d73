"""The branches of the conversation: what follows on what, from the rules, the stories, and the safety protocol itself.

Rules and stories are read; what happens at danger is asked of :func:`safety_move`, for every kind of message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from wegwijzer.dialogue.safety import ENDINGS, FORM, Move, Turn, safety_move
from wegwijzer.drawing.model import Kind, Link, Row
from wegwijzer.drawing.nodes import DEACTIVATE, Material, node_id, spoken
from wegwijzer.drawing.sources import Script
from wegwijzer.understanding.crisis_patterns import Danger, Tier

# --- words for editors ------------------------------------------------------------------------------------------------

TO_QUESTIONS = "naar de vragen"
BACK_TO_QUESTION = "terug naar de open vraag"
QUESTIONS_END = "de vragen stoppen"
ORDINARY = "gewone regels"
HELPLINES = "meteen de hulplijnen"
OR = " of "

SURE = "Zeker gevaar: {kind}"
FOREIGN = "Gevaar in een andere taal"
MAYBE = "Misschien gevaar: {kind}"
MAYBE_OTHER = "Misschien gevaar: {kind}, om een ander"
AGAIN = "Weer misschien gevaar, na een nee"
ANSWERS_CARE = "Antwoord op de zorgvraag"
AFTER_DANGER = "Na de hulplijnen"

BEGINS_WITH_STORY = "Begint met een verhaal"
BEGINS_OTHERWISE = "Begint met iets anders"
BEGINS_UNCLEAR = "Begint met iets wat we niet begrijpen"

ALSO_SAID = "Kan hier ook gezegd worden"
IF_UNSURE = "Begrijpt Rasa het niet"

QUESTIONS, RULES, DANGER, FIRST, STORIES = "vragen", "regels", "gevaar", "eerste", "verhalen"
"""Names of panels that rows lead to."""

MANY = 8
"""The largest branch is drawn as "everything else" when more kinds of message than this start it."""

COLLEAGUE = "collega"
OF_COLLEAGUE = ("utter_collega_", "action_collega")
HANDOVER_POLICY = ("nlu.handover_policy", "HandoverPolicy")
ANSWERS_COLLEAGUE = ("actions.collega", "ActionCollega")
CROSSING = (("wegwijzer.handover.crossing", "events_for"), ("channels.handover", "_hide"))
"""What is said because of a colleague comes from here: an action, and what brings a colleague's words over."""

LOOKING_BACK = "terugkijken"
REVIEW_POLICY = ("nlu.review_policy", "ReviewPolicy")
OF_LOOKING_BACK = ("utter_mening", "utter_nazorg_", "utter_leren_", "utter_gelukt_", "utter_terugblik_", "action_terugblik")
"""How the names begin of what is said when the bot looks back with a person."""

INTRODUCTION_POLICY = "nlu.introduction_policy"


def rule_rows(rules: Iterable[Script], material: Material) -> tuple[Row, ...]:
    """A row for every rule; rules that do the same share one."""
    groups: dict[object, list[Script]] = {}
    for rule in rules:
        groups.setdefault((rule.condition, rule.does, rule.loop) if rule.intents else rule.name, []).append(rule)
    return tuple(_rule_row(group, material) for group in groups.values())


def _rule_row(group: list[Script], material: Material) -> Row:
    first = group[0]
    starts = tuple(dict.fromkeys(node_id(Kind.INTENT, intent) for rule in group for intent in rule.intents))
    sources = tuple(node_id(rule.kind, rule.name) for rule in group)
    title = " · ".join(rule.name for rule in group)
    does = tuple(material.of_name(name) for name in _own_steps(first, material))
    return Row(title, starts, does, tuple(_rule_ends(first, material)), sources)


def _own_steps(rule: Script, material: Material) -> Iterator[str]:
    """The actions of a rule without the form and what ends it: those become words."""
    for kind, name in rule.does:
        if kind == "action" and name not in material.forms and name != DEACTIVATE:
            yield name


def _rule_ends(rule: Script, material: Material) -> Iterator[Link]:
    names = [name for kind, name in rule.does if kind == "action"]
    if names and names[-1] in material.forms:
        open_question = ("active_loop", names[-1]) in rule.condition
        yield Link(BACK_TO_QUESTION if open_question else TO_QUESTIONS, QUESTIONS)
    elif DEACTIVATE in names:
        yield Link(QUESTIONS_END)


def story_rows(stories: Iterable[Script], material: Material) -> tuple[Row, ...]:
    """A row for every story, with what is said in between."""
    rows = []
    for story in stories:
        does = tuple(
            node_id(Kind.INTENT, name) if kind == "intent" else material.of_name(name)
            for kind, name in story.does
            if name not in material.forms
        )
        starts = tuple(node_id(Kind.INTENT, intent) for intent in story.intents)
        ends = (Link(TO_QUESTIONS, QUESTIONS),) if any(name in material.forms for _, name in story.does) else ()
        rows.append(Row(story.name, starts, does, ends, (node_id(story.kind, story.name),)))
    return tuple(rows)


# --- danger -----------------------------------------------------------------------------------------------------------


def danger_rows(material: Material) -> tuple[Row, ...]:
    """What the safety protocol does, asked of the protocol itself."""
    return (*_seen(material), *_answered(material), *_afterwards(material))


def _seen(material: Material) -> Iterator[Row]:
    intents = material.danger_intents()
    sure = {kind: intents.get((Tier.ALERT.name, kind.value)) for kind in Danger}
    maybe = {kind: intents.get((Tier.CHECK.name, kind.value)) for kind in Danger}
    for kind in Danger:
        alert = _turn(kind, Tier.ALERT)
        yield from _move_row(SURE.format(kind=spoken(kind.value)), (sure[kind],), safety_move(alert), material)
    either = (*sure.values(), *maybe.values())
    yield from _move_row(FOREIGN, either, safety_move(replace(_turn(Danger.SPOED, Tier.ALERT), foreign=True)), material)
    for kind in Danger:
        move = safety_move(_turn(kind, Tier.CHECK))
        other = safety_move(replace(_turn(kind, Tier.CHECK), about_other=True))
        yield from _move_row(MAYBE.format(kind=spoken(kind.value)), (maybe[kind],), move, material)
        if other != move:
            yield from _move_row(MAYBE_OTHER.format(kind=spoken(kind.value)), (maybe[kind],), other, material)
    again = [safety_move(replace(_turn(kind, Tier.CHECK), zorg_gevraagd=(kind.value,))) for kind in Danger]
    for action in dict.fromkeys(move.action for move in again if move):
        yield from _move_row(AGAIN, tuple(maybe.values()), Move(action), material)


def _turn(kind: Danger, tier: Tier) -> Turn:
    return Turn(kind=kind.value, tier=tier.value, intent="", source="pattern")


def _move_row(title: str, intents: Iterable[str | None], move: Move | None, material: Material) -> Iterator[Row]:
    if move is not None:
        starts = tuple(node_id(Kind.INTENT, intent) for intent in intents if intent)
        yield Row(title, starts, (material.of_name(move.action),), _after(move.action))


def _after(action: str) -> tuple[Link, ...]:
    """How the protocol goes on after one of its own actions."""
    following = safety_move(Turn(None, None, "", done=(action,)))
    return (Link(TO_QUESTIONS, QUESTIONS),) if following and following.action == FORM else ()


def _answered(material: Material) -> Iterator[Row]:
    def moves(intent: str) -> tuple[str, ...]:
        turns = (Turn(None, None, intent, zorgvraag=kind.value) for kind in Danger)
        return tuple(dict.fromkeys(move.action if (move := safety_move(turn)) else "" for turn in turns))

    yield from _by_intent(ANSWERS_CARE, moves, material)


def _afterwards(material: Material) -> Iterator[Row]:
    def moves(intent: str) -> tuple[str, ...]:
        move = safety_move(Turn(None, None, intent, fase="crisis"))
        return (move.action if move else "",)

    yield from _by_intent(AFTER_DANGER, moves, material)


def _by_intent(title: str, moves: Callable[[str], tuple[str, ...]], material: Material) -> Iterator[Row]:
    """Rows for every kind of message without danger, together when the same follows."""
    danger = set(material.danger_intents().values())
    groups: dict[tuple[str, ...], list[str]] = {}
    for intent in material.intents:
        if intent not in danger:
            groups.setdefault(moves(intent), []).append(intent)
    most = max((len(intents) for intents in groups.values()), default=0)
    for actions, intents in sorted(groups.items(), key=lambda group: len(group[1]) == most):
        starts = tuple(node_id(Kind.INTENT, intent) for intent in intents)
        does, ends = _outcome(actions, material)
        yield Row(title, starts, does, ends, others=len(intents) == most > MANY)


def _outcome(actions: tuple[str, ...], material: Material) -> tuple[tuple[str, ...], tuple[Link, ...]]:
    if len(actions) > 1:  # one for each kind of danger
        helplines = all(action.startswith("utter_crisis_") for action in actions)
        return (), (Link(HELPLINES if helplines else OR.join(actions), DANGER),)
    if not actions[0]:
        return (), (Link(ORDINARY, RULES),)
    return (material.of_name(actions[0]),), _after(actions[0])


# --- first contact, endings, policies ---------------------------------------------------------------------------------


def first_rows(material: Material) -> tuple[Row, ...]:
    """What happens when somebody's first message is no greeting, from the tables of the introduction policy."""

    def table(name: str) -> object:
        return material.code.constant(INTRODUCTION_POLICY, name)

    rows = []
    introduction, welcome, unclear = (table(name) for name in ("INTRODUCTION", "WELCOME", "NOT_UNDERSTOOD"))
    stories, answers = table("STORIES"), table("FIRST_ANSWERS")
    if isinstance(introduction, str) and isinstance(stories, tuple):
        starts = _in_order(map(str, stories), material)
        rows.append(Row(BEGINS_WITH_STORY, starts, (material.of_name(introduction),), (Link(TO_QUESTIONS, QUESTIONS),)))
    if isinstance(introduction, str) and isinstance(answers, Mapping):
        for answer in dict.fromkeys(answers.values()):
            starts = _in_order((intent for intent, one in answers.items() if one == answer), material)
            does = (material.of_name(introduction), material.of_name(str(answer)))
            rows.append(Row(BEGINS_OTHERWISE, starts, does))
    if isinstance(welcome, str) and isinstance(unclear, str):
        rows.append(Row(BEGINS_UNCLEAR, _in_order((unclear,), material), (material.of_name(welcome),)))
    return tuple(rows)


def _in_order(intents: Iterable[str], material: Material) -> tuple[str, ...]:
    """These intents in the order of the domain; what it does not know is left out."""
    wanted = set(intents)
    return tuple(node_id(Kind.INTENT, intent) for intent in material.intents if intent in wanted)


def ending_rows(material: Material) -> tuple[Row, ...]:
    """Stopping and erasing: the same in every state."""
    return tuple(
        Row("", (node_id(Kind.INTENT, intent),), (material.of_name(response),))
        for intent, response in ENDINGS.items()
        if intent in material.intents
    )


def colleague_rows(material: Material) -> tuple[Row, ...]:
    """What is said when a colleague is asked, comes, and goes; nothing in a project without colleagues."""
    module, short = HANDOVER_POLICY
    if not any(policy.name == f"{module}.{short}" for policy in material.policies):
        return ()
    said = [name for where in (ANSWERS_COLLEAGUE, *CROSSING) for name in material.code.reach(*where).names]
    # Finding who can be called goes through code that says much more; that is drawn where it is said.
    names = [name for name in dict.fromkeys(said) if name.startswith(OF_COLLEAGUE)]
    return (Row("", (node_id(Kind.POLICY, short),), tuple(material.of_name(name) for name in names)),)


def looking_back_rows(material: Material) -> tuple[Row, ...]:
    """What is asked and said when the bot looks back; nothing in a project that does not."""
    module, short = REVIEW_POLICY
    if not any(policy.name == f"{module}.{short}" for policy in material.policies):
        return ()
    named = [name for name in (*material.actions, *material.responses) if f'"{name}"' in material.code.text]
    names = [name for name in named if name.startswith(OF_LOOKING_BACK)]
    return (Row("", (node_id(Kind.POLICY, short),), tuple(material.of_name(name) for name in names)),)


def policy_rows(material: Material, drawn: Mapping[str, Iterable[Row]], panels: Mapping[str, Iterable[str]]) -> tuple[Row, ...]:
    """Who is asked first: each policy with what it says itself, and where it is drawn.

    Args:
        drawn: rows of the panels that show a policy in full, by its short name.
        panels: the names of the panels in which a policy is drawn, by its short name.
    """
    rows = []
    for policy in material.policies:
        module, _, short = policy.name.rpartition(".")
        node = node_id(Kind.POLICY, short)
        said = [material.of_name(name) for name in material.code.reach(module, short).names if name not in material.forms]
        shown = {one for row in drawn.get(short, ()) for one in row.does}
        links = tuple(Link("", panel) for panel in panels.get(short, ()))
        rest = tuple(one for one in said if one not in shown)
        rows.append(Row("", (node,), rest, links))
        if policy.fallback:
            rows.append(Row(IF_UNSURE, (), (material.of_name(policy.fallback),)))
    return tuple(rows)
