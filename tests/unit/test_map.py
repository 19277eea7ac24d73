"""The map of the conversation: nothing is left out, what is added appears, and the drawing can be read."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from tests.builders import ROOT, copy_catalogue, read_yaml, unhurried
from wegwijzer import cli
from wegwijzer.catalogue.remedies import CatalogueError
from wegwijzer.dialogue.planning import Step
from wegwijzer.drawing.code import Code
from wegwijzer.drawing.conversation import NOWHERE, ONLY_IN_CODE, read_conversation
from wegwijzer.drawing.layout import lay_out, sheets
from wegwijzer.drawing.measuring import Font, width_of, wrap
from wegwijzer.drawing.model import Conversation, Kind
from wegwijzer.drawing.nodes import node_id
from wegwijzer.drawing.page import write_map
from wegwijzer.drawing.shapes import Box, Line, Sheet, flat
from wegwijzer.drawing.svg import COLOURS, INK, to_svg
from wegwijzer.understanding.crisis_patterns import Danger
from wegwijzer.vocabulary import Uitkomst

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def real() -> Conversation:
    """The map of this checkout."""
    return read_conversation(ROOT)


@pytest.fixture(scope="module")
def sheet(real: Conversation) -> Sheet:
    """Its drawing."""
    return lay_out(real)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """The text of the SVG and of the page."""
    drawing, page = write_map(ROOT, tmp_path_factory.mktemp("map") / "new" / "folder")
    return drawing.read_text(encoding="utf-8"), page.read_text(encoding="utf-8")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the map is made from, to change."""
    root = tmp_path / "project"
    copy_catalogue(root / "catalogue")
    for name in ("domain.yml", "config.yml", "data/rules.yml", "data/stories.yml", "data/nlu.yml"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    for package in ("actions", "nlu", "channels", "wegwijzer"):
        shutil.copytree(ROOT / package, root / package, ignore=shutil.ignore_patterns("__pycache__", "*.gz"))
    return root


def change(path: Path, old: str, new: str) -> None:
    """Replace one piece of a file."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")


def add(path: Path, text: str) -> None:
    """Write at the end of a file."""
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def panels_of(conversation: Conversation, node: str) -> set[str]:
    """The panels in which a node stands."""
    return {panel for panel, nodes in conversation.shown().items() if node in nodes}


# --------------------------------------------------------------------------- nothing is left out

DOMAIN = read_yaml(ROOT / "domain.yml")
RULES = [rule["rule"] for rule in read_yaml(ROOT / "data" / "rules.yml")["rules"]]
STORIES = [story["story"] for story in read_yaml(ROOT / "data" / "stories.yml")["stories"]]
EVERYTHING = [
    *((Kind.INTENT, next(iter(intent))) for intent in DOMAIN["intents"]),
    *((Kind.RESPONSE, name) for name in DOMAIN["responses"]),
    *((Kind.ACTION, name) for name in DOMAIN["actions"]),
    *((Kind.QUESTION, name) for name in DOMAIN["slots"] if f"utter_ask_{name}" in DOMAIN["responses"] or f"action_ask_{name}" in DOMAIN["actions"]),
    *((Kind.RULE, name) for name in RULES),
    *((Kind.STORY, name) for name in STORIES),
    *((Kind.STEP, step.value) for step in Step),
    *((Kind.OUTCOME, outcome.value) for outcome in Uitkomst),
    *((Kind.HALTE, halte["id"]) for halte in read_yaml(ROOT / "catalogue" / "haltes.yml")["haltes"]),
    *((Kind.POLICY, policy["name"].rpartition(".")[2]) for policy in read_yaml(ROOT / "config.yml")["policies"]),
]  # fmt: skip


def test_everything_is_looked_for() -> None:
    kinds = {kind for kind, _ in EVERYTHING}
    assert len(kinds) == 10
    assert len(EVERYTHING) > 150


@pytest.mark.parametrize(("kind", "name"), EVERYTHING, ids=[f"{kind.value}: {name}" for kind, name in EVERYTHING])
def test_everything_stands_on_the_map(real: Conversation, kind: Kind, name: str) -> None:
    assert panels_of(real, node_id(kind, name))


def test_what_is_on_the_route_is_not_called_lost(real: Conversation) -> None:
    rest = real.panels[-1]
    assert rest.cards == ()


def test_everything_says_where_it_stands(real: Conversation) -> None:
    for node in real.nodes.values():
        assert node.place is not None, node.id
        path = ROOT / node.place.file
        assert path.is_file(), node.id
        lines = path.read_text(encoding="utf-8").splitlines()
        assert 0 < node.place.line <= len(lines), node.id
        if node.kind in (Kind.INTENT, Kind.RESPONSE, Kind.QUESTION, Kind.RULE, Kind.STORY, Kind.HALTE, Kind.POLICY):
            assert node.name in lines[node.place.line - 1], node.id
        if node.kind in (Kind.STEP, Kind.OUTCOME):
            assert f'"{node.name}"' in lines[node.place.line - 1], node.id


def test_every_response_shows_its_whole_text_and_buttons(sheet: Sheet, real: Conversation) -> None:
    drawn = " ".join(shape.text for shape in flat(sheet.shapes) if isinstance(shape, Line))
    for node in real.nodes.values():
        for words in node.words if node.kind is Kind.RESPONSE else ():
            assert all(word in drawn for word in words.text.split() if not word.startswith("http")), node.id
            assert all(button in drawn for button in words.buttons), node.id


def test_every_step_leads_to_its_own_answers(real: Conversation) -> None:
    assert real.inside[node_id(Kind.STEP, Step.KINDERTELEFOON)] == (node_id(Kind.RESPONSE, "utter_kindertelefoon"),)
    offered = real.inside[node_id(Kind.STEP, Step.VRIJWILLIGER)]
    assert node_id(Kind.RESPONSE, "utter_stap_vrijwilliger") in offered
    assert node_id(Kind.RESPONSE, "utter_stap") not in offered


@pytest.mark.parametrize("kind", list(Danger))
def test_danger_leads_to_its_helplines(real: Conversation, kind: Danger) -> None:
    edges = set(real.edges())
    assert (node_id(Kind.INTENT, f"crisis_{kind}"), node_id(Kind.RESPONSE, f"utter_crisis_{kind}")) in edges
    assert (node_id(Kind.INTENT, f"zorg_{kind}"), node_id(Kind.RESPONSE, f"utter_zorgvraag_{kind}")) in edges


def test_danger_is_asked_first(real: Conversation) -> None:
    assert real.panels[0].rows[0].starts == (node_id(Kind.POLICY, "SafetyPolicy"),)
    assert real.panels[0].rows[0].ends[0].panel == "gevaar"


# --------------------------------------------------------------------------- what is added appears

RULE = """
  - rule: iemand vraagt naar koffie
    steps:
      - intent: koffie
      - action: utter_koffie
"""
STORY = """
  - story: twee keer dank
    steps:
      - intent: dank
      - action: utter_graag_gedaan
      - intent: dank
      - action: utter_graag_gedaan
"""
ACTION = '''

class ActionThee(Action):
    """Tea."""

    def name(self) -> str:
        """Says its name."""
        return "action_thee"

    async def run(self, dispatcher, tracker, domain):
        """Pours."""
        if self.name() == "utter_hallo":
            return []
        dispatcher.utter_message(response="utter_koffie")
        return []
'''
HALTE = """
  - id: tuinieren
    label: Werken in de tuin
    covers: een tuin of een balkon
    reflection: Je mist een tuin.
    reflection_other: Diegene mist een tuin.
    grounding: verzonnen voor de test
    certainty: low
"""


def add_response(root: Path) -> None:
    change(root / "domain.yml", "\nresponses:\n", '\nresponses:\n  utter_koffie:\n    - text: "Koffie staat klaar."\n')


def add_rule(root: Path) -> None:
    add_response(root)
    change(
        root / "domain.yml",
        "  - situatie: {use_entities: []}\n",
        "  - situatie: {use_entities: []}\n  - koffie: {use_entities: []}\n",
    )
    add(root / "data" / "rules.yml", RULE)


def add_question(root: Path) -> None:
    slot = "  huisdier: {type: text, influence_conversation: false, mappings: [{type: custom}]}\n"
    change(root / "domain.yml", "\nforms:\n", f"\n{slot}\nforms:\n")
    change(root / "domain.yml", "\nresponses:\n", "\nresponses:\n  utter_ask_huisdier:\n    - text: Heb je een huisdier?\n")


def add_halte(root: Path) -> None:
    add(root / "catalogue" / "haltes.yml", HALTE)


def add_story(root: Path) -> None:
    add(root / "data" / "stories.yml", STORY)


def add_action(root: Path) -> None:
    add_response(root)
    change(root / "domain.yml", "  - action_info\n", "  - action_info\n  - action_thee\n")
    add(root / "actions" / "info.py", ACTION)
    add(root / "data" / "rules.yml", "  - rule: thee\n    steps:\n      - intent: groet\n      - action: action_thee\n")


@pytest.mark.parametrize(
    ("change_it", "node", "text"),
    [
        (add_rule, node_id(Kind.RULE, "iemand vraagt naar koffie"), "iemand vraagt naar"),
        (add_rule, node_id(Kind.INTENT, "koffie"), "koffie"),
        (add_rule, node_id(Kind.RESPONSE, "utter_koffie"), "Koffie staat klaar."),
        (add_question, node_id(Kind.QUESTION, "huisdier"), "Heb je een huisdier?"),
        (add_halte, node_id(Kind.HALTE, "tuinieren"), "Je mist een tuin."),
        (add_story, node_id(Kind.STORY, "twee keer dank"), "twee keer dank"),
        (add_action, node_id(Kind.ACTION, "action_thee"), "action_thee"),
        (add_action, node_id(Kind.RESPONSE, "utter_koffie"), "Koffie staat klaar."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_added_appears(checkout: Path, change_it: Callable[[Path], None], node: str, text: str) -> None:
    before = read_conversation(checkout)
    assert node not in before.nodes
    change_it(checkout)
    after = read_conversation(checkout)
    assert panels_of(after, node) - {"rest"}
    assert text in to_svg(lay_out(after))


def test_a_response_that_is_said_nowhere_is_called_so(checkout: Path) -> None:
    add_response(checkout)
    conversation = read_conversation(checkout)
    node = node_id(Kind.RESPONSE, "utter_koffie")
    assert conversation.panels[-1].cards == (node,)
    assert NOWHERE in conversation.nodes[node].notes


def test_what_a_channel_says_by_itself_stands_with_the_channels(checkout: Path) -> None:
    add_response(checkout)
    add(checkout / "channels" / "health.py", '\nWELL = "utter_koffie"\n')
    assert panels_of(read_conversation(checkout), node_id(Kind.RESPONSE, "utter_koffie")) == {"ingang"}


def test_a_response_that_only_the_code_names_is_called_so(checkout: Path) -> None:
    add_response(checkout)
    add(checkout / "wegwijzer" / "vocabulary.py", '\nUNUSED = "utter_koffie"\n')
    assert ONLY_IN_CODE in read_conversation(checkout).nodes[node_id(Kind.RESPONSE, "utter_koffie")].notes


def test_a_rule_that_is_taken_away_is_gone(checkout: Path) -> None:
    text = (checkout / "data" / "rules.yml").read_text(encoding="utf-8")
    (checkout / "data" / "rules.yml").write_text(re.sub(r"  - rule: dank\n(?:    .*\n)+", "", text, count=1), encoding="utf-8")
    assert node_id(Kind.RULE, "dank") not in read_conversation(checkout).nodes


def test_another_order_of_policies_is_another_order_on_the_map(checkout: Path) -> None:
    change(checkout / "config.yml", "priority: 90", "priority: 110")
    assert read_conversation(checkout).panels[0].rows[0].starts == (node_id(Kind.POLICY, "BreakdownPolicy"),)


# --------------------------------------------------------------------------- mistakes are said kindly


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("data/rules.yml", "\n  - steps: [\n", "data/rules.yml:"),
        ("data/rules.yml", "\n  - los woord\n", "data/rules.yml:6: 'los woord' is geen blok met velden"),
        ("data/stories.yml", "\n  - story: zonder stappen\n", "data/stories.yml:28: stories: begin met '- story: ...'"),
        ("domain.yml", "\nresponses: geen blok\n", "domain.yml:"),
        ("config.yml", "\npolicies: geen lijst\n", "hier hoort een lijst te staan"),
        ("actions/info.py", "\ndef (\n", "actions/info.py: dit is geen goede Python"),
    ],
)
def test_a_mistake_in_a_file_says_where(checkout: Path, file: str, text: str, expected: str) -> None:
    add(checkout / file, text)
    with pytest.raises(CatalogueError) as caught:
        read_conversation(checkout)
    assert expected in str(caught.value)


def test_a_missing_file_says_which(checkout: Path) -> None:
    (checkout / "domain.yml").unlink()
    with pytest.raises(CatalogueError, match=r"domain\.yml: dit bestand ontbreekt"):
        read_conversation(checkout)


def test_the_command_writes_both_files(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli.app, ["map", "--to", str(tmp_path)])
    assert result.exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"kaart.svg", "kaart.html"}


def test_the_command_says_a_mistake_without_a_traceback(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (checkout / "config.yml").unlink()
    monkeypatch.setattr(cli, "ROOT", checkout)
    result = CliRunner().invoke(cli.app, ["map", "--to", str(tmp_path / "map")])
    assert result.exit_code == 1
    assert "config.yml: dit bestand ontbreekt" in result.stdout
    assert isinstance(result.exception, SystemExit)


def test_the_command_says_when_it_cannot_write(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = CliRunner().invoke(cli.app, ["map", "--to", str(tmp_path / "file")])
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)


# --------------------------------------------------------------------------- what the code says


def code_of(root: Path, text: str) -> Code:
    (root / "actions").mkdir()
    (root / "actions" / "thing.py").write_text(text, encoding="utf-8")
    return Code(root, ("utter_a", "utter_b", "utter_kind_x", "utter_kind_y"))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('say("utter_a")', {"utter_a"}),
        ('say("utter_a") if last == "utter_b" else None', {"utter_a"}),
        ('say(f"utter_kind_{kind}")', {"utter_kind_x", "utter_kind_y"}),
        ('return last.startswith("utter_kind_x")', set()),
        ('return [one for one in "utter_a" if one in ("utter_b",)]', {"utter_a"}),
        ("return helper()", {"utter_b"}),
        ("return A_NAME if last in OTHERS else None", {"utter_a"}),
        ('"""Says utter_a."""', set()),
        ("from_elsewhere()", {"utter_kind_y"}),
    ],
)
def test_only_what_is_said_is_found(tmp_path: Path, body: str, expected: set[str]) -> None:
    code = code_of(
        tmp_path,
        f"""
from actions.other import from_elsewhere

A_NAME = "utter_a"
OTHERS = ("utter_b",)

def helper():
    return "utter_b"

def begin():
    {body}
""",
    )
    (tmp_path / "actions" / "other.py").write_text('def from_elsewhere():\n    return "utter_kind_y"\n', encoding="utf-8")
    assert set(code.reach("actions.thing", "begin").names) == expected


def test_a_table_by_step_is_followed_for_that_step_only(tmp_path: Path) -> None:
    code = code_of(
        tmp_path,
        """
def first(planned):
    return "utter_a" if planned.step is Step.ONE else "utter_kind_x"

def second(planned):
    return "utter_b"

SAY = {Step.ONE: first, Step.TWO: second, Step.THREE: first}

def begin(planned):
    return SAY[planned.step](planned)
""",
    )
    said = {step: code.reach("actions.thing", "begin", member=f"Step.{step}").names for step in ("ONE", "TWO", "THREE")}
    assert said == {"ONE": ("utter_a",), "TWO": ("utter_b",), "THREE": ("utter_kind_x",)}
    assert code.reach("actions.thing", "begin", enum="Step") == code.reach("actions.thing", "begin", enum="Step")
    assert code.reach("actions.thing", "begin", enum="Step").by_member


def test_code_that_goes_round_in_circles_ends(tmp_path: Path) -> None:
    code = code_of(tmp_path, 'def begin():\n    return end(), "utter_a"\n\ndef end():\n    return begin()\n')
    assert code.reach("actions.thing", "begin").names == ("utter_a",)


# --------------------------------------------------------------------------- the drawing can be read


def boxes_of(sheet: Sheet) -> list[Box]:
    return [shape for shape in flat(sheet.shapes) if isinstance(shape, Box)]


def test_no_box_overlaps_another(sheet: Sheet) -> None:
    """Of any two boxes one stands within the other, or they are apart."""

    def within(one: Box, other: Box) -> bool:
        return (
            other.x <= one.x + 0.01
            and other.y <= one.y + 0.01
            and one.x + one.width <= other.x + other.width + 0.01
            and one.y + one.height <= other.y + other.height + 0.01
        )

    def apart(one: Box, other: Box) -> bool:
        beside = one.x + one.width <= other.x or other.x + other.width <= one.x
        return beside or one.y + one.height <= other.y or other.y + other.height <= one.y

    wrong = [pair for pair in combinations(boxes_of(sheet), 2) if not (apart(*pair) or within(*pair) or within(*pair[::-1]))]
    assert wrong == []


def test_no_text_leaves_its_box(sheet: Sheet) -> None:
    boxes = boxes_of(sheet)
    for line in (shape for shape in flat(sheet.shapes) if isinstance(shape, Line)):
        assert line.x >= 0 and line.x + line.width <= sheet.width
        assert 0 < line.y < sheet.height
        around = [box for box in boxes if box.x <= line.x <= box.x + box.width and box.y < line.y <= box.y + box.height]
        assert all(line.x + line.width <= box.x + box.width for box in around), line


def test_no_line_stands_on_another(sheet: Sheet) -> None:
    lines = [shape for shape in flat(sheet.shapes) if isinstance(shape, Line)]
    wrong = [
        (one.text, other.text)
        for one, other in combinations(lines, 2)
        if abs(one.y - other.y) < 8 and one.x < other.x + other.width and other.x < one.x + one.width
    ]
    assert wrong == []


def test_the_printed_sheets_cut_nothing_but_the_gutter(sheet: Sheet) -> None:
    parts = sheets(sheet)
    assert parts[0][0] == 0
    assert sum(width for _, width in parts) == pytest.approx(sheet.width)
    cuts = [left for left, _ in parts[1:]]
    assert cuts
    assert [box for box in boxes_of(sheet) for cut in cuts if box.x < cut < box.x + box.width] == []


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    full = colour if len(colour) == 7 else "#" + "".join(letter * 2 for letter in colour[1:])
    parts = [int(full[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of WCAG 2.2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("style", COLOURS)
def test_text_can_be_told_from_its_box(style: str) -> None:
    ink = "#ffffff" if style in ("chip", "number") else INK
    assert contrast(COLOURS[style][0], ink) >= 7


# --------------------------------------------------------------------------- the files


def test_the_same_project_gives_the_same_bytes(files: tuple[str, str], tmp_path: Path) -> None:
    again = write_map(ROOT, tmp_path)
    assert tuple(path.read_text(encoding="utf-8") for path in again) == files


def test_the_drawing_says_what_it_is_and_keeps_text_as_text(files: tuple[str, str]) -> None:
    root = ElementTree.fromstring(files[0])  # noqa: S314 - our own file
    named = root.attrib["aria-labelledby"].split()
    assert [root.find(f"{SVG}{tag}").attrib["id"] for tag in ("title", "desc")] == named  # type: ignore[union-attr]
    assert len(root.findall(f".//{SVG}text")) > 500
    assert all(link.attrib["href"].startswith("kaart.html#") for link in root.iter(f"{SVG}a"))


def test_every_link_of_the_page_leads_somewhere_in_it(files: tuple[str, str]) -> None:
    ids = re.findall(r'\bid="([^"]+)"', files[1])
    assert len(ids) == len(set(ids))
    linked = set(re.findall(r'href="([^"]*)"', files[1]))
    assert {link for link in linked if not link.startswith("#")} == set()
    assert {link[1:] for link in linked} <= set(ids)


def test_every_node_has_its_row_in_the_tables(files: tuple[str, str], real: Conversation) -> None:
    rows = set(re.findall(r'<tr id="([^"]+)"', files[1]))
    assert rows == {re.sub("&", "&amp;", node) for node in real.nodes}


def test_the_page_runs_only_its_own_script_and_fetches_nothing(files: tuple[str, str]) -> None:
    (script,) = re.findall(r"<script>(.*?)</script>", files[1], re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in files[1]
    assert "default-src 'none'" in files[1]
    assert re.findall(r'\b(?:src|action)="', files[1]) == []


def test_words_of_the_files_cannot_become_code(checkout: Path, tmp_path: Path) -> None:
    change(checkout / "domain.yml", "    - text: Graag gedaan.", "    - text: '<script>alert(1)</script> & \"klaar\"'")
    for path in write_map(checkout, tmp_path / "map"):
        text = path.read_text(encoding="utf-8")
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


# --------------------------------------------------------------------------- breaking lines


@unhurried
@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=200),
    st.integers(30, 300),
    st.booleans(),
)
def test_broken_lines_fit_and_keep_every_letter(text: str, width: int, bold: bool) -> None:
    font = Font(10, bold)
    lines = wrap(text, font, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width_of(line, font) <= width for line in lines)


def test_a_name_is_broken_where_it_can_be() -> None:
    assert wrap("utter_zorgvraag_zelfdoding", Font(10), 90) == ["utter_zorgvraag_", "zelfdoding"]
