"""The life of orders: several together, stopped, amended, put off, charged for, built for, let land; nothing lost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from inventory.organisations import MemberRole, Organisation
from inventory.snapshot import Inventory
from inventory.store.mirror import replace_inventory
from provisioning.amending import Amendment, add_note, amend_order
from provisioning.cancelling import cancel_order, cancel_product_order
from provisioning.cancelling import cancellation as find_cancellation
from provisioning.catalogue import Fees
from provisioning.catalogues import only
from provisioning.chargeable_tasks import TaskState
from provisioning.charges import ChargeKind, ChargeState
from provisioning.charging import ChargeAsked, answer_charge, charges, raise_charge, withdraw_charge
from provisioning.charging import charge as find_charge
from provisioning.confirming import confirm_built
from provisioning.errors import Forbidden, NotFound, NotOrderable, WrongState
from provisioning.far_end_desk import far_ends, grant_far_end, refuse_far_end
from provisioning.isps import Principal, Role
from provisioning.life_errors import (
    BuildLacking,
    ItemRefused,
    ItemsInvalid,
    NothingAsked,
    TooLateToAmend,
    TooLateToStop,
)
from provisioning.orders import Order, OrderAction, OrderRequest, OrderState, WaitsFor
from provisioning.product_order_desk import (
    ItemAsked,
    amend_product_order,
    delete_item,
    notes,
    place_product_order,
    product_order_story,
    product_orders,
)
from provisioning.product_orders import ProductOrderState, ProductOrderStory
from provisioning.rescheduling import change_date, date_change
from provisioning.rights import SYSTEM
from provisioning.services import ServiceState
from provisioning.tools import Tools
from provisioning.waking import wake_what_is_due
from provisioning.workflows.accept import accept_cease
from provisioning.workflows.known import ACTIVATE
from provisioning.workflows.walk import Workflow
from tests.integration.street import HANDOVER, street, uprn_of
from tests.integration.walking import Crash, Town, build_town

QUAYSIDE = Principal("quinn", Role.ISP_ADMIN, "quayside")
A_YEAR = 12


@pytest.fixture(name="town")
def _town(engine: Engine) -> Town:
    return build_town(engine, street(homes=3))


def asked(home: int, mbps: int = 100, **more: object) -> OrderRequest:
    return OrderRequest("access-eline", uprn_of(home), HANDOVER, mbps, A_YEAR, **more)  # type: ignore[arg-type]


def add(item_id: str, home: int, *, after: tuple[str, ...] = (), mbps: int = 100, **more: object) -> ItemAsked:
    return ItemAsked(item_id, OrderAction.ADD, asked(home, mbps, **more), after=after)


def place(town: Town, *items: ItemAsked, key: str = "k") -> ProductOrderStory:
    return place_product_order(town.tools, SYSTEM, items, idempotency_key=key, external_id="PO 7", isp_code="quayside")[
        0
    ]


def story(town: Town, placed: ProductOrderStory) -> ProductOrderStory:
    return product_order_story(town.tools, SYSTEM, placed.product_order.id)


def states(found: ProductOrderStory) -> list[str]:
    return [found.product_order.state.value, *(order.state.value for order in found.orders)]


def nothing_is_left(town: Town) -> bool:
    """Whether no device, record, hold or claim knows anything of any order."""
    orders = [order for each in product_orders(town.tools, SYSTEM).product_orders for order in _orders(town, each.id)]
    held = [town.held(order.id) for order in orders]
    return not (town.devices.carrying() or town.record.shown or town.claimed() or any(held))


def _orders(town: Town, product_order_id: str) -> tuple[Order, ...]:
    return product_order_story(town.tools, SYSTEM, product_order_id).orders


def days_on(town: Town, days: int) -> None:
    """Move the clock."""
    before = town.tools.now
    town.tools = replace(town.tools, now=lambda: before() + timedelta(days=days))


def today(town: Town) -> date:
    return town.tools.now().date()


def at_step(town: Town, step: str, do: Callable[[], object], workflow: Workflow = ACTIVATE) -> list[object]:
    """Walk everything; in the middle of that step, once, do it. Returns what it answered."""
    answers: list[object] = []

    def wrapped(real: Callable[..., object]) -> Callable[..., object]:
        def take(order_id: str, tools: object) -> object:
            if not answers:
                answers.append(do())
            return real(order_id, tools)

        take.__name__ = real.__name__
        return take

    steps = tuple(wrapped(one) if one.__name__ == step else one for one in workflow.steps)
    town.walk_all(workflows=(replace(workflow, steps=steps),))  # type: ignore[arg-type]  # they do what the real ones do
    return answers


# Several together.


def test_orders_that_were_placed_together_walk_each_by_itself_and_complete_together(town: Town) -> None:
    placed = place(town, add("1", 1), add("2", 2), add("3", 3))
    assert states(placed) == ["acknowledged"] * 4
    town.walk_all()

    done = story(town, placed)
    assert states(done) == ["completed"] * 4
    assert done.product_order.completed_at is not None
    assert len({order.service_id for order in done.orders}) == 3


def test_the_same_key_answers_with_the_product_order_it_made(town: Town) -> None:
    first = place(town, add("1", 1), add("2", 2))
    again, is_new = place_product_order(
        town.tools, SYSTEM, [add("1", 1), add("2", 2)], idempotency_key="k", external_id="PO 7", isp_code="quayside"
    )

    assert (again.product_order.id, is_new) == (first.product_order.id, False)
    assert len(product_orders(town.tools, SYSTEM).product_orders) == 1


def test_an_item_that_cannot_be_ordered_keeps_all_of_them_from_being_accepted(town: Town) -> None:
    with pytest.raises(ItemRefused) as refused:
        place(town, add("1", 1), add("2", 2, mbps=123))

    assert (refused.value.item, refused.value.cause.code) == ("2", "speed-not-offered")
    assert product_orders(town.tools, SYSTEM).product_orders == ()
    assert town.put == []


@pytest.mark.parametrize(
    "items",
    [
        [add("1", 1), add("1", 2)],
        [add("1", 1, after=("2",))],
        [add("1", 1, after=("2",)), add("2", 2, after=("1",))],
        [delete_item("1", "S-1"), delete_item("2", "S-1")],
    ],
)
def test_items_that_do_not_fit_together_are_refused(town: Town, items: list[ItemAsked]) -> None:
    with pytest.raises(ItemsInvalid):
        place(town, *items)


def test_an_item_that_is_rejected_rejects_all_while_they_are_looked_at(engine: Engine) -> None:
    inventory = street(homes=3)
    town = build_town(engine, replace(inventory, links=tuple(one for one in inventory.links if one.code != "drop-2")))
    placed = place(town, add("1", 1), add("2", 2), add("3", 3))
    town.walk_all()

    done = story(town, placed)
    assert states(done) == ["rejected"] * 4
    assert [order.reasons[0].code for order in done.orders] == [
        "rejected-with-another",
        "no-path",
        "rejected-with-another",
    ]
    assert [order.validated for order in done.orders] == [True, False, False]
    assert nothing_is_left(town)


def test_an_item_that_fails_later_fails_alone(town: Town) -> None:
    town.devices.refusing = {"nte-2"}
    placed = place(town, add("1", 1), add("2", 2))
    town.walk_all()

    assert states(story(town, placed)) == ["partial", "completed", "failed"]


def test_an_item_begins_when_those_before_it_are_complete(town: Town) -> None:
    placed = place(town, add("1", 1, after=("2",)), add("2", 2))
    town.walk_all()

    first, second = story(town, placed).orders
    assert (first.state, second.state) == (OrderState.COMPLETED, OrderState.COMPLETED)
    with town.tools.open_unit_of_work(reading=True) as work:
        began = next(event.at for event in work.orders.events(first.id) if event.step == "design")
        ended = next(event.at for event in work.orders.events(second.id) if event.step == "prove")
    assert began > ended


def test_an_item_ends_with_the_one_before_it_that_failed(town: Town) -> None:
    town.devices.refusing = {"nte-2"}
    placed = place(town, add("1", 1, after=("2",)), add("2", 2))
    town.walk_all()

    done = story(town, placed)
    assert states(done) == ["failed", "failed", "failed"]
    assert done.orders[0].reasons[0].code == "item-before-failed"
    assert nothing_is_left(town)


def test_services_are_ended_and_added_in_one_product_order(town: Town) -> None:
    town.order(1)
    town.walk_all()
    service_id = str(town.look("O-1").service_id)
    placed = place(town, delete_item("a", service_id), add("b", 1, after=("a",)))
    town.walk_all()

    assert states(story(town, placed)) == ["completed"] * 3


# Stopped.


@pytest.mark.parametrize("step", ["qualify", "design", "reserve", "document", "rehearse", "approve"])
def test_a_cancellation_in_the_middle_of_any_step_before_the_deploy_gives_everything_back(
    town: Town, step: str
) -> None:
    order_id = town.order()
    [asked_for] = at_step(town, step, lambda: cancel_order(town.tools, QUAYSIDE, order_id, reason="moved away"))

    assert asked_for.state is TaskState.DONE  # type: ignore[attr-defined]
    order = town.look(order_id)
    assert (order.state, [reason.code for reason in order.reasons]) == (OrderState.CANCELLED, ["cancelled"])
    assert nothing_is_left(town)
    assert town.devices.touched == []


@pytest.mark.parametrize("step", ["deploy", "prove", "tell"])
def test_a_cancellation_that_comes_later_is_rejected_and_the_order_completes(town: Town, step: str) -> None:
    order_id = town.order()
    [asked_for] = at_step(town, step, lambda: cancel_order(town.tools, QUAYSIDE, order_id))

    assert asked_for.state is TaskState.REJECTED  # type: ignore[attr-defined]
    assert asked_for.denied  # type: ignore[attr-defined]
    assert town.look(order_id).state is OrderState.COMPLETED


def test_a_cancelled_order_is_the_same_after_a_crash_at_any_moment(town: Town) -> None:
    """The worker dies at every moment of an order that is cancelled while it is at its reservation."""
    moment = 1
    while _crashes_when_cancelled(town, moment):
        moment += 1
    assert moment > 10


def _crashes_when_cancelled(town: Town, moment: int) -> bool:
    town.put.clear()
    placed = place(town, add("1", 1), key=f"k{moment}")
    order_id = placed.orders[0].id
    cancelled: list[object] = []

    def reserve(of: str, tools: Tools) -> object:
        if not cancelled:
            cancelled.append(cancel_order(town.tools, QUAYSIDE, order_id))
        return ACTIVATE.steps[2](of, tools)

    workflow = replace(ACTIVATE, steps=(*ACTIVATE.steps[:2], reserve, *ACTIVATE.steps[3:]))  # type: ignore[arg-type]
    try:
        town.walk_all(dies_at=moment, workflows=(workflow,))
    except Crash:
        town.walk_all(workflows=(workflow,))
        crashed = True
    else:
        crashed = False
    assert town.look(order_id).state is OrderState.CANCELLED
    assert nothing_is_left(town)
    return crashed


def test_a_waiting_order_is_cancelled_at_once(town: Town) -> None:
    placed = place(town, add("1", 1, start=today(town) + timedelta(days=9)))
    town.walk_all()
    assert story(town, placed).orders[0].waits_for is WaitsFor.START_DATE

    cancel_product_order(town.tools, QUAYSIDE, placed.product_order.id)
    assert story(town, placed).product_order.state is ProductOrderState.PENDING_CANCELLATION
    town.walk_all()

    assert states(story(town, placed)) == ["cancelled", "cancelled"]
    assert nothing_is_left(town)


def test_a_product_order_of_which_something_is_complete_is_not_cancelled_at_all(town: Town) -> None:
    placed = place(town, add("1", 1), add("2", 2, start=today(town) + timedelta(days=9)))
    town.walk_all()
    answer = cancel_product_order(town.tools, QUAYSIDE, placed.product_order.id)

    assert answer.state is TaskState.REJECTED
    assert "is completed. Cease its service" in answer.denied
    assert story(town, placed).orders[1].waits_for is WaitsFor.START_DATE


def with_fees(town: Town, fees: Fees) -> None:
    town.tools = replace(town.tools, catalogues=only(replace(town.tools.catalogue, fees=fees)))


@pytest.mark.parametrize(("accepts", "task", "ends"), [(True, "done", "cancelled"), (False, "done.declined", None)])
def test_a_cancellation_that_costs_waits_for_the_buyers_answer(
    town: Town, accepts: bool, task: str, ends: str | None
) -> None:
    with_fees(town, Fees(cancellation_pence=4000))
    placed = place(town, add("1", 1, start=today(town) + timedelta(days=9)))
    town.walk_all()
    cancellation = cancel_product_order(town.tools, QUAYSIDE, placed.product_order.id)
    assert cancellation.state is TaskState.ASSESSING_CHARGE
    assert states(story(town, placed)) == ["assessingCancellation", "pending"]

    charge = answer_charge(town.tools, QUAYSIDE, str(cancellation.charge_id), {"1": accepts})
    town.walk_all()

    after = story(town, placed)
    assert (charge.state, after.cancellations[0].state.value) == (ChargeState.COMPLETED, task)
    if ends:
        assert states(after) == [ends, ends]
        assert nothing_is_left(town)
    else:
        assert states(after) == ["inProgress", "inProgress"]
        days_on(town, 10)
        wake_what_is_due(town.tools)
        town.walk_all()
        assert states(story(town, placed)) == ["completed", "completed"]


# Amended.


@pytest.mark.parametrize("step", ["qualify", "reserve", "approve"])
def test_an_order_that_is_amended_at_any_step_is_delivered_as_amended_and_holds_once(town: Town, step: str) -> None:
    order_id = town.order()
    at_step(town, step, lambda: amend_order(town.tools, SYSTEM, order_id, Amendment(bandwidth_mbps=250)))

    order = town.look(order_id)
    assert (order.state, order.request.bandwidth_mbps) == (OrderState.COMPLETED, 250)
    assert order.monthly_pence == town.tools.catalogue.product("access-eline").monthly_pence(250, A_YEAR)
    with town.tools.open_unit_of_work(reading=True) as work:
        usage = work.reservations.usage((), None, HANDOVER)
    assert usage.handover_committed_mbps == {HANDOVER: 250}
    assert {label for _device, label in town.devices.carrying()} == {order.service_id}
    assert list(town.record.shown) == [order.service_id]


def test_an_order_on_its_way_back_after_an_amendment_is_cancelled_like_any_other(town: Town) -> None:
    order_id = town.order()

    def amend_and_cancel_on_the_way_back() -> object:
        amend_order(town.tools, SYSTEM, order_id, Amendment(bandwidth_mbps=250))
        with town.tools.open_unit_of_work() as work:
            work.orders.set_step(order_id, "withdraw")
            work.commit()
        return cancel_order(town.tools, QUAYSIDE, order_id)

    [asked_for] = at_step(town, "document", amend_and_cancel_on_the_way_back)
    assert asked_for.state is TaskState.DONE  # type: ignore[attr-defined]
    assert town.look(order_id).state is OrderState.CANCELLED
    assert nothing_is_left(town)


def test_what_cannot_be_had_is_not_amended_and_the_order_goes_on_as_it_was(town: Town) -> None:
    placed = place(town, add("1", 1, start=today(town) + timedelta(days=9)))
    town.walk_all()
    [order] = placed.orders
    with pytest.raises(NotOrderable):
        amend_order(town.tools, SYSTEM, order.id, Amendment(bandwidth_mbps=2500))

    assert town.look(order.id).waits_for is WaitsFor.START_DATE
    assert town.held(order.id)


def test_words_are_amended_until_the_end_and_what_is_ordered_until_devices_change(town: Town) -> None:
    order_id = town.order()
    at_step(town, "deploy", lambda: amend_order(town.tools, SYSTEM, order_id, Amendment(reference="new ref")))
    assert town.look(order_id).request.reference == "new ref"
    with pytest.raises(TooLateToAmend):
        amend_order(town.tools, SYSTEM, order_id, Amendment(reference="later"))

    town.put.clear()
    order_id = town.order(2)

    def too_late() -> object:
        with pytest.raises(TooLateToAmend):
            amend_order(town.tools, SYSTEM, order_id, Amendment(bandwidth_mbps=250))
        return True

    at_step(town, "deploy", too_late)
    assert town.look(order_id).request.bandwidth_mbps == 100


# Put off, and stopped on a day.


def test_an_order_for_a_later_day_holds_everything_and_goes_on_by_itself_on_that_day(town: Town) -> None:
    placed = place(town, add("1", 1, start=today(town) + timedelta(days=3)))
    town.walk_all()
    [order] = story(town, placed).orders
    assert (order.state, order.waits_for) == (OrderState.IN_PROGRESS, WaitsFor.START_DATE)
    assert town.held(order.id)
    assert town.devices.touched == []
    days_on(town, 2)
    assert wake_what_is_due(town.tools) == ()

    days_on(town, 1)
    assert wake_what_is_due(town.tools) == (order.id,)
    assert wake_what_is_due(town.tools) == ()
    town.walk_all()
    assert states(story(town, placed)) == ["completed", "completed"]


@pytest.mark.parametrize("days", [1, None])
def test_another_day_is_waited_for_instead(town: Town, days: int | None) -> None:
    placed = place(town, add("1", 1, start=today(town) + timedelta(days=9)))
    town.walk_all()
    wanted = None if days is None else today(town) + timedelta(days=days)
    change = change_date(town.tools, QUAYSIDE, placed.orders[0].id, wanted)
    town.walk_all()

    order = story(town, placed).orders[0]
    assert (change.state, order.request.start) == (TaskState.DONE, wanted)
    assert order.state is (OrderState.COMPLETED if days is None else OrderState.IN_PROGRESS)
    if days is not None:
        days_on(town, days)
        wake_what_is_due(town.tools)
        town.walk_all()
        assert states(story(town, placed)) == ["completed", "completed"]


def test_a_day_that_is_over_is_rejected_and_says_so(town: Town) -> None:
    placed = place(town, add("1", 1, start=today(town) + timedelta(days=9)))
    change = change_date(town.tools, QUAYSIDE, placed.orders[0].id, today(town) - timedelta(days=1))

    assert (change.state, "is over" in change.denied) == (TaskState.REJECTED, True)


def test_an_expedited_order_waits_until_its_fee_is_answered(town: Town) -> None:
    with_fees(town, Fees(expedite_pence=5000))
    placed = place(town, add("1", 1, start=today(town) + timedelta(days=9)))
    town.walk_all()
    change = change_date(town.tools, QUAYSIDE, placed.orders[0].id, None, expedite=True)
    assert states(story(town, placed)) == ["pending.assessingModification", "pending"]

    answer_charge(town.tools, QUAYSIDE, str(change.charge_id), {"1": True})
    town.walk_all()
    assert states(story(town, placed)) == ["completed", "completed"]


def test_a_service_is_ceased_by_itself_after_its_last_day(town: Town) -> None:
    placed = place(town, add("1", 1, stop=today(town) + timedelta(days=5)))
    town.walk_all()
    service_id = str(story(town, placed).orders[0].service_id)
    days_on(town, 5)
    assert wake_what_is_due(town.tools) == ()

    days_on(town, 1)
    assert wake_what_is_due(town.tools) == (service_id,)
    assert wake_what_is_due(town.tools) == ()
    town.walk_all()
    with town.tools.open_unit_of_work(reading=True) as work:
        assert work.services.get(service_id).state is ServiceState.TERMINATED
    assert nothing_is_left(town)


def test_a_cease_for_a_later_day_leaves_the_service_active_until_then_and_can_be_cancelled(town: Town) -> None:
    order_id = town.order()
    town.walk_all()
    service_id = str(town.look(order_id).service_id)
    on = today(town) + timedelta(days=4)
    cease, _ = accept_cease(town.tools, SYSTEM, service_id, "k", on)
    town.walk_all()
    assert town.look(cease.id).waits_for is WaitsFor.START_DATE
    assert _service_state(town, service_id) is ServiceState.ACTIVE

    cancel_order(town.tools, QUAYSIDE, cease.id)
    town.walk_all()
    assert town.look(cease.id).state is OrderState.CANCELLED
    assert _service_state(town, service_id) is ServiceState.ACTIVE

    again, _ = accept_cease(town.tools, SYSTEM, service_id, "k2", on)
    town.walk_all()
    days_on(town, 4)
    wake_what_is_due(town.tools)
    town.walk_all()
    assert town.look(again.id).state is OrderState.COMPLETED
    assert _service_state(town, service_id) is ServiceState.TERMINATED


def _service_state(town: Town, service_id: str) -> ServiceState:
    with town.tools.open_unit_of_work(reading=True) as work:
        return work.services.get(service_id).state


# Charged for.

DEARER = [ChargeAsked(ChargeKind.ONCE, 12_000, "A longer drop than was surveyed")]
BESIDE = [ChargeAsked(ChargeKind.MONTHLY, 300, "Lift for the cabinet", blocking=False)]


@pytest.mark.parametrize("step", ["reserve", "approve"])
def test_work_rests_at_the_next_step_until_a_blocking_charge_is_accepted(town: Town, step: str) -> None:
    placed = place(town, add("1", 1))
    order_id = placed.orders[0].id
    [charge] = at_step(town, step, lambda: raise_charge(town.tools, SYSTEM, order_id, DEARER))
    assert states(story(town, placed)) == ["held.assessingCharge", "held"]
    assert town.look(order_id).waits_for is WaitsFor.CHARGE
    assert town.devices.touched == []

    answer_charge(town.tools, QUAYSIDE, charge.id, {"1": True})  # type: ignore[attr-defined]
    town.walk_all()
    assert states(story(town, placed)) == ["completed", "completed"]


def test_a_blocking_charge_that_is_declined_ends_the_order_with_everything_given_back(town: Town) -> None:
    placed = place(town, add("1", 1))
    order_id = placed.orders[0].id
    [charge] = at_step(town, "rehearse", lambda: raise_charge(town.tools, SYSTEM, order_id, DEARER))
    answer_charge(town.tools, QUAYSIDE, charge.id, {"1": False})  # type: ignore[attr-defined]
    town.walk_all()

    assert states(story(town, placed)) == ["failed", "failed"]
    assert town.look(order_id).reasons[0].code == "charge-declined"
    assert nothing_is_left(town)


def test_silence_is_a_no(town: Town) -> None:
    placed = place(town, add("1", 1))
    at_step(town, "rehearse", lambda: raise_charge(town.tools, SYSTEM, placed.orders[0].id, DEARER))
    days_on(town, town.tools.settings.charge_answer_days + 1)
    [charge_id] = wake_what_is_due(town.tools)
    town.walk_all()

    [charge] = charges(town.tools, QUAYSIDE)
    assert (charge.id, charge.state) == (charge_id, ChargeState.TIMEOUT)
    assert states(story(town, placed)) == ["failed", "failed"]
    assert nothing_is_left(town)


def test_a_charge_that_is_taken_back_lets_the_order_go_on(town: Town) -> None:
    placed = place(town, add("1", 1))
    [charge] = at_step(town, "reserve", lambda: raise_charge(town.tools, SYSTEM, placed.orders[0].id, DEARER))
    withdraw_charge(town.tools, SYSTEM, charge.id)  # type: ignore[attr-defined]
    town.walk_all()

    assert states(story(town, placed)) == ["completed", "completed"]
    with pytest.raises(WrongState):
        answer_charge(town.tools, QUAYSIDE, charge.id, {"1": True})  # type: ignore[attr-defined]


def test_a_charge_that_does_not_block_is_asked_beside_the_work(town: Town) -> None:
    placed = place(town, add("1", 1))
    [charge] = at_step(town, "rehearse", lambda: raise_charge(town.tools, SYSTEM, placed.orders[0].id, BESIDE))

    assert story(town, placed).orders[0].state is OrderState.COMPLETED
    answered = answer_charge(town.tools, QUAYSIDE, charge.id, {"1": False})  # type: ignore[attr-defined]
    assert (answered.state, answered.is_declined) == (ChargeState.COMPLETED, False)
    assert states(story(town, placed)) == ["completed", "completed"]


def test_nothing_that_blocks_is_charged_once_devices_change(town: Town) -> None:
    order_id = town.order()

    def too_late() -> object:
        with pytest.raises(TooLateToStop):
            raise_charge(town.tools, SYSTEM, order_id, DEARER)
        return True

    at_step(town, "deploy", too_late)
    assert town.look(order_id).state is OrderState.COMPLETED


# Built for.


def without_nte(inventory: Inventory, home: int) -> Inventory:
    name = f"nte-{home}"
    return replace(
        inventory,
        devices=tuple(device for device in inventory.devices if device.name != name),
        ports=tuple(port for port in inventory.ports if port.ref.device != name),
        links=tuple(link for link in inventory.links if link.code != f"drop-{home}"),
    )


def test_an_order_where_something_must_be_built_is_held_until_it_is_paid_for_and_waits_until_it_is_there(
    engine: Engine,
) -> None:
    whole = street(homes=2)
    town = build_town(engine, without_nte(whole, 1))
    placed = place(town, add("1", 1))
    town.walk_all()
    held = story(town, placed)
    assert states(held) == ["held.assessingCharge", "held"]
    [charge] = held.charges
    assert "a drop of 1 m from dxp" in charge.items[0].text
    assert charge.items[0].pence == 9500 + 450

    answer_charge(town.tools, QUAYSIDE, charge.id, {"1": True})
    town.walk_all()
    assert story(town, placed).orders[0].waits_for is WaitsFor.BUILD
    with pytest.raises(BuildLacking, match="No NTE is installed"):
        confirm_built(town.tools, SYSTEM, placed.orders[0].id)

    replace_inventory(engine, whole)
    confirm_built(town.tools, SYSTEM, placed.orders[0].id)
    town.walk_all()
    assert states(story(town, placed)) == ["completed", "completed"]


def test_nobody_builds_for_who_does_not_pay(engine: Engine) -> None:
    town = build_town(engine, without_nte(street(homes=2), 1))
    placed = place(town, add("1", 1))
    town.walk_all()
    [charge] = story(town, placed).charges
    answer_charge(town.tools, QUAYSIDE, charge.id, {"1": False})
    town.walk_all()

    assert states(story(town, placed)) == ["failed", "failed"]
    assert nothing_is_left(town)


# Let land.

BIRCH = Principal("bela", Role.ISP_ADMIN, "birch")


def as_guest(engine: Engine) -> tuple[Town, ProductOrderStory]:
    """Birch has ordered towards Quayside's handover, where guests may ask."""
    inventory = street(homes=1)
    birch = Organisation("birch", "Birch", frozenset({MemberRole.USER}), is_isp=True)
    inventory = replace(inventory, organisations=(*inventory.organisations, birch))
    town = build_town(engine, inventory, guest_handovers=f"another, {HANDOVER}")
    placed, _ = place_product_order(town.tools, BIRCH, [add("1", 1)], idempotency_key="k")
    town.walk_all()
    return town, product_order_story(town.tools, BIRCH, placed.product_order.id)


def test_a_circuit_to_another_isps_handover_waits_until_that_isp_lets_it_land(engine: Engine) -> None:
    town, asked_for = as_guest(engine)
    [order] = asked_for.orders
    assert (order.state, order.waits_for) == (OrderState.IN_PROGRESS, WaitsFor.FAR_END_CONSENT)
    assert town.devices.touched == []
    assert far_ends(town.tools, BIRCH) == ()
    [asked_of_us] = far_ends(town.tools, QUAYSIDE)
    assert (asked_of_us.order_id, asked_of_us.asked_for) == (order.id, "birch")
    with pytest.raises(NothingAsked):
        grant_far_end(town.tools, BIRCH, order.id)

    grant_far_end(town.tools, QUAYSIDE, order.id)
    town.walk_all()
    assert states(story(town, asked_for)) == ["completed", "completed"]


@pytest.mark.parametrize("says", ["no", "nothing"])
def test_a_far_end_that_refuses_or_is_silent_ends_the_order_with_everything_given_back(
    engine: Engine, says: str
) -> None:
    town, asked_for = as_guest(engine)
    if says == "no":
        refuse_far_end(town.tools, QUAYSIDE, asked_for.orders[0].id, reason="That port is full.")
    else:
        days_on(town, town.tools.settings.far_end_days + 1)
        wake_what_is_due(town.tools)
    town.walk_all()

    ended = story(town, asked_for)
    assert states(ended) == ["failed", "failed"]
    assert ended.orders[0].reasons[0].code == ("consent-refused" if says == "no" else "consent-lapsed")
    assert nothing_is_left(town)


def test_who_does_not_let_guests_in_is_not_asked(engine: Engine) -> None:
    town = build_town(engine, street(homes=1))
    with pytest.raises(ItemRefused) as refused:
        place_product_order(town.tools, Principal("eve", Role.ISP_ADMIN, "evil"), [add("1", 1)], idempotency_key="k")
    assert refused.value.cause.code == "handover-not-yours"


# Nobody else's.

STRANGER = Principal("eve", Role.ISP_ADMIN, "birch")
READER = Principal("axel", Role.AUDITOR, "quayside")


def asks_of(town: Town, who: Principal) -> dict[str, Callable[[], object]]:
    """Everything that can be asked about an order of Quayside's, by name."""
    placed = place(town, add("1", 1, start=today(town) + timedelta(days=9)), key=who.user_name)
    town.walk_all()
    order, whole, tools = placed.orders[0].id, placed.product_order.id, town.tools
    charge = raise_charge(tools, SYSTEM, order, BESIDE).id
    cancellation = cancel_product_order(tools, SYSTEM, whole).id
    day = change_date(tools, SYSTEM, order, today(town)).id
    return {
        "product_order_story": lambda: product_order_story(tools, who, whole),
        "amend_product_order": lambda: amend_product_order(tools, who, whole, external_id="mine"),
        "notes": lambda: notes(tools, who, order),
        "add_note": lambda: add_note(tools, who, order, "Mine."),
        "amend_order": lambda: amend_order(tools, who, order, Amendment(reference="mine")),
        "cancel_order": lambda: cancel_order(tools, who, order),
        "cancel_product_order": lambda: cancel_product_order(tools, who, whole),
        "cancellation": lambda: find_cancellation(tools, who, cancellation),
        "change_date": lambda: change_date(tools, who, order, None),
        "date_change": lambda: date_change(tools, who, day),
        "charge": lambda: find_charge(tools, who, charge),
        "answer_charge": lambda: answer_charge(tools, who, charge, {"1": True}),
        "raise_charge": lambda: raise_charge(tools, who, order, DEARER),
        "withdraw_charge": lambda: withdraw_charge(tools, who, charge),
        "confirm_built": lambda: confirm_built(tools, who, order),
        "grant_far_end": lambda: grant_far_end(tools, who, order),
        "refuse_far_end": lambda: refuse_far_end(tools, who, order, reason="No."),
    }


def test_another_isp_finds_nothing_of_it_and_changes_nothing(town: Town) -> None:
    asks = asks_of(town, STRANGER)
    before = product_orders(town.tools, SYSTEM)
    for name, ask in asks.items():
        with pytest.raises((NotFound, Forbidden)):
            pytest.fail(f"{name} answered {ask()!r}")
    assert product_orders(town.tools, SYSTEM) == before
    assert product_orders(town.tools, STRANGER).product_orders == ()
    assert (charges(town.tools, STRANGER), far_ends(town.tools, STRANGER)) == ((), ())


def test_who_may_only_read_changes_nothing(town: Town) -> None:
    asks = asks_of(town, READER)
    for name in ("product_order_story", "notes", "cancellation", "date_change", "charge"):
        asks.pop(name)()
    for name, ask in asks.items():
        with pytest.raises(Forbidden):
            pytest.fail(f"{name} answered {ask()!r}")
