"""What goes over between a conversation and its request, in both directions, judged from the events of the conversation.

Pure functions. Events are as Rasa keeps and shows them: a list of mappings with ``event`` and what belongs to it. What a
colleague says gets an id of its own in the conversation, and what a resident says keeps Rasa's id of the message as client id, so
whoever repeats this after a crash doubles nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wegwijzer.handover.asking import Step
from wegwijzer.handover.models import Line, Said, SystemLine, Who

READER = "resident"
"""Under this name the store keeps up to where things were passed on to the resident."""

PUSHED = frozenset({"web", "whatsapp", "twilio"})
"""Channels on which something can be said that answers nothing. On the others it waits for the next message or question."""

DANGER = "gevaar"
"""Where the crisis detector leaves its verdict in what is known of a message."""

RESUMES = frozenset(
    {
        SystemLine.CALL_BACK,
        SystemLine.GIVEN_BACK,
        SystemLine.CLOSED,
        SystemLine.NOBODY_CAME,
        SystemLine.COLLEAGUE_SILENT,
    }
)
"""After these the bot talks again."""

RESPONSES: Mapping[SystemLine, str] = {
    SystemLine.TAKEN: "utter_collega_is_er",
    SystemLine.PASSED_ON: "utter_collega_wisselt",
    SystemLine.CALL_BACK: "utter_collega_belt_later",
    SystemLine.GIVEN_BACK: "utter_collega_terug",
    SystemLine.CLOSED: "utter_collega_klaar",
    SystemLine.NOBODY_CAME: "utter_collega_niemand",
    SystemLine.COLLEAGUE_SILENT: "utter_collega_stil",
    SystemLine.CRISIS_UNANSWERED: "utter_collega_nood",
    SystemLine.CALL_EXPIRED: "utter_collega_niet_gebeld",
}
"""How the resident is told."""

ASK_NUMBER = "utter_collega_welk_nummer"
"""When a colleague will call, and nobody knows the number yet."""

Words = Callable[[str], Mapping[str, Any]]
"""From the name of a response to what is said: ``text``, and ``buttons`` and ``metadata`` when it has them."""

Redact = Callable[[str], str]
"""Takes out of words what says who somebody is; see :mod:`wegwijzer.privacy.redaction`. What a resident said passes it always."""


@dataclass(frozen=True)
class Heard:
    """Something the resident said while the bot was silent.

    Attributes:
        said: the line it becomes.
        danger: whether the danger check saw danger, sure or suspected: the bot cannot ask on, so the colleague must.
    """

    said: Said
    danger: bool


def line_id(line: Line) -> str:
    """The id of a line in the conversation and in its channel: the same for ever."""
    return f"{line.request_id}.{line.seq}"


def crossed(events: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The ids of the lines that are in the conversation already."""
    return frozenset(str(found) for event in events if (found := _line_of(event)) is not None)


def so_far(events: Sequence[Mapping[str, Any]], redact: Redact) -> list[Said]:
    """What was said in this session until now, for a new request."""
    said: list[Said] = []
    for event in _of_session(events):
        text, at = str(event.get("text") or ""), event.get("timestamp")
        if text and event.get("event") == "user":
            said.append(Said(Who.RESIDENT, redact(text), at=at))
        elif text and event.get("event") == "bot":
            said.append(Said(Who.COLLEAGUE if _metadata(event).get("who") == "colleague" else Who.BOT, text, at=at))
    return said


def heard_in_silence(events: Sequence[Mapping[str, Any]], redact: Redact) -> list[Heard]:
    """What the resident said since the bot fell silent, oldest first; nothing when the bot talks."""
    heard: list[Heard] | None = None
    for event in events:
        match event.get("event"):
            case "pause":
                heard = []
            case "resume" | "restart" | "session_started":
                heard = None
            case "user" if heard is not None and event.get("text") and event.get("message_id"):
                said = Said(
                    Who.RESIDENT, redact(str(event["text"])), client_id=str(event["message_id"]), at=event.get("timestamp")
                )
                heard.append(Heard(said, bool((event.get("parse_data") or {}).get(DANGER))))
    return heard or []


def crosses(line: Line) -> bool:
    """Whether a line goes to the resident. What ended without a colleague (the person did it) was said already."""
    if line.who is Who.COLLEAGUE:
        return True
    if line.who is not Who.SYSTEM or line.text not in RESPONSES:
        return False
    return line.text != SystemLine.CLOSED or bool(line.author)


def events_for(line: Line, words: Words, number_known: bool = True) -> list[dict[str, Any]]:
    """The events that bring one line into a conversation, all at once.

    Args:
        words: see :data:`Words`.
        number_known: whether there is a telephone number; when a colleague will call and there is none, it is asked.
    """
    mark = {"line": line_id(line)}
    if line.who is Who.COLLEAGUE:
        return [{"event": "bot", "text": line.text, "metadata": {**mark, "who": "colleague"}}]
    kind = SystemLine(line.text)
    asks = kind is SystemLine.CALL_BACK and not number_known
    name = ASK_NUMBER if asks else RESPONSES[kind]
    said = words(name)
    data = {"buttons": said["buttons"]} if said.get("buttons") else {}
    bot = {
        "event": "bot", "text": str(said["text"]), "data": data,
        "metadata": {**mark, **(said.get("metadata") or {}), "utter_action": name},
    }  # fmt: skip
    after = [{"event": "slot", "name": "overdracht", "value": Step.NUMBER.value}] if asks else []
    return [*after, *(_RESUMED if kind in RESUMES else ()), bot]


_RESUMED: Sequence[dict[str, Any]] = ({"event": "resume"}, {"event": "action", "name": "action_listen"})
"""The bot waits for a message again: without *listen* Rasa's rules do not see what comes next as an answer."""


def resumed() -> list[dict[str, Any]]:
    """The events after which the bot talks again, without a word."""
    return [dict(event) for event in _RESUMED]


def _line_of(event: Mapping[str, Any]) -> object:
    return _metadata(event).get("line") if event.get("event") == "bot" else None


def _metadata(event: Mapping[str, Any]) -> Mapping[str, Any]:
    found = event.get("metadata")
    return found if isinstance(found, Mapping) else {}


def _of_session(events: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    starts = [index for index, event in enumerate(events) if event.get("event") in ("session_started", "restart")]
    return events[starts[-1] + 1 :] if starts else events
