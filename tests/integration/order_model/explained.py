"""What the tables hold, and what the services and orders that live explain of it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Table, select

from provisioning.by_hand import ByHand
from provisioning.orders import ENDED, EventStatus, Order, OrderAction
from provisioning.services import SERVICE_ENDED, Circuit, Service, ServiceState
from provisioning.store.hold_tables import held_hosting, held_ports, held_positions, held_strands
from provisioning.store.line_tables import line_switches
from provisioning.store.product_tables import held_ssids
from provisioning.store.tables import commitments, held_device_tags, held_handover_tags, held_links, order_events
from provisioning.strand_tasks import positions_of, strands_of
from tests.integration.walking import Town

type Held = tuple[str, str, str | int, str]
"""Kind, the two words of its key, and the service that holds it."""

_KEYS = (
    ("strand", held_strands, "cable", "strand"),
    ("position", held_positions, "odf", "position"),
    ("hosting", held_hosting, "place", "position"),
    ("port", held_ports, "device", "port"),
    ("ssid", held_ssids, "device", "ssid"),
    ("handover tag", held_handover_tags, "handover", "s_vlan"),
    ("device tag", held_device_tags, "device", "s_vlan"),
)


@dataclass(frozen=True)
class Life:
    """Every service and order there is, and which of their changes could not be put back on the devices."""

    services: dict[str, Service]
    orders: tuple[Order, ...]
    switches: tuple[tuple[str, str, str], ...]  # order, from which service, to which
    not_put_back: frozenset[str]  # orders
    town: Town

    @property
    def living(self) -> dict[str, Service]:
        return {one.id: one for one in self.services.values() if one.state not in SERVICE_ENDED}

    def at_work_on(self, service_id: str) -> list[Order]:
        """Open orders of a service, and moves away from it."""
        away = {order for order, leaving, _to in self.switches if leaving == service_id}
        mine = (one for one in self.orders if one.service_id == service_id or one.id in away)
        return [one for one in mine if one.state not in ENDED]

    def order(self, order_id: str) -> Order:
        return next(one for one in self.orders if one.id == order_id)


def life_of(town: Town, service_ids: Iterable[str], order_ids: Iterable[str], connection: Connection) -> Life:
    """Look at everything once."""
    with town.tools.open_unit_of_work(reading=True) as work:
        services = {each: work.services.get(each) for each in service_ids}
        orders = tuple(work.orders.get(each) for each in order_ids)
    switches = tuple(
        (row.order_id, row.from_service_id, row.to_service_id) for row in connection.execute(select(line_switches))
    )
    failed = select(order_events.c.order_id).where(
        order_events.c.step.in_(["put_back", "clear"]), order_events.c.status == EventStatus.FAILED
    )
    return Life(services, orders, switches, frozenset(connection.execute(failed).scalars()), town)


def held(connection: Connection) -> set[Held]:
    """Every hold there is, but those of links."""
    return {
        (kind, getattr(row, first), getattr(row, second), row.service_id)
        for kind, table, first, second in _KEYS
        for row in connection.execute(select(table))
    }


def explained(life: Life) -> set[Held]:
    """Every hold, but those of links, that a living service accounts for."""
    return {one for service in life.living.values() for one in _of(life, service)}


def _of(life: Life, service: Service) -> Iterator[Held]:
    mine = service.id
    if service.circuit is not None:
        yield from _of_circuit(life, mine, service.circuit)
    for strand in strands_of(service.legs):
        yield "strand", strand.cable, strand.number, mine
    for position in positions_of(service.legs):
        yield "position", position.odf, position.number, mine
    if service.by_hand is not None:
        yield from _of_by_hand(life, mine, service.by_hand)


def _of_by_hand(life: Life, mine: str, its: ByHand) -> Iterator[Held]:
    for position in its.positions:
        yield "position", position.odf, position.number, mine
    for port in its.ports:
        yield "port", port.device, port.port, mine
    if its.hosting is not None:
        yield "hosting", its.hosting.place, its.hosting.number, mine
    for device in its.access_points:
        yield "ssid", device, its.ssid, mine
    if its.s_vlan is not None:
        yield "handover tag", its.handover, its.s_vlan, mine
        for device in (life.town.tools.load_snapshot().handover(its.handover).port.device, *its.access_points):
            yield "device tag", device, its.s_vlan, mine


def _of_circuit(life: Life, mine: str, circuit: Circuit) -> Iterator[Held]:
    if not _is_without_uni(life, mine):
        for uni in circuit.unis:
            yield "port", uni.device, uni.port, mine
    if circuit.handover_code:
        yield "handover tag", circuit.handover_code, circuit.s_vlan, mine
    for device in {hop.device for hop in circuit.hops}:
        yield "device tag", device, circuit.s_vlan, mine


def _is_without_uni(life: Life, service_id: str) -> bool:
    """Of a line that moves, one of the two services has the UNI: the losing one until the move is complete."""
    for order_id, leaving, gaining in life.switches:
        is_moved = life.order(order_id).state.value == "completed"
        if (gaining == service_id and not is_moved) or (leaving == service_id and is_moved):
            return True
    return False


def check_bandwidth(life: Life, connection: Connection) -> None:
    """What is committed is the sum of what is held, by living services only, and each holds what it was sold."""
    sums = Counter[tuple[str, str]]()
    for kind, table in (("handover", held_handover_tags), ("link", held_links)):
        column = table.c.handover if kind == "handover" else table.c.link
        for code, service_id, cir_mbps in connection.execute(select(column, table.c.service_id, table.c.cir_mbps)):
            sums[kind, code] += cir_mbps
            assert service_id in life.living, f"{service_id} has ended, and holds {cir_mbps} Mbit/s of {code}"
    kept = {(row.kind, row.code): row.committed_mbps for row in connection.execute(select(commitments))}
    assert {key: mbps for key, mbps in kept.items() if mbps} == {key: mbps for key, mbps in sums.items() if mbps}
    for service in life.living.values():
        if service.circuit is not None:
            _check_rates(life, service, service.circuit, connection)


def _check_rates(life: Life, service: Service, circuit: Circuit, connection: Connection) -> None:
    links = _rates(connection, held_links, "link", service.id)
    assert set(links) == set(circuit.link_codes)
    at_handover = _rates(connection, held_handover_tags, "handover", service.id)
    sold = circuit.profile.cir_mbps
    modifying = [one for one in life.orders if one.service_id == service.id and one.action is OrderAction.MODIFY]
    if any(one.state not in ENDED or one.id in life.not_put_back for one in modifying):
        assert all(mbps >= sold for mbps in (*links.values(), *at_handover.values()))
        return
    assert all(mbps == sold for mbps in at_handover.values()), f"{service.id} {sold} {at_handover}"
    moves = any(service.id in {leaving, gaining} for _order, leaving, gaining in life.switches)
    if not moves or service.state is ServiceState.ACTIVE:
        assert all(mbps == sold for mbps in links.values()), f"{service.id} {sold} {links}"


def _rates(connection: Connection, table: Table, name: str, service_id: str) -> dict[str, int]:
    rows = connection.execute(select(table).where(table.c.service_id == service_id))
    return {getattr(row, name): row.cir_mbps for row in rows}


def check_devices(life: Life) -> None:
    """A device carries what lives and goes over it; an active service is on every device of its circuit."""
    running = life.town.devices.running
    for device, label in life.town.devices.carrying():
        service = life.services[label]
        assert service.state not in SERVICE_ENDED, f"{device} carries {label}, which is {service.state}"
        assert service.circuit is not None
        assert device in {hop.device for hop in service.circuit.hops}
        assert running[device][label].s_vlan == service.circuit.s_vlan
    for service in life.services.values():
        touched = {order for order, *services in life.switches if service.id in services} | {
            one.id for one in life.orders if one.service_id == service.id
        }
        if service.state is ServiceState.ACTIVE and service.circuit is not None and not touched & life.not_put_back:
            for hop in service.circuit.hops:
                there = running.get(hop.device, {}).get(service.id)
                assert there is not None, f"{service.id} is active, and {hop.device} does not carry it"
                assert there.uni is None or there.uni.profile == service.circuit.profile


def check_services(life: Life) -> None:
    """What is not settled has an order at work on it, or one that ended without being able to settle it."""
    for service in life.living.values():
        at_work = life.at_work_on(service.id)
        if service.state is ServiceState.PENDING_ACTIVE:
            assert any(one.action is OrderAction.ADD for one in at_work), f"nobody makes {service.id}"
        elif service.state is ServiceState.PENDING_CHANGE:
            assert at_work, f"nobody changes {service.id}"
        elif service.state is ServiceState.PENDING_TERMINATE and not at_work:
            ended = [one for one in life.orders if one.service_id == service.id]
            assert any(one.reasons for one in ended), f"nobody ends {service.id}, and no order says why"
