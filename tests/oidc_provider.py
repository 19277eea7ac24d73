"""A sign-in of a municipality for tests: no real product, but real HTTP, really signed tokens and strict about PKCE.

It does what OpenID Connect Core 1.0 and RFC 7636 ask of a provider for the authorization code flow; who signs in is decided by
the test. :attr:`Provider.forge` lets a test change the token before it is signed, as a hostile or broken provider would.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from tests.desk import serving
from tests.handover import Clock
from wegwijzer.product.processes import free_ports

CLIENT_ID, CLIENT_SECRET = "wegwijzer-balie", "een geheim van deze test"


@dataclass
class Provider:
    """The provider.

    Attributes:
        issuer: its address.
        clock: what time it is there.
        person: the claims about who signs in.
        forge: changes the claims just before signing.
        key: signs; another one than it publishes makes a forged signature.
    """

    issuer: str
    clock: Clock
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "u-1", "email": "fatma@example.org", "email_verified": True})
    forge: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    published: RSAKey | None = None
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "one"})
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def settings(self) -> dict[str, str]:
        """The settings of the console for it."""
        return {"OIDC_ISSUER": self.issuer, "OIDC_CLIENT_ID": CLIENT_ID, "OIDC_CLIENT_SECRET": CLIENT_SECRET}

    def app(self) -> Sanic:
        """Its web app."""
        app = Sanic(f"provider_{uuid.uuid4().hex}", configure_logging=False)
        app.add_route(self._about, "/.well-known/openid-configuration")
        app.add_route(self._keys, "/keys")
        app.add_route(self._authorize, "/authorize")
        app.add_route(self._token, "/token", methods=["POST"])
        return app

    async def _about(self, request: Request) -> HTTPResponse:
        paths = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return response.json({"issuer": self.issuer, **{name: f"{self.issuer}/{path}" for name, path in paths.items()}})

    async def _keys(self, request: Request) -> HTTPResponse:
        return response.json(KeySet([self.published or self.key]).as_dict(private=False))

    async def _authorize(self, request: Request) -> HTTPResponse:
        """The person is signed in already, and is sent back with a code."""
        asked = {name: values[0] for name, values in parse_qs(request.query_string).items()}
        right = (
            asked.get("response_type") == "code" and asked.get("client_id") == CLIENT_ID and "openid" in asked.get("scope", "")
            and asked.get("code_challenge_method") == "S256" and {"state", "nonce", "code_challenge", "redirect_uri"} <= set(asked)
        )  # fmt: skip
        if not right:
            return response.text("invalid_request", 400)
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        return response.redirect(
            f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.issuer})}"
        )

    async def _token(self, request: Request) -> HTTPResponse:
        """A code is good once, for the client it was made for, with the verifier of its challenge."""
        asked = self._codes.pop(str(request.form.get("code")), None)
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {basic}":
            return response.json({"error": "invalid_client"}, 401)
        verifier = hashlib.sha256(str(request.form.get("code_verifier")).encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != challenge or asked["redirect_uri"] != request.form.get("redirect_uri"):
            return response.json({"error": "invalid_grant"}, 400)
        now = int(self.clock())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked["nonce"], **self.person}
        token = jwt.encode(dict(self.header), self.forge(claims), self.key)
        return response.json({"access_token": secrets.token_urlsafe(8), "token_type": "Bearer", "id_token": token})


@contextmanager
def running_provider() -> Iterator[Provider]:
    """A provider that runs."""
    port = free_ports(1)[0]
    provider = Provider(f"http://127.0.0.1:{port}", Clock())
    with serving(provider.app(), port):
        yield provider


def code_of(url: str) -> dict[str, str]:
    """What stands in an address after the question mark."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
