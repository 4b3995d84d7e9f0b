"""What NetBox shows of a hosted SSID: its S-VLAN at the handover, a wireless LAN, and the radios that send it.

No secret is written: the wireless LAN's pre-shared key stays empty. NetBox lets two wireless LANs be alike, so of two
that were made at one moment for one service the older stays.
"""

from inventory.delivered import DeliveredSsid, DeliveryStatus, SsidAuth
from inventory.netbox.client import NetBox, Row
from inventory.netbox.service_rows import INTERFACES, JOURNAL, TAGS, ServiceRows, ShownTag, journal_of

WIRELESS_LANS = "wireless/wireless-lans"
WIRELESS_LAN = "wireless.wirelesslan"
REGIONS = "dcim/regions"
SITES = "dcim/sites"

_STATUSES = {
    DeliveryStatus.PLANNED: "reserved",
    DeliveryStatus.ACTIVE: "active",
    DeliveryStatus.DEPROVISIONING: "deprecated",
}
_AUTH_TYPES = {
    SsidAuth.OPEN: "open",
    SsidAuth.PERSONAL: "wpa-personal",
    SsidAuth.ENTERPRISE: "wpa-enterprise",
}


class SsidRecord:
    """A NetBox's wireless LANs, as far as they are services'. Methods raise what `NetBoxRecord` does."""

    def __init__(self, netbox: NetBox) -> None:
        self._netbox = netbox
        self._rows = ServiceRows(netbox)

    def show(self, ssid: DeliveredSsid) -> str:
        """Make NetBox show the SSID as it is now; return the address of its wireless LAN."""
        message = f"order {ssid.order_id}: service {ssid.service_id} {ssid.status}"
        group_id, tenant_id = self._rows.handover_ids(ssid.service_id, ssid.handover_code)
        radio_ids = self._rows.interface_ids(ssid.service_id, ssid.radios)
        words = f"Hosted SSID in {ssid.area}"
        tag = ShownTag(ssid.service_id, group_id, tenant_id, ssid.s_vlan, ssid.status, words)
        vlan_id = self._rows.show_tag(tag, message)
        lan_id = self._show_lan(ssid, tenant_id, vlan_id, message)
        self._show_radios(lan_id, radio_ids, message)
        self._rows.note(WIRELESS_LAN, lan_id, message)
        return self._netbox.link(WIRELESS_LANS, lan_id)

    def withdraw(self, service_id: str, message: str) -> None:
        """Remove the service's wireless LAN, with its radios' links to it; its S-VLAN is the caller's."""
        for lan in self._netbox.find(WIRELESS_LANS, cf_nh_service_id=service_id):
            self._rows.remove(JOURNAL, message, **journal_of(WIRELESS_LAN, lan["id"]))
        self._rows.remove(WIRELESS_LANS, message, cf_nh_service_id=service_id)

    def _show_lan(self, ssid: DeliveredSsid, tenant_id: int, vlan_id: int, message: str) -> int:
        wanted: Row = {
            "ssid": ssid.ssid,
            "status": _STATUSES[ssid.status],
            "tenant": tenant_id,
            "vlan": vlan_id,
            "auth_type": _AUTH_TYPES[ssid.auth],
            "description": f"{ssid.service_id}, S-VLAN {ssid.s_vlan} at {ssid.handover_code}",
            "custom_fields": {"nh_service_id": ssid.service_id},
            **self._scope(ssid.area),
        }
        if not self._mine(ssid.service_id):
            self._netbox.create(WIRELESS_LANS, [{**wanted, "tags": TAGS}], message)
        first, *later = self._mine(ssid.service_id)
        self._netbox.delete(WIRELESS_LANS, [row["id"] for row in later], message)
        return self._rows.mend(WIRELESS_LANS, first, wanted, message)

    def _mine(self, service_id: str) -> list[Row]:
        return sorted(self._netbox.find(WIRELESS_LANS, cf_nh_service_id=service_id), key=lambda row: int(row["id"]))

    def _scope(self, area: str) -> Row:
        """Where NetBox shows it: the region of that name, or the one site of that code."""
        for path, content_type, key in ((REGIONS, "dcim.region", "name"), (SITES, "dcim.site", "slug")):
            found = self._netbox.find(path, **{key: area})
            if found:
                return {"scope_type": content_type, "scope_id": found[0]["id"]}
        return {}

    def _show_radios(self, lan_id: int, wanted: frozenset[int], message: str) -> None:
        present = {int(row["id"]) for row in self._netbox.find(INTERFACES, wireless_lan_id=lan_id)}
        for interface_id in sorted(wanted - present):
            self._netbox.change(INTERFACES, interface_id, lambda now: _with_lans(now, _lans(now) | {lan_id}), message)
        for interface_id in sorted(present - wanted):
            self._netbox.change(INTERFACES, interface_id, lambda now: _with_lans(now, _lans(now) - {lan_id}), message)


def _lans(interface: Row) -> set[int]:
    return {int(each["id"]) for each in interface["wireless_lans"]}


def _with_lans(interface: Row, wanted: set[int]) -> Row:
    """What must be changed of the interface: other people's wireless LANs stay on it."""
    return {} if wanted == _lans(interface) else {"wireless_lans": sorted(wanted)}
