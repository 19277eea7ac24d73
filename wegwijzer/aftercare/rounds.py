"""Asking whether it worked: whoever is due, once, through the same door as what colleagues say.

It is written down that it is being sent before it is; what is sent has an id that the conversation and the channel know. So it is
sent once however often a round dies in the middle, and rather never than twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from wegwijzer.aftercare.answers import NO_ANSWER
from wegwijzer.aftercare.due import WAIT, WITH_WINDOW, Seen, Verdict, seen_in, verdict
from wegwijzer.aftercare.models import MARK, TEMPLATE, TEXT, Later, State
from wegwijzer.aftercare.moments import way_of
from wegwijzer.aftercare.questions import Question
from wegwijzer.aftercare.store import AftercareStore
from wegwijzer.catalogue.loading import Catalogue
from wegwijzer.domain_texts import response

log = logging.getLogger(__name__)

EVERY = 30.0
"""Seconds between two looks for who is due."""

QUESTION = "utter_gelukt_vraag"
SLOT = "terugblik"


class Talks(Protocol):
    """The conversations of a Rasa server. Both raise ``httpx.HTTPError``."""

    async def tracker(self, conversation: str) -> Mapping[str, Any]:
        """A conversation as Rasa's API shows it, with its events."""

    async def post(self, conversation: str, channel: str, events: list[dict[str, Any]]) -> None:
        """Put events into a conversation, and say on its channel what is in them."""


@dataclass(frozen=True)
class Asker:
    """Asks.

    Attributes:
        store: who is due.
        talks: where it is asked.
        catalogue: what the records are called, and when it is day.
        template: what may be sent on a channel after a day.
        heard_at: when somebody last wrote on a channel with a window; ``None`` when they are unknown there.
        count: counts what somebody said.
    """

    store: AftercareStore
    talks: Talks
    catalogue: Catalogue
    template: Callable[[str], str]
    heard_at: Callable[[Later], float | None]
    count: Callable[[Later, str], object]

    async def run_once(self) -> int:
        """Ask everybody who is due; count who did not answer. One that fails does not hold up the others.

        Returns:
            How many were asked.

        Raises:
            AftercareUnavailable: the database does not do its work.
        """
        asked = 0
        for later in await asyncio.to_thread(self.store.due):
            try:
                asked += await self._look(later)
            except httpx.HTTPError as error:
                # Only the kind: the address has the conversation in it.
                log.warning("aftercare: Rasa did not take a question: %s", type(error).__name__)
        for later in await asyncio.to_thread(self.store.unanswered):
            await asyncio.to_thread(self.count, later, NO_ANSWER)
        return asked

    async def _look(self, later: Later) -> bool:
        kept, record = self.catalogue.nazorg, self.catalogue.initiatives.get(later.record)
        if kept is None or record is None:
            await asyncio.to_thread(self.store.drop, later)
            return False
        seen = seen_in(await self.talks.tracker(later.conversation), later)
        way = way_of(later.channel, self.template(later.channel))
        heard_at = await asyncio.to_thread(self.heard_at, later) if later.channel in WITH_WINDOW else None
        match verdict(later, seen, self.store.clock(), kept, way, heard_at):
            case Verdict.WAIT:
                await asyncio.to_thread(self.store.postpone, later, self.store.clock() + WAIT)
            case Verdict.DROP:
                await asyncio.to_thread(self.store.drop, later)
            case Verdict.KNOWN:
                await asyncio.to_thread(self.store.asked, later)
            case (Verdict.ASK | Verdict.TEMPLATE) as how:
                return await self._ask(later, seen, record.name, TEMPLATE if how is Verdict.TEMPLATE else TEXT)
        return False

    async def _ask(self, later: Later, seen: Seen, name: str, how: str) -> bool:
        if later.state is State.WAITS and not await asyncio.to_thread(self.store.claim, later):
            return False
        await self.talks.post(later.conversation, later.channel, events_for(later, seen, name, how))
        return await asyncio.to_thread(self.store.asked, later)


def events_for(later: Later, seen: Seen, name: str, how: str) -> list[dict[str, Any]]:
    """The events that ask it.

    Args:
        name: of the record.
        how: see :data:`wegwijzer.aftercare.models.MARK`.
    """
    said = response(QUESTION, "whatsapp" if later.channel in WITH_WINDOW else later.channel)
    mark = {"line": later.line, MARK: how, "utter_action": QUESTION}
    return [
        {"event": "slot", "name": SLOT, "value": [*seen.asked, Question.GELUKT.value]},
        {"event": "action", "name": "action_listen"},
        {"event": "bot", "text": str(said["text"]).format(naam=name), "data": {"buttons": said["buttons"]}, "metadata": mark},
    ]
