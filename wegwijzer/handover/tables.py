"""The tables of the hand-over. Everything that belongs to one request carries its id and is erased with it."""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()


def _request_id(primary: bool = True) -> sa.Column:
    return sa.Column("request_id", sa.String(64), primary_key=primary, nullable=False, index=not primary)


REQUEST = sa.Table(
    "handover_request",
    METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("conversation", sa.String(255), nullable=False, index=True),
    sa.Column("open_for", sa.String(255), unique=True),
    sa.Column("channel", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("urgency", sa.String(16), nullable=False),
    sa.Column("reason", sa.String(16), nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("asked_at", sa.Float, nullable=False),
    sa.Column("moved_at", sa.Float, nullable=False),
    sa.Column("crisis_at", sa.Float),
    sa.Column("unanswered_since", sa.Float),
    sa.Column("ended_at", sa.Float, index=True),
    sa.Column("taken_by", sa.String(255), nullable=False),
    sa.Column("outcome", sa.String(16)),
    sa.Column("last_seq", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
"""``open_for`` is the conversation while the request is open, and empty after: so a conversation has one open request."""

LINE = sa.Table(
    "handover_line",
    METADATA,
    _request_id(),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("who", sa.String(16), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("client_id", sa.String(128)),
    sa.Column("author", sa.String(255), nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.UniqueConstraint("request_id", "client_id"),
)

CURSOR = sa.Table(
    "handover_cursor",
    METADATA,
    _request_id(),
    sa.Column("reader", sa.String(64), primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
)
"""Up to which line a reader (the way to the resident, for example) has passed things on."""

DONE = sa.Table(
    "handover_done",
    METADATA,
    _request_id(),
    sa.Column("key", sa.String(128), primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
)
"""What became due and was done, once."""

TYPING = sa.Table(
    "handover_typing",
    METADATA,
    _request_id(),
    sa.Column("who", sa.String(16), primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
)

PHONE = sa.Table(
    "handover_phone",
    METADATA,
    _request_id(),
    sa.Column("number", sa.LargeBinary, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)
"""``number`` is encrypted."""

DELIVERY = sa.Table(
    "handover_delivery",
    METADATA,
    sa.Column("key", sa.String(200), primary_key=True),
    _request_id(primary=False),
    sa.Column("target", sa.String(32), nullable=False),
    sa.Column("event", sa.String(32), nullable=False),
    sa.Column("state", sa.String(8), nullable=False, index=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_at", sa.Float, nullable=False),
    sa.Column("problem", sa.String(255), nullable=False),
    sa.Column("made_at", sa.Float, nullable=False),
)

OF_ONE_REQUEST = (LINE, CURSOR, DONE, TYPING, PHONE, DELIVERY)
"""What goes when a request goes."""

PRESENCE = sa.Table(
    "handover_presence",
    METADATA,
    sa.Column("colleague", sa.String(255), primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
)

HOURS = sa.Table(
    "handover_hours",
    METADATA,
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("hours", sa.String(255), nullable=False),
    sa.Column("note", sa.String(255), nullable=False),
)

AUDIT = sa.Table(
    "handover_audit",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sa.Column("who", sa.String(255), nullable=False),
    sa.Column("what", sa.String(64), nullable=False),
    sa.Column("request_id", sa.String(64), nullable=False, index=True),
    sa.Column("detail", sa.String(255), nullable=False),
)
"""Only ever added to, except that the id of an erased request is emptied and very old rows go."""
