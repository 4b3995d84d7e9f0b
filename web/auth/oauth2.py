"""The token endpoint for ISPs' programs: OAuth2 client credentials (RFC 6749 section 4.4), and its metadata (RFC 8414).

Attempts that fail count against the same limit as the portal's sign-ins, by address alone: a
client's secret cannot be guessed, and nobody shall shut a client out by failing in its name. Those
that succeed count against a limit of their own by client id, since each keeps a row.
Answers have the words and shapes of RFC 6749 section 5, since that is what OAuth2 libraries read.
"""

import binascii
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote_plus

from flask import Blueprint, Response, jsonify, request

from provisioning import front_desk
from provisioning.people_errors import ClientRefused, ScopeMissing
from provisioning.policy import CLIENT_SCOPES
from provisioning.tools import Tools
from web.auth.public_url import public_url
from web.request_errors import TooManySignIns
from web.sessions import SignInGate
from web.settings import WebSettings

TOKEN_PATH = "/oauth2/token"  # noqa: S105 - an address
METADATA_PATH = "/.well-known/oauth-authorization-server"
LONGEST_FIELD = 512


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client sent. `scopes` None: all it has."""

    client_id: str
    secret: str
    scopes: tuple[str, ...] | None


class Refused(Exception):
    """A refusal in the protocol's words (RFC 6749 section 5.2)."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status


def oauth2_blueprint(tools: Tools, settings: WebSettings, gate: SignInGate, grants: SignInGate) -> Blueprint:
    """The token endpoint and the metadata. `gate` counts failures, `grants` what was given."""
    blueprint = Blueprint("oauth2", __name__)

    @blueprint.post(TOKEN_PATH)
    def token() -> Response:
        try:
            return _granted(tools, _asked(), gate, grants)
        except Refused as refused:
            return _refusal(refused)
        except TooManySignIns as wait:
            answer = _refusal(Refused("temporarily_unavailable", str(wait), 429))
            answer.headers["Retry-After"] = str(wait.retry_after_s)
            return answer

    @blueprint.get(METADATA_PATH)
    def metadata() -> Response:
        root = public_url(settings)
        return jsonify(
            {
                "issuer": root,
                "token_endpoint": f"{root}{TOKEN_PATH}",
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
                "grant_types_supported": ["client_credentials"],
                "response_types_supported": [],
                "scopes_supported": sorted(CLIENT_SCOPES),
            }
        )

    return blueprint


def _granted(tools: Tools, asked: Asked, gate: SignInGate, grants: SignInGate) -> Response:
    """Raises: Refused, TooManySignIns."""
    address = request.remote_addr or ""
    gate.must_have_room(address, address)
    try:
        text, token = front_desk.grant_access(
            tools, asked.client_id, asked.secret, asked.scopes, must_have_room=lambda id_: grants.attempt(id_, id_)
        )
    except ClientRefused as refused:
        gate.attempt(address, address)
        raise Refused("invalid_client", str(refused), 401) from None
    except ScopeMissing as missing:
        raise Refused("invalid_scope", str(missing)) from None
    given = {
        "access_token": text,
        "token_type": "Bearer",
        "expires_in": tools.settings.access_token_lifetime_s,
        "scope": " ".join(sorted(token.scopes)),
    }
    return _unstored(jsonify(given))


def _asked() -> Asked:
    """Raises: Refused."""
    if request.mimetype != "application/x-www-form-urlencoded" or request.args:
        raise Refused("invalid_request", "Send the parameters as application/x-www-form-urlencoded in the body.")
    if any(len(values) > 1 for _, values in request.form.lists()):
        raise Refused("invalid_request", "A parameter is given twice.")
    if not request.form.get("grant_type"):
        raise Refused("invalid_request", "grant_type is missing.")
    if request.form["grant_type"] != "client_credentials":
        raise Refused("unsupported_grant_type", "Only client_credentials is.")
    client_id, secret = _credentials()
    scope = request.form.get("scope")
    scopes = None if scope is None else tuple(dict.fromkeys(scope.split()))
    return Asked(client_id, secret, scopes)


def _credentials() -> tuple[str, str]:
    """Client id and secret, by HTTP Basic or in the body, not by both (RFC 6749 section 2.3.1). Raises: Refused."""
    in_body = "client_secret" in request.form
    if "Authorization" not in request.headers:
        if not in_body:
            raise Refused("invalid_client", "Client id and secret are missing.", 401)
        return _bounded((request.form.get("client_id", ""), request.form["client_secret"]))
    if in_body:
        raise Refused("invalid_request", "Send the secret in the header or in the body, not in both.")
    return _bounded(_basic(request.headers["Authorization"]))


def _basic(header: str) -> Sequence[str]:
    scheme, _, encoded = header.partition(" ")
    try:
        text = b64decode(encoded.strip(), validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    client_id, colon, secret = text.partition(":")
    if not colon:
        raise Refused("invalid_client", "The Authorization header is not HTTP Basic.", 401)
    return unquote_plus(client_id), unquote_plus(secret)


def _bounded(pair: Sequence[str]) -> tuple[str, str]:
    client_id, secret = pair
    if len(client_id) > LONGEST_FIELD or len(secret) > LONGEST_FIELD:
        raise Refused("invalid_client", "That is no client of ours.", 401)
    return client_id, secret


def _refusal(refused: Refused) -> Response:
    answer = jsonify({"error": refused.error, "error_description": _ascii(refused.description)})
    answer.status_code = refused.status
    if refused.status == 401:
        answer.headers["WWW-Authenticate"] = 'Basic realm="neutralhost"'
    return _unstored(answer)


def _unstored(answer: Response) -> Response:
    """No cache may keep a token (RFC 6749 section 5.1)."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Pragma"] = "no-cache"
    return answer


def _ascii(text: str) -> str:
    """Only the characters that an error_description may have (RFC 6749 section 5.2)."""
    return "".join(each if " " <= each <= "~" and each not in '"\\' else "'" for each in text)
