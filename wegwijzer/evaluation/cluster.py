"""Does the layout of ``deploy/compose.yml`` do what it is for? People talk through its proxy while its parts are taken away."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
from prometheus_client.parser import text_string_to_metric_families

from wegwijzer.evaluation import faults
from wegwijzer.product.layout.addresses import LISTENS
from wegwijzer.product.layout.cluster import Cluster
from wegwijzer.watching.door import port_of
from wegwijzer.watching.parts import PARTS

CHAT_PORT = "CHAT_LISTEN"
"""The setting of the proxy that says where residents come in."""

BETWEEN = (1.0, 4.0)
"""Seconds between the moment that a part is back and the next that goes."""

AWAY = (0.0, 2.0)
"""Seconds that a part stays away."""

MOST_BATCHES = 20
"""So often people begin again, until every part was killed that may be."""

PATIENCE = 10.0

Say = Callable[[str], None]


@dataclass
class Ledger:
    """What was seen.

    Attributes:
        ready: per process what ``/ready`` said.
        figures: per process how many figures it gave.
        killed: how often each part was killed.
        report: what people sent and heard.
        counted: per figure of all Rasa servers together, what they counted since their last start.
    """

    ready: dict[str, str] = field(default_factory=dict)
    figures: dict[str, int] = field(default_factory=dict)
    killed: Counter[str] = field(default_factory=Counter)
    report: faults.Report = field(default_factory=faults.Report)
    counted: Counter[str] = field(default_factory=Counter)

    @property
    def problems(self) -> list[str]:
        """One sentence for each thing that is not as it should be."""
        away = [f"{name} is not ready: {said}" for name, said in self.ready.items() if said != "ready"]
        silent = [f"{name} gives no figures" for name, count in self.figures.items() if not count]
        return [*away, *silent, *self.report.problems]


def chat_of(cluster: Cluster) -> str:
    """Where residents come in: the proxy, or without one the first Rasa server."""
    proxy = next((name for name, one in cluster.services.items() if one.program == "nginx"), None)
    if proxy is not None:
        return f"http://{cluster.addresses.of(proxy, int(cluster.services[proxy].environment[CHAT_PORT]))}"
    name = next(name for name in cluster.services if part_of(cluster, name) == "rasa")
    return f"http://{cluster.addresses.of(name, LISTENS['rasa']['RASA_PORT'])}"


def part_of(cluster: Cluster, name: str) -> str:
    """Which part of ours a service is; empty for another program."""
    one = cluster.services[name]
    return one.command[1] if one.program == "wegwijzer" and len(one.command) > 1 and one.command[1] in PARTS else ""


def victims(cluster: Cluster) -> list[str]:
    """What may be taken away without people noticing more than a pause: what there are two of, and what keeps nothing."""
    commands = Counter(one.command for one in cluster.services.values())
    twice = [name for name, one in cluster.services.items() if part_of(cluster, name) and commands[one.command] > 1]
    return twice + [name for name, one in cluster.services.items() if one.program in ("valkey", "redis")]


async def exercise(cluster: Cluster, conversations: int, seed: int, say: Say) -> Ledger:
    """Ask every process how it is, let people talk while parts are killed, and ask again what was counted.

    Args:
        cluster: that runs.
        conversations: how many people; as many again, until everything was killed once.
        seed: of what they say and what is killed; timing of the machine also has a part in it.
        say: told what happens.

    Raises:
        wegwijzer.evaluation.faults.FaultRunFailed: the product gives an answer that the contract does not know.
        wegwijzer.product.processes.CannotStart: a part that was killed does not come back.
    """
    ledger, enough = Ledger(), asyncio.Event()
    await _ask_all(cluster, ledger)
    breaking = asyncio.create_task(_keep_killing(cluster, random.Random(seed), ledger, enough, say))  # noqa: S311 - no secret
    try:
        for batch in range(MOST_BATCHES):
            report = await faults.run(conversations, seed + batch, lambda *_: None, chat_of(cluster))
            ledger.report.counts.update(report.counts)
            ledger.report.problems.extend(report.problems)
            if set(victims(cluster)) <= set(ledger.killed):
                break
    finally:
        enough.set()
        await breaking
    await _count(cluster, ledger)
    return ledger


async def _keep_killing(cluster: Cluster, chance: random.Random, ledger: Ledger, enough: asyncio.Event, say: Say) -> None:
    """Kill one after the other, each once before one is killed again, and start it again; never left halfway."""
    waiting: list[str] = []
    while not enough.is_set() and (waiting or victims(cluster)):
        waiting = waiting or chance.sample(victims(cluster), len(victims(cluster)))
        name = waiting.pop()
        say(f"kill -9 {name}")
        await asyncio.to_thread(cluster.kill, name)
        ledger.killed[name] += 1
        await asyncio.sleep(chance.uniform(*AWAY))
        cluster.begin(name)
        await asyncio.to_thread(cluster.wait, name)
        try:
            await asyncio.wait_for(enough.wait(), chance.uniform(*BETWEEN))
        except TimeoutError:
            continue


async def _ask_all(cluster: Cluster, ledger: Ledger) -> None:
    async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
        for name in cluster.services:
            if part := part_of(cluster, name):
                answer = await client.get(f"http://{_main(cluster, name, part)}/ready")
                ledger.ready[name] = str(answer.json()["status"] if answer.status_code == httpx.codes.OK else answer.text)
                ledger.figures[name] = len(await _figures(client, cluster, name, part))


async def _count(cluster: Cluster, ledger: Ledger) -> None:
    async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
        for name in cluster.services:
            if part_of(cluster, name) == "rasa":
                ledger.counted.update(await _figures(client, cluster, name, "rasa"))


async def _figures(client: httpx.AsyncClient, cluster: Cluster, name: str, part: str) -> dict[str, int]:
    """What a process counts, over all labels; nothing when it has no door with figures."""
    first = cluster.services[name].environment.get("METRICS_PORT")
    if not first:
        return {}
    token = {"Authorization": f"Bearer {cluster.services[name].environment.get('METRICS_TOKEN', '')}"}
    answer = await client.get(f"http://{cluster.addresses.of(name, port_of(int(first), part))}/metrics", headers=token)
    counted: Counter[str] = Counter()
    for family in text_string_to_metric_families(answer.text if answer.status_code == httpx.codes.OK else ""):
        for sample in family.samples:
            if sample.name.endswith(("_total", "_count", "_info")):
                counted[sample.name] += round(sample.value)
    return dict(counted)


def _main(cluster: Cluster, name: str, part: str) -> str:
    if part in LISTENS:
        return cluster.addresses.of(name, next(iter(LISTENS[part].values())))
    return cluster.addresses.of(name, port_of(int(cluster.services[name].environment["METRICS_PORT"]), part))
