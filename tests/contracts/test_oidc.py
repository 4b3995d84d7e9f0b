"""People who sign in at an OpenID provider: a real one on loopback, and the portal that they come back to."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import oidc_provider_mock
import pytest
import requests
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from provisioning import front_desk
from provisioning.front_desk import SYSTEM
from provisioning.isps import Role
from tests.web_town import Browser, Town

ROLES = {"noc-team": "noc", "engineers": "engineer", "alpha-staff": "isp-user@alpha", "beta-staff": "isp-user@beta"}


@pytest.fixture(scope="module", autouse=True)
def plain_http_on_loopback() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # the provider's own library asks for it
        yield


@contextmanager
def provider(**how: Any) -> Iterator[str]:
    with oidc_provider_mock.run_server_in_thread(**how) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with provider() as address:
        yield address


def town_with(engine: Engine, issuer: str, **more: Any) -> Town:
    ours = {"oidc_client_id": "neutralhost", "oidc_client_secret": "hush", "oidc_name": "Hive", "oidc_roles": ROLES}
    return Town(engine, oidc_issuer=issuer, **ours, **more)


@pytest.fixture
def town(engine: Engine, issuer: str) -> Town:
    return town_with(engine, issuer)


def knows(issuer: str, subject: str, **claims: object) -> None:
    """Tell the provider about a person."""
    requests.put(f"{issuer}/users/{subject}", json=claims, timeout=60).raise_for_status()


def leave(browser: Browser, path: str = "/sign-in/elsewhere") -> str:
    """Follow the button; return the provider's address."""
    answer = browser.client.get(path)
    assert answer.status_code == 303
    return answer.headers["Location"]


def agree(address: str, subject: str) -> str:
    """Say yes at the provider, and return the path and query to come back to."""
    answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=60)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def come_in(town: Town, subject: str) -> tuple[Browser, TestResponse]:
    browser = town.browser()
    return browser, browser.client.get(agree(leave(browser), subject))


def names(town: Town) -> set[str]:
    return {user.name for user in front_desk.users(town.tools, SYSTEM)}


def test_a_verified_address_is_its_user_s_and_stays_bound_to_the_person(town: Town, issuer: str) -> None:
    front_desk.change_user(town.tools, SYSTEM, "anna", email="Anna@Alpha.example")
    knows(issuer, "s-1", email="anna@alpha.example", email_verified=True)

    browser, answer = come_in(town, "s-1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "<strong>anna</strong>" in browser.get("/tokens").text

    knows(issuer, "s-1", email="married@alpha.example", email_verified=True)
    again, _ = come_in(town, "s-1")
    assert "<strong>anna</strong>" in again.get("/tokens").text


def test_one_signs_out_and_is_out(town: Town, issuer: str) -> None:
    front_desk.change_user(town.tools, SYSTEM, "anna", email="anna@alpha.example")
    knows(issuer, "s-1", email="anna@alpha.example", email_verified=True)
    browser, _ = come_in(town, "s-1")
    browser.get("/tokens")
    assert browser.post("/sign-out").status_code == 303
    assert browser.client.get("/tokens").status_code == 303


@pytest.mark.parametrize("verified", [False, None, "false", 1])
def test_an_address_that_is_not_verified_leads_nowhere(town: Town, issuer: str, verified: object) -> None:
    front_desk.change_user(town.tools, SYSTEM, "anna", email="anna@alpha.example")
    before = names(town)
    knows(issuer, "mallory", email="anna@alpha.example", email_verified=verified, groups=["noc-team"])

    browser, answer = come_in(town, "mallory")
    assert answer.status_code == 401
    assert "no verified e-mail" in answer.text
    assert browser.client.get("/tokens").status_code == 303
    assert names(town) == before


def test_groups_make_a_user_whose_roles_follow_them(town: Town, issuer: str) -> None:
    knows(issuer, "s-2", email="ned@host.example", email_verified=True, groups=["noc-team", "engineers", "choir"])
    come_in(town, "s-2")
    made = {user.name: user for user in front_desk.users(town.tools, SYSTEM)}["ned@host.example"]
    assert (made.roles, made.isp_code) == ({Role.NOC, Role.ENGINEER}, None)

    knows(issuer, "s-2", email="ned@host.example", email_verified=True, groups=["noc-team"])
    come_in(town, "s-2")
    assert {user.name: user for user in front_desk.users(town.tools, SYSTEM)}["ned@host.example"].roles == {Role.NOC}

    knows(issuer, "s-2", email="ned@host.example", email_verified=True, groups=["choir"])
    assert come_in(town, "s-2")[1].status_code == 401


def test_an_isp_s_group_makes_a_user_of_that_isp_and_no_more(town: Town, issuer: str) -> None:
    knows(issuer, "s-3", email="Al+x@alpha.example", email_verified=True, groups=["alpha-staff"])
    come_in(town, "s-3")
    (made,) = [user for user in front_desk.users(town.tools, SYSTEM) if user.email == "al+x@alpha.example"]
    assert (made.roles, made.isp_code) == ({Role.ISP_USER}, "alpha")
    knows(issuer, "s-4", email="two@alpha.example", email_verified=True, groups=["alpha-staff", "beta-staff"])
    assert "more than one organisation" in come_in(town, "s-4")[1].text


def test_a_user_made_elsewhere_has_no_password_to_guess(town: Town, issuer: str) -> None:
    knows(issuer, "s-2", email="ned@host.example", email_verified=True, groups=["noc-team"])
    come_in(town, "s-2")
    assert town.browser().sign_in("ned@host.example", "!").status_code == 401


def test_who_is_shut_out_here_stays_out_whatever_the_provider_says(town: Town, issuer: str) -> None:
    front_desk.change_user(town.tools, SYSTEM, "anna", email="anna@alpha.example")
    front_desk.set_disabled(town.tools, SYSTEM, "anna", disabled=True)
    knows(issuer, "s-1", email="anna@alpha.example", email_verified=True)
    browser, answer = come_in(town, "s-1")
    assert answer.status_code == 401
    assert "shut out" in answer.text
    assert browser.client.get("/tokens").status_code == 303


def test_a_subject_is_bound_by_hand_where_there_is_no_address(town: Town, issuer: str) -> None:
    knows(issuer, "s-9", name="Rita")
    assert come_in(town, "s-9")[1].status_code == 401
    front_desk.bind_identity(town.tools, SYSTEM, "rita", issuer, "s-9")
    browser, answer = come_in(town, "s-9")
    assert answer.status_code == 303
    assert "<strong>rita</strong>" in browser.get("/tokens").text


def test_the_request_to_the_provider_carries_state_nonce_and_challenge(town: Town) -> None:
    asked = dict(parse_qsl(urlsplit(leave(town.browser())).query))
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["redirect_uri"] == "http://localhost/sign-in/elsewhere/back"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    assert all(len(asked[name]) >= 43 for name in ("state", "nonce", "code_challenge"))


def test_a_code_comes_back_to_the_browser_that_asked_and_to_no_other(town: Town, issuer: str) -> None:
    front_desk.change_user(town.tools, SYSTEM, "anna", email="anna@alpha.example")
    knows(issuer, "s-1", email="anna@alpha.example", email_verified=True)
    back = agree(leave(town.browser()), "s-1")

    other = town.browser()
    assert other.client.get(back).status_code == 401
    leave(other)
    assert other.client.get(back).status_code == 401
    assert other.client.get("/tokens").status_code == 303


def test_a_token_for_another_sign_in_is_refused_by_its_nonce(town: Town, issuer: str) -> None:
    knows(issuer, "s-1", email="ned@host.example", email_verified=True, groups=["noc-team"])
    stolen = dict(parse_qsl(urlsplit(agree(leave(town.browser()), "s-1")).query))["code"]

    browser = town.browser()
    state = dict(parse_qsl(urlsplit(leave(browser)).query))["state"]
    answer = browser.client.get("/sign-in/elsewhere/back?" + urlencode({"code": stolen, "state": state}))
    assert answer.status_code == 401
    assert "its ID token is not good" in answer.text


def test_an_expired_token_is_refused(engine: Engine) -> None:
    with provider(access_token_max_age=timedelta(seconds=-120)) as issuer:
        town = town_with(engine, issuer)
        knows(issuer, "s-1", email="ned@host.example", email_verified=True, groups=["noc-team"])
        answer = come_in(town, "s-1")[1]
    assert answer.status_code == 401
    assert "ExpiredTokenError" in answer.text


def test_a_provider_that_calls_itself_another_is_not_believed(engine: Engine, issuer: str) -> None:
    town = town_with(engine, issuer.replace("localhost", "127.0.0.1") + "/")
    answer = town.browser().client.get("/sign-in/elsewhere")
    assert answer.status_code == 401
    assert "calls itself another" in answer.text


def test_a_provider_that_is_away_leaves_the_password(engine: Engine) -> None:
    town = town_with(engine, "http://localhost:9")
    browser = town.browser()
    answer = browser.client.get("/sign-in/elsewhere")
    assert answer.status_code == 503
    assert browser.sign_in("anna").status_code == 303


def test_who_says_no_at_the_provider_is_not_let_in(town: Town) -> None:
    browser = town.browser()
    state = dict(parse_qsl(urlsplit(leave(browser)).query))["state"]
    answer = browser.client.get(f"/sign-in/elsewhere/back?error=access_denied&state={state}")
    assert answer.status_code == 401
    assert "did not let it through" in answer.text


def test_one_comes_back_to_the_page_one_wanted_and_never_to_another_site(town: Town, issuer: str) -> None:
    knows(issuer, "s-2", email="ned@host.example", email_verified=True, groups=["noc-team"])
    for wanted, reached in (("/orders?state=held", "/orders?state=held"), ("//evil.example", "/")):
        browser = town.browser()
        back = agree(leave(browser, "/sign-in/elsewhere?" + urlencode({"next": wanted})), "s-2")
        assert browser.client.get(back).headers["Location"] == reached


def test_attempts_are_limited(engine: Engine, issuer: str) -> None:
    town = town_with(engine, issuer, sign_ins_per_minute=3)
    client = town.browser().client
    assert [client.get("/sign-in/elsewhere/back?code=x&state=y").status_code for _ in range(4)] == [401, 401, 401, 429]


def test_the_button_is_there_where_there_is_a_provider(town: Town) -> None:
    assert "Sign in with Hive" in town.browser().client.get("/sign-in").text


def test_without_a_provider_there_is_neither_button_nor_address(engine: Engine) -> None:
    client = Town(engine).browser().client
    assert "Sign in with" not in client.get("/sign-in").text
    assert client.get("/sign-in/elsewhere").status_code == 404
