"""``GET /ready`` on every server of ours: whether each part that it needs answers, and which does not. Without Rasa."""

from __future__ import annotations

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from wegwijzer.watching.readiness import Readiness, UnknownPart


async def answer(readiness: Readiness, request: Request) -> HTTPResponse:
    """What is found, with status 200 or 503. With ``?part=...``, once or more, only those parts are asked and count."""
    try:
        report = await readiness.look_soon(request.args.getlist("part") or ())
    except UnknownPart as error:
        return response.json({"error": str(error)}, status=400)
    return response.json(report.as_json(), status=report.status)
