"""The municipality's own sign-in: OpenID Connect, authorization code with PKCE, by Authlib; tokens are judged by joserfc.

OpenID Connect Core 1.0 sections 3.1.2 and 3.1.3.7, and RFC 7636 (PKCE, S256).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
import sqlalchemy as sa
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from wegwijzer.staff.tables import FLOW
from wegwijzer.storage import Database

SIGNED_WITH = ("RS256", "PS256", "ES256", "EdDSA")
"""Never a shared secret, never none."""

FLOW_FOR = 600.0
"""Seconds to come back from the municipality."""

LEEWAY = 60
"""Seconds that clocks may differ."""

_TIMEOUT = 10.0


class SignInFailed(Exception):
    """The sign-in at the municipality did not work.

    Attributes:
        code: ``away`` (it cannot be reached or answers strangely), ``refused`` (it did not let the person in), ``expired``
            (begun too long ago, or in another browser) or ``untrusted`` (what it sent cannot be trusted).
    """

    def __init__(self, code: str, why: str = "") -> None:
        super().__init__(f"{code}: {why}" if why else code)
        self.code = code


@dataclass(frozen=True)
class OidcSettings:
    """How to reach it.

    Attributes:
        issuer: its address (``OIDC_ISSUER``).
        client_id, client_secret: what it knows us by (``OIDC_CLIENT_ID``, ``OIDC_CLIENT_SECRET``).
        claim: which claim names a colleague (``OIDC_CLAIM``).
        redirect_uri: where it sends people back to; made of ``CONSOLE_URL``.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str = ""
    claim: str = "email"


class MunicipalSignIn:
    """One sign-in after another.

    Args:
        settings: how to reach it.
        database: with the tables of ``wegwijzer.staff.tables``.
        clock: seconds since 1970.
    """

    def __init__(self, settings: OidcSettings, database: Database, clock: Callable[[], float]) -> None:
        self._settings, self._database, self._clock = settings, database, clock
        self._about: dict[str, Any] | None = None

    def begin(self) -> tuple[str, str]:
        """Begin.

        Returns:
            Where to send the person, and the state that must be kept in this browser.

        Raises:
            SignInFailed: ``away``.
        """
        nonce, verifier, state = (secrets.token_urlsafe(32) for _ in range(3))
        with self._client() as client:
            url, _ = client.create_authorization_url(
                self._provider(client)["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        now = self._clock()
        with self._database.writing() as connection:
            connection.execute(FLOW.delete().where(FLOW.c.at <= now - FLOW_FOR))
            connection.execute(FLOW.insert().values(hash=_hash(state), nonce=nonce, verifier=verifier, at=now))
        return str(url), state

    def finish(self, answer: Mapping[str, str], kept_state: str) -> str:
        """The person comes back.

        Args:
            answer: what the provider put in the address.
            kept_state: the state that this browser has.

        Returns:
            How the provider names the person; see :attr:`OidcSettings.claim`.

        Raises:
            SignInFailed: see there. Nobody may come in then.
        """
        state = answer.get("state", "")
        flow = self._once(state) if state and hmac.compare_digest(state.encode(), kept_state.encode()) else None
        if flow is None:
            raise SignInFailed("expired")
        if "error" in answer or not answer.get("code"):
            raise SignInFailed("refused", answer.get("error", "")[:60])
        with self._client() as client:
            about = self._provider(client)
            # RFC 9207: when the provider says who it is, it must be the one we asked.
            if answer.get("iss", about["issuer"]) != about["issuer"]:
                raise SignInFailed("untrusted", "another issuer answered")
            try:
                token = client.fetch_token(
                    about["token_endpoint"], grant_type="authorization_code", code=answer["code"], code_verifier=flow["verifier"]
                )
            except OAuthError as error:
                raise SignInFailed("refused", str(error.error)[:60]) from None
            except (requests.RequestException, ValueError) as error:
                raise SignInFailed("away", type(error).__name__) from None
            claims = self._claims(client, str(token.get("id_token", "")), flow["nonce"])
        return self._name(claims)

    def _once(self, state: str) -> Mapping[str, Any] | None:
        """What belongs to a state, the first time only."""
        here = FLOW.c.hash == _hash(state)
        with self._database.writing() as connection:
            row = connection.execute(sa.select(FLOW).where(here, FLOW.c.at > self._clock() - FLOW_FOR)).mappings().first()
            gone = connection.execute(FLOW.delete().where(here)).rowcount
        return dict(row) if row is not None and gone else None

    def _claims(self, client: OAuth2Session, id_token: str, nonce: str) -> Mapping[str, Any]:
        """What the token says, when its signature, sender, receiver, time and nonce are right."""
        issuer, audience = self._provider(client)["issuer"], self._settings.client_id
        registry = jwt.JWTClaimsRegistry(
            now=lambda: int(self._clock()), leeway=LEEWAY,
            iss={"essential": True, "value": issuer}, aud={"essential": True, "value": audience},
            exp={"essential": True}, iat={"essential": True}, sub={"essential": True}, nonce={"essential": True, "value": nonce},
        )  # fmt: skip
        try:
            keys = KeySet.import_key_set(_json(client, self._provider(client)["jwks_uri"]))  # type: ignore[arg-type]
            claims = jwt.decode(id_token, keys, algorithms=list(SIGNED_WITH)).claims
            registry.validate(claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise SignInFailed("untrusted", type(error).__name__) from None
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if (several or "azp" in claims) and claims.get("azp") != audience:
            raise SignInFailed("untrusted", "made for another")
        return claims

    def _name(self, claims: Mapping[str, Any]) -> str:
        name = claims.get(self._settings.claim)
        if not isinstance(name, str) or not name.strip():
            raise SignInFailed("untrusted", f"no {self._settings.claim} in the token")
        if self._settings.claim == "email" and claims.get("email_verified") is not True:
            raise SignInFailed("untrusted", "the e-mail address was not verified")
        return name

    def _provider(self, client: OAuth2Session) -> Mapping[str, Any]:
        """What the provider says about itself (OpenID Connect Discovery 1.0), asked once."""
        if self._about is None:
            about = _json(client, self._settings.issuer.rstrip("/") + "/.well-known/openid-configuration")
            wanted = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
            if not all(isinstance(about.get(name), str) for name in wanted):
                raise SignInFailed("away", "its configuration is not complete")
            if str(about["issuer"]).rstrip("/") != self._settings.issuer.rstrip("/"):
                raise SignInFailed("untrusted", "it says to be another issuer")
            self._about = about
        return self._about

    def _client(self) -> OAuth2Session:
        return OAuth2Session(
            client_id=self._settings.client_id,
            client_secret=self._settings.client_secret,
            scope="openid email profile",
            redirect_uri=self._settings.redirect_uri,
            code_challenge_method="S256",
            default_timeout=_TIMEOUT,
        )


def _json(client: OAuth2Session, url: str) -> dict[str, Any]:
    try:
        answer = client.request("GET", url, withhold_token=True)
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise SignInFailed("away", type(error).__name__) from None
    if not isinstance(found, dict):
        raise SignInFailed("away", "no object")
    return found


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
