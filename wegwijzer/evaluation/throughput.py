"""How many answers a second one, two and four Rasa servers give on one PostgreSQL and one Redis, and whether order holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from wegwijzer.evaluation.benchmark import SCRIPT
from wegwijzer.evaluation.crowd import Talked, WrongAnswer, crowd
from wegwijzer.evaluation.markdown import table
from wegwijzer.privacy.conversations import Conversations
from wegwijzer.product.layout.addresses import LISTENS
from wegwijzer.product.layout.cluster import Cluster, prepared, running
from wegwijzer.product.layout.reading import Service, without

SERVERS = (1, 2, 4)

PEOPLE, TURNS = 16, 30
"""Who write again at once, and how often each."""

FIRST, NEEDED = "rasa-1", ("postgres", "redis", "nginx", "actions-1", "rasa-1")
"""Of the compose file: what is copied, and what runs."""

BROKEN = "utter_storing"
"""What the bot says when a part of it does not answer."""

Tell = Callable[[str, int, int], None]


async def throughput(servers: int, tell: Tell) -> dict[str, float]:
    """Run so many Rasa servers, send each message of a conversation to the next one, and look whether they kept the order.

    Returns:
        ``servers``, ``turns_per_s``, ``median_ms``, ``p95_ms``, and ``out_of_order``: how many conversations are not in the
        database with each message once and in the order in which it was said.

    Raises:
        wegwijzer.product.processes.CannotStart: a part is not on this machine or does not start.
        wegwijzer.evaluation.crowd.WrongAnswer: a message got no answer, or one that says that something broke.
    """
    with running(services(servers)) as cluster:
        bot = _bot(cluster)
        for address in bot.addresses:
            await crowd(Talked([address], bot.script, bot.headers), 2, len(SCRIPT))  # what is loaded with the first talks
        waited = await crowd(
            bot, PEOPLE, TURNS, lambda done, of: tell(f"{servers} Rasa server{'s'[: servers - 1]}", done, of), spread=True
        )
        kept = Conversations(cluster.addresses.here(cluster.services[FIRST].environment["DATABASE_URL"]))
        if broke := sum(_broke(kept, sender) for sender in waited.senders):
            raise WrongAnswer(f"{broke} of the answers said that something broke: what is measured then is that")
        return {
            "servers": servers,
            "turns_per_s": waited.turns_per_s,
            "median_ms": waited.median_ms,
            "p95_ms": waited.p95_ms,
            "out_of_order": sum(not _in_order(kept, sender) for sender in waited.senders),
        }


def services(servers: int) -> dict[str, Service]:
    """What of the compose file runs, with so many Rasa servers."""
    known = prepared()
    found = without(known, [name for name in known if name not in NEEDED])
    more = {f"rasa-{number}": replace(known[FIRST], name=f"rasa-{number}") for number in range(2, servers + 1)}
    return {**found, **more}


def _bot(cluster: Cluster) -> Talked:
    names = [name for name in cluster.services if name.startswith("rasa-")]
    addresses = [f"http://{cluster.addresses.of(name, LISTENS['rasa']['RASA_PORT'])}" for name in names]
    token = cluster.services[FIRST].environment["RASA_TOKEN"]
    return Talked(addresses, SCRIPT, {"Authorization": f"Bearer {token}"})


def _in_order(kept: Conversations, sender: str) -> bool:
    return [event["text"] for event in kept.events(sender, "user")] == [SCRIPT[turn % len(SCRIPT)] for turn in range(TURNS)]


def _broke(kept: Conversations, sender: str) -> int:
    return sum((event.get("metadata") or {}).get("utter_action") == BROKEN for event in kept.events(sender, "bot"))


def throughput_table(measured: Sequence[Mapping[str, float]]) -> str:
    """As Markdown; what is gained is against the first."""
    rows = [
        [
            f"{one['servers']:.0f}",
            f"{one['turns_per_s']:.1f}",
            f"{one['turns_per_s'] / measured[0]['turns_per_s']:.2f} ×",
            f"{one['median_ms']:.0f}",
            f"{one['p95_ms']:.0f}",
            f"{one['out_of_order']:.0f} of {PEOPLE}",
        ]
        for one in measured
    ]
    return table(["Rasa servers", "turns a second", "against one", "median, ms", "p95, ms", "conversations out of order"], rows)
