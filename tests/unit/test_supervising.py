"""A part that ends is started again: at once when it ran well, ever more slowly when it keeps ending."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from wegwijzer.product.processes import Part
from wegwijzer.product.supervising import FIRST_PAUSE, LONGEST_PAUSE, STEADY, Supervisor, supervised
from wegwijzer.settings import Settings


class Mortal(Part):
    """A part without a process, that lives until it is told to die."""

    alive = True
    starts = 0
    refuses = False

    def running(self) -> bool:
        return self.alive

    def start(self, settings: Settings, log: Path) -> None:
        if self.refuses:
            raise OSError(28, "No space left on device")
        self.alive, self.starts = True, self.starts + 1


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def part() -> Mortal:
    return Mortal("console", "nothing")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(part: Mortal, clock: Clock, said: list[str], tmp_path: Path) -> Supervisor:
    (tmp_path / "console.log").write_text("Traceback\nit went wrong here\n", encoding="utf-8")
    return Supervisor([part], Settings.from_environment({}), tmp_path, said.append, clock)


def test_what_runs_is_left_alone(supervisor: Supervisor, part: Mortal, said: list[str]) -> None:
    assert supervisor.look() == []
    assert part.starts == 0 and said == []


def test_what_ran_well_is_started_at_once_and_said_with_its_last_words(
    supervisor: Supervisor, part: Mortal, clock: Clock, said: list[str]
) -> None:
    clock.now += STEADY
    part.alive = False
    assert supervisor.look() == ["console"]
    assert part.starts == 1
    assert "The console stopped by itself" in said[0] and "it went wrong here" in said[0]


def test_what_keeps_ending_is_started_ever_more_slowly_but_always_again(
    supervisor: Supervisor, part: Mortal, clock: Clock
) -> None:
    pauses = []
    for _ in range(8):
        part.alive = False
        died = clock.now
        while not supervisor.look():
            clock.now += 0.5
        pauses.append(clock.now - died)
    assert pauses[0] == FIRST_PAUSE and pauses[-1] == LONGEST_PAUSE
    assert pauses == sorted(pauses)
    clock.now += STEADY
    part.alive = False
    assert supervisor.look() == ["console"], "it proved itself"


def test_a_part_that_cannot_be_started_now_is_tried_later(
    supervisor: Supervisor, part: Mortal, clock: Clock, said: list[str]
) -> None:
    clock.now += STEADY
    part.alive, part.refuses = False, True
    assert supervisor.look() == []
    assert "No space left" in said[-1]
    part.refuses = False
    assert supervisor.look() == []
    clock.now += FIRST_PAUSE
    assert supervisor.look() == ["console"]


def test_a_real_process_that_is_killed_comes_back_beside_other_work(tmp_path: Path) -> None:
    (tmp_path / "sleeper.py").write_text("import time\ntime.sleep(60)\n", encoding="utf-8")
    part = Part("sleeper", "sleeper", more={"PYTHONPATH": str(tmp_path)})
    settings = Settings.from_environment({})
    assert sys.executable
    part.start(settings, tmp_path / "sleeper.log")
    try:
        with supervised([part], settings, tmp_path):
            first = part.process
            assert first is not None
            first.kill()
            deadline = time.monotonic() + 20
            while part.process is first or not part.running():
                assert time.monotonic() < deadline, "it does not come back"
                time.sleep(0.02)
    finally:
        part.stop()
