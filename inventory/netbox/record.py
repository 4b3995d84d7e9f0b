"""What NetBox shows of a delivered service: its S-VLAN, an L2VPN, and the L2VPN's two terminations.

An object can end only one L2VPN in NetBox, and many circuits share one handover port. So the circuit
ends at the UNI's interface on one side, and on the other at its own S-VLAN in the handover's VLAN group,
whose `nh_handover_port` is the port. An E-Line ends at both its UNIs' interfaces, and has no VLAN of its own there.

Safe to repeat, and safe beside others doing the same: look by natural key, create, and where NetBox
refuses that, look again; what is there already decides. NetBox enforces the keys: S-VLAN in a group,
slug of an L2VPN, object of a termination.
"""

from dataclasses import dataclass

from inventory.delivered import DeliveredCircuit, DeliveredSsid, DeliveryStatus
from inventory.errors import NetBoxRefused
from inventory.netbox.client import NetBox, Row
from inventory.netbox.mapping import slug
from inventory.netbox.service_rows import JOURNAL, TAGS, VLANS, ServiceRows, ShownTag, journal_of
from inventory.netbox.ssid_record import SsidRecord

L2VPNS = "vpn/l2vpns"
TERMINATIONS = "vpn/l2vpn-terminations"

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
        self._rows = ServiceRows(netbox)
        self._ssids = SsidRecord(netbox)

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
            tenant_id = self._rows.tenant_id(circuit.service_id, circuit.isp_code)
            ground = _Ground(0, tenant_id, self._rows.interface_id(circuit.service_id, circuit.uni))
            far_end = ("dcim.interface", self._rows.interface_id(circuit.service_id, circuit.z_uni))
        l2vpn_id = self._show_l2vpn(circuit, ground, message)
        self._show_terminations(circuit, l2vpn_id, {("dcim.interface", ground.uni_id), far_end}, message)
        self._rows.note("vpn.l2vpn", l2vpn_id, message)
        return self._netbox.link(L2VPNS, l2vpn_id)

    def show_ssid(self, ssid: DeliveredSsid) -> str:
        """Make NetBox show the SSID as it is now; return the address of its wireless LAN. Raises: as `show`."""
        return self._ssids.show(ssid)

    def withdraw(self, service_id: str, order_id: str) -> None:
        """Remove all that was shown of the service; what is absent already is fine.

        Raises: NetBoxUnavailable, NetBoxRefused, NetBoxForbidden, NetBoxNotBootstrapped.
        """
        message = f"order {order_id}: service {service_id} ceased"
        for l2vpn in self._netbox.find(L2VPNS, cf_nh_service_id=service_id):
            self._rows.remove(TERMINATIONS, message, l2vpn_id=l2vpn["id"])
            self._rows.remove(JOURNAL, message, **journal_of("vpn.l2vpn", l2vpn["id"]))
        self._ssids.withdraw(service_id, message)
        self._rows.remove(L2VPNS, message, cf_nh_service_id=service_id)
        self._rows.remove(VLANS, message, cf_nh_service_id=service_id)

    def _ground(self, circuit: DeliveredCircuit) -> _Ground:
        group_id, tenant_id = self._rows.handover_ids(circuit.service_id, circuit.handover_code)
        return _Ground(group_id, tenant_id, self._rows.interface_id(circuit.service_id, circuit.uni))

    def _show_vlan(self, circuit: DeliveredCircuit, ground: _Ground, message: str) -> int:
        words = f"Access E-Line from {circuit.uni}, UPRN {circuit.uprn}"
        tag = ShownTag(circuit.service_id, ground.group_id, ground.tenant_id, circuit.s_vlan, circuit.status, words)
        return self._rows.show_tag(tag, message)

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
        row = self._rows.find_or_create(L2VPNS, {"name": circuit.service_id, "slug": key, **wanted}, message, slug=key)
        self._rows.must_be_of(L2VPNS, row, circuit.service_id)
        return self._rows.mend(L2VPNS, row, wanted, message)

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
                    self._rows.must_be_of(L2VPNS, self._netbox.find(L2VPNS, id=ended[0])[0], circuit.service_id)


def _words(circuit: DeliveredCircuit) -> str:
    if circuit.z_uni is None:
        return f"Access E-Line to {circuit.handover_code}, S-VLAN {circuit.s_vlan}"
    return f"E-Line from {circuit.uni} to {circuit.z_uni}, S-VLAN {circuit.s_vlan}"


def _end(termination: Row) -> tuple[str, int]:
    return termination["assigned_object_type"], termination["assigned_object_id"]
