"""The settings of the console, read from the environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wegwijzer.guarding.addresses import check_address
from wegwijzer.guarding.strength import check_no_example
from wegwijzer.staff.oidc import OidcSettings

Number = Callable[[Mapping[str, str], str, int, int | None], int]
"""Reads a whole number above 0: environment, name, default, highest."""

RETURN = "/aanmelden/terug"
"""Where the municipality's sign-in sends people back to, below ``CONSOLE_URL``."""

_OIDC = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
LAST_PORT = 65_535


@dataclass(frozen=True)
class ConsoleSettings:
    """What can be set.

    Attributes:
        port: of the console (``CONSOLE_PORT``).
        url: where colleagues find it (``CONSOLE_URL``); with https:// cookies are sent over TLS only.
        idle_minutes: without doing anything so long one has to come in again (``CONSOLE_IDLE_MINUTES``).
        session_hours: and anyhow after so long (``CONSOLE_SESSION_HOURS``).
        proxies: how many proxies stand in front, for the address of who comes in (``CONSOLE_PROXIES``).
        oidc: the municipality's own sign-in; ``None`` without.
    """

    port: int = 5065
    url: str = ""
    idle_minutes: int = 30
    session_hours: int = 10
    proxies: int = 0
    oidc: OidcSettings | None = None

    @property
    def secure(self) -> bool:
        """Whether colleagues come by TLS."""
        return self.url.startswith("https://")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], number: Number, url: str) -> ConsoleSettings:
        """Read the settings.

        Args:
            url: ``CONSOLE_URL``, which the hand-over reads too and judges.

        Raises:
            ValueError: with one plain sentence when one is wrong.
        """
        proxies = environment.get("CONSOLE_PROXIES", "").strip()
        return cls(
            port=number(environment, "CONSOLE_PORT", cls.port, LAST_PORT),
            url=url.rstrip("/"),
            idle_minutes=number(environment, "CONSOLE_IDLE_MINUTES", cls.idle_minutes, None),
            session_hours=number(environment, "CONSOLE_SESSION_HOURS", cls.session_hours, None),
            proxies=0 if proxies in ("", "0") else number(environment, "CONSOLE_PROXIES", 1, 9),
            oidc=_oidc(environment, url.rstrip("/")),
        )


def _oidc(environment: Mapping[str, str], url: str) -> OidcSettings | None:
    given = {name: environment.get(name, "").strip() for name in _OIDC}
    claim = environment.get("OIDC_CLAIM", "").strip() or OidcSettings.claim
    if not any(given.values()):
        return None
    missing = [name for name, value in given.items() if not value]
    if missing:
        raise ValueError(f"{missing[0]} is empty, but is needed because {', '.join(set(_OIDC) - set(missing))} is set")
    if not url:
        raise ValueError("CONSOLE_URL is empty, but is needed because OIDC_ISSUER is set")
    check_no_example("OIDC_CLIENT_SECRET", given["OIDC_CLIENT_SECRET"])
    issuer = check_address("OIDC_ISSUER", given["OIDC_ISSUER"])
    return OidcSettings(issuer, given["OIDC_CLIENT_ID"], given["OIDC_CLIENT_SECRET"], f"{url}{RETURN}", claim)
