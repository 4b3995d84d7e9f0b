"""Orders from their request to a device and back, on the real store with devices that can be told to fail."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from inventory.delivered import DeliveredCircuit, DeliveryStatus
from inventory.errors import DatabaseUnavailable, NetBoxUnavailable
from provisioning import front_desk
from provisioning.catalogues import only
from provisioning.device_errors import NotProven
from provisioning.errors import WrongState
from provisioning.front_desk import SYSTEM
from provisioning.orders import STEPS, OrderAction, OrderState, ProductKind
from provisioning.services import ServiceState
from provisioning.workflows.going_on import go_on
from provisioning.workflows.known import ACTIVATE, CEASE
from provisioning.workflows.story import begin_step
from provisioning.workflows.walk import Workflow
from tests.integration.street import DX_SWITCH, DXP_SWITCH, HANDOVER, street
from tests.integration.walking import Crash, Town, build_town, locked

DEVICES = {"nte-1", DXP_SWITCH, DX_SWITCH}


@pytest.fixture(name="town")
def _town(engine: Engine) -> Town:
    return build_town(engine, street(homes=3))


def is_clean(town: Town, order_id: str) -> bool:
    """Whether nothing of the order is left on devices, in the record, held or claimed."""
    service_id = town.look(order_id).service_id
    return (
        not {device for device, label in town.devices.carrying() if label == service_id}
        and service_id not in town.record.shown
        and not town.held(order_id)
        and not town.claimed()
    )


def test_an_order_is_walked_to_an_active_service_and_its_cease_leaves_no_trace(town: Town) -> None:
    order_id = town.order()
    town.walk_all()

    order = town.look(order_id)
    assert order.state is OrderState.COMPLETED
    assert order.service_id is not None
    assert town.devices.carrying() == {(device, order.service_id) for device in DEVICES}
    assert town.record.shown[order.service_id].status is DeliveryStatus.ACTIVE
    assert town.held(order_id)
    ended = [event.removesuffix(" done") for event in town.events(order_id) if event.endswith(" done")]
    assert ended == list(STEPS[OrderAction.ADD, ProductKind.CIRCUIT][1:])

    cease_id = town.cease(order.service_id)
    town.walk_all()

    assert town.look(cease_id).state is OrderState.COMPLETED
    with town.tools.open_unit_of_work(reading=True) as work:
        assert work.services.get(order.service_id).state is ServiceState.TERMINATED
    assert is_clean(town, order_id)
    ended = [event.removesuffix(" done") for event in town.events(cease_id) if event.endswith(" done")]
    assert ended == list(STEPS[OrderAction.DELETE, ProductKind.CIRCUIT][1:])


def test_the_workflows_have_the_steps_that_the_order_pages_show() -> None:
    assert tuple(step.__name__ for step in ACTIVATE.steps) == STEPS[OrderAction.ADD, ProductKind.CIRCUIT][1:]
    assert tuple(step.__name__ for step in CEASE.steps) == STEPS[OrderAction.DELETE, ProductKind.CIRCUIT][1:]


def test_whoever_is_served_after_a_cease_may_have_the_same_port_and_tag(town: Town) -> None:
    town.order()
    town.walk_all()
    first = town.look("O-1").service_id
    assert first is not None
    held = town.held("O-1")
    town.cease(first)
    town.walk_all()

    with town.tools.open_unit_of_work() as work:
        assert work.reservations.held_by(first) == ()
    town.put.clear()
    again = town.order(2)
    town.walk_all()

    at_the_handover = f"tag 2001 at {HANDOVER}"
    assert at_the_handover in held
    assert at_the_handover in town.held(again)


@pytest.mark.parametrize("device", sorted(DEVICES))
def test_a_device_that_refuses_the_rehearsal_fails_the_order_and_nothing_stays_held(town: Town, device: str) -> None:
    town.devices.refusing = {device}
    order_id = town.order()
    town.walk_all()

    order = town.look(order_id)
    assert order.state is OrderState.FAILED
    assert [reason.code for reason in order.reasons] == ["rehearsal-refused"]
    assert f"{device}: invalid command" in order.reasons[0].sentence
    assert town.devices.touched == []
    assert is_clean(town, order_id)


def test_a_device_that_refuses_the_deploy_fails_the_order_and_nothing_stays_held(town: Town) -> None:
    town.devices.refusing_to_deploy = {DX_SWITCH}
    order_id = town.order()
    town.walk_all()

    order = town.look(order_id)
    assert (order.state, order.reasons[0].code) == (OrderState.FAILED, "deploy-refused")


def test_a_device_that_is_away_is_tried_again_and_then_the_order_fails_with_that_reason(town: Town) -> None:
    town.devices.away = {DXP_SWITCH}
    order_id = town.order()
    town.walk_all()

    order = town.look(order_id)
    assert order.state is OrderState.FAILED
    assert "sw-dxp: does not answer" in order.reasons[0].sentence
    assert town.events(order_id).count("rehearse waiting") == 1
    assert len(town.journals["activate", order_id].pauses) == 2  # three tries
    assert is_clean(town, order_id)


def test_a_circuit_that_cannot_be_proven_is_taken_off_again(town: Town) -> None:
    town.devices.blind = {"nte-1"}
    order_id = town.order()
    town.walk_all()

    order = town.look(order_id)
    assert (order.state, order.reasons[0].code) == (OrderState.FAILED, "not-proven")
    assert {action for _device, action in town.devices.touched} == {"add", "remove"}
    assert is_clean(town, order_id)


def test_a_netbox_that_is_down_for_a_moment_costs_nothing_but_time(town: Town) -> None:
    town.record.failing = 2
    order_id = town.order()
    town.walk_all()

    assert town.look(order_id).state is OrderState.COMPLETED
    assert town.events(order_id).count("document waiting") == 1


def test_a_netbox_that_stays_down_fails_the_order_which_says_what_it_could_not_undo(town: Town) -> None:
    town.record.failing = 1000
    order_id = town.order()
    town.walk_all()

    order = town.look(order_id)
    assert order.state is OrderState.FAILED
    assert [reason.code for reason in order.reasons] == ["netbox-unavailable", "netbox-unavailable"]
    assert town.held(order_id) == ()
    assert is_clean(town, order_id)


def test_a_netbox_that_is_down_at_the_very_end_does_not_take_a_working_service_away(town: Town) -> None:
    town.order()
    [*_steps, _tell] = ACTIVATE.steps

    def down_from_now(order_id: str, tools: object) -> None:
        town.record.failing = 1000

    broken = replace(ACTIVATE, steps=(*_steps, down_from_now, _tell))
    town.walk_all(workflows=(broken,))

    assert town.look("O-1").state is OrderState.COMPLETED
    assert "tell failed" in town.events("O-1")
    assert town.devices.carrying()
    assert [one.status for one in town.record.shown.values()] == [DeliveryStatus.PLANNED]

    town.record.failing = 0
    shown = front_desk.show_again(town.tools, SYSTEM)

    assert shown == (town.look("O-1").service_id,)
    assert [one.status for one in town.record.shown.values()] == [DeliveryStatus.ACTIVE]


def test_only_active_services_are_shown_again(town: Town) -> None:
    town.order()
    town.walk_all(workflows=(replace(ACTIVATE, steps=ACTIVATE.steps[:5]),))

    assert front_desk.show_again(town.tools, SYSTEM) == ()
    assert [one.status for one in town.record.shown.values()] == [DeliveryStatus.PLANNED]


def test_a_premises_without_a_path_is_rejected_with_the_reason(engine: Engine) -> None:
    inventory = street(homes=1)
    town = build_town(engine, replace(inventory, links=inventory.links[1:]))
    order_id = town.order()
    town.walk_all()

    order = town.look(order_id)
    assert order.state is OrderState.REJECTED
    assert [reason.code for reason in order.reasons] == ["no-path"]
    assert town.events(order_id) == ["qualify started", "qualify failed"]


def test_a_fast_order_waits_for_a_person_and_what_was_approved_is_what_is_applied(engine: Engine) -> None:
    town = build_town(engine, street(homes=1), first_pause_s=0.001)
    order_id = town.order(mbps=1000)
    offer = town.tools.catalogue.product("access-eline").offer(1000)
    catalogue = _with_offer(town, replace(offer, needs_approval=True))
    town.tools = replace(town.tools, catalogues=only(catalogue))
    town.walk_all()

    assert town.look(order_id).awaiting_approval
    assert town.devices.touched == []
    assert town.events(order_id)[-1] == "approve waiting"

    with town.tools.open_unit_of_work() as work:
        work.orders.approve(order_id, "what somebody saw an hour ago", "ana")
        go_on(work, work.orders.lock(order_id))
        work.commit()
    town.walk_all()

    assert town.look(order_id).awaiting_approval  # of what the devices say, and not of that
    assert town.devices.touched == []


def test_a_declined_order_gives_back_what_it_held(engine: Engine) -> None:
    town = build_town(engine, street(homes=1))
    offer = town.tools.catalogue.product("access-eline").offer(1000)
    town.tools = replace(town.tools, catalogues=only(_with_offer(town, replace(offer, needs_approval=True))))
    order_id = town.order(mbps=1000)
    town.walk_all()
    front_desk.decline(town.tools, SYSTEM, order_id, reason="too dear")
    # The worker had died before the engine knew that the order waits, and starts again after the decision.
    del town.journals["activate", order_id].answers["approve"]
    town.walk_all()

    order = town.look(order_id)
    assert (order.state, [reason.code for reason in order.reasons]) == (OrderState.CANCELLED, ["declined"])
    assert is_clean(town, order_id)
    assert town.events(order_id).count("close undone") == 1


def test_a_step_taken_by_a_worker_thought_dead_and_by_its_heir_holds_once_and_tells_once(town: Town) -> None:
    order_id = town.order()
    for step in ACTIVATE.steps:
        step(order_id, town.tools)
        service_id = town.look(order_id).service_id
        step(order_id, town.tools)
        assert town.look(order_id).service_id == service_id

    events = town.events(order_id)
    assert len(events) == len(set(events))
    assert len(town.held(order_id)) == 1 + 1 + 3 + 2  # the port, the tag at the handover and on 3 devices, 2 links


def test_devices_a_killed_worker_had_claimed_are_let_go_when_its_order_fails(town: Town) -> None:
    order_id = town.order()
    with town.tools.open_unit_of_work() as work:
        work.claims.claim(order_id, [DX_SWITCH])
        work.commit()
    town.record.failing = 1000
    town.walk_all()

    assert town.look(order_id).state is OrderState.FAILED
    assert town.claimed() == []


def test_a_database_that_is_locked_for_a_while_holds_an_order_up_and_loses_nothing(town: Town) -> None:
    order_id = town.order()
    town.tools = replace(town.tools, open_unit_of_work=locked(2, town.tools))
    town.walk_all()

    assert town.look(order_id).state is OrderState.COMPLETED


def test_a_step_that_finds_the_database_away_again_and_again_fails_the_order_with_that_reason(town: Town) -> None:
    def unlucky(order_id: str, tools: object) -> None:
        raise DatabaseUnavailable("SQLite town.db", "another program has it locked")

    order_id = town.order()
    town.walk_all(workflows=(replace(ACTIVATE, steps=(*ACTIVATE.steps[:3], unlucky)),))

    order = town.look(order_id)
    assert (order.state, order.reasons[0].code) == (OrderState.FAILED, "database-unavailable")
    assert is_clean(town, order_id)


def test_an_error_nobody_foresaw_fails_the_order_by_a_number_and_tells_its_text_only_to_the_log(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(order_id: str, tools: object) -> None:
        raise KeyError("hunter2")

    order_id = town.order()
    town.walk_all(workflows=(replace(ACTIVATE, steps=(*ACTIVATE.steps[:3], broken)),))

    [reason] = town.look(order_id).reasons
    assert reason.code == "internal-error"
    assert "hunter2" not in reason.sentence
    incident = reason.sentence.split("incident ")[1].removesuffix(").")
    assert incident in "".join(capsys.readouterr())  # wherever the log goes
    assert is_clean(town, order_id)


def test_a_refused_cease_leaves_the_service_as_it_was_and_it_can_be_ceased_again(town: Town) -> None:
    town.order()
    town.walk_all()
    service_id = town.look("O-1").service_id
    assert service_id is not None
    town.devices.refusing_to_deploy = {DX_SWITCH}
    cease_id = town.cease(service_id)
    town.walk_all()

    assert town.look(cease_id).reasons[0].code == "deploy-refused"
    assert len(town.devices.carrying()) == 3
    assert town.held("O-1")
    with town.tools.open_unit_of_work(reading=True) as work:
        assert work.services.get(service_id).state is ServiceState.ACTIVE
    town.devices.refusing_to_deploy = set()
    again = town.cease(service_id)
    town.walk_all()
    assert town.look(again).state is OrderState.COMPLETED
    assert is_clean(town, "O-1")


@pytest.mark.parametrize("blind", [False, True], ids=["that succeeds", "that fails and is undone"])
def test_an_order_is_the_same_after_a_crash_at_any_moment(engine: Engine, *, blind: bool) -> None:
    """Before each step, and after each step before its answer is kept: some 20 crashes, one after the other."""
    town = build_town(engine, street(homes=40))
    town.devices.blind = {f"nte-{home}" for home in range(2, 40)} if blind else set()
    town.order(1)
    assert town.walk_all() == 18
    for moment in range(1, (22 if blind else 18) + 1):
        town.put.clear()
        order_id = town.order(1 + moment)
        with pytest.raises(Crash):
            town.walk_all(dies_at=moment)
        town.walk_all()

        order = town.look(order_id)
        assert order.state is (OrderState.FAILED if blind else OrderState.COMPLETED)
        events = town.events(order_id)
        assert len(events) == len(set(events)), f"told twice after a crash at moment {moment}"
        assert bool(town.held(order_id)) is not blind
        assert is_clean(town, order_id) is blind


def test_a_cease_is_the_same_after_a_crash_at_any_moment(engine: Engine) -> None:
    town = build_town(engine, street(homes=20))
    moments = 10
    for moment in range(1, moments + 1):
        town.put.clear()
        order_id = town.order(moment)
        town.walk_all()
        service_id = town.look(order_id).service_id
        assert service_id is not None
        town.put.clear()
        cease_id = town.cease(service_id)
        with pytest.raises(Crash):
            town.walk_all(dies_at=moment)
        town.walk_all()

        assert town.look(cease_id).state is OrderState.COMPLETED
        events = town.events(cease_id)
        assert len(events) == len(set(events))
        assert is_clean(town, order_id)


def test_an_order_waits_for_devices_another_is_changing_and_goes_on_when_they_are_free(town: Town) -> None:
    order_id = town.order(1)
    town.order(2)
    with town.tools.open_unit_of_work() as work:
        work.claims.claim("O-2", [DX_SWITCH])
        work.commit()
    rehearse = ACTIVATE.steps[4]
    seen: list[str] = []

    def rehearse_then_free(of: str, tools: object) -> None:
        try:
            rehearse(of, town.tools)
        except Exception as error:
            seen.append(str(error))
            with town.tools.open_unit_of_work() as work:
                work.claims.release("O-2")
                work.commit()
            raise

    rehearse_then_free.__name__ = "rehearse"
    steps = (*ACTIVATE.steps[:4], rehearse_then_free, *ACTIVATE.steps[5:])
    town.put.pop()
    town.walk_all(workflows=(replace(ACTIVATE, steps=steps),))

    assert town.look(order_id).state is OrderState.COMPLETED
    assert seen == [f"Order {order_id} waits for sw-dx, which another change holds. " + _NEXT_STEP]


_NEXT_STEP = "Try again later, or ask the operator what holds the devices for so long."


def test_devices_that_never_come_free_fail_the_order(engine: Engine) -> None:
    town = build_town(engine, street(homes=2), claim_wait_s=0.0)
    order_id = town.order(1)
    town.order(2)
    town.put.pop()
    with town.tools.open_unit_of_work() as work:
        work.claims.claim("O-2", [DX_SWITCH])
        work.commit()
    town.walk_all()

    assert town.look(order_id).reasons[0].code == "devices-claimed"


def _with_offer(town: Town, offer: object) -> object:
    catalogue = town.tools.catalogue
    products = tuple(
        replace(product, offers=tuple(offer if one.bandwidth_mbps == 1000 else one for one in product.offers))
        for product in catalogue.products
    )
    return replace(catalogue, products=products)


def test_an_order_that_could_not_be_taken_off_a_device_keeps_its_tag_until_a_cease_takes_it_off(town: Town) -> None:
    """Given back, the tag would be chosen next, and refused by that device, again and again."""
    order_id = town.order(1)
    town.walk_all(workflows=(_dying_after_deploy(town),))

    service_id = town.look(order_id).service_id
    assert service_id is not None
    assert [reason.code for reason in town.look(order_id).reasons] == ["not-proven", "devices-not-cleared"]
    assert f"tag 2001 at {HANDOVER}" in town.held(order_id)
    assert _state_of(town, service_id) is ServiceState.PENDING_TERMINATE
    town.devices.away = set()
    town.devices.blind = set()
    town.put.clear()
    town.order(2)
    town.walk_all()
    assert f"tag 2002 at {HANDOVER}" in town.held("O-2")

    cease, _ = front_desk.cease_service(town.tools, SYSTEM, service_id, idempotency_key="again")
    town.walk_all()
    assert town.look(cease.id).state is OrderState.COMPLETED
    assert _state_of(town, service_id) is ServiceState.TERMINATED
    assert is_clean(town, order_id)


@pytest.mark.parametrize("cause", ["the record is away", "the devices cannot be read"])
def test_a_cease_that_fails_after_its_deploy_does_not_call_the_service_active_and_another_ends_it(
    town: Town, cause: str
) -> None:
    order_id = town.order(1)
    town.walk_all()
    service_id = town.look(order_id).service_id
    assert service_id is not None
    first, _ = front_desk.cease_service(town.tools, SYSTEM, service_id, idempotency_key="first")
    steps = CEASE.steps if cause == "the record is away" else (*CEASE.steps[:2], _unproven, *CEASE.steps[2:])
    town.record.failing = 1000
    town.walk_all(workflows=(replace(CEASE, steps=steps), ACTIVATE))

    assert town.look(first.id).state is OrderState.FAILED
    assert town.devices.carrying() == set()
    assert _state_of(town, service_id) is ServiceState.PENDING_TERMINATE
    assert town.held(order_id)

    town.devices.refusing = {DX_SWITCH}  # a second one that fails early does not make it active either
    second, _ = front_desk.cease_service(town.tools, SYSTEM, service_id, idempotency_key="second")
    town.walk_all()
    assert town.look(second.id).state is OrderState.FAILED
    assert _state_of(town, service_id) is ServiceState.PENDING_TERMINATE

    town.devices.refusing = set()
    town.record.failing = 0
    third, _ = front_desk.cease_service(town.tools, SYSTEM, service_id, idempotency_key="third")
    town.walk_all()
    assert town.look(third.id).state is OrderState.COMPLETED
    assert is_clean(town, order_id)


def test_a_service_that_is_being_ceased_is_not_ceased_a_second_time_beside_it(town: Town) -> None:
    order_id = town.order(1)
    town.walk_all()
    service_id = town.look(order_id).service_id
    assert service_id is not None
    front_desk.cease_service(town.tools, SYSTEM, service_id, idempotency_key="first")

    with pytest.raises(WrongState, match="another order is at it"):
        front_desk.cease_service(town.tools, SYSTEM, service_id, idempotency_key="second")


@pytest.mark.parametrize("cease_steps", range(1, len(CEASE.steps) + 1))
def test_a_cease_that_overtakes_the_last_step_of_its_order_leaves_nothing_in_the_record(
    town: Town, cease_steps: int
) -> None:
    """`tell` has read that the service is active; before it writes, the cease gets so far."""
    order_id = town.order(1)
    show = town.record.show

    def show_late(circuit: DeliveredCircuit) -> str:
        if circuit.status is DeliveryStatus.ACTIVE:
            cease_id = town.cease(circuit.service_id)
            for step in CEASE.steps[:cease_steps]:
                begin_step(cease_id, step.__name__, town.tools)
                step(cease_id, town.tools)
        return show(circuit)

    town.record.show = show_late  # type: ignore[method-assign]  # the moment nobody can choose otherwise
    town.walk_all()

    assert town.look(order_id).state is OrderState.COMPLETED
    assert is_clean(town, order_id)


def _dying_after_deploy(town: Town) -> Workflow:
    def die(order_id: str, tools: object) -> None:
        town.devices.away = {DX_SWITCH}
        town.devices.blind = {DX_SWITCH}

    return replace(ACTIVATE, steps=(*ACTIVATE.steps[:7], die, *ACTIVATE.steps[7:]))


def _unproven(order_id: str, tools: object) -> None:
    raise NotProven(order_id, ())


def _state_of(town: Town, service_id: str) -> ServiceState:
    with town.tools.open_unit_of_work(reading=True) as work:
        return work.services.get(service_id).state


def test_what_an_ended_service_left_in_the_record_does_not_stand_in_the_way_of_the_next(town: Town) -> None:
    """NetBox goes away when the circuit is in it already, and stays away until the order has given up."""
    order_id = town.order(1)

    def go_away(order_id: str, tools: object) -> None:
        town.record.failing = 1000
        raise NetBoxUnavailable("http://127.0.0.1:1", "it answered 500")

    town.walk_all(workflows=(replace(ACTIVATE, steps=(*ACTIVATE.steps[:4], go_away)),))
    assert town.look(order_id).state is OrderState.FAILED
    assert town.look(order_id).service_id in town.record.shown

    town.record.failing = 0
    town.put.clear()
    next_order = town.order(2)
    town.walk_all()

    assert town.look(next_order).state is OrderState.COMPLETED
    assert set(town.record.shown) == {town.look(next_order).service_id}


def test_what_a_living_service_or_a_person_has_in_the_record_is_not_taken_from_it(town: Town) -> None:
    town.order(1)
    town.walk_all()
    living = town.look("O-1").service_id
    for number, holder in ((2, living), (3, None)):
        town.record.taken_by = [holder]
        town.put.clear()
        order_id = town.order(number)
        town.walk_all()

        assert [reason.code for reason in town.look(order_id).reasons] == ["netbox-taken"]
        assert living in town.record.shown


def test_of_many_who_cease_a_half_taken_down_service_at_one_moment_one_may(town: Town) -> None:
    order_id = town.order(1)
    town.walk_all()
    service_id = town.look(order_id).service_id
    assert service_id is not None
    town.record.failing = 1000
    town.cease(service_id)
    town.walk_all()
    assert _state_of(town, service_id) is ServiceState.PENDING_TERMINATE
    start = threading.Barrier(6, timeout=60)

    def cease(number: int) -> str:
        start.wait()
        try:
            order, _ = front_desk.cease_service(town.tools, SYSTEM, service_id, idempotency_key=f"key-{number}")
        except WrongState as error:
            return error.code
        return order.id

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(cease, range(6)))
    assert answers.count("wrong-state") == 5
    [winner] = [answer for answer in answers if answer != "wrong-state"]
    assert town.look(winner).state is OrderState.ACKNOWLEDGED
