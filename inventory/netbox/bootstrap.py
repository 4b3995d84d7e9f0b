"""What NetBox must have before it can hold our inventory: custom fields, groups, roles, a tag, export templates.

Twice is the same as once. What is there already is left as it is, except that a custom field of ours
gets the object types it lacks, and a template of ours the text it should have.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from inventory.devices import DeviceRole, PortRole
from inventory.errors import NetBoxNotBootstrapped
from inventory.netbox.client import NetBox, Row
from inventory.netbox.tables import TABLES
from inventory.netbox.templates import template_code
from inventory.organisations import MemberRole
from inventory.places import PLANT_KINDS, PlaceKind

TAG = "neutral-host"
ISP_GROUP = "isp"
MEMBER_GROUP = "member"
MESSAGE = "neutralhost bootstrap"
FIELD_GROUP = "Neutral host"
UPRN_PATTERN = "^[1-9][0-9]{0,11}$"
POSITION_PATTERN = "^[a-z0-9][a-z0-9-]{0,62}:[1-9][0-9]{0,5}$"


@dataclass(frozen=True, slots=True)
class CustomField:
    """A custom field of ours. `extra` is whatever else NetBox wants to know of its type."""

    name: str
    label: str
    kind: str
    on: tuple[str, ...]
    description: str
    extra: Mapping[str, object] = field(default_factory=dict)


PORT_ROLES = "nh-port-roles"
MEMBER_ROLES = "nh-member-roles"
CHOICE_SETS: Mapping[str, tuple[str, ...]] = {
    PORT_ROLES: tuple(role.value for role in PortRole),
    MEMBER_ROLES: tuple(role.value for role in MemberRole),
}
CUSTOM_FIELDS = (
    CustomField("nh_resilience_zone", "Resilience zone", "text", ("dcim.site",), "Places that must not fail together"),
    CustomField(
        "nh_premises_ref",
        "Premises (UPRN)",
        "text",
        ("dcim.device", "vpn.l2vpn"),
        "Unique Property Reference Number of the premises it serves",
        {"validation_regex": UPRN_PATTERN},
    ),
    CustomField(
        "nh_hosting_position",
        "Hosting position",
        "text",
        ("dcim.device",),
        "Place and number of the position that a hosted device hangs in; neutralhost ignores such a device without one",
        {"validation_regex": POSITION_PATTERN},
    ),
    CustomField(
        "nh_port_role",
        "Port role",
        "select",
        ("dcim.interface",),
        "What the port is for; neutralhost ignores ports without one",
        {"choice_set": {"name": PORT_ROLES}},
    ),
    CustomField(
        "nh_link_code",
        "Link",
        "text",
        ("dcim.cable", "dcim.interface"),
        "Code of the link that this cable is, or that this LAG interface is one end of",
    ),
    CustomField(
        "nh_capacity_mbps",
        "Capacity (Mbit/s)",
        "integer",
        ("dcim.cable", "ipam.vlangroup", "dcim.interface"),
        "What may be sold over it, each way; of a LAG interface, with its largest member lost",
        {"validation_minimum": 1},
    ),
    CustomField(
        "nh_handover_port",
        "Handover port",
        "object",
        ("ipam.vlangroup",),
        "The port where the ISP takes its traffic; a VLAN group that has one is a handover",
        {"related_object_type": "dcim.interface"},
    ),
    CustomField("nh_isp_code", "ISP code", "text", ("tenancy.tenant",), "How the ISP is called in orders"),
    CustomField(
        "nh_operator_code", "Operator code", "text", ("tenancy.tenant",), "Network operator code for One Touch Switch"
    ),
    CustomField(
        "nh_member_roles",
        "Member roles",
        "multiselect",
        ("tenancy.tenant",),
        "What the member is to the co-operative",
        {"choice_set": {"name": MEMBER_ROLES}},
    ),
    CustomField(
        "nh_service_id",
        "Service",
        "text",
        ("vpn.l2vpn", "ipam.vlan", "wireless.wirelesslan"),
        "The service it belongs to",
    ),
    CustomField("nh_cir_mbps", "CIR (Mbit/s)", "integer", ("vpn.l2vpn",), "Committed information rate, each way"),
    CustomField("nh_cos", "Class of service", "text", ("vpn.l2vpn",), "Class of service of the circuit"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One object that must be there: found by `key`, made from `row`, and kept equal to it in `kept`."""

    path: str
    key: str
    row: Row
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BootstrapReport:
    """What was made and what was mended, each as "<path> <key>", and how many were as they should be."""

    made: tuple[str, ...]
    mended: tuple[str, ...]
    present: int


def bootstrap(netbox: NetBox) -> BootstrapReport:
    """Make what is missing.

    Raises: NetBoxUnavailable, NetBoxRefused, NetBoxForbidden.
    """
    made: list[str] = []
    mended: list[str] = []
    stages = wanted_objects()
    for path in dict.fromkeys(wanted.path for wanted in stages):
        stage = [wanted for wanted in stages if wanted.path == path]
        present = {row[stage[0].key]: row for row in netbox.rows(path)}
        missing = [wanted for wanted in stage if wanted.row[wanted.key] not in present]
        netbox.create(path, [wanted.row for wanted in missing], MESSAGE)
        made += [_name(wanted) for wanted in missing]
        different = [(wanted, difference) for wanted in stage if (difference := _difference(wanted, present))]
        netbox.update(path, [difference for _, difference in different], MESSAGE)
        mended += [_name(wanted) for wanted, _ in different]
    return BootstrapReport(tuple(made), tuple(mended), len(stages) - len(made) - len(mended))


def require_bootstrapped(netbox: NetBox) -> None:
    """Raises: NetBoxNotBootstrapped, with the custom fields that are missing, or not on all they must be on."""
    fields = netbox.rows("extras/custom-fields", ("id", "name", "object_types"))
    present = {row["name"]: frozenset(row["object_types"]) for row in fields}
    missing = [
        f"the custom field {wanted.name}"
        for wanted in CUSTOM_FIELDS
        if not present.get(wanted.name, set()) >= {*wanted.on}
    ]
    if missing:
        raise NetBoxNotBootstrapped(netbox.url, missing)


def wanted_objects() -> tuple[Wanted, ...]:
    """Everything NetBox must have, in the order it can be made."""
    return (
        Wanted("extras/tags", "slug", {"name": TAG, "slug": TAG, "description": "Written by neutralhost"}),
        *(_choice_set(name, values) for name, values in CHOICE_SETS.items()),
        *(_custom_field(wanted) for wanted in CUSTOM_FIELDS),
        *(_named("dcim/site-groups", kind.value) for kind in PlaceKind if kind not in PLANT_KINDS),
        *(_named("dcim/device-roles", role.value) for role in DeviceRole),
        *(_named("tenancy/tenant-groups", group) for group in (ISP_GROUP, MEMBER_GROUP)),
        *(
            Wanted(
                "extras/export-templates",
                "name",
                {
                    "name": table.template,
                    "object_types": [table.content_type],
                    "template_code": template_code(table),
                    "mime_type": "application/x-ndjson",
                    "as_attachment": False,
                    "description": "Read by neutralhost; do not edit",
                },
                ("template_code",),
            )
            for table in TABLES
        ),
    )


def _named(path: str, slug: str) -> Wanted:
    return Wanted(path, "slug", {"name": slug, "slug": slug})


def _choice_set(name: str, values: tuple[str, ...]) -> Wanted:
    row = {"name": name, "extra_choices": [[value, value] for value in values]}
    return Wanted("extras/custom-field-choice-sets", "name", row)


def _custom_field(wanted: CustomField) -> Wanted:
    row = {
        "name": wanted.name,
        "label": wanted.label,
        "type": wanted.kind,
        "object_types": list(wanted.on),
        "description": wanted.description,
        "group_name": FIELD_GROUP,
        **wanted.extra,
    }
    return Wanted("extras/custom-fields", "name", row, ("object_types",))


def _difference(wanted: Wanted, present: Mapping[str, Row]) -> Row:
    """What must be changed of what is there; {} where it is not there or is as it should be."""
    row = present.get(wanted.row[wanted.key])
    if row is None:
        return {}
    different = {name: value for name in wanted.kept if (value := _kept(row[name], wanted.row[name])) != row[name]}
    return {"id": row["id"], **different} if different else {}


def _kept(present: object, wanted: object) -> object:
    """What a field should be: lists keep what somebody else put in them; NetBox trims texts."""
    if isinstance(present, list) and isinstance(wanted, list):
        return present + [value for value in wanted if value not in present]
    if isinstance(present, str) and isinstance(wanted, str) and present.strip() == wanted.strip():
        return present
    return wanted


def _name(wanted: Wanted) -> str:
    return f"{wanted.path} {wanted.row[wanted.key]}"
