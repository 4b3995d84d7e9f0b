"""A hosted SSID from the order to the air and back: real worker, store and deployer; simulated devices on loopback."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from automation.dialects.openwrt.names import network_name
from inventory.devices import Lifecycle
from inventory.store.mirror import replace_inventory
from monitoring.metrics import Metrics
from provisioning import air_desk, front_desk, product_desk, ssid_desk
from provisioning.change_plan_desk import approve_plan, wait_for_plan
from provisioning.change_plans import PlanState
from provisioning.changing_ssids import SsidChange
from provisioning.device_desk import set_lifecycle
from provisioning.freezes import add_freeze, lift_freeze
from provisioning.front_desk import SYSTEM
from provisioning.growing import serve_area
from provisioning.isps import Principal, Role
from provisioning.orders import Order, OrderState, WaitsFor
from provisioning.pauses import PauseScope
from provisioning.product_errors import SsidAsItIs
from provisioning.services import ServiceState
from provisioning.wanted import SsidSecurity, SsidWanted
from provisioning.wanted_now import wanted_of
from tests.integration.air_town import PASSPHRASE, POINTS, AirTown, air_town, running_air_town
from tests.integration.street import DX_SWITCH, DXP_SWITCH
from web.app import create_app
from web.settings import WebSettings

pytestmark = pytest.mark.system
TOLD = {*POINTS, DX_SWITCH, DXP_SWITCH}


@pytest.fixture
def town(database_url: str, tmp_path: Path) -> Iterator[AirTown]:
    with running_air_town(database_url, tmp_path, away_limit_s=0.0) as town:
        yield town


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in before if before[name] != after[name]}


def test_an_order_for_an_ssid_is_put_on_the_access_points_and_the_switches_and_ceased_byte_for_byte(
    town: AirTown,
) -> None:
    before = town.configs()
    order = town.ask("Quayside Free")
    assert town.until(order, WaitsFor.APPROVAL).waits_for is WaitsFor.APPROVAL
    assert town.configs() == before  # rehearsed, and nothing left there
    service_id = town.deliver("Loomlight", "loomlight", security=SsidSecurity.OPEN)
    alone = town.configs()

    done = town.approve(order)

    assert (done.state, done.reasons) == (OrderState.COMPLETED, ())
    assert changed(alone, town.configs()) == TOLD
    for name in POINTS:
        said = town.fleet.running_config(name)
        assert said.count("option ssid 'Quayside Free'") == 2
        assert f"option key '{PASSPHRASE}'" in said
    story = front_desk.order_story(town.house.tools, SYSTEM, order.id)
    with town.house.tools.open_unit_of_work(reading=True) as work:
        made = work.orders.changes(order.id, "deploy")
    assert {change.device for change in made} == TOLD
    assert PASSPHRASE not in f"{story}{made}"
    findings = front_desk.audit(town.house.tools, SYSTEM)
    assert [finding for finding in findings if not finding.ok] == []
    assert {finding.device for finding in findings if finding.label == service_id} <= TOLD

    assert town.cease(done.service_id or "").state is OrderState.COMPLETED
    assert town.configs() == alone
    assert town.cease(service_id).state is OrderState.COMPLETED
    assert town.configs() == before
    assert town.slots() == 0


def test_an_ssid_that_somebody_took_off_an_access_point_is_found_missing(town: AirTown) -> None:
    service_id = town.deliver("Quayside Free")
    sections = [line.split("'")[1] for line in town.fleet.running_config("ap-2").splitlines() if "wifi-iface" in line]
    town.fleet.edit("ap-2", [f"delete wireless.{name}" for name in sections])

    wrong = [finding for finding in front_desk.audit(town.house.tools, SYSTEM) if not finding.ok]

    assert {finding.device for finding in wrong} == {"ap-2"}
    assert {finding.kind for finding in wrong} == {"missing"}
    assert service_id in {finding.label for finding in wrong}


def test_where_one_access_point_is_away_the_order_fails_whole_and_gives_all_back(town: AirTown) -> None:
    before = town.configs()
    town.fleet.go_away("ap-2")

    failed = town.until(town.ask("Quayside Free"))

    assert failed.state is OrderState.FAILED
    assert "ap-2" in failed.reasons[0].sentence
    assert town.configs() == before
    assert town.slots() == 0
    service = front_desk.service(town.house.tools, SYSTEM, failed.service_id or "")
    assert service.state is ServiceState.CANCELLED


def test_one_that_goes_away_before_the_deploy_fails_the_order_and_nobody_gets_its_place_before_it_was_read(
    town: AirTown,
) -> None:
    before = town.configs()
    order = town.ask("Quayside Free")
    town.until(order, WaitsFor.APPROVAL)
    town.fleet.go_away("ap-2")

    failed = town.approve(order)

    assert failed.state is OrderState.FAILED
    assert town.configs() == before
    assert town.slots() == len(POINTS)  # it does not answer: nobody knows yet that it has nothing of it
    town.fleet.come_back("ap-2")
    assert town.cease(failed.service_id or "").state is OrderState.COMPLETED
    assert town.slots() == 0


def test_one_refusal_in_the_middle_leaves_every_device_as_it_was(town: AirTown) -> None:
    before = town.configs()
    order = town.ask("Quayside Free")
    town.until(order, WaitsFor.APPROVAL)
    town.fleet.refuse("ap-1", "wifi-iface")

    front_desk.approve(town.house.tools, SYSTEM, order.id)
    failed = town.until(order)

    assert failed.state is OrderState.FAILED
    assert town.configs() == before


def test_an_order_for_an_ssid_waits_while_one_of_its_access_points_is_frozen(town: AirTown) -> None:
    before = town.configs()
    freeze = add_freeze(town.house.tools, SYSTEM, PauseScope.DEVICE, POINTS[0], why="work at the mast")

    order = town.ask("Quayside Free")

    assert town.until(order, WaitsFor.FROZEN).waits_for is WaitsFor.FROZEN
    lift_freeze(town.house.tools, SYSTEM, freeze.id)
    assert town.approve(order).state is OrderState.COMPLETED
    assert town.configs() != before


def test_each_tenant_is_counted_by_itself_and_seen_by_itself(town: AirTown) -> None:
    first = town.deliver("Quayside Free")
    second = town.deliver("Loomlight", "loomlight", security=SsidSecurity.OPEN)
    for radio, stations in (("radio0", 3), ("radio1", 4)):
        town.fleet.associate("ap-1", section_of(town, "ap-1", first, radio), stations, 1_000, 2_000)
    town.fleet.associate("ap-1", section_of(town, "ap-1", second, "radio1"), 1, 5, 7)
    metrics = Metrics()

    metrics.set_on_air(air_desk.on_air(town.house.tools))

    said = metrics.exposition().decode()
    assert 'neutralhost_ssid_stations{device="ap-1",ssid="Quayside Free",tenant="quayside"} 7.0' in said
    assert 'neutralhost_ssid_received_bytes{device="ap-1",ssid="Quayside Free",tenant="quayside"} 2000.0' in said
    assert 'neutralhost_ssid_sent_bytes{device="ap-1",ssid="Loomlight",tenant="loomlight"} 7.0' in said
    assert 'neutralhost_ssid_stations{device="ap-2",ssid="Loomlight",tenant="loomlight"} 0.0' in said
    assert said.count("neutralhost_ssid_stations{") == 4
    by = {
        who.user_name: {(one.device, one.isp_code) for one in air_desk.tenants(town.house.tools, who, device="ap-1")}
        for who in (SYSTEM, Principal("ana", Role.ISP_ADMIN, "quayside"))
    }
    assert by["ana"] == {("ap-1", "quayside")}
    sold = {one.service_id: one.security for one in air_desk.tenants(town.house.tools, SYSTEM)}
    assert sold == {first: SsidSecurity.WPA3_PERSONAL, second: SsidSecurity.OPEN}  # as ordered, not as a platform says
    assert by[SYSTEM.user_name] == {("ap-1", "quayside"), ("ap-1", "loomlight")}

    town.fleet.go_away("ap-1")
    metrics.set_on_air(air_desk.on_air(town.house.tools))
    assert 'device="ap-1"' not in metrics.exposition().decode()
    town.fleet.come_back("ap-1")


def section_of(town: AirTown, device: str, service_id: str, radio: str) -> str:
    """The section of the service's SSID on a radio, as the access point calls it."""
    named = network_name(service_id)
    [found] = [
        words
        for line in town.fleet.running_config(device).splitlines()
        if "wifi-iface" in line and (words := line.split("'")[1]).startswith(named) and words.endswith(radio)
    ]
    return found


def test_no_more_ssids_than_policy_allows_are_on_a_radio_and_the_refusal_has_the_figures(
    database_url: str, tmp_path: Path
) -> None:
    with running_air_town(database_url, tmp_path, ssids_per_radio=1) as town:
        town.deliver("Quayside Free")

        refused = town.until(town.ask("Loomlight", "loomlight", SsidSecurity.OPEN))

        assert (refused.state, refused.reasons[0].code) == (OrderState.REJECTED, "radio-full")
        assert refused.reasons[0].sentence == "ap-1 in dxp sends 1 SSIDs, and a radio may send 1."


def test_a_new_access_point_gets_the_ssids_of_its_area_by_a_change_plan_and_loses_them_with_the_others(
    database_url: str, tmp_path: Path
) -> None:
    with running_air_town(database_url, tmp_path, planned="ap-2") as town:
        tools = town.house.tools
        before = town.configs()
        service_id = town.deliver("Quayside Free")
        assert "Quayside Free" not in town.fleet.running_config("ap-2")
        set_lifecycle(tools, SYSTEM, ["ap-2"], Lifecycle.LIVE)

        plan_id = serve_area(tools, "ap-2")
        plan = wait_for_plan(tools, SYSTEM, plan_id, 30)
        approve_plan(tools, SYSTEM, plan_id, plan.digest or "")
        assert wait_for_plan(tools, SYSTEM, plan_id, 30).state is PlanState.DONE

        assert town.fleet.running_config("ap-2").count("option ssid 'Quayside Free'") == 2
        assert {one.device for one in air_desk.tenants(tools, SYSTEM)} == set(POINTS)
        assert [finding for finding in front_desk.audit(tools, SYSTEM) if not finding.ok] == []
        assert serve_area(tools, "ap-2") == ""
        assert town.cease(service_id).state is OrderState.COMPLETED
        assert town.configs() == before
        assert town.slots() == 0


def change(town: AirTown, service_id: str, wanted: SsidChange, passphrase: str | None = None) -> Order:
    given = None if passphrase is None else SecretStr(passphrase)
    town.keys += 1
    order, _new = ssid_desk.change_ssid(
        town.house.tools, SYSTEM, service_id, wanted, passphrase=given, idempotency_key=f"c{town.keys}"
    )
    return order


def test_an_ssid_gets_another_name_and_passphrase_where_it_is_and_a_cease_leaves_no_byte_of_either(
    town: AirTown,
) -> None:
    before = town.configs()
    service_id = town.deliver("Quayside Free")
    s_vlan, switches = town.s_vlan(service_id), (DX_SWITCH, DXP_SWITCH)
    first = town.configs()

    done = town.approve(change(town, service_id, SsidChange(ssid="Quayside Guests"), "another long secret"))

    assert (done.state, done.reasons) == (OrderState.COMPLETED, ())
    after = town.configs()
    assert changed(first, after) == set(POINTS)
    for name in POINTS:
        assert after[name].count("option ssid 'Quayside Guests'") == 2
        assert "Quayside Free" not in after[name]
        assert "option key 'another long secret'" in after[name]
    assert (town.s_vlan(service_id), town.slots()) == (s_vlan, len(POINTS))
    assert all(first[name] == after[name] for name in switches)
    assert product_desk.passphrase(town.house.tools, SYSTEM, service_id).get_secret_value() == "another long secret"
    assert [finding for finding in front_desk.audit(town.house.tools, SYSTEM) if not finding.ok] == []
    again = change(town, service_id, SsidChange(security=SsidSecurity.WPA2_PERSONAL))
    assert town.approve(again).state is OrderState.COMPLETED
    assert "option encryption 'psk2+ccmp'" in town.fleet.running_config("ap-1")
    assert "option key 'another long secret'" in town.fleet.running_config("ap-1")
    quayside, same = Principal("ana", Role.ISP_ADMIN, "quayside"), SsidChange(ssid="Quayside Guests")
    with pytest.raises(SsidAsItIs):
        ssid_desk.change_ssid(town.house.tools, quayside, service_id, same, idempotency_key="same")
    assert town.cease(service_id).state is OrderState.COMPLETED
    assert town.configs() == before
    assert town.slots() == 0


def test_a_change_that_one_access_point_refuses_leaves_every_byte_and_the_service_as_they_were(town: AirTown) -> None:
    service_id = town.deliver("Quayside Free")
    before = town.configs()
    order = change(town, service_id, SsidChange(ssid="Quayside Guests"))
    town.until(order, WaitsFor.APPROVAL)
    assert town.slots() == 2 * len(POINTS)  # both names are held while it changes
    town.fleet.refuse("ap-2", "Quayside Guests")

    failed = town.approve(order)

    assert failed.state is OrderState.FAILED
    assert town.configs() == before
    assert town.slots() == len(POINTS)
    service = front_desk.service(town.house.tools, SYSTEM, service_id)
    assert service.state is ServiceState.ACTIVE
    assert service.by_hand is not None
    assert service.by_hand.becomes is None
    assert wanted_in(town, service_id).ssid == "Quayside Free"


def test_an_ssid_that_is_taken_cannot_be_changed_to_and_the_service_stays_active(town: AirTown) -> None:
    service_id = town.deliver("Quayside Free")
    town.deliver("Loomlight", "loomlight", security=SsidSecurity.OPEN)

    refused = town.until(change(town, service_id, SsidChange(ssid="Loomlight")))

    assert (refused.state, refused.reasons[0].code) == (OrderState.REJECTED, "ssid-taken")
    assert front_desk.service(town.house.tools, SYSTEM, service_id).state is ServiceState.ACTIVE


def test_an_area_with_more_or_fewer_access_points_is_followed_and_those_that_stay_are_not_touched(
    database_url: str, tmp_path: Path
) -> None:
    with running_air_town(database_url, tmp_path, planned="ap-2") as town:
        tools, before = town.house.tools, town.configs()
        service_id = town.deliver("Quayside Free")
        alone, s_vlan = town.configs(), town.s_vlan(service_id)
        set_lifecycle(tools, SYSTEM, ["ap-2"], Lifecycle.LIVE)

        assert town.approve(change(town, service_id, SsidChange())).state is OrderState.COMPLETED

        assert changed(alone, town.configs()) == {"ap-2", DXP_SWITCH}
        assert (town.slots(), town.s_vlan(service_id)) == (2, s_vlan)
        replace_inventory(town.house.engine, air_town("ap-2"))  # the record no longer has it as live
        assert town.approve(change(town, service_id, SsidChange())).state is OrderState.COMPLETED
        assert town.configs() == alone
        assert (town.slots(), town.s_vlan(service_id)) == (1, s_vlan)
        assert town.cease(service_id).state is OrderState.COMPLETED
        assert town.configs() == before


def wanted_in(town: AirTown, service_id: str) -> SsidWanted:
    with town.house.tools.open_unit_of_work(reading=True) as work:
        found = wanted_of(work, service_id)
    assert isinstance(found, SsidWanted)
    return found


def test_who_approves_reads_what_will_be_put_on_each_device_and_no_passphrase(town: AirTown) -> None:
    password = "planted portal password 44"
    front_desk.create_user(town.house.tools, SYSTEM, "olga", Role.OPERATOR, None, password)
    order = town.ask("Quayside <b>Free")
    town.until(order, WaitsFor.APPROVAL)
    client = create_app(town.house.tools, WebSettings.model_validate({"cookies_secure": False})).test_client()
    token = re.search('name="form_token" value="([^"]+)"', client.get("/sign-in").text)
    assert token is not None
    client.post("/sign-in", data={"name": "olga", "password": password, "form_token": token[1]})

    page = client.get(f"/orders/{order.id}").text

    assert "Exactly these changes are applied" in page
    assert page.count("Quayside &lt;b&gt;Free") > len(POINTS)
    assert all(name in page.partition("On the devices")[2] for name in TOLD)
    assert PASSPHRASE not in page
