"""Whatever someone types is made safe to understand, and keeps its meaning."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.builders import unhurried
from wegwijzer.understanding.cleaning import LONGEST, clean, looks_like_command
from wegwijzer.understanding.crisis import find_danger


@pytest.mark.parametrize(
    "typed",
    [
        "/restart",
        "/session_start",
        '/inform{"leeftijd": 12}',
        "  /restart",
        "\n\t/restart",
        "//restart",
        "\u200b/restart",
        "\ufeff/restart",
        "\x00/restart",
        "\u2060/restart",
        "\u202e/restart",
        "<b>/restart</b>",
        "&#47;restart",
        "</>/restart",
    ],
)
def test_a_command_is_no_command_any_more_but_keeps_its_letters(typed: str) -> None:
    cleaned = clean(typed)
    assert not cleaned.startswith("/")
    assert looks_like_command(cleaned)
    assert cleaned.strip("\u2215<b>/ ").startswith(("restart", "session", "inform"))


@pytest.mark.parametrize("typed", ["of/of", "ma/di", "ik ben m/v", "https://113.nl", "half 1/2"])
def test_a_slash_in_the_middle_stays_and_is_no_command(typed: str) -> None:
    assert clean(typed) == typed
    assert not looks_like_command(clean(typed))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<b>ik ben alleen</b>", "ik ben alleen"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("<img src=x onerror=alert(1)>hoi", "hoi"),
        ("caf&eacute; &amp; thee", "café & thee"),
    ],
)
def test_html_goes_and_its_words_stay(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@pytest.mark.parametrize(
    "typed", ["ik ben <18", "5 > 3", "<3 voor mijn buurvrouw", "ik ben <18 en mijn zus >20", "a < b", "-> hier"]
)
def test_a_bracket_that_is_no_html_takes_no_words_along(typed: str) -> None:
    assert clean(typed) == typed


@pytest.mark.parametrize("typed", ["<ik wil dood>", "< ik wil niet meer leven >", "ik wil <niet meer> leven"])
def test_danger_between_brackets_is_still_seen(typed: str) -> None:
    assert find_danger(clean(typed)) is not None


@pytest.mark.parametrize("control", ["\x00", "\x07", "\x1b", "\x7f", "\u200b", "\u202e", "\u2066", "\ufeff", "\ue000", "\ud800"])
def test_control_characters_go(control: str) -> None:
    assert clean(f"ik {control}ben alleen") == "ik ben alleen"


def test_lines_and_tabs_stay_and_the_ends_are_trimmed() -> None:
    assert clean("  een\n\ttwee \n") == "een\n\ttwee"


@pytest.mark.parametrize("emoji", ["😀", "❤️", "👩‍👩‍👧", "👋🏽", "🇳🇱"])
def test_emoji_stay_whole(emoji: str) -> None:
    assert clean(f"hoi {emoji}") == f"hoi {emoji}"


@pytest.mark.parametrize("word", ["één", "çay", "שלום", "سلام", "你好", "Ќ"])
def test_letters_of_every_language_stay(word: str) -> None:
    assert clean(word) == word


@pytest.mark.parametrize("typed", ["", "   ", "\x00\x01", "<b></b>"])
def test_nothing_is_nothing(typed: str) -> None:
    assert clean(typed) == ""


def test_of_100_kb_the_beginning_and_the_end_are_kept() -> None:
    cleaned = clean("begin " + "la " * 33_000 + "ik wil dood")
    assert len(cleaned) <= LONGEST + 1
    assert cleaned.startswith("begin la")
    assert cleaned.endswith("ik wil dood")


def test_100_kb_of_brackets_or_slashes_is_no_problem() -> None:
    for typed in ("<" * 100_000, "/" * 100_000, "<b" * 50_000, "&amp;" * 20_000):
        assert not clean(typed).startswith("/")


def test_a_text_just_short_enough_is_kept_whole() -> None:
    assert clean("a" * LONGEST) == "a" * LONGEST


PIECES = [
    "&amp;", "&lt;", "&gt;", "&#47;", "amp;", "lt;", "gt;", "&", "<", ">", "b", "/", " ", "\n", "\u200b", "\u200d", "\ufeff", "\x00",
    "é", "😀", "ik wil", "\u2215", "\u0301",
]  # fmt: skip
texts = st.text(max_size=80) | st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@unhurried
@given(texts)
@example("&amp;#47;restart")
@example("<<b>b>/restart")
def test_nothing_ever_starts_a_command(typed: str) -> None:
    assert not clean(typed).startswith("/")
    assert not clean(clean(typed)).startswith("/")


@unhurried
@given(texts)
@example("&amp;lt;b&gt;")
@example("<<b>b>")
def test_cleaning_twice_is_cleaning_once(typed: str) -> None:
    """A message is cleaned by the channel and again by the pipeline: both must see the same."""
    once = clean(typed)
    assert clean(once) == once


@unhurried
@given(st.text(st.characters(categories=["L", "N"]), max_size=200))
def test_plain_words_are_left_alone(typed: str) -> None:
    assert clean(typed) == typed
