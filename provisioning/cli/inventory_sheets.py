"""The kinds of things of an inventory as tables. Pure."""

from collections.abc import Mapping
from typing import Any

from inventory.devices import Device, Port
from inventory.handovers import Handover
from inventory.links import Link
from inventory.organisations import Organisation
from inventory.places import Place
from inventory.premises import Premises
from inventory.snapshot import Snapshot
from provisioning.cli.kind_view import KindView
from provisioning.cli.plant_sheets import PLANT_KINDS
from provisioning.cli.words import speed, yes_no


def _place(place: Place) -> tuple[str, ...]:
    position = f"{place.easting_m:,.0f} {place.northing_m:,.0f}"
    return place.code, place.name, place.kind.value, place.area, position, place.resilience_zone


def _premises(premises: Premises) -> tuple[str, ...]:
    return premises.uprn, premises.address, premises.postcode, premises.kind.value, premises.serving_place or ""


def _organisation(one: Organisation) -> tuple[str, ...]:
    return one.code, one.name, ", ".join(sorted(one.roles)), yes_no(one.is_isp), one.operator_code


def _device(device: Device) -> tuple[str, ...]:
    stands_at = device.place_code or f"UPRN {device.uprn}"
    address = device.management_address or ""
    return device.name, device.role.value, device.platform, device.model, stands_at, address, device.lifecycle.value


def _port(port: Port) -> tuple[str, ...]:
    return port.ref.device, port.ref.port, port.role.value, speed(port.speed_mbps)


def _link(link: Link) -> tuple[str, ...]:
    return link.code, str(link.a), str(link.z), speed(link.capacity_mbps), f"{link.length_m:,.0f} m"


def _handover(one: Handover) -> tuple[str, ...]:
    return one.code, one.isp_code, one.place_code, str(one.port), speed(one.capacity_mbps), str(one.s_vlans)


def _device_at(snapshot: Snapshot, device: str, place: str) -> bool:
    return snapshot.devices[device].place_code == place


KINDS: Mapping[str, KindView] = {
    "places": KindView(
        ("place", "name", "kind", "area", "easting northing", "zone"),
        _place,
        lambda place, _, code: place.code == code,
    ),
    "premises": KindView(
        ("uprn", "address", "postcode", "kind", "served from"),
        _premises,
        lambda premises, _, code: premises.serving_place == code,
        ("uprn",),
    ),
    "organisations": KindView(
        ("code", "name", "roles", "isp", "operator code"), _organisation, lambda _one, _snapshot, _code: False
    ),
    "devices": KindView(
        ("device", "role", "platform", "model", "stands at", "address", "lifecycle"),
        _device,
        lambda device, _, code: device.place_code == code,
    ),
    "ports": KindView(
        ("device", "port", "role", "speed"),
        _port,
        lambda port, snapshot, code: _device_at(snapshot, port.ref.device, code),
        ("speed",),
    ),
    "links": KindView(
        ("link", "a", "z", "capacity", "length"),
        _link,
        lambda link, snapshot, code: (
            _device_at(snapshot, link.a.device, code) or _device_at(snapshot, link.z.device, code)
        ),
        ("capacity", "length"),
    ),
    "handovers": KindView(
        ("handover", "isp", "place", "port", "capacity", "s-vlans"),
        _handover,
        lambda handover, _, code: handover.place_code == code,
        ("capacity",),
    ),
    **PLANT_KINDS,
}


def things_of(snapshot: Snapshot, kind: str, place: str | None) -> tuple[Any, ...]:
    """Return the things of a kind in inventory order, or only those at (premises: served from) `place`."""
    things: tuple[Any, ...] = getattr(snapshot.inventory, kind)
    if place is None:
        return things
    return tuple(thing for thing in things if KINDS[kind].stands_at(thing, snapshot, place))


def counts(snapshot: Snapshot, place: str | None = None) -> dict[str, int]:
    """Return how many things of each kind there are, everywhere or at one place."""
    return {kind: len(things_of(snapshot, kind, place)) for kind in KINDS}
