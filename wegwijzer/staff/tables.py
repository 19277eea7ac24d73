"""The tables of colleagues. They stand in the database of the hand-over, and hold nothing about residents."""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()

USER = sa.Table(
    "staff_user",
    METADATA,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("password", sa.String(255), nullable=False),
    sa.Column("sign_in", sa.String(255), unique=True),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("made_at", sa.Float, nullable=False),
)
"""``key`` is the name without capitals; ``password`` is a hash, or empty for who comes in by the municipality only."""

SESSION = sa.Table(
    "staff_session",
    METADATA,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("user", sa.String(64), nullable=False, index=True),
    sa.Column("made_at", sa.Float, nullable=False),
    sa.Column("seen_at", sa.Float, nullable=False),
)
"""``hash`` is that of the token in the cookie: who reads the database cannot sign in with it."""

ATTEMPT = sa.Table(
    "staff_attempt",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.String(64), nullable=False, index=True),
    sa.Column("at", sa.Float, nullable=False),
)
"""``key`` is a hash of a name or an address, so that no address is kept."""

FLOW = sa.Table(
    "staff_flow",
    METADATA,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("nonce", sa.String(128), nullable=False),
    sa.Column("verifier", sa.String(128), nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)
"""A sign-in at the municipality that has begun; ``hash`` is that of its state."""
