"""A day on WhatsApp: who writes what and when, how Meta brings it, and when the bot goes down. Everything is invented.

The plan is kept in ``whatsapp_day.yml``, so that every run tries the same day; ``python -m tests.service.whatsapp_day`` writes it
again after a change here.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from wegwijzer.graph_double.server import Double
from wegwijzer.graph_double.webhooks import Person, file_of, incoming, value
from wegwijzer.graph_double.world import Sent

PLAN = Path(__file__).with_name("whatsapp_day.yml")

SEED = 7
PEOPLE = 36
MORNING, EVENING = 8 * 3600, 22 * 3600
"""Seconds of the day in which people write."""

LASTS = 6.0
"""Seconds in which the day is played."""

STORIES = (
    ("hallo", "mijn man is overleden en het is zo stil in huis", "ja dat klopt", "liever met een klein groepje", "dankjewel"),
    ("goedemorgen", "ik ken hier nog niemand", "ik woon hier nu een half jaar", "overdag het liefst", "nee, verder niets"),
    ("ik maak me zorgen om mijn buurvrouw", "ze komt bijna niet meer buiten", "ja", "kan ik iets doen?"),
    ("ik wil iets voor een ander doen", "koken of wandelen", "op zaterdag", "hoe begin ik?", "top"),
    ("is er een breiclub in de buurt?", "in zuilen", "en op dinsdag?"),
    ("sinds ik gestopt ben met werken", "duren de dagen lang", "ik weet niet zo goed wat ik zoek", "sla over", "iets anders"),
    ("hoi", "kan ik iemand bellen?", "het liefst vanavond nog", "ok"),
)
"""What people write; each message gets a mark of its own behind it."""

Down = Callable[[str], Awaitable[None]]
"""Takes the bot down, ``kill`` or ``stop``, and starts it again."""


@dataclass(frozen=True)
class Written:
    """One message of the plan.

    Attributes:
        id: of the plan, such as ``p03-2``.
        who: the number of the person in the plan.
        at: seconds of the day.
        kind: ``text``, or ``sticker`` or ``audio``, which the bot answers without hearing it.
        text: of a text.
    """

    id: str
    who: int
    at: int
    kind: str
    text: str = ""


@dataclass(frozen=True)
class Brought:
    """One POST: when it is brought first, what is in it, and whether Meta brings it once more a while later."""

    at: float
    ids: tuple[str, ...]
    again_after: float = 0.0


@dataclass(frozen=True)
class Plan:
    """The whole day."""

    people: int
    messages: tuple[Written, ...]
    posts: tuple[Brought, ...]
    downs: tuple[tuple[float, str], ...]

    def as_data(self) -> dict[str, Any]:
        """To keep."""
        return {
            "people": self.people,
            "messages": [[one.id, one.who, one.at, one.kind, one.text] for one in self.messages],
            "posts": [[one.at, list(one.ids), one.again_after] for one in self.posts],
            "downs": [list(one) for one in self.downs],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Plan:
        """As it was kept."""
        return cls(
            data["people"],
            tuple(Written(*one) for one in data["messages"]),
            tuple(Brought(at, tuple(ids), again) for at, ids, again in data["posts"]),
            tuple((at, how) for at, how in data["downs"]),
        )


def make(seed: int = SEED, people: int = PEOPLE) -> Plan:
    """Draw a day: messages one after the other per person, posts with neighbours together, some twice, some in a wrong order."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    messages: list[Written] = []
    for who in range(people):
        at = chance.randint(MORNING, EVENING - 6 * 3600)
        for number, words in enumerate(STORIES[who % len(STORIES)]):
            kind = chance.choices(("text", "sticker", "audio"), (0.92, 0.04, 0.04))[0]
            text = f"{words} {_mark(who, number)}" if kind == "text" else ""
            messages.append(Written(f"p{who:02}-{number}", who, at, kind, text))
            at += chance.choice((1, 2, 20, 300, 1800, 5400))
    messages.sort(key=lambda one: (one.at, one.id))
    return Plan(
        people,
        tuple(messages),
        tuple(_posts(messages, chance)),
        ((0.22 * LASTS, "kill"), (0.5 * LASTS, "stop"), (0.75 * LASTS, "kill")),
    )


def _mark(who: int, number: int) -> str:
    """A word of its own without digits: nothing that is taken for a number or a date."""
    return "q" + "".join(chr(ord("a") + int(digit)) for digit in f"{who:02}{number}")


def _posts(messages: list[Written], chance: random.Random) -> list[Brought]:
    posts: list[Brought] = []
    left = list(messages)
    span = max(1, messages[-1].at - messages[0].at)
    while left:
        batch = [left.pop(0) for _ in range(min(len(left), chance.choices((1, 2, 4), (0.8, 0.15, 0.05))[0]))]
        when = (batch[0].at - messages[0].at) / span * LASTS
        # Too late by more than the time to the next message of the same person: it comes in a wrong order.
        late = chance.choices((0.0, chance.uniform(0.05, 0.25), chance.uniform(0.5, 2)), (0.75, 0.15, 0.1))[0]
        if chance.random() < 0.3:
            chance.shuffle(batch)
        again = round(chance.uniform(0.0, 4.0), 2) if chance.random() < 0.25 else 0.0
        posts.append(Brought(round(when + late, 2), tuple(one.id for one in batch), again))
    return sorted(posts, key=lambda one: (one.at, one.ids))


def load() -> Plan:
    """The kept day."""
    return Plan.from_data(yaml.safe_load(PLAN.read_text(encoding="utf-8")))


def person(who: int) -> Person:
    """Somebody of the plan. Every ninth shows no number."""
    return Person(f"316123450{who:02}", f"Persoon{who:02}", username=f"persoon{who:02}" if who % 9 == 8 else "")


@dataclass
class Played:
    """What happened.

    Attributes:
        wamids: Meta's id of every message of the plan.
        twice: how many POSTs were brought again.
    """

    plan: Plan
    double: Double
    wamids: dict[str, str] = field(default_factory=dict)
    twice: int = 0

    def answers(self, who: int) -> list[Sent]:
        """What arrived at somebody's telephone."""
        return self.double.world.phone(person(who)).got

    def said(self, who: int) -> list[str]:
        """The echoes among it."""
        return [
            text
            for sent in self.answers(who)
            if (text := sent.body.get("text", {}).get("body", "")).startswith(("eerst ", "dan "))
        ]

    def complete(self) -> bool:
        """Whether every text has both its echoes."""
        expected = Counter(one.who for one in self.plan.messages if one.kind == "text")
        return all(len(self.said(who)) >= 2 * count for who, count in expected.items())

    def problems(self) -> list[str]:
        """What is not as promised: every text answered once with both its echoes together, and in order."""
        found = []
        for who in range(self.plan.people):
            mine = [one for one in self.plan.messages if one.who == who and one.kind == "text"]
            said = self.said(who)
            want = Counter(f"{when} {one.text}" for one in mine for when in ("eerst", "dan"))
            found += [f"{who}: missing: {text}" for text in want - Counter(said)]
            found += [f"{who}: {'double' if text in want else 'strange'}: {text}" for text in Counter(said) - want]
            if Counter(said) == want:
                found += self._out_of_order(who, mine, said)
        return found

    def _out_of_order(self, who: int, mine: list[Written], said: list[str]) -> list[str]:
        """Echoes apart, or a message answered after a later one although the bot had it first, or both in one POST.

        A message that the bot only gets when a later one was on its way may come after it.
        """
        order = [text.removeprefix("eerst ") for text in said[::2]]
        if [f"dan {text}" for text in order] != said[1::2]:
            return [f"{who}: mixed: {said}"]
        place = {text: number for number, text in enumerate(order)}
        together = {name: number for number, post in enumerate(self.plan.posts) for name in post.ids}
        return [
            f"{who}: {later.text!r} was answered before {earlier.text!r}"
            for number, earlier in enumerate(mine)
            for later in mine[number + 1 :]
            if earlier.at < later.at
            and (together[earlier.id] == together[later.id] or self._was_first(earlier, later))
            and place[earlier.text] > place[later.text]
        ]

    def _was_first(self, earlier: Written, later: Written) -> bool:
        postman = self.double.postman
        return postman.first[self.wamids[earlier.id]] <= postman.tried[self.wamids[later.id]]


async def play(plan: Plan, double: Double, down: Down, within: float = 60.0) -> Played:
    """Play the day.

    Args:
        plan: what happens.
        double: Meta, connected with the bot.
        down: how the bot is taken down.
        within: seconds after the last message in which everything must be answered.
    """
    played = Played(plan, double)
    # The evening is now: everything was written less than 24 hours ago.
    midnight = int(time.time()) - EVENING
    made = {one.id: (person(one.who), _as_meta(one, midnight)) for one in plan.messages}
    played.wamids = {name: str(message["id"]) for name, (_, message) in made.items()}
    begin = time.monotonic()

    async def at(moment: float) -> None:
        await asyncio.sleep(max(0.0, begin + moment - time.monotonic()))

    async def bring(post: Brought) -> None:
        await at(post.at)
        for name in post.ids:
            double.world.wrote(*made[name])
        values = [value(double.account, [made[name][1]], [made[name][0]]) for name in post.ids]
        await double.postman.bring(values)
        if post.again_after:
            played.twice += 1
            await at(post.at + post.again_after)
            await double.postman.bring(values)

    async def downs() -> None:
        for moment, how in plan.downs:
            await at(moment)
            await down(how)

    await asyncio.gather(*(bring(post) for post in plan.posts), downs())
    await until(played.complete, double, within)
    # What is said twice would come now; everything that was told about it has been taken.
    await double.postman.done()
    return played


async def until(done: Callable[[], bool], double: Double, within: float) -> bool:
    """Wait until it is so, looking each time something happens at the double; gives up after so many seconds."""
    deadline = time.monotonic() + within
    while not (so := done()) and (left := deadline - time.monotonic()) > 0:
        with suppress(TimeoutError):
            await asyncio.wait_for(double.changed.wait(), left)
    return so


def _as_meta(one: Written, midnight: int) -> dict[str, Any]:
    content = {"body": one.text} if one.kind == "text" else file_of(one.kind, f"9{one.who:03}")
    return incoming(person(one.who), one.kind, content, midnight + one.at)


if __name__ == "__main__":
    PLAN.write_text(
        yaml.safe_dump(make().as_data(), allow_unicode=True, default_flow_style=None, width=120, sort_keys=False),
        encoding="utf-8",
    )
    print(PLAN)
