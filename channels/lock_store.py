"""One message of a conversation at a time, on every server: Rasa's own lock looks once a second, and only in its own memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, LockError, LockStore
from rasa.utils.endpoints import EndpointConfig

from wegwijzer.claims import Busy, claims_of

EMBEDDED = "sqlite://"


class FairLockStore(LockStore):
    """Locks in the order in which they were asked for. With PostgreSQL among all servers, and free when their server dies.

    Args:
        endpoint_config: of ``endpoints.yml``; ``url`` is the database that the servers share. With another than PostgreSQL, or
            without any, the locks are of this process.
    """

    def __init__(self, endpoint_config: EndpointConfig | None = None) -> None:
        self._claims = claims_of((endpoint_config.url if endpoint_config is not None else None) or EMBEDDED)

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME, wait_time_in_seconds: float = 1
    ) -> AsyncIterator[TicketLock]:
        """Have a conversation to ourselves.

        Args:
            conversation_id: which.
            lock_lifetime: seconds to wait for it at most.
            wait_time_in_seconds: not used: who waits is woken.

        Raises:
            rasa.core.lock_store.LockError: it took longer, or the database is away. The channel then says that it went wrong.
        """
        async with AsyncExitStack() as held:
            try:
                await held.enter_async_context(self._claims.hold(f"rasa {conversation_id}", lock_lifetime))
            except Busy as error:
                raise LockError(f"a conversation could not be had in time: {type(error).__name__}") from None
            yield self.create_lock(conversation_id)
