"""A short soak test of the really running product: residents talk while its servers are killed and stand still."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.running import settings_in
from wegwijzer.evaluation.soak.product import EMBEDDED
from wegwijzer.evaluation.soak.run import soak
from wegwijzer.settings import Settings

FAULTS = ("kill -9 Rasa server", "kill -9 action server", "slow action server")


def test_nothing_is_lost_or_doubled_while_servers_are_killed_and_stand_still(model: Path, tmp_path: Path) -> None:
    def settings_of(more: Mapping[str, str]) -> Settings:
        return settings_in(tmp_path, model, **more)

    ledger = soak(settings_of, seconds=0, residents=4, seed=2, database=EMBEDDED, log=tmp_path / "log", only=FAULTS)
    assert ledger.problems == []
    assert sorted(fault.name for fault in ledger.faults) == sorted(FAULTS)
    assert ledger.counts["messages_in"] > 10 and ledger.counts["answers_out"] >= ledger.counts["messages_in"]
    assert ledger.counts["lost"] == ledger.counts["doubled"] == 0
