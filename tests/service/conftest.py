"""The real PostgreSQL server that these tests share."""

from __future__ import annotations

from tests.service.postgres import postgres

__all__ = ["postgres"]
