"""Webhooks, deliveries, histories and the audit trail by the API."""

import json
from typing import Any

import pytest
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from provisioning import front_desk
from provisioning.front_desk import SYSTEM
from tests.web_town import Town

HOOK = {"url": "https://1.1.1.1/hook", "kinds": ["order"]}


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine)


def told(answer: TestResponse) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.text)
    return found


def test_a_webhook_is_made_with_a_secret_that_no_other_answer_and_no_table_has(town: Town, engine: Engine) -> None:
    anna = town.machine("anna")
    made = anna.post("/webhooks", HOOK, key="k1")
    secret = told(made)["secret"]
    assert (made.status_code, told(made)["webhook"]["isp_code"]) == (201, "alpha")
    assert secret.removeprefix("whsec_") not in anna.get("/webhooks").text + anna.post("/webhooks", HOOK, key="k1").text
    with engine.connect() as connection:
        for (name,) in connection.execute(text(_TABLES[engine.dialect.name])).all():
            kept = str(connection.execute(text(f'SELECT * FROM "{name}"')).all())  # noqa: S608 - names of our tables
            assert secret.removeprefix("whsec_") not in kept, name


_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"url": "https://127.0.0.1/"}, "listener-refused"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, "listener-refused"),
        ({"url": "http://1.1.1.1/"}, "listener-refused"),
        ({"url": "x"}, "listener-refused"),
        ({"url": ""}, "request-fields-invalid"),
        ({"url": "https://1.1.1.1/", "kinds": ["money"]}, "request-fields-invalid"),
        ({"url": "https://1.1.1.1/", "secret": "mine"}, "request-fields-invalid"),
    ],
)
def test_what_is_no_public_address_or_no_kind_is_refused(town: Town, body: dict[str, Any], code: str) -> None:
    answer = town.machine("anna").post("/webhooks", body)
    assert (answer.status_code, told(answer)["code"]) == (422, code)


def test_an_isp_user_reads_and_does_not_keep_them(town: Town) -> None:
    uma = town.machine("uma")
    assert uma.get("/webhooks").status_code == 200
    assert uma.post("/webhooks", HOOK).status_code == 403


def test_an_order_can_be_followed_in_the_log_and_in_its_history(town: Town) -> None:
    anna = town.machine("anna")
    listener = told(anna.post("/webhooks", HOOK))["webhook"]["id"]
    order = town.place()
    town.deliver(order)
    log = told(anna.get(f"/deliveries?listener_id={listener}&state=waiting"))["items"]
    assert [each["type"] for each in log][::-1] == ["order.created", "order.state", "order.state"]
    assert {each["about"] for each in log} == {order.id}
    history = told(anna.get(f"/orders/{order.id}/history"))["items"]
    assert [each["now"] for each in history] == ["acknowledged", "inProgress", "completed"]
    assert history[0]["by"] == "system"
    service = front_desk.order(town.tools, SYSTEM, order.id).service_id
    assert told(anna.get(f"/services/{service}/history"))["items"][-1]["now"] == "active"
    bert = town.machine("bert")
    assert bert.get(f"/orders/{order.id}/history").status_code == 404
    assert told(bert.get(f"/deliveries?listener_id={listener}"))["code"] == "unknown-listener"


def test_a_delivery_that_waits_is_not_replayed_and_one_that_is_not_there_is_not_found(town: Town) -> None:
    anna = town.machine("anna")
    listener = told(anna.post("/webhooks", HOOK))["webhook"]["id"]
    delivery = told(anna.post(f"/webhooks/{listener}/test"))["id"]
    assert told(anna.post(f"/deliveries/{delivery}/replay"))["code"] == "not-replayable"
    assert told(anna.get("/deliveries/DL-NOBODY0000"))["code"] == "unknown-delivery"
    assert told(anna.get(f"/deliveries/{delivery}"))["attempts"] == []
