"""Reading what comes in no further than it may be long."""

from __future__ import annotations

from collections.abc import AsyncIterable


async def read_at_most(pieces: AsyncIterable[bytes], most: int) -> bytes | None:
    """The whole of it; ``None`` when it has more bytes than ``most``, of which no more are kept."""
    body = bytearray()
    async for piece in pieces:
        body += piece
        if len(body) > most:
            return None
    return bytes(body)
