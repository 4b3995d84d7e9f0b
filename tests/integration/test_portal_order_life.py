"""What people do in the portal to orders that are under way."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from provisioning import front_desk
from provisioning.charges import ChargeKind, ChargeState
from provisioning.charging import ChargeAsked, charge, raise_charge
from provisioning.far_ends import FarEnd, FarEndState
from provisioning.front_desk import SYSTEM
from provisioning.orders import OrderState, WaitsFor
from tests.web_town import Town


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine)


def test_a_charge_is_read_and_accepted_on_the_orders_page_by_its_buyer_alone(town: Town) -> None:
    order = town.place(bandwidth_mbps=2500)
    town.wait_for_approval(order)
    asked = raise_charge(town.tools, SYSTEM, order.id, [ChargeAsked(ChargeKind.ONCE, 12_050, "A longer <drop>")])
    anna = town.browser("anna")
    page = anna.get(f"/orders/{order.id}").text
    assert "A longer &lt;drop&gt;" in page
    assert "£120.50" in page
    assert "held: a charge awaits an answer" in page

    assert town.browser("bert").post(f"/charges/{asked.id}/answer", {"answer": "accept"}).status_code == 404
    assert anna.post(f"/charges/{asked.id}/answer", {"answer": "accept"}).status_code == 303
    assert charge(town.tools, SYSTEM, asked.id).state is ChargeState.COMPLETED
    assert front_desk.order(town.tools, SYSTEM, order.id).state is OrderState.IN_PROGRESS


def test_an_order_is_cancelled_and_given_another_day_on_its_page(town: Town) -> None:
    order = town.place()
    anna = town.browser("anna")
    later = (town.tools.now() + timedelta(days=20)).date()
    assert anna.post(f"/orders/{order.id}/date", {"wanted": later.isoformat()}).status_code == 303
    assert front_desk.order(town.tools, SYSTEM, order.id).request.start == later
    assert anna.post(f"/orders/{order.id}/date", {"wanted": "tomorrow"}).status_code == 422

    assert town.browser("bert").post(f"/orders/{order.id}/cancel", {"reason": "mine"}).status_code == 404
    assert anna.post(f"/orders/{order.id}/cancel", {"reason": "moved away"}).status_code == 303
    assert front_desk.order(town.tools, SYSTEM, order.id).ends_as is OrderState.CANCELLED
    assert "Cancellation X-" in anna.get(f"/orders/{order.id}").text


def test_the_far_end_decides_on_a_page_of_its_own(town: Town) -> None:
    order = town.place(isp="beta")
    now = town.tools.now()
    with town.tools.open_unit_of_work() as work:
        due = now + timedelta(days=14)
        work.far_ends.add(FarEnd(order.id, "alpha", "beta", "handover alpha-quay", FarEndState.ASKED, now, due))
        work.orders.wait(order.id, WaitsFor.FAR_END_CONSENT, due)
        work.commit()
    anna = town.browser("anna")
    assert order.id in anna.get("/far-ends").text
    assert order.id not in town.browser("bert").get("/far-ends").text
    assert town.browser("bert").post(f"/far-ends/{order.id}", {"decision": "grant"}).status_code == 404

    assert anna.post(f"/far-ends/{order.id}", {"decision": "grant"}).status_code == 303
    assert front_desk.order(town.tools, SYSTEM, order.id).waits_for is None
    assert "Nothing is asked of you" in anna.get("/far-ends").text
