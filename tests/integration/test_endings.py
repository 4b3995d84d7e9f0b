"""What is over gives back what it held, whatever stands in the way of one of them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from inventory.windows import Window
from provisioning import front_desk
from provisioning.ending import end_what_is_over
from provisioning.front_desk import SYSTEM
from provisioning.isps import Principal, Role
from provisioning.orders import Order, OrderRequest, OrderState
from provisioning.services import ServiceState
from provisioning.tools import Tools
from provisioning.wanted import StrandsWanted
from tests.integration.strand_town import strand_town
from tests.integration.walking import START, Town, build_town

ANNA = Principal("anna", Role.ISP_ADMIN, "alder")
TODAY = START.date()
WEEK = Window(TODAY, TODAY + timedelta(days=6))


@pytest.fixture(name="town")
def _town(engine: Engine) -> Town:
    return build_town(engine, strand_town())


def place(town: Town, window: Window = WEEK, key: str = "k1") -> Order:
    wanted = StrandsWanted("quay", "mill", window)
    request = OrderRequest("dark-fibre-pair", "", "", 0, 12, "our ref", wanted)
    return front_desk.place_order(town.tools, ANNA, request, idempotency_key=key)[0]


def deliver(town: Town, key: str = "k1") -> str:
    order = place(town, key=key)
    town.walk_all()
    front_desk.approve(town.tools, SYSTEM, order.id)
    town.walk_all()
    return town.look(order.id).service_id or "none"


def days_later(town: Town, days: int) -> Tools:
    return replace(town.tools, now=lambda: START + timedelta(days=days))


def held(town: Town) -> int:
    with town.tools.open_unit_of_work(reading=True) as work:
        use = work.holds.use()
    return len(use.strands) + len(use.positions)


def test_the_last_day_is_held_to_its_end(town: Town) -> None:
    service_id = deliver(town)
    last_moment = START.replace(hour=23, minute=59, second=59) + timedelta(days=6)

    assert end_what_is_over(replace(town.tools, now=lambda: last_moment)) == ()
    assert end_what_is_over(replace(town.tools, now=lambda: last_moment + timedelta(seconds=1))) == (service_id,)


@pytest.mark.parametrize("days", [7, 8])
def test_no_key_of_an_isps_own_orders_keeps_a_service_from_its_end(town: Town, days: int) -> None:
    service_id = deliver(town)
    for key in (f"window-over-{service_id}", f"window-over-{service_id}-{TODAY + timedelta(days=days)}"):
        place(town, Window(TODAY + timedelta(days=30), TODAY + timedelta(days=31)), key)

    assert end_what_is_over(days_later(town, days)) == (service_id,)


def test_a_service_whose_end_failed_is_ended_by_a_later_look(town: Town) -> None:
    service_id = deliver(town)
    assert end_what_is_over(days_later(town, 7)) == (service_id,)
    with town.tools.open_unit_of_work() as work:
        [_add, cease] = work.orders.of_service(service_id)
        work.orders.set_state(cease.id, OrderState.IN_PROGRESS)
        work.orders.set_state(cease.id, OrderState.FAILED)
        work.services.set_state(service_id, ServiceState.ACTIVE)
        work.commit()
    assert held(town)

    assert end_what_is_over(days_later(town, 8)) == (service_id,)
    town.walk_all()

    assert not held(town)


def test_an_order_nobody_confirmed_before_its_window_ended_is_declined(town: Town) -> None:
    order = place(town)
    town.walk_all()
    assert town.look(order.id).awaiting_approval
    assert held(town)
    assert end_what_is_over(days_later(town, 6)) == ()

    end_what_is_over(days_later(town, 7))
    town.walk_all()

    assert town.look(order.id).state is OrderState.CANCELLED
    assert not held(town)
    assert end_what_is_over(days_later(town, 8)) == ()
