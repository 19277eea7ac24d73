"""Requests at a running server: what ``docs/openapi.yml`` allows, what it does not, and what is hardly a request at all.

The first two are made by Schemathesis from the description, the last by Hypothesis. No answer may be an error of ours, show a
traceback or lack the strict headers, and nothing that was sent may be in a log.
"""

from __future__ import annotations

import json
import re
import socket
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import yaml
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from wegwijzer.evaluation.fuzz.report import CANARY, Entrance
from wegwijzer.paths import ROOT

OPENAPI = ROOT / "docs" / "openapi.yml"
BELOW = "/balie"
"""Where the description has the console, which has a port of its own."""

ENDLESS = "/web/events"
"""A stream: only its beginning is looked at."""

SHOWN = re.compile(r"Traceback|File \"|\bSanic\b|\bRasa\b|sqlalchemy|\.py\b", re.IGNORECASE)
"""What a stranger must not read in an answer about a mistake."""

PATIENCE = 30.0

LENGTHS = (
    "Content-Length: 0", "Content-Length: 1", "Content-Length: 99999", "Content-Length: 99999999999", "Content-Length: -1",
    "Content-Length: x", "Content-Length: {length}\nContent-Length: 1", "X-None: 1", "Transfer-Encoding: chunked",
    "Transfer-Encoding: x\nContent-Length: {length}", "Content-Length: \xb2", "Content-Length: " + "9" * 5000,
)  # fmt: skip
"""What a request may say about its size; ``{length}`` is the true one."""

_UNHURRIED: Any = {"database": None, "deadline": None, "suppress_health_check": list(HealthCheck)}

Prepare = Callable[[dict[str, Any]], dict[str, Any]]
"""Gets method, path, params, headers, json or data of a request, and may put in what opens the door, such as a cookie."""


def quietly(examples: int, number: int, strategy: st.SearchStrategy[Any], work: Callable[[Any], object]) -> None:
    """Give so many made-up inputs to a function; the same ones for the same number."""

    @seed(number)
    @settings(max_examples=examples, phases=[Phase.generate], **_UNHURRIED)
    @given(strategy)
    def run(made: Any) -> None:
        work(made)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Nothing breaks a path that may hold any text.
        with suppress(Unsatisfiable):
            run()


class Target:
    """A running server to knock at.

    Args:
        entrance: where the counts go.
        address: of the server.
        prepare: puts in what opens the door.
        away: operations that may answer 503, because what they need is not there.
    """

    def __init__(self, entrance: Entrance, address: str, prepare: Prepare, away: frozenset[str] = frozenset()) -> None:
        self.entrance, self._address, self._prepare, self._away = entrance, address, prepare, away
        self._client = httpx.Client(base_url=address, timeout=PATIENCE, trust_env=False)
        self._numbers = count(1)

    def close(self) -> None:
        """Done."""
        self._client.close()

    def ask(self, request: dict[str, Any]) -> tuple[int, bytes] | None:
        """One request, and a look at its answer.

        Returns:
            The status and the body; ``None`` when there was no request to make of it, or no answer.
        """
        # Another address each time, as the only proxy in front would say it: the limits per address are tried elsewhere.
        number = next(self._numbers)
        request = self._prepare(request)
        somewhere = str(ip_address("10.0.0.0") + number)
        request["headers"] = {**request.get("headers", {}), "X-Forwarded-For": somewhere}
        try:
            built = self._client.build_request(**_sendable(request))
        except (httpx.InvalidURL, UnicodeError, ValueError, TypeError):
            self.entrance.came("no request")
            return None
        try:
            answer = self._client.send(built, stream=True)
            try:
                body = b"" if built.url.path == ENDLESS and answer.status_code == 200 else answer.read()
            finally:
                answer.close()
        except httpx.LocalProtocolError:
            # The client itself refuses to write such a header; what no client writes is tried by send.
            self.entrance.came("no request")
            return None
        except httpx.HTTPError as error:
            self.entrance.came("no answer")
            self.entrance.wrong("no answer", f"{type(error).__name__} at {built.method} {built.url.path!r}")
            return None
        self._judge(built, answer, body)
        return answer.status_code, body

    def send(self, raw: bytes) -> None:
        """Bytes that no client would send, to the end of what comes back. Nothing need come back."""
        back = b""
        first = raw.partition(b"\r\n")[0]
        address = urlsplit(self._address)
        try:
            line = socket.create_connection((address.hostname, address.port or 80), PATIENCE)
            with line, suppress(ConnectionError):
                line.sendall(raw)
                line.shutdown(socket.SHUT_WR)
                while piece := line.recv(65_536):
                    back += piece
        except OSError as error:
            self.entrance.came("no answer")
            self.entrance.wrong("no answer", f"{type(error).__name__} at {first!r}")
            return
        status = re.match(rb"HTTP/1\.[01] (\d{3})", back)
        self.entrance.came(status[1].decode() if status else "hung up")
        if status and status[1].startswith(b"5"):
            self.entrance.wrong("error of ours", f"{first!r} -> {status[1].decode()}")
        if found := SHOWN.search(back.decode("utf-8", "replace")):
            self.entrance.wrong("inside shown", f"{found.group()} in {first!r}")

    def _judge(self, request: httpx.Request, answer: httpx.Response, body: bytes) -> None:
        self.entrance.came(str(answer.status_code))
        where = f"{request.method} {request.url.raw_path!r} -> {answer.status_code}"
        if answer.status_code >= 500 and not (answer.status_code == 503 and request.url.path in self._away):
            self.entrance.wrong("error of ours", where)
        if answer.status_code >= 400 and (found := SHOWN.search(body.decode("utf-8", "replace"))):
            self.entrance.wrong("inside shown", f"{found.group()} in {where}")
        if answer.headers.get("x-content-type-options") != "nosniff" or "content-security-policy" not in answer.headers:
            self.entrance.wrong("headers missing", where)


def from_description(target: Target, tags: frozenset[str], examples: int, number: int) -> None:
    """Requests that the description allows and ones that break it, for every operation with one of these tags.

    With one example each there are only ones that it allows: ways to break it take long to think of.
    """
    for operation in operations(tags):
        for mode in ("positive", "negative") if examples > 1 else ("positive",):
            made = _cases(operation, mode)
            if made is not None:
                quietly(max(1, examples // 2), number, made, lambda case: target.ask(_request(case)))


def lying(target: Target, tags: frozenset[str]) -> None:
    """Requests that say something else about their size than is true, one of each for every operation and for no operation."""
    described = [
        (method.upper(), _own(re.sub(r"\{\w+\}", "x", path))) for path, method, one in _described() if tags & set(one["tags"])
    ]
    for method, path in [*described[:MOST_PATHS], ("POST", "/nowhere")]:
        for length in LENGTHS:
            if path != ENDLESS:
                target.send(sized(f"{method} {path}", {"Content-Type": "application/json"}, b"{}", length))


def sized(line: str, headers: Mapping[str, str], body: bytes, length: str) -> bytes:
    """A request that says this about its size, see :data:`LENGTHS`."""
    said = [f"{name}: {value}" for name, value in headers.items()] + length.format(length=len(body)).split("\n")
    return "\r\n".join([f"{line} HTTP/1.1", "Host: 127.0.0.1", *said, "", ""]).encode("latin-1", "replace") + body


MOST_PATHS = 3
"""Operations of an entrance at which sizes are lied about: it is the same server behind all."""


def hardly(target: Target, tags: frozenset[str], examples: int, number: int) -> None:
    """Requests that are hardly requests: strange paths, headers, methods and bodies."""
    paths = sorted({path for path, _, one in _described() if tags & set(one["tags"])})
    quietly(examples, number, _strange(paths), target.ask)


def operations(tags: frozenset[str]) -> Iterator[Any]:
    """The operations of the description, as Schemathesis sees them."""
    import schemathesis

    raw = _description()
    paths = {path: item for path, item in raw["paths"].items() if any(tags & set(one["tags"]) for one in item.values())}
    for result in schemathesis.openapi.from_dict({**raw, "paths": paths}).get_all_operations():
        yield result.ok()


@lru_cache
def _description() -> Mapping[str, Any]:
    """``docs/openapi.yml``, read once."""
    read: Mapping[str, Any] = yaml.safe_load(OPENAPI.read_text(encoding="utf-8"))
    return read


def _described() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, item in _description()["paths"].items():
        for method, one in item.items():
            yield path, method, one


def _cases(operation: Any, mode: str) -> st.SearchStrategy[Any] | None:
    from schemathesis import GenerationMode

    if mode == "negative" and not (operation.body or operation.query or operation.path_parameters):
        return None
    made: st.SearchStrategy[Any] = operation.as_strategy(generation_mode=GenerationMode(mode))
    return made


def _request(case: Any) -> dict[str, Any]:
    request: dict[str, Any] = {
        "method": case.method, "path": _own(case.formatted_path), "params": dict(case.query or {}),
        "headers": {str(name): str(value) for name, value in (case.headers or {}).items()},
    }  # fmt: skip
    body = case.body
    if type(body).__name__ != "NotSet":
        kind = "json" if case.media_type == "application/json" else "data"
        request[kind] = _sung(body)
    return request


def _own(path: str) -> str:
    """The path without the folder in which only the description has the console."""
    return path.removeprefix(BELOW) if path.startswith(BELOW) else path


def _sung(body: Any) -> Any:
    """The same with the canary in the fields that hold what somebody said."""
    if not isinstance(body, dict):
        return body
    return {name: f"{value} {CANARY}" if isinstance(value, str) and name in SAID else value for name, value in body.items()}


SAID = ("message", "text", "tekst", "notitie", "zoek", "reden")
"""Fields that hold what somebody said."""


_TEXT = st.text(max_size=60)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=12,
)
"""Whatever JSON can say."""

_KNOWN = st.sampled_from(["id", "text", "sender", "message", "reply_to", "address", "bewijs", "naam", "tekst"])
BODIES = (
    st.binary(max_size=300)
    | JSON.map(lambda made: _dumped(made))
    | st.dictionaries(_KNOWN, JSON, max_size=6).map(lambda made: _dumped(made))
    | st.sampled_from([b"[" * 5000, b'{"a":' * 3000, b"\x00", b'{"text": "\\ud800"}', b"1e999999", b"NaN"])
    | st.just(b'"' + b"x" * 200_000 + b'"')
)
"""Bodies, of which some are JSON."""

_KINDS = st.sampled_from(
    ["application/json", "application/json; charset=utf-16", "text/plain", "application/x-www-form-urlencoded", ";", "",
     "multipart/form-data", "multipart/form-data; boundary=x", "multipart/form-data; boundary=", "application/xml", "a/b;c=d;;"]
)  # fmt: skip
_NAMES = st.sampled_from(
    ["Cookie", "Origin", "Sec-Fetch-Site", "Last-Event-ID", "If-None-Match", "Accept", "Authorization", "Content-Encoding",
     "Range", "Forwarded", "X-Forwarded-Proto", "X-Forwarded-Host", "X-HTTP-Method-Override", "Accept-Encoding", "Host", "Expect"]
)  # fmt: skip
_VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=80)
_ENDS = st.sampled_from(
    ["", "/", "//", "/..", "/../..", "/%2e%2e/", "/%00", "/%ff", "/.git/config", "?after=", "?after=-1", "?after=%ff",
     "?sender=", "?a[]=1", "?naar=//example.org", "?%", ";a=b", "/%0d%0aX-A:b"]
)  # fmt: skip


def _dumped(made: Any) -> bytes:
    return json.dumps(made).encode()


def _strange(paths: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    bases = st.sampled_from([_own(re.sub(r"\{\w+\}", "x", path)) or "/" for path in paths]) | _TEXT.map(lambda text: "/" + text)
    methods = st.sampled_from(["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE", "CONNECT", "PROPFIND"])
    return st.fixed_dictionaries(
        {
            "method": methods,
            "path": st.builds(lambda base, end: base + end, bases, _ENDS),
            "content": BODIES,
            "headers": st.builds(
                lambda kind, more: {**more, "Content-Type": kind}, _KINDS, st.dictionaries(_NAMES, _VALUES, max_size=3)
            ),
        }
    )


def _sendable(request: dict[str, Any]) -> dict[str, Any]:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.pop("headers").items()]
    made = {**request, "headers": headers, "url": request["path"]}
    del made["path"]
    if not made.get("params"):
        made.pop("params", None)
    if isinstance(made.get("data"), (str, bytes)):
        made["content"] = made.pop("data")
    elif "data" in made and not isinstance(made["data"], dict):
        made["content"] = str(made.pop("data")).encode("utf-8", "replace")
    elif "data" in made:
        made["data"] = {str(name): value if isinstance(value, str) else str(value) for name, value in made["data"].items()}
    return made


def sings(entrance: Entrance, logs: Path, *more: str) -> None:
    """Look for what was sent in every log below a folder: :data:`CANARY`, and what else may not stand there."""
    for path in sorted(logs.rglob("*.log")):
        lines = [
            line
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
            if any(word in line for word in (CANARY, *more))
        ]
        if lines:
            entrance.wrong("content in log", f"{path.name}: {lines[0]}")
