"""All entrances one after the other, at servers that really run with nobody but a repeater behind them."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx

from wegwijzer.catalogue.loading import load_catalogue
from wegwijzer.evaluation.echo_server import EchoServer
from wegwijzer.evaluation.fuzz import files, webhooks
from wegwijzer.evaluation.fuzz.http import Prepare, Target, from_description, hardly, lying, sings
from wegwijzer.evaluation.fuzz.report import Entrance
from wegwijzer.handover.models import Urgency
from wegwijzer.handover.states import Actor, RequestState
from wegwijzer.handover.store import HandoverStore
from wegwijzer.paths import CATALOGUE
from wegwijzer.product.processes import Part, free_ports, staff_console, wait_until_ready
from wegwijzer.settings import Settings
from wegwijzer.staff.models import Role, StaffUnavailable
from wegwijzer.staff.tables import METADATA
from wegwijzer.staff.users import Users
from wegwijzer.storage import Database

SECRET = "no-secret-but-random-enough-4f9c2e7a1b8d"  # noqa: S105 - of a server that lives as long as the run
COLLEAGUE, PASSWORD = "Samira", "zeven gele fietsen bij de brug"

NAMES = ("rest", "web", "page", "whatsapp", "twilio", "console", "sheets", "hsds", "events")

Tell = Callable[[str, int, int], None]


def run(
    examples: int,
    number: int,
    tell: Tell,
    only: tuple[str, ...] = NAMES,
    found: list[Entrance] | None = None,
    done_with: Callable[[Entrance], None] = lambda entrance: None,
) -> list[Entrance]:
    """Try every entrance.

    Args:
        examples: how many inputs for each operation and each way of spoiling.
        number: the same number makes the same inputs.
        tell: gets a name, how much is done, and how much there is.
        only: names of entrances.
        found: gets each entrance when it begins, so that who interrupts this has the counts so far.
        done_with: hears of each entrance as soon as it was tried.
    """
    found = [] if found is None else found
    names = [name for name in NAMES if name in only]
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        channels = _Channels(Path(name) / "channels", stack)
        for done, one in enumerate(names):
            tell("entrances", done, len(names))
            found.append(entrance := Entrance(one))
            folder = Path(name) / one
            folder.mkdir()
            if one in _AT_CHANNELS:
                _AT_CHANNELS[one](entrance, channels, examples, number)
            else:
                _ENTRANCES[one](entrance, folder, examples, number)
            entrance.finished = True
            done_with(entrance)
        tell("entrances", len(names), len(names))
    return found


class _Channels:
    """One server for the entrances of the channels, started when the first of them is tried.

    Args:
        folder: for its files.
        stack: stops it.
    """

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self._stack = folder, stack

    @cached_property
    def address(self) -> str:
        """Where it is."""
        page = self.folder / "page"
        page.mkdir(parents=True)
        (page / "index.html").write_text("<!doctype html><title>x</title>", encoding="utf-8")
        database, log = f"sqlite:///{self.folder / 'web.db'}", str(self.folder / "server.log")
        server = EchoServer(database, SECRET, rest=True, pages=str(page), log=log, slowest=0.0)
        server.start()
        self._stack.callback(server.kill)
        return server.address


def _rest(entrance: Entrance, channels: _Channels, examples: int, number: int) -> None:
    away = frozenset({"/webhooks/rest/messages"})
    _knock(entrance, channels.address, channels.folder, examples, number, lambda request: request, away)


def _page(entrance: Entrance, channels: _Channels, examples: int, number: int) -> None:
    _knock(
        entrance,
        channels.address,
        channels.folder,
        examples,
        number,
        lambda request: request,
        frozenset({"/", "/health", "/ready"}),
    )


def _web(entrance: Entrance, channels: _Channels, examples: int, number: int) -> None:
    cookies: dict[str, str] = {}

    def with_session(request: dict[str, Any]) -> dict[str, Any]:
        # Half of them with a conversation that is really there.
        if not cookies or request["path"] == "/web/session":
            cookies.update(httpx.post(f"{channels.address}/web/session", json={}, trust_env=False, timeout=30).cookies)
        sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
        own = {"Cookie": sent} if len(str(request)) % 2 else {}
        return {**request, "headers": {**request.get("headers", {}), **own}}

    _knock(entrance, channels.address, channels.folder, examples, number, with_session, frozenset())


def _console(entrance: Entrance, folder: Path, examples: int, number: int) -> None:
    with _desk(folder) as (address, verzoek):
        with httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
            form = client.get("/inloggen").text
            client.post("/inloggen", data={"bewijs": _proof(form), "naam": COLLEAGUE, "wachtwoord": PASSWORD})
            cookie = f"balie={client.cookies['balie']}"
            proof = _proof(client.get("/").text)

        def signed_in(request: dict[str, Any]) -> dict[str, Any]:
            request = {**request, "path": request["path"].replace("/verzoek/x", f"/verzoek/{verzoek}")}
            inside = len(str(request)) % 3 and "uitloggen" not in request["path"]
            if inside and isinstance(request.get("data"), dict):
                request["data"] = {**request["data"], "bewijs": proof}
            own = {"Cookie": cookie} if inside else {}
            return {**request, "headers": {**request.get("headers", {}), **own}}

        _knock(entrance, address, folder, examples, number, signed_in, frozenset())


@contextmanager
def _desk(folder: Path) -> Iterator[tuple[str, str]]:
    """A console of its own with somebody signed up and somebody waiting."""
    settings = Settings.from_environment(
        {
            "RASA_TOKEN": SECRET, "WEB_SECRET": SECRET, "ACTION_SECRET": SECRET, "CONSOLE_PROXIES": "1", "LOG_LEVEL": "DEBUG",
            "CONSOLE_PORT": str(free_ports(1)[0]), "HANDOVER_DATABASE_URL": f"sqlite:///{folder / 'handover.db'}",
            "INSIGHT_DATABASE_URL": f"sqlite:///{folder / 'insight.db'}",
        }
    )  # fmt: skip
    store = HandoverStore(settings.handover.database)
    request, _ = store.ask("fuzz", "web", urgency=Urgency.NORMAL)
    store.move(request.id, RequestState.WAITING, Actor.BOT)
    staff = Database(settings.handover.database, METADATA, setting="HANDOVER_DATABASE_URL", failure=StaffUnavailable)
    Users(staff, lambda: 0.0).add(COLLEAGUE, Role.ADMIN, password=PASSWORD)
    store.take(request.id, COLLEAGUE)
    store.close()
    staff.close()
    part: Part = staff_console(settings)
    log = folder / "console.log"
    part.more = {"CONSOLE_PROXIES": "1"}
    part.start(settings, log)
    try:
        wait_until_ready([part], folder)
        yield f"http://{settings.host}:{settings.console.port}", request.id
    finally:
        part.stop()


def _knock(
    entrance: Entrance, address: str, folder: Path, examples: int, number: int, prepare: Prepare, away: frozenset[str]
) -> None:
    target = Target(entrance, address, prepare, away)
    try:
        _everywhere(target, examples, number)
    finally:
        target.close()
    sings(entrance, folder)


def _everywhere(target: Target, examples: int, number: int) -> None:
    """What is tried at every server."""
    tags = frozenset({target.entrance.name})
    from_description(target, tags, examples, number)
    hardly(target, tags, 4 * examples, number)
    lying(target, tags)
    # And it is still there afterwards.
    target.ask({"method": "GET", "path": "/.well-known/security.txt"})


def _whatsapp(entrance: Entrance, folder: Path, examples: int, number: int) -> None:
    webhooks.whatsapp(entrance, folder, examples, number, lambda target: _everywhere(target, examples, number))


def _twilio(entrance: Entrance, folder: Path, examples: int, number: int) -> None:
    webhooks.twilio(entrance, folder, examples, number, lambda target: _everywhere(target, examples, number))


def _proof(page: str) -> str:
    found = re.search(r'name="bewijs" value="([^"]*)"', page)
    return found.group(1) if found else ""


_ENTRANCES: dict[str, Callable[[Entrance, Path, int, int], None]] = {
    "whatsapp": _whatsapp,
    "twilio": _twilio,
    "console": _console,
    "sheets": lambda entrance, _, examples, number: files.sheets(entrance, load_catalogue(CATALOGUE), examples, number),
    "hsds": lambda entrance, _, examples, number: files.hsds(entrance, load_catalogue(CATALOGUE), examples, number),
    "events": lambda entrance, _, examples, number: files.events(entrance, 4 * examples, number),
}

_AT_CHANNELS: dict[str, Callable[[Entrance, _Channels, int, int], None]] = {"rest": _rest, "web": _web, "page": _page}
