"""What a probe makes of the frames it caught, and what the packet twin says where it cannot be had."""

import os
import struct
from collections.abc import Iterator

import pytest

from automation.birth.prober import ProbeTask, When
from automation.twin.errors import TwinLacksPrograms, TwinNeedsRoot
from automation.twin.forwarding import C_TPID, S_TPID
from automation.twin.ovs import probes, programs
from automation.twin.ovs.probes import OvsProber, _caught, _steady_mbps
from automation.twin.ovs.wire import ETHERTYPE, Frame, Wire, _outermost, _read
from inventory.devices import PortRef

PROBE = b"whose-it"
ADDRESSES = bytes(12)
PORT = PortRef("sw", "Ethernet1")


def frame(*tags: tuple[int, int], probe: bytes = PROBE) -> bytes:
    head = b"".join(struct.pack("!HH", *tag) for tag in tags)
    return ADDRESSES + head + struct.pack("!H", ETHERTYPE) + struct.pack("!8sQQ", probe, 7, 1_000)


def auxdata(status: int, vlan: int, tpid: int) -> list[tuple[int, int, bytes]]:
    return [(263, 8, struct.pack("=IIIHHHH", status, 0, 0, 0, 0, vlan, tpid))]


def test_a_frame_is_read_with_the_tag_the_kernel_took_out_in_front_of_those_still_in_it() -> None:
    outermost = _outermost(auxdata(0x50, 0x2000 | 2001, S_TPID))  # priority 1 is not part of the VLAN id
    found = _read(frame((C_TPID, 101)), outermost, PROBE, 5_000)

    assert found is not None
    assert found.tags == ((S_TPID, 2001), (C_TPID, 101))
    assert (found.number, found.took_ns) == (7, 4_000)
    assert found.size == len(frame((S_TPID, 2001), (C_TPID, 101)))


def test_a_kernel_that_names_no_tpid_means_a_c_tag_and_no_valid_tag_means_none() -> None:
    assert _outermost(auxdata(0x10, 101, 0)) == ((C_TPID, 101),)
    assert _outermost(auxdata(0, 101, S_TPID)) == ()
    assert _outermost([]) == ()


@pytest.mark.parametrize("text", [frame(probe=b"another!"), frame()[:-1], ADDRESSES, b"", ADDRESSES + b"\x08\x06" * 20])
def test_what_is_not_of_this_probe_is_passed_over(text: bytes) -> None:
    assert _read(text, (), PROBE, 0) is None


def test_the_rate_is_that_of_most_tenths_of_a_second_without_the_first_ones_burst() -> None:
    steady = [(number / 1000, 1250) for number in range(2000)]  # 10 Mbit/s
    burst = [(0.0, 1250)] * 100
    held_up = [(at, size) for at, size in steady if not 0.9 < at < 1.2]

    assert _steady_mbps(steady) == pytest.approx(10.0, rel=0.02)
    assert _steady_mbps([*burst, *steady]) == pytest.approx(10.0, rel=0.02)
    assert _steady_mbps(held_up) == pytest.approx(10.0, rel=0.02)
    assert _steady_mbps([]) == 0.0


class LateWire(Wire):
    """A wire on which the first frame has come, and others come late."""

    def __init__(self, late: int) -> None:
        self._frames = [Frame((), number, 1_000, 64, 0.0) for number in range(1 + late)]

    def waiting(self, probe: bytes) -> Iterator[Frame]:
        return iter(self._frames[:1])

    def received(self, probe: bytes, until: float) -> Iterator[Frame]:
        return iter(self._frames[1:])


@pytest.mark.parametrize(("sent", "caught"), [(1, 1), (2, 2), (4, 4), (6, 4)])
def test_frames_that_come_late_are_waited_for_and_no_longer_than_some_are_missing(sent: int, caught: int) -> None:
    assert [frame.number for frame in _caught(LateWire(3), PROBE, sent)] == list(range(caught))


@pytest.mark.parametrize(
    ("caught", "best"), [([95, 99], 95), ([40, 100, 99], 100), ([40, 70, 60, 50, 30, 99], 70), ([0] * 5, 0)]
)
def test_a_step_that_lacks_frames_is_taken_again_and_its_best_try_counts(
    monkeypatch: pytest.MonkeyPatch, caught: list[int], best: int
) -> None:
    came = iter(caught)
    monkeypatch.setattr(probes, "_offer", lambda *_asked: (100, 0.1))
    monkeypatch.setattr(probes, "_caught", lambda *_asked: [None] * next(came))
    line = probes._Line(LateWire(0), (), LateWire(0), ())
    task = ProbeTask("S", When.AFTER, PORT, PORT, True, 2001, None, None, 20, 0, 1518, 1.0, False, ())

    step = probes._one_step(line, task, 50, 0.1)

    assert step is not None
    assert step.offered_mbps
    assert step.rate_mbps / step.offered_mbps == pytest.approx(best / 100)


def test_a_circuit_without_ends_in_the_twin_is_not_measured_and_says_so() -> None:
    task = ProbeTask("S", When.AFTER, PORT, PORT, True, 2001, None, None, 20, 0, 1518, 1.0, False, ())

    probed = OvsProber([]).probe(task)

    assert probed.lost is None
    assert "no end at sw:Ethernet1" in probed.reason("sent")


def test_without_root_or_a_program_it_says_which_and_in_which_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(TwinNeedsRoot, match="only root may") as told:
        programs.require_packets()
    assert "--backend memory" in str(told.value.next_step)

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(programs, "which", lambda name, path: None if name.startswith("ovs") else f"/usr/bin/{name}")
    with pytest.raises(TwinLacksPrograms, match=r"ovs-vsctl.*\(packages openvswitch-switch\)"):
        programs.require_packets()
