"""Changing a record in a file of the catalogue leaves every other line as the editor wrote it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import initiative, unhurried
from wegwijzer.catalogue.models import Initiative
from wegwijzer.catalogue.yaml_editing import CannotEdit, Edit, edit_text, new_file

FILE = """\
# Boven het bestand
initiatives:

# Over koffie
- id: koffie
  name: Koffie   # zo heet het echt
  organisation: "Stichting Samen"
  summary: Samen koffie drinken, elke
    week opnieuw.
  haltes:
    - ontmoeten
  forms: [groep]
  contact:
    # gebeld op maandag
    phone: '030-123 45 67' # receptie
    address: Straat 1
  first_step: |
    Bel en zeg
    dat je komt.
  # over de status
  status: active
  source: https://example.nl
  certainty: high

# Over thee
- {id: thee, name: Thee, organisation: X, summary: S, haltes: [geld], forms: [groep], status: ended, status_reason: R, source: s, certainty: low}
"""


def loaded(text: str, group: str = "initiatives") -> dict[str, Initiative]:
    return {row["id"]: Initiative.model_validate(row) for row in yaml.safe_load(text)[group]}


def edit(before: Initiative, **fields: Any) -> Edit:
    return edited(before, Initiative.model_validate(before.model_dump(mode="json") | fields))


def edited(before: Initiative | None, after: Initiative) -> Edit:
    old = before.model_dump(mode="json") if before is not None else {}
    full, sparse = after.model_dump(mode="json"), after.model_dump(mode="json", exclude_defaults=True)
    return Edit("initiatives", after.id, old, full, sparse)


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """Which lines went, and which came."""
    old, new = before.splitlines(), after.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


@pytest.mark.parametrize(
    ("fields", "gone", "come"),
    [
        ({"name": "Thee"}, ["  name: Koffie   # zo heet het echt"], ["  name: Thee   # zo heet het echt"]),
        ({"status": "likely_active"}, ["  status: active"], ["  status: likely_active"]),
        ({"summary": "Kort."}, ["  summary: Samen koffie drinken, elke", "    week opnieuw."], ["  summary: Kort."]),
        ({"haltes": ["geld", "verlies"]}, ["  haltes:", "    - ontmoeten"], ["  haltes: [geld, verlies]"]),
        ({"first_step": "Bel."}, ["  first_step: |", "    Bel en zeg", "    dat je komt."], ["  first_step: Bel."]),
        ({"note": "a: b #c"}, [], ["  note: 'a: b #c'"]),
        ({"audience": {"min_age": 18}}, [], ["  audience:", "    min_age: 18"]),
        ({"contact": {"phone": "112", "address": "Straat 1", "via": "lijn"}}, ["    phone: '030-123 45 67' # receptie"], ["    phone: '112' # receptie", "    via: lijn"]),
        ({"helpen": {"first_step": "Bel."}, "place": "hier"}, [], ["  place: hier", "  helpen:", "    first_step: Bel."]),
    ],
)  # fmt: skip
def test_only_the_lines_of_what_changed_are_touched(fields: dict[str, Any], gone: list[str], come: list[str]) -> None:
    before = loaded(FILE)["koffie"]
    change = edit(before, **fields)
    made = edit_text(FILE, [change])
    assert loaded(made)["koffie"].model_dump(mode="json") == change.after
    assert changed_lines(FILE, made) == (gone, come)


def test_a_record_on_one_line_stays_on_one_line() -> None:
    made = edit_text(FILE, [edit(loaded(FILE)["thee"], name="Groene thee", note="b, c: d")])
    assert loaded(made)["thee"].name == "Groene thee"
    assert len(changed_lines(FILE, made)[1]) == 1


def test_a_block_that_is_taken_out_goes_whole_and_nothing_else() -> None:
    with_helpen = edit_text(FILE, [edit(loaded(FILE)["koffie"], helpen={"first_step": "Bel."})])
    assert edit_text(with_helpen, [edit(loaded(with_helpen)["koffie"], helpen=None)]) == FILE


def test_the_only_field_of_a_block_can_be_taken_out() -> None:
    with_age = edit_text(FILE, [edit(loaded(FILE)["koffie"], audience={"min_age": 18})])
    made = edit_text(with_age, [edit(loaded(with_age)["koffie"], audience={})])
    assert loaded(made) == loaded(FILE)


def test_a_new_record_comes_last_with_an_empty_line_before_it() -> None:
    new = initiative("nieuw", note="twee\nregels")
    text = FILE.partition("\n# Over thee")[0]
    made = edit_text(text, [edited(None, new), edited(None, initiative("nog"))])
    assert made.startswith(text.rstrip("\n") + "\n\n- id: nieuw\n")
    assert list(loaded(made)) == ["koffie", "nieuw", "nog"]
    assert loaded(made)["nieuw"] == new


def test_a_new_record_in_the_middle_list_of_a_file_does_not_touch_the_next_list() -> None:
    text = "talk:\n- id: a\n  name: A\n- id: b\n  name: B\n# hierna\nhelp: []\n"
    made = edit_text(text, [Edit("talk", "c", {}, {}, {"id": "c"}), Edit("help", "d", {}, {}, {"id": "d"})])
    assert made == "talk:\n- id: a\n  name: A\n- id: b\n  name: B\n- id: c\n# hierna\nhelp:\n- id: d\n"


def test_line_ends_of_windows_stay() -> None:
    text = FILE.replace("\n", "\r\n")
    made = edit_text(text, [edit(loaded(FILE)["koffie"], name="Thee", note="erbij")])
    assert made.replace("\r\n", "").count("\n") == 0
    assert loaded(made)["koffie"].note == "erbij"


@pytest.mark.parametrize(
    "text", ["initiatives: []\n", "", "initiatives:\n- id: ander\n", "anders:\n- id: koffie\n", "initiatives:\n- koffie\n"]
)
def test_a_record_that_is_not_there_is_said(text: str) -> None:
    with pytest.raises(CannotEdit, match="koffie"):
        edit_text(text, [edit(initiative("koffie"), name="x")])


@pytest.mark.parametrize("text", ["", "anders: []\n", "initiatives: {}\n", "initiatives: [{id: a}]\n"])
def test_a_list_that_is_not_there_is_said(text: str) -> None:
    with pytest.raises(CannotEdit, match="initiatives:"):
        edit_text(text, [edited(None, initiative())])


texts = st.text(max_size=200)
fields = st.fixed_dictionaries(
    {
        "name": texts,
        "note": texts,
        "haltes": st.lists(st.sampled_from(["geld", "verlies"]), min_size=1, max_size=3),
        "mention_only": st.lists(texts, max_size=3),
        "professional": st.booleans(),
        "audience": st.fixed_dictionaries({}, optional={"min_age": st.integers(0, 50), "text": texts}),
        "contact": st.fixed_dictionaries({}, optional={"address": texts, "phone": st.sampled_from(["112", "0800-1234"])}),
        "helpen": st.none() | st.fixed_dictionaries({"first_step": texts.map(lambda text: f"Bel {text}"), "first_words": texts}),
        "source_date": st.sampled_from(["", "2024", "2024-05", "2024-05-30", "ja", "null", "1e3"]),
    }
)


@unhurried
@given(first=fields, second=fields)
def test_any_change_reads_back_as_it_was_meant(first: dict[str, Any], second: dict[str, Any]) -> None:
    """From nothing to a first form, next to other records, and from there to a second."""
    one, other = initiative("vast", **first), initiative("vast", **second)
    text = edit_text(FILE.partition("\n# Over thee")[0], [edited(None, one)])
    assert loaded(text)["vast"] == one
    made = edit_text(text, [edited(one, other)])
    assert loaded(made) == loaded(text) | {"vast": other}
    assert loaded(new_file([edited(None, other)])) == {"vast": other}
