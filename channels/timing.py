"""Times the requests of a server of ours. Knows Sanic and no Rasa."""

from __future__ import annotations

from time import perf_counter

from prometheus_client import Counter, Histogram
from sanic import Sanic
from sanic.request import Request
from sanic.response import BaseHTTPResponse

from wegwijzer.watching.metrics import answered

PROBES = frozenset({"health", "ready"})
"""Routes that are asked by machines, and would drown what people ask."""


def time_requests(app: Sanic, seconds: Histogram, requests: Counter) -> None:
    """Time every request but those of machines.

    Args:
        app: before it runs, and before its guard: what is refused counts too.
        seconds: how long one took.
        requests: how many, by how they ended.
    """

    async def begin(request: Request) -> None:
        request.ctx.began = perf_counter()

    async def end(request: Request, answer: BaseHTTPResponse) -> None:
        began = getattr(request.ctx, "began", None)
        if began is not None and (request.route is None or request.route.path not in PROBES):
            seconds.observe(perf_counter() - began)
            requests.labels(answered(answer.status)).inc()

    app.register_middleware(begin, "request")
    app.register_middleware(end, "response")
