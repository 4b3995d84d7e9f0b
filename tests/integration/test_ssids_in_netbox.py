"""A hosted SSID in a NetBox: planned, active, and gone at its cease. The NetBox is a fake on loopback."""

import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from inventory.delivered import DeliveredSsid, DeliveryStatus, SsidAuth
from inventory.devices import PortRef
from inventory.errors import NetBoxRefused
from inventory.netbox.client import NetBox
from inventory.netbox.record import NetBoxRecord
from provisioning import front_desk
from provisioning.front_desk import SYSTEM
from provisioning.orders import OrderState, WaitsFor
from provisioning.wanted import SsidSecurity
from tests.integration.air_town import PASSPHRASE, POINTS, air_town, running_air_town
from tests.integration.faces import NETBOX_TOKEN
from tests.integration.running import wait_until
from tests.integration.small_netbox import SmallNetBox, small_netbox
from tests.integration.street import HANDOVER

pytestmark = pytest.mark.system
LANS = "wireless/wireless-lans"


def radios_of(netbox: SmallNetBox, lan_id: int) -> set[tuple[str, str]]:
    rows = netbox.tables["dcim/interfaces"]
    return {
        (row["device"]["name"], row["name"]) for row in rows if lan_id in [each["id"] for each in row["wireless_lans"]]
    }


def test_netbox_shows_an_ssid_as_planned_then_active_on_its_radios_and_nothing_after_its_end(
    database_url: str, tmp_path: Path
) -> None:
    with small_netbox(NETBOX_TOKEN) as netbox:
        netbox.fill(air_town())
        settings = {"netbox_url": netbox.url, "netbox_token": NETBOX_TOKEN}
        with running_air_town(database_url, tmp_path, netbox=settings) as town:
            order = town.ask("Quayside Free", security=SsidSecurity.WPA2_PERSONAL)
            town.until(order, WaitsFor.APPROVAL)
            [planned] = netbox.tables[LANS]
            assert planned["status"] == {"value": "reserved"}

            done = town.approve(order)

            wait_until(lambda: netbox.tables[LANS][0]["status"]["value"] == "active")
            [lan] = netbox.tables[LANS]
            [vlan] = netbox.tables["ipam/vlans"]
            assert (lan["ssid"], lan["auth_type"]["value"]) == ("Quayside Free", "wpa-personal")
            assert lan["custom_fields"] == vlan["custom_fields"] == {"nh_service_id": done.service_id}
            assert (lan["vlan"]["id"], vlan["vid"]) == (vlan["id"], town.s_vlan(done.service_id or ""))
            assert lan["scope_type"] == "dcim.site"
            assert radios_of(netbox, lan["id"]) == {(name, radio) for name in POINTS for radio in ("radio0", "radio1")}
            assert PASSPHRASE not in json.dumps(netbox.tables)

            lan["status"] = {"value": "disabled"}  # by somebody's hand, there
            assert front_desk.show_again(town.house.tools, SYSTEM) == (done.service_id,)
            assert [row["status"]["value"] for row in netbox.tables[LANS]] == ["active"]

            assert town.cease(done.service_id or "").state is OrderState.COMPLETED
            assert netbox.shown() == []
            assert {each["id"] for row in netbox.tables["dcim/interfaces"] for each in row["wireless_lans"]} == set()


def test_an_order_for_an_ssid_that_fails_leaves_nothing_in_netbox(database_url: str, tmp_path: Path) -> None:
    with small_netbox(NETBOX_TOKEN) as netbox:
        netbox.fill(air_town())
        settings = {"netbox_url": netbox.url, "netbox_token": NETBOX_TOKEN}
        with running_air_town(database_url, tmp_path, netbox=settings) as town:
            town.fleet.go_away("ap-2")

            failed = town.until(town.ask("Quayside Free"))

            assert failed.state is OrderState.FAILED
            assert netbox.shown() == []


def test_an_ssid_on_a_radio_that_netbox_lacks_is_refused_and_nothing_is_written() -> None:
    radios = tuple(PortRef(name, radio) for name in POINTS for radio in ("radio0", "radio1"))
    with small_netbox(NETBOX_TOKEN) as netbox:
        netbox.fill(air_town())
        rows = netbox.tables["dcim/interfaces"]
        rows[:] = [row for row in rows if (row["device"]["name"], row["name"]) != ("ap-2", "radio1")]
        record = NetBoxRecord(NetBox(netbox.url, SecretStr(NETBOX_TOKEN), 30.0))
        ssid = DeliveredSsid(
            "S-1", "O-1", "quayside", "Free", SsidAuth.OPEN, "North", HANDOVER, 2001, radios, DeliveryStatus.PLANNED
        )

        with pytest.raises(NetBoxRefused, match="there is no one interface ap-2:radio1; push the inventory first"):
            record.show_ssid(ssid)

        assert netbox.shown() == []
