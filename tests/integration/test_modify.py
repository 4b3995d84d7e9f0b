"""Another speed for a service on the circuit it has: real devices (simulated), the real store, engine and worker."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from provisioning import front_desk
from provisioning.front_desk import SYSTEM
from provisioning.orders import Order, OrderState
from provisioning.services import Service, ServiceState
from tests.integration.running import Running, running
from tests.integration.street import street


@pytest.fixture
def town(database_url: str) -> Iterator[Running]:
    with running(database_url, street(homes=2)) as found:
        yield found


def active(town: Running, home: int = 1, mbps: int = 100) -> Service:
    [done] = town.wait([town.order(home, mbps)])
    assert (done.state, done.reasons) == (OrderState.COMPLETED, ())
    return look(town, done.service_id or "")


def look(town: Running, service_id: str) -> Service:
    return front_desk.service(town.house.tools, SYSTEM, service_id)


def faster(town: Running, service: Service, mbps: int = 500, key: str = "faster") -> Order:
    order, _new = front_desk.modify_service(
        town.house.tools, SYSTEM, service.id, bandwidth_mbps=mbps, idempotency_key=key
    )
    return order


def test_a_service_gets_another_speed_on_the_same_circuit_and_back_each_byte_is_as_it_was(town: Running) -> None:
    service = active(town)
    before, held = town.configs(), town.held()

    [done] = town.wait([faster(town, service)])

    assert (done.state, done.reasons) == (OrderState.COMPLETED, ())
    now = look(town, service.id)
    assert (now.state, now.bandwidth_mbps, now.monthly_pence) == (ServiceState.ACTIVE, 500, done.monthly_pence)
    assert now.circuit is not None
    assert service.circuit is not None
    assert replace(now.circuit, profile=service.circuit.profile) == service.circuit
    changed = {name for name, text in town.configs().items() if text != before[name]}
    assert changed == {"nte-1"}
    assert f"{now.circuit.profile.cir_mbps} Mbit/s on trunk" in town.held()[service.id]

    [back] = town.wait([faster(town, service, 100, "slower")])
    assert back.state is OrderState.COMPLETED
    assert (town.configs(), town.held()) == (before, held)


def test_the_same_key_gets_the_same_order_also_when_it_is_done(town: Running) -> None:
    service = active(town)
    first = faster(town, service)
    town.wait([first])

    again, is_new = front_desk.modify_service(
        town.house.tools, SYSTEM, service.id, bandwidth_mbps=500, idempotency_key="faster"
    )

    assert (again.id, is_new) == (first.id, False)
