"""A small estate that keeps every rule and has no issue, for tests that break one thing of it."""

import dataclasses
from typing import Any

from inventory.devices import Device, DeviceRole, Port, PortRef, PortRole
from inventory.handovers import Handover
from inventory.links import Link
from inventory.organisations import MemberRole, Organisation
from inventory.places import Place, PlaceKind
from inventory.premises import Premises, PremisesKind
from inventory.snapshot import Inventory
from inventory.vlans import TagRange

UPRN = "999900000001"


def _port(device: str, port: str, role: PortRole = PortRole.NNI) -> Port:
    return Port(PortRef(device, port), role, 10_000)


SMALL_ESTATE = Inventory(
    places=(
        Place("dx-a", "A", PlaceKind.DX, "North", 384_000.0, 397_000.0, "a"),
        Place("dxp-b", "B", PlaceKind.DXP, "North", 384_500.5, 397_000.0),
    ),
    premises=(
        Premises(UPRN, "1 Made-up Street, B", "M13 9CI", PremisesKind.HOME, 384_600.0, 397_000.0, "dxp-b"),
        Premises("999900000002", '2 "Made-up" Street, B', "M1 1KM", PremisesKind.PUBLIC, 384_600.0, 397_000.0),
    ),
    organisations=(
        Organisation("quayside", "Quayside", frozenset({MemberRole.USER, MemberRole.INVESTOR}), True, "ZZQB"),
        Organisation("ducts", "Towpath Ducts", frozenset({MemberRole.CONTRIBUTOR})),
    ),
    devices=(
        Device("sw-a", DeviceRole.SWITCH, "eos", "Maker", "M1", "S1", "dx-a", None, "127.1.0.1"),
        Device("sw-b", DeviceRole.SWITCH, "eos", "Maker", "M1", "S2", "dxp-b", None, "127.1.0.2"),
        Device("nte-1", DeviceRole.NTE, "eos", "Maker", "N1", "S3", None, UPRN, "127.1.0.3"),
    ),
    ports=(
        _port("sw-a", "Ethernet1"),
        _port("sw-a", "Ethernet41", PortRole.HANDOVER),
        _port("sw-a", "Ethernet42", PortRole.HANDOVER),
        _port("sw-b", "Ethernet1"),
        _port("sw-b", "Ethernet2"),
        _port("nte-1", "Ethernet1", PortRole.UNI),
        _port("nte-1", "Ethernet5"),
    ),
    links=(
        Link("a--b", PortRef("sw-a", "Ethernet1"), PortRef("sw-b", "Ethernet1"), 10_000, 650.0),
        Link("drop-1", PortRef("sw-b", "Ethernet2"), PortRef("nte-1", "Ethernet5"), 10_000, 130.5),
    ),
    handovers=(Handover("ho-1", "quayside", "dx-a", PortRef("sw-a", "Ethernet41"), 10_000, TagRange(100, 119)),),
)


def changed(field: str, position: int, **values: Any) -> Inventory:
    """The small estate with one thing of it changed."""
    things = list(getattr(SMALL_ESTATE, field))
    things[position] = dataclasses.replace(things[position], **values)
    return dataclasses.replace(SMALL_ESTATE, **{field: tuple(things)})


def with_more(field: str, *more: Any) -> Inventory:
    """The small estate with more things of one kind."""
    return dataclasses.replace(SMALL_ESTATE, **{field: (*getattr(SMALL_ESTATE, field), *more)})


def without(field: str, position: int) -> Inventory:
    """The small estate without one thing."""
    things = list(getattr(SMALL_ESTATE, field))
    del things[position]
    return dataclasses.replace(SMALL_ESTATE, **{field: tuple(things)})
