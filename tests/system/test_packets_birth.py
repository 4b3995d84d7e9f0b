"""Birth certificates on real frames: what the twin's own test head counts between commit and confirm."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from automation.birth.check import probe_task
from automation.birth.designed import TESTS, Shape
from automation.birth.prober import STEPS, When
from automation.birth.results import Limits, TestKind, Verdict
from provisioning.birth_certificates import BirthCertificate
from provisioning.birth_design import designed_service
from provisioning.front_desk import SYSTEM, approve, place_order
from provisioning.orders import OrderRequest, OrderState
from provisioning.questions.birth_certificate import birth_certificate
from provisioning.wanted import RealmWanted, SsidSecurity, SsidWanted
from tests.system.packets import MBPS, PacketTown, packet_town, skip_without_packets

pytestmark = pytest.mark.system
skip_without_packets()

POINT = "ap-hulme-1"
HOME, NEIGHBOUR, THIRD, HANDOVER = "999911000001", "999911000002", "999910000001", "ho-quayside-1"
TRUNK = "moss-side-1--science-park-1"
# an access point tells neither light nor neighbours, and nobody is on an SSID before it is sent
REQUIRED = ",".join(sorted(set(TestKind) - {TestKind.LIGHT, TestKind.PATH, TestKind.ISOLATION_BEFORE}))
REFUSED = "birth-tests-failed"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PacketTown]:
    folder: Path = tmp_path_factory.mktemp("birth")
    with packet_town(
        f"sqlite:///{folder}/birth.db",
        folder,
        probing=True,
        probe_s=1.0,
        birth_required=REQUIRED,
        radius_servers=("127.1.9.9",),
        passpoint_consortiums=("5A03BA",),
    ) as town:
        yield town


def test_every_test_is_measured_and_passes(town: PacketTown) -> None:
    done = town.wait(town.order(HOME, HANDOVER))
    assert (done.state, done.reasons) == (OrderState.COMPLETED, ())

    found = birth_certificate(town.house.tools, SYSTEM, done.id)
    for one in found.results:
        print(one.verdict, one.sentence)

    assert {one.kind for one in found.results if one.verdict is Verdict.PASSED} == TESTS[Shape.ACCESS_LINE]
    rates = [one for one in found.results if one.kind is TestKind.INFORMATION_RATE]
    assert [one.subject for one in rates] == [*(f"the circuit at {step} % of CIR" for step in STEPS), "the circuit"]
    assert 0.9 * MBPS <= float(rates[-1].measured) <= 1.1 * MBPS
    light = [one for one in found.results if one.kind is TestKind.LIGHT]
    assert {one.verdict for one in light} == {Verdict.PASSED}
    assert all(float(one.measured) < 3.0 for one in light)  # what the plant reckons, and no more


def test_a_service_in_use_is_measured_without_being_filled(town: PacketTown) -> None:
    """A slice of a performance test: a second here, ten there."""
    service = town.deliver(THIRD, HANDOVER)
    designed = designed_service(town.snapshot, service, town.house.tools.losses)
    assert designed is not None
    entry = designed.entries[0]
    task = probe_task(designed, When.IN_USE, entry, Limits(), 1.0, in_service=True)

    counted = town.house.tools.prober.probe(task)

    assert (counted.sent, counted.lost) == (100, 0)
    assert counted.delay_us
    assert (counted.rate_mbps, counted.steps, counted.strays) == (None, None, None)


def test_light_that_does_not_arrive_as_the_plant_reckons_fails_it(town: PacketTown) -> None:
    """Frames pass as ever: what is dirty today is down in a year."""
    before = town.configs()
    end = town.snapshot.links[TRUNK].a
    town.twin.fleet.set_light(end.device, end.port, -9.5)
    try:
        failed = town.wait(town.order(NEIGHBOUR, HANDOVER))
    finally:
        town.twin.fleet.heal(end.device)

    assert (failed.state, [one.code for one in failed.reasons]) == (OrderState.FAILED, [REFUSED])
    assert f"light at {end}: measured 7.50 dB, expected at most " in failed.reasons[0].sentence
    assert town.configs() == before
    found = birth_certificate(town.house.tools, SYSTEM, failed.id)
    assert {one.kind for one in found.results if one.verdict is Verdict.FAILED} == {TestKind.LIGHT}


def test_what_somebody_sends_on_an_ssid_is_measured_to_the_handover(town: PacketTown) -> None:
    wanted = SsidWanted("Quayside Free", town.snapshot.device(POINT).place_code or "", SsidSecurity.OPEN)

    found = measured(town, OrderRequest("hosted-ssid", "", HANDOVER, 0, 12, "", wanted), "quayside")

    assert {one.kind for one in found.results if one.verdict is Verdict.PASSED} == TESTS[Shape.SSID]
    assert "0 of 100 frames" in next(one.detail for one in found.results if one.kind is TestKind.FRAME_LOSS)


def test_a_shared_ssid_and_a_realm_on_it_are_each_measured_to_their_own_handover(town: PacketTown) -> None:
    wanted = SsidWanted("Everybody's", town.snapshot.device(POINT).place_code or "", SsidSecurity.PASSPOINT)
    shared = measured(town, OrderRequest("hosted-ssid", "", HANDOVER, 0, 12, "", wanted), "quayside")
    asked = RealmWanted(shared.service_id, "isp.example")

    realm = measured(town, OrderRequest("ssid-realm", "", "ho-loomlight-1", 0, 12, "", asked), "loomlight")

    for found, shape in ((shared, Shape.SSID), (realm, Shape.REALM)):
        assert {one.kind for one in found.results if one.verdict is Verdict.PASSED} == TESTS[shape]
        assert "0 of 100 frames" in next(one.detail for one in found.results if one.kind is TestKind.FRAME_LOSS)
    assert realm.design["realm"] == "isp.example"
    assert realm.design["s_vlan"] != shared.design["s_vlan"]


def measured(town: PacketTown, request: OrderRequest, isp: str) -> BirthCertificate:
    """What was measured before the order was completed."""
    tools = town.house.tools
    order, _ = place_order(tools, SYSTEM, request, idempotency_key=uuid.uuid4().hex, isp_code=isp)
    town.until_it_waits(order)
    approve(tools, SYSTEM, order.id)
    done = town.wait(order)
    assert (done.state, [one.sentence for one in done.reasons]) == (OrderState.COMPLETED, [])
    return birth_certificate(tools, SYSTEM, done.id)


def test_a_link_that_loses_every_frame_with_its_light_on_is_found_before_the_service_is_handed_over(
    town: PacketTown,
) -> None:
    """Devices see nothing wrong: ports are up, neighbours were heard, the text is right. Only frames tell."""
    before = town.configs()
    link = town.snapshot.links[TRUNK]
    town.twin.cut(link.a, link.z, TRUNK, silently=True)
    try:
        failed = town.wait(town.order(NEIGHBOUR, HANDOVER))
    finally:
        town.twin.repair(link.a, link.z, TRUNK)

    assert (failed.state, [one.code for one in failed.reasons]) == (OrderState.FAILED, [REFUSED])
    assert "frame-loss at the circuit: measured 100.000 %, expected at most 0.010 %" in failed.reasons[0].sentence
    assert town.configs() == before
    found = birth_certificate(town.house.tools, SYSTEM, failed.id)
    by_devices = [one for one in found.results if not one.subject.startswith("the circuit")]
    assert not [one for one in by_devices if one.verdict is Verdict.FAILED]
