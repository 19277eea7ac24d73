"""What was not understood, as it may be kept to learn from."""

from __future__ import annotations

from typing import Any

from wegwijzer.aftercare.unclear import LONGEST_SHOWN, unclear_in


def turn(text: str, *responses: str, intent: str = "situatie", **parsed: Any) -> list[dict[str, Any]]:
    ranking = [{"name": "nlu_fallback", "confidence": 0.4}, {"name": "vraag_info", "confidence": 0.3}]
    user = {"event": "user", "text": text, "parse_data": {"intent": {"name": intent}, "intent_ranking": ranking, **parsed}}
    return [user, *({"event": "bot", "metadata": {"utter_action": name}} for name in responses)]


def redact(text: str) -> str:
    return text.replace("Jansje", "(naam)")


def found(*turns: list[dict[str, Any]]) -> list[str]:
    return [one.text for one in unclear_in([event for one in turns for event in one], redact)]


def test_only_what_was_not_understood_and_crossed_out() -> None:
    assert found(
        turn("ik zoek een koor", "utter_stap"),
        turn("iets met Jansje erbij", "utter_niet_begrepen", "utter_ask_vorm"),
        turn("hoe zit dat nou weer", "utter_niet_begrepen_begin", intent="nlu_fallback"),
    ) == ["iets met (naam) erbij", "hoe zit dat nou weer"]


def test_never_what_is_about_danger_too_long_or_answered_after_all() -> None:
    assert (
        found(
            turn("ik wil niet meer leven", "utter_niet_begrepen"),
            turn("het gaat zo niet langer", "utter_niet_begrepen", gevaar={"soort": "zelfdoding"}),
            turn("woord " * LONGEST_SHOWN, "utter_niet_begrepen"),
            turn("wat bewaar je dan", "utter_nazorg_waarom", "utter_nazorg_vraag", intent="nlu_fallback"),
        )
        == []
    )


def test_at_most_three_each_once_and_not_of_a_session_before() -> None:
    many = [turn(f"zin nummer {number}", "utter_niet_begrepen") for number in ("een", "twee", "drie", "vier", "vier")]
    assert found(*many) == ["zin nummer twee", "zin nummer drie", "zin nummer vier"]
    assert found(*many, [{"event": "session_started"}]) == []


def test_guesses_are_themes_and_kinds_likeliest_first() -> None:
    (one,) = unclear_in(turn("iets", "utter_niet_begrepen", haltes=[{"id": "verlies", "confidence": 0.4}]), redact)
    assert one.guesses[:2] == ("verlies", "vraag_info")
