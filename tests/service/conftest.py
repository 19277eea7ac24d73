"""The real servers that these tests share: PostgreSQL, and a Redis for each test that asks for one."""

from __future__ import annotations

from tests.service.machines import redis
from tests.service.postgres import postgres

__all__ = ["postgres", "redis"]
