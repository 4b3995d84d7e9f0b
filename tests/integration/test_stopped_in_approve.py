"""An order that is stopped in the middle of its approve step waits for nobody: its walk takes all back at once."""

import pytest
from sqlalchemy import Engine

from provisioning.cancelling import cancel_order
from provisioning.front_desk import SYSTEM
from provisioning.orders import OrderAction, OrderRequest, OrderState
from provisioning.product_order_desk import ItemAsked, delete_item
from tests.integration.order_model import asked
from tests.integration.order_model.machine import AllOrders, in_the_middle_of

REQUESTS = {
    "a circuit that takes a person": lambda day: asked.circuit("alder", "1", 1000),
    "strands": lambda day: asked.by_hand("dark fibre", "alder", 1, day),
    "a cross-connect": lambda day: asked.by_hand("own panel", "alder", 1, day),
}


@pytest.fixture(name="machine")
def _machine(engine: Engine) -> AllOrders:
    model = asked.model_town(engine)
    AllOrders.build = lambda: model
    return AllOrders()


def walk_and_cancel_in_approve(machine: AllOrders, order_id: str) -> None:
    def cancel() -> None:
        cancel_order(machine.town.tools, SYSTEM, order_id)

    machine.town.walk_all(workflows=in_the_middle_of("approve", order_id, cancel))


@pytest.mark.parametrize("what", REQUESTS)
def test_what_is_ordered(machine: AllOrders, what: str) -> None:
    request: OrderRequest = REQUESTS[what](machine.town.tools.now().date())
    order_id = machine.place_items("alder", [ItemAsked("1", OrderAction.ADD, request)])

    walk_and_cancel_in_approve(machine, order_id)

    order = machine.town.look(order_id)
    assert (order.state, order.waits_for) == (OrderState.CANCELLED, None)


def test_the_end_of_what_an_engineer_takes_out(machine: AllOrders) -> None:
    machine.place_what_an_engineer_delivers("alder", "own panel", 1)
    machine.bring_on()
    [service] = machine.living()
    order_id = machine.place_items("alder", [delete_item("1", service.id)])

    walk_and_cancel_in_approve(machine, order_id)

    order = machine.town.look(order_id)
    assert (order.state, order.waits_for) == (OrderState.CANCELLED, None)
    assert [one.state.value for one in machine.living()] == ["active"]
