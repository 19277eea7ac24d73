"""The double itself: Graph's routes over HTTP on one side, people with telephones on the other."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from wegwijzer.graph_double.errors import GraphError
from wegwijzer.graph_double.faults import Fault, Faults
from wegwijzer.graph_double.media import check_image
from wegwijzer.graph_double.postman import Postman
from wegwijzer.graph_double.sending import ReadReceipt, Sendable, TemplateMessage, read
from wegwijzer.graph_double.webhooks import Account, Person, file_of, incoming, status, value
from wegwijzer.graph_double.world import File, Phone, Sent, World

VERSION = "v23.0"
"""Of the address that is given out; every version is answered."""

LARGEST_REQUEST = 20 * 1024 * 1024
"""Bytes."""

WINDOW_CLOSED = "More than 24 hours have passed since the recipient last replied to the sender number."
NOT_ON_WHATSAPP = "Unable to deliver message: the recipient phone number is not a WhatsApp phone number."

PHONE_FIELDS = (
    "verified_name",
    "code_verification_status",
    "display_phone_number",
    "quality_rating",
    "platform_type",
    "throughput",
)
"""What is told of the business's number when nothing is asked for by name."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Double:
    """Meta, as far as the bot can tell.

    Args:
        account: the business.
        world: what is remembered.
        faults: what goes wrong.
        webhook: address of the bot's webhook; nothing is brought without.
        window_by_status: a message outside the window is accepted and fails in a status, as the real one often does; without,
            it is refused at once, as the documentation has it.
        tells: which statuses follow an accepted message, with seconds between them.
        pause: seconds before each.
        phone_state: what is told of the business's number instead of that all is well.
        port: where to serve; a free one without.
        below: the path below which the routes are, when they are a part of another application.
        template_states: by name and language, what is told instead of ``APPROVED``.

    Attributes:
        receipts: messages that the bot has read, with whether the dots were asked for.
        refusals: everything that was refused.
        version: goes up with everything that happens.
    """

    account: Account = field(default_factory=Account)
    world: World = field(default_factory=World)
    faults: Faults = field(default_factory=Faults)
    webhook: str = ""
    window_by_status: bool = False
    tells: Sequence[str] = ("sent", "delivered")
    pause: float = 0.0
    phone_state: dict[str, Any] = field(default_factory=dict)
    template_states: dict[tuple[str, str], str] = field(default_factory=dict)
    receipts: list[tuple[str, bool]] = field(default_factory=list)
    refusals: list[GraphError] = field(default_factory=list)
    port: int = 0
    below: str = ""
    version: int = 0

    def __post_init__(self) -> None:
        self.postman = Postman(self.account, self.webhook)
        self.changed = asyncio.Event()

    def connect(self, webhook: str) -> None:
        """Bring webhooks to this address from now on."""
        self.webhook = webhook
        self.postman.url = webhook

    @property
    def url(self) -> str:
        """The address for the setting of the bot, when it runs."""
        return f"http://127.0.0.1:{self.port}{self.below}/{VERSION}"

    # --- people -----------------------------------------------------------------------------------------------------------

    async def say(self, person: Person, text: str) -> str:
        """Somebody writes; gives the id of the message. Returns when the bot has it."""
        return await self.send(person, "text", {"body": text})

    async def tap(self, person: Person, wamid: str, choice: str) -> str:
        """Somebody chooses a button or a row by its id.

        Args:
            person: who.
            wamid: of the message with the choices.
            choice: id of the button or the row.

        Raises:
            KeyError: there is no such choice.
        """
        interactive = self.world.sent[wamid].body["interactive"]
        context = {"from": self.account.number, "id": wamid}
        for button in interactive["action"].get("buttons", ()):
            if button["reply"]["id"] == choice:
                return await self.send(person, "interactive", {"type": "button_reply", "button_reply": button["reply"]}, context)
        rows = [row for section in interactive["action"].get("sections", ()) for row in section["rows"]]
        row = next(row for row in rows if row["id"] == choice) if choice in {row["id"] for row in rows} else None
        if row is None:
            raise KeyError(choice)
        return await self.send(person, "interactive", {"type": "list_reply", "list_reply": row}, context)

    async def send(self, person: Person, kind: str, content: Mapping[str, Any], context: Mapping[str, str] | None = None) -> str:
        """Somebody sends something of any kind."""
        message = incoming(person, kind, content, int(self.world.clock()), context=context)
        await self.arrive([(person, message)])
        return str(message["id"])

    async def send_file(self, person: Person, kind: str) -> str:
        """Somebody sends a voice message (``audio``), an ``image``, a ``video``, a ``document`` or a ``sticker``."""
        media_id = str(1_000_000_000 + len(self.world.files))
        self.world.files[media_id] = File("", b"", by_business=False)
        return await self.send(person, kind, file_of(kind, media_id))

    async def arrive(self, messages: Sequence[tuple[Person, Mapping[str, Any]]]) -> None:
        """Messages come in as one POST, in this order, each in a change of its own."""
        for person, message in messages:
            self.world.wrote(person, message)
        self.something()
        if self.webhook:
            await self.postman.bring([value(self.account, [message], [person]) for person, message in messages])

    def tell(self, sent: Sent, phone: Phone, kind: str, errors: Sequence[tuple[int, str]] = (), after: float = 0.0) -> None:
        """Tell the bot what became of its message."""
        sent.statuses.append(kind)
        self.something()
        if self.webhook:
            told = status(sent.wamid, phone.person, kind, int(self.world.clock()), sent.opaque, errors)
            self.postman.bring_soon([value(self.account, statuses=[told])], after)

    # --- Graph ------------------------------------------------------------------------------------------------------------

    def app(self) -> web.Application:
        """The routes."""
        app = web.Application(middlewares=[self._as_graph], client_max_size=LARGEST_REQUEST)
        version = r"/{version:v\d+\.\d+}"
        app.router.add_post(version + "/{node}/messages", self._messages)
        app.router.add_post(version + "/{node}/media", self._upload)
        app.router.add_get(version + "/debug_token", self._debug_token)
        app.router.add_get(version + "/{node}/message_templates", self._templates)
        app.router.add_get(version + "/{node}/phone_numbers", self._numbers)
        app.router.add_get(version + "/{node}/subscribed_apps", self._subscribed)
        app.router.add_get(version + "/{node}", self._node)
        app.router.add_delete(version + "/{node}", self._delete)
        app.router.add_get("/files/{node}", self._file)
        return app

    @asynccontextmanager
    async def serving(self, app: web.Application | None = None) -> AsyncIterator[Double]:
        """Serve on loopback, on :attr:`port` or a free one."""
        runner = web.AppRunner(app or self.app(), access_log=None)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", self.port)
            await site.start()
            self.port = int(runner.addresses[0][1])
            yield self
        finally:
            await self.postman.close()
            await runner.cleanup()

    @web.middleware
    async def _as_graph(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            self._let_in(request)
            return await handler(request)
        except GraphError as error:
            self.refusals.append(error)
            self.something()
            headers = {} if error.retry_after is None else {"Retry-After": f"{error.retry_after:g}"}
            return web.json_response(error.body(), status=error.status, headers=headers)
        except web.HTTPNotFound:
            path = urlsplit(str(request.rel_url)).path
            return web.json_response(GraphError(2500, message=f"Unknown path components: {path}").body(), status=400)

    def _let_in(self, request: web.Request) -> None:
        given = request.headers.get("Authorization", "")
        if not given:
            raise GraphError(104, message="An access token is required to request this resource.")
        if given != f"Bearer {self.account.token}":
            message = "Invalid OAuth access token - Cannot parse access token"
            raise GraphError(190, message=message)

    def _only(self, request: web.Request, known: str) -> None:
        node = request.match_info["node"]
        if node != known:
            message = (
                f"Unsupported {request.method.lower()} request. Object with ID '{node}' does not exist, cannot be loaded due to "
                "missing permissions, or does not support this operation."
            )
            raise GraphError(100, message=message, subcode=33, kind="GraphMethodException")

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        self._only(request, self.account.phone_id)
        if request.content_type != "application/json":
            raise GraphError(100, "The double takes application/json only")
        try:
            asked = read(json.loads(await request.read()))
        except (ValueError, RecursionError):
            raise GraphError(100, "The body is no JSON") from None
        if isinstance(asked, ReadReceipt):
            self.world.read(asked.message_id, asked.typing_indicator is not None)
            self.receipts.append((asked.message_id, asked.typing_indicator is not None))
            self.something()
            return web.json_response({"success": True})
        fault = self.faults.draw()
        if fault is not None:
            refused = await self._go_wrong(request, fault)
            if refused is not None:
                return refused
        sent, phone = self._take(asked)
        if fault is Fault.LOST:
            _hang_up(request)
        return web.json_response(self._accepted(asked, sent, phone))

    async def _go_wrong(self, request: web.Request, fault: Fault) -> web.StreamResponse | None:
        """The answer that the fault gives; none when the message is accepted all the same."""
        if error := self.faults.error(fault):
            raise error
        if fault is Fault.GATEWAY:
            return web.Response(status=502, text="<html><body>502 Bad Gateway</body></html>", content_type="text/html")
        if fault is Fault.HUNG_UP:
            _hang_up(request)
            return web.Response(status=500)
        if fault is Fault.SLOW:
            await asyncio.sleep(self.faults.slowness)
        return None

    def _take(self, message: Sendable) -> tuple[Sent, Phone | None]:
        phone = self.world.check(message)
        open_to = phone is None or self.world.in_window(phone) or isinstance(message, TemplateMessage)
        if not open_to and not self.window_by_status:
            raise GraphError(131047, WINDOW_CLOSED)
        sent = self.world.accept(phone, message)
        if phone is None:
            nobody = Phone(Person(sent_to(message)))
            self.tell(sent, nobody, "failed", [(131026, NOT_ON_WHATSAPP)])
        elif not open_to:
            self.tell(sent, phone, "failed", [(131047, WINDOW_CLOSED)])
        else:
            self.world.deliver(phone, sent)
            for number, kind in enumerate(self.tells):
                self.tell(sent, phone, kind, after=self.pause * (number + 1))
        return sent, phone

    def _accepted(self, message: Sendable, sent: Sent, phone: Phone | None) -> dict[str, Any]:
        contact: dict[str, str] = {"input": str(message.to or message.recipient)}
        if phone is None or not phone.person.username:
            contact["wa_id"] = phone.person.number if phone else sent_to(message)
        if phone is not None:
            contact["user_id"] = phone.person.user_id
        accepted: dict[str, str] = {"id": sent.wamid}
        if isinstance(message, TemplateMessage):
            accepted["message_status"] = "accepted"
        return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [accepted]}

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        self._only(request, self.account.phone_id)
        if request.content_type != "multipart/form-data":
            raise GraphError(100, "The file must come as multipart/form-data")
        form = await request.post()
        if form.get("messaging_product") != "whatsapp":
            raise GraphError(100, message="(#100) The parameter messaging_product is required.")
        file = form.get("file")
        if not isinstance(file, web.FileField):
            raise GraphError(100, message="(#100) The parameter file is required.")
        mime = str(form.get("type") or file.content_type)
        data = file.file.read()
        check_image(data, mime)
        media_id = str(2_000_000_000 + len(self.world.files))
        self.world.files[media_id] = File(mime, data)
        return web.json_response({"id": media_id})

    async def _node(self, request: web.Request) -> web.StreamResponse:
        node = request.match_info["node"]
        if node in self.world.files:
            file = self.world.files[node]
            address = f"http://127.0.0.1:{self.port}{self.below}/files/{node}"
            known = {"messaging_product": "whatsapp", "url": address, "mime_type": file.mime, "file_size": len(file.data)}
            return web.json_response({**known, "id": node})
        self._only(request, self.account.phone_id)
        return web.json_response(self._number(request.query.get("fields", "")))

    def _number(self, fields: str) -> dict[str, Any]:
        known = {
            "verified_name": self.account.name,
            "code_verification_status": "VERIFIED",
            "display_phone_number": f"+{self.account.number}",
            "quality_rating": "GREEN",
            "platform_type": "CLOUD_API",
            "throughput": {"level": "STANDARD"},
            "name_status": "APPROVED",
            "status": "CONNECTED",
            "account_mode": "LIVE",
            "messaging_limit_tier": "TIER_1K",
            "health_status": {"can_send_message": "AVAILABLE", "entities": []},
            **self.phone_state,
        }
        asked = [name.strip() for name in fields.split(",") if name.strip()] or list(PHONE_FIELDS)
        for name in asked:
            if name not in known and name != "id":
                kind = "WhatsAppBusinessPhoneNumber"
                message = f"(#100) Tried accessing nonexisting field ({name}) on node type ({kind})"
                raise GraphError(100, message=message)
        return {**{name: known[name] for name in asked if name != "id"}, "id": self.account.phone_id}

    async def _numbers(self, request: web.Request) -> web.StreamResponse:
        self._only(request, self.account.waba_id)
        return web.json_response({"data": [self._number("")]})

    async def _templates(self, request: web.Request) -> web.StreamResponse:
        self._only(request, self.account.waba_id)
        wanted = request.query.get("name")
        found = [
            {
                "name": name,
                "status": self.template_states.get((name, language), "APPROVED"),
                "category": "UTILITY",
                "language": language,
                "components": [{"type": "BODY", "text": " ".join(f"{{{{{number + 1}}}}}" for number in range(count)) or "-"}],
                "id": str(3_000_000_000 + number),
            }
            for number, ((name, language), count) in enumerate(sorted(self.world.templates.items()))
            if wanted is None or wanted in name
        ]
        return web.json_response({"data": found, "paging": {"cursors": {"before": "MAZDZD", "after": "MjQZD"}}})

    async def _subscribed(self, request: web.Request) -> web.StreamResponse:
        self._only(request, self.account.waba_id)
        app = {"id": "670843887433847", "name": self.account.name, "link": "https://example.org"}
        return web.json_response({"data": [{"whatsapp_business_api_data": app}]})

    async def _debug_token(self, request: web.Request) -> web.StreamResponse:
        scopes = ["whatsapp_business_management", "whatsapp_business_messaging"]
        valid = request.query.get("input_token") == self.account.token
        told = {"app_id": "670843887433847", "type": "SYSTEM_USER", "is_valid": valid, "expires_at": 0}
        return web.json_response({"data": {**told, "scopes": scopes if valid else []}})

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        if self.world.files.pop(request.match_info["node"], None) is None:
            self._only(request, "")
        return web.json_response({"success": True})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        file = self.world.files.get(request.match_info["node"])
        if file is None:
            raise GraphError(100, "There is no such file")
        return web.Response(body=file.data, content_type=file.mime)

    def something(self) -> None:
        """Wake who waits for something new."""
        self.version += 1
        self.changed.set()
        self.changed = asyncio.Event()


def sent_to(message: Sendable) -> str:
    """The digits or the user id that a message is for."""
    return str(message.to or message.recipient).lstrip("+")


def _hang_up(request: web.Request) -> None:
    """Close the line without an answer."""
    if request.transport is not None:
        request.transport.abort()
