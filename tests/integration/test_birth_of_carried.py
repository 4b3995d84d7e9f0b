"""SSIDs and backhauls are tested before they are handed over too: on simulated access points and switches."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from automation.birth.designed import TESTS, Shape
from automation.birth.results import TestKind, Verdict
from inventory.devices import PortRef
from provisioning.birth_certificates import BirthCertificate
from provisioning.front_desk import SYSTEM
from provisioning.orders import Order, OrderState, WaitsFor
from provisioning.questions.birth_certificate import birth_certificate
from provisioning.wanted import HostedEquipment, SsidSecurity
from tests.integration.air_town import BOX, PASSPHRASE, AirTown, running_air_town
from tests.integration.street import DX_SWITCH, DXP_SWITCH

pytestmark = pytest.mark.system


@pytest.fixture
def town(database_url: str, tmp_path: Path) -> Iterator[AirTown]:
    with running_air_town(database_url, tmp_path, away_limit_s=0.0, birth_settle_s=0.0) as town:
        yield town


def certificate_of(town: AirTown, order: Order) -> BirthCertificate:
    return birth_certificate(town.house.tools, SYSTEM, order.id)


def of_kind(found: BirthCertificate, kind: TestKind) -> dict[str, tuple[str, str]]:
    return {one.subject: (one.verdict.value, one.measured) for one in found.results if one.kind is kind}


def test_an_ssid_is_on_the_air_of_every_radio_as_ordered_before_it_is_handed_over(town: AirTown) -> None:
    done = town.approve(town.ask("Quayside Free"))
    assert (done.state, done.reasons) == (OrderState.COMPLETED, ())

    found = certificate_of(town, done)

    s_vlan = town.s_vlan(done.service_id or "")
    said = f"'Quayside Free', sae, S-VLAN {s_vlan}"
    radios = [f"ap-{point}:radio{radio}" for point in (1, 2) for radio in (0, 1)]
    assert of_kind(found, TestKind.ON_AIR) == dict.fromkeys(radios, ("passed", said))
    assert {one.kind for one in found.results} == TESTS[Shape.SSID]
    assert (found.design["shape"], found.design["ssid"], found.design["to_is"]) == ("SSID", "Quayside Free", "handover")
    assert found.number == 1
    heard = of_kind(found, TestKind.PATH)
    assert heard[f"{DXP_SWITCH}:Ethernet40"] == ("passed", "ap-1:eth0")
    assert heard[f"{DX_SWITCH}:Ethernet1"] == ("passed", f"{DXP_SWITCH}:Ethernet1")
    assert {verdict for verdict, _ in of_kind(found, TestKind.ISOLATION).values()} >= {"passed"}
    assert not [one for one in found.results if one.verdict is Verdict.FAILED]
    assert PASSPHRASE not in found.document


def test_a_radio_that_sends_something_else_sends_all_back_and_says_which(town: AirTown) -> None:
    before = town.configs()
    order = town.ask("Quayside Free", security=SsidSecurity.OPEN)
    town.until(order, WaitsFor.APPROVAL)
    town.fleet.edit("ap-2", ["set wireless.radio1.disabled='1'"])

    failed = town.approve(order)

    assert [one.code for one in failed.reasons] == ["birth-tests-failed"]
    words = "on-air at ap-2:radio1: measured not sent, expected 'Quayside Free', none, S-VLAN 2001"
    assert words in failed.reasons[0].sentence
    town.fleet.edit("ap-2", ["set wireless.radio1.disabled='0'"])
    assert town.configs() == before
    assert town.slots() == 0


def test_equipments_backhaul_is_tested_as_a_line_and_one_without_has_no_certificate(town: AirTown) -> None:
    done = town.approve(town.host("quayside", HostedEquipment.LORAWAN_GATEWAY))

    found = certificate_of(town, done)

    assert {one.kind for one in found.results} == TESTS[Shape.BACKHAUL]
    assert of_kind(found, TestKind.PORTS)[f"{BOX}:Ethernet1"] == ("passed", "up")
    assert (found.design["shape"], found.design["cir_mbps"]) == ("backhaul", 10)
    town.fleet.miswire(BOX, "Ethernet9", PortRef("sw-elsewhere", "Ethernet7"))
    failed = town.approve(town.host("loomlight", HostedEquipment.SMALL_CELL))
    words = f"path at {BOX}:Ethernet9: measured sw-elsewhere:Ethernet7, expected {DXP_SWITCH}:Ethernet45"
    assert words in failed.reasons[0].sentence
