"""Everything that can stand on the map, as nodes: from the domain, the catalogue, the policies and the enumerations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from wegwijzer.catalogue.loading import Catalogue, load_catalogue
from wegwijzer.catalogue.models import Halte, Helpline
from wegwijzer.dialogue.planning import Step
from wegwijzer.dialogue.safety import Turn, safety_move
from wegwijzer.dialogue.state import SKIPPABLE
from wegwijzer.drawing.code import Code
from wegwijzer.drawing.model import Kind, Node, Place, Words
from wegwijzer.drawing.sources import Block, Policy, Project, Script, as_list, examples, named, policies, scripts, under, words_of
from wegwijzer.matching.profile import ASKABLE
from wegwijzer.understanding.crisis_patterns import Danger, Tier
from wegwijzer.vocabulary import Uitkomst, VoorWie

# --- words for editors ------------------------------------------------------------------------------------------------

EXAMPLES = "{count} voorbeelden van wat iemand dan zegt"
SUCH_AS = "Zoals: {examples}."
ON_BUTTON = "Knop: {title}"
MAY_BE_SKIPPED = "Overslaan mag."
ASKED_WHEN = "Alleen als het nog iets uitmaakt, bij voor wie: {whom}."
CODE_FILLS = "De code kiest de woorden en maakt de knoppen."
OF_RASA = "Van Rasa zelf."
GIVES = "Uitkomst: {outcome}"
LEADS_HERE = "Komt door {kind}{names}."
FOUND_DANGER = "gevaar"
ABOUT_OTHER = "het om een ander gaat"
RELATED = "Lijkt op: {names}"
OFFERS = "Aanbod dat getoond kan worden: {count}"
REACH = "{way} ({hours})"
RASA_POLICIES = {"RulePolicy": "de regels", "MemoizationPolicy": "de verhalen"}
SENTENCES = {
    "reasons": "Waarom dit past",
    "contact": "Hoe je er komt",
    "answers": "Antwoorden op knoppen",
    "connectors": "Verbindingswoorden",
    "kaart": "Boven de delen van een stap",
    "whatsapp": "Alleen op WhatsApp",
}
HELPLINE_LABEL = "{name}: {phone}"

MOST_EXAMPLES = 3
ASK = ("utter_ask_", "action_ask_")
DOMAIN, SENTENCES_FILE = "domain.yml", "catalogue/zinnen.yml"
DEACTIVATE = "action_deactivate_loop"
"""Rasa's own action that ends a form; on the map it is words and no action."""

DANGER_INTENT = ("nlu.crisis_detector", "INTENT_PREFIX")
"""The table with the beginning of the intents that stand for danger."""


def node_id(kind: Kind, name: str) -> str:
    """The id of the node of this kind and name."""
    return Node(kind, name, "").id


@dataclass(frozen=True)
class Material:
    """All that was read of one checkout.

    Attributes:
        responses, actions, intents, forms: names of the domain with their place, in its order.
        questions: slots that the form may ask for: about whom and what first, then what can still change the step.
        outcomes: intents that set the slot ``uitkomst`` by themselves, by its value.
    """

    catalogue: Catalogue
    code: Code
    scripts: tuple[Script, ...]
    policies: tuple[Policy, ...]
    said: Mapping[str, list[str]]
    words: Mapping[str, tuple[Words, ...]]
    responses: Mapping[str, Place]
    actions: Mapping[str, Place]
    intents: Mapping[str, Place]
    forms: Mapping[str, Place]
    questions: Mapping[str, Place]
    outcomes: Mapping[str, tuple[str, ...]]
    lines: Mapping[str, Place]

    def danger_intents(self) -> dict[tuple[str, str], str]:
        """The intent for each tier ("ALERT") and kind ("geweld") of danger, when the domain has it."""
        beginnings = self.code.constant(*DANGER_INTENT) or {}
        made = {
            (tier.partition(".")[2], kind.value): f"{beginning}{kind.value}"
            for tier, beginning in beginnings.items()
            for kind in Danger
        }
        return {key: intent for key, intent in made.items() if intent in self.intents}

    def of_name(self, name: str) -> str:
        """The id of the response or action with this name."""
        return node_id(Kind.RESPONSE if name in self.responses else Kind.ACTION, name)


def gather(project: Project) -> Material:
    """Read a checkout. Raises :class:`CatalogueError` with what is wrong, in Dutch."""
    domain, text = project.read(DOMAIN)
    responses = under(domain, "responses", DOMAIN)
    slots, forms = under(domain, "slots", DOMAIN), under(domain, "forms", DOMAIN)
    at = {name: Place(DOMAIN, line) for name, line in responses.lines.items()}
    words = {name: words_of(responses[name], DOMAIN, place.line) for name, place in at.items()}
    actions = named(domain, "actions", DOMAIN, text)
    asked = {slot: Place(DOMAIN, line) for slot, line in slots.lines.items() if _asks(slot, (*at, *actions))}
    return Material(
        catalogue=load_catalogue(project.root / "catalogue"),
        code=Code(project.root, (*at, *actions, *forms.lines)),
        scripts=tuple(scripts(project)),
        policies=tuple(policies(project)),
        said=examples(project),
        words=words,
        responses=at,
        actions=actions,
        intents=named(domain, "intents", DOMAIN, text),
        forms={name: Place(DOMAIN, line) for name, line in forms.lines.items()},
        questions=dict(sorted(asked.items(), key=lambda item: _turn_of(item[0]))),
        outcomes=_set_by_intent(under(slots, "uitkomst", DOMAIN)),
        lines=dict(_catalogue_lines(project)),
    )


def _turn_of(slot: str) -> int:
    """Where a question stands: what is not in the list of what may still matter comes first."""
    return ASKABLE[VoorWie.ZELF].index(slot) if slot in ASKABLE[VoorWie.ZELF] else -1


def _set_by_intent(slot: Block) -> dict[str, tuple[str, ...]]:
    """What intents set a slot to, by value."""
    found: dict[str, tuple[str, ...]] = {}
    for mapping in as_list(slot, "mappings", DOMAIN):
        if isinstance(mapping, Block) and mapping.get("type") == "from_intent":
            value = str(mapping.get("value"))
            found[value] = (*found.get(value, ()), str(mapping.get("intent")))
    return found


def _asks(slot: str, names: Iterable[str]) -> bool:
    """Whether the domain has a question for this slot; Rasa also knows questions with the name of the form in it."""
    return any(name.startswith(ASK) and (name.endswith(f"_ask_{slot}") or name.endswith(f"form_{slot}")) for name in names)


def questions_of(slot: str, material: Material) -> tuple[str, ...]:
    """The ids of the responses or actions that ask for a slot."""
    names = (*material.actions, *material.responses)
    return tuple(material.of_name(name) for name in names if _asks(slot, (name,)))


def _catalogue_lines(project: Project) -> Iterator[tuple[str, Place]]:
    """The line of each halte and helpline, and of each group of sentences."""
    for file, kind in (("catalogue/haltes.yml", Kind.HALTE), ("catalogue/helplines.yml", Kind.HELPLINE)):
        data, _ = project.read(file)
        for row in (row for rows in data.values() if isinstance(rows, list) for row in rows):
            if isinstance(row, Block) and "id" in row:
                yield node_id(kind, str(row["id"])), Place(file, row.line)
    data, _ = project.read(SENTENCES_FILE)
    for key, line in data.lines.items():
        yield node_id(Kind.SENTENCES, key), Place(SENTENCES_FILE, line)


def make_nodes(material: Material) -> dict[str, Node]:
    """Every node, by id."""
    makers = (_intents, _responses, _actions, _questions, _written, _policies, _steps, _outcomes, _haltes, _helplines, _sentences)
    return {node.id: node for maker in makers for node in maker(material)}


def spoken(name: str) -> str:
    """A name as a person would say it."""
    return name.replace("_", " ")


def _intents(material: Material) -> Iterator[Node]:
    danger = set(material.danger_intents().values())
    titles = {button for variants in material.words.values() for one in variants for button in one.buttons}
    for name, place in material.intents.items():
        said = material.said.get(name, [])
        notes = [EXAMPLES.format(count=len(said))] if said else []
        if said and name not in danger:
            notes.append(SUCH_AS.format(examples="; ".join(dict.fromkeys(said[:MOST_EXAMPLES]))))
        lowered = {one.lower() for one in said}
        notes += [ON_BUTTON.format(title=title) for title in sorted(titles) if title.lower() in lowered]
        yield Node(Kind.INTENT, name, spoken(name), place=place, notes=tuple(notes))


def _responses(material: Material) -> Iterator[Node]:
    for name, place in material.responses.items():
        yield Node(Kind.RESPONSE, name, name, material.words[name], place)


def _actions(material: Material) -> Iterator[Node]:
    for name, place in material.actions.items():
        found = material.code.actions.get(name)
        notes = (CODE_FILLS,) if name.startswith(ASK) else ()
        yield Node(Kind.ACTION, name, name, place=found[2] if found else place, notes=notes)
    ours = {*material.actions, *material.responses, *material.forms, DEACTIVATE}
    others = (does for script in material.scripts for kind, does in script.does if kind == "action" and does not in ours)
    for name in dict.fromkeys(others):
        yield Node(Kind.ACTION, name, name, notes=(OF_RASA,))


def _questions(material: Material) -> Iterator[Node]:
    for slot, place in material.questions.items():
        whom = [one.value for one, slots in ASKABLE.items() if slot in slots]
        notes = [ASKED_WHEN.format(whom=", ".join(whom))] if whom else []
        notes += [MAY_BE_SKIPPED] if slot in SKIPPABLE else []
        yield Node(Kind.QUESTION, slot, spoken(slot), place=place, notes=(" ".join(notes),) if notes else ())


def _written(material: Material) -> Iterator[Node]:
    for script in material.scripts:
        yield Node(script.kind, script.name, script.name, place=script.place)


def _policies(material: Material) -> Iterator[Node]:
    for policy in material.policies:
        short = policy.name.rpartition(".")[2]
        yield Node(Kind.POLICY, short, policy.comment or RASA_POLICIES.get(short, short), place=policy.place)


def _steps(material: Material) -> Iterator[Node]:
    outcomes = material.code.tables("Step", "Uitkomst")
    for step in Step:
        outcome = outcomes.get(f"Step.{step.name}", "").partition(".")[2]
        notes = (GIVES.format(outcome=spoken(Uitkomst[outcome].value)),) if outcome in Uitkomst.__members__ else ()
        place = material.code.member_place("wegwijzer.dialogue.planning", "Step", step.name)
        yield Node(Kind.STEP, step.value, spoken(step.value), place=place, notes=notes)


def _outcomes(material: Material) -> Iterator[Node]:
    outcomes = material.code.tables("Step", "Uitkomst")
    for outcome in Uitkomst:
        steps = [spoken(step.value) for step in Step if outcomes.get(f"Step.{step.name}") == f"Uitkomst.{outcome.name}"]
        actions = [
            name
            for name, (module, kind, _) in material.code.actions.items()
            if f"Uitkomst.{outcome.name}" in material.code.reach(module, kind, enum="Step").members
            and not material.code.reach(module, kind, enum="Step").by_member
        ]
        intents = [spoken(intent) for intent in material.outcomes.get(outcome.value, ())]
        danger = [FOUND_DANGER] if outcome.value in _danger_outcomes() else []
        causes = (("", danger), ("de stap ", steps), ("de actie ", actions), ("het bericht ", intents))
        notes = [LEADS_HERE.format(kind=kind, names=", ".join(names)) for kind, names in causes if names]
        place = material.code.member_place("wegwijzer.vocabulary", "Uitkomst", outcome.name)
        yield Node(Kind.OUTCOME, outcome.value, spoken(outcome.value), place=place, notes=tuple(notes))


def _danger_outcomes() -> set[object]:
    """What the safety protocol remembers as the outcome when there is danger."""
    moves = (safety_move(Turn(kind.value, Tier.ALERT.value, "")) for kind in Danger)
    return {move.slots.get("uitkomst") for move in moves if move}


def _haltes(material: Material) -> Iterator[Node]:
    haltes = material.catalogue.haltes
    for halte in haltes.values():
        offers = sum(halte.id in one.haltes for one in material.catalogue.suggestable)
        related = ", ".join(haltes[other].label for other in halte.related)
        notes = [OFFERS.format(count=offers)] + ([RELATED.format(names=related)] if related else [])
        place = material.lines.get(node_id(Kind.HALTE, halte.id))
        yield Node(Kind.HALTE, halte.id, halte.label, _halte_words(halte), place, tuple(notes))


def _halte_words(halte: Halte) -> tuple[Words, ...]:
    other = Words(halte.reflection_other, ABOUT_OTHER)
    return (Words(halte.reflection), other) if halte.reflection_other else (Words(halte.reflection),)


def _helplines(material: Material) -> Iterator[Node]:
    for line in material.catalogue.helplines.all():
        place = material.lines.get(node_id(Kind.HELPLINE, line.id))
        label = HELPLINE_LABEL.format(name=line.name, phone=_way(line)) if _way(line) != line.name else line.name
        notes = (line.hours,) if line.hours else ()
        yield Node(Kind.HELPLINE, line.id, label, (Words(line.use),), place, notes)


def _way(line: Helpline) -> str:
    return line.phone or line.website or line.email


def _sentences(material: Material) -> Iterator[Node]:
    for key, group in material.catalogue.sentences.model_dump().items():
        place = material.lines.get(node_id(Kind.SENTENCES, key))
        rows = (f"{name}: {' · '.join(one.values()) if isinstance(one, dict) else one}" for name, one in group.items())
        yield Node(Kind.SENTENCES, key, SENTENCES.get(key, key), (Words(" | ".join(rows)),), place)
