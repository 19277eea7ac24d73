"""Telling an existing help desk that runs Chatwoot, through its documented Application API.

Source: https://developers.chatwoot.com/api-reference (contacts, conversations, messages). One request becomes one contact with
one conversation in an API inbox; each event becomes a private note in it, for colleagues. Chatwoot has no idempotency keys, so
before making anything this looks whether an earlier try made it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx

from wegwijzer.handover.targets.contract import DeliveryFailed, Notice, Undeliverable
from wegwijzer.handover.targets.webhook import check_status


@dataclass(frozen=True)
class ChatwootTarget:
    """An API inbox of a Chatwoot account.

    Attributes:
        url: where Chatwoot is (``https://...``).
        account, inbox: the numbers of the account and of the API inbox.
        token: access token of an agent or administrator.
        timeout: seconds to wait for each answer.
    """

    url: str
    account: int
    inbox: int
    token: str = field(repr=False)
    timeout: float = 15.0

    def deliver(self, notice: Notice) -> None:
        """Make what is not there yet: contact, conversation, note."""
        with self._client() as client:
            contact = self._contact(client, notice)
            conversation = self._conversation(client, contact, notice)
            self._note(client, conversation, notice)

    def probe(self) -> None:
        """Ask for the inbox."""
        with self._client() as client:
            self._ask(client, "GET", f"/inboxes/{self.inbox}")

    def _contact(self, client: httpx.Client, notice: Notice) -> dict[str, Any]:
        known = self._find_contact(client, notice.request.id)
        if known is not None:
            return known
        body = {"inbox_id": self.inbox, "name": f"Bewoner {notice.request.id[:6]}", "identifier": notice.request.id}
        made = _at(self._ask(client, "POST", "/contacts", body), "payload", "contact")
        if not isinstance(made, dict):
            raise DeliveryFailed("Chatwoot made no contact")
        return made

    def _find_contact(self, client: httpx.Client, identifier: str) -> dict[str, Any] | None:
        found = _at(self._ask(client, "GET", "/contacts/search", params={"q": identifier}), "payload")
        return next((one for one in _dicts(found) if one.get("identifier") == identifier), None)

    def _conversation(self, client: httpx.Client, contact: dict[str, Any], notice: Notice) -> int:
        found = _at(self._ask(client, "GET", f"/contacts/{_number(contact)}/conversations"), "payload")
        known = next((one for one in _dicts(found) if one.get("inbox_id") == self.inbox), None)
        if known is None:
            body = {
                "source_id": self._source(contact), "inbox_id": self.inbox, "contact_id": _number(contact), "status": "open",
                "custom_attributes": {"wegwijzer_verzoek": notice.request.id},
            }  # fmt: skip
            known = self._ask(client, "POST", "/conversations", body)
        return _number(known)

    def _source(self, contact: dict[str, Any]) -> str:
        """Chatwoot ties a conversation to a contact in an inbox by a source id."""
        for one in _dicts(contact.get("contact_inboxes")):
            if _at(one, "inbox", "id") == self.inbox and one.get("source_id"):
                return str(one["source_id"])
        raise Undeliverable("the contact has no source id in the inbox of CHATWOOT_INBOX; is it an API inbox?")

    def _note(self, client: httpx.Client, conversation: int, notice: Notice) -> None:
        mark = f"Kenmerk: {notice.key}"
        path = f"/conversations/{conversation}/messages"
        told = _at(self._ask(client, "GET", path), "payload")
        if any(mark in str(one.get("content")) for one in _dicts(told)):
            return
        if notice.urgent:
            self._ask(client, "POST", f"/conversations/{conversation}/toggle_priority", {"priority": "urgent"})
        body = {"content": f"{notice.text}\n\n{mark}", "message_type": "outgoing", "private": True}
        self._ask(client, "POST", path, body)

    def _client(self) -> httpx.Client:
        address = f"{self.url.rstrip('/')}/api/v1/accounts/{self.account}"
        return httpx.Client(base_url=address, headers={"api_access_token": self.token}, timeout=self.timeout)

    def _ask(
        self,
        client: httpx.Client,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        params: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        try:
            answer = client.request(method, path, json=body, params=params)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise DeliveryFailed(f"Chatwoot cannot be reached: {type(error).__name__}") from None
        check_status(answer.status_code, "Chatwoot")
        if not answer.content.strip():
            return {}
        try:
            data = answer.json()
        except ValueError:
            raise DeliveryFailed("Chatwoot answers with something that is no JSON") from None
        return data if isinstance(data, dict) else {}


def _at(data: Any, *path: str) -> Any:
    for name in path:
        data = data.get(name) if isinstance(data, dict) else None
    return data


def _dicts(data: Any) -> list[dict[str, Any]]:
    return [one for one in data if isinstance(one, dict)] if isinstance(data, list) else []


def _number(data: dict[str, Any]) -> int:
    number = data.get("id")
    if not isinstance(number, int):
        raise DeliveryFailed("Chatwoot answers without a number")
    return number
