"""What a conversation keeps of the words of a person: nothing that says who somebody is.

Thin around ``wegwijzer/privacy/redaction.py``.
"""

from __future__ import annotations

from collections.abc import Callable

from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

CROSSED_OUT = "crossed_out"
"""Key in what is known of a message: its text without what says who somebody is, when that was worked out with the rest."""

DONE = "redacted"
"""Mark in what is known of a message, so that a long conversation is not gone through again with every message."""


def redact_words(tracker: DialogueStateTracker, redact: Callable[[str], str]) -> None:
    """Redact what was said since this was last done.

    Args:
        tracker: the conversation, before it is stored.
        redact: gives a text without what says who somebody is.
    """
    for event in reversed(tracker.events):
        if not isinstance(event, UserUttered):
            continue
        if (event.parse_data or {}).get(DONE):
            return
        known = dict(event.parse_data or {})
        done = known.pop(CROSSED_OUT, None)
        event.text = (done or redact(event.text)) if event.text else event.text
        # Entities have values of ours (ids, an age) and say no place in the text; the text itself is in there once more.
        event.parse_data = {**known, "text": event.text, DONE: True}
