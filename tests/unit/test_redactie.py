"""The guide for editors is true: every mistake in its tables is really made here, and the check really says that."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.builders import DOMAIN, ROOT, catalogue, copy_catalogue, initiative
from wegwijzer.catalogue import hsds_export, hsds_import, hsds_reading, remedies
from wegwijzer.catalogue.checking import check_all
from wegwijzer.catalogue.models import Initiative
from wegwijzer.catalogue.report import STALE, build_report
from wegwijzer.catalogue.writing import record_text

PAGE = ROOT / "docs" / "redactie.md"
TEXT = PAGE.read_text(encoding="utf-8")
OFFERS, MORE = "initiatives/soep.yml", "initiatives/vrienden.yml"


@dataclass(frozen=True)
class Row:
    """One row of a table of mistakes: what somebody wrote, and what the check says."""

    file: str
    wrote: str
    says: str

    @property
    def id(self) -> str:
        return f"{self.file}: {self.wrote}"

    @property
    def fragments(self) -> list[str]:
        """What was written, without what is between the pieces in code style."""
        return re.findall(r"`([^`]+)`", self.wrote)

    def said_by(self, message: str) -> bool:
        """Whether this is the message; three dots stand for anything."""
        return bool(re.fullmatch(".*".join(re.escape(part) for part in self.says.split("...")), message, re.DOTALL))


def section(heading: str) -> str:
    """The text under a heading, up to the next one."""
    return re.split(r"^#+ ", TEXT.split(f"\n{heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def rows(heading: str, file: str = "") -> list[Row]:
    """The mistakes in the table under a heading; without a file it stands in the first column."""
    found = []
    for line in section(heading).splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
        if line.startswith("| ") and "`" in line:
            where = [file] if file else [cells.pop(0).strip("`")]
            found.append(Row(where[0], cells[0], cells[1].strip("`")))
    return found


def example(start: str) -> str:
    """The block to copy that begins with this line."""
    blocks: list[str] = re.findall(r"^```yaml\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    return next(block for block in blocks if block.startswith(start))


OFFER, LINE = example("- id: soep_in_de_straat"), example("- id: voorbeeldlijn")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A catalogue in order, with the two examples of the page in it."""
    folder = copy_catalogue(tmp_path / "catalogue")
    (folder / OFFERS).write_text(f"initiatives:\n\n{OFFER}", encoding="utf-8")
    lines = (folder / "helplines.yml").read_text(encoding="utf-8")
    (folder / "helplines.yml").write_text(lines.replace("\ntalk:\n", f"\ntalk:\n{LINE}"), encoding="utf-8")
    return folder


@pytest.fixture
def domain(tmp_path: Path) -> Path:
    path = tmp_path / "domain.yml"
    path.write_text(yaml.safe_dump({"responses": {"utter_begin": [{"text": "Hallo."}]}}), encoding="utf-8")
    return path


def messages(folder: Path, domain: Path) -> list[str]:
    """What the check says, without file and record, as the page shows it."""
    return [f"{one.field}: {one.remedy}" if one.field else one.remedy for one in check_all(folder, domain)]


def test_the_examples_of_the_page_are_in_order(folder: Path, domain: Path) -> None:
    assert messages(folder, domain) == []


def test_the_line_that_is_shown_is_the_line_that_is_printed(folder: Path, domain: Path) -> None:
    shown = next(line for line in TEXT.splitlines() if line.startswith("initiatives/") and "soep_in_de_straat" in line)
    replace_field(folder / OFFERS, "haltes: [ontmoten]", "haltes")
    printed = str(check_all(folder, domain)[0])
    plain = re.sub(r"initiatives/\w+\.yml:\d+", "initiatives/soep.yml:3", shown).removesuffix("...")
    assert printed.startswith(plain)


# --- mistakes in a record ---------------------------------------------------------------------------------------------


def replace_field(path: Path, fragment: str, field: str) -> None:
    """Write a line in an example as an editor would: in place of the field, or at the end of the block it belongs to."""
    *parents, name = field.split(".")
    indent = "  " * (len(parents) + 1)
    text = path.read_text(encoding="utf-8")
    start = text.index("- id: " if path.name != "helplines.yml" else "- id: voorbeeldlijn")
    before, block = text[:start], text[start:]
    if name == "id":
        new, done = re.subn(r"^- id: .*$", lambda _: f"- {fragment}", block, count=1, flags=re.MULTILINE)
    else:
        whole = rf"^{indent}{name}:.*\n(?:{indent}  .*\n)*"
        new, done = re.subn(whole, lambda _: f"{indent}{fragment}\n", block, count=1, flags=re.MULTILINE)
    if not done:
        after = parents[-1] if parents else "name"
        new = re.sub(rf"^( *{after}:.*)$", lambda found: f"{found[1]}\n{indent}{fragment}", block, count=1, flags=re.MULTILINE)
    assert new != block, fragment
    path.write_text(before + new, encoding="utf-8")


def remove_field(path: Path, name: str) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(rf"^  {name}:.*\n", "", text, count=1, flags=re.MULTILINE), encoding="utf-8")


def make(row: Row, path: Path) -> None:
    """Make the mistake of a row in the example."""
    for fragment in row.fragments:
        if row.wrote.startswith("geen "):
            remove_field(path, fragment)
            continue
        name = fragment.partition(":")[0]
        parent = next((group for group in ("contact", "audience") if name in GROUPS[group]), "")
        replace_field(path, fragment, f"{parent}.{name}" if parent and path.name != "helplines.yml" else name)


GROUPS = {name: set(Initiative.model_fields[name].annotation.model_fields) for name in ("contact", "audience")}  # type: ignore[union-attr]

Act = Callable[[Path], object]


def again(folder: Path) -> None:
    (folder / OFFERS).write_text(f"initiatives:\n\n{OFFER}\n{OFFER}", encoding="utf-8")


def elsewhere(folder: Path) -> None:
    (folder / "initiatives/tweede.yml").write_text(f"initiatives:\n\n{OFFER}", encoding="utf-8")


def swap(old: str, new: str) -> Act:
    def act(folder: Path) -> None:
        text = (folder / OFFERS).read_text(encoding="utf-8")
        assert old in text
        (folder / OFFERS).write_text(text.replace(old, new, 1), encoding="utf-8")

    return act


def no_offers(folder: Path) -> None:
    for path in (folder / "initiatives").glob("*.yml"):
        path.unlink()


ACTS: Mapping[str, Act] = {
    "hetzelfde blok twee keer in een bestand": again,
    "hetzelfde blok in twee bestanden": elsewhere,
    "twee regels met `name`": swap("  name:", "  name: Soep\n  name:"),
    "een tab in plaats van spaties": swap("  organisation:", "\torganisation:"),
    "een streepje vergeten voor `id`": swap("- id:", "  id:"),
    "een streepje met alleen tekst": swap("- id:", "- soep\n- id:"),
    "een bestand weggehaald": lambda folder: (folder / "groepen.yml").unlink(),
    "alle bestanden met aanbod weggehaald": no_offers,
    "bewaard in een andere tekenset": lambda folder: (folder / OFFERS).write_bytes(
        OFFER.replace("Soep", "Café").encode("latin-1")
    ),
    "een leeg bestand": lambda folder: (folder / OFFERS).write_text("", encoding="utf-8"),
    "`initiatives:` zonder streepjes eronder": lambda folder: (folder / OFFERS).write_text(
        "initiatives: soep\n", encoding="utf-8"
    ),
    "nog een woord bovenaan": lambda folder: (folder / OFFERS).write_text(f"haltes: []\ninitiatives:\n{OFFER}", encoding="utf-8"),
}
"""Mistakes that are no line of a record, by the words of the page."""

IN_OFFER, IN_LINE = rows("#### In een aanbod", OFFERS), rows("#### In een hulplijn", "helplines.yml")
IN_FILE, IN_WORDS = rows("#### In een heel bestand", OFFERS), rows("#### In de woorden")


@pytest.mark.parametrize("row", IN_OFFER + IN_LINE + IN_FILE, ids=lambda row: row.id)
def test_who_makes_this_mistake_reads_this(row: Row, folder: Path, domain: Path) -> None:
    if act := ACTS.get(row.wrote):
        act(folder)
    else:
        make(row, folder / row.file)
    said = messages(folder, domain)
    assert [one for one in said if row.said_by(one)], said


def test_the_tables_are_really_read() -> None:
    assert min(len(IN_OFFER), len(IN_WORDS)) > 10
    assert min(len(IN_LINE), len(IN_FILE)) > 2
    assert {row.wrote for row in IN_OFFER + IN_FILE} >= set(ACTS), "every act is one of the page"


def test_a_message_that_is_no_longer_said_is_seen(folder: Path, domain: Path) -> None:
    row = Row(OFFERS, "`haltes: [ontmoten]`", "haltes: 'ontmoten' kennen we niet")
    make(row, folder / OFFERS)
    assert not [one for one in messages(folder, domain) if row.said_by(one)]


# --- mistakes in the words --------------------------------------------------------------------------------------------


def change(data: Any, fragment: str, remove: bool) -> None:
    """Set or take away what a fragment names; a dot means: in there."""
    if remove:
        *parents, name = fragment.split(".")
    else:
        path, _, value = fragment.partition(": ")
        *parents, name = path.split(".")
    for parent in parents:
        data = data[parent]
    if remove:
        del data[name]
    else:
        loaded = yaml.safe_load(value)
        # A list of words that belongs to a record keeps the others: only this one is added.
        data[name] = {**data[name], **loaded} if isinstance(loaded, dict) and loaded and name in data else loaded


@pytest.mark.parametrize("row", IN_WORDS, ids=lambda row: row.id)
def test_who_makes_this_mistake_in_the_words_reads_this(row: Row, folder: Path, domain: Path) -> None:
    path = domain if row.file == "domain.yml" else folder / row.file
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    for fragment in row.fragments:
        if row.file == "domain.yml":
            name, _, text = fragment.partition(": ")
            data["responses"][name] = [{"text": text}]
        else:
            change(data, fragment, row.wrote.startswith("geen "))
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    said = messages(folder, domain)
    assert [one for one in said if row.said_by(one)], said


# --- nothing is left out ----------------------------------------------------------------------------------------------

NEVER_BY_HAND = {"int_type", "int_from_float", "bool_type", "list_type", "model_attributes_type", "dict_type", "mapping_type"}
"""Kinds of mistakes that say the same as another kind on the page, or that a file of the catalogue cannot hold."""

BY_TYPE = {
    "missing": "dit veld ontbreekt",
    "extra_forbidden": "kennen we niet",
    "string_type": "hoort tekst te zijn",
    "string_pattern_mismatch": "mag alleen kleine letters",
    "enum": "kan niet; kies uit",
    "literal_error": "kan niet; kies uit",
    "too_short": "minstens één waarde",
    "int_parsing": "hoort een heel getal te zijn",
    "less_than_equal": "is te hoog",
    "greater_than_equal": "is te laag",
    "bool_parsing": "hoort true of false te zijn",
    "tuple_type": "hoort een lijst te zijn",
    "model_type": "hoort een blok met velden te zijn",
    "value_error": "min_age is hoger dan max_age",
}


def test_every_kind_of_mistake_in_a_record_is_on_the_page() -> None:
    assert set(remedies._REMEDIES) - NEVER_BY_HAND == set(BY_TYPE), "a new kind of mistake needs a row in docs/redactie.md"
    said = "\n".join(row.says for row in IN_OFFER + IN_LINE)
    assert [words for words in BY_TYPE.values() if words not in said] == []


@pytest.mark.parametrize("message", re.findall(r"^\| `([^`]+)` \|", section("## Delen met anderen (HSDS)"), re.MULTILINE))
def test_the_messages_about_hsds_are_those_of_the_code(message: str) -> None:
    code = re.sub(r"\{[^{}]*\}", "...", "".join(inspect.getsource(module) for module in (hsds_export, hsds_import, hsds_reading)))
    assert [part for part in message.split("...") if part.strip() and part.strip() not in code] == []


# --- what the page says to type ---------------------------------------------------------------------------------------


def test_who_ends_a_record_as_the_page_says_sees_it_is_no_longer_shown(folder: Path, domain: Path) -> None:
    lines = re.findall(r"^ +(status(?:_reason)?: .+)$", section("## Een aanbod stoppen"), re.MULTILINE)
    assert len(lines) == 2
    for line in lines:
        replace_field(folder / OFFERS, line, line.partition(":")[0])
    assert messages(folder, domain) == []
    offer = yaml.safe_load((folder / OFFERS).read_text(encoding="utf-8"))["initiatives"][0]
    assert not Initiative.model_validate(offer).suggestable


def test_the_guide_names_the_parts_of_the_report() -> None:
    titles = [one.title for one in build_report(catalogue(initiative()), date(2026, 11, 22), 12).sections if one.to_check]
    text = section("### Nakijken wat oud is").casefold()
    assert STALE in titles
    assert [title for title in titles if title.split()[0].casefold() not in text] == []


def test_the_block_to_copy_is_what_the_questions_would_write() -> None:
    """One style in the files, whichever way a record came in."""
    offer = Initiative.model_validate(yaml.safe_load(OFFER)[0])
    assert yaml.safe_load(record_text(offer))[0].items() <= yaml.safe_load(OFFER)[0].items()


def test_the_responses_of_the_product_exist_for_the_examples() -> None:
    names = {name for row in IN_WORDS if row.file == "domain.yml" for name in re.findall(r"utter_\w+", row.wrote)}
    assert names <= set(yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))["responses"])
