"""The ledger of the soak test finds what went wrong, and the faults come in an order that a seed decides."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from wegwijzer.evaluation.faults import wrong
from wegwijzer.evaluation.soak.injecting import GOOD_WITHIN, Kind, inject
from wegwijzer.evaluation.soak.ledger import FIGURES, Ledger, kind_of
from wegwijzer.evaluation.soak.machine import Clock, Disk

SORRY = "Sorry, er gaat iets mis."
SENT = ("soak-0000", "soak-0001")


def user(message_id: str) -> dict[str, Any]:
    return {"event": "user", "text": "hallo", "message_id": message_id}


def bot(text: str) -> dict[str, Any]:
    return {"event": "bot", "text": text, "data": {"buttons": None, "attachment": None}, "metadata": {}}


def page(*texts: str) -> list[dict[str, Any]]:
    return [{"seq": number, "who": "bot", "text": text} for number, text in enumerate(texts, start=1)]


def judged(history: Sequence[dict[str, Any]], events: Sequence[dict[str, Any]]) -> Ledger:
    ledger = Ledger()
    ledger.conversation("soak", SENT, history, events, SORRY)
    return ledger


GOOD = [user(SENT[0]), bot("een"), {"event": "slot", "name": "halte"}, user(SENT[1]), bot("twee")]


def test_a_conversation_as_promised_is_counted_and_nothing_else() -> None:
    ledger = judged(page("een", "twee"), GOOD)
    assert ledger.good
    assert (ledger.counts["messages_in"], ledger.counts["heard"], ledger.counts["answers_out"]) == (2, 2, 2)


@pytest.mark.parametrize(
    ("history", "events", "kind"),
    [
        (page("een", "twee"), [user(SENT[0]), bot("een"), bot("twee")], "lost"),
        (page("een"), GOOD, "lost"),
        (page("een", "twee"), [*GOOD[:2], user(SENT[0]), *GOOD[2:]], "doubled"),
        (page("een", "een", "twee"), GOOD, "doubled"),
        (page("een", "twee"), [*GOOD[2:], *GOOD[:2]], "out_of_order"),
        (page("twee", "een"), GOOD, "out_of_order"),
    ],
)
def test_what_is_not_as_promised_is_found(history: list[dict[str, Any]], events: list[dict[str, Any]], kind: str) -> None:
    ledger = judged(history, events)
    assert ledger.counts[kind] >= 1
    assert not ledger.good
    assert ledger.problems


def test_a_turn_that_failed_and_said_so_is_not_lost() -> None:
    ledger = judged(page("een", SORRY), [user(SENT[0]), bot("een")])
    assert ledger.good
    assert ledger.counts["kind_sentences"] == 1


def test_an_answer_that_the_bot_does_not_remember_but_apologised_for_is_counted_apart() -> None:
    ledger = judged(page("een", "twee", SORRY), [user(SENT[0]), bot("een")])
    assert ledger.good
    assert ledger.counts["not_remembered"] == 1


def test_a_kind_sentence_that_the_bot_itself_said_excuses_no_lost_message() -> None:
    """The action server was away in the first turn; the second message is gone all the same."""
    ledger = judged(page(SORRY), [user(SENT[0]), bot(SORRY)])
    assert ledger.counts["lost"] == 1


def test_what_a_page_does_not_show_is_not_missed_there() -> None:
    silent = {"event": "bot", "text": None, "data": {"custom": None}, "metadata": {}}
    assert judged(page("een", "twee"), [*GOOD, silent]).good


@pytest.mark.parametrize(
    ("heard", "kind"),
    [
        ([], "lost"),
        ([(SENT[0], 1)], "lost"),
        ([(SENT[0], 1), (SENT[0], 2), (SENT[1], 3)], "doubled"),
        ([(SENT[1], 1), (SENT[0], 2)], "out_of_order"),
        ([(SENT[0], 2), (SENT[1], 1)], "out_of_order"),
    ],
)
def test_what_pages_say_is_put_in_the_right_column(heard: list[tuple[str, int]], kind: str) -> None:
    entries = [{"seq": seq, "who": "you", "id": name, "text": name} for name, seq in heard]
    found = wrong(entries, [(name, name) for name in SENT], echo=False)
    assert kind in {kind_of(f"soak, page: {problem}") for problem in found}


def test_the_tables_have_every_figure_and_every_fault_with_what_could_not_be_done() -> None:
    ledger, now = Ledger(not_done={"clock jump": "libfaketime is not installed"}), Moments()
    inject([Kind("full disk", lambda: None, lambda: True, lasts=(2.0, 2.0))], 1, 0, ledger, now.sleep, now)
    shown = ledger.tables()
    assert all(f"| {name.replace('_', ' ')} |" in shown for name in FIGURES)
    assert "| full disk | 1 | 2.0 | 2.0 | 2.0 |" in shown
    assert "Not done here: clock jump (libfaketime is not installed)." in shown


# ---------------------------------------------------------------------- injecting


class Moments:
    """Time that only passes while somebody sleeps."""

    now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def kinds_of(names: str, done: list[str], good: bool = True) -> list[Kind]:
    return [
        Kind(name, lambda name=name: done.append(name), lambda: good, lambda name=name: done.append(name.upper()), (1.0, 5.0))  # type: ignore[misc]
        for name in names
    ]


def injected(seed: int, seconds: float) -> tuple[list[str], Ledger]:
    done: list[str] = []
    ledger, now = Ledger(), Moments()
    inject(kinds_of("abcd", done), seed, seconds, ledger, now.sleep, now)
    return done, ledger


def test_each_kind_comes_once_even_when_there_is_no_time_and_is_taken_away_before_the_next() -> None:
    done, ledger = injected(3, 0)
    assert sorted(done[::2]) == list("abcd")
    assert done[1::2] == [name.upper() for name in done[::2]]
    assert ledger.good and len(ledger.faults) == 4


def test_the_same_seed_breaks_the_same_things_and_another_seed_others() -> None:
    assert injected(3, 200) == injected(3, 200)
    assert injected(3, 200)[0] != injected(4, 200)[0]


def test_no_kind_is_left_behind_in_a_long_run() -> None:
    done, _ = injected(5, 500)
    times = [done.count(name) for name in "abcd"]
    assert max(times) - min(times) <= 1 and min(times) > 3


def test_what_does_not_come_back_is_a_problem_and_stops_nothing() -> None:
    ledger, now = Ledger(), Moments()
    inject(kinds_of("a", [], good=False), 1, 0, ledger, now.sleep, now)
    assert ledger.problems == ["no good answer came after: a"]
    assert now.now > GOOD_WITHIN


def test_what_was_broken_is_mended_when_the_run_is_broken_off() -> None:
    done: list[str] = []

    def interrupted(seconds: float) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        inject(kinds_of("a", done), 1, 0, Ledger(), interrupted, Moments())
    assert done == ["a", "A"]


# ---------------------------------------------------------------------- the machine


def test_a_disk_gives_the_room_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a limit on the size of files in the place of a small disk."""
    import resource

    disk = Disk(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3 * 1024 * 1024 + random.Random(1).randint(1, 9999), hard))  # noqa: S311
    try:
        disk.fill()
        with (tmp_path / "filler").open("ab", buffering=0) as filler, pytest.raises(OSError, match="large"):
            filler.write(b"x")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    disk.empty()
    assert list(tmp_path.iterdir()) == []


def test_a_clock_is_told_how_far_it_is_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = tmp_path / "libfaketime.so.1"
    library.touch()
    monkeypatch.setattr("wegwijzer.evaluation.soak.machine.LIBRARIES", (str(library),))
    clock = Clock(tmp_path / "clock")
    for seconds, written in ((3600, "+3600"), (-3600, "-3600"), (0, "+0")):
        clock.jump(seconds)
        assert (tmp_path / "clock").read_text().strip() == written
    assert clock.environment()["FAKETIME_TIMESTAMP_FILE"] == str(tmp_path / "clock")
