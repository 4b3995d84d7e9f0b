"""An SSID that ISPs and the community share: each realm in an S-VLAN of its own, on simulated devices."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from automation.dialects.openwrt.names import network_name
from inventory.devices import Lifecycle
from monitoring.metrics import Metrics
from provisioning import air_desk, front_desk, ssid_desk
from provisioning.auditing import intents_by_device
from provisioning.change_plan_desk import approve_plan, wait_for_plan
from provisioning.change_plans import PlanState
from provisioning.changing_ssids import SsidChange
from provisioning.device_desk import set_lifecycle
from provisioning.front_desk import SYSTEM
from provisioning.growing import serve_area
from provisioning.isps import Principal, Role
from provisioning.orders import OrderState, WaitsFor
from provisioning.product_errors import SsidStillShared
from provisioning.radius import Realm
from provisioning.radius_desk import tenancies
from provisioning.wanted import SsidSecurity
from tests.integration.air_town import POINTS, AirTown, running_air_town
from tests.integration.street import DX_SWITCH, DXP_SWITCH

pytestmark = pytest.mark.system
SHARED = "Community Wi-Fi"
NAMED = {"isp.example": "loomlight", "theirs.example": "quayside"}
REALMS = (Realm("coop.example", "quayside"), Realm("isp.example", "loomlight"), Realm("other.example", "loomlight"))


@pytest.fixture
def town(database_url: str, tmp_path: Path) -> Iterator[AirTown]:
    with running_air_town(
        database_url,
        tmp_path,
        ssids_per_radio=1,
        radius_servers=("127.1.9.9",),
        passpoint_consortiums=("5A03BA",),
    ) as town:
        yield town


def test_a_realm_on_a_shared_ssid_gets_an_s_vlan_of_its_own_and_its_cease_takes_that_alone(town: AirTown) -> None:
    tools, before = town.house.tools, town.configs()
    shared = town.deliver(SHARED, security=SsidSecurity.PASSPOINT)
    alone, slots = town.configs(), town.slots()
    ana = Principal("ana", Role.ISP_ADMIN, "loomlight")
    assert [(one.service_id, one.access_points) for one in air_desk.shared_ssids(tools, ana)] == [(shared, POINTS)]

    done = town.approve(town.ask_realm(shared, "isp.example"))

    assert (done.state, done.reasons) == (OrderState.COMPLETED, ())
    tenant = done.service_id or ""
    after = town.configs()
    assert {name for name in after if after[name] != alone[name]} == {*POINTS, DX_SWITCH, DXP_SWITCH}
    assert after["ap-1"].count("config wifi-iface") == alone["ap-1"].count("config wifi-iface")
    assert after["ap-1"].count("config wifi-vlan") == 4  # two radios, the community and the realm
    assert town.slots() == slots  # one SSID, however many share it
    assert [finding for finding in front_desk.audit(tools, SYSTEM) if not finding.ok] == []
    with tools.open_unit_of_work(reading=True) as work:
        services = work.services.on_devices()
        told = {name: {each.id for each in work.services.on([name])} for name in after}
    intents = intents_by_device(services)
    assert told == {name: {intent.label for intent in intents.get(name, ())} for name in after}
    found = {
        (one.device, bytes.fromhex(one.ssid).decode(), one.realm): one.s_vlan for one in tenancies(services, REALMS)
    }
    assert found == {
        (name, SHARED, realm): tag
        for name in POINTS
        for realm, tag in (("coop.example", town.s_vlan(shared)), ("isp.example", town.s_vlan(tenant)))
    }
    assert town.s_vlan(shared) != town.s_vlan(tenant)

    with pytest.raises(SsidStillShared):
        town.cease(shared)
    assert town.cease(tenant).state is OrderState.COMPLETED
    assert town.configs() == alone
    assert town.cease(shared).state is OrderState.COMPLETED
    assert town.configs() == before


def test_the_order_of_a_realm_that_radius_does_not_know_as_that_isps_has_that_as_a_task(
    database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "radius.toml"
    rows = [f'[[realm]]\nname = "{realm}"\nisp = "{isp}"' for realm, isp in NAMED.items()]
    file.write_text("\n".join(['certificate = "/c.pem"', 'key = "/c.key"', *rows]))
    with running_air_town(database_url, tmp_path, radius_servers=("127.1.9.9",), radius_file=file) as town:
        tools, shared = town.house.tools, town.deliver(SHARED, security=SsidSecurity.PASSPOINT)

        orders = [town.until(town.ask_realm(shared, realm), WaitsFor.APPROVAL) for realm in (*NAMED, "new.example")]

        tasks = [front_desk.order_story(tools, SYSTEM, order.id).tasks for order in orders]
        assert [len(each) for each in tasks] == [0, 1, 1]  # known; known as somebody else's; not known
        assert "Have RADIUS know new.example" in tasks[2][0]
        assert town.approve(orders[2]).state is OrderState.COMPLETED


def test_an_access_point_that_joins_a_shared_ssid_gets_the_realms_that_are_on_it(
    database_url: str, tmp_path: Path
) -> None:
    with running_air_town(
        database_url, tmp_path, planned="ap-2", ssids_per_radio=1, radius_servers=("127.1.9.9",)
    ) as town:
        tools, before = town.house.tools, town.configs()
        shared = town.deliver(SHARED, security=SsidSecurity.PASSPOINT)
        tenant = town.approve(town.ask_realm(shared, "isp.example")).service_id or ""
        set_lifecycle(tools, SYSTEM, ["ap-2"], Lifecycle.LIVE)

        plan_id = serve_area(tools, "ap-2")
        plan = wait_for_plan(tools, SYSTEM, plan_id, 30)
        approve_plan(tools, SYSTEM, plan_id, plan.digest or "")

        assert wait_for_plan(tools, SYSTEM, plan_id, 30).state is PlanState.DONE
        assert town.fleet.running_config("ap-2").count("config wifi-vlan") == 4  # two radios, the community, the realm
        assert {one.device for one in air_desk.tenants(tools, SYSTEM, service_id=tenant)} == set(POINTS)
        assert [finding for finding in front_desk.audit(tools, SYSTEM) if not finding.ok] == []
        assert serve_area(tools, "ap-2") == ""
        assert [town.cease(each).state for each in (tenant, shared)] == [OrderState.COMPLETED] * 2
        assert town.configs() == before


def test_each_tenant_of_a_shared_ssid_is_shown_to_itself_and_counted_by_itself(town: AirTown) -> None:
    tools = town.house.tools
    shared = town.deliver(SHARED, security=SsidSecurity.PASSPOINT)
    tenant = town.approve(town.ask_realm(shared, "isp.example")).service_id or ""
    lines = town.fleet.running_config("ap-1").splitlines()
    names = [line.split("'")[1] for line in lines if "config wifi-vlan" in line]
    for service_id, count in ((shared, 2), (tenant, 5)):
        section = next(name for name in names if name.startswith(network_name(service_id)))
        town.fleet.associate("ap-1", section, count, 10, 20)
    metrics = Metrics()

    metrics.set_on_air(air_desk.on_air(tools))

    said = metrics.exposition().decode()
    assert f'neutralhost_ssid_stations{{device="ap-1",ssid="{SHARED}",tenant="quayside"}} 2.0' in said
    assert f'neutralhost_ssid_stations{{device="ap-1",ssid="{SHARED}",tenant="loomlight"}} 5.0' in said
    seen = {
        isp: {(one.service_id, one.isp_code) for one in air_desk.tenants(tools, Principal("x", Role.ISP_ADMIN, isp))}
        for isp in ("quayside", "loomlight")
    }
    assert seen == {"quayside": {(shared, "quayside")}, "loomlight": {(tenant, "loomlight")}}


def test_what_is_not_shared_or_taken_is_refused_and_a_shared_ssid_may_be_renamed(town: AirTown) -> None:
    shared = town.deliver(SHARED, security=SsidSecurity.PASSPOINT)
    tenant = town.approve(town.ask_realm(shared, "isp.example")).service_id or ""

    refused = {
        realm: town.until(town.ask_realm(service, realm))
        for service, realm in ((shared, "isp.example"), (tenant, "other.example"), ("S-NONE", "third.example"))
    }

    codes = {realm: order.reasons[0].code for realm, order in refused.items()}
    assert codes == {"isp.example": "realm-taken", "other.example": "not-shared", "third.example": "not-shared"}
    town.keys += 1
    wanted = SsidChange(ssid="Everybody")
    renamed, _new = ssid_desk.change_ssid(town.house.tools, SYSTEM, shared, wanted, idempotency_key="rename")
    done = town.until(renamed, WaitsFor.APPROVAL)
    assert done.state is OrderState.REJECTED  # one SSID is all that its radios may send, and a new name takes a place
