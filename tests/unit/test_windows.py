"""A long story is also looked at in pieces, and nothing of it is lost on the way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wegwijzer.understanding.spacy_nl import load_reader
from wegwijzer.understanding.windows import MOST, SIZE, WHOLE, windows


def lines(text: str) -> list[str]:
    return text.split("\n")


def test_a_short_message_has_no_pieces() -> None:
    assert windows("Mijn man is overleden. Het is stil.", lines) == []


def test_a_long_story_is_cut_between_sentences() -> None:
    story = " ".join(f"Dit is zin nummer {number} van een lang verhaal." for number in range(40))
    pieces = windows(story, load_reader().sentences)
    assert " ".join(pieces) == story
    assert all(piece.endswith(".") for piece in pieces)


@given(st.text(alphabet="abc de.\n", min_size=WHOLE + 1, max_size=SIZE * 12))
def test_no_word_is_lost_and_no_piece_is_too_long(text: str) -> None:
    pieces = windows(text, lines)
    assert all(len(piece) <= SIZE for piece in pieces)
    assert len(pieces) <= MOST
    if len(pieces) < MOST and max(map(len, text.split()), default=0) <= SIZE:
        assert " ".join(pieces).split() == text.split()


def test_of_an_endless_message_both_ends_are_seen() -> None:
    pieces = windows("\n".join(f"zin {number:04} " + "bla " * 40 for number in range(100)), lines)
    assert len(pieces) == MOST
    assert pieces[0].startswith("zin 0000") and pieces[-1].startswith("zin 0099")
