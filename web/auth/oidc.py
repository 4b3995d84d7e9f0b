"""The provider at which people sign in: OpenID Connect's authorization code flow with PKCE (RFC 7636).

Everything a sign-in needs to be recognised when it comes back hangs on one random secret in a
cookie: state, nonce and code verifier are HMACs of it, so nothing is kept here in between. The ID
token is checked as OpenID Connect Core section 3.1.3.7 says.
"""

import hashlib
import hmac
import secrets
import threading
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core.claims import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from provisioning.elsewhere import Elsewhere
from provisioning.people_errors import IdentityProviderAway, SignInElsewhereRefused
from web.settings import WebSettings

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Only those with a key pair: a secret that both sides know proves nothing, and "none" least of all."""
TIMEOUT_S = 10.0
LEEWAY_S = 60  # between our clock and the provider's
FLOW_SECRET_BYTES = 32
WELL_KNOWN = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Flow:
    """One sign-in on its way: what its secret leads to."""

    secret: str

    @property
    def state(self) -> str:
        return self._derived("state")

    @property
    def nonce(self) -> str:
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        return self._derived("verifier")

    @property
    def challenge(self) -> str:
        """S256 of the verifier (RFC 7636 section 4.2)."""
        return urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()

    def _derived(self, purpose: str) -> str:
        return hmac.new(self.secret.encode(), f"neutralhost oidc {purpose}".encode(), hashlib.sha256).hexdigest()


def new_flow() -> Flow:
    return Flow(secrets.token_urlsafe(FLOW_SECRET_BYTES))


@dataclass
class Provider:
    """The provider that the settings name. What it says of itself is read when first needed, and its keys with it."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    role_claim: str
    scopes: str
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _metadata: Mapping[str, Any] = field(default_factory=dict, repr=False)
    _keys: KeySet | None = field(default=None, repr=False)

    def address_to_sign_in(self, flow: Flow, redirect_uri: str) -> str:
        """Where the browser is sent. Raises: IdentityProviderAway, SignInElsewhereRefused."""
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": redirect_uri,
            "scope": self.scopes,
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": flow.challenge,
            "code_challenge_method": "S256",
        }
        address = self._endpoint("authorization_endpoint")
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    def person(self, flow: Flow, redirect_uri: str, back: Mapping[str, str]) -> Elsewhere:
        """Who came back, by the query it came back with. Raises: IdentityProviderAway, SignInElsewhereRefused."""
        if not flow.secret or not hmac.compare_digest(back.get("state", "").encode(), flow.state.encode()):
            raise SignInElsewhereRefused("it was not begun in this browser, or long ago")
        if back.get("iss", self.issuer) != self.issuer:  # RFC 9207
            raise SignInElsewhereRefused("another provider answered")
        if "error" in back or not back.get("code"):
            raise SignInElsewhereRefused("the provider did not let it through")
        token = self._redeemed(back["code"], flow, redirect_uri)
        claims = self._claims(str(token.get("id_token", "")), flow.nonce)
        if "email" not in claims or self.role_claim not in claims:
            claims = self._userinfo(token, str(claims["sub"])) | claims
        return _elsewhere(self.issuer, claims, self.role_claim)

    def _said(self) -> Mapping[str, Any]:
        with self._lock:
            if not self._metadata:
                found = self._read(self.issuer.rstrip("/") + WELL_KNOWN)
                if found.get("issuer") != self.issuer:
                    raise SignInElsewhereRefused("the provider calls itself another than the settings do")
                self._metadata = found
            return self._metadata

    def _endpoint(self, name: str) -> str:
        address = self._said().get(name)
        if not isinstance(address, str):
            raise IdentityProviderAway(self.issuer)
        return address

    def _redeemed(self, code: str, flow: Flow, redirect_uri: str) -> Mapping[str, Any]:
        address = self._endpoint("token_endpoint")
        try:
            with OAuth2Session(self.client_id, self.client_secret, redirect_uri=redirect_uri) as session:
                found: Mapping[str, Any] = session.fetch_token(
                    address, code=code, code_verifier=flow.verifier, timeout=TIMEOUT_S, allow_redirects=False
                )
        except OAuthError:
            raise SignInElsewhereRefused("the provider took its code back") from None
        except (requests.RequestException, ValueError) as away:
            raise IdentityProviderAway(self.issuer) from away
        return found

    def _claims(self, id_token: str, nonce: str) -> dict[str, Any]:
        try:
            token = self._decoded(id_token)
            claims = CodeIDToken(
                token.claims,
                token.header,
                {"iss": {"essential": True, "value": self.issuer}, "aud": {"essential": True, "value": self.client_id}},
                {"nonce": nonce, "client_id": self.client_id},
            )
            claims.validate(leeway=LEEWAY_S)
        except (JoseError, ValueError) as wrong:
            raise SignInElsewhereRefused(f"its ID token is not good ({type(wrong).__name__})") from None
        return dict(token.claims)

    def _decoded(self, id_token: str) -> jwt.Token:
        """Keys change: with an unknown one they are read again, once. Raises: JoseError, ValueError."""
        if self._keys is not None:
            try:
                return jwt.decode(id_token, self._keys, algorithms=list(ALGORITHMS))
            except (JoseError, ValueError):
                self._keys = None
        self._keys = KeySet.import_key_set(self._read(self._endpoint("jwks_uri")))  # type: ignore[arg-type]  # JSON
        return jwt.decode(id_token, self._keys, algorithms=list(ALGORITHMS))

    def _userinfo(self, token: Mapping[str, Any], subject: str) -> dict[str, Any]:
        """What else the provider says of the person (OpenID Connect Core section 5.3); empty where it has no such page.

        Raises: IdentityProviderAway, SignInElsewhereRefused (it speaks of another).
        """
        address = self._said().get("userinfo_endpoint")
        if not address or not token.get("access_token"):
            return {}
        found = self._read(str(address), {"Authorization": f"Bearer {token['access_token']}"})
        if found.get("sub") != subject:
            raise SignInElsewhereRefused("the provider speaks of two people")
        return dict(found)

    def _read(self, address: str, headers: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        try:
            answer = requests.get(address, headers=headers, timeout=TIMEOUT_S, allow_redirects=False)
            found = answer.json() if answer.status_code == requests.codes.ok else None
        except (requests.RequestException, ValueError) as away:
            raise IdentityProviderAway(self.issuer) from away
        if not isinstance(found, dict):
            raise IdentityProviderAway(self.issuer)
        return found


def provider_of(settings: WebSettings) -> Provider | None:
    """The provider of the settings; None: people sign in by password alone."""
    if settings.oidc_issuer is None or settings.oidc_client_id is None or settings.oidc_client_secret is None:
        return None
    return Provider(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret.get_secret_value(),
        settings.oidc_role_claim,
        settings.oidc_scopes,
    )


def _elsewhere(issuer: str, claims: Mapping[str, Any], role_claim: str) -> Elsewhere:
    email = claims.get("email")
    said = claims.get("email_verified")
    is_verified = said is True or said == "true"  # some providers write it as text
    groups = claims.get(role_claim, ())
    return Elsewhere(
        issuer,
        str(claims["sub"])[:255],
        email.strip().casefold() if isinstance(email, str) and is_verified else None,
        frozenset(str(each) for each in ([groups] if isinstance(groups, str) else groups or ())),
    )
