"""Dutch gets the benefit of the doubt; another language is noticed when it is sure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import unhurried
from wegwijzer.understanding import language
from wegwijzer.understanding.language import foreign_language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I feel so lonely since I moved to this city", "en"),
        ("I don't speak your language, can you help me please?", "en"),
        ("Je me sens très seul depuis que je suis ici", "fr"),
        ("Me siento muy solo en esta ciudad, no conozco a nadie", "es"),
        ("Burada kendimi çok yalnız hissediyorum, kimseyi tanımıyorum", "tr"),
        ("Czuję się bardzo samotny w tym mieście", "pl"),
        ("أشعر بالوحدة الشديدة في هذه المدينة", "ar"),
        ("Я чувствую себя очень одиноко в этом городе", "ru"),
    ],
)
def test_another_language_is_noticed(text: str, code: str) -> None:
    assert foreign_language(text) == code


@pytest.mark.parametrize("text", ["سلام", "مرحبا", "Привет", "你好吗"])
def test_another_script_is_noticed_even_when_short(text: str) -> None:
    found = foreign_language(text)
    assert found != "nl"


@pytest.mark.parametrize(
    "text",
    [
        "ik voel me zo alleen de laatste tijd",
        "ik bin de hele dag allenig, 't is stil in huis",
        "mn man is vorig jaar overleden en nou zit ik hier maar",
        "ik niet goed spreken nederlands, ik alleen hier, geen vrienden",
        "ewa broer ik ken hier niemand fr",
        "ik heb der geen zin meer an hoor",
        "Geachte heer, mevrouw, gaarne verneem ik uw mogelijkheden",
        "IK ZIT DE HELE DAG ALLEEN THUIS",
        "ik ben student en ik feel me lonely ofzo",
    ],
)
def test_dutch_of_every_kind_is_dutch(text: str) -> None:
    assert foreign_language(text) is None


@pytest.mark.parametrize("text", ["", "   ", "ok", "hello", "yes please", "Fatima", "77", "👋", "3561 AB", "???", "thanks a lot"])
def test_too_little_to_say_is_taken_for_dutch(text: str) -> None:
    assert foreign_language(text) is None


def test_a_broken_detector_means_dutch(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no model")

    text = "I feel so lonely since I moved to this city"
    assert foreign_language(text) is not None
    monkeypatch.setattr(language, "detect", broken)
    assert foreign_language(text) is None


@unhurried
@given(st.text(max_size=400))
def test_any_text_gives_a_code_or_nothing(text: str) -> None:
    found = foreign_language(text)
    assert found is None or (found != "nl" and found.replace("-", "").isalpha())
