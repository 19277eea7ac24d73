"""What is kept of messages that were not understood: crossed out, loose from anybody, for a while only."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.handover import Clock
from wegwijzer.insight.periods import week_of
from wegwijzer.learning import store as module
from wegwijzer.learning.store import LONGEST, MOST_AT_ONCE, LearningStore, NotThere, Unfit, fit_to_keep, says_something
from wegwijzer.privacy.redaction import own_redactor

DAY = 86_400.0
UNCLEAR = "ik zit nou al een poos met die duiven op het balkon te praten"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> LearningStore:
    return LearningStore(f"sqlite:///{tmp_path / 'insight.db'}", clock, days=30)


def test_what_was_kept_waits_with_the_guesses_of_the_bot(store: LearningStore) -> None:
    kept = store.keep([UNCLEAR, "kweenie joh"], [["ontmoeten", "betekenis"], []])
    waiting = {one.id: one for one in store.waiting()}
    assert [waiting[id].text for id in kept] == [UNCLEAR, "kweenie joh"]
    assert waiting[kept[0]].guesses == ("ontmoeten", "betekenis")
    assert {one.week for one in waiting.values()} == {"2026-W47"}


def test_what_is_personal_is_crossed_out_once_more(store: LearningStore) -> None:
    store.keep(["mijn zoon kevin belt nooit en mijn nummer is 06-12345678"])
    (one,) = store.waiting()
    assert "kevin" not in one.text and "12345678" not in one.text
    assert "[naam]" in one.text and "[telefoonnummer]" in one.text


@pytest.mark.parametrize(
    "text",
    ["ik wil dood", "hij slaat me elke avond", "", "   ", "[naam]", "06-12345678", "x" * (LONGEST + 1), "???", "kevin de vries"],
)
def test_danger_stories_and_what_says_nothing_are_not_kept(store: LearningStore, text: str) -> None:
    assert store.keep([text]) == ()
    assert store.waiting() == []


def test_one_conversation_gives_no_more_than_a_few(store: LearningStore) -> None:
    assert len(store.keep([f"bericht over duiven nummer {word}" for word in ("een", "twee", "drie", "vier")])) == MOST_AT_ONCE


def test_nobody_fills_the_database(store: LearningStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 2)
    assert len(store.keep([UNCLEAR, "kweenie joh"])) == 2
    assert store.keep(["en nog wat over de duiven"]) == ()
    store.discard(store.waiting()[0].id)
    assert len(store.keep(["en nog wat over de duiven"])) == 1


def test_nothing_tells_which_messages_belong_together_or_when_they_were_said(
    store: LearningStore, clock: Clock, tmp_path: Path
) -> None:
    """Between the two lies a part of the week; the rows differ in nothing but what was said."""
    store.keep([UNCLEAR])
    clock.now -= 2 * DAY
    store.keep(["wie voert de duiven als ik weg ben"])
    with sqlite3.connect(tmp_path / "insight.db") as connection:
        rows = connection.execute("SELECT week, guesses, intent, haltes, labelled_by, gone_at FROM learning_message").fetchall()
        with pytest.raises(sqlite3.OperationalError, match="rowid"):
            connection.execute("SELECT rowid FROM learning_message")
    assert len(rows) == 2 and rows[0] == rows[1]


def test_who_takes_the_yes_back_leaves_nothing_behind(store: LearningStore, tmp_path: Path) -> None:
    kept = store.keep([UNCLEAR])
    other = store.keep(["kweenie joh"])
    assert store.withdraw(kept) == 1
    assert [one.id for one in store.waiting()] == list(other)
    assert not any(b"duiven" in path.read_bytes() for path in tmp_path.iterdir())


def test_a_label_takes_a_message_from_the_pile(store: LearningStore) -> None:
    (id,) = store.keep([UNCLEAR], [["ontmoeten"]])
    store.label(id, "situatie", ["betekenis", "ontmoeten"], "Noor")
    assert store.waiting() == []
    (taught,) = store.labelled()
    assert (taught.text, taught.intent, taught.haltes, taught.by) == (UNCLEAR, "situatie", ("betekenis", "ontmoeten"), "Noor")
    with pytest.raises(NotThere):
        store.label(id, "buiten", [], "Sem")
    with pytest.raises(NotThere):
        store.discard(id, "Sem")


def test_a_wrong_label_is_taken_back(store: LearningStore) -> None:
    (id,) = store.keep([UNCLEAR], [["ontmoeten"]])
    store.label(id, "buiten", [], "Noor", text="praten met duiven")
    assert store.reopen(id) and not store.reopen(id)
    assert store.labelled() == []
    assert [(one.text, one.guesses) for one in store.waiting()] == [("praten met duiven", ("ontmoeten",))]


def test_what_an_editor_crosses_out_is_gone_from_the_file_too(store: LearningStore, tmp_path: Path) -> None:
    (id,) = store.keep(["ik was de enige bakker van de Zeedijkstraat"])
    store.label(id, "situatie", ["werk_en_dag"], "Noor", text="ik was bakker, mail naar truus@example.org")
    (taught,) = store.labelled()
    assert taught.text.startswith("ik was bakker") and "example.org" not in taught.text
    assert not any(b"Zeedijk" in path.read_bytes() for path in tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "reason"), [("", "empty"), ("[naam]", "empty"), ("ik wil dood", "danger"), ("x" * (LONGEST + 1), "long")]
)
def test_an_editor_cannot_make_something_of_it_that_may_not_be_kept(store: LearningStore, text: str, reason: str) -> None:
    (id,) = store.keep([UNCLEAR])
    with pytest.raises(Unfit, match=reason):
        store.label(id, "situatie", [], "Noor", text=text)
    assert [one.id for one in store.waiting()] == [id]


def test_messages_go_when_their_time_is_over(store: LearningStore, clock: Clock) -> None:
    store.keep(["blijft liggen tot het te laat is"])
    (id,) = (one.id for one in store.waiting())
    clock.now += 31 * DAY  # the week ends first
    store.keep([UNCLEAR])
    assert {one.text for one in store.waiting()} == {UNCLEAR}, "what is over is not shown, also before the round that deletes it"
    assert store.purge() == 1
    labelled = store.waiting()[0].id
    assert labelled != id
    clock.now += 20 * DAY
    store.label(labelled, "buiten", [], "Noor")
    clock.now += 29 * DAY
    assert [one.id for one in store.labelled()] == [labelled], "counted from when it was labelled"
    clock.now += 9 * DAY
    assert store.labelled() == [] and store.purge() == 1


def test_a_week_belongs_to_its_year_in_amsterdam() -> None:
    assert week_of(1_798_758_000.0) == "2026-W53"  # 1 January 2027, midnight in Amsterdam: still 2026 in UTC
    assert week_of(1_798_757_999.0) == "2026-W53"
    assert week_of(1_798_758_000.0 + 3 * DAY) == "2027-W01"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=200) | st.sampled_from(["[naam] [adres]", "<b>ik</b> mis haar", "/restart", "regel een\nregel twee"]))
def test_whatever_is_kept_is_one_line_that_can_be_trained_and_is_crossed_out(text: str) -> None:
    redact = own_redactor().redact
    try:
        kept = fit_to_keep(text, redact)
    except Unfit:
        return
    assert len(kept.splitlines()) == 1 and 0 < len(kept) <= LONGEST and says_something(kept)
    assert redact(kept) == kept
    assert not kept.startswith("/")
