"""A double of Chatwoot's Application API, strict where Chatwoot is.

Built after https://developers.chatwoot.com/api-reference and the application's own rules: the header ``api_access_token``;
an identifier is unique in an account (422 otherwise); a conversation needs the source id that ties this contact to this inbox
(404 otherwise); fields that the documents do not name are refused, which Chatwoot itself would leave unread.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN, ACCOUNT, INBOX = "een-geheim-token", 3, 7
_PREFIX = f"/api/v1/accounts/{ACCOUNT}"

_FIELDS = {
    "contact": {"inbox_id", "name", "email", "blocked", "phone_number", "avatar_url", "identifier", "additional_attributes",
                "custom_attributes"},
    "conversation": {"source_id", "inbox_id", "contact_id", "additional_attributes", "custom_attributes", "status", "assignee_id",
                     "team_id", "snoozed_until", "message"},
    "message": {"content", "message_type", "private", "content_type", "content_attributes", "campaign_id", "template_params"},
}  # fmt: skip


class Chatwoot:
    """What the double keeps.

    Attributes:
        contacts, conversations, messages: what was made.
        fail_next: statuses to answer with, in front of everything else.
        lose_next: paths (patterns) whose next answer is lost after the work was done.
    """

    def __init__(self) -> None:
        self.contacts: list[dict[str, Any]] = []
        self.conversations: list[dict[str, Any]] = []
        self.messages: list[dict[str, Any]] = []
        self.fail_next: list[int] = []
        self.lose_next: list[str] = []
        self.url = ""

    def handle(self, method: str, target: str, token: str | None, body: dict[str, Any]) -> tuple[int, Any]:
        """Status and answer to one request."""
        if self.fail_next:
            return self.fail_next.pop(0), {"error": "fail"}
        if token != TOKEN:
            return 401, {"error": "Invalid Access Token"}
        parts = urlsplit(target)
        if not parts.path.startswith(_PREFIX):
            return 404, {"error": "Resource could not be found"}
        path, query = parts.path.removeprefix(_PREFIX), parse_qs(parts.query)
        routes: list[tuple[str, str, Callable[..., tuple[int, Any]]]] = [
            ("GET", rf"/inboxes/{INBOX}", lambda: (200, {"id": INBOX, "channel_type": "Channel::Api"})),
            ("GET", r"/contacts/search", lambda: self._search(query)),
            ("POST", r"/contacts", lambda: self._make_contact(body)),
            ("GET", r"/contacts/(\d+)/conversations", lambda number: self._of_contact(int(number))),
            ("POST", r"/conversations", lambda: self._make_conversation(body)),
            ("GET", r"/conversations/(\d+)/messages", lambda number: self._list(int(number))),
            ("POST", r"/conversations/(\d+)/messages", lambda number: self._make_message(int(number), body)),
            ("POST", r"/conversations/(\d+)/toggle_priority", lambda number: self._priority(int(number), body)),
        ]
        for verb, pattern, answer in routes:
            found = re.fullmatch(pattern, path)
            if verb == method and found:
                return answer(*found.groups())
        return 404, {"error": "Resource could not be found"}

    def _search(self, query: dict[str, list[str]]) -> tuple[int, Any]:
        wanted = query.get("q", [""])[0]
        if not wanted:
            return 422, {"error": "Specify search string with parameter q"}
        found = [one for one in self.contacts if wanted in (one["identifier"] or "") or wanted in one["name"]]
        return 200, {"meta": {"count": len(found)}, "payload": found}

    def _make_contact(self, body: dict[str, Any]) -> tuple[int, Any]:
        if problem := _unknown("contact", body):
            return problem
        if body.get("inbox_id") != INBOX:
            return 404, {"error": "Resource could not be found"}
        if any(one["identifier"] == body.get("identifier") for one in self.contacts):
            return 422, {"message": "Identifier has already been taken", "attributes": ["identifier"]}
        number = len(self.contacts) + 1
        inbox = {"source_id": f"bron-{number}", "inbox": {"id": INBOX, "channel_type": "Channel::Api"}}
        contact = {"id": number, "name": body["name"], "identifier": body.get("identifier"), "contact_inboxes": [inbox]}
        self.contacts.append(contact)
        return 200, {"payload": {"contact": contact, "contact_inbox": inbox}}

    def _of_contact(self, contact: int) -> tuple[int, Any]:
        if all(one["id"] != contact for one in self.contacts):
            return 404, {"error": "Resource could not be found"}
        return 200, {"payload": [one for one in self.conversations if one["contact_id"] == contact]}

    def _make_conversation(self, body: dict[str, Any]) -> tuple[int, Any]:
        if problem := _unknown("conversation", body):
            return problem
        contact = next((one for one in self.contacts if one["id"] == body.get("contact_id")), None)
        sources = [inbox["source_id"] for inbox in contact["contact_inboxes"]] if contact else []
        if body.get("source_id") not in sources or body.get("inbox_id") != INBOX:
            return 404, {"error": "Resource could not be found"}
        if body.get("status", "open") not in ("open", "resolved", "pending"):
            return 422, {"error": "status"}
        made = {"id": len(self.conversations) + 100, "account_id": ACCOUNT, "priority": None, **body}
        self.conversations.append(made)
        return 200, made

    def _list(self, conversation: int) -> tuple[int, Any]:
        if not self._conversation(conversation):
            return 404, {"error": "Resource could not be found"}
        return 200, {"meta": {}, "payload": [one for one in self.messages if one["conversation_id"] == conversation]}

    def _make_message(self, conversation: int, body: dict[str, Any]) -> tuple[int, Any]:
        if problem := _unknown("message", body):
            return problem
        if not self._conversation(conversation):
            return 404, {"error": "Resource could not be found"}
        if not body.get("content") or body.get("message_type", "outgoing") not in ("outgoing", "incoming"):
            return 422, {"error": "content"}
        kind = {"incoming": 0, "outgoing": 1}[body.get("message_type", "outgoing")]
        made = {**body, "id": len(self.messages) + 1, "conversation_id": conversation, "message_type": kind}
        self.messages.append(made)
        return 200, made

    def _priority(self, conversation: int, body: dict[str, Any]) -> tuple[int, Any]:
        found = self._conversation(conversation)
        if not found:
            return 404, {"error": "Resource could not be found"}
        if body.get("priority") not in ("urgent", "high", "medium", "low", None):
            return 422, {"error": "priority"}
        found["priority"] = body.get("priority")
        return 200, None

    def _conversation(self, number: int) -> dict[str, Any] | None:
        return next((one for one in self.conversations if one["id"] == number), None)


def _unknown(kind: str, body: dict[str, Any]) -> tuple[int, Any] | None:
    unknown = set(body) - _FIELDS[kind]
    return (422, {"error": f"unknown: {sorted(unknown)}"}) if unknown else None


@contextmanager
def running_chatwoot() -> Iterator[Chatwoot]:
    """The double on a free port of this machine."""
    chatwoot = Chatwoot()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, data = chatwoot.handle(
                self.command, self.path, self.headers.get("api_access_token"), json.loads(raw) if raw else {}
            )
            if chatwoot.lose_next and re.search(chatwoot.lose_next[0], f"{self.command} {self.path}"):
                chatwoot.lose_next.pop(0)
                self.close_connection = True
                return
            answer = b"" if data is None else json.dumps(data).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = _answer  # noqa: N815 - the names of http.server

        def log_message(self, format: str, *args: Any) -> None:
            return

    with running_server(Handler) as port:
        chatwoot.url = f"http://127.0.0.1:{port}"
        yield chatwoot


@contextmanager
def running_server(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    """An HTTP server on a free port of this machine, until the end of the block. Gives the port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
