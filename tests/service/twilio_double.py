"""A double of Twilio's API for WhatsApp, strict where Twilio is.

Built after Twilio's documents: Messages (https://www.twilio.com/docs/messaging/api/message-resource), what a webhook sends
(https://www.twilio.com/docs/messaging/guides/webhook-request), how it is signed
(https://www.twilio.com/docs/usage/webhooks/webhooks-security), senders (https://www.twilio.com/docs/whatsapp/api/senders), typing
(https://www.twilio.com/docs/whatsapp/api/typing-indicators-resource) and errors (https://www.twilio.com/docs/api/errors). Parameters
that the documents do not name are refused, which Twilio itself would leave unread. The signature is computed here, not by the
library that the product uses.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.service.chatwoot import running_server

ACCOUNT, TOKEN = "AC" + "0123456789abcdef" * 2, "fedcba9876543210" * 2
SENDER, RESIDENT = "+31612345678", "+31687654321"
CONTENT = "HX" + "00112233445566778899aabbccddeeff"
WEBHOOK = "https://bot.example.org/webhooks/twilio/webhook"

LONGEST_BODY = 1600
WINDOW = 24 * 3600.0

_MESSAGE = {
    "To", "From", "Body", "StatusCallback", "ContentSid", "ContentVariables", "MediaUrl", "MessagingServiceSid", "ProvideFeedback",
    "ValidityPeriod", "SmartEncoded", "PersistentAction", "ScheduleType", "SendAt", "ContentRetention", "AddressRetention",
}  # fmt: skip
_ADDRESS = re.compile(r"whatsapp:(\+[1-9][0-9]{6,14}|[A-Z]{2}\.[A-Za-z0-9]{1,128})")

Answer = tuple[int, Mapping[str, Any]]


class Twilio:
    """What the double keeps.

    Attributes:
        messages: what was accepted, oldest first, as the API shows them.
        typing: message sids for which typing was shown.
        last_heard: per address, when the person last wrote; without it the 24 hours are over.
        fail_next: statuses to answer with, in front of everything else.
        lose_next: how many answers to a new message are lost after the work was done.
        slow: seconds to wait before every answer.
        sender: the number as the Senders API shows it.
        approval: status of the content.
    """

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.typing: list[str] = []
        self.last_heard: dict[str, float] = {}
        self.fail_next: list[int] = []
        self.lose_next = 0
        self.slow = 0.0
        self.url = ""
        self.account_status = "active"
        self.approval = "approved"
        self.sender: dict[str, Any] = {
            "sid": "XE" + "0" * 32, "sender_id": f"whatsapp:{SENDER}", "status": "ONLINE",
            "webhook": {"callback_url": WEBHOOK, "callback_method": "POST"},
        }  # fmt: skip

    def said(self) -> list[str]:
        """The text of everything accepted."""
        return [one["body"] for one in self.messages]

    def handle(self, method: str, target: str, authorization: str | None, raw: bytes, kind: str) -> Answer:
        """Status and answer to one request."""
        if self.fail_next:
            status = self.fail_next.pop(0)
            return status, _problem(20429 if status == 429 else 20500, status, "told to fail")
        if authorization != _basic(ACCOUNT, TOKEN):
            return 401, _problem(20003, 401, "Authenticate")
        path = urlsplit(target).path
        account = f"/2010-04-01/Accounts/{ACCOUNT}"
        routes: dict[tuple[str, str], Callable[[], Answer]] = {
            ("POST", f"{account}/Messages.json"): lambda: self._create(_form(raw, kind)),
            ("GET", f"{account}/Messages.json"): lambda: self._list(dict(parse_qsl(urlsplit(target).query))),
            ("GET", f"{account}.json"): lambda: (200, {"sid": ACCOUNT, "status": self.account_status, "type": "Full"}),
            ("POST", "/v2/Indicators/Typing.json"): lambda: self._typing(_form(raw, kind)),
            ("GET", "/v2/Channels/Senders"): lambda: self._senders(dict(parse_qsl(urlsplit(target).query))),
            ("GET", f"/v1/Content/{CONTENT}/ApprovalRequests"): lambda: (
                200, {"sid": CONTENT, "account_sid": ACCOUNT, "whatsapp": {"status": self.approval, "name": "late_reply"}},
            ),
        }  # fmt: skip
        route = routes.get((method, path))
        return route() if route else (404, _problem(20404, 404, "The requested resource was not found"))

    def _create(self, form: dict[str, str] | None) -> Answer:
        if form is None:
            return 400, _problem(21603, 400, "not a form")
        if unknown := set(form) - _MESSAGE:
            return 400, _problem(20001, 400, f"unknown: {sorted(unknown)}")
        if not _ADDRESS.fullmatch(form.get("To", "")):
            return 400, _problem(21211, 400, "Invalid 'To' Phone Number")
        if form.get("From") != f"whatsapp:{SENDER}":
            return 400, _problem(63007, 400, "Could not find a Channel with the specified From address")
        if problem := _content_problem(form):
            return problem
        if "StatusCallback" in form and not urlsplit(form["StatusCallback"]).hostname:
            return 400, _problem(21609, 400, "Invalid 'StatusCallback'")
        message = self._keep(form)
        return 201, message

    def _keep(self, form: Mapping[str, str]) -> dict[str, Any]:
        now = time.time()
        open_until = self.last_heard.get(form["To"], now) + WINDOW
        late = "ContentSid" not in form and now > open_until
        message = {
            "sid": f"SM{len(self.messages):032x}", "account_sid": ACCOUNT, "to": form["To"], "from": form["From"],
            "body": form.get("Body", ""), "status": "queued", "direction": "outbound-api", "error_code": None,
            "date_created": format_datetime(datetime.fromtimestamp(now, UTC)), "content_sid": form.get("ContentSid"),
            "content_variables": form.get("ContentVariables"), "status_callback": form.get("StatusCallback"),
            # Twilio accepts it, and tells only afterwards that it was too late.
            "will_fail_with": 63016 if late else None,
        }  # fmt: skip
        self.messages.append(message)
        return message

    def _list(self, query: Mapping[str, str]) -> Answer:
        if unknown := set(query) - {"To", "From", "DateSent", "DateSent<", "DateSent>", "PageSize", "Page", "PageToken"}:
            return 400, _problem(20001, 400, f"unknown: {sorted(unknown)}")
        found = [one for one in reversed(self.messages) if query.get("To") in (None, one["to"])]
        return 200, {"messages": found[: int(query.get("PageSize", "50"))], "page": 0}

    def _typing(self, form: dict[str, str] | None) -> Answer:
        if form is None or set(form) != {"messageId", "channel"} or form["channel"] != "whatsapp":
            return 400, _problem(20001, 400, "messageId and channel")
        self.typing.append(form["messageId"])
        return 200, {"success": True}

    def _senders(self, query: Mapping[str, str]) -> Answer:
        if query.get("Channel") != "whatsapp":
            return 400, _problem(20001, 400, "Channel is required")
        return 200, {"senders": [self.sender], "meta": {"page": 0, "key": "senders"}}


def _content_problem(form: Mapping[str, str]) -> Answer | None:
    if "ContentSid" in form:
        if "Body" in form:
            return 400, _problem(21619, 400, "Body beside ContentSid")
        if form["ContentSid"] != CONTENT:
            return 404, _problem(20404, 404, "no such content")
        variables = json.loads(form.get("ContentVariables", "{}"))
        if not isinstance(variables, dict) or not all(isinstance(one, str) and one for one in variables.values()):
            return 400, _problem(21656, 400, "The ContentVariables parameter is invalid")
        return None
    if not form.get("Body", "").strip():
        return 400, _problem(21602, 400, "Message body is required")
    # Counted as Twilio does it, in UTF-16: an emoji counts for two.
    if len(form["Body"].encode("utf-16-le")) // 2 > LONGEST_BODY:
        return 400, _problem(21617, 400, "The concatenated message body exceeds the 1600 character limit")
    return None


def _form(raw: bytes, kind: str) -> dict[str, str] | None:
    if not kind.startswith("application/x-www-form-urlencoded"):
        return None
    return dict(parse_qsl(raw.decode(), keep_blank_values=True))


def _problem(code: int, status: int, message: str) -> dict[str, Any]:
    return {"code": code, "message": message, "more_info": f"https://www.twilio.com/docs/errors/{code}", "status": status}


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def sign(url: str, fields: Mapping[str, str], token: str = TOKEN) -> str:
    """``X-Twilio-Signature`` of a form, computed from the documents: the address, then every name and value in order of name."""
    text = url.partition("#")[0] + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def incoming(sid: str, body: str = "", sender: str = RESIDENT, **more: str) -> dict[str, str]:
    """The fields of a message of a resident, as Twilio sends them: with a name and a number that nobody may keep."""
    metadata = {"type": "whatsapp", "data": {"context": {"ProfileName": "Verzonnen Naam", "WaId": sender.lstrip("+")}}}
    fields = {
        "SmsMessageSid": sid, "MessageSid": sid, "SmsSid": sid, "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01",
        "SmsStatus": "received", "MessageType": "text", "NumMedia": "0", "NumSegments": "1", "ReferralNumMedia": "0",
        "ProfileName": "Verzonnen Naam", "WaId": sender.lstrip("+"), "From": f"whatsapp:{sender}", "To": f"whatsapp:{SENDER}",
        "Body": body, "ChannelMetadata": json.dumps(metadata),
    }  # fmt: skip
    return {**fields, **more}


def status(message: Mapping[str, Any], name: str, error: int | None = None) -> dict[str, str]:
    """The fields of a status of a message that was accepted."""
    fields = {
        "MessageSid": message["sid"], "SmsSid": message["sid"], "MessageStatus": name, "SmsStatus": name, "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01", "From": message["from"], "To": message["to"], "ChannelPrefix": "whatsapp",
        "ChannelToAddress": message["to"],
    }  # fmt: skip
    return fields | ({"ErrorCode": str(error)} if error else {})


def encoded(fields: Mapping[str, str]) -> bytes:
    """As it goes over the line."""
    return urlencode(fields).encode()


@contextmanager
def running_twilio() -> Iterator[Twilio]:
    """The double on a free port of this machine."""
    twilio = Twilio()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            kind = self.headers.get("Content-Type") or ""
            if twilio.slow:
                time.sleep(twilio.slow)
            code, data = twilio.handle(self.command, self.path, self.headers.get("Authorization"), raw, kind)
            if twilio.lose_next and code == 201:
                twilio.lose_next -= 1
                self.close_connection = True
                return
            answer = json.dumps(data).encode()
            self.send_response(code)
            self.send_header("Content-Length", str(len(answer)))
            self.send_header("Content-Type", "application/json")
            if code == 429:
                self.send_header("Retry-After", "1")
            self.end_headers()
            with suppress(BrokenPipeError):  # who asked has had enough of waiting
                self.wfile.write(answer)

        do_GET = do_POST = _answer  # noqa: N815 - the names of http.server

        def log_message(self, format: str, *args: Any) -> None:
            return

    with running_server(Handler) as port:
        twilio.url = f"http://127.0.0.1:{port}"
        yield twilio
