"""Whether a web address can be right (without any request), and whether its page is still there (asked politely).

Politely: the head of a page before the page itself, never more than two tries, one request per host at a time, a few
hosts at once, and a name by which the owner of a site can see who asks. Only the head of an answer is read.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import httpx

USER_AGENT = "Wegwijzer-catalogus (checks the links of a municipal directory; a few requests, now and then)"

TIMEOUT = 10.0
"""Seconds that one try may take in all."""

AT_ONCE = 4
"""So many hosts are asked at the same time."""

PERMANENT = frozenset({301, 308})
GONE = frozenset({404, 410})

_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_TOP_LEVEL = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}")
_NOT_AT_THE_END = (".", ",", ";", ":", ")", ">", '"', "'")


class Outcome(StrEnum):
    """What became of a page."""

    FINE = "fine"
    MOVED = "moved"
    GONE = "gone"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Answer:
    """What a site said.

    Attributes:
        new_address: where the page is now, when it moved for good.
        status: the HTTP status; 0 when there was no answer at all.
    """

    outcome: Outcome
    new_address: str = ""
    status: int = 0


def well_formed(address: str) -> bool:
    """Whether this can be the address of a public page; makes no request."""
    try:
        url = httpx.URL(address)
        host = url.raw_host.decode("ascii").lower()
    except (httpx.InvalidURL, UnicodeError):
        return False
    *labels, top = host.split(".")
    named = bool(labels) and all(_LABEL.fullmatch(label) for label in labels) and bool(_TOP_LEVEL.fullmatch(top))
    usual = url.scheme in ("http", "https") and not url.userinfo and not re.search(r"\s", address)
    return named and usual and not address.endswith(_NOT_AT_THE_END)


def check_online(
    addresses: Iterable[str], tell: Callable[[int, int], None] = lambda done, total: None, timeout: float = TIMEOUT
) -> dict[str, Answer]:
    """Ask every address once whether its page is there.

    Args:
        addresses: addresses that are :func:`well_formed`.
        tell: called with how many are done and how many there are.
        timeout: seconds that one try may take.

    Raises:
        httpx.InvalidURL: for an address that cannot be read.
        ValueError, ImportError: when the proxy settings of this machine cannot be used.
    """
    return asyncio.run(_check_all(list(dict.fromkeys(addresses)), tell, timeout))


async def _check_all(addresses: Sequence[str], tell: Callable[[int, int], None], seconds: float) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    room = asyncio.Semaphore(AT_ONCE)

    async def visit(host: Sequence[str]) -> None:
        for address in host:
            async with room:
                answers[address] = await _check(client, address, seconds)
            tell(len(answers), len(addresses))

    async with httpx.AsyncClient(headers={"User-Agent": USER_AGENT}, timeout=seconds, follow_redirects=False) as client:
        await asyncio.gather(*(visit(host) for host in _by_host(addresses).values()))
    return {address: answers[address] for address in addresses}


def _by_host(addresses: Iterable[str]) -> Mapping[str, list[str]]:
    hosts: dict[str, list[str]] = defaultdict(list)
    for address in addresses:
        hosts[httpx.URL(address).host].append(address)
    return hosts


async def _check(client: httpx.AsyncClient, address: str, seconds: float) -> Answer:
    """The head first; many servers refuse that or get it wrong, so anything but a clear yes is asked once more in full."""
    answer = await _try(client, "HEAD", address, seconds)
    if answer.outcome in (Outcome.FINE, Outcome.MOVED):
        return answer
    return await _try(client, "GET", address, seconds)


async def _try(client: httpx.AsyncClient, method: str, address: str, seconds: float) -> Answer:
    try:
        async with asyncio.timeout(seconds), client.stream(method, address) as response:
            return _read(response)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError):
        return Answer(Outcome.UNREACHABLE)


def _read(response: httpx.Response) -> Answer:
    status = response.status_code
    if status in PERMANENT and response.has_redirect_location:
        return _moved(response)
    if response.is_success or response.has_redirect_location:
        return Answer(Outcome.FINE, status=status)
    return Answer(Outcome.GONE if status in GONE else Outcome.UNREACHABLE, status=status)


def _moved(response: httpx.Response) -> Answer:
    """A new address, unless it leads nowhere: to itself, or to something that is no page."""
    new = response.url.join(response.headers["location"])
    if new.scheme not in ("http", "https") or not new.host or _page(new) == _page(response.url):
        return Answer(Outcome.UNREACHABLE, status=response.status_code)
    return Answer(Outcome.MOVED, str(new), response.status_code)


def _page(url: httpx.URL) -> tuple[str, str, int | None, bytes]:
    """What a server is asked for: without the part after ``#``, and with ``/`` for no path."""
    return url.scheme, url.host, url.port, url.raw_path
