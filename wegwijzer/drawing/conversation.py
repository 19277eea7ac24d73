"""The whole map from one checkout: nodes, what stands in what, and the panels from left to right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from wegwijzer.dialogue.planning import Step
from wegwijzer.drawing import branches
from wegwijzer.drawing.model import Conversation, Kind, Node, Panel, Row
from wegwijzer.drawing.nodes import Material, gather, make_nodes, node_id, questions_of
from wegwijzer.drawing.sources import Project, Script

# --- words for editors ------------------------------------------------------------------------------------------------

BEGIN = ("Elk bericht", "Na elk bericht kijkt Wegwijzer in deze volgorde. Wie iets te zeggen heeft, gaat voor.")
DANGER = ("Gevaar", "Gaat voor alles, ook midden in een vraag.")
FIRST = ("Het eerste bericht", "Iemand hoort altijd eerst dat dit een computer is.")
RULES = ("Buiten de vragen", "Er staat geen vraag open.")
QUESTIONS = ("De vragen", "Wegwijzer kiest elke beurt welke vraag nog iets uitmaakt. Is er geen, dan volgt de stap.")
STEP = ("De stap", "Wat er komt als er genoeg gevraagd is.")
OUTCOMES = ("Hoe het afloopt", "Wat Wegwijzer onthoudt als uitkomst, en hoe iemand zelf stopt.")
COLLEAGUE = ("Een collega", "Vragen of een collega erbij mag, en wat iemand hoort als die komt, klaar is of uitblijft.")
LOOKING_BACK = ("Terugkijken", "Was dit goed? En mag Wegwijzer later één keer vragen of het gelukt is?")
STORIES = ("Verhalen", "Gesprekken over meer beurten.")
HALTES = ("Haltes", "Waar het over kan gaan, met de zin waarin Wegwijzer dat herhaalt.")
SENTENCES = ("Zinnen om in te vullen", "Wat er tussen {accolades} komt.")
CHANNELS = ("De ingang zelf", "Wat de chat zegt als een bericht niet aankomt, zonder het gesprek.")
REST = ("Niet op de route", "Staat in het domein, maar we vonden niet waar het gebeurt.")
REST_NONE = "Alles uit het domein staat ergens op de kaart."
AFTER_ANSWER = "Na elk antwoord"
WHEN_LOOP = ("Tijdens de vragen", "Er staat een vraag open.")
WHEN_SLOT = "Als {name} is {value}"
WHEN_NO_LOOP = "Er loopt geen vragenlijst"
ONLY_IN_CODE = "De code noemt het wel."
NOWHERE = "Wordt nergens genoemd."

AFTER_STEP = 3
"""The column of what holds once a slot has a value: after the step."""

VALIDATE = "validate_{form}"


def read_conversation(root: Path) -> Conversation:
    """The map of the checkout in this folder. Raises :class:`CatalogueError` with every mistake in Dutch."""
    material = gather(Project(root))
    nodes = make_nodes(material)
    inside = dict(_inside(material))
    panels = sorted(_panels(material, nodes), key=lambda panel: panel.column)
    lost = _lost(Conversation(nodes, inside, tuple(panels)))
    nodes |= {one: _with_note(nodes[one], material) for one in lost}
    panels.append(Panel("rest", REST[0], REST[1] if lost else REST_NONE, 4, 9, cards=lost))
    return Conversation(nodes, inside, tuple(panels))


def _panels(material: Material, nodes: dict[str, Node]) -> Iterator[Panel]:
    danger, first = branches.danger_rows(material), branches.first_rows(material)
    rules = [script for script in material.scripts if script.kind is Kind.RULE]
    stories = [script for script in material.scripts if script.kind is Kind.STORY]
    by_rule = list(_by_condition([rule for rule in rules if rule.intents], material))
    shown = {
        "SafetyPolicy": (branches.DANGER,),
        "IntroductionPolicy": (branches.FIRST,),
        "HandoverPolicy": (branches.COLLEAGUE,),
        "ReviewPolicy": (branches.LOOKING_BACK,),
        "RulePolicy": tuple(panel.name for panel in by_rule),
        "MemoizationPolicy": (branches.STORIES,),
    }
    begin = branches.policy_rows(material, {"SafetyPolicy": danger, "IntroductionPolicy": first}, shown)
    colleague, looking_back = branches.colleague_rows(material), branches.looking_back_rows(material)
    ends = branches.rule_rows([rule for rule in rules if not rule.intents], material)
    after = tuple(panel.name for panel in by_rule if panel.column == AFTER_STEP)
    yield Panel("begin", *BEGIN, column=0, home=6, rows=begin)
    yield Panel(branches.DANGER, *DANGER, column=0, home=4, rows=danger, cards=tuple(_crisis_lines(material)))
    yield Panel(branches.FIRST, *FIRST, column=1, home=5, rows=first)
    yield Panel(
        branches.QUESTIONS,
        *QUESTIONS,
        column=2,
        home=1,
        rows=tuple(_listening(material)),
        cards=_of(Kind.QUESTION, nodes),
        leads=("stap", "haltes"),
    )
    yield Panel("stap", *STEP, column=3, home=0, rows=ends, leads=(*after, "zinnen", "afloop"))
    yield from by_rule
    if colleague:
        yield Panel(branches.COLLEAGUE, *COLLEAGUE, column=AFTER_STEP, home=5, rows=colleague)
    if looking_back:
        yield Panel(branches.LOOKING_BACK, *LOOKING_BACK, column=AFTER_STEP, home=6, rows=looking_back)
    yield Panel("afloop", *OUTCOMES, column=4, home=7, rows=branches.ending_rows(material), cards=_of(Kind.OUTCOME, nodes))
    yield Panel(branches.STORIES, *STORIES, column=4, home=8, rows=branches.story_rows(stories, material))
    said = tuple(material.of_name(name) for name in material.code.said_by_channels if name in material.responses)
    yield Panel("ingang", *CHANNELS, column=4, home=8, cards=said)
    yield Panel("haltes", *HALTES, column=4, home=0, cards=_of(Kind.HALTE, nodes))
    yield Panel("zinnen", *SENTENCES, column=3, home=0, cards=_of(Kind.SENTENCES, nodes))


def _by_condition(rules: Iterable[Script], material: Material) -> Iterator[Panel]:
    """A panel for the rules that always hold, and one for every condition."""
    groups: dict[tuple[tuple[str, str | None], ...], list[Script]] = {}
    for rule in rules:
        groups.setdefault(rule.condition, []).append(rule)
    for number, (condition, group) in enumerate(sorted(groups.items(), key=lambda item: (len(item[0]), str(item[0])))):
        rows = branches.rule_rows(group, material)
        if not condition:
            yield Panel(branches.RULES, *RULES, column=1, home=2, rows=rows)
            continue
        loop = dict(condition).get("active_loop")
        title, intro = WHEN_LOOP if loop and len(condition) == 1 else (", ".join(_when(*one) for one in condition), "")
        column = 2 if loop else AFTER_STEP
        yield Panel(f"{branches.RULES}-{number}", title, intro, column=column, home=3, rows=rows)


def _when(name: str, value: str | None) -> str:
    if name == "active_loop":
        return WHEN_LOOP[0] if value else WHEN_NO_LOOP
    return WHEN_SLOT.format(name=name, value=value or "-")


def _listening(material: Material) -> Iterator[Row]:
    for form in material.forms:
        name = VALIDATE.format(form=form)
        if name in material.actions:
            yield Row(AFTER_ANSWER, (), (material.of_name(name),))


def _of(kind: Kind, nodes: dict[str, Node]) -> tuple[str, ...]:
    return tuple(node.id for node in nodes.values() if node.kind is kind)


def _crisis_lines(material: Material) -> Iterator[str]:
    for line in material.catalogue.helplines.crisis:
        if line.show == "crisis":
            yield node_id(Kind.HELPLINE, line.id)


def _inside(material: Material) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The responses in each action and step, the steps in an action, and what asks each question."""
    code, enum = material.code, Step.__name__
    for name, (module, kind, _) in code.actions.items():
        found = code.reach(module, kind, enum=enum)
        responses = tuple(material.of_name(one) for one in found.names if one in material.responses)
        steps = tuple(node_id(Kind.STEP, step.value) for step in Step) if found.by_member else ()
        yield node_id(Kind.ACTION, name), (*steps, *responses)
    by_step = [where for where in code.actions.values() if code.reach(*where[:2], enum=enum).by_member]
    for step in Step:
        said: dict[str, None] = {}
        for module, kind, _ in by_step:
            always = code.reach(module, kind, enum=enum).names
            now = code.reach(module, kind, member=f"{enum}.{step.name}").names
            said |= dict.fromkeys(one for one in now if one in material.responses and one not in always)
        yield node_id(Kind.STEP, step.value), tuple(material.of_name(one) for one in said)
    for slot in material.questions:
        yield node_id(Kind.QUESTION, slot), questions_of(slot, material)


def _lost(conversation: Conversation) -> tuple[str, ...]:
    """What the domain has and no panel shows."""
    shown = {one for ids in conversation.shown().values() for one in ids}
    kinds = (Kind.INTENT, Kind.RESPONSE, Kind.ACTION)
    return tuple(one for one, node in conversation.nodes.items() if node.kind in kinds and one not in shown)


def _with_note(node: Node, material: Material) -> Node:
    note = ONLY_IN_CODE if f'"{node.name}"' in material.code.text else NOWHERE
    return Node(node.kind, node.name, node.label, node.words, node.place, (*node.notes, note))
