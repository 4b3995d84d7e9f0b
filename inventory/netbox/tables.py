"""The lists of NetBox we read, each as flat typed rows.

Nested objects are what makes NetBox's lists slow, so each list is read through an export template of
ours that writes one JSON object a line from a single statement, 30 to 40 times faster. Where there is
no such template the plain list with `fields=` gives the same rows.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import msgspec

from inventory.errors import Fault, NetBoxUnavailable
from inventory.netbox.client import NetBox, Row

TEMPLATE_VERSION = 2
LAST_LINE = b'{"end":true}'


class IdRow(msgspec.Struct, frozen=True):
    """What every row has: NetBox's own number of the object."""

    id: int


class GroupRow(IdRow, frozen=True):
    """A region, site group, tenant group, device role, platform or manufacturer."""

    name: str
    slug: str


class SiteRow(IdRow, frozen=True):
    name: str
    slug: str
    region_id: int | None
    group_id: int | None
    latitude: float | None
    longitude: float | None
    nh_resilience_zone: str | None


class TenantRow(IdRow, frozen=True):
    name: str
    slug: str
    group_id: int | None
    nh_isp_code: str | None
    nh_member_roles: tuple[str, ...] | None
    nh_operator_code: str | None


class DeviceTypeRow(IdRow, frozen=True):
    manufacturer_id: int
    model: str
    slug: str


class DeviceRow(IdRow, frozen=True):
    name: str | None
    role_id: int
    platform_id: int | None
    device_type_id: int
    serial: str
    site_id: int
    status: str
    primary_ip4_id: int | None
    nh_premises_ref: str | None
    tenant_id: int | None = None
    nh_hosting_position: str | None = None


class PowerPortRow(IdRow, frozen=True):
    """`maximum_draw` in watts."""

    device_id: int
    name: str
    maximum_draw: int | None


class InterfaceRow(IdRow, frozen=True):
    """`speed` in kbit/s, as NetBox counts it; `cable_end` is "A", "B", or "" where there is no cable.

    `lag_id` is the interface of type "lag" that it is a member of; of such a one, `nh_link_code` is the code of the
    link to another, and `nh_capacity_mbps` what may be sold over that.
    """

    device_id: int
    name: str
    type: str
    speed: int | None
    cable_id: int | None
    cable_end: str | None
    nh_port_role: str | None
    lag_id: int | None = None
    nh_link_code: str | None = None
    nh_capacity_mbps: int | None = None


class AddressRow(IdRow, frozen=True):
    address: str
    assigned_object_type: str | None
    assigned_object_id: int | None


class CableRow(IdRow, frozen=True):
    length: float | None
    length_unit: str | None
    nh_link_code: str | None
    nh_capacity_mbps: int | None


class VlanGroupRow(IdRow, frozen=True):
    """`nh_handover_port` is the id of an interface; where it is set, the group is a handover."""

    name: str
    slug: str
    scope_type: str | None
    scope_id: int | None
    vid_ranges: tuple[tuple[int, int], ...]
    tenant_id: int | None
    nh_capacity_mbps: int | None
    nh_handover_port: int | None


class Form(Enum):
    """How a column is written as JSON."""

    PLAIN = "plain"
    NUMBER = "number"  # decimals
    TEXT = "text"  # addresses
    MODEL = "model"  # the model of a content type, "interface" of "dcim.interface"
    RANGES = "ranges"
    CHOICES = "choices"  # what a multiselect holds; REST tells each with its label


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a row: what NetBox's database calls it, and where the REST answer has it."""

    name: str
    database: str
    rest: str
    form: Form = Form.PLAIN


def plain(name: str) -> Column:
    return Column(name, name, name)


def text(name: str) -> Column:
    return Column(name, name, name, Form.TEXT)


def number(name: str) -> Column:
    return Column(name, name, name, Form.NUMBER)


def choice(name: str) -> Column:
    return Column(name, name, f"{name}.value")


def reference(name: str) -> Column:
    return Column(f"{name}_id", f"{name}_id", f"{name}.id")


def model(name: str) -> Column:
    return Column(name, f"{name}__model", name, Form.MODEL)


def custom(name: str, part: str = "", form: Form = Form.PLAIN) -> Column:
    return Column(name, f"custom_field_data__{name}", f"custom_fields.{name}{part}", form)


@dataclass(frozen=True, slots=True)
class Table[R: IdRow]:
    """One list of NetBox: its API path, its content type and the rows we make of it."""

    path: str
    content_type: str
    row: type[R]
    columns: tuple[Column, ...]

    @property
    def template(self) -> str:
        return f"nh-sync-{self.content_type.split('.')[1]}-v{TEMPLATE_VERSION}"


NAMED = (plain("id"), plain("name"), plain("slug"))

REGIONS = Table("dcim/regions", "dcim.region", GroupRow, NAMED)
SITE_GROUPS = Table("dcim/site-groups", "dcim.sitegroup", GroupRow, NAMED)
TENANT_GROUPS = Table("tenancy/tenant-groups", "tenancy.tenantgroup", GroupRow, NAMED)
MANUFACTURERS = Table("dcim/manufacturers", "dcim.manufacturer", GroupRow, NAMED)
ROLES = Table("dcim/device-roles", "dcim.devicerole", GroupRow, NAMED)
PLATFORMS = Table("dcim/platforms", "dcim.platform", GroupRow, NAMED)
SITES = Table(
    "dcim/sites",
    "dcim.site",
    SiteRow,
    (
        *NAMED,
        reference("region"),
        reference("group"),
        number("latitude"),
        number("longitude"),
        custom("nh_resilience_zone"),
    ),
)
TENANTS = Table(
    "tenancy/tenants",
    "tenancy.tenant",
    TenantRow,
    (
        *NAMED,
        reference("group"),
        custom("nh_isp_code"),
        custom("nh_member_roles", form=Form.CHOICES),
        custom("nh_operator_code"),
    ),
)
DEVICE_TYPES = Table(
    "dcim/device-types",
    "dcim.devicetype",
    DeviceTypeRow,
    (plain("id"), reference("manufacturer"), plain("model"), plain("slug")),
)
DEVICES = Table(
    "dcim/devices",
    "dcim.device",
    DeviceRow,
    (
        plain("id"),
        plain("name"),
        reference("role"),
        reference("platform"),
        reference("device_type"),
        plain("serial"),
        reference("site"),
        choice("status"),
        reference("primary_ip4"),
        reference("tenant"),
        custom("nh_premises_ref"),
        custom("nh_hosting_position"),
    ),
)
POWER_PORTS = Table(
    "dcim/power-ports",
    "dcim.powerport",
    PowerPortRow,
    (plain("id"), reference("device"), plain("name"), plain("maximum_draw")),
)
INTERFACES = Table(
    "dcim/interfaces",
    "dcim.interface",
    InterfaceRow,
    (
        plain("id"),
        reference("device"),
        plain("name"),
        choice("type"),
        plain("speed"),
        reference("cable"),
        plain("cable_end"),
        reference("lag"),
        custom("nh_port_role", ".value"),
        custom("nh_link_code"),
        custom("nh_capacity_mbps"),
    ),
)
ADDRESSES = Table(
    "ipam/ip-addresses",
    "ipam.ipaddress",
    AddressRow,
    (plain("id"), text("address"), model("assigned_object_type"), plain("assigned_object_id")),
)
CABLES = Table(
    "dcim/cables",
    "dcim.cable",
    CableRow,
    (plain("id"), number("length"), choice("length_unit"), custom("nh_link_code"), custom("nh_capacity_mbps")),
)
VLAN_GROUPS = Table(
    "ipam/vlan-groups",
    "ipam.vlangroup",
    VlanGroupRow,
    (
        *NAMED,
        model("scope_type"),
        plain("scope_id"),
        Column("vid_ranges", "vid_ranges", "vid_ranges", Form.RANGES),
        reference("tenant"),
        custom("nh_capacity_mbps"),
        custom("nh_handover_port", ".id"),
    ),
)
TABLES: tuple[Table[Any], ...] = (
    REGIONS,
    SITE_GROUPS,
    SITES,
    TENANT_GROUPS,
    TENANTS,
    MANUFACTURERS,
    DEVICE_TYPES,
    ROLES,
    PLATFORMS,
    DEVICES,
    POWER_PORTS,
    INTERFACES,
    ADDRESSES,
    CABLES,
    VLAN_GROUPS,
)


@dataclass(frozen=True, slots=True)
class TableRead[R: IdRow]:
    """What one list held: the rows, and the objects that are not as we need them."""

    rows: tuple[R, ...]
    faults: tuple[Fault, ...]


def read_table[R: IdRow](netbox: NetBox, table: Table[R]) -> TableRead[R]:
    """Read one list of NetBox.

    Raises: NetBoxUnavailable, NetBoxRefused.
    """
    exported = netbox.export(table.path, table.template, LAST_LINE)
    if exported is None:
        return _typed(netbox, table, _from_rest(netbox, table))
    try:
        return _typed(netbox, table, (msgspec.json.decode(line) for line in exported.splitlines() if line))
    except msgspec.DecodeError as error:
        raise NetBoxUnavailable(netbox.url, f"its template {table.template} gave what is not JSON ({error})") from None


def read_some[R: IdRow](netbox: NetBox, table: Table[R], name: str, values: Collection[str | int]) -> TableRead[R]:
    """Read the rows that a filter of NetBox's finds; see `NetBox.rows_with`.

    Raises: NetBoxUnavailable, NetBoxRefused.
    """
    found = netbox.rows_with(table.path, _rest_names(table), name, sorted(values, key=str))
    return _typed(netbox, table, _flat(table, found))


def _from_rest(netbox: NetBox, table: Table[Any]) -> Iterator[Row]:
    return _flat(table, netbox.rows(table.path, _rest_names(table)))


def _rest_names(table: Table[Any]) -> list[str]:
    return sorted({column.rest.split(".")[0] for column in table.columns})


def _flat(table: Table[Any], rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        yield {column.name: _value_at(row, column) for column in table.columns}


def _value_at(row: Row, column: Column) -> object:
    value: Any = row
    for key in column.rest.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    if value is None:
        return None
    return _FROM_REST.get(column.form, _as_it_is)(value)


def _as_it_is(value: Any) -> object:
    return value


_FROM_REST: Mapping[Form, Callable[[Any], object]] = {
    Form.TEXT: str,
    Form.NUMBER: float,
    Form.MODEL: lambda value: value.rsplit(".", 1)[-1],
    Form.CHOICES: lambda value: [choice["value"] for choice in value],
}


def _typed[R: IdRow](netbox: NetBox, table: Table[R], found: Iterator[Row]) -> TableRead[R]:
    rows: list[R] = []
    faults: list[Fault] = []
    for row in found:
        try:
            rows.append(msgspec.convert(row, table.row))
        except msgspec.ValidationError as error:
            faults.append(Fault(netbox.link(table.path, row["id"]), None, str(error)))
    return TableRead(tuple(rows), tuple(faults))
