"""Orders prove themselves by packets: on the inner part of the example, with forwarding that is real."""

import time
from collections.abc import Iterator

import pytest

from automation.baseline import BaselineRules, baseline_intents
from automation.birth.prober import When
from automation.change_plan import ChangeAction
from automation.twin.backend import OvsTwin
from automation.twin.forwarding import S_TPID
from automation.twin.ovs.ends import Outlet
from automation.twin.serving import TwinService
from inventory.devices import PortRef
from provisioning.orders import OrderState
from provisioning.services import Service
from tests.integration.running import wait_until
from tests.system.packets import (
    PacketTown,
    Stream,
    both_ways,
    capture,
    circuit_of,
    circuit_to_be,
    deployer_of,
    echo_tags,
    open_driver,
    packet_town,
    ping,
    probed,
    skip_without_packets,
    udp_mbps,
    wait_for_lacp,
)

pytestmark = pytest.mark.system
skip_without_packets()

HOME, NEIGHBOUR = "999911000001", "999911000002"  # nte-0014 and nte-0015, on one switch in Moss Side
PROTECTED_HOME = "999912000001"  # nte-0018, in Longsight, one of whose switch's uplinks is two cables
PROTECTED, PROTECTED_LINK, SINGLE_LINK = (
    "access-eline-protected",
    "longsight-1--science-park-2",
    "moss-side-1--science-park-1",
)
HANDOVER, OTHER_ISP = "ho-quayside-1", "ho-loomlight-20"
C_VLAN = 101


@pytest.fixture(scope="module")
def town(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PacketTown]:
    with packet_town(module_database_url, tmp_path_factory.mktemp("packets")) as town:
        yield town


def pinged(town: PacketTown, service: Service, number: int, c_vlan: int | None = C_VLAN) -> tuple[Outlet, str]:
    """Addresses at both ends of a circuit: where to ping from, and to."""
    circuit = circuit_of(service)
    uni, far = town.twin.network.router(circuit.uni), town.twin.network.router(circuit.handover_port)
    ours, theirs = f"10.{number}.0.2", f"10.{number}.0.1"
    far.tagged(f"{theirs}/24", s_vlan=circuit.s_vlan, c_vlan=c_vlan)
    if c_vlan is None:
        return uni.plain(f"{ours}/24"), theirs
    return uni.tagged(f"{ours}/24", c_vlan=c_vlan), theirs


def far_outlet(town: PacketTown, service: Service) -> Outlet:
    circuit = circuit_of(service)
    return Outlet(town.end(circuit.handover_port).namespace, f"s{circuit.s_vlan}c{C_VLAN}")


def test_an_order_delivered_passes_a_ping_and_the_handover_shows_the_ordered_tags(town: PacketTown) -> None:
    service = town.deliver(HOME, HANDOVER)
    circuit = circuit_of(service)
    outlet, address = pinged(town, service, 1)
    isp = town.end(circuit.handover_port)

    with capture(isp.namespace, isp.interface) as seen:
        assert ping(outlet, address) == 3

    assert echo_tags(seen.stop()) == both_ways("0x88a8", circuit.s_vlan, C_VLAN)
    assert PortRef(isp.port.device, isp.port.port) == circuit.handover_port
    assert town.wait(town.cease(service)).state is OrderState.COMPLETED


def test_no_frame_reaches_a_neighbour_before_or_after_and_a_cease_stops_the_circuit_at_once(town: PacketTown) -> None:
    neighbour = town.deliver(NEIGHBOUR, OTHER_ISP)
    before = probed(town, circuit_to_be(town, HOME, HANDOVER), When.BEFORE)
    service = town.deliver(HOME, HANDOVER)
    after = probed(town, circuit_of(service), When.AFTER, seconds=0.5)
    outlet, address = pinged(town, service, 2)
    assert ping(outlet, address) == 3

    assert town.wait(town.cease(service)).state is OrderState.COMPLETED
    replies = ping(outlet, address, count=5, tries=1)
    gone = probed(town, circuit_of(service), When.AFTER, seconds=0.2)

    assert dict(before.strays or ()) == dict(after.strays or ()) == dict(gone.strays or ())
    assert set(dict(after.strays or ()).values()) == {0}
    assert len(after.strays or ()) == len(town.twin.plan.ends) - 2
    assert (after.lost, after.tags) == (0, ((S_TPID, circuit_of(service).s_vlan),))
    assert replies == 0
    assert gone.lost == gone.sent
    assert town.wait(town.cease(neighbour)).state is OrderState.COMPLETED


def test_twenty_megabits_are_eighteen_to_twenty_two_by_our_count_and_by_iperf(town: PacketTown) -> None:
    service = town.deliver(HOME, HANDOVER)
    ours = probed(town, circuit_of(service), When.AFTER, seconds=2.0).rate_mbps
    outlet, address = pinged(town, service, 3)
    theirs = udp_mbps(outlet, far_outlet(town, service), address, offered_mbps=40, enough_mbps=18)

    assert ours is not None
    assert 18 <= ours <= 22
    assert 18 <= theirs <= 22
    assert town.wait(town.cease(service)).state is OrderState.COMPLETED


def test_a_commit_nobody_confirms_goes_back_by_itself_and_the_ping_stops(town: PacketTown) -> None:
    service = town.deliver(HOME, HANDOVER)
    intents = town.intents(service)
    outlet, address = pinged(town, service, 4)
    town.wait(town.cease(service))
    before = town.configs()
    rehearsed = {change.device: change for change in deployer_of(town).rehearse(intents, ChangeAction.ADD).changes}
    nte = rehearsed.pop(circuit_of(service).uni.device)
    assert deployer_of(town).deploy(tuple(rehearsed.values()), 60).refusals == ()
    assert ping(outlet, address, tries=1) == 0

    driver = open_driver(town, nte.device)
    driver.load_merge_candidate(config=nte.commands)
    driver.commit_config(revert_in=5)
    answered = ping(outlet, address)
    wait_until(lambda: town.configs([nte.device])[nte.device] == before[nte.device])

    assert answered == 3
    assert ping(outlet, address, tries=1) == 0
    assert town.configs([nte.device])[nte.device] == before[nte.device]
    driver.config_session = None  # the timer took it: a driver that still holds it could not be closed
    driver.close()
    removed = [one for one in intents if one.device in rehearsed]
    taken_off = deployer_of(town).rehearse(removed, ChangeAction.REMOVE).changes
    assert deployer_of(town).deploy(taken_off, 60).refusals == ()
    assert town.configs() == before


def test_a_protected_service_outlives_a_cut_of_either_cable_and_the_frames_lost_are_counted(town: PacketTown) -> None:
    """An order for protection, its link's two cables cut one after the other under load, and then both."""
    service = town.deliver(PROTECTED_HOME, OTHER_ISP, product=PROTECTED)
    circuit = circuit_of(service)
    first, second = (member.code for member in town.snapshot.members[PROTECTED_LINK])
    control = TwinService(OvsTwin(town.twin), town.snapshot)
    stream = Stream(town.end(circuit.uni), town.end(circuit.handover_port), circuit.s_vlan)
    stream.wait_for_frames()

    with stream:
        runs_on, findings = [], []
        for cable in (first, second):
            wait_for_lacp(town.twin, town.snapshot.members[PROTECTED_LINK])
            time.sleep(0.3)
            control.cut({"link": cable})
            time.sleep(0.7)
            runs_on.append(_state(control, PROTECTED_LINK))
            findings.append(_what_is_down(town))
            control.repair({"link": cable})
        wait_for_lacp(town.twin, town.snapshot.members[PROTECTED_LINK])
        time.sleep(0.3)  # what was on its way has been counted
        lost_by_one = stream.sent - stream.received
        control.cut({"link": PROTECTED_LINK})
        findings_at_all = _what_is_down(town)
        cut_at = _when_none_comes(stream)
        time.sleep(0.4)
        came_without = stream.received - cut_at
        dead = _state(control, PROTECTED_LINK)
        control.repair({"link": PROTECTED_LINK})
        wait_until(lambda: stream.received > cut_at + 50)
    lost_by_all = stream.sent - stream.received - lost_by_one

    print(f"{stream.sent} frames at {stream.fps}/s: {lost_by_one} lost by cutting each cable, {lost_by_all} by both")
    assert circuit.protected_between == ("sw-longsight-1", "sw-science-park-2")
    assert runs_on == [f"up on {second}", f"up on {first}"]
    assert lost_by_one < stream.fps / 2  # less than half a second, twice
    assert [len(found) for found in findings] == [1, 1]  # the member, and not the port-channel
    assert dead == "down"
    assert (came_without, "Port-Channel1 is down" in findings_at_all) == (0, True)
    assert lost_by_all >= stream.fps / 2
    assert town.wait(town.cease(service)).state is OrderState.COMPLETED


def _when_none_comes(stream: Stream) -> int:
    """How many frames have come, once what was on its way has been counted."""
    deadline, counted = time.monotonic() + 30.0, -1
    while counted != stream.received:
        assert time.monotonic() < deadline, "frames still come"
        counted = stream.received
        time.sleep(0.3)
    return counted


def _state(control: TwinService, code: str) -> str:
    return str(next(link["state"] for link in control.status({})["links"] if link["code"] == code))


def _what_is_down(town: PacketTown) -> list[str]:
    """What a look at the protected home's switch finds, as a deploy and a commissioning look at it."""
    baseline = baseline_intents(town.snapshot, "sw-longsight-1", BaselineRules())
    found = deployer_of(town).prove(baseline, ChangeAction.ADD).findings
    return [one.detail for one in found if one.check == "link" and not one.ok]


def test_a_service_on_a_single_cable_is_off_until_that_is_repaired(town: PacketTown) -> None:
    service = town.deliver(HOME, HANDOVER)
    circuit = circuit_of(service)
    link = town.snapshot.links[SINGLE_LINK]
    assert SINGLE_LINK in circuit.link_codes
    town.twin.cut(link.a, link.z, link.code)
    dead = probed(town, circuit, When.AFTER, seconds=0.2)
    down = town.twin.fleet.link_up(link.a.device, link.a.port)
    town.twin.repair(link.a, link.z, link.code)
    wait_until(lambda: probed(town, circuit, When.AFTER, seconds=0.1).lost == 0)
    alive = probed(town, circuit, When.AFTER, seconds=0.2)
    town.twin.cut(link.a, link.z, link.code, silently=True)
    silent = probed(town, circuit, When.AFTER, seconds=0.2)
    up = town.twin.fleet.link_up(link.a.device, link.a.port)
    town.twin.repair(link.a, link.z, link.code)

    assert (dead.lost, alive.lost, silent.lost) == (dead.sent, 0, silent.sent)
    assert (down, up) == (False, True)
    assert town.wait(town.cease(service)).state is OrderState.COMPLETED
