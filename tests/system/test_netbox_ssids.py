"""A hosted SSID in a real NetBox: its wireless LAN, its S-VLAN and its radios, looked at through NetBox's own API."""

from dataclasses import replace

import pytest

from inventory.delivered import DeliveredSsid, DeliveryStatus, SsidAuth
from inventory.devices import DeviceRole, PortRef, PortRole
from inventory.netbox.record import NetBoxRecord
from inventory.snapshot import Snapshot
from tests.system.conftest import LoadedNetBox

pytestmark = pytest.mark.system
SHOWN = ("ipam/vlans", "wireless/wireless-lans", "extras/journal-entries")
HOSTILE = "Quay'side <b>{{ x }}</b> é"


@pytest.fixture
def ssid(netbox: LoadedNetBox) -> DeliveredSsid:
    """A made-up SSID on every radio of two access points of the example."""
    snapshot = Snapshot(netbox.inventory)
    handover = netbox.inventory.handovers[0]
    points = [each for each in netbox.inventory.devices if each.role is DeviceRole.ACCESS_POINT][:2]
    area = next(place.area for place in netbox.inventory.places if place.code == points[0].place_code)
    radios = tuple(port.ref for point in points for port in snapshot.ports_of(point.name, PortRole.RADIO))
    assert len(radios) >= 2
    return DeliveredSsid(
        service_id="S-SSID01",
        order_id="O-SSID01",
        isp_code=handover.isp_code,
        ssid=HOSTILE,
        auth=SsidAuth.PERSONAL,
        area=area,
        handover_code=handover.code,
        s_vlan=handover.s_vlans.first + 90,
        radios=radios,
        status=DeliveryStatus.PLANNED,
    )


def count(netbox: LoadedNetBox) -> dict[str, int]:
    return {path: len(list(netbox.client.rows(path, ("id",)))) for path in SHOWN}


def radios_of(netbox: LoadedNetBox, lan_id: int) -> set[PortRef]:
    rows = netbox.client.find("dcim/interfaces", wireless_lan_id=lan_id)
    return {PortRef(row["device"]["name"], row["name"]) for row in rows}


def test_an_ssid_is_planned_then_active_on_its_radios_and_withdrawn_without_a_trace(
    netbox: LoadedNetBox, ssid: DeliveredSsid
) -> None:
    before = count(netbox)
    record = NetBoxRecord(netbox.client)

    addresses = {record.show_ssid(ssid), record.show_ssid(ssid)}

    [lan] = netbox.client.find("wireless/wireless-lans", cf_nh_service_id=ssid.service_id)
    [vlan] = netbox.client.find("ipam/vlans", cf_nh_service_id=ssid.service_id)
    assert addresses == {f"{netbox.url}/wireless/wireless-lans/{lan['id']}/"}
    assert (lan["ssid"], lan["status"]["value"], lan["auth_type"]["value"]) == (HOSTILE, "reserved", "wpa-personal")
    assert (lan["auth_psk"], lan["tenant"]["slug"]) == ("", ssid.isp_code)
    assert (lan["vlan"]["id"], lan["scope"]["name"]) == (vlan["id"], ssid.area)
    assert (vlan["vid"], vlan["group"]["slug"]) == (ssid.s_vlan, ssid.handover_code)
    assert radios_of(netbox, lan["id"]) == set(ssid.radios)

    fewer = replace(ssid, ssid="Other", radios=ssid.radios[:1], status=DeliveryStatus.ACTIVE)
    record.show_ssid(fewer)

    [changed] = netbox.client.find("wireless/wireless-lans", cf_nh_service_id=ssid.service_id)
    assert (changed["id"], changed["ssid"], changed["status"]["value"]) == (lan["id"], "Other", "active")
    assert radios_of(netbox, lan["id"]) == set(fewer.radios)

    record.withdraw(ssid.service_id, "O-9")
    record.withdraw(ssid.service_id, "O-9")
    assert count(netbox) == before
    [interface] = netbox.client.find("dcim/interfaces", device=ssid.radios[0].device, name=ssid.radios[0].port)
    assert interface["wireless_lans"] == []
