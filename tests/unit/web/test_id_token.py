"""What an OpenID provider says of a person is believed only where all of it fits (OpenID Connect Core 3.1.3.7)."""

import time
from collections.abc import Mapping
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from provisioning.elsewhere import Elsewhere, check_mapping, grant_of
from provisioning.isps import Role
from provisioning.people_errors import IdentityProviderAway, SignInElsewhereRefused
from web.auth.oidc import Flow, Provider

ISSUER = "https://id.example"
KEY = RSAKey.generate_key(2048, {"kid": "one"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "one"})
FLOW = Flow("a secret of a test")


def public(key: RSAKey) -> dict[str, Any]:
    return dict(KeySet([key]).as_dict(private=False))


class Said(Provider):
    """A provider whose pages are given by hand. Not the real thing: that one is in tests/contracts/test_oidc.py."""

    pages: Mapping[str, Any]
    token: str

    def _read(self, address: str, headers: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        return dict(self.pages[address.removeprefix(ISSUER)])

    def _redeemed(self, code: str, flow: Flow, redirect_uri: str) -> Mapping[str, Any]:
        return {"id_token": self.token, "access_token": "x"}


def provider(token: str, **pages: Any) -> Said:
    made = Said(ISSUER, "us", "hush", "groups", "openid")
    metadata = {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys", "userinfo_endpoint": f"{ISSUER}/me"}
    made.pages = {
        "/.well-known/openid-configuration": metadata,
        "/keys": public(KEY),
        "/me": {"sub": "s-1", "email": "a@b.example", "email_verified": True},
    } | {f"/{name}": page for name, page in pages.items()}
    made.token = token
    return made


def claims(**changed: object) -> dict[str, Any]:
    now = int(time.time())
    good = {"iss": ISSUER, "sub": "s-1", "aud": "us", "exp": now + 300, "iat": now, "nonce": FLOW.nonce}
    return {name: value for name, value in (good | changed).items() if value is not None}


def signed(key: Any = KEY, header: Mapping[str, Any] | None = None, **changed: object) -> str:
    return jwt.encode({"alg": "RS256", "kid": "one"} | dict(header or {}), claims(**changed), key)


def come_back(made: Said, **back: str) -> Elsewhere:
    return made.person(FLOW, "https://us.example/back", {"state": FLOW.state, "code": "c"} | back)


def test_a_good_token_names_the_person_and_what_the_provider_adds() -> None:
    person = come_back(provider(signed(groups=["noc"])))
    assert person == Elsewhere(ISSUER, "s-1", "a@b.example", frozenset({"noc"}))


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "somebody else"},
        {"aud": ["somebody else"]},
        {"aud": ["us", "somebody else"]},  # without azp
        {"azp": "somebody else"},
        {"exp": 1_000_000_000},  # in 2001
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"nonce": "another"},
        {"nonce": None},
    ],
    ids=str,
)
def test_a_token_with_a_claim_that_does_not_fit_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(SignInElsewhereRefused, match="not good"):
        come_back(provider(signed(**changed)))


def test_a_token_that_the_provider_did_not_sign_is_refused() -> None:
    shared = OctKey.import_key("a secret that both sides know, of 32 bytes")
    header, body, _ = signed().split(".")
    for token in (signed(OTHER_KEY), signed(shared, {"alg": "HS256"}), f"{header}.{body}.", "", "a.b.c", unsigned()):
        with pytest.raises(SignInElsewhereRefused, match="not good"):
            come_back(provider(token))


def unsigned() -> str:
    _, body, _ = signed().split(".")
    return f"eyJhbGciOiJub25lIn0.{body}."


def test_keys_that_have_changed_are_read_again_once() -> None:
    made = provider(signed())
    come_back(made)
    made.pages = dict(made.pages) | {"/keys": public(OTHER_KEY)}
    made.token = signed(OTHER_KEY)
    assert come_back(made).subject == "s-1"


def test_another_state_another_issuer_and_another_person_are_refused() -> None:
    for back in ({"state": "another"}, {"iss": "https://evil.example"}, {"error": "access_denied"}, {"code": ""}):
        with pytest.raises(SignInElsewhereRefused):
            come_back(provider(signed()), **back)
    with pytest.raises(SignInElsewhereRefused, match="two people"):
        come_back(provider(signed(), me={"sub": "s-2"}))
    with pytest.raises(SignInElsewhereRefused, match="not begun"):
        provider(signed()).person(Flow(""), "https://us.example/back", {"state": Flow("").state, "code": "c"})


def test_a_provider_without_an_endpoint_it_needs_is_away() -> None:
    made = provider(signed())
    made.pages = dict(made.pages) | {"/.well-known/openid-configuration": {"issuer": ISSUER}}
    with pytest.raises(IdentityProviderAway):
        made.address_to_sign_in(FLOW, "https://us.example/back")


def test_the_secret_of_a_sign_in_and_ours_are_in_no_repr() -> None:
    assert "hush" not in repr(provider(signed()))


def test_groups_lead_to_roles_of_one_side() -> None:
    mapping = {"a": "noc", "b": "engineer", "c": "isp-user@alpha"}
    found = grant_of({"a", "b", "z"}, mapping)
    assert found is not None
    assert (found.roles, found.isp_code) == ({Role.NOC, Role.ENGINEER}, None)
    assert grant_of({"z"}, mapping) is None
    with pytest.raises(SignInElsewhereRefused):
        grant_of({"a", "c"}, mapping)


@pytest.mark.parametrize("target", ["king", "", "operator@alpha", "isp-user", "@alpha"])
def test_a_mapping_to_what_is_no_role_of_that_side_is_refused_at_the_start(target: str) -> None:
    with pytest.raises(ValueError, match="'group' leads to"):
        check_mapping({"group": target})
