"""What comes in by WhatsApp, from Meta and from Twilio: signed and not, of every shape and size.

Who signs is believed, so a signed body is taken whatever stands in it (Meta would bring it for days otherwise), and one that is
not signed is never let in. Neither what was said nor a telephone number may be in a log, and no number may be in the database.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from wegwijzer.evaluation.echo_server import TWILIO, WHATSAPP, EchoServer
from wegwijzer.evaluation.fuzz.http import BODIES, JSON, LENGTHS, PATIENCE, Target, quietly, sings, sized
from wegwijzer.evaluation.fuzz.report import CANARY, Entrance
from wegwijzer.graph_double.running import running
from wegwijzer.graph_double.server import Double
from wegwijzer.graph_double.settings import WEBHOOK
from wegwijzer.graph_double.webhooks import Account
from wegwijzer.handover.phone_vault import read_keys
from wegwijzer.product.processes import free_ports
from wegwijzer.whatsapp.config import CloudSettings
from wegwijzer.whatsapp.people import People
from wegwijzer.whatsapp.signature import SIGNATURE, sign
from wegwijzer.whatsapp.store import Store
from wegwijzer.whatsapp.twilio.config import WEBHOOK_PATH
from wegwijzer.whatsapp.twilio.reading import REPLY
from wegwijzer.whatsapp.twilio.signature import HEADER, Form

NUMBERS = "316876543"
"""What every telephone number of the run begins with. Invented; two digits are missing."""

TOO_LARGE = 3 * 1024 * 1024 + 1
"""Bytes that neither channel takes."""

SECRET = "no-secret-but-random-enough-7d03b9c5e2fa"  # noqa: S105 - of a server that lives as long as the run
ACCOUNT = Account()
TWILIO_ACCOUNT, TWILIO_TOKEN = f"AC{'5f' * 16}", "84c1e07bd2936fa58e4b1d706c29f3a5"
TWILIO_SENDER, PUBLIC = "+31612345600", f"https://bot.example.org{WEBHOOK_PATH}"

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Brought:
    """One call of a provider, or of somebody who acts as if.

    Attributes:
        body: what is sent.
        seal: what stands in the header for the signature; ``None``: there is none.
        genuine: whether it has to be let in.
        kind: what it is said to be.
        query: of the address.
    """

    body: bytes
    seal: str | None
    genuine: bool
    kind: str
    query: str = ""


@dataclass(frozen=True)
class Provider:
    """How one of them knocks.

    Attributes:
        path: of the webhook.
        header: for the signature.
        genuine: bodies as the provider may send them, and others that it signed.
        taken: the status with which they are taken.
        padded: a body that is signed and has at least so many bytes.
    """

    path: str
    header: str
    genuine: st.SearchStrategy[Brought]
    taken: int
    padded: Callable[[int], Brought]


Knock = Callable[[Target], None]


def whatsapp(entrance: Entrance, folder: Path, examples: int, number: int, knock: Knock) -> None:
    """Meta's Cloud API, with a double of the Graph API to answer to.

    Args:
        knock: tries what is tried at every entrance.
    """
    with running(Double(account=ACCOUNT)) as graph:
        cloud = CloudSettings(ACCOUNT.phone_id, ACCOUNT.token, ACCOUNT.app_secret, ACCOUNT.verify_token, graph.double.url)
        with _served(entrance, folder, WHATSAPP, (WEBHOOK, 403), cloud=cloud) as target:
            knock(target)
            quietly(examples, number, _ASKED, lambda query: _verify(target, query))
            _bring(target, _META, examples, number)


def twilio(entrance: Entrance, folder: Path, examples: int, number: int, knock: Knock) -> None:
    """Twilio, which cannot be reached itself: every answer has to wait.

    Args:
        knock: tries what is tried at every entrance.
    """
    environment = {
        "TWILIO_ACCOUNT_SID": TWILIO_ACCOUNT, "TWILIO_AUTH_TOKEN": TWILIO_TOKEN, "TWILIO_FROM": TWILIO_SENDER,
        "TWILIO_WEBHOOK_URL": PUBLIC, "TWILIO_API_URL": f"http://127.0.0.1:{free_ports(1)[0]}",
    }  # fmt: skip
    with _served(entrance, folder, TWILIO, (WEBHOOK_PATH, 405), environment=environment) as target:
        knock(target)
        _bring(target, _TWILIO, examples, number)


@contextmanager
def _served(entrance: Entrance, folder: Path, module: str, ready: tuple[str, int], **options: Any) -> Iterator[Target]:
    """The server of a channel; afterwards its logs and its database are looked through."""
    database = folder / "kept.db"
    url = f"sqlite:///{database}"
    server = EchoServer(url, SECRET, module, ready, log=str(folder / "server.log"), proxies=1, **options)
    server.start()
    try:
        # The only place that knows which port the webhook has.
        target = Target(entrance, server.address, lambda request: request)
        try:
            yield target
            _heard(entrance, url)
        finally:
            target.close()
    finally:
        server.kill()
    sings(entrance, folder, NUMBERS)
    for path in sorted(folder.glob(f"{database.name}*")):
        if NUMBERS.encode() in path.read_bytes():
            entrance.wrong("number in the database", path.name)


def _heard(entrance: Entrance, url: str) -> None:
    """Whether everything that was taken is heard in the end: nothing holds up what came after it."""
    store = Store(url, People(SECRET, read_keys("A" * 43)))
    deadline = time.monotonic() + 2 * PATIENCE
    with closing(store.database):
        while waiting := store.unfinished()[0]:
            if time.monotonic() > deadline:
                entrance.wrong("never heard", f"messages of {len(waiting)} people")
                return
            time.sleep(0.05)


# --------------------------------------------------------------------------- bringing


def _bring(target: Target, provider: Provider, examples: int, number: int) -> None:
    quietly(4 * examples, number, provider.genuine, lambda made: _deliver(target, provider, made))
    quietly(2 * examples, number, _forged(provider), lambda made: _deliver(target, provider, made))
    for size in (0, TOO_LARGE // 100, TOO_LARGE):
        made = provider.padded(size)
        _deliver(target, provider, made if size < TOO_LARGE else replace(made, genuine=False))
    quietly(examples, number, st.tuples(provider.genuine, _LENGTHS), lambda made: target.send(_lying(provider, *made)))


def _deliver(target: Target, provider: Provider, made: Brought) -> None:
    headers = {"Content-Type": made.kind, **({} if made.seal is None else {provider.header: made.seal})}
    answer = target.ask({"method": "POST", "path": provider.path + made.query, "content": made.body, "headers": headers})
    if answer is None:
        return
    status, body = answer
    if made.genuine and status != provider.taken:
        target.entrance.wrong("refused", f"a signed body -> {status}")
    if not made.genuine and not 400 <= status < 500:
        target.entrance.wrong("let in", f"a body that is not signed, or is too large -> {status}")
    if body:
        target.entrance.wrong("more said than needed", f"{len(body)} bytes with {status}")


def _forged(provider: Provider) -> st.SearchStrategy[Brought]:
    """Without a seal, with one of something else, or with one that is none."""
    seals = st.none() | _SEALS | provider.genuine.map(lambda other: f"{other.seal}0")
    return st.builds(lambda made, seal: replace(made, seal=seal, genuine=False), provider.genuine, seals)


def _lying(provider: Provider, made: Brought, length: str) -> bytes:
    headers = {"Content-Type": made.kind, provider.header: made.seal or ""}
    return sized(f"POST {provider.path}{made.query}", headers, made.body, length)


_SEALS = st.sampled_from(
    ["", " ", "sha256=", "sha256=" + "0" * 64, "sha256=" + "\xe9" * 64, "sha1=" + "0" * 40, "0" * 64, "x" * 5000,
     base64.b64encode(b"\0" * 20).decode()]
)  # fmt: skip
_LENGTHS = st.sampled_from(LENGTHS)


def _mostly(right: st.SearchStrategy[Any], wrong: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Rather this than that: what is wrong everywhere is not read far."""
    return st.integers(0, 7).flatmap(lambda roll: right if roll else wrong)


_SAID = (
    st.text(max_size=200)
    | st.sampled_from(["hallo", "1", "STOP", "stop", "ja", "/restart", "/wijk{", "\0", "\u202eabc", "a" * 9000, "<b>", "{0}",
         "%s", "🧓" * 3000])
).map(lambda text: f"{text} {CANARY}")  # fmt: skip
_PERSON = st.integers(0, 19).map(lambda who: f"{NUMBERS}{who:02}")

# --------------------------------------------------------------------------- Meta

_MODES, _WORDS = st.sampled_from(["subscribe", "unsubscribe", ""]), st.sampled_from([ACCOUNT.verify_token, "", "x", "é"])
_ASKED = st.fixed_dictionaries(
    {},
    optional={"hub.mode": _MODES, "hub.verify_token": _WORDS, "hub.challenge": st.sampled_from(["158201444", "<b>"]) | st.text()},
)


def _verify(target: Target, query: Mapping[str, str]) -> None:
    """What is said back is never more than a word."""
    answer = target.ask({"method": "GET", "path": WEBHOOK, "params": dict(query)})
    knows = query.get("hub.mode") == "subscribe" and query.get("hub.verify_token") == ACCOUNT.verify_token
    if answer is None or answer == (403, b""):
        return
    status, body = answer
    if not knows:
        target.entrance.wrong("let in", f"a verification without the word -> {status}")
    elif body.decode("utf-8", "replace") != query.get("hub.challenge") or any(byte in body for byte in b"<>&\"' \r\n"):
        target.entrance.wrong("something else said back", f"{len(body)} bytes with {status}")


def _meta_seal(body: bytes) -> Brought:
    return Brought(body, sign(ACCOUNT.app_secret, body), True, "application/json")


def _as_json(made: Any) -> bytes:
    return json.dumps(made).encode()


_KINDS = (
    "text", "button", "interactive", "location", "audio", "voice", "image", "video", "document", "sticker", "contacts", "edit",
    "reaction", "revoke", "system", "request_welcome", "unsupported", "order", "",
)  # fmt: skip
_EDITED = st.fixed_dictionaries({"type": st.just("text"), "text": st.fixed_dictionaries({"body": _SAID})})
_INSIDE = st.fixed_dictionaries(
    {},
    optional={
        "body": _mostly(_SAID, JSON), "text": _mostly(_SAID, JSON), "caption": _mostly(_SAID, JSON), "name": _mostly(_SAID, JSON),
        "address": _SAID, "latitude": st.floats(allow_nan=False), "longitude": JSON, "payload": _SAID,
        "type": st.sampled_from(["button_reply", "list_reply", "nfm_reply", "edit", "revoke"]) | JSON,
        "button_reply": _mostly(st.fixed_dictionaries({"id": _SAID, "title": _SAID}), JSON),
        "list_reply": _mostly(st.fixed_dictionaries({"id": _SAID, "title": _SAID, "description": _SAID}), JSON),
        "message": _mostly(_EDITED, JSON),
        "emoji": JSON, "id": JSON, "mime_type": JSON,
    },
)  # fmt: skip
_ID = st.integers(0, 10**6).map(lambda number: f"wamid.{CANARY}{number}")
_WHEN = st.integers(0, 10**11).map(str) | st.integers(1_790_000_000, 1_800_000_000).map(str)


def _of_kind(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    needed = {"from": _mostly(_PERSON, JSON), "id": _mostly(_ID, JSON), "timestamp": _mostly(_WHEN, JSON), "type": st.just(kind)}
    more = {"context": JSON, "referral": JSON, "errors": JSON, "from_user_id": st.just(f"NL.{CANARY}")}
    return st.fixed_dictionaries({**needed, kind: _mostly(_INSIDE, JSON)}, optional=more)


_CODE = st.sampled_from([131047, 130429, 1]) | JSON
_STATUS = st.fixed_dictionaries(
    {
        "id": _mostly(_ID, JSON), "status": _mostly(st.sampled_from(["sent", "delivered", "read", "failed", "deleted"]), JSON),
        "recipient_id": _PERSON, "timestamp": _mostly(_WHEN, JSON),
    },
    optional={
        "biz_opaque_callback_data": _mostly(st.text(max_size=30), JSON),
        "errors": _mostly(st.lists(st.fixed_dictionaries({"code": _CODE}), max_size=2), JSON),
        "conversation": JSON,
    },
)  # fmt: skip
_VALUE = st.fixed_dictionaries(
    {"metadata": _mostly(st.just({"phone_number_id": ACCOUNT.phone_id}), JSON)},
    optional={
        "messages": _mostly(st.lists(_mostly(st.sampled_from(_KINDS).flatmap(_of_kind), JSON), max_size=4), JSON),
        "statuses": _mostly(st.lists(_mostly(_STATUS, JSON), max_size=4), JSON),
        "contacts": st.lists(st.fixed_dictionaries({"wa_id": _PERSON, "profile": JSON}), max_size=1),
    },
)
_CHANGE = st.fixed_dictionaries({"field": _mostly(st.just("messages"), JSON), "value": _mostly(_VALUE, JSON)})
_ENTRY = st.fixed_dictionaries({"changes": _mostly(st.lists(_mostly(_CHANGE, JSON), min_size=1, max_size=2), JSON)})
_CALL = st.fixed_dictionaries(
    {
        "object": st.just("whatsapp_business_account"),
        "entry": _mostly(st.lists(_mostly(_ENTRY, JSON), min_size=1, max_size=2), JSON),
    }
)
_META = Provider(
    WEBHOOK,
    SIGNATURE,
    _mostly(_CALL.map(_as_json), BODIES).map(_meta_seal),
    200,
    lambda size: _meta_seal(_as_json({"entry": [], "more": "x" * size})),
)

# --------------------------------------------------------------------------- Twilio


def _twilio_seal(made: tuple[list[tuple[str, str]], str]) -> Brought:
    fields, query = made
    body = urlencode(fields, errors="replace").encode()
    return Brought(body, RequestValidator(TWILIO_TOKEN).compute_signature(PUBLIC + query, Form(body)), True, FORM, query)


_SID = st.integers(0, 10**6).map(lambda number: f"SM{number:032x}")
_ANY = st.text(max_size=60)
_TYPES = st.sampled_from(["text", "button", "interactive", "location", "audio", "image", "contacts", "edit", "reaction"])
_FIELDS: Mapping[str, st.SearchStrategy[Any]] = {
    "AccountSid": _mostly(st.just(TWILIO_ACCOUNT), _ANY),
    "MessageSid": _mostly(_SID, _ANY),
    "From": _mostly(_PERSON.map(lambda person: f"whatsapp:+{person}"), _ANY),
    "To": _mostly(st.just(f"whatsapp:{TWILIO_SENDER}"), _ANY),
}
_MAY_BE: Mapping[str, st.SearchStrategy[Any]] = {
    "SmsStatus": _mostly(st.sampled_from(["received", "receiving"]), _ANY),
    "MessageStatus": st.sampled_from(["sent", "delivered", "read", "failed", "undelivered", "queued"]) | _ANY,
    "MessageType": _TYPES | _ANY,
    "Body": _SAID, "ButtonText": _SAID, "ButtonPayload": _SAID, "ListTitle": _SAID, "Label": _SAID, "Address": _SAID,
    "Latitude": _ANY, "Longitude": _ANY, "NumMedia": _ANY,
    "MediaContentType0": st.sampled_from(["audio/ogg", "image/png", "text/vcard", "/", "x/y"]) | _ANY,
    "MediaUrl0": st.sampled_from(["https://example.org/x", "file:///etc/passwd", "http://169.254.169.254/"]),
    "ErrorCode": st.sampled_from(["63016", "63018", "-1", "9" * 40]) | _ANY, "ProfileName": _SAID,
    "WaId": _PERSON, "ChannelMetadata": JSON.map(json.dumps),
}  # fmt: skip
_FORM = st.fixed_dictionaries(dict(_FIELDS), optional=dict(_MAY_BE)).map(lambda made: list(made.items()))
_OTHER = st.lists(st.tuples(st.sampled_from(sorted(_MAY_BE)) | _ANY, _ANY), max_size=12)
_QUERY = st.just("") | _ANY.map(lambda text: f"?{REPLY}={quote(text.encode('utf-8', 'replace'), safe='')}")
_TWILIO = Provider(
    WEBHOOK_PATH,
    HEADER,
    st.tuples(_mostly(_FORM, _OTHER), _mostly(st.just(""), _QUERY)).map(_twilio_seal),
    204,
    lambda size: _twilio_seal(([("Body", "x" * size)], "")),
)
