"""Whether our own address works from outside: it answers who is right and refuses who is not. Nothing sent becomes a message."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import httpx
from twilio.request_validator import RequestValidator

from wegwijzer.whatsapp.check.asking import NoAnswer, ask
from wegwijzer.whatsapp.check.findings import Finding, good, look, wrong
from wegwijzer.whatsapp.config import CloudSettings
from wegwijzer.whatsapp.door import PATH as CLOUD_PATH
from wegwijzer.whatsapp.signature import SIGNATURE, sign
from wegwijzer.whatsapp.twilio.config import WEBHOOK_PATH as TWILIO_PATH
from wegwijzer.whatsapp.twilio.config import TwilioSettings
from wegwijzer.whatsapp.twilio.signature import HEADER

EMPTY = b'{"object":"whatsapp_business_account","entry":[]}'
"""What Meta sends when nothing happened, so to say."""

_STARTED = "Draait Wegwijzer met deze instellingen? Laat de proxy het adres door naar Rasa, met alles wat erachter staat?"


def cloud_findings(settings: CloudSettings, url: str, client: httpx.Client) -> Iterator[Finding]:
    """The address that Meta calls.

    Args:
        url: from outside; empty: not looked.
    """
    if not url:
        yield look("webhook: niet gekeken", "Zet het adres van buiten in WHATSAPP_WEBHOOK_URL, dan kan dat wel.")
        return
    yield from _path(url, CLOUD_PATH)
    try:
        challenge = secrets.token_hex(8)
        query = {"hub.mode": "subscribe", "hub.verify_token": settings.verify_token, "hub.challenge": challenge}
        answer = ask(client, "GET", url, params=query)
        if answer.status != 200 or answer.text.strip() != challenge:
            yield wrong(f"webhook: geeft niet terug wat Meta vraagt (antwoordt {answer.status})", _STARTED)
            return
        yield good("webhook: van buiten te bereiken, en herkent het woord van WHATSAPP_VERIFY_TOKEN")
        other = ask(client, "GET", url, params=query | {"hub.verify_token": secrets.token_urlsafe(32)})
        yield _closed(other.status, "wie het woord niet weet")
        yield _closed(ask(client, "POST", url, content=EMPTY, headers=_json("sha256=" + "0" * 64)).status, "wie niet tekent")
        signed = ask(client, "POST", url, content=EMPTY, headers=_json(sign(settings.app_secret, EMPTY)))
        yield _open(signed.status, "WHATSAPP_APP_SECRET")
    except NoAnswer as error:
        yield wrong(f"webhook: {error}", _STARTED)


def twilio_findings(settings: TwilioSettings, client: httpx.Client) -> Iterator[Finding]:
    """The address that Twilio calls."""
    url = settings.webhook_url.partition("#")[0]
    yield from _path(url, TWILIO_PATH)
    # A status that says nothing new, of a message that never was.
    form = {"AccountSid": settings.account, "MessageSid": "SM" + "0" * 32, "MessageStatus": "queued"}
    try:
        signature = RequestValidator(settings.token).compute_signature(url, form)
        signed = ask(client, "POST", url, content=urlencode(form).encode(), headers=_form(signature))
        if signed.status not in (200, 204):
            yield wrong(f"webhook: antwoordt {signed.status} op een goede handtekening", _STARTED)
            return
        yield good("webhook: van buiten te bereiken, en herkent de handtekening van Twilio")
        yield _closed(ask(client, "POST", url, content=urlencode(form).encode(), headers=_form("AAAA")).status, "wie niet tekent")
    except NoAnswer as error:
        yield wrong(f"webhook: {error}", _STARTED)


def _path(url: str, path: str) -> Iterator[Finding]:
    if urlsplit(url).path != path:
        yield look(f"webhook: het adres eindigt niet op {path}", "Dat is alleen goed als de proxy het adres verandert.")


def _closed(status: int, who: str) -> Finding:
    if status in (401, 403):
        return good(f"webhook: weigert {who}")
    return wrong(f"webhook: antwoordt {status} aan {who}, en moet weigeren", "Komt dit adres wel bij Wegwijzer uit?")


def _open(status: int, setting: str) -> Finding:
    if status in (200, 204):
        return good("webhook: neemt aan wat met het geheim van de app getekend is")
    return wrong(f"webhook: antwoordt {status} op een goede handtekening", f"Draait Wegwijzer met een andere {setting}?")


def _json(signature: str) -> dict[str, str]:
    return {"Content-Type": "application/json", SIGNATURE: signature}


def _form(signature: str) -> dict[str, str]:
    return {"Content-Type": "application/x-www-form-urlencoded", HEADER: signature}
