"""Another speed for a service on the circuit it has: real devices (simulated), the real store, engine and worker."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from inventory.devices import PortRole
from inventory.snapshot import Inventory
from inventory.store.mirror import replace_inventory
from provisioning import front_desk
from provisioning.errors import IdempotencyConflict, WrongState
from provisioning.front_desk import SYSTEM
from provisioning.isps import Principal, Role
from provisioning.line_errors import NothingToModify
from provisioning.line_move_desk import approve_line_move, line_move_report, move_lines
from provisioning.line_moves import PlanRow
from provisioning.orders import Order, OrderState
from provisioning.services import Service, ServiceState
from provisioning.tools import Tools
from provisioning.wanted import ELineWanted
from provisioning.workflows import modify
from provisioning.workflows.known import ACTIVATE, CEASE, MODIFY
from tests.integration.lines_page import OTHERS
from tests.integration.running import Running, running, wait_until
from tests.integration.street import street, uprn_of
from tests.integration.test_e_lines import placed
from tests.integration.two_isps import GAINING, GAINING_HANDOVER, active, line_of, look, move, two_isps

ANNA = Principal("anna", Role.ISP_ADMIN, "quayside")


def faster(town: Running, service: Service, mbps: int = 500, key: str = "faster") -> Order:
    order, _new = front_desk.modify_service(
        town.house.tools, SYSTEM, service.id, bandwidth_mbps=mbps, idempotency_key=key
    )
    return order


def failing(
    step: Callable[[str, Tools], None], then: Callable[[], None], *, before: bool = False
) -> Callable[..., None]:
    """The step, with something happening before or after it, once."""

    def taken(order_id: str, tools: Tools) -> None:
        if before:
            then()
        step(order_id, tools)
        if not before:
            then()

    taken.__name__ = step.__name__
    return taken


def test_a_service_gets_another_speed_on_the_same_circuit_and_back_each_byte_is_as_it_was(database_url: str) -> None:
    with running(database_url, street(homes=2)) as town:
        service = active(town)
        before, held = town.configs(), town.held()

        [done] = town.wait([faster(town, service)])

        assert (done.state, done.reasons) == (OrderState.COMPLETED, ())
        now = look(town, service.id)
        assert (now.state, now.bandwidth_mbps, now.monthly_pence) == (ServiceState.ACTIVE, 500, done.monthly_pence)
        assert now.circuit is not None
        assert service.circuit is not None
        assert replace(now.circuit, profile=service.circuit.profile) == service.circuit
        assert {name for name, text in town.configs().items() if text != before[name]} == {"nte-1"}
        assert f"{now.circuit.profile.cir_mbps} Mbit/s on trunk" in town.held()[service.id]
        assert faster(town, service).id == done.id  # the same key, also when it is done

        [back] = town.wait([faster(town, service, 100, "slower")])
        assert back.state is OrderState.COMPLETED
        assert (town.configs(), town.held()) == (before, held)


def test_one_order_at_a_time_and_only_what_is_another_thing(database_url: str) -> None:
    with running(database_url, street(homes=1)) as town:
        service = active(town)
        with pytest.raises(NothingToModify, match="has 100 Mbit/s for 12 months already"):
            front_desk.modify_service(town.house.tools, ANNA, service.id, bandwidth_mbps=100, idempotency_key="same")
        tools = town.house.tools
        with tools.open_unit_of_work() as work:  # as while an order is at it
            work.services.set_state(service.id, ServiceState.PENDING_CHANGE)
            work.commit()
        for ask in (
            lambda: faster(town, service, 250),
            lambda: front_desk.cease_service(tools, SYSTEM, service.id, idempotency_key="cease"),
        ):
            with pytest.raises(WrongState):
                ask()
        with tools.open_unit_of_work() as work:
            work.services.set_state(service.id, ServiceState.ACTIVE)
            work.commit()
        [done] = town.wait([faster(town, service)])
        with pytest.raises(IdempotencyConflict):
            faster(town, service, 250)
        assert done.state is OrderState.COMPLETED


def test_where_the_present_path_has_no_room_the_order_is_rejected_and_says_so(database_url: str) -> None:
    inventory = street(homes=1)
    with running(database_url, inventory) as town:
        service = active(town)
        before, held = town.configs(), town.held()
        links = tuple(replace(link, capacity_mbps=200) if link.code == "trunk" else link for link in inventory.links)
        replace_inventory(town.house.engine, replace(inventory, links=links))

        [refused] = town.wait([faster(town, service, 1000)])

        assert refused.state is OrderState.REJECTED
        assert [reason.code for reason in refused.reasons] == ["path-full"]
        assert "trunk of the present path" in refused.reasons[0].sentence
        assert look(town, service.id) == service
        assert (town.configs(), town.held()) == (before, held)


@pytest.mark.parametrize("moment", ["refused by a device", "lost before the proof"])
def test_a_change_that_fails_leaves_the_service_as_it_was_and_gives_back_what_was_more(
    database_url: str, moment: str
) -> None:
    with running(database_url, street(homes=1), works=False) as town:
        fault = {
            "refused by a device": replace(
                MODIFY,
                steps=tuple(
                    failing(step, lambda: town.fleet.refuse("nte-1", "^policy-map"))
                    if step is modify.rehearse
                    else step
                    for step in MODIFY.steps
                ),
            ),
            "lost before the proof": replace(
                MODIFY,
                steps=tuple(
                    failing(step, lambda: town.fleet.go_away("nte-1"), before=True) if step is modify.prove else step
                    for step in MODIFY.steps
                ),
                undo=(failing(modify.put_back, lambda: town.fleet.come_back("nte-1"), before=True), modify.keep),
            ),
        }[moment]
        town.house.start_worker([ACTIVATE, fault, CEASE])
        service = active(town)
        before, held = town.configs(), town.held()

        [failed] = town.wait([faster(town, service)])

        assert failed.state is OrderState.FAILED
        assert [reason.code for reason in failed.reasons] == (
            ["deploy-refused"] if moment == "refused by a device" else ["not-proven"]
        )
        assert look(town, service.id) == service
        assert (town.configs(), town.held()) == (before, held)


def test_a_device_that_stays_lost_keeps_the_larger_rate_held_until_the_operator_sets_it_again(
    database_url: str,
) -> None:
    with running(database_url, street(homes=1), works=False) as town:
        unlucky = [True]
        lost = failing(modify.prove, lambda: town.fleet.go_away("nte-1") if unlucky[0] else None, before=True)
        losing = replace(MODIFY, steps=tuple(lost if step is modify.prove else step for step in MODIFY.steps))
        town.house.start_worker([ACTIVATE, losing, CEASE])
        service = active(town)
        before, held = town.configs(), town.held()

        [failed] = town.wait([faster(town, service, 1000)])

        assert [reason.code for reason in failed.reasons] == ["not-proven", "devices-not-cleared"]
        now = look(town, service.id)
        assert (now.state, now.bandwidth_mbps) == (ServiceState.ACTIVE, 100)
        assert town.held() != held
        assert town.configs() != before

        unlucky[0] = False
        town.fleet.come_back("nte-1")
        [again] = town.wait([faster(town, service, 100, "set it again")])

        assert (again.state, again.reasons) == (OrderState.COMPLETED, ())
        assert (town.configs(), town.held()) == (before, held)


def with_fast_unis(inventory: Inventory) -> Inventory:
    """UNIs that a service above the rule's limit fits through: an order for it waits for a person."""
    ports = tuple(replace(port, speed_mbps=10_000) if port.role is PortRole.UNI else port for port in inventory.ports)
    return replace(inventory, ports=ports)


def test_what_waits_for_a_person_can_be_declined_or_approved_and_a_line_too(database_url: str) -> None:
    with running(database_url, with_fast_unis(two_isps(homes=1))) as town:
        tools = town.house.tools
        service = active(town)
        line, held = line_of(town, service), town.held()

        for ask in (
            lambda: faster(town, service, 2500, "declined"),
            lambda: move(town, line, mbps=2500, key="declined"),
        ):
            order = ask()
            wait_until(lambda order=order: town.look(order.id).awaiting_approval)
            assert look(town, service.id).state is ServiceState.PENDING_CHANGE
            front_desk.decline(tools, OTHERS[0], order.id, reason="not today")
            [declined] = town.wait([order])
            assert [reason.code for reason in declined.reasons] == ["declined"]
            assert (look(town, service.id), town.held()) == (service, held)

        order = faster(town, service, 2500, "approved")
        wait_until(lambda: town.look(order.id).awaiting_approval)
        front_desk.approve(tools, OTHERS[0], order.id)
        [done] = town.wait([order])
        assert (done.state, look(town, service.id).bandwidth_mbps) == (OrderState.COMPLETED, 2500)

        job = move_lines(tools, SYSTEM, "quayside", [PlanRow(line, GAINING, GAINING_HANDOVER)], reason="failed").move
        assert job is not None
        for who in OTHERS:
            approve_line_move(tools, who, job.id)
        wait_until(lambda: line_move_report(tools, SYSTEM, job.id).counts == {"moved": 1})


def test_an_e_line_gets_another_speed_at_both_of_its_unis_and_keeps_its_c_vlans(database_url: str) -> None:
    with running(database_url, street(homes=2)) as town:
        [made] = town.wait([placed(town, "evpl", ELineWanted(uprn_of(2), (100,), (200,)), "evpl")])
        service = look(town, str(made.service_id))
        before, held = town.configs(), town.held()

        [done] = town.wait([faster(town, service, 1000)])

        assert (done.state, done.reasons) == (OrderState.COMPLETED, ())
        for nte, c_vlan in (("nte-1", 100), ("nte-2", 200)):
            was, now = (set(text[nte].splitlines()) for text in (before, town.configs()))
            assert [line.strip().partition(" burst")[0] for line in now - was] == ["police rate 1000 mbps"]
            assert any(f"switchport vlan translation {c_vlan} " in line for line in now)
        town.wait([faster(town, service, 100, "back")])
        assert (town.configs(), town.held()) == (before, held)
