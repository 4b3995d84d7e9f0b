"""The portal's pages of people and machines: an ISP's administrator keeps its own, and nobody else's."""

import re

import pytest
from sqlalchemy import Engine

from provisioning import front_desk
from provisioning.front_desk import SYSTEM
from provisioning.isps import Role
from provisioning.questions.coverage import refresh_coverage
from tests.web_town import PEOPLE, Machine, Town


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine)


def secret_on(page: str) -> str:
    found = re.search(r'<pre class="secret" tabindex="0">([^<]+)</pre>', page)
    assert found is not None
    return found[1]


def test_an_administrator_makes_a_user_of_its_isp_who_can_sign_in(town: Town) -> None:
    anna = town.browser("anna")
    page = anna.get("/people").text
    assert ">abel<" not in page
    assert ">bert<" not in page
    assert ">olga<" not in page
    made = anna.post("/people", {"name": "abel", "role": "isp-user", "email": "abel@alpha.example"})
    assert made.status_code == 200
    assert town.browser().sign_in("abel", secret_on(made.text)).status_code == 303
    (abel,) = [user for user in front_desk.users(town.tools, SYSTEM) if user.name == "abel"]
    assert (abel.role, abel.isp_code, abel.email) == (Role.ISP_USER, "alpha", "abel@alpha.example")


def test_an_administrator_makes_nobody_of_the_other_side_or_of_another_isp(town: Town) -> None:
    anna = town.browser("anna")
    anna.get("/people")
    before = set(front_desk.users(town.tools, SYSTEM))
    assert anna.post("/people", {"name": "mallory", "role": "operator"}).status_code == 422
    assert anna.post("/people", {"name": "mallory", "role": "king"}).status_code == 422
    anna.post("/people", {"name": "mallory", "role": "isp-user", "isp_code": "beta"})
    assert {user.isp_code for user in set(front_desk.users(town.tools, SYSTEM)) - before} == {"alpha"}
    assert anna.post("/people/bert/disabled", {"disabled": "yes"}).status_code == 403
    assert anna.post("/people/bert/role", {"role": "auditor"}).status_code == 403


def test_who_is_shut_out_is_out_and_comes_back_in(town: Town) -> None:
    axel, anna = town.browser("axel"), town.browser("anna")
    anna.get("/people")
    assert anna.post("/people/axel/disabled", {"disabled": "yes"}).status_code == 303
    assert axel.client.get("/orders").headers["Location"].startswith("/sign-in")
    anna.post("/people/axel/disabled", {"disabled": "no"})
    assert town.browser().sign_in("axel").status_code == 303


def test_an_administrator_makes_a_client_that_gets_in_and_ends_it(town: Town) -> None:
    anna = town.browser("anna")
    anna.get("/people")
    made = anna.post("/clients", {"label": "order robot", "scopes": ["orders:read", "orders:write"]})
    (client,) = front_desk.clients(town.tools, SYSTEM)
    text, _ = front_desk.grant_access(town.tools, client.id, secret_on(made.text), None)
    robot = Machine(town.app.test_client(), text)
    assert robot.get("/orders").status_code == 200
    assert secret_on(made.text) not in anna.get("/people").text
    assert anna.post(f"/clients/{client.id}/revoke").status_code == 303
    assert robot.get("/orders").status_code == 401


def test_a_token_made_on_the_page_is_limited_to_what_was_ticked(town: Town) -> None:
    anna = town.browser("anna")
    anna.get("/tokens")
    made = anna.post("/tokens", {"label": "reader", "days": "30", "scopes": ["orders:read"]})
    robot = Machine(town.app.test_client(), secret_on(made.text))
    assert robot.get("/orders").status_code == 200
    assert robot.get("/services").status_code == 403
    assert "orders:read" in anna.get("/tokens").text
    assert anna.post("/tokens", {"label": "x", "days": "30", "scopes": ["nonsense"]}).status_code == 422


@pytest.mark.parametrize("name", sorted(PEOPLE))
def test_every_link_of_somebody_s_menu_leads_to_a_page(town: Town, name: str) -> None:
    refresh_coverage(town.tools, SYSTEM)
    browser = town.browser(name)
    page = browser.get("/").text
    menu = re.search(r"<nav aria-label=\"Main\">(.*?)</nav>", page, re.DOTALL)
    assert menu is not None
    links = re.findall(r'href="([^"]+)"', menu[1])
    assert "/tokens" in links
    assert [(link, browser.get(link).status_code) for link in links] == [(link, 200) for link in links]


def test_the_council_sees_the_city_and_no_order(town: Town) -> None:
    order = town.place()
    refresh_coverage(town.tools, SYSTEM)
    cora = town.browser("cora")
    page = cora.get("/").text
    assert "premises" in page
    assert "Resilience" in page
    assert order.id not in page
    assert cora.get(f"/orders/{order.id}").status_code == 403
    assert cora.get("/orders").status_code == 403
