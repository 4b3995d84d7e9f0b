"""How each noun of the inventory lies in its table: a row of plain values, and back."""

from inventory.devices import Device, DeviceRole, Lifecycle, Port, PortRef, PortRole
from inventory.handovers import Handover
from inventory.links import Link
from inventory.organisations import MemberRole, Organisation
from inventory.places import Place, PlaceKind
from inventory.premises import Premises, PremisesKind
from inventory.store import tables
from inventory.store.kinds import Kind, Row, by_digits
from inventory.store.plant_rows import PLANT_KINDS
from inventory.vlans import TagRange


def _place_to_row(place: Place) -> Row:
    return (
        place.code,
        place.name,
        place.kind.value,
        place.area,
        place.easting_m,
        place.northing_m,
        place.resilience_zone,
        place.owner or None,
        place.operator or None,
        place.used_by or None,
        place.uprn,
    )


def _place_from_row(row: Row) -> Place:
    code, name, kind, area, easting_m, northing_m, zone, owner, operator, used_by, uprn = row
    parties = (owner or "", operator or "", used_by or "")
    return Place(code, name, PlaceKind(kind), area, easting_m, northing_m, zone, *parties, uprn)


def _premises_to_row(premises: Premises) -> Row:
    return (
        premises.uprn,
        premises.address,
        premises.postcode,
        premises.kind.value,
        premises.easting_m,
        premises.northing_m,
        premises.serving_place,
    )


def _premises_from_row(row: Row) -> Premises:
    uprn, address, postcode, kind, easting_m, northing_m, serving_place = row
    return Premises(uprn, address, postcode, PremisesKind(kind), easting_m, northing_m, serving_place)


def _organisation_to_row(organisation: Organisation) -> Row:
    roles = ",".join(sorted(organisation.roles))
    return (organisation.code, organisation.name, roles, organisation.is_isp, organisation.operator_code)


def _organisation_from_row(row: Row) -> Organisation:
    code, name, roles, is_isp, operator_code = row
    members = frozenset(MemberRole(role) for role in roles.split(",") if role)
    return Organisation(code, name, members, bool(is_isp), operator_code)


def _device_to_row(device: Device) -> Row:
    return (
        device.name,
        device.role.value,
        device.platform,
        device.manufacturer,
        device.model,
        device.serial,
        device.place_code,
        device.uprn,
        device.management_address,
        device.lifecycle.value,
    )


def _device_from_row(row: Row) -> Device:
    name, role, platform, manufacturer, model, serial, place_code, uprn, address, lifecycle = row
    return Device(
        name,
        DeviceRole(role),
        platform,
        manufacturer,
        model,
        serial,
        place_code,
        uprn,
        address,
        Lifecycle(lifecycle),
    )


def _port_to_row(port: Port) -> Row:
    return (port.ref.device, port.ref.port, port.role.value, port.speed_mbps, port.lag)


def _port_from_row(row: Row) -> Port:
    device, name, role, speed_mbps, lag = row
    return Port(PortRef(device, name), PortRole(role), speed_mbps, lag)


def _link_to_row(link: Link) -> Row:
    return (link.code, link.a.device, link.a.port, link.z.device, link.z.port, link.capacity_mbps, link.length_m)


def _link_from_row(row: Row) -> Link:
    code, a_device, a_port, z_device, z_port, capacity_mbps, length_m = row
    return Link(code, PortRef(a_device, a_port), PortRef(z_device, z_port), capacity_mbps, length_m)


def _handover_to_row(handover: Handover) -> Row:
    return (
        handover.code,
        handover.isp_code,
        handover.place_code,
        handover.port.device,
        handover.port.port,
        handover.capacity_mbps,
        handover.s_vlans.first,
        handover.s_vlans.last,
    )


def _handover_from_row(row: Row) -> Handover:
    code, isp_code, place_code, device, port, capacity_mbps, first, last = row
    return Handover(code, isp_code, place_code, PortRef(device, port), capacity_mbps, TagRange(first, last))


# Parents first: a row refers only to rows of the kinds before it.
KINDS: tuple[Kind, ...] = (
    Kind("organisation", "organisations", tables.organisations, _organisation_to_row, _organisation_from_row),
    Kind("place", "places", tables.places, _place_to_row, _place_from_row),
    Kind("premises", "premises", tables.premises, _premises_to_row, _premises_from_row, in_order=by_digits),
    Kind("device", "devices", tables.devices, _device_to_row, _device_from_row),
    Kind("port", "ports", tables.ports, _port_to_row, _port_from_row, key_width=2),
    Kind("link", "links", tables.links, _link_to_row, _link_from_row),
    Kind("handover", "handovers", tables.handovers, _handover_to_row, _handover_from_row),
    *PLANT_KINDS,
)
