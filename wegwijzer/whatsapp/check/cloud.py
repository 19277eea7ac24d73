"""What Meta says of our number, our token, our app and our template.

Sources: https://developers.facebook.com/documentation/business-messaging/whatsapp/reference (a number; templates and
subscribed apps of an account), https://developers.facebook.com/docs/graph-api/reference/debug_token and
https://developers.facebook.com/docs/graph-api/guides/error-handling.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from wegwijzer.whatsapp.check.asking import TIMEOUT, Answer, NoAnswer, ask
from wegwijzer.whatsapp.check.findings import Finding, good, look, wrong
from wegwijzer.whatsapp.config import CloudSettings
from wegwijzer.whatsapp.graph import PHONE_FIELDS

SCOPES = frozenset({"whatsapp_business_messaging", "whatsapp_business_management"})
"""What the token must allow."""

_DAY = 86_400.0
_VERSION = re.compile(r"/(v\d+\.\d+)$")
_RENEW = "Maak bij Meta een nieuw token van een systeemgebruiker, dat niet verloopt, en zet het in WHATSAPP_TOKEN."
_NO_RIGHT = (
    "Geef de systeemgebruiker bij Meta de app en het WhatsApp-account, en maak een token met "
    "whatsapp_business_messaging en whatsapp_business_management."
)


class Cloud:
    """The questions for Meta.

    Args:
        settings: how to ask.
        account: the WhatsApp account; empty: what needs it is not asked.
        client: to ask with.
    """

    def __init__(self, settings: CloudSettings, account: str, client: httpx.Client) -> None:
        self._settings, self._account, self._client = settings, account, client

    def findings(self) -> Iterator[Finding]:
        """Everything Meta can tell, as it comes in."""
        version = _VERSION.search(self._settings.graph_url)
        if version is None:
            yield wrong("WHATSAPP_GRAPH_URL eindigt niet op een versie", "Schrijf bijvoorbeeld https://graph.facebook.com/v24.0")
            return
        try:
            answer = self._get(self._settings.phone_id, fields=PHONE_FIELDS)
        except NoAnswer as error:
            yield wrong(f"Meta is niet te bereiken: {error}", "Mag deze machine naar buiten, naar graph.facebook.com?")
            return
        if answer.status != 200:
            yield _refused(answer, "nummer")
            return
        yield good("token: Meta neemt het aan")
        yield from _version(version[1], answer)
        yield from _phone(answer.data)
        yield from self._with_account()

    def _with_account(self) -> Iterator[Finding]:
        try:
            app = self._token()
            yield from app[1]
            if not self._account:
                yield look(
                    "abonnement en sjabloon: niet gekeken",
                    "Zet het ID van het WhatsApp-account bij Meta in WHATSAPP_BUSINESS_ID, dan kan dat wel.",
                )
                return
            yield from self._numbers()
            yield from self._subscription(app[0])
            if self._settings.template:
                yield from self._template()
            else:
                yield good("sjabloon: geen; een laat antwoord van een collega wacht tot de bewoner weer schrijft")
        except NoAnswer as error:
            yield wrong(f"Meta antwoordt niet meer: {error}", "Probeer het nog eens.")

    def _token(self) -> tuple[str, list[Finding]]:
        """The id of our app, and what there is to say of the token."""
        answer = self._get("debug_token", input_token=self._settings.token)
        data = answer.data.get("data")
        if answer.status != 200 or not isinstance(data, dict):
            return "", [look("token: Meta zegt niet hoe lang het geldig is", "Kijk bij Meta in de Access Token Debugger.")]
        found = []
        until = data.get("expires_at")
        if isinstance(until, int) and until > 0:
            days = max(0, int((until - time.time()) // _DAY))
            found.append(
                wrong(f"token: verloopt over {days} dagen", _RENEW)
                if days < 2
                else look(f"token: verloopt over {days} dagen", _RENEW)
            )
        else:
            found.append(good("token: verloopt niet"))
        lacking = SCOPES - set(data.get("scopes") or ())
        if lacking:
            found.append(wrong(f"token: mist het recht {', '.join(sorted(lacking))}", _NO_RIGHT))
        return str(data.get("app_id") or ""), found

    def _numbers(self) -> Iterator[Finding]:
        answer = self._get(f"{self._account}/phone_numbers", fields="id")
        if answer.status != 200:
            yield _refused(answer, "WhatsApp-account (WHATSAPP_BUSINESS_ID)")
        elif self._settings.phone_id not in {str(one.get("id")) for one in _rows(answer)}:
            yield wrong("het nummer hoort niet bij dit WhatsApp-account", "Klopt WHATSAPP_BUSINESS_ID? En WHATSAPP_PHONE_ID?")
        else:
            yield good("het nummer hoort bij het WhatsApp-account")

    def _subscription(self, app: str) -> Iterator[Finding]:
        answer = self._get(f"{self._account}/subscribed_apps")
        apps = {str((one.get("whatsapp_business_api_data") or {}).get("id")) for one in _rows(answer)}
        if answer.status != 200:
            yield _refused(answer, "abonnement")
        elif not apps or (app and app not in apps):
            yield wrong(
                "de app is niet geabonneerd op het WhatsApp-account: er komen geen berichten binnen",
                "Vul bij de app onder WhatsApp, Configuration de webhook in en abonneer op messages. Zie docs/whatsapp.md.",
            )
        else:
            yield good("de app is geabonneerd op het WhatsApp-account (of dat messages aan staat, zegt Meta hier niet)")

    def _template(self) -> Iterator[Finding]:
        name, language = self._settings.template, self._settings.template_language
        answer = self._get(f"{self._account}/message_templates", name=name, fields="name,language,status,category,components")
        if answer.status != 200:
            yield _refused(answer, "sjabloon")
            return
        found = [one for one in _rows(answer) if one.get("name") == name]
        mine = next((one for one in found if one.get("language") == language), None)
        if mine is None:
            others = ", ".join(sorted(str(one.get("language")) for one in found))
            other = f" (wel in {others})" if others else ""
            yield wrong(
                f"sjabloon {name}: bestaat niet in de taal {language}{other}", "Maak het bij Meta, of verander de instelling."
            )
        elif mine.get("status") != "APPROVED":
            yield wrong(f"sjabloon {name}: {mine.get('status')}, en niet APPROVED", "Wacht op Meta, of pas het aan.")
        elif "{{" in str(mine.get("components")):
            yield wrong(f"sjabloon {name}: heeft een veld om in te vullen", "Maak er een zonder {{1}}: wij vullen niets in.")
        else:
            yield good(f"sjabloon {name}: goedgekeurd")

    def _get(self, path: str, **query: str) -> Answer:
        headers = {"Authorization": f"Bearer {self._settings.token}"}
        return ask(self._client, "GET", f"{self._settings.graph_url}/{path}", params=query, headers=headers)


def client() -> httpx.Client:
    """To ask with."""
    return httpx.Client(timeout=TIMEOUT)


def _rows(answer: Answer) -> list[Mapping[str, Any]]:
    rows = answer.data.get("data")
    return [one for one in rows if isinstance(one, dict)] if isinstance(rows, list) else []


def _version(asked: str, answer: Answer) -> Iterator[Finding]:
    """Meta answers with a newer version when the one that was asked for is gone."""
    given = next((value for name, value in answer.headers.items() if name.lower() == "facebook-api-version"), asked)
    if given == asked:
        yield good(f"Graph API: {asked}")
    else:
        yield look(
            f"Graph API: {asked} bestaat niet meer, Meta antwoordt als {given}", "Werk Wegwijzer bij, of zet WHATSAPP_GRAPH_URL."
        )


def _phone(data: Mapping[str, Any]) -> Iterator[Finding]:
    number, name = data.get("display_phone_number", "?"), data.get("verified_name", "?")
    status = data.get("status")
    if data.get("platform_type") not in (None, "CLOUD_API"):
        yield wrong(
            f"nummer {number}: nog niet aangemeld bij de Cloud API", "Meld het aan bij Meta: WhatsApp, API Setup, Register."
        )
    elif status not in (None, "CONNECTED"):
        yield wrong(f"nummer {number} ({name}): {status}, en niet CONNECTED", "Kijk bij Meta in WhatsApp Manager, Phone numbers.")
    else:
        yield good(f"nummer: {number} ({name}), verbonden")
    if data.get("account_mode") == "SANDBOX":
        yield look("nummer: een testnummer van Meta", "Alleen nummers die bij Meta op de lijst staan krijgen antwoord.")
    if data.get("code_verification_status") == "NOT_VERIFIED":
        yield look("nummer: nog niet bevestigd met een code", "Bevestig het bij Meta in WhatsApp Manager.")
    if data.get("name_status") in ("DECLINED", "EXPIRED", "NONE"):
        yield look(f"naam: {data['name_status']}", "Kies bij Meta een andere naam; bewoners zien nu alleen het nummer.")
    elif data.get("name_status") == "PENDING_REVIEW":
        yield look("naam: Meta kijkt er nog naar", "Wacht; tot dan zien bewoners alleen het nummer.")
    if data.get("quality_rating") in ("RED", "YELLOW"):
        yield look(f"kwaliteit: {data['quality_rating']}", "Mensen blokkeren of melden het nummer. Kijk bij Meta waarom.")


def _refused(answer: Answer, what: str) -> Finding:
    """Why Meta does not answer, by the number of the error; what it says itself is not shown: it may repeat the token."""
    error = answer.data.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    where = f"{what}: Meta antwoordt {answer.status}" + (f", code {code}" if isinstance(code, int) else "")
    if code in (0, 102, 190) or answer.status == 401:
        return wrong(f"{where}: het token is niet (meer) geldig", _RENEW)
    if isinstance(code, int) and (code in (3, 10) or 200 <= code <= 299):
        return wrong(f"{where}: het token mag dit niet", _NO_RIGHT)
    if code == 100:
        return wrong(f"{where}: Meta kent dit niet, of het token mag er niet bij", "Klopt het ID? " + _NO_RIGHT)
    if code in (4, 80007, 80008) or answer.status == 429:
        return wrong(f"{where}: te veel vragen", "Wacht een uur en probeer opnieuw.")
    return wrong(where, "Probeer het later nog eens; de code staat in de documentatie van Meta.")
