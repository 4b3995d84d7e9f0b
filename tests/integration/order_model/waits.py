"""Who or what ends each wait; and what an order that has ended leaves."""

from sqlalchemy import Connection, select

from provisioning.chargeable_tasks import TASK_ENDED
from provisioning.far_ends import FarEndState
from provisioning.front_desk import SYSTEM
from provisioning.orders import ENDED, Order, OrderState, WaitsFor
from provisioning.product_order_desk import product_order_story
from provisioning.product_orders import PRODUCT_ORDER_ENDED, ProductOrderStory, state_of
from provisioning.store.engine_tables import claims
from tests.integration.order_model.explained import Life


def check_orders(life: Life, connection: Connection) -> None:
    put = {order_id for _name, order_id in life.town.put}
    claiming = set(connection.execute(select(claims.c.holder)).scalars())
    assert claiming <= put, "nobody walks who has claimed a device"
    for order in life.orders:
        if order.state in ENDED:
            # What is complete may still have to be shown in the record of what exists, which is away just now.
            assert order.waits_for in {None, WaitsFor.AWAY}, f"{order.id} is {order.state}, and waits"
        elif order.id not in put:
            assert order.waits_for is not None, f"{order.id} is {order.state} at {order.step}, and nobody walks it"
            assert order.ends_as is None, f"{order.id} is to end, and waits for {order.waits_for}"
            _check_wait(life, order)


def _check_wait(life: Life, order: Order) -> None:
    match order.waits_for:
        case WaitsFor.APPROVAL | WaitsFor.BUILD:
            is_asked = _is_asked_to_pay(life, order)
            assert order.state is OrderState.IN_PROGRESS or is_asked, f"{order.id} is {order.state}, and nobody asked"
        case WaitsFor.CHARGE:
            assert _is_asked_to_pay(life, order), f"{order.id} waits for a charge that nobody is asked for"
        case WaitsFor.FAR_END_CONSENT:
            with life.town.tools.open_unit_of_work(reading=True) as work:
                asked = work.far_ends.find(order.id)
            assert asked is not None
            assert asked.state is FarEndState.ASKED
            assert order.wait_until == asked.due_at
        case WaitsFor.START_DATE | WaitsFor.AWAY:
            assert order.wait_until is not None, f"{order.id} waits for {order.waits_for} for ever"
        case WaitsFor.OTHER_ITEMS:
            others = [one for one in life.orders if one.product_order_id == order.product_order_id]
            assert any(one.state not in ENDED for one in others if one.id != order.id), f"{order.id} waits for nobody"
        case WaitsFor.PAUSE | WaitsFor.FROZEN:
            with life.town.tools.open_unit_of_work(reading=True) as work:
                standing = work.pauses.standing(order.updated_at)
            assert standing or order.wait_until is not None, f"{order.id} is paused by nothing"


def _is_asked_to_pay(life: Life, order: Order) -> bool:
    story = product_order_story(life.town.tools, SYSTEM, order.product_order_id)
    return any(one.is_open and one.order_id in {None, order.id} for one in story.charges)


def check_product_orders(life: Life) -> None:
    for product_order_id in {one.product_order_id for one in life.orders}:
        story = product_order_story(life.town.tools, SYSTEM, product_order_id)
        states = [one.state for one in story.orders]
        if set(states) <= ENDED:
            assert story.product_order.state is state_of(states)
            _check_nothing_open(story)
        else:
            assert story.product_order.state not in PRODUCT_ORDER_ENDED


def _check_nothing_open(story: ProductOrderStory) -> None:
    assert all(task.state in TASK_ENDED for task in story.cancellations)
    assert all(change.state in TASK_ENDED for change in story.date_changes)
    assert not any(charge.is_open and charge.is_blocking for charge in story.charges)
