"""Between Rasa and the web chat: what one turn says, and what Rasa says by itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import OutputChannel, UserMessage

from channels.careful import NotKept, mark_perhaps_heard
from wegwijzer.domain_texts import response_text
from wegwijzer.guarding.traces import where
from wegwijzer.understanding.cleaning import clean
from wegwijzer.web.contract import Answer, Entry, Refused, Who, Wording, bot_body, reworded
from wegwijzer.web.outbox import Outbox
from wegwijzer.web.turns import Answering, Bell

log = logging.getLogger(__name__)

NAME = "web"
"""The key in ``credentials.yml``, the folder of the routes, and what Rasa calls the channel."""

FORGETTING = frozenset({"utter_gewist", "utter_opnieuw"})
"""When one of these is said, the tracker store erases the conversation, and so do we."""

ANSWER_WITHIN = 120.0
"""Seconds a turn may take; then the person gets a kind sentence and the next message its turn."""


LINE = "line"
"""Mark of what a colleague said or what became of a request: its id, under which it is kept once."""


def as_it_is(text: str) -> str:
    """The wording for who chose nothing."""
    return text


class WebOutput(OutputChannel):
    """Where Rasa's messages go that answer nothing: reminders, and what colleagues say.

    Args:
        outbox: where they are kept.
        bell: rung after each.
        formal: the wording of what the bot says, for who chose ``u``.
    """

    def __init__(self, outbox: Outbox, bell: Bell, formal: Wording | None = None) -> None:
        self._outbox, self._bell, self._formal = outbox, bell, formal or as_it_is

    @classmethod
    def name(cls) -> str:
        """As the input channel."""
        return NAME

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep one message whole: text, buttons and card together."""
        if body := bot_body(message):
            try:
                await asyncio.to_thread(self._keep, recipient_id, message, body)
            except Refused:
                log.info("web: something was said in a conversation that is gone")
            self._bell.ring(recipient_id)

    def _keep(self, session: str, message: dict[str, Any], body: dict[str, Any]) -> None:
        who = Who.COLLEAGUE if message.get("who") == Who.COLLEAGUE else Who.BOT
        if who is Who.BOT and self._outbox.address(session) == "u":
            body = reworded(body, self._formal)
        self._outbox.push(session, who, [body], client_id=message.get(LINE))


class Collector(OutputChannel):
    """Keeps what one turn says until the turn is over, so that it is written in one go.

    Args:
        wording: puts every sentence in the form that the person chose; what buttons send stays as it is.
        beside: where goes what does not answer this message: what a colleague said just before it.
    """

    def __init__(self, wording: Wording = as_it_is, beside: OutputChannel | None = None) -> None:
        self._wording, self._beside = wording, beside
        self.replies: list[dict[str, Any]] = []
        self.forget = False

    @classmethod
    def name(cls) -> str:
        """As the input channel."""
        return NAME

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep one message whole: text, buttons and card together."""
        if self._beside is not None and message.get(LINE):
            await self._beside.send_response(recipient_id, message)
            return
        self.forget = self.forget or message.get("utter_action") in FORGETTING
        if body := bot_body(message):
            self.replies.append(reworded(body, self._wording))


def answering(
    on_new_message: Callable[[UserMessage], Awaitable[None]],
    formal: Wording = as_it_is,
    beside: OutputChannel | None = None,
    took: Callable[[str, Entry], bool] = lambda _, __: True,
) -> Answering[Entry, Answer]:
    """How a message is answered: by Rasa, or kindly when that fails.

    Args:
        on_new_message: gives a message to Rasa.
        formal: the wording for who chose ``u``.
        beside: see :class:`Collector`.
        took: whether this server took a message in; one of another server may have been heard by it.
    """

    async def answer(session: str, entry: Entry) -> Answer:
        said = Collector(formal if entry.body.get("address") == "u" else as_it_is, beside)
        message = UserMessage(
            clean(str(entry.body["text"])),
            said,
            session,
            input_channel=NAME,
            message_id=entry.client_id,
            metadata={"welcomed": entry.body.get("welcomed", False)},
        )
        if not took(session, entry):
            mark_perhaps_heard(message)
        try:
            await asyncio.wait_for(on_new_message(message), ANSWER_WITHIN)
        except Exception as error:
            # Only the kind of error: its text may hold what the person wrote.
            log.error(
                "web: handling a message failed: %s",
                where(error) if log.isEnabledFor(logging.DEBUG) else type(error).__name__,
                extra={"conversation": session},
            )
            if not said.replies or isinstance(error, NotKept):
                # Also after an answer: the bot does not know that it gave it.
                said.replies.append({"text": response_text("utter_storing")})
        return Answer(tuple(said.replies), said.forget)

    return answer


def erase_tracker(agent: Any, session: str) -> None:
    """Erase Rasa's side of a conversation. Rasa wraps the store we configured, in one or more layers."""
    store = getattr(agent, "tracker_store", None)
    while store is not None and not hasattr(store, "erase"):
        store = getattr(store, "_tracker_store", None)
    if store is not None:
        store.erase(session)
