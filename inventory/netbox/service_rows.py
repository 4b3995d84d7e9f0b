"""Rows of NetBox's that show a service: found by a key, made, mended, taken away. What another has is never touched.

Safe to repeat, and safe beside others doing the same: look by natural key, create, and where NetBox refuses that,
look again; what is there already decides.
"""

from collections.abc import Collection
from dataclasses import dataclass

from inventory.delivered import DeliveryStatus
from inventory.devices import PortRef
from inventory.errors import NetBoxRefused, NetBoxTaken
from inventory.netbox.bootstrap import TAG
from inventory.netbox.client import NetBox, Row

VLAN_GROUPS = "ipam/vlan-groups"
VLANS = "ipam/vlans"
INTERFACES = "dcim/interfaces"
TENANTS = "tenancy/tenants"
JOURNAL = "extras/journal-entries"
TAGS = [{"slug": TAG}]
NOT_THERE = 404

_VLAN_STATUSES = {
    DeliveryStatus.PLANNED: "reserved",
    DeliveryStatus.ACTIVE: "active",
    DeliveryStatus.DEPROVISIONING: "deprecated",
}


@dataclass(frozen=True, slots=True)
class ShownTag:
    """A service's S-VLAN in the VLAN group of its handover: one a service. Ids are NetBox's."""

    service_id: str
    group_id: int
    tenant_id: int
    s_vlan: int
    status: DeliveryStatus
    words: str


class ServiceRows:
    """What services are shown by, in one NetBox. Methods raise NetBoxUnavailable, NetBoxRefused, NetBoxForbidden."""

    def __init__(self, netbox: NetBox) -> None:
        self._netbox = netbox

    def handover_ids(self, service_id: str, handover_code: str) -> tuple[int, int]:
        """The VLAN group that is the handover, and its tenant."""
        groups = [
            group
            for group in self._netbox.find(VLAN_GROUPS, slug=handover_code)
            if group["custom_fields"].get("nh_handover_port") and group["tenant"]
        ]
        if len(groups) != 1:
            raise lacking(service_id, f"VLAN group for the handover {handover_code}")
        return groups[0]["id"], groups[0]["tenant"]["id"]

    def interface_id(self, service_id: str, port: PortRef) -> int:
        found = self._netbox.find(INTERFACES, device=port.device, name=port.port)
        if len(found) != 1:
            raise lacking(service_id, f"interface {port}")
        return int(found[0]["id"])

    def interface_ids(self, service_id: str, ports: Collection[PortRef]) -> frozenset[int]:
        """Those of many ports, read by their devices some at a time."""
        devices = sorted({port.device for port in ports})
        found: dict[PortRef, list[int]] = {port: [] for port in ports}
        for row in self._netbox.rows_with(INTERFACES, ("id", "name", "device"), "device", devices):
            port = PortRef(row["device"]["name"], row["name"])
            if port in found:
                found[port].append(int(row["id"]))
        for port, ids in found.items():
            if len(ids) != 1:
                raise lacking(service_id, f"interface {port}")
        return frozenset(ids[0] for ids in found.values())

    def tenant_id(self, service_id: str, isp_code: str) -> int:
        found = self._netbox.find(TENANTS, cf_nh_isp_code=isp_code)
        if len(found) != 1:
            raise lacking(service_id, f"tenant for the ISP {isp_code}")
        return int(found[0]["id"])

    def show_tag(self, tag: ShownTag, message: str) -> int:
        """A VLAN of the service's that is there already moves to where the service is now. Returns its id."""
        wanted = {
            "group": tag.group_id,
            "vid": tag.s_vlan,
            "name": tag.service_id,
            "tenant": tag.tenant_id,
            "status": _VLAN_STATUSES[tag.status],
            "qinq_role": "svlan",
            "description": tag.words,
            "custom_fields": {"nh_service_id": tag.service_id},
        }
        mine = self._netbox.find(VLANS, cf_nh_service_id=tag.service_id)
        if mine:
            return self.mend(VLANS, mine[0], wanted, message)
        row = self.find_or_create(VLANS, wanted, message, group_id=tag.group_id, vid=tag.s_vlan)
        self.must_be_of(VLANS, row, tag.service_id)
        return self.mend(VLANS, row, wanted, message)

    def find_or_create(self, path: str, row: Row, message: str, **key: str | int) -> Row:
        found = self._netbox.find(path, **key)
        if found:
            return found[0]
        try:
            return self._netbox.create(path, [{**row, "tags": TAGS}], message)[0]
        except NetBoxRefused:
            # Somebody was faster, which NetBox says with 400, 409 or 500: then it is there now.
            found = self._netbox.find(path, **key)
            if not found:
                raise
            return found[0]

    def must_be_of(self, path: str, row: Row, service_id: str) -> None:
        """Nothing of another service, and nothing a person made, is ever taken over."""
        owner = row["custom_fields"].get("nh_service_id")
        if owner != service_id:
            raise NetBoxTaken(service_id, self._netbox.link(path, row["id"]), owner)

    def mend(self, path: str, row: Row, wanted: Row, message: str) -> int:
        if difference(row, wanted):
            self._netbox.change(path, row["id"], lambda now: difference(now, wanted), message)
        return int(row["id"])

    def remove(self, path: str, message: str, **key: str | int) -> None:
        try:
            self._netbox.delete(path, [row["id"] for row in self._netbox.find(path, **key)], message)
        except NetBoxRefused:
            if self._netbox.find(path, **key):  # not because somebody else was faster
                raise

    def note(self, content_type: str, object_id: int, message: str) -> None:
        """Write it into an object's journal, once."""
        key = journal_of(content_type, object_id)
        if all(entry["comments"] != message for entry in self._netbox.find(JOURNAL, **key)):
            self._netbox.create(JOURNAL, [{**key, "kind": "info", "comments": message, "tags": TAGS}], message)


def journal_of(content_type: str, object_id: int) -> dict[str, str | int]:
    return {"assigned_object_type": content_type, "assigned_object_id": object_id}


def lacking(service_id: str, what: str) -> NetBoxRefused:
    """The refusal of what stands on something that NetBox does not have."""
    return NetBoxRefused(f"show service {service_id}", NOT_THERE, f"there is no one {what}; push the inventory first")


def difference(row: Row, wanted: Row) -> Row:
    """What must be changed of a row of NetBox's, choices and references read as what one would write."""
    return {name: value for name, value in wanted.items() if not _is(row[name], value)}


def _is(there: object, wanted: object) -> bool:
    if not isinstance(there, dict):
        return there == wanted
    if isinstance(wanted, dict):
        return all(there.get(name) == value for name, value in wanted.items())
    return wanted in (there.get("value"), there.get("id"))
