"""What Rasa's server does that must not be done: going on in memory when conversations cannot be kept, and hearing twice.

Around every tracker store Rasa puts one that, when a turn cannot be stored, keeps it in memory where nobody looks for it again:
the next message is answered as if the turn had never been. Here such a turn fails, and its channel says kindly that it went
wrong.

A message is called answered in the database of its channel after the turn is in that of the conversations. A server that is
killed between the two leaves a message that waits and was heard. It is not heard again: what was said to it is said now.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NoReturn

from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import FailSafeTrackerStore, TrackerStore
from rasa.shared.core.events import BotUttered, Event, UserUttered

if TYPE_CHECKING:
    from rasa.core.processor import MessageProcessor

log = logging.getLogger(__name__)

PERHAPS_HEARD = "perhaps_heard"
"""Mark on a message that waited for this server when it started: another may have heard it."""


class NotKept(Exception):
    """A conversation could not be read or stored, so that the bot does not know what was just said."""


class OnlyTheStore(FailSafeTrackerStore):
    """Takes the place of Rasa's net: what fails, fails."""

    def on_tracker_store_error(self, error: Exception) -> NoReturn:
        """Raise :class:`NotKept`. Only the kind of error: its text may hold what somebody said."""
        log.error("conversations: the database does not do its work: %s", _kind(error))
        raise NotKept(_kind(error)) from None

    on_tracker_store_retrieve_error = on_tracker_store_error


def be_careful() -> None:
    """From now on; to be called before Rasa makes its agent."""
    import rasa.core.agent
    from rasa.core.processor import MessageProcessor

    rasa.core.agent.FailSafeTrackerStore = OnlyTheStore
    hear = MessageProcessor.handle_message

    async def heard_once(self: MessageProcessor, message: UserMessage) -> Any:
        return await hear(self, message) if not await say_again(self.tracker_store, message) else None

    MessageProcessor.handle_message = heard_once


def mark_perhaps_heard(message: UserMessage) -> None:
    """This message may have been heard before, by a server that is gone."""
    setattr(message, PERHAPS_HEARD, True)


async def say_again(store: TrackerStore, message: UserMessage) -> bool:
    """Say what was said to a message that was heard before.

    Args:
        store: with the conversations.
        message: with its output channel. One that was not marked is left alone, for it costs reading the conversation.

    Returns:
        Whether it was heard before.
    """
    if not getattr(message, PERHAPS_HEARD, False):
        return False
    tracker = await store.retrieve(message.sender_id)
    answers = answers_to(tracker.events if tracker is not None else (), message.message_id)
    if answers is None:
        return False
    log.info("a message was heard before its server ended: what was said to it is said now")
    for answer in answers:
        await message.output_channel.send_response(message.sender_id, answer.message())
    return True


def answers_to(events: Iterable[Event], message_id: str | None) -> list[BotUttered] | None:
    """What the bot said to a message; ``None`` when it did not hear it."""
    answers: list[BotUttered] | None = None
    for event in events:
        if isinstance(event, UserUttered):
            if answers is not None:
                break
            answers = [] if message_id and event.message_id == message_id else None
        elif isinstance(event, BotUttered) and answers is not None:
            answers.append(event)
    return answers


def _kind(error: Exception) -> str:
    return type(getattr(error, "orig", None) or error).__name__
