"""Long stories for measuring: the danger is in them, in the middle, and nothing else differs."""

from __future__ import annotations

from wegwijzer.evaluation.long_stories import AROUND, score_stories, stories
from wegwijzer.evaluation.messages import Labelled, Parsed, read_set
from wegwijzer.paths import EVALUATION
from wegwijzer.understanding.windows import WHOLE


def test_every_danger_is_told_once_and_left_out_once() -> None:
    made = stories(EVALUATION)
    danger = [item for item in read_set(EVALUATION / "crisis.yml") if item.crisis != "geen"]
    assert len(made) == 2 * len(danger)
    for item, told, without in zip(danger, made[::2], made[1::2], strict=True):
        assert item.text in told.text and item.text not in without.text
        assert told.crisis == item.crisis and without.crisis == "geen"
    assert all(len(story.text) > WHOLE for story in made)
    assert made == stories(EVALUATION)
    assert AROUND > 2


def test_the_figures_are_shares_of_each_kind() -> None:
    items = [Labelled("a", (), "geweld", "situatie", ()), Labelled("b", (), "spoed", "situatie", ())]
    items += [Labelled(text, (), "geen", "situatie", ()) for text in "cdef"]
    found = score_stories(lambda text: Parsed((), "situatie", "", {"a": "alert", "c": "check"}.get(text, "")), items)
    assert found == {"long_recall": 0.5, "long_alert_recall": 0.5, "long_flag_rate": 0.25}
