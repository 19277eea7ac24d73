"""The tables of WhatsApp: nobody's number, and no id in which one may be read."""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()

PERSON = sa.Table(
    "wa_person",
    METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("number", sa.LargeBinary, nullable=False),
    sa.Column("last_seq", sa.Integer, nullable=False),
    sa.Column("last_seen", sa.Float, nullable=False, index=True),
    sa.Column("heard_at", sa.Float, nullable=False),
    sa.Column("nudged", sa.Boolean, nullable=False),
    sa.Column("leaving", sa.Boolean, nullable=False),
    sa.Column("greeted", sa.String(8), nullable=False),
    sa.Column("choices", sa.Text),
)
"""``number``: encrypted. ``heard_at``: when the person last wrote, for the 24 hours in which we may. ``nudged``: they were told
with a template that something waits. ``leaving``: said *stop* or *wis*; when the last goodbye is sent, all goes. ``greeted``:
who said that this is a computer. ``choices``: what was last offered to tap."""

MESSAGE = sa.Table(
    "wa_message",
    METADATA,
    sa.Column("mark", sa.String(64), primary_key=True),
    sa.Column("person_id", sa.String(64), nullable=False, index=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("arrived", sa.Float, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("choice", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)
"""What waits for an answer; what was answered is gone from here."""

SEEN = sa.Table(
    "wa_seen",
    METADATA,
    sa.Column("mark", sa.String(64), primary_key=True),
    sa.Column("at", sa.Float, nullable=False, index=True),
)
"""Every message that came, by the keyed hash of its id and nothing else: it outlives the conversation, so that what is delivered
once more after *wis mijn gesprek* is not heard again."""

REPLY = sa.Table(
    "wa_reply",
    METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("person_id", sa.String(64), nullable=False, index=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("due", sa.Float, nullable=False),
    sa.Column("payload", sa.Text),
    sa.Column("mark", sa.String(64), index=True),
    sa.Column("line", sa.String(128)),
    sa.UniqueConstraint("person_id", "line"),
)
"""What we say. ``mark``: the keyed hash of the id that it got. ``line``: its id of its own, when another process said it."""
