"""What kind of message it is, in the short forms people really use."""

from __future__ import annotations

import pytest

from wegwijzer.evaluation.bot import Bot
from wegwijzer.evaluation.messages import SOORT_OF

YES = ["ja hoor graag", "doe maar", "👍", "jazeker wel", "Jep klopt", "toe dan maar", "is goed hoor"]
NO = ["nou nee", "👎", "nee hoor dat niet", "neuh", "liever van niet", "nah"]
UNSURE = ["mwah", "🤷", "tja weet ik veel", "geen flauw idee", "zou het niet weten hoor"]


@pytest.mark.parametrize(
    ("text", "soort"),
    [(text, "bevestigen") for text in YES] + [(text, "ontkennen") for text in NO] + [(text, "weetniet") for text in UNSURE],
)
def test_yes_no_and_unsure_in_all_forms(bot: Bot, text: str, soort: str) -> None:
    assert SOORT_OF[bot.parse(text)["soort"]] == soort
