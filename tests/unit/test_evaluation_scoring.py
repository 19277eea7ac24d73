"""The figures of the evaluation, worked out by hand on a few messages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import DOMAIN, read_yaml, real_catalogue, unhurried
from wegwijzer.dialogue.listening import CLEAR
from wegwijzer.evaluation.messages import SOORT_OF, Labelled, Parsed, read_parse, read_set, score_crisis, score_messages
from wegwijzer.evaluation.run import Report, evaluate

LABELS = {
    "situatie",
    "eenzaam",
    "vraag",
    "mens",
    "stop",
    "bevestigen",
    "ontkennen",
    "weetniet",
    "groet",
    "dank",
    "privacy",
    "bot",
    "buiten",
}


def item(*haltes: str, soort: str = "situatie", crisis: str = "geen", text: str = "x", tags: tuple[str, ...] = ()) -> Labelled:
    return Labelled(text, haltes, crisis, soort, tags)


def parsed(soort: str = "situatie", tier: str = "", kind: str = "", **haltes: float) -> Parsed:
    return Parsed(tuple(sorted(haltes.items(), key=lambda pair: -pair[1])), soort, kind, tier)


# --- haltes and soort -------------------------------------------------------------------------------------------------


def test_everything_right_is_one() -> None:
    items = [item("verlies"), item("geld", "werk_en_dag"), item(soort="eenzaam")]
    answers = [parsed(verlies=0.9), parsed(geld=0.9, werk_en_dag=0.8), parsed(soort="eenzaam")]
    scores = score_messages(items, answers, ["verlies", "geld", "werk_en_dag"])
    assert scores.figures == {
        "halte_micro_f1": 1.0,
        "halte_macro_f1": 1.0,
        "halte_hit1": 1.0,
        "halte_hit3": 1.0,
        "halte_right_at_once": 1.0,
        "halte_right_after_question": 1.0,
        "soort_accuracy": 1.0,
        "ordinary_flag_rate": 0.0,
    }
    assert scores.failures == []


def test_micro_and_macro_by_hand() -> None:
    # verlies: 1 right, 1 missed -> F1 = 2/3.  geld: 1 right, 1 too many -> F1 = 2/3.  vrienden: never -> F1 = 0.
    items = [item("verlies"), item("verlies"), item("geld"), item()]
    answers = [parsed(verlies=0.9), parsed(), parsed(geld=0.9), parsed(geld=0.9)]
    figures = score_messages(items, answers, ["verlies", "geld", "vrienden"]).figures
    assert figures["halte_micro_f1"] == pytest.approx(2 * 2 / (2 * 2 + 1 + 1))
    assert figures["halte_macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 0) / 3)


def test_a_halte_counts_as_named_from_the_confidence_the_conversation_uses() -> None:
    assert parsed(verlies=CLEAR, geld=CLEAR - 0.01).predicted == {"verlies"}


def test_hits_look_at_the_order_and_only_at_messages_with_a_halte() -> None:
    items = [item("verlies"), item("geld"), item("vrienden"), item()]
    answers = [
        parsed(verlies=0.5, geld=0.4),
        parsed(verlies=0.5, vrienden=0.4, geld=0.3),
        parsed(verlies=0.5, geld=0.4, ontmoeten=0.3, vrienden=0.2),
        parsed(),
    ]
    figures = score_messages(items, answers, ["verlies"]).figures
    assert figures["halte_hit1"] == pytest.approx(1 / 3)
    assert figures["halte_hit3"] == pytest.approx(2 / 3)


def test_soort_and_flags() -> None:
    items = [item(soort="groet"), item(soort="dank"), item(soort="dank"), item(soort="mens")]
    answers = [
        parsed("groet"),
        parsed("groet"),
        parsed("dank", tier="check", kind="geweld"),
        parsed("mens", tier="alert", kind="spoed"),
    ]
    scores = score_messages(items, answers, ["verlies"])
    assert scores.figures["soort_accuracy"] == 0.75
    assert scores.figures["ordinary_flag_rate"] == 0.5
    assert scores.details["soort_accuracy"] == {"dank": 0.5, "groet": 1.0, "mens": 1.0}


def test_every_failure_is_written_down_with_what_was_expected() -> None:
    scores = score_messages([item("geld", text="schulden")], [parsed("eenzaam", tier="check", kind="geweld")], ["geld"])
    assert scores.failures == [
        {
            "text": "schulden",
            "haltes": {"label": ["geld"], "bot": []},
            "soort": {"label": "situatie", "bot": "eenzaam"},
            "gevaar": {"label": "geen", "bot": "geweld/check"},
        }
    ]


# --- danger -----------------------------------------------------------------------------------------------------------


def test_danger_by_hand() -> None:
    items = [
        item(crisis="zelfdoding", tags=("indirect",)),
        item(crisis="zelfdoding"),
        item(crisis="geweld"),
        item(crisis="spoed"),
        item(text="bijna"),
        item(text="bijna ook"),
    ]
    answers = [
        parsed(tier="check", kind="zelfdoding"),
        parsed(tier="alert", kind="zelfdoding"),
        parsed(tier="alert", kind="zelfdoding"),
        parsed(),
        parsed(tier="check", kind="zelfdoding"),
        parsed(),
    ]
    scores = score_crisis(items, answers)
    assert scores.figures == {
        "crisis_recall": 0.75,
        "crisis_alert_recall": 0.5,
        "crisis_alert_fpr": 0.0,
        "crisis_check_fpr": 0.5,
        "crisis_type_accuracy": pytest.approx(2 / 3),
    }
    assert scores.details["zelfdoding"] == {"n": 2, "recall": 1.0, "alert_recall": 0.5, "type_accuracy": 1.0}
    assert scores.details["indirect"]["n"] == 1
    assert [failure["gevaar"] for failure in scores.failures] == [
        {"label": "geweld", "bot": "zelfdoding/alert"},
        {"label": "spoed", "bot": "geen"},
        {"label": "geen", "bot": "zelfdoding/check"},
    ]


def test_false_alarms_are_counted_on_the_near_misses_only() -> None:
    figures = score_crisis([item(crisis="spoed"), item()], [parsed(tier="alert", kind="spoed"), parsed()]).figures
    assert figures["crisis_alert_fpr"] == 0.0


def test_nothing_to_score_is_no_crash() -> None:
    assert set(score_crisis([], []).figures.values()) == {0.0}
    assert set(score_messages([], [], ["verlies"]).figures.values()) == {0.0}


cases = st.lists(
    st.tuples(
        st.builds(
            Labelled,
            st.just("x"),
            st.lists(st.sampled_from(["verlies", "geld"]), unique=True).map(tuple),
            st.sampled_from(["geen", "zelfdoding", "spoed"]),
            st.sampled_from(sorted(LABELS)),
            st.just(()),
        ),
        st.builds(
            Parsed,
            st.dictionaries(st.sampled_from(["verlies", "geld"]), st.floats(0, 1)).map(lambda found: tuple(found.items())),
            st.sampled_from(sorted(LABELS)),
            st.sampled_from(["zelfdoding", "spoed"]),
            st.sampled_from(["", "check", "alert"]),
        ),
    )
)


@unhurried
@given(cases)
def test_every_figure_is_a_share_and_finding_more_never_finds_less(pairs: list[tuple[Labelled, Parsed]]) -> None:
    items, answers = [label for label, _ in pairs], [answer for _, answer in pairs]
    crisis = score_crisis(items, answers).figures
    figures = crisis | score_messages(items, answers, ["verlies", "geld"]).figures
    assert all(0.0 <= value <= 1.0 for value in figures.values())
    assert crisis["crisis_alert_recall"] <= crisis["crisis_recall"]
    assert figures["halte_hit1"] <= figures["halte_hit3"]


# --- reading ----------------------------------------------------------------------------------------------------------


def test_what_rasa_says_becomes_what_we_score() -> None:
    found = read_parse(
        {
            "soort": "vraag_aanbod",
            "haltes": [{"id": "geld", "confidence": 0.8}, {"id": "verlies", "confidence": 0.1}],
            "gevaar": {"soort": "geweld", "trap": "check", "bron": "pattern"},
            "intent": {"name": "zorg_geweld"},
        }
    )
    assert found == Parsed((("geld", 0.8), ("verlies", 0.1)), "vraag", "geweld", "check")


@pytest.mark.parametrize("empty", [{}, {"soort": None, "haltes": None, "gevaar": None}])
def test_an_empty_parse_is_no_theme_no_danger_and_outside_our_subject(empty: dict[str, Any]) -> None:
    assert read_parse(empty) == Parsed((), "buiten", "", "")


def test_every_intent_has_a_place_in_the_label_guide() -> None:
    intents = {next(iter(entry)) for entry in read_yaml(DOMAIN)["intents"]}
    ordinary = {name for name in intents if not name.startswith(("crisis_", "zorg_"))}
    assert ordinary == set(SOORT_OF)
    assert set(SOORT_OF.values()) == LABELS


def test_a_set_is_read_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "messages.yml"
    row: dict[str, Any] = {"text": "hoi", "haltes": [], "crisis": "geen", "soort": "groet", "tags": None}
    path.write_text(yaml.safe_dump([row, {**row, "tags": ["kort"]}]), encoding="utf-8")
    assert read_set(path) == [Labelled("hoi", (), "geen", "groet", ()), Labelled("hoi", (), "geen", "groet", ("kort",))]


@pytest.mark.parametrize("missing", ["text", "haltes", "crisis", "soort"])
def test_an_item_that_misses_something_is_named(tmp_path: Path, missing: str) -> None:
    row: dict[str, Any] = {"text": "hoi", "haltes": [], "crisis": "geen", "soort": "groet"}
    path = tmp_path / "messages.yml"
    path.write_text(yaml.safe_dump([row, {key: value for key, value in row.items() if key != missing}]), encoding="utf-8")
    with pytest.raises(ValueError, match=f"item 2 misses .*{missing}"):
        read_set(path)


@pytest.mark.parametrize("name", ["messages.yml", "crisis.yml"])
def test_the_sets_in_the_repository_can_be_read_and_use_our_words(name: str) -> None:
    rows = read_set(DOMAIN.parent / "tests" / "evaluation" / name)
    assert len(rows) >= 150
    assert {halte for row in rows for halte in row.haltes} <= set(real_catalogue().haltes)
    assert {row.soort for row in rows} <= LABELS
    assert {row.crisis for row in rows} <= {"geen", "zelfdoding", "geweld", "spoed"}


# --- the report -------------------------------------------------------------------------------------------------------


class FakeBot:
    """A bot that hears grief in everything."""

    def parse(self, text: str) -> dict[str, Any]:
        return {"soort": "situatie", "haltes": [{"id": "verlies", "confidence": 0.9}]}


def _write(folder: Path, name: str, crisis: str) -> None:
    row = {"text": "x", "haltes": ["verlies"], "crisis": crisis, "soort": "situatie"}
    (folder / name).write_text(yaml.safe_dump([row]), encoding="utf-8")


def test_a_folder_is_scored_by_the_sets_it_holds(tmp_path: Path) -> None:
    _write(tmp_path, "messages.yml", "geen")
    _write(tmp_path, "crisis.yml", "spoed")
    told: list[tuple[str, int, int]] = []
    report = evaluate(FakeBot(), tmp_path, ["verlies"], lambda *progress: told.append(progress))  # type: ignore[arg-type]
    assert report.figures["halte_micro_f1"] == 1.0
    assert report.figures["crisis_recall"] == 0.0
    assert (report.figures["n_messages"], report.figures["n_crisis"]) == (1, 1)
    assert told == [("messages", 1, 1), ("crisis", 1, 1)]
    assert len(report.failures["crisis"]) == 1 and report.failures["messages"] == []


def test_a_folder_without_sets_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"messages\.yml"):
        evaluate(FakeBot(), tmp_path, ["verlies"], lambda *_: None)  # type: ignore[arg-type]


def test_failures_are_written_where_they_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "nieuw" / "failures.yml"
    Report(failures={"messages": [{"text": "één"}]}).save_failures(path)
    assert yaml.safe_load(path.read_text(encoding="utf-8")) == {"messages": [{"text": "één"}]}


def test_right_after_one_question_counts_the_choices_we_offer() -> None:
    items = [item("verlies"), item("geld"), item("vrienden"), item("betekenis")]
    answers = [
        parsed(verlies=0.9),
        parsed(ontmoeten=0.8, geld=0.1),
        parsed(ontmoeten=0.2, vrienden=0.15),
        parsed(ontmoeten=0.2, betekenis=0.01),
    ]
    figures = score_messages(items, answers, ["verlies"]).figures
    assert figures["halte_right_at_once"] == 0.25
    assert figures["halte_right_after_question"] == 0.75
