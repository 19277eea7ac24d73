"""The echo server with its promise taken away: a message that is sent again is taken again. The fault run must notice."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

from wegwijzer.web.contract import Said
from wegwijzer.web.outbox import Outbox

_accept = Outbox.accept
_number = itertools.count()


def _accept_always(self: Outbox, session: str, said: Said) -> tuple[int, bool]:
    return _accept(self, session, replace(said, client_id=f"{said.client_id}-{next(_number)}"))


def serve(**arguments: Any) -> None:
    """As the echo server."""
    from channels.echo import serve

    Outbox.accept = _accept_always  # type: ignore[method-assign]
    serve(**arguments)
