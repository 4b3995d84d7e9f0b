"""The portal's pages of webhooks and of history."""

import re

import pytest
from sqlalchemy import Engine

from provisioning import front_desk
from provisioning.front_desk import SYSTEM
from provisioning.listeners import Delivery, DeliveryState
from tests.web_town import Town

HOSTILE = "https://1.1.1.1/?<script>alert('x')</script>{{7*7}}"
PUBLIC = "https://1.1.1.1/hook"


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine)


def test_an_address_is_told_tested_renewed_and_removed_and_its_secret_is_shown_once(town: Town) -> None:
    anna = town.browser("anna")
    anna.get("/webhooks")
    made = anna.post("/webhooks", {"url": PUBLIC, "kinds": ["order", "service"]}).text
    secret = re.search(r"whsec_[A-Za-z0-9+/=]{44}", made)
    assert secret is not None
    page = anna.get("/webhooks").text
    assert "whsec_" not in page
    assert "order, service" in page
    (listener,) = front_desk.listeners(town.tools, SYSTEM)

    sent = anna.post(f"/webhooks/{listener.id}/test")
    assert "webhook.test" in anna.get(sent.headers["Location"]).text
    renewed = anna.post(f"/webhooks/{listener.id}/secret").text
    assert "whsec_" in renewed
    assert secret.group(0) not in renewed
    assert anna.post(f"/webhooks/{listener.id}/remove").status_code == 303
    assert PUBLIC not in anna.get("/webhooks").text


def test_what_failed_is_shown_with_every_try_and_sent_again(town: Town) -> None:
    anna = town.browser("anna")
    front_desk.add_listener(town.tools, SYSTEM, "https://1.1.1.1/", isp_code="alpha")
    order = town.place()
    (delivery,) = _of(town, order.id)
    with town.tools.open_unit_of_work() as work:
        work.listeners.switch_off(delivery.listener_id)  # gives up what waits
        work.commit()

    assert delivery.id in anna.get("/webhooks?only=given-up").text
    page = anna.get(f"/deliveries/{delivery.id}").text
    assert "order.created" in page
    assert "It was not tried yet." in page
    again = anna.post(f"/deliveries/{delivery.id}/replay")
    assert again.status_code == 303
    assert f'Replay of</dt><dd><a href="/deliveries/{delivery.id}"' in anna.get(again.headers["Location"]).text


def _of(town: Town, order_id: str) -> list[Delivery]:
    page = front_desk.deliveries(town.tools, SYSTEM, state=DeliveryState.WAITING)
    return [each for each in page.deliveries if each.change is not None and each.change.id == order_id]


def test_what_is_wrong_is_said_and_nothing_is_kept(town: Town) -> None:
    anna = town.browser("anna")
    anna.get("/webhooks")
    for form in ({"url": "https://127.0.0.1/"}, {"url": "http://1.1.1.1/"}, {"url": ""}, {"url": PUBLIC, "kinds": "x"}):
        assert anna.post("/webhooks", form).status_code == 422
    assert front_desk.listeners(town.tools, SYSTEM) == ()


def test_who_may_only_read_sees_no_forms_and_another_isp_sees_nothing(town: Town) -> None:
    _, listener = front_desk.add_listener(town.tools, SYSTEM, PUBLIC, isp_code="alpha")
    delivery = front_desk.send_test(town.tools, SYSTEM, listener.id)
    uma = town.browser("uma").get("/webhooks").text
    assert listener.id in uma
    assert "/remove" not in uma
    bert = town.browser("bert")
    assert listener.id not in bert.get("/webhooks").text
    assert bert.get(f"/deliveries/{delivery.id}").status_code == 404
    assert bert.post(f"/webhooks/{listener.id}/remove").status_code == 404


def test_hostile_text_is_shown_and_never_run(town: Town) -> None:
    front_desk.add_listener(town.tools, SYSTEM, HOSTILE.replace(" ", ""), isp_code="alpha")
    page = town.browser("anna").get("/webhooks").text
    assert "<script>alert" not in page
    assert "{{7*7}}" in page


def test_an_orders_and_a_services_history_is_a_page_of_its_own(town: Town) -> None:
    service = town.deliver(town.place())
    order = front_desk.orders(town.tools, SYSTEM).orders[0]
    anna = town.browser("anna")
    assert f"/orders/{order.id}/history" in anna.get(f"/orders/{order.id}").text
    told = anna.get(f"/orders/{order.id}/history").text
    assert re.findall(r'data-label="Became">([^<]+)<', told) == ["acknowledged", "in progress", "completed"]
    assert f"/services/{service.id}/history" in anna.get(f"/services/{service.id}").text
    assert "active" in anna.get(f"/services/{service.id}/history").text
    assert town.browser("bert").get(f"/orders/{order.id}/history").status_code == 404
