"""What NetBox shows of a delivered service: its S-VLAN, an L2VPN, and the L2VPN's two terminations.

An object can end only one L2VPN in NetBox, and many circuits share one handover port. So the circuit
ends at the UNI's interface on one side, and on the other at its own S-VLAN in the handover's VLAN group,
whose `nh_handover_port` is the port. An E-Line ends at both its UNIs' interfaces, and has no VLAN of its own there.

Safe to repeat, and safe beside others doing the same: look by natural key, create, and where NetBox
refuses that, look again; what is there already decides. NetBox enforces the keys: S-VLAN in a group,
slug of an L2VPN, object of a termination.
"""

from dataclasses import dataclass

from inventory.delivered import DeliveredCircuit, DeliveryStatus
from inventory.devices import PortRef
from inventory.errors import NetBoxRefused, NetBoxTaken
from inventory.netbox.bootstrap import TAG
from inventory.netbox.client import NetBox, Row
from inventory.netbox.mapping import slug

VLAN_GROUPS = "ipam/vlan-groups"
VLANS = "ipam/vlans"
L2VPNS = "vpn/l2vpns"
TERMINATIONS = "vpn/l2vpn-terminations"
JOURNAL = "extras/journal-entries"
INTERFACES = "dcim/interfaces"
TENANTS = "tenancy/tenants"

NOT_THERE = 404
TAGS = [{"slug": TAG}]

_VLAN_STATUSES = {
    DeliveryStatus.PLANNED: "reserved",
    DeliveryStatus.ACTIVE: "active",
    DeliveryStatus.DEPROVISIONING: "deprecated",
}
_L2VPN_STATUSES = {
    DeliveryStatus.PLANNED: "planned",
    DeliveryStatus.ACTIVE: "active",
    DeliveryStatus.DEPROVISIONING: "decommissioning",
}


@dataclass(frozen=True, slots=True)
class _Ground:
    """What a circuit stands on and NetBox must have already: ids."""

    group_id: int
    tenant_id: int
    uni_id: int


class NetBoxRecord:
    """A NetBox as the record of what exists. Implements `inventory.source.ServiceRecord`."""

    def __init__(self, netbox: NetBox) -> None:
        self._netbox = netbox

    def show(self, circuit: DeliveredCircuit) -> str:
        """Make NetBox show the circuit as it is now; return the address of its L2VPN.

        Raises:
            NetBoxTaken: its S-VLAN or UNI is another's there.
            NetBoxRefused: NetBox lacks the handover or the UNI.
            NetBoxUnavailable, NetBoxForbidden, NetBoxNotBootstrapped.
        """
        message = f"order {circuit.order_id}: service {circuit.service_id} {circuit.status}"
        if circuit.z_uni is None:
            ground = self._ground(circuit)
            far_end = ("ipam.vlan", self._show_vlan(circuit, ground, message))
        else:
            ground = _Ground(0, self._tenant_id(circuit), self._interface_id(circuit, circuit.uni))
            far_end = ("dcim.interface", self._interface_id(circuit, circuit.z_uni))
        l2vpn_id = self._show_l2vpn(circuit, ground, message)
        self._show_terminations(circuit, l2vpn_id, {("dcim.interface", ground.uni_id), far_end}, message)
        self._show_journal(l2vpn_id, message)
        return self._netbox.link(L2VPNS, l2vpn_id)

    def withdraw(self, service_id: str, order_id: str) -> None:
        """Remove all that `show` made for the service; what is absent already is fine.

        Raises: NetBoxUnavailable, NetBoxRefused, NetBoxForbidden, NetBoxNotBootstrapped.
        """
        message = f"order {order_id}: service {service_id} ceased"
        for l2vpn in self._netbox.find(L2VPNS, cf_nh_service_id=service_id):
            self._remove(TERMINATIONS, message, l2vpn_id=l2vpn["id"])
            self._remove(JOURNAL, message, **_journal_of(l2vpn["id"]))
        self._remove(L2VPNS, message, cf_nh_service_id=service_id)
        self._remove(VLANS, message, cf_nh_service_id=service_id)

    def _ground(self, circuit: DeliveredCircuit) -> _Ground:
        groups = [
            group
            for group in self._netbox.find(VLAN_GROUPS, slug=circuit.handover_code)
            if group["custom_fields"].get("nh_handover_port") and group["tenant"]
        ]
        if len(groups) != 1:
            raise _lacking(circuit, f"VLAN group for the handover {circuit.handover_code}")
        uni_id = self._interface_id(circuit, circuit.uni)
        return _Ground(groups[0]["id"], groups[0]["tenant"]["id"], uni_id)

    def _interface_id(self, circuit: DeliveredCircuit, port: PortRef) -> int:
        found = self._netbox.find(INTERFACES, device=port.device, name=port.port)
        if len(found) != 1:
            raise _lacking(circuit, f"interface {port}")
        return int(found[0]["id"])

    def _tenant_id(self, circuit: DeliveredCircuit) -> int:
        found = self._netbox.find(TENANTS, cf_nh_isp_code=circuit.isp_code)
        if len(found) != 1:
            raise _lacking(circuit, f"tenant for the ISP {circuit.isp_code}")
        return int(found[0]["id"])

    def _show_vlan(self, circuit: DeliveredCircuit, ground: _Ground, message: str) -> int:
        """One VLAN a service: one that is there already moves where the circuit is now."""
        wanted = {
            "group": ground.group_id,
            "vid": circuit.s_vlan,
            "name": circuit.service_id,
            "tenant": ground.tenant_id,
            "status": _VLAN_STATUSES[circuit.status],
            "qinq_role": "svlan",
            "description": f"Access E-Line from {circuit.uni}, UPRN {circuit.uprn}",
            "custom_fields": {"nh_service_id": circuit.service_id},
        }
        mine = self._netbox.find(VLANS, cf_nh_service_id=circuit.service_id)
        if mine:
            return self._mend(VLANS, mine[0], wanted, message)
        row = self._find_or_create(VLANS, wanted, message, group_id=ground.group_id, vid=circuit.s_vlan)
        self._must_be_of(VLANS, row, circuit.service_id)
        return self._mend(VLANS, row, wanted, message)

    def _show_l2vpn(self, circuit: DeliveredCircuit, ground: _Ground, message: str) -> int:
        wanted = {
            "type": "evpl" if circuit.is_vlan_based else "epl",
            "tenant": ground.tenant_id,
            "status": _L2VPN_STATUSES[circuit.status],
            "description": _words(circuit),
            "custom_fields": {
                "nh_service_id": circuit.service_id,
                "nh_cir_mbps": circuit.cir_mbps,
                "nh_cos": circuit.class_of_service,
                "nh_premises_ref": circuit.uprn,
            },
        }
        key = slug(circuit.service_id)
        row = self._find_or_create(L2VPNS, {"name": circuit.service_id, "slug": key, **wanted}, message, slug=key)
        self._must_be_of(L2VPNS, row, circuit.service_id)
        return self._mend(L2VPNS, row, wanted, message)

    def _show_terminations(
        self, circuit: DeliveredCircuit, l2vpn_id: int, wanted: set[tuple[str, int]], message: str
    ) -> None:
        present = {_end(row): row["id"] for row in self._netbox.find(TERMINATIONS, l2vpn_id=l2vpn_id)}
        self._netbox.delete(TERMINATIONS, [present[end] for end in present.keys() - wanted], message)
        for content_type, object_id in sorted(wanted - present.keys()):
            row = {
                "l2vpn": l2vpn_id,
                "assigned_object_type": content_type,
                "assigned_object_id": object_id,
                "tags": TAGS,
            }
            try:
                self._netbox.create(TERMINATIONS, [row], message)
            except NetBoxRefused:
                ended = [
                    found["l2vpn"]["id"]
                    for found in self._netbox.find(TERMINATIONS, assigned_object_id=object_id)
                    if found["assigned_object_type"] == content_type
                ]
                if not ended:
                    raise
                if l2vpn_id not in ended:  # or else somebody was faster with the same
                    self._must_be_of(L2VPNS, self._netbox.find(L2VPNS, id=ended[0])[0], circuit.service_id)

    def _show_journal(self, l2vpn_id: int, message: str) -> None:
        key = _journal_of(l2vpn_id)
        if all(entry["comments"] != message for entry in self._netbox.find(JOURNAL, **key)):
            self._netbox.create(JOURNAL, [{**key, "kind": "info", "comments": message, "tags": TAGS}], message)

    def _find_or_create(self, path: str, row: Row, message: str, **key: str | int) -> Row:
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

    def _must_be_of(self, path: str, row: Row, service_id: str) -> None:
        """Nothing of another service, and nothing a person made, is ever taken over."""
        owner = row["custom_fields"].get("nh_service_id")
        if owner != service_id:
            raise NetBoxTaken(service_id, self._netbox.link(path, row["id"]), owner)

    def _mend(self, path: str, row: Row, wanted: Row, message: str) -> int:
        if _difference(row, wanted):
            self._netbox.change(path, row["id"], lambda now: _difference(now, wanted), message)
        return int(row["id"])

    def _remove(self, path: str, message: str, **key: str | int) -> None:
        try:
            self._netbox.delete(path, [row["id"] for row in self._netbox.find(path, **key)], message)
        except NetBoxRefused:
            if self._netbox.find(path, **key):  # not because somebody else was faster
                raise


def _words(circuit: DeliveredCircuit) -> str:
    if circuit.z_uni is None:
        return f"Access E-Line to {circuit.handover_code}, S-VLAN {circuit.s_vlan}"
    return f"E-Line from {circuit.uni} to {circuit.z_uni}, S-VLAN {circuit.s_vlan}"


def _lacking(circuit: DeliveredCircuit, what: str) -> NetBoxRefused:
    reason = f"there is no one {what}; push the inventory first"
    return NetBoxRefused(f"show service {circuit.service_id}", NOT_THERE, reason)


def _journal_of(l2vpn_id: int) -> dict[str, str | int]:
    return {"assigned_object_type": "vpn.l2vpn", "assigned_object_id": l2vpn_id}


def _end(termination: Row) -> tuple[str, int]:
    return termination["assigned_object_type"], termination["assigned_object_id"]


def _difference(row: Row, wanted: Row) -> Row:
    """What must be changed of a row of NetBox's, choices and references read as what one would write."""
    return {name: value for name, value in wanted.items() if not _is(row[name], value)}


def _is(there: object, wanted: object) -> bool:
    if not isinstance(there, dict):
        return there == wanted
    if isinstance(wanted, dict):
        return all(there.get(name) == value for name, value in wanted.items())
    return wanted in (there.get("value"), there.get("id"))
