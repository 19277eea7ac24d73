"""What Twilio says of our account, our number and our content.

Sources: https://www.twilio.com/docs/iam/api/account, https://www.twilio.com/docs/whatsapp/api/senders,
https://www.twilio.com/docs/content/create-and-send-your-first-content-api-template and https://www.twilio.com/docs/api/errors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from wegwijzer.whatsapp.check.asking import Answer, NoAnswer, ask
from wegwijzer.whatsapp.check.findings import Finding, good, look, wrong
from wegwijzer.whatsapp.twilio.client import CONTENT_URL, MESSAGING_URL, base_of
from wegwijzer.whatsapp.twilio.config import TwilioSettings

RETRYING = "Zet #rc=5&rp=5xx,ct,rt achter het adres bij Twilio."
"""https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides"""

_MOST_PAGES = 20
"""Pages of numbers that are looked through."""


class TwilioAccount:
    """The questions for Twilio.

    Args:
        settings: how to ask.
        client: to ask with.
    """

    def __init__(self, settings: TwilioSettings, client: httpx.Client) -> None:
        self._settings, self._client = settings, client

    def findings(self) -> Iterator[Finding]:
        """Everything Twilio can tell, as it comes in."""
        try:
            answer = self._get(f"{self._settings.api_url}/2010-04-01/Accounts/{self._settings.account}.json")
            if answer.status != 200:
                yield _refused(answer, "account")
                return
            yield from _account(answer.data)
            yield from self._sender()
            yield from self._content()
        except NoAnswer as error:
            yield wrong(f"Twilio is niet te bereiken: {error}", "Mag deze machine naar buiten, naar api.twilio.com?")

    def _sender(self) -> Iterator[Finding]:
        address = f"whatsapp:{self._settings.sender}"
        url: str | None = f"{base_of(self._settings, MESSAGING_URL)}/v2/Channels/Senders?Channel=whatsapp"
        for _ in range(_MOST_PAGES):
            if not url:
                break
            answer = self._get(url)
            if answer.status != 200:
                yield _refused(answer, "nummers")
                return
            senders = answer.data.get("senders")
            found = [one for one in senders if isinstance(one, dict)] if isinstance(senders, list) else []
            mine = next((one for one in found if one.get("sender_id") == address), None)
            if mine is not None:
                yield from self._number(mine)
                return
            url = self._next(answer)
        yield look(
            "nummer: staat niet bij de WhatsApp-nummers van dit account",
            "Klopt TWILIO_FROM? Het nummer van de sandbox staat er nooit bij: dat is alleen om te proberen.",
        )

    def _next(self, answer: Answer) -> str | None:
        """The next page, when it is at the same place: our token goes nowhere else."""
        meta = answer.data.get("meta")
        url = meta.get("next_page_url") if isinstance(meta, dict) else None
        return url if isinstance(url, str) and url.startswith(base_of(self._settings, MESSAGING_URL) + "/") else None

    def _number(self, sender: Mapping[str, Any]) -> Iterator[Finding]:
        status = str(sender.get("status"))
        if status.startswith("ONLINE"):
            yield good(f"nummer: {self._settings.sender}, verbonden")
        else:
            yield wrong(
                f"nummer {self._settings.sender}: {status}, en niet ONLINE", "Kijk in de console van Twilio bij WhatsApp senders."
            )
        webhook = sender.get("webhook")
        webhook = webhook if isinstance(webhook, dict) else {}
        theirs, ours = _bare(str(webhook.get("callback_url") or "")), _bare(self._settings.webhook_url)
        if not theirs:
            yield look("webhook: staat niet bij het nummer", "Vul hem in bij het nummer, of bij de Messaging Service.")
        elif theirs != ours:
            yield wrong("webhook: bij Twilio staat een ander adres dan in TWILIO_WEBHOOK_URL", f"Bij Twilio staat {theirs}")
        elif str(webhook.get("callback_method") or "POST").upper() != "POST":
            yield wrong("webhook: staat bij Twilio niet op POST", "Zet de methode op POST.")
        else:
            yield good("webhook: bij Twilio staat hetzelfde adres")
            if "#" not in str(webhook.get("callback_url")):
                yield look("webhook: zijn wij weg, dan probeert Twilio het niet opnieuw", RETRYING)

    def _content(self) -> Iterator[Finding]:
        sid = self._settings.late_reply
        if not sid:
            yield good("sjabloon: geen; een laat antwoord van een collega wacht tot de bewoner weer schrijft")
            return
        answer = self._get(f"{base_of(self._settings, CONTENT_URL)}/v1/Content/{sid}/ApprovalRequests")
        whatsapp = answer.data.get("whatsapp")
        status = whatsapp.get("status") if isinstance(whatsapp, dict) else None
        if answer.status == 404:
            yield wrong("sjabloon: bestaat niet in dit account", "Klopt TWILIO_CONTENT_LATE_REPLY?")
        elif answer.status != 200:
            yield _refused(answer, "sjabloon")
        elif status != "approved":
            yield wrong(f"sjabloon: {status}, en niet approved", "Laat het goedkeuren voor WhatsApp, of wacht daarop.")
        else:
            yield good("sjabloon: goedgekeurd")

    def _get(self, url: str) -> Answer:
        return ask(self._client, "GET", url, auth=(self._settings.account, self._settings.token))


def _account(data: Mapping[str, Any]) -> Iterator[Finding]:
    if data.get("status") != "active":
        yield wrong(f"account: {data.get('status')}, en niet active", "Kijk in de console van Twilio.")
    else:
        yield good("token: Twilio neemt het aan, het account is actief")
    if data.get("type") == "Trial":
        yield look("account: proef", "Een proefaccount kan geen echt nummer op WhatsApp hebben.")


def _refused(answer: Answer, what: str) -> Finding:
    code = answer.data.get("code")
    where = f"{what}: Twilio antwoordt {answer.status}" + (f", code {code}" if isinstance(code, int) else "")
    if answer.status in (401, 403):
        return wrong(f"{where}: het token hoort niet bij het account", "Neem account en token opnieuw over van Twilio.")
    if answer.status == 429:
        return wrong(f"{where}: te veel vragen", "Wacht even en probeer opnieuw.")
    return wrong(where, "Zoek de code op bij Twilio, of probeer het later nog eens.")


def _bare(url: str) -> str:
    return url.partition("#")[0].strip()
