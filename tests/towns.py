"""Small made-up estates for tests: one exchange, one neighbourhood, a few premises."""

from dataclasses import dataclass, replace

from inventory.devices import Device, DeviceRole, Lifecycle, Port, PortRef, PortRole
from inventory.handovers import Handover
from inventory.links import Link
from inventory.organisations import MemberRole, Organisation
from inventory.places import Place, PlaceKind
from inventory.premises import Premises, PremisesKind
from inventory.snapshot import Inventory, Snapshot
from inventory.vlans import TagRange

NO_DROP = "9001"  # nothing serves it
NO_NTE = "9002"  # served, nothing installed
TWENTY_TAGS = TagRange(2001, 2020)


@dataclass(frozen=True, slots=True)
class TownPlan:
    """How big a town is. Premises have UPRNs "1", "2", ...; each has an NTE with `unis` UNIs."""

    premises: int = 3
    unis: int = 2
    uni_mbps: int = 1_000
    drop_mbps: int = 10_000
    trunk_mbps: int = 100_000
    handover_mbps: int = 10_000
    tags: TagRange = TWENTY_TAGS


def small_town(plan: TownPlan | None = None) -> Inventory:
    """DX quay - DXP mill - NTEs. ISPs alder and birch each have a handover at quay, with equal tags."""
    plan = plan or TownPlan()
    uprns = [str(number) for number in range(1, plan.premises + 1)]
    return Inventory(
        places=(
            Place("quay", "Quay exchange", PlaceKind.DX, "Quays", 380_000.0, 397_000.0),
            Place("mill", "Mill neighbourhood", PlaceKind.DXP, "Mills", 381_000.0, 397_500.0),
        ),
        premises=(
            *(_premises(uprn, "mill") for uprn in uprns),
            _premises(NO_DROP, None),
            _premises(NO_NTE, "mill"),
        ),
        organisations=(
            Organisation("alder", "Alder Broadband (fictional)", frozenset({MemberRole.USER}), is_isp=True),
            Organisation("birch", "Birch Telecom (fictional)", frozenset({MemberRole.USER}), is_isp=True),
            Organisation("tram", "Tram Authority (fictional)", frozenset({MemberRole.CONTRIBUTOR})),
        ),
        devices=(_switch("sw-quay", "quay", 1), _switch("sw-mill", "mill", 2), *(_nte(uprn) for uprn in uprns)),
        ports=tuple(_ports(plan, uprns)),
        links=(
            Link("trunk", _at("sw-mill", 49), _at("sw-quay", 49), plan.trunk_mbps, 1_200.0),
            *(
                Link(f"drop-{uprn}", _at(f"nte-{uprn}", 9), PortRef("sw-mill", f"Drop{uprn}"), plan.drop_mbps, 80.0)
                for uprn in uprns
            ),
        ),
        handovers=(
            Handover("quay-alder", "alder", "quay", _at("sw-quay", 1), plan.handover_mbps, plan.tags),
            Handover("quay-birch", "birch", "quay", _at("sw-quay", 2), plan.handover_mbps, plan.tags),
        ),
    )


def snapshot_of(plan: TownPlan | None = None) -> Snapshot:
    """The same, indexed."""
    return Snapshot(small_town(plan))


def with_device(inventory: Inventory, name: str, lifecycle: Lifecycle) -> Inventory:
    """The town with one device in another state."""
    devices = tuple(
        replace(device, lifecycle=lifecycle) if device.name == name else device for device in inventory.devices
    )
    return replace(inventory, devices=devices)


def _at(device: str, number: int) -> PortRef:
    return PortRef(device, f"Ethernet{number}")


def _premises(uprn: str, serving_place: str | None) -> Premises:
    address = f"{uprn} Example Street (made up)"
    return Premises(uprn, address, "M1 1AA", PremisesKind.HOME, 381_100.0, 397_500.0, serving_place)


def _switch(name: str, place: str, number: int) -> Device:
    address = f"127.1.1.{number}"
    return Device(name, DeviceRole.SWITCH, "eos", "Arista", "DCS-7050", f"SN{number}", place, None, address)


def _nte(uprn: str) -> Device:
    name, octet = f"nte-{uprn}", int(uprn)
    return Device(name, DeviceRole.NTE, "eos", "Arista", "CCS-710", f"NT{uprn}", None, uprn, f"127.1.2.{octet}")


def _ports(plan: TownPlan, uprns: list[str]) -> list[Port]:
    ports = [
        Port(_at("sw-quay", 1), PortRole.HANDOVER, 100_000),
        Port(_at("sw-quay", 2), PortRole.HANDOVER, 100_000),
        Port(_at("sw-quay", 49), PortRole.NNI, 100_000),
        Port(_at("sw-mill", 49), PortRole.NNI, 100_000),
    ]
    for uprn in uprns:
        ports.append(Port(PortRef("sw-mill", f"Drop{uprn}"), PortRole.NNI, 10_000))
        ports.append(Port(_at(f"nte-{uprn}", 9), PortRole.NNI, 10_000))
        ports += [Port(_at(f"nte-{uprn}", n), PortRole.UNI, plan.uni_mbps) for n in range(1, plan.unis + 1)]
    return ports
