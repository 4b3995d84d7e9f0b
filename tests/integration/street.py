"""Small made-up towns: one exchange, one neighbourhood point, a street of homes with an NTE each."""

from inventory.devices import Device, DeviceRole, Port, PortRef, PortRole
from inventory.handovers import Handover
from inventory.links import Link
from inventory.organisations import MemberRole, Organisation
from inventory.places import Place, PlaceKind
from inventory.premises import Premises, PremisesKind
from inventory.snapshot import Inventory
from inventory.vlans import TagRange

DX_SWITCH = "sw-dx"
DXP_SWITCH = "sw-dxp"
HANDOVER = "quayside-dx"


def uprn_of(home: int) -> str:
    """The made-up UPRN of a home of the street, counted from 1."""
    return str(999_900_000_000 + home)


def street(homes: int, *, tags: int = 100, handover_mbps: int = 100_000) -> Inventory:
    """`homes` homes behind one DXP switch and one DX switch, and one handover with `tags` S-VLANs from 2001."""
    places = (
        Place("dx", "The exchange", PlaceKind.DX, "North", 384_000.0, 397_000.0, "a"),
        Place("dxp", "The street's cabinet room", PlaceKind.DXP, "North", 384_500.0, 397_500.0, "a"),
    )
    numbers = range(1, homes + 1)
    return Inventory(
        places=places,
        premises=tuple(_home(number) for number in numbers),
        organisations=(Organisation("quayside", "Quayside", frozenset({MemberRole.USER}), is_isp=True),),
        devices=(
            *(_switch(name, place, number) for number, (name, place) in enumerate(_SWITCHES, 1)),
            *(_nte(number) for number in numbers),
        ),
        ports=(*_trunk_ports(), *(port for number in numbers for port in _home_ports(number))),
        links=(
            Link("trunk", PortRef(DX_SWITCH, "Ethernet1"), PortRef(DXP_SWITCH, "Ethernet1"), 100_000, 700.0),
            *(_drop(number) for number in numbers),
        ),
        handovers=(
            Handover(
                HANDOVER,
                "quayside",
                "dx",
                PortRef(DX_SWITCH, "Ethernet48"),
                handover_mbps,
                TagRange(2001, 2000 + tags),
            ),
        ),
    )


_SWITCHES = ((DX_SWITCH, "dx"), (DXP_SWITCH, "dxp"))


def _home(number: int) -> Premises:
    address = f"{number} Made-up Street"
    return Premises(uprn_of(number), address, "M13 9CI", PremisesKind.HOME, 384_500.0 + number, 397_500.0, "dxp")


def _switch(name: str, place: str, number: int) -> Device:
    return Device(name, DeviceRole.SWITCH, "eos", "Maker", "M1", f"S-{name}", place, None, f"127.1.0.{number}")


def _nte(number: int) -> Device:
    address = f"127.1.1.{number}"
    return Device(
        f"nte-{number}", DeviceRole.NTE, "eos", "Maker", "N1", f"S-nte-{number}", None, uprn_of(number), address
    )


def _trunk_ports() -> tuple[Port, ...]:
    return (
        Port(PortRef(DX_SWITCH, "Ethernet1"), PortRole.NNI, 100_000),
        Port(PortRef(DX_SWITCH, "Ethernet48"), PortRole.HANDOVER, 100_000),
        Port(PortRef(DXP_SWITCH, "Ethernet1"), PortRole.NNI, 100_000),
    )


def _home_ports(number: int) -> tuple[Port, ...]:
    return (
        Port(PortRef(f"nte-{number}", "Ethernet1"), PortRole.UNI, 1_000),
        Port(PortRef(f"nte-{number}", "Ethernet2"), PortRole.NNI, 10_000),
        Port(PortRef(DXP_SWITCH, f"Ethernet{number + 1}"), PortRole.NNI, 10_000),
    )


def _drop(number: int) -> Link:
    end = PortRef(DXP_SWITCH, f"Ethernet{number + 1}")
    return Link(f"drop-{number}", PortRef(f"nte-{number}", "Ethernet2"), end, 10_000, 40.0)
