"""What is measured is held against what was designed and ordered; what could not be measured never passes."""

from dataclasses import replace
from types import MappingProxyType

import pytest

from automation.birth.check import BirthCheck, Testing
from automation.birth.designed import TESTS, DesignedLink, DesignedService, DesignedSsid, Shape
from automation.birth.judging import judge_devices, unsettled
from automation.birth.on_air_judging import alone_on_air, on_air
from automation.birth.probe_judging import judge_isolation, judge_probed
from automation.birth.prober import MEASURES, NoProber, Probed, ProbeTask, RateStep, When, nothing_probed
from automation.birth.results import Limits, TestKind, TestResult, Verdict, by_kind, failed
from automation.change_plan import Finding
from automation.dialects.eos.platform import EOS
from automation.dialects.openwrt.platform import OPENWRT
from automation.errors import DeviceUnreachable
from automation.facts import DeviceFacts, Light, Sent, light_of, neighbours_of
from automation.wireless import SsidSecurity
from inventory.devices import PortRef

UNI, HANDOVER = PortRef("nte", "Ethernet1"), PortRef("dx", "Ethernet48")
NEAR, FAR = PortRef("nte", "Ethernet2"), PortRef("dx", "Ethernet1")
LINK = DesignedLink("drop", NEAR, FAR, reckoned_db=1.0, allowed_db=6.2, optic="10GBASE-LR")
CIRCUIT = DesignedService("S-1", Shape.ACCESS_LINE, (UNI,), HANDOVER, 2001, ("nte", "dx"), (LINK,), cir_mbps=100)
UP = {"is_up": True, "is_enabled": True, "mtu": 9214}
LIMITS = Limits()
FINDINGS = tuple(Finding(name, check, True, "well") for name in ("nte", "dx") for check in ("config", "isolation"))
COUNTED = Probed(1000, 0, 500.0, 98.0, 1522, ((0x88A8, 2001), (0x8100, 5)), ((PortRef("n", "E1"), 0),), "told")


LIT = Light(-3.0, -2.0)


def facts(device: str, far: PortRef, light: Light | None = LIT) -> DeviceFacts:
    port = "Ethernet2" if device == "nte" else "Ethernet1"
    ports = {port: UP, "Ethernet1": UP, "Ethernet48": UP}
    lit = {} if light is None else {port: light}
    return DeviceFacts(device, EOS.dialect, "", ports, {port: (far,)}, lit)


WELL = MappingProxyType({"nte": facts("nte", FAR), "dx": facts("dx", NEAR)})


def results(looked=WELL, findings=FINDINGS, circuit=CIRCUIT):
    return judge_devices(circuit, looked, findings, LIMITS)


def of(kind, found):
    return [(one.subject, one.verdict.value, one.measured) for one in found if one.kind is kind]


def test_a_circuit_as_designed_passes_everything_that_devices_tell():
    assert {one.verdict for one in results()} == {Verdict.PASSED}
    measured = {one.kind for one in results()}
    assert measured == {
        TestKind.PORTS, TestKind.PATH, TestKind.LIGHT, TestKind.TAGS, TestKind.MTU, TestKind.ISOLATION,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("received", "verdict"), [(-3.0, "passed"), (-5.99, "passed"), (-6.01, "failed"), (-30.0, "failed")]
)
def test_light_may_lose_what_is_reckoned_and_the_optics_own_error(received, verdict):
    looked = {**WELL, "nte": facts("nte", FAR, Light(received, -2.0))}
    [at_nte, at_dx] = of(TestKind.LIGHT, results(looked))
    assert (at_nte[0], at_nte[1]) == ("nte:Ethernet2", verdict)
    assert at_dx[1] == "passed"


def test_light_never_loses_more_than_the_optic_allows_however_much_is_reckoned():
    circuit = replace(CIRCUIT, links=(replace(LINK, reckoned_db=5.0),))
    looked = {**WELL, "nte": facts("nte", FAR, Light(-8.5, -2.0))}
    assert of(TestKind.LIGHT, results(looked, circuit=circuit))[0] == ("nte:Ethernet2", "failed", "6.50")


def test_without_a_figure_or_a_plant_light_is_not_measured():
    for light in (None, Light(None, -2.0)):
        found = results({**WELL, "nte": facts("nte", FAR, light)})
        assert {one.verdict for one in found if one.kind is TestKind.LIGHT} >= {Verdict.NOT_MEASURED}
        assert not any(one.verdict is Verdict.FAILED for one in found)
    unknown = replace(CIRCUIT, links=(DesignedLink("drop", NEAR, FAR),))
    assert {row[1] for row in of(TestKind.LIGHT, results(circuit=unknown))} == {"not measured"}


def test_a_platform_without_a_getter_is_told_and_does_not_pass():
    dumb = replace(facts("nte", FAR), neighbours=None, light=None, why_not={"neighbours": "no getter", "light": "none"})
    found = results({**WELL, "nte": dumb})
    assert of(TestKind.PATH, found)[0] == ("nte:Ethernet2", "not measured", "")
    assert next(one.detail for one in found if one.kind is TestKind.PATH) == "no getter"


def test_a_device_that_was_not_read_passes_nothing():
    away = DeviceUnreachable("nte", "no answer")
    found = results({**WELL, "nte": away}, [one for one in FINDINGS if one.device != "nte"])
    about_nte = [one for one in found if one.subject.startswith("nte")]
    assert about_nte
    assert {one.verdict for one in about_nte} == {Verdict.NOT_MEASURED}


@pytest.mark.parametrize("heard", [(), (PortRef("dx", "Ethernet2"),), (FAR, PortRef("other", "E1"))])
def test_the_path_is_the_designed_one_only_where_the_designed_neighbour_alone_is_heard(heard):
    looked = {**WELL, "nte": replace(WELL["nte"], neighbours={"Ethernet2": heard})}
    assert of(TestKind.PATH, results(looked))[0][1] == "failed"


def test_a_port_without_link_is_waited_for_and_a_wrong_neighbour_is_not():
    shut = {**WELL["dx"].ports, "Ethernet48": {"is_up": False, "is_enabled": True, "mtu": 9214}}
    assert unsettled(results({**WELL, "dx": replace(WELL["dx"], ports=shut)}))
    wrong = replace(WELL["nte"], neighbours={"Ethernet2": (PortRef("x", "y"),)})
    assert not unsettled(results({**WELL, "nte": wrong}))
    assert not unsettled(results())


def test_what_a_device_says_wrong_or_another_port_carries_fails_with_its_words():
    findings = [Finding("dx", "config", False, "still to do: vlan 2001"), *FINDINGS]
    [wrong] = failed(results(findings=findings))
    assert wrong.sentence == (
        "tags at dx: measured still to do: vlan 2001, expected S-VLAN 2001 (its configuration, read back)"
    )


def test_everything_counted_as_ordered_passes():
    assert {one.verdict for one in judge_probed(CIRCUIT, COUNTED, LIMITS)} == {Verdict.PASSED}


@pytest.mark.parametrize(
    ("counted", "kind", "words"),
    [
        ({"lost": 1}, "frame-loss", "measured 0.100 %, expected at most 0.010 %"),
        ({"lost": 1000}, "frame-loss", "measured 100.000 %"),
        ({"delay_us": 10_001.0}, "frame-delay", "measured 10001 µs, expected at most 10000 µs"),
        ({"rate_mbps": 89.9}, "information-rate", "measured 89.9 Mbit/s, expected 90.0 to 110.0 Mbit/s"),
        ({"rate_mbps": 110.1}, "information-rate", "measured 110.1 Mbit/s"),
        ({"largest_frame_bytes": 1521}, "mtu", "measured 1521 bytes, expected at least 1522 bytes"),
        ({"tags": ((0x8100, 2001),)}, "tags", "measured 0x8100 VLAN 2001, expected 0x88a8 VLAN 2001"),
        ({"tags": ((0x88A8, 2002),)}, "tags", "measured 0x88a8 VLAN 2002"),
        ({"tags": ()}, "tags", "measured untagged"),
    ],
)
def test_each_count_beyond_its_limit_fails_and_says_both(counted, kind, words):
    [wrong] = failed(judge_probed(CIRCUIT, replace(COUNTED, **counted), LIMITS))
    assert wrong.kind == kind
    assert words in wrong.sentence


def test_a_loss_test_that_sent_nothing_is_not_measured():
    found = judge_probed(CIRCUIT, replace(COUNTED, sent=0, lost=0), LIMITS)
    assert [one.verdict for one in found if one.kind is TestKind.FRAME_LOSS] == [Verdict.NOT_MEASURED]


def test_an_excess_rate_is_let_through_too():
    burstable = replace(CIRCUIT, eir_mbps=900)
    assert not failed(judge_probed(burstable, replace(COUNTED, rate_mbps=950.0), LIMITS))
    assert failed(judge_probed(burstable, replace(COUNTED, rate_mbps=80.0), LIMITS))


def test_at_a_far_uni_its_own_c_tag_is_expected_or_none():
    line = replace(CIRCUIT, shape=Shape.E_LINE, c_vlan=10, z_c_vlan=20)
    assert not failed(judge_probed(line, replace(COUNTED, tags=((0x8100, 20),)), LIMITS))
    assert failed(judge_probed(line, replace(COUNTED, tags=((0x8100, 10),)), LIMITS))
    assert not failed(judge_probed(replace(line, z_c_vlan=None), replace(COUNTED, tags=()), LIMITS))


def test_a_neighbour_that_saw_a_frame_is_not_named():
    found = tuple(judge_isolation(TestKind.ISOLATION, replace(COUNTED, strays=((PortRef("nte-of-another", "E1"), 2),))))
    [wrong] = failed(found)
    assert "measured 2 frames, expected 0 frames" in wrong.sentence
    assert "nte-of-another" not in repr(found)


def test_without_a_probe_nothing_passes_and_each_result_says_why():
    task = ProbeTask("S-1", When.AFTER, UNI, HANDOVER, True, 2001, None, None, 100, 0, 1522, 5.0, False, ())
    probed = NoProber().probe(task)
    found = (*judge_probed(CIRCUIT, probed, LIMITS), *judge_isolation(TestKind.ISOLATION, probed))
    assert len(found) == len(MEASURES)
    assert {one.verdict for one in found} == {Verdict.NOT_MEASURED}
    assert all("no probe is set" in one.detail for one in found)
    assert nothing_probed("away").reason("tags") == "away"


def test_only_what_is_required_must_be_measured():
    unmeasured = TestResult(TestKind.LIGHT, Verdict.NOT_MEASURED, "dx:Ethernet1", detail="no optic")
    assert failed([unmeasured]) == ()
    assert failed([unmeasured], {TestKind.LIGHT}) == (unmeasured,)
    [missing] = failed([], {TestKind.FRAME_LOSS})
    assert missing.sentence == "frame-loss at the circuit: not measured: nothing measures it here"


def test_what_napalm_says_of_optics_and_neighbours_is_read_without_its_stand_ins():
    def channel(rx, tx):
        return {"state": {"input_power": {"instant": rx}, "output_power": {"instant": tx}}}

    answer = {
        "Ethernet1": {"physical_channels": {"channel": [channel(-3.5, -2.0), channel(-7.25, -1.0)]}},
        "Ethernet2": {"physical_channels": {"channel": [channel(0.0, 0.0)]}},
        "Ethernet3": {"physical_channels": {"channel": [channel(float("-inf"), -2.0)]}},
        "Ethernet4": {"physical_channels": {"channel": []}},
    }
    assert light_of(answer) == {
        "Ethernet1": Light(-7.25, -2.0),
        "Ethernet2": Light(None, None),
        "Ethernet3": Light(None, -2.0),
    }
    heard = neighbours_of({"Ethernet1": [{"hostname": "dx.example.net", "port": "Ethernet1"}]})
    assert heard == {"Ethernet1": (PortRef("dx", "Ethernet1"),)}


def test_one_line_a_kind_says_the_worst_and_the_frames_before_the_device():
    found = {one.kind: one for one in by_kind((*results(), *judge_probed(CIRCUIT, COUNTED, LIMITS)))}
    assert (found[TestKind.MTU].passed, found[TestKind.MTU].total, found[TestKind.MTU].told.measured) == (3, 3, "1522")
    wrong = judge_probed(CIRCUIT, replace(COUNTED, largest_frame_bytes=64), LIMITS)
    worst = {one.kind: one for one in by_kind((*results(), *wrong))}[TestKind.MTU]
    assert (worst.verdict, worst.passed, worst.told.measured) == (Verdict.FAILED, 2, "64")


def shut(port):
    return {**WELL, "dx": replace(WELL["dx"], ports={**WELL["dx"].ports, port: {"is_up": False, "is_enabled": True}})}


def test_a_port_that_comes_up_within_its_time_is_waited_for_and_one_that_does_not_is_told():
    slept: list[float] = []
    looks = [shut("Ethernet48"), shut("Ethernet48"), WELL]
    check = BirthCheck(CIRCUIT, (), NoProber(), Testing(settle_s=2.0), sleep=slept.append)
    assert check(lambda _names: looks.pop(0)) == ()
    assert (len(slept), looks) == (2, [])

    slept.clear()
    check = BirthCheck(CIRCUIT, (), NoProber(), Testing(settle_s=2.0), sleep=slept.append)
    [refusal] = check(lambda _names: shut("Ethernet48"))
    assert (refusal.device, refusal.code, sum(slept)) == ("dx", "birth-test-failed", 2.0)
    assert refusal.reason == "ports at dx:Ethernet48: measured down, expected up (the handover)"


def test_nothing_is_waited_for_where_all_is_well():
    slept: list[float] = []
    check = BirthCheck(CIRCUIT, (), NoProber(), Testing(settle_s=9.0), sleep=slept.append)
    assert check(lambda _names: WELL) == ()
    assert slept == []
    assert check.results


@pytest.mark.parametrize("shape", Shape)
def test_each_kind_of_service_has_its_tests_and_a_result_of_each_and_of_no_other(shape):
    """What nothing measured is told as that; what makes no sense is not told at all."""
    service = replace(CIRCUIT, shape=shape, on_air=SSID if shape is Shape.SSID else None)
    check = BirthCheck(service, (), NoProber(), Testing(settle_s=0.0))
    check.before(())
    check(lambda _names: WELL)
    assert {one.kind for one in check.results} == TESTS[shape]
    assert (TestKind.INFORMATION_RATE in TESTS[shape]) is (shape in {Shape.ACCESS_LINE, Shape.E_LINE, Shape.BACKHAUL})
    assert (TestKind.ON_AIR in TESTS[shape]) is (shape is Shape.SSID)
    assert failed(check.results) == ()


def test_on_one_device_there_is_no_way_to_be_heard_along():
    alone = replace(CIRCUIT, devices=("dx",), links=())
    assert TESTS[Shape.ACCESS_LINE] - alone.tests == {TestKind.PATH, TestKind.LIGHT}


def test_each_step_is_held_against_what_was_offered_and_named_by_its_share():
    steps = (RateStep(25, 25.0), RateStep(50, 41.0, 45.0), RateStep(75, 60.0))
    found = judge_probed(CIRCUIT, replace(COUNTED, steps=steps), LIMITS)
    rates = [one for one in found if one.kind is TestKind.INFORMATION_RATE]
    assert [(one.subject, one.verdict.value) for one in rates] == [
        ("the circuit at 25 % of CIR", "passed"),
        ("the circuit at 50 % of CIR", "passed"),  # 41.0 of 45.0 that the probe could offer
        ("the circuit at 75 % of CIR", "failed"),
        ("the circuit", "passed"),
    ]
    assert rates[2].expected == "67.5 to 82.5"


UCI_ON = """\
package network

config bridge-vlan 'nh_S__1_vlan'
\toption device 'br-nh'
\toption vlan '2001'
\tlist ports 'eth0:t'

config interface 'nh_S__1'
\toption device 'br-nh.2001'

package wireless

config wifi-iface 'nh_S__1_radio0'
\toption device 'radio0'
\toption network 'nh_S__1'
"""
SSID = DesignedSsid("Free'd", SsidSecurity.SAE)
RADIO = PortRef("ap", "radio0")
ON_AIR = DesignedService("S-1", Shape.SSID, (RADIO,), HANDOVER, 2001, ("ap",), on_air=SSID, uplinks={"ap": "eth0"})


def point(*sent, running=UCI_ON):
    return {"ap": DeviceFacts("ap", OPENWRT.dialect, running, {}, None, None, {}, tuple(sent))}


@pytest.mark.parametrize(
    ("sent", "measured"),
    [
        (Sent("nh_S__1_radio0", "radio0", "Free'd", "sae"), '"Free\'d", sae, S-VLAN 2001'),
        (Sent("nh_S__1_radio0", "radio0", "Free'd", "none"), '"Free\'d", none, S-VLAN 2001'),
        (Sent("nh_S__1_radio0", "radio0", "Freed", "sae"), "'Freed', sae, S-VLAN 2001"),
        (Sent("nh_S__1_radio1", "radio0", "Free'd", "sae"), '"Free\'d", sae, another VLAN'),
        (Sent("nh_S__1_radio0", "radio1", "Free'd", "sae"), "not sent"),
        (Sent("nh_S__2_radio0", "radio0", "Free'd", "sae"), "not sent"),
    ],
)
def test_what_a_radio_sends_is_held_against_the_ssid_its_security_and_its_s_vlan(sent, measured):
    [found] = on_air(ON_AIR, point(sent))
    assert (found.subject, found.measured) == ("ap:radio0", measured)
    assert (found.verdict is Verdict.PASSED) is (found.measured == found.expected)


def test_anothers_ssid_in_the_s_vlan_of_this_one_fails_unnamed():
    [alone] = alone_on_air(TestKind.ISOLATION, ON_AIR, point())
    assert alone.verdict is Verdict.PASSED
    theirs = UCI_ON + "\nconfig wifi-iface 'nh_S__2_radio0'\n\toption network 'nh_S__1'\n"
    [shared] = alone_on_air(TestKind.ISOLATION, ON_AIR, point(running=theirs))
    assert (shared.verdict, shared.measured) == (Verdict.FAILED, "S-VLAN 2001 in 1 other SSID or port")
    [unread] = on_air(ON_AIR, {"ap": DeviceUnreachable("ap", "no answer")})
    assert unread.verdict is Verdict.NOT_MEASURED
