"""Between Rasa and WhatsApp: one turn from what somebody wrote to what is sent, and what is said without being asked.

Knows no provider: ``Line`` gets a gateway when it starts.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from rasa.core.channels.channel import OutputChannel, UserMessage

from channels.careful import NotKept, mark_perhaps_heard
from channels.web_replies import ANSWER_WITHIN, LINE, Collector, erase_tracker
from wegwijzer.aftercare.models import MARK, TEMPLATE
from wegwijzer.claims import claims_of
from wegwijzer.domain_texts import response
from wegwijzer.understanding.cleaning import clean
from wegwijzer.web.contract import Refused, bot_body
from wegwijzer.web.turns import Answering, Bell, Turns
from wegwijzer.whatsapp.config import WhatsAppSettings
from wegwijzer.whatsapp.hearing import HELLO, Offer, Plan, own_wijk_of, plan
from wegwijzer.whatsapp.inbox import SETTLE, Inbox, Redact, Turn, Waiting
from wegwijzer.whatsapp.outgoing import PROOF, Outgoing
from wegwijzer.whatsapp.payloads import to_payloads, without_repeats
from wegwijzer.whatsapp.people import People
from wegwijzer.whatsapp.sending import Gateway, Sending
from wegwijzer.whatsapp.store import Store, StoreUnavailable

log = logging.getLogger(__name__)

NAME = "whatsapp"
"""What Rasa calls the channel, in which slots and variants of responses for it are found too."""

ERASED = "utter_gewist"
BEGINS_AGAIN = "utter_opnieuw"

AT_ONCE = 3
"""Turns that Rasa works on at the same moment. It computes on one thread: more would only make everybody wait longer."""

SWEEP = 5.0
"""Seconds between two looks for what nobody woke: after a start, or when another process wrote it down. So long may
stand beside the database what is deleted."""

PAUSE = 1.0
"""Seconds before erasing is tried again."""

Payloads = Callable[[Mapping[str, Any]], Sequence[Mapping[str, Any]]]
"""From a message of the bot to what the provider sends."""


class Line:
    """Everything between the door where messages come in and the provider that brings ours.

    Args:
        settings: of WhatsApp.
        keys: encrypt telephone numbers.
        redact: takes names and numbers out of what is written down.
        settle: see :data:`wegwijzer.whatsapp.inbox.SETTLE`.
        proof: see :data:`wegwijzer.whatsapp.outgoing.PROOF`.
        payloads: how a message of the bot is said; Meta's way when left out.
        numbered: that way shows a number before every answer.
        channel: under which Rasa keeps that a person talks here, and pushes what answers nothing.

    Raises:
        wegwijzer.whatsapp.store.StoreUnavailable: the database cannot be used.
    """

    def __init__(
        self,
        settings: WhatsAppSettings,
        keys: tuple[bytes, ...],
        redact: Redact,
        settle: float = SETTLE,
        proof: float = PROOF,
        payloads: Payloads = to_payloads,
        numbered: bool = False,
        channel: str = NAME,
    ) -> None:
        self.channel = channel
        self.people = People(settings.hash_key, keys)
        self._database = settings.database
        self.store = Store(settings.database, self.people)
        self.inbox = Inbox(self.store, redact, settle)
        self.outgoing = Outgoing(self.store, proof)
        self.payloads, self.numbered = payloads, numbered
        self.aftercare: Mapping[str, Any] | None = None
        self.sending: Sending
        self._turns: Turns[Waiting, Turn]
        self._sweeper: asyncio.Task[None] | None = None
        self._stopping = False

    async def start(
        self,
        gateway: Gateway,
        answer: Answering[Waiting, Turn],
        template: Mapping[str, Any] | None = None,
        aftercare: Mapping[str, Any] | None = None,
    ) -> None:
        """Begin, with what a stop left behind. To be called on the loop of the server.

        Args:
            template: see :class:`wegwijzer.whatsapp.sending.Sending`.
            aftercare: what asks whether it worked of who wrote too long ago; ``None`` asks nothing then.
        """
        self.aftercare = aftercare
        self.sending = Sending(self.outgoing, self.people, gateway, template)
        claims = claims_of(self._database)
        self._turns = Turns(self.inbox, answer, _Waker(self.sending), channel=self.channel, claims=claims)
        try:
            await asyncio.to_thread(self.outgoing.wake_the_dead)
        except StoreUnavailable as error:
            log.error("whatsapp: %s", error)
        self._sweeper = asyncio.get_running_loop().create_task(self._sweep())

    async def stop(self) -> None:
        """End; what is not done waits for the next start."""
        self._stopping = True
        if self._sweeper is not None:
            self._sweeper.cancel()
        await self._turns.stop()
        await self.sending.stop()

    def heard(self, people: Iterable[str]) -> None:
        """These people wrote something."""
        loop = asyncio.get_running_loop()
        for person in people:
            self.sending.wake(person)  # what waited until they wrote
            loop.call_later(self.inbox.settle + 0.01, self._wake, person)

    def _wake(self, person: str) -> None:
        if not self._stopping:
            self._turns.wake(person)

    async def say(self, person: str, body: Mapping[str, Any], line: str | None = None, how: str = "") -> None:
        """Say something that answers no message.

        Args:
            body: as :func:`wegwijzer.web.contract.bot_body` gives it.
            line: its own id; the same id again says nothing more.
            how: ``template``: only what the provider approved for it may be sent; nothing when there is none.

        Raises:
            wegwijzer.web.contract.Refused: the conversation is gone.
            StoreUnavailable: the database does not do its work.
        """
        offer = Offer().after([body], numbered=self.numbered).as_json() if body.get("buttons") else None
        said = [self.aftercare] if how == TEMPLATE else list(self.payloads(body))
        payloads = [payload for payload in said if payload is not None]
        if not payloads:
            return
        await asyncio.to_thread(self.inbox.push, person, payloads, offer, line)
        self.sending.wake(person)

    async def _sweep(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self.store.catch_up)
                waiting, sending = await asyncio.to_thread(self.store.unfinished)
                for person in waiting:
                    if not self._turns.busy(person):
                        self._turns.wake(person)
                for person in sending:
                    if not self.sending.busy(person):
                        self.sending.wake(person)
            except StoreUnavailable as error:
                log.error("whatsapp: what waits is left for later: %s", error)
            await asyncio.sleep(SWEEP)


class _Waker(Bell):
    """After a turn there is something to send."""

    def __init__(self, sending: Sending) -> None:
        super().__init__()
        self._sending = sending

    def ring(self, session: str) -> None:
        super().ring(session)
        self._sending.wake(session)


class WhatsAppOutput(OutputChannel):
    """Where messages go that answer nothing: reminders, and what colleagues say.

    Args:
        line: sends them.
    """

    def __init__(self, line: Line) -> None:
        self._line = line

    @classmethod
    def name(cls) -> str:
        """As the input channel."""
        return NAME

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep one message whole: text, buttons and card together; a colleague's line once."""
        if body := bot_body(message):
            try:
                await self._line.say(recipient_id, body, message.get(LINE), str(message.get(MARK) or ""))
            except Refused:
                log.info("whatsapp: something was said in a conversation that is gone")


class WhatsAppCollector(Collector):
    """Keeps what one turn says until the turn is over; under the name by which Rasa finds variants for WhatsApp."""

    def __init__(self, beside: OutputChannel | None = None) -> None:
        super().__init__(beside=beside)
        self.said: set[str] = set()

    @classmethod
    def name(cls) -> str:
        """As the input channel."""
        return NAME

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """See parent; remembers which responses were said."""
        if not message.get(LINE):
            self.said.add(str(message.get("utter_action")))
        await super().send_response(recipient_id, message)


def answering(
    on_new_message: Callable[[UserMessage], Awaitable[None]],
    line: Line,
    app: Any,
    wijk_of: Callable[[str], str | None] = own_wijk_of,
) -> Answering[Waiting, Turn]:
    """How a message is answered.

    Args:
        on_new_message: gives a message to Rasa.
        line: says what colleagues said just before it.
        app: has Rasa's agent, for erasing.
        wijk_of: see :data:`wegwijzer.whatsapp.hearing.WijkOf`.
    """
    room = asyncio.Semaphore(AT_ONCE)

    async def answer(person: str, waiting: Waiting) -> Turn:
        offer = Offer.from_json(waiting.choices)
        planned = plan(waiting, offer, wijk_of)
        bodies = [bot_body(response(name, NAME)) for name in planned.say]
        if planned.leave:
            await _erase(app, person)
            return Turn(_payloads(line, bodies), leave=True)
        if planned.hear is None:
            return _without_rasa(line, waiting, offer, bodies)
        async with room:
            said = await _ask(on_new_message, line, person, waiting, planned)
        bodies += said.replies
        changed = offer.after(bodies, said.said, line.numbered).as_json() if said.replies else None
        forget = ERASED in said.said or BEGINS_AGAIN in said.said
        return Turn(_payloads(line, bodies), changed, forget, ERASED in said.said, "" if said.failed else "bot")

    return answer


def _without_rasa(line: Line, waiting: Waiting, offer: Offer, bodies: list[dict[str, Any]]) -> Turn:
    """The answer to what has no words. Who comes with that first hears as well that a computer speaks, and what is kept."""
    if waiting.greeted:
        return Turn(_payloads(line, bodies))
    bodies = [*bodies, bot_body(response(HELLO, NAME))]
    return Turn(_payloads(line, bodies), offer.after(bodies, numbered=line.numbered).as_json(), greeted="us")


class _Said(WhatsAppCollector):
    failed = False


async def _ask(
    on_new_message: Callable[[UserMessage], Awaitable[None]],
    line: Line,
    person: str,
    waiting: Waiting,
    planned: Plan,
) -> _Said:
    said = _Said(WhatsAppOutput(line))
    message = UserMessage(
        clean(str(planned.hear)),
        said,
        person,
        input_channel=line.channel,
        message_id=waiting.mark,
        metadata={"welcomed": waiting.greeted == "us"},
    )
    if not line.inbox.took(person, waiting):
        mark_perhaps_heard(message)
    try:
        await asyncio.wait_for(on_new_message(message), ANSWER_WITHIN)
    except Exception as error:
        # Only the kind of error: its text may hold what the person wrote.
        log.error("whatsapp: handling a message failed: %s", type(error).__name__, exc_info=log.isEnabledFor(logging.DEBUG))
        if not said.replies or isinstance(error, NotKept):
            # Also after an answer: the bot does not know that it gave it.
            said.failed = not said.replies
            said.replies.append(bot_body(response("utter_storing", NAME)))
    return said


def _payloads(line: Line, bodies: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    return tuple(payload for body in without_repeats(bodies) for payload in line.payloads(body))


async def _erase(app: Any, person: str) -> None:
    """Erase Rasa's side and the requests for a human being, however long it takes: it was promised."""
    while True:
        try:
            await asyncio.to_thread(erase_tracker, getattr(app.ctx, "agent", None), person)
            return
        except Exception as error:
            log.error("whatsapp: a conversation waits to be erased: %s", type(error).__name__)
            await asyncio.sleep(PAUSE)
