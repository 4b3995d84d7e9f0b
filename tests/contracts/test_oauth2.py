"""ISPs' programs: clients, the token endpoint (RFC 6749, RFC 8414), and what an access token opens."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus

import pytest
from authlib.integrations.requests_client import OAuth2Session
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from provisioning import front_desk
from provisioning.errors import Forbidden, RequestInvalid, TokenInvalid, UnknownIsp
from provisioning.front_desk import SYSTEM
from provisioning.isps import Principal, Role, Scope
from provisioning.people_errors import ScopeMissing, UnknownClient
from provisioning.store.people_tables import access_tokens, oauth_clients
from tests.web_town import Machine, Town
from web.server import RunningServer, serve

ANNA = Principal("anna", Role.ISP_ADMIN, "alpha")
BERT = Principal("bert", Role.ISP_ADMIN, "beta")
READING = (Scope.ORDERS_READ, Scope.SERVICES_READ)


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine)


def ask(town: Town, secret: str, client_id: str, **form: Any) -> TestResponse:
    return town.app.test_client().post("/oauth2/token", data=_form(form), headers=_basic(client_id, secret))


def _form(form: dict[str, Any]) -> dict[str, Any]:
    return {"grant_type": "client_credentials"} | form


def _basic(client_id: str, secret: str) -> dict[str, str]:
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def machine(town: Town, answer: TestResponse) -> Machine:
    return Machine(town.app.test_client(), answer.json["access_token"])


def test_a_client_s_token_acts_for_its_isp_within_its_scopes(town: Town) -> None:
    secret, client = front_desk.create_client(town.tools, ANNA, None, "order robot", READING)
    answer = ask(town, secret, client.id)

    assert answer.status_code == 200
    assert (answer.json["token_type"], answer.json["expires_in"]) == ("Bearer", 3600)
    assert answer.json["scope"] == "orders:read services:read"
    assert answer.headers["Cache-Control"] == "no-store"
    robot = machine(town, answer)
    mine, others = town.place(), town.place("beta", key="k2")
    assert [order["id"] for order in robot.get("/orders").json["items"]] == [mine.id]
    assert robot.get(f"/orders/{others.id}").status_code == 404
    assert robot.get("/me").json["user_name"] == client.id
    assert robot.get("/me").json["isp_code"] == "alpha"
    refused = robot.get("/premises?postcode=M1")
    assert (refused.status_code, refused.json["code"]) == (403, "scope-missing")
    assert 'error="insufficient_scope", scope="catalogue:read"' in refused.headers["WWW-Authenticate"]
    assert robot.get("/users").status_code == 403


def test_a_client_may_ask_for_less_than_it_has_and_never_for_more(town: Town) -> None:
    secret, client = front_desk.create_client(town.tools, ANNA, None, "order robot", READING)
    less = ask(town, secret, client.id, scope="orders:read")
    assert less.json["scope"] == "orders:read"
    assert machine(town, less).get("/services").status_code == 403
    for scope in ("orders:write", "orders:read people:write", "nonsense"):
        more = ask(town, secret, client.id, scope=scope)
        assert (more.status_code, more.json["error"]) == (400, "invalid_scope")


def test_the_secret_in_the_body_is_as_good(town: Town) -> None:
    secret, client = front_desk.create_client(town.tools, ANNA, None, "robot", READING)
    form = _form({"client_id": client.id, "client_secret": secret})
    answer = town.app.test_client().post("/oauth2/token", data=form)
    assert machine(town, answer).get("/orders").status_code == 200


def test_an_access_token_ends_by_itself_and_with_its_client(town: Town) -> None:
    secret, client = front_desk.create_client(town.tools, ANNA, None, "robot", READING)
    first = machine(town, ask(town, secret, client.id))
    assert first.get("/orders").status_code == 200
    town.clock.at += timedelta(seconds=3600)
    over = first.get("/orders")
    assert (over.status_code, over.json["code"]) == (401, "token-invalid")

    second = machine(town, ask(town, secret, client.id))
    front_desk.revoke_client(town.tools, ANNA, client.id)
    assert second.get("/orders").status_code == 401
    assert ask(town, secret, client.id).json["error"] == "invalid_client"
    assert front_desk.clients(town.tools, ANNA)[0].revoked


def test_access_tokens_that_are_over_are_forgotten(town: Town, engine: Engine) -> None:
    secret, client = front_desk.create_client(town.tools, ANNA, None, "robot", READING)
    ask(town, secret, client.id)
    town.clock.at += timedelta(seconds=3601)
    ask(town, secret, client.id)
    with engine.connect() as connection:
        assert len(connection.execute(select(access_tokens)).all()) == 1


REFUSED: tuple[tuple[dict[str, Any], dict[str, str], int, str], ...] = (
    ({}, {}, 401, "invalid_client"),
    ({"client_id": "nhc_nobody", "client_secret": "x"}, {}, 401, "invalid_client"),
    ({"client_id": "nhc_nobody\0", "client_secret": "\0"}, {}, 401, "invalid_client"),
    ({"client_secret": "x"}, _basic("nhc_nobody", "x"), 400, "invalid_request"),
    ({}, {"Authorization": "Basic !!"}, 401, "invalid_client"),
    ({}, {"Authorization": "Bearer nh_a.b"}, 401, "invalid_client"),
    ({}, _basic("nhc_nobody", "x" * 600), 401, "invalid_client"),
    ({"grant_type": "password"}, {}, 400, "unsupported_grant_type"),
    ({"grant_type": ""}, {}, 400, "invalid_request"),
    ({"grant_type": ["client_credentials", "client_credentials"]}, {}, 400, "invalid_request"),
)


@pytest.mark.parametrize(("form", "headers", "status", "error"), REFUSED)
def test_what_is_no_request_for_a_token_is_refused_in_the_protocol_s_words(
    town: Town, form: dict[str, Any], headers: dict[str, str], status: int, error: str
) -> None:
    answer = town.app.test_client().post("/oauth2/token", data=_form(form), headers=headers)
    assert (answer.status_code, answer.json["error"]) == (status, error)
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)
    assert answer.headers["Cache-Control"] == "no-store"


def test_json_and_a_query_are_no_form(town: Town) -> None:
    client = town.app.test_client()
    assert client.post("/oauth2/token", json=_form({})).json["error"] == "invalid_request"
    assert client.post("/oauth2/token?client_id=x", data=_form({})).json["error"] == "invalid_request"


def test_failures_are_limited_together_with_the_portal_s_sign_ins_and_successes_by_client(engine: Engine) -> None:
    town = Town(engine, sign_ins_per_minute=3, access_tokens_per_minute=2)
    secret, client = front_desk.create_client(town.tools, ANNA, None, "robot", READING)
    assert [ask(town, secret, client.id).status_code for _ in range(3)] == [200, 200, 429]
    assert [ask(town, "wrong", client.id).status_code for _ in range(4)] == [401, 401, 401, 429]
    limited = ask(town, secret, client.id)
    assert (limited.status_code, limited.json["error"]) == (429, "temporarily_unavailable")
    assert int(limited.headers["Retry-After"]) > 0
    browser = town.browser()
    assert browser.sign_in("anna").status_code == 429


def test_clients_are_kept_by_their_isp_and_no_other(town: Town) -> None:
    _, mine = front_desk.create_client(town.tools, ANNA, None, "robot", READING)
    _, theirs = front_desk.create_client(town.tools, SYSTEM, "beta", "made by the operator", READING)

    assert [client.id for client in front_desk.clients(town.tools, BERT)] == [theirs.id]
    assert {client.id for client in front_desk.clients(town.tools, SYSTEM)} == {mine.id, theirs.id}
    with pytest.raises(UnknownClient):
        front_desk.revoke_client(town.tools, BERT, mine.id)
    with pytest.raises(Forbidden, match="another ISP"):
        front_desk.create_client(town.tools, BERT, "alpha", "robot", READING)
    with pytest.raises(Forbidden):
        front_desk.create_client(town.tools, Principal("uma", Role.ISP_USER, "alpha"), None, "robot", READING)


def test_a_client_that_cannot_be_is_not_made(town: Town) -> None:
    limited = Principal("anna", Role.ISP_ADMIN, "alpha", scopes=frozenset({Scope.PEOPLE_WRITE, Scope.ORDERS_READ}))
    for who, isp, scopes, error in (
        (ANNA, None, (), RequestInvalid),
        (ANNA, None, (Scope.PEOPLE_WRITE,), RequestInvalid),
        (SYSTEM, None, READING, RequestInvalid),
        (SYSTEM, "gamma", READING, UnknownIsp),
        (limited, None, READING, ScopeMissing),
    ):
        with pytest.raises(error):
            front_desk.create_client(town.tools, who, isp, "robot", scopes)
    assert front_desk.clients(town.tools, SYSTEM) == ()


def test_no_secret_of_a_client_stands_in_the_database(town: Town, engine: Engine) -> None:
    secret, client = front_desk.create_client(town.tools, ANNA, None, "robot", READING)
    text = ask(town, secret, client.id).json["access_token"]
    with engine.connect() as connection:
        kept = repr([connection.execute(select(table)).all() for table in (oauth_clients, access_tokens)])
    assert client.id in kept
    assert secret not in kept
    assert text.partition(".")[2] not in kept
    with pytest.raises(TokenInvalid):
        front_desk.principal_of_access_token(town.tools, f"{text}x")


def test_the_api_makes_and_ends_clients(town: Town) -> None:
    anna = town.machine("anna")
    made = anna.post("/clients", {"label": "robot", "scopes": ["orders:read"]})
    assert made.status_code == 201
    robot = machine(town, ask(town, made.json["secret"], made.json["id"]))
    assert robot.get("/orders").status_code == 200
    assert robot.get("/clients").status_code == 403
    assert made.json["secret"] not in anna.get("/clients").text
    assert anna.call("DELETE", f"/clients/{made.json['id']}").status_code == 204
    assert town.machine("bert").call("DELETE", f"/clients/{made.json['id']}").status_code == 404


@pytest.fixture
def server(town: Town) -> Iterator[RunningServer]:
    running = serve(town.app, town.settings.model_copy(update={"listen_port": 0}))
    yield running
    running.close()


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_an_oauth2_library_finds_the_endpoint_and_gets_in(town: Town, server: RunningServer, method: str) -> None:
    secret, client = front_desk.create_client(town.tools, ANNA, None, "robot", READING)
    with OAuth2Session(client.id, secret, token_endpoint_auth_method=method, scope="orders:read") as session:
        found = session.request(
            "GET", f"{server.url}/.well-known/oauth-authorization-server", withhold_token=True
        ).json()
        assert found["issuer"] == server.url
        assert method in found["token_endpoint_auth_methods_supported"]
        session.fetch_token(found["token_endpoint"], grant_type="client_credentials")
        me = session.get(f"{server.url}/api/v1/me").json()
    assert (me["user_name"], me["scopes"]) == (client.id, ["orders:read"])


def test_the_sonata_face_lets_the_same_token_in_within_its_scopes(town: Town) -> None:
    secret, client = front_desk.create_client(town.tools, ANNA, None, "robot", [Scope.CATALOGUE_READ])
    text = ask(town, secret, client.id).json["access_token"]
    sonata = town.app.test_client()
    bearer = {"Authorization": f"Bearer {text}"}
    root = "/mefApi/sonata"
    assert sonata.get(f"{root}/productCatalog/v2/productOffering", headers=bearer).status_code == 200
    refused = sonata.get(f"{root}/productInventory/v7/product", headers=bearer)
    assert refused.status_code == 403
    assert "insufficient_scope" in refused.headers["WWW-Authenticate"]
    assert sonata.get(f"{root}/productCatalog/v2/productOffering").status_code == 401
