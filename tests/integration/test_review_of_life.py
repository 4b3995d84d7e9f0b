"""What a second look at the life of orders found: waits that nobody ended, and decisions that were lost between two."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from sqlalchemy import Engine

from provisioning import product_order_desk
from provisioning.amending import Amendment, amend_order
from provisioning.cancelling import cancel_order
from provisioning.changes import ChangeKind
from provisioning.chargeable_tasks import TaskState
from provisioning.charges import ChargeKind
from provisioning.charging import ChargeAsked, answer_charge, raise_charge, withdraw_charge
from provisioning.errors import WrongState
from provisioning.life_errors import ItemRefused
from provisioning.orders import OrderState, WaitsFor
from provisioning.product_order_desk import delete_item
from provisioning.rescheduling import change_date
from provisioning.rights import SYSTEM
from provisioning.scheduling import run_now
from provisioning.store.settling import settle
from provisioning.waking import wake_what_is_due
from provisioning.workflows import accept
from provisioning.workflows.accept import accept_cease
from provisioning.workflows.pausing import go_on_where_nothing_holds
from tests.integration.street import street
from tests.integration.test_order_life import (
    DEARER,
    QUAYSIDE,
    add,
    at_step,
    days_on,
    nothing_is_left,
    place,
    states,
    story,
    today,
)
from tests.integration.walking import Town, build_town

TWO_ITEMS = [*DEARER, ChargeAsked(ChargeKind.ONCE, 900, "A wall box")]


@pytest.fixture(name="town")
def _town(engine: Engine) -> Town:
    return build_town(engine, street(homes=3))


def test_an_item_that_ends_before_it_was_looked_at_keeps_no_other_waiting(town: Town) -> None:
    placed = place(town, add("1", 1), add("2", 2))
    cancelled = placed.orders[1].id
    town.put.reverse()  # the other one is looked at last

    town.put.remove(("activate", cancelled))
    town.walk_all()
    assert town.look(placed.orders[0].id).waits_for is WaitsFor.OTHER_ITEMS
    cancel_order(town.tools, QUAYSIDE, cancelled)
    town.put.append(("activate", cancelled))
    town.walk_all()

    assert states(story(town, placed)) == ["partial", "completed", "cancelled"]


def test_another_day_is_kept_also_by_an_order_that_was_approved_and_rests(town: Town) -> None:
    placed = place(town, add("1", 1))
    order_id = placed.orders[0].id
    [charge] = at_step(town, "approve", lambda: raise_charge(town.tools, SYSTEM, order_id, DEARER))
    on = today(town) + timedelta(days=5)
    assert change_date(town.tools, QUAYSIDE, order_id, on).state is TaskState.DONE

    answer_charge(town.tools, QUAYSIDE, charge.id, {"1": True})  # type: ignore[attr-defined]
    town.walk_all()
    assert town.devices.touched == []
    assert town.look(order_id).waits_for is WaitsFor.START_DATE

    days_on(town, 5)
    assert wake_what_is_due(town.tools) == (order_id,)
    town.walk_all()
    assert states(story(town, placed)) == ["completed", "completed"]


def test_what_was_declined_stays_declined_when_the_order_was_amended_before(town: Town) -> None:
    placed = place(town, add("1", 1))
    order_id = placed.orders[0].id
    [charge] = at_step(town, "reserve", lambda: raise_charge(town.tools, SYSTEM, order_id, DEARER))
    amend_order(town.tools, QUAYSIDE, order_id, Amendment(bandwidth_mbps=250))

    answer_charge(town.tools, QUAYSIDE, charge.id, {"1": False})  # type: ignore[attr-defined]
    town.walk_all()

    assert states(story(town, placed)) == ["failed", "failed"]
    assert nothing_is_left(town)


def test_a_charge_that_is_taken_back_ends_no_order_whatever_was_said_to_a_part_of_it(town: Town) -> None:
    placed = place(town, add("1", 1))
    order_id = placed.orders[0].id
    [charge] = at_step(town, "reserve", lambda: raise_charge(town.tools, SYSTEM, order_id, TWO_ITEMS))
    answer_charge(town.tools, QUAYSIDE, charge.id, {"2": False})  # type: ignore[attr-defined]

    withdraw_charge(town.tools, SYSTEM, charge.id)  # type: ignore[attr-defined]
    town.walk_all()

    assert states(story(town, placed)) == ["completed", "completed"]


def test_a_cease_whose_devices_are_changed_is_not_cancelled_while_the_record_is_away(town: Town) -> None:
    order_id = town.order()
    town.walk_all()
    cease_id = town.cease(str(town.look(order_id).service_id))
    town.tools = replace(town.tools, settings=town.tools.settings.model_copy(update={"away_limit_s": 3600.0}))
    town.record.failing = 4
    town.walk_all()
    assert (town.look(cease_id).waits_for, town.look(cease_id).step) == (WaitsFor.AWAY, "withdraw")

    assert cancel_order(town.tools, QUAYSIDE, cease_id).state is TaskState.REJECTED
    town.clock.skip(hours=1)
    go_on_where_nothing_holds(town.tools)
    town.walk_all()

    assert town.look(cease_id).state is OrderState.COMPLETED


def test_an_order_whose_device_is_away_before_its_first_change_is_cancelled(town: Town) -> None:
    town.tools = replace(town.tools, settings=town.tools.settings.model_copy(update={"away_limit_s": 3600.0}))
    order_id = town.order()
    at_step(town, "deploy", lambda: town.devices.away.add("nte-1"))
    assert (town.look(order_id).waits_for, town.look(order_id).step) == (WaitsFor.AWAY, "deploy")

    assert cancel_order(town.tools, QUAYSIDE, order_id).state is TaskState.DONE
    town.devices.away.clear()
    town.walk_all()

    assert town.look(order_id).state is OrderState.CANCELLED
    assert nothing_is_left(town)


def test_no_change_of_a_state_is_without_who_when_and_why(town: Town) -> None:
    placed = place(town, add("1", 1, start=today(town) + timedelta(days=1)))
    town.walk_all()
    days_on(town, 1)
    run_now(town.tools, "wake", "worker-1")
    town.walk_all()
    order = story(town, placed).orders[0]
    assert order.state is OrderState.COMPLETED

    with town.tools.open_unit_of_work(reading=True) as work:
        changes = [
            *work.changes.of(ChangeKind.ORDER, order.id),
            *work.changes.of(ChangeKind.PRODUCT_ORDER, placed.product_order.id),
            *work.changes.of(ChangeKind.SERVICE, order.service_id or ""),
        ]
    assert [(each.kind.value, each.now) for each in changes if not (each.by and each.why)] == []
    whys = {(each.kind.value, each.now): (each.by, each.why) for each in changes}
    assert whys["service", "active"] == ("rule", f"Step prove of {order.id}.")
    assert whys["product-order", "completed"] == ("rule", f"Step prove of {order.id}.")
    assert whys["order", "acknowledged"] == ("system", "Place a product order.")


@pytest.mark.parametrize("product_orders", [True, False])
def test_two_who_end_the_same_services_at_one_moment_never_wait_for_each_other_in_a_ring(
    town: Town, monkeypatch: pytest.MonkeyPatch, *, product_orders: bool
) -> None:
    placed = place(town, add("1", 1), add("2", 2))
    town.walk_all()
    one, two = (order.service_id or "" for order in story(town, placed).orders)
    both_are_here = Barrier(2, timeout=60)
    where = product_order_desk if product_orders else accept
    real = where.keep_item

    def keep_and_wait(*arguments: Any) -> Any:
        kept = real(*arguments)
        with suppress(BrokenBarrierError):
            both_are_here.wait(0.3)
        return kept

    monkeypatch.setattr(where, "keep_item", keep_and_wait)

    def end(key: str, first: str, second: str) -> str:
        try:
            if product_orders:
                place(town, delete_item("1", first), delete_item("2", second), key=key)
            else:
                accept_cease(town.tools, SYSTEM, first, key)
        except (ItemRefused, WrongState):
            return "refused"
        return "accepted"

    with ThreadPoolExecutor(2) as pool:
        ends = [pool.submit(end, "a", one, two), pool.submit(end, "b", two if product_orders else one, one)]
    assert sorted(each.result() for each in ends) == ["accepted", "refused"]


def test_charges_for_two_items_of_one_product_order_are_raised_at_one_moment(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = place(town, *(add(str(home), home, start=today(town) + timedelta(days=1)) for home in (1, 2)))
    town.walk_all()
    both_are_here = Barrier(2, timeout=60)
    real = settle

    def wait_and_settle(*arguments: Any) -> None:
        with suppress(BrokenBarrierError):
            both_are_here.wait(0.3)
        real(*arguments)

    monkeypatch.setattr("provisioning.store.charges.settle", wait_and_settle)
    with ThreadPoolExecutor(2) as pool:
        raised = [pool.submit(raise_charge, town.tools, SYSTEM, order.id, DEARER) for order in placed.orders]
    assert len({each.result().id for each in raised}) == 2
    assert states(story(town, placed)) == ["held.assessingCharge", "held", "held"]
