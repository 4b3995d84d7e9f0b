"""What stands in a borough: switches, NTEs, access points, their links, and two ISPs' handovers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from inventory.devices import Device, DeviceRole, Port, PortRef
from inventory.examples import estate
from inventory.examples.boroughs import PREMISES_EACH, PUBLIC_EACH, Borough
from inventory.examples.equipment import Patching, device_of, ports_of
from inventory.examples.sites import add_column, add_nte_site
from inventory.handovers import Handover
from inventory.links import Link
from inventory.places import Place, PlaceKind
from inventory.vlans import TagRange

NTES_EACH, ACCESS_POINTS_EACH = 6, 2
TRUNK_MBPS, UPLINK_MBPS, DROP_MBPS, AP_MBPS = 100_000, 10_000, 10_000, 2_500
HANDOVER_MBPS = 100_000
TAGS = TagRange(1000, 1999)


@dataclass(slots=True)
class Equipment:
    """A borough's devices and what joins them. `ends` is the place where the fibre of each device ends."""

    devices: list[Device] = field(default_factory=list)
    ports: list[Port] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    handovers: list[Handover] = field(default_factory=list)
    ends: dict[str, str] = field(default_factory=dict)

    def add(self, device: Device, end: str) -> None:
        self.devices.append(device)
        self.ports.extend(ports_of(device))
        self.ends[device.name] = end


def equip(borough: Borough, patching: Patching, parent: tuple[str, str]) -> Equipment:
    """Put devices into a borough. `parent` is a switch outside it that it is joined with, and that one's place."""
    equipment = Equipment()
    addresses = _addresses(borough.number)
    dxs = [exchange for exchange in borough.exchanges if exchange.kind is PlaceKind.DX]
    for exchange in borough.exchanges:
        is_dx = exchange.kind is PlaceKind.DX
        model = estate.DX_MODEL if is_dx else estate.DXP_MODEL
        name = estate.switch_name(exchange.code)
        equipment.add(device_of(name, DeviceRole.SWITCH, model, exchange.code, next(addresses)), exchange.code)
    equipment.ends[parent[0]] = parent[1]
    equipment.links.extend(_inside(borough, dxs, patching, parent[0]))
    for index, exchange in enumerate(borough.exchanges):
        _equip_premises(borough, equipment, exchange, index, patching, addresses)
    for number, dx in enumerate(dxs):
        isp = estate.ISPS[(borough.number + number) % len(estate.ISPS)].code
        port = PortRef(estate.switch_name(dx.code), "Ethernet41")
        code = f"ho-{isp}-{borough.suffix}-{number + 1}"
        equipment.handovers.append(Handover(code, isp, dx.code, port, HANDOVER_MBPS, TAGS))
    return equipment


def _addresses(number: int) -> Iterator[str]:
    """A borough has 127.N.N.1 to .254 to itself; the city has 127.1.0.0/16."""
    return (f"127.{2 + number // 256}.{number % 256}.{host}" for host in range(1, 255))


def _inside(borough: Borough, dxs: Sequence[Place], patching: Patching, parent: str) -> Iterator[Link]:
    one, two = (estate.switch_name(dx.code) for dx in dxs)
    yield _link(one, two, TRUNK_MBPS, patching)
    yield _link(one, parent, TRUNK_MBPS, patching)
    for exchange in borough.exchanges[len(dxs) :]:
        for dx in (one, two):
            yield _link(estate.switch_name(exchange.code), dx, UPLINK_MBPS, patching)


def _link(a: str, z: str, capacity_mbps: int, patching: Patching) -> Link:
    code = f"{a.removeprefix('sw-')}--{z.removeprefix('sw-')}"
    return Link(code, patching.inwards(a), patching.inwards(z), capacity_mbps, 0.0)


def _equip_premises(
    borough: Borough,
    equipment: Equipment,
    exchange: Place,
    index: int,
    patching: Patching,
    addresses: Iterator[str],
) -> None:
    switch = estate.switch_name(exchange.code)
    first = index * PREMISES_EACH + PUBLIC_EACH
    name = exchange.code.split("-", 1)[1]
    for number, premises in enumerate(borough.premises[first : first + NTES_EACH], 1):
        model = estate.NTE_MODELS[4 if number % 2 == 0 else 2]
        nte = device_of(f"nte-{name}-{number}", DeviceRole.NTE, model, None, next(addresses), premises.uprn)
        equipment.add(nte, add_nte_site(borough.ground, nte, premises, borough.area))
        link = Link(f"drop-{nte.name}", PortRef(nte.name, "Ethernet5"), patching.down(switch), DROP_MBPS, 0.0)
        equipment.links.append(link)
    for number in range(1, ACCESS_POINTS_EACH + 1):
        point = device_of(f"ap-{name}-{number}", DeviceRole.ACCESS_POINT, estate.AP_MODEL, exchange.code, None)
        equipment.add(point, add_column(borough.ground, point, exchange))
        equipment.links.append(
            Link(f"drop-{point.name}", PortRef(point.name, "eth0"), patching.down(switch), AP_MBPS, 0.0)
        )
