"""A telephone on a page, to try by hand how the bot talks on WhatsApp. It runs on this machine only."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup, escape

from wegwijzer.graph_double.faults import Fault
from wegwijzer.graph_double.server import Double
from wegwijzer.graph_double.webhooks import Person
from wegwijzer.graph_double.world import WINDOW, Phone, Sent
from wegwijzer.matching.opening_hours import AMSTERDAM
from wegwijzer.paths import ROOT

PEOPLE: Mapping[str, Person] = {
    "anna": Person("31612345678", "Anna"),
    "karim": Person("31612345679", "Karim"),
    "bo": Person("31612345680", "Bo", username="bo.in.utrecht"),
}
"""Invented. The last one shows no number, only a username."""

PLACE = {"latitude": 52.1259, "longitude": 5.1138}
"""Where somebody is who sends a location: a street in Overvecht."""

FILES = ("audio", "image", "sticker", "document", "video")

WAIT = 20.0
"""Seconds that the page's question for news may stay open."""

THEME = ROOT / "web" / "dist" / "console.css"
"""The theme of the city, when ``make web`` was run; without it the page is plain."""

HERE = Path(__file__).parent
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)

_LINK = re.compile(r"https?://[^\s<>]+[^\s<>.,;:!?)]|(?<![\w+])(?:\+31|0)[\d -]{7,13}\d(?!\w)|\b11[23]\b")
_BOLD = re.compile(r"(?<![\w*])\*(\S(?:[^*\n]*\S)?)\*(?![\w*])")


class DemoClock:
    """The time, which can be put forward a day."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        """Seconds since 1970."""
        return time.time() + self.ahead


class Demo:
    """The page around a double.

    Args:
        double: Meta.
        clock: of the double.
        console: address of the console of colleagues.
    """

    def __init__(self, double: Double, clock: DemoClock, console: str = "") -> None:
        self._double, self._clock, self.console = double, clock, console
        self._pages = Environment(
            loader=PackageLoader("wegwijzer.graph_double", "pages"),
            autoescape=select_autoescape(),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._pages.filters["whatsapp"] = as_whatsapp_shows

    def app(self) -> web.Application:
        """The page with its routes; Graph's are below it."""
        app = web.Application(middlewares=[_guarded])
        app.router.add_get("/", self._page)
        app.router.add_get("/nieuws", self._news)
        app.router.add_post("/doen", self._do)
        app.router.add_get("/beeld/{node}", self._picture)
        app.router.add_get("/thema.css", _theme)
        for name in ("telefoon.css", "telefoon.js"):
            app.router.add_get(f"/{name}", _static(HERE / "pages" / name))
        app.add_subapp("/graph", self._double.app())
        return app

    async def _page(self, request: web.Request) -> web.Response:
        who = _who(request)
        html = self._pages.get_template("telefoon.html").render(
            who=who, people=PEOPLE, account=self._double.account, console=self.console, faults=FAULTS, files=FILE_NAMES
        )
        return web.Response(text=html, content_type="text/html")

    async def _news(self, request: web.Request) -> web.Response:
        """Everything on the telephone, once there is something that the page does not have yet."""
        known = request.query.get("versie", "")
        deadline = time.monotonic() + WAIT
        while known == str(self._double.version) and (left := deadline - time.monotonic()) > 0:
            phone = self._phone(request)
            # The dots go away by themselves.
            until = phone.typing_until - self._clock() if self._double.world.typing(phone) else left
            try:
                await asyncio.wait_for(self._double.changed.wait(), max(0.05, min(left, until)))
            except TimeoutError:
                break
        return web.json_response(self._state(self._phone(request)))

    def _state(self, phone: Phone) -> dict[str, Any]:
        world = self._double.world
        line = self._pages.get_template("bericht.html")
        shown = [
            {"id": wamid, "html": line.render(**self._shown(phone, way, wamid, content)), "unread": _unread(way, content)}
            for way, wamid, content in phone.line
        ]
        return {
            "versie": str(self._double.version),
            "berichten": shown,
            "typt": world.typing(phone),
            "storing": str(self._double.faults.always or ""),
            "venster": _left(phone, self._clock()),
            "geweigerd": [str(error) for error in self._double.refusals[-3:]],
        }

    def _shown(self, phone: Phone, way: str, wamid: str, content: Any) -> dict[str, Any]:
        if way == "in":
            taken, read = wamid in self._double.postman.first, phone.wrote[wamid]
            ticks = "gelezen" if read else "bezorgd" if taken else "onderweg"
            return {"way": way, "id": wamid, "message": content, "ticks": ticks, "time": _time(float(content["timestamp"]))}
        newest = phone.got[-1].wamid == wamid and (not phone.line or phone.line[-1][1] == wamid)
        return {"way": way, "id": wamid, "message": content.body, "time": _time(content.at), "newest": newest}

    async def _do(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if not isinstance(asked, dict) or not isinstance(asked.get("wat"), str):
            raise web.HTTPBadRequest(text="Wat moet er gebeuren?")
        person, what = PEOPLE[_who(request)], asked["wat"]
        try:
            await self._happen(person, what, asked)
        except KeyError as error:
            raise web.HTTPBadRequest(text="Dat kan niet.") from error
        return web.json_response({"gedaan": what})

    async def _happen(self, person: Person, what: str, asked: Mapping[str, Any]) -> None:
        double = self._double
        if what == "zeg" and str(asked["tekst"]).strip():
            self._soon(double.say(person, str(asked["tekst"])[:4096]))
        elif what == "kies":
            self._soon(double.tap(person, str(asked["bericht"]), str(asked["keuze"])))
        elif what == "locatie":
            self._soon(double.send(person, "location", PLACE))
        elif what in FILES:
            self._soon(double.send_file(person, what))
        elif what == "reactie":
            got = double.world.phone(person).got
            self._soon(double.send(person, "reaction", {"message_id": got[-1].wamid if got else "", "emoji": "👍"}))
        elif what == "wissen":
            mine = [wamid for way, wamid, _ in double.world.phone(person).line if way == "in"]
            self._soon(double.send(person, "revoke", {"original_message_id": mine[-1] if mine else ""}))
        elif what == "gelezen":
            self._have_read(double.world.phone(person))
        elif what == "storing":
            double.faults.always = Fault(asked["soort"]) if asked["soort"] in FAULTS and asked["soort"] else None
            double.something()
        elif what == "morgen":
            self._clock.ahead += WINDOW
            double.something()

    def _soon(self, work: Any) -> None:
        """The page shows that a message is under way before the bot has it."""
        task = asyncio.get_running_loop().create_task(work)
        _KEPT.add(task)
        task.add_done_callback(self._sent)

    def _sent(self, task: asyncio.Task[Any]) -> None:
        _KEPT.discard(task)
        if not task.cancelled():
            task.exception()
        self._double.something()

    def _have_read(self, phone: Phone) -> None:
        for sent in phone.got:
            if "read" not in sent.statuses:
                self._double.tell(sent, phone, "read")

    def _phone(self, request: web.Request) -> Phone:
        return self._double.world.phone(PEOPLE[_who(request)])

    async def _picture(self, request: web.Request) -> web.Response:
        file = self._double.world.files.get(request.match_info["node"])
        if file is None:
            raise web.HTTPNotFound()
        return web.Response(body=file.data, content_type=file.mime)


_KEPT: set[asyncio.Task[Any]] = set()

FAULTS: Mapping[str, str] = {
    "": "Meta doet het gewoon",
    Fault.TOO_FAST: "Te snel (429)",
    Fault.DOWN: "Storing (500)",
    Fault.SLOW: "Langzaam (3 seconden)",
    Fault.HUNG_UP: "Lijn breekt af",
}
"""What can be switched on, as the page says it."""

FILE_NAMES: Mapping[str, str] = {
    "audio": "Spraakbericht",
    "image": "Foto",
    "video": "Filmpje",
    "sticker": "Sticker",
    "document": "Document",
}


def as_whatsapp_shows(text: str) -> Markup:
    """A text as the telephone shows it: addresses and numbers to tap, ``*bold*``, lines kept."""
    made, at = Markup(), 0
    for found in _LINK.finditer(text):
        target = found.group() if found.group().startswith("http") else "tel:" + re.sub(r"[^\d+]", "", found.group())
        made += _bold(text[at : found.start()])
        made += Markup('<a href="{}" rel="noreferrer" target="_blank">{}</a>').format(target, found.group())
        at = found.end()
    return made + _bold(text[at:])


def _bold(text: str) -> Markup:
    return Markup(_BOLD.sub(r"<strong>\1</strong>", str(escape(text))))  # noqa: S704 - escaped before


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, AMSTERDAM).strftime("%H:%M")


def _left(phone: Phone, now: float) -> str:
    if phone.wrote_at is None:
        return "Nog niets geschreven: de bot mag nog niets sturen."
    left = phone.wrote_at + WINDOW - now
    return (
        f"De bot mag nog {left / 3600:.0f} uur vrij antwoorden."
        if left > 0
        else "De 24 uur zijn voorbij: alleen een sjabloon mag."
    )


def _unread(way: str, content: Any) -> bool:
    return way == "out" and isinstance(content, Sent) and "read" not in content.statuses


def _who(request: web.Request) -> str:
    who = request.query.get("wie", "anna")
    return who if who in PEOPLE else "anna"


@web.middleware
async def _guarded(request: web.Request, handler: Any) -> web.StreamResponse:
    """No page of another site makes this one do things."""
    origin = request.headers.get("Origin")
    if request.method == "POST" and not request.path.startswith("/graph/") and origin and urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden()
    answer: web.StreamResponse = await handler(request)
    answer.headers.setdefault("Content-Security-Policy", POLICY)
    answer.headers.setdefault("X-Content-Type-Options", "nosniff")
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer


async def _theme(request: web.Request) -> web.Response:
    text = THEME.read_text(encoding="utf-8") if THEME.is_file() else ""
    return web.Response(text=text, content_type="text/css")


def _static(path: Path) -> Any:
    kinds = {".css": "text/css", ".js": "text/javascript"}

    text = path.read_text(encoding="utf-8")

    async def file(request: web.Request) -> web.Response:
        return web.Response(text=text, content_type=kinds[path.suffix])

    return file
