"""Requests in every state, races and a clock that tests turn, for all tests of the hand-over."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wegwijzer.handover.models import Outcome, Refused, Request, Urgency
from wegwijzer.handover.states import Actor, RequestState
from wegwijzer.handover.store import HandoverStore


@dataclass
class Clock:
    """A clock that stands still until a test turns it; Sunday 22 November 2026, 09.00 in Amsterdam."""

    now: float = 1_795_334_400.0

    def __call__(self) -> float:
        return self.now


def in_queue(store: HandoverStore, conversation: str, urgency: Urgency = Urgency.NORMAL) -> Request:
    """A request that waits."""
    request, _ = store.ask(conversation, "web", urgency=urgency)
    return store.move(request.id, RequestState.WAITING, Actor.BOT)


def taken(store: HandoverStore, conversation: str, colleague: str, urgency: Urgency = Urgency.NORMAL) -> Request:
    """A request that a colleague took."""
    return store.take(in_queue(store, conversation, urgency).id, colleague)


def given_back(store: HandoverStore, conversation: str, colleague: str) -> Request:
    """A request that ended well."""
    request = taken(store, conversation, colleague)
    return store.move(request.id, RequestState.GIVEN_BACK, Actor.COLLEAGUE, colleague, outcome=Outcome.HELPED)


def two_at_once(
    act: Callable[[str], object], losing: tuple[type[Exception], ...] = (Refused,), names: Sequence[str] = ("jan", "fatma")
) -> list[str]:
    """Let all do the same at the same moment. Returns who won; any other exception than losing comes out."""
    barrier, winners, broken = threading.Barrier(len(names)), list[str](), list[Exception]()

    def run(name: str) -> None:
        barrier.wait()
        try:
            act(name)
            winners.append(name)
        except losing:
            pass
        except Exception as error:
            broken.append(error)

    threads = [threading.Thread(target=run, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]
    return winners


def race_for_one(store: HandoverStore, conversation: str, runners: int) -> int:
    """Let colleagues race for one request. Returns how many won; the store must agree on who."""
    request = in_queue(store, conversation)
    winners = two_at_once(lambda name: store.take(request.id, name), names=[f"collega {number}" for number in range(runners)])
    assert [store.get(request.id).taken_by] == winners
    return len(winners)
