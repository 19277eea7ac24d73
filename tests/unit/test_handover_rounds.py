"""What happens again and again, and what who runs it can ask: ``wegwijzer handover check``."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.handover import Clock, given_back, in_queue
from wegwijzer import settings as module
from wegwijzer.cli import app
from wegwijzer.handover.delivery import FIRST_WAIT, LONGEST_WAIT, Courier, Round, wait_before
from wegwijzer.handover.limits import Limits
from wegwijzer.handover.models import Refused
from wegwijzer.handover.phone_vault import PhoneVault, read_keys
from wegwijzer.handover.rounds import Rounds
from wegwijzer.handover.states import Actor, RequestState
from wegwijzer.handover.store import HandoverStore
from wegwijzer.handover.targets.contract import Notice

runner = CliRunner()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/handover.db"


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> pytest.MonkeyPatch:
    monkeypatch.setattr(module, "VAR", tmp_path / "var")
    for name in ("HANDOVER_TARGETS", "DESK_HOURS", "HANDOVER_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HANDOVER_DATABASE_URL", url)
    return monkeypatch


class Breaking:
    """A target with a mistake in it."""

    def __init__(self) -> None:
        self.tried = 0

    def deliver(self, notice: Notice) -> None:
        self.tried += 1
        raise KeyError("onverwacht")

    def probe(self) -> None:
        return


def test_a_round_does_what_is_due_sends_it_and_forgets_what_is_old(url: str, clock: Clock) -> None:
    store = HandoverStore(url, clock)
    vault = PhoneVault(store, read_keys("A" * 43))
    rounds = Rounds(store, vault, Courier(store, {}), Limits(), retention_hours=24, audit_days=365)
    old = given_back(store, "anna", "jan")
    call, _ = store.ask("bert", "web")
    store.move(call.id, RequestState.CALL_BACK, Actor.RESIDENT)
    vault.keep(call.id, "030 286 00 00")
    clock.now += 24 * 3600 + 1
    waiting = in_queue(store, "carla")
    assert rounds.run_once() == ([], Round())
    with pytest.raises(Refused):
        store.get(old.id)
    clock.now += 8 * 86_400
    happened, _ = rounds.run_once()
    assert sorted(one.key for one in happened) == ["call_expired", "nobody_came"]
    assert store.get(waiting.id).state is RequestState.EXPIRED
    assert not vault.has(call.id)


def test_a_target_that_breaks_does_not_hold_up_the_others(url: str, clock: Clock) -> None:
    store = HandoverStore(url, clock, targets=("stuk", "heel"))
    in_queue(store, "anna")
    broken = Breaking()

    class Whole(Breaking):
        def deliver(self, notice: Notice) -> None:
            self.tried += 1

    whole = Whole()
    courier = Courier(store, {"stuk": broken, "heel": whole})
    assert courier.run_once() == Round(sent=1, dead=1)
    assert (broken.tried, whole.tried) == (1, 1)
    assert courier.dead_letters()[0].problem == "KeyError"


def test_each_wait_is_longer_up_to_a_limit() -> None:
    waits = [wait_before(attempt) for attempt in range(2, 20)]
    assert waits[0] == FIRST_WAIT
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT


def test_the_check_says_that_a_desk_without_hours_names_a_number(environment: pytest.MonkeyPatch) -> None:
    result = runner.invoke(app, ["handover", "check"])
    assert result.exit_code == 0, result.output
    assert "closed until opening_hours in catalogue/balie.yml are filled in" in result.stdout
    assert "only the console" in result.stdout


def test_the_check_says_when_it_is_open(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DESK_HOURS", "24/7")
    assert "ok   desk: open now" in runner.invoke(app, ["handover", "check"]).stdout


def test_the_check_fails_on_a_desk_that_cannot_be_reached(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("HANDOVER_TARGETS", "webhook")
    environment.setenv("HANDOVER_WEBHOOK_URL", "http://127.0.0.1:9/")
    environment.setenv("HANDOVER_WEBHOOK_SECRET", "niet-echt-8f2c5e9b1d7a4063-kvzp-qm")
    result = runner.invoke(app, ["handover", "check"])
    assert result.exit_code == 1
    assert "BAD  webhook: the webhook cannot be reached" in result.output
    assert "geheim" not in result.output


def test_what_was_given_up_is_listed_and_can_be_sent_again(environment: pytest.MonkeyPatch, url: str, clock: Clock) -> None:
    store = HandoverStore(url, clock, targets=("weg",))
    in_queue(store, "anna")
    Courier(store, {}).run_once()
    assert "DEAD weg: waiting after 1 tries" in runner.invoke(app, ["handover", "check"]).stdout
    assert "1 messages" in runner.invoke(app, ["handover", "retry"]).stdout
    assert "DEAD" not in runner.invoke(app, ["handover", "check"]).stdout


@pytest.mark.parametrize("command", ["check", "retry", "rotate"])
def test_a_wrong_setting_or_database_is_one_sentence(environment: pytest.MonkeyPatch, command: str) -> None:
    for url in ("geen url", "sqlite:////proc/nergens/handover.db"):
        environment.setenv("HANDOVER_DATABASE_URL", url)
        result = runner.invoke(app, ["handover", command])
        assert result.exit_code == 1
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
