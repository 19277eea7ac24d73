"""Charts: what is drawn is what was counted, what is hidden is never a zero, and it is all text that can be read."""

from __future__ import annotations

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from console.charts import LONGEST_LINE, WIDEST, Bar, Row, columns_chart, hatching, rows_chart, said
from wegwijzer.insight.small_cells import LEAST

NASTY = """<script>alert(1)</script>'"& [x](y)"""
NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=80)
SHOWN = st.none() | st.integers(2, 400).map(lambda count: count * 5)


def bars(svg: str) -> list[tuple[str, float]]:
    """Of every bar its kind and its width."""
    return [(one.attrib["class"], float(one.attrib["width"].rstrip("%"))) for one in fromstring(svg).iter("rect")]


def texts(svg: str) -> list[str]:
    return [one.text or "" for one in fromstring(svg).iter("text")]


def test_a_bar_is_as_long_as_its_number() -> None:
    svg = rows_chart([Row("a", (Bar(100),)), Row("b", (Bar(50),)), Row("c", (Bar(None),))], "Titel", "k")
    assert bars(svg) == [
        ("grafiek__staaf grafiek__staaf--0", WIDEST),
        ("grafiek__staaf grafiek__staaf--0", WIDEST / 2),
        ("grafiek__verborgen", WIDEST / 10),
    ]
    assert texts(svg) == ["a", "100", "b", "50", "c", "minder dan 10"]


def test_a_row_of_more_bars_says_which_is_which() -> None:
    svg = rows_chart([Row("Buurtteam", (Bar(1250, "goed"), Bar(None, "niet")))], "Titel", "k")
    assert texts(svg) == ["Buurtteam", "goed: 1.250", "niet: minder dan 10"]


def test_a_share_is_a_part_of_the_whole() -> None:
    svg = rows_chart([Row("a", (Bar(50, "%"),))], "Titel", "k", whole=100)
    assert bars(svg)[0][1] == WIDEST / 2
    assert texts(svg) == ["a", "50%"]


def test_who_does_not_see_it_hears_what_it_is_and_where_the_numbers_stand() -> None:
    root = fromstring(rows_chart([Row("a", (Bar(100),)), Row("b", (Bar(None),))], "Titel", "k"))
    title, description = root.find("title"), root.find("desc")
    assert title is not None and description is not None
    assert (root.attrib["role"], root.attrib["aria-labelledby"], root.attrib["aria-describedby"]) == ("img", "k-titel", "k-tekst")
    assert (title.attrib["id"], title.text) == ("k-titel", "Titel")
    assert (
        description.text
        == "Het meest: a, 100. 1 van de 2 getallen zijn minder dan 10. Alle getallen staan in de tabel hieronder."
    )


@given(st.lists(st.tuples(NAMES, SHOWN), max_size=20))
def test_whatever_is_counted_nothing_hidden_looks_like_nothing(counted: list[tuple[str, int | None]]) -> None:
    for svg in (
        rows_chart([Row(name, (Bar(shown),)) for name, shown in counted], NASTY, "k"),
        columns_chart(counted, NASTY, "k"),
    ):
        root = fromstring(svg)
        hidden = [one for one in root.iter("rect") if one.attrib["class"] == "grafiek__verborgen"]
        assert len(hidden) == sum(shown is None for _, shown in counted)
        assert all(float(one.attrib["width"].rstrip("%")) > 0 for one in hidden)
        numbers = [one.text for one in root.iter("text") if "grafiek__getal" in one.attrib["class"]]
        assert len(numbers) == len(counted)
        assert "0" not in numbers
        assert not list(root.iter("script"))
        assert "style" not in {name for one in root.iter() for name in one.attrib}


@given(NAMES)
def test_a_long_name_goes_on_on_the_next_line(name: str) -> None:
    lines = texts(rows_chart([Row(name, (Bar(20),))], "Titel", "k"))[:-1]
    assert all(len(line) <= LONGEST_LINE for line in lines)
    assert "".join("".join(lines).split()) == "".join(name.split())


def test_a_column_is_as_tall_as_its_number() -> None:
    root = fromstring(columns_chart([("45", 100), ("46", 50), ("47", None)], "Titel", "k"))
    tall = [float(one.attrib["height"].removesuffix("em")) for one in root.iter("rect")]
    assert tall[0] == pytest.approx(2 * tall[1])
    assert tall[2] == pytest.approx(tall[0] * LEAST / 100)
    assert [one.text for one in root.iter("text")] == ["100", "45", "50", "46", "<10", "47"]


def test_the_hatching_has_the_name_that_the_style_asks_for() -> None:
    assert [one.attrib["id"] for one in fromstring(hatching()).iter("pattern")] == ["arcering"]


def test_a_hidden_number_is_words() -> None:
    assert said(None) == f"minder dan {LEAST}"
    assert said(1250) == "1.250"
