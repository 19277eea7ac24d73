"""The settings one by one: everything that is missing or cannot be right, not only the first.

The rules are those of the two ``config`` modules and stand nowhere else. Each names the setting that it refuses; here that one is
said in Dutch, gets a value that passes, and the rules are asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from wegwijzer.whatsapp.check.findings import Finding, good, wrong
from wegwijzer.whatsapp.config import NEEDED as CLOUD_NEEDED
from wegwijzer.whatsapp.twilio.config import NEEDED as TWILIO_NEEDED

_WHERE: Mapping[str, tuple[str, str]] = {
    "WHATSAPP_PHONE_ID": (
        "Meta: WhatsApp, API Setup, Phone number ID. Alleen cijfers, en niet het telefoonnummer zelf.",
        "100000000000001",
    ),
    "WHATSAPP_TOKEN": ("Meta: Business settings, System users. Een token dat niet verloopt, zonder spaties.", "EAAxx"),
    "WHATSAPP_APP_SECRET": ("Meta: App settings, Basic, App secret. 32 tekens, 0-9 en a-f.", "0f" * 16),
    "WHATSAPP_VERIFY_TOKEN": (
        "Verzin een lang woord: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'. Vul hetzelfde in bij Meta.",
        "Zo-lang-en-willekeurig-0123456789",
    ),
    "WHATSAPP_GRAPH_URL": ("Laat weg, of schrijf het adres met https:// en de versie.", "https://graph.facebook.com/v24.0"),
    "WHATSAPP_TEMPLATE_LATE_REPLY": ("De naam van het sjabloon bij Meta: kleine letters, cijfers en _.", "laat_antwoord"),
    "WHATSAPP_TEMPLATE_AFTERCARE": ("De naam van het sjabloon bij Meta: kleine letters, cijfers en _.", "is_het_gelukt"),
    "WHATSAPP_TEMPLATE_LANGUAGE": ("De code van de taal van het sjabloon, zoals nl.", "nl"),
    "WHATSAPP_PORT": ("Laat weg (dan is het 5006), of geef een poort: een getal van 1 tot en met 65535.", "5006"),
    "WHATSAPP_HASH_KEY": (
        "Laat weg (dan wordt er één gemaakt), of geef een sleutel van minstens 32 tekens.",
        "Zo-lang-en-willekeurig-0123456789",
    ),
    "TWILIO_ACCOUNT_SID": ("Twilio: Account info. Begint met AC.", "AC" + "0" * 32),
    "TWILIO_AUTH_TOKEN": ("Twilio: Account info, Auth Token. 32 tekens, 0-9 en a-f.", "0f" * 16),
    "TWILIO_FROM": ("Het nummer bij Twilio, zoals whatsapp:+31612345678.", "+31612345678"),
    "TWILIO_WEBHOOK_URL": (
        "Het adres van buiten, met https://, precies zoals bij Twilio.",
        "https://example.org/webhooks/twilio/webhook",
    ),
    "TWILIO_API_URL": ("Laat weg, of schrijf het adres met https://.", "https://api.twilio.com"),
    "TWILIO_CONTENT_LATE_REPLY": ("Twilio: Content Template Builder. Begint met HX. Of laat weg.", "HX" + "0" * 32),
    "TWILIO_CONTENT_AFTERCARE": ("Twilio: Content Template Builder. Begint met HX. Of laat weg.", "HX" + "0" * 32),
}
"""Per setting: where to find it, in Dutch, and a value that passes, to look further behind it."""

Reading = Callable[[Mapping[str, str]], Any]


def judged(environment: Mapping[str, str], reading: Reading, needed: tuple[str, ...]) -> list[Finding]:
    """One finding per setting that is there or should be.

    Args:
        reading: reads the settings; raises ``ValueError`` with the name of a setting in it.
        needed: what may not be left out.
    """
    # One way at a time: what is wrong with the other is said with that.
    values = {name: value for name, value in environment.items() if name not in _WHERE or _family(name) == _family(needed[0])}
    bad: dict[str, str] = {}
    for _ in _WHERE:
        name = _refused(values, reading)
        if name is None or name in bad:
            break
        bad[name] = values.get(name, "").strip()
        values[name] = _WHERE[name][1]
    missing = [name for name in needed if not environment.get(name, "").strip()]
    there = [name for name in _WHERE if environment.get(name, "").strip() and _family(name) == _family(needed[0])]
    return [
        *(wrong(f"{name} ontbreekt", _WHERE[name][0]) for name in missing),
        *(wrong(f"{name} kan niet kloppen", _WHERE[name][0]) for name in bad if name not in missing),
        *(good(name) for name in there if name not in bad and name not in missing),
    ]


def is_asked(environment: Mapping[str, str], needed: tuple[str, ...]) -> bool:
    """Whether somebody began to set this."""
    return any(environment.get(name, "").strip() for name in needed)


def without(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without WhatsApp, to read the rest of the settings with."""
    return {name: value for name, value in environment.items() if name not in {*CLOUD_NEEDED, *TWILIO_NEEDED, *_WHERE}}


def _refused(values: Mapping[str, str], reading: Reading) -> str | None:
    """The setting that the rules refuse first."""
    try:
        reading(values)
    except ValueError as error:
        said = str(error)
        return min((name for name in _WHERE if name in said), key=said.index, default=None)
    return None


def _family(name: str) -> str:
    return name.partition("_")[0]
