"""The twin's own test head: frames sent at a subscriber's port and counted where they come out.

Everything is measured one way, from the UNI to the far end, by one clock. The far end's own frames go the other
way first, so that no switch floods for want of knowing where to.
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from statistics import fmean

from automation.birth.prober import Probed, ProbeTask, When, nothing_probed
from automation.twin.errors import TwinProgramFailed
from automation.twin.forwarding import C_TPID, S_TPID
from automation.twin.ovs.plan import End
from automation.twin.ovs.wire import FCS_BYTES, HEADER_BYTES, Frame, Tag, Wire
from inventory.devices import PortRef

_NEAR, _FAR = bytes.fromhex("02aa00000001"), bytes.fromhex("02aa00000002")
_EVERYBODY = b"\xff" * 6
_UNTAGGED_BYTES = 1518
_ANY_C_VLAN = 101
_SETTLE_S = 0.15  # for what is still on its way
_LOSS_FPS = 100
_LOAD = 1.5  # times what the profile lets in
_LEAST_LOAD_MBPS = 5
_METHOD = "frames of the twin's own ends, one way, one clock"


@dataclass(frozen=True, slots=True)
class _Line:
    """The two ends of a circuit, open, and the tags a frame needs at each to get into it."""

    near: Wire
    near_tags: tuple[Tag, ...]
    far: Wire
    far_tags: tuple[Tag, ...]

    def forth(self, probe: bytes, number: int, size: int, to: bytes = _FAR) -> bool:
        return self.near.send(probe, number, self.near_tags, size, source=_NEAR, to=to)

    def back(self, probe: bytes, number: int, size: int, to: bytes = _NEAR) -> bool:
        return self.far.send(probe, number, self.far_tags, size, source=_FAR, to=to)


class OvsProber:
    """Implements `automation.birth.prober.Prober` between the ends of a packet twin, from any process of root's."""

    def __init__(self, ends: Sequence[End]) -> None:
        self._ends: Mapping[PortRef, End] = {end.port: end for end in ends}

    def probe(self, task: ProbeTask) -> Probed:
        missing = [str(port) for port in (task.uni, task.far_end) if port not in self._ends]
        if missing:
            return nothing_probed(f"the twin has no end at {', '.join(missing)}")
        try:
            with self._open(task) as line, self._listening(task.neighbours) as neighbours:
                if task.when is When.BEFORE:
                    return Probed(strays=_strays(line, neighbours), method=_METHOD)
                return _measure(task, line, neighbours)
        except (TwinProgramFailed, OSError) as error:
            return nothing_probed(f"the twin's ends cannot be opened ({error})")

    @contextmanager
    def _open(self, task: ProbeTask) -> Iterator[_Line]:
        with closing(self._wire(task.uni)) as near, closing(self._wire(task.far_end)) as far:
            near_tags: tuple[Tag, ...] = ((C_TPID, task.c_vlan),) if task.c_vlan else ()
            far_tags: tuple[Tag, ...] = ((C_TPID, task.z_c_vlan),) if task.z_c_vlan else ()
            if task.is_handover:
                far_tags = ((S_TPID, task.s_vlan),)
            yield _Line(near, near_tags, far, far_tags)

    @contextmanager
    def _listening(self, ports: Sequence[PortRef]) -> Iterator[dict[PortRef, Wire]]:
        with ExitStack() as stack:
            known = [port for port in ports if port in self._ends]
            yield {port: stack.enter_context(closing(self._wire(port))) for port in known}

    def _wire(self, port: PortRef) -> Wire:
        end = self._ends[port]
        return Wire(end.namespace, end.interface)


def _measure(task: ProbeTask, line: _Line, neighbours: Mapping[PortRef, Wire]) -> Probed:
    strays = _strays(line, neighbours)
    probed = _loss_and_delay(line, task)
    if not task.in_service:
        probed = replace(probed, rate_mbps=_rate(line, task))
    why_not = () if probed.rate_mbps is not None else (("rate_mbps", "a subscriber's traffic is on it"),)
    largest = _largest(line, task.frame_bytes)
    return replace(probed, largest_frame_bytes=largest, strays=strays, method=_METHOD, why_not=why_not)


def _strays(line: _Line, neighbours: Mapping[PortRef, Wire]) -> tuple[tuple[PortRef, int], ...]:
    """Frames to everybody and to nobody known, both ways: what floods inside the circuit must not leave it."""
    probe = secrets.token_bytes(8)
    unknown = b"\x02" + secrets.token_bytes(5)
    for number in range(10):
        to = _EVERYBODY if number % 2 else unknown
        line.forth(probe, number, 100, to)
        line.back(probe, number, 100, to)
    time.sleep(_SETTLE_S)
    return tuple((port, sum(1 for _frame in wire.waiting(probe))) for port, wire in neighbours.items())


def _loss_and_delay(line: _Line, task: ProbeTask) -> Probed:
    _greet(line)
    probe = secrets.token_bytes(8)
    count = max(10, int(min(task.seconds, 5.0) * _LOSS_FPS))
    sent = 0

    def send() -> None:
        nonlocal sent
        for number in range(count):
            sent += line.forth(probe, number, 100)
            time.sleep(1 / _LOSS_FPS)

    frames = _while_sending(send, line.far, probe)
    numbers = {frame.number for frame in frames}
    delay_us = fmean(frame.took_ns for frame in frames) / 1000 if frames else None
    tags = frames[0].tags if frames else None
    return Probed(sent=sent, lost=sent - len(numbers), delay_us=delay_us, tags=tags)


def _rate(line: _Line, task: ProbeTask) -> float:
    """Offer more than the profile lets in, in large frames, and count what comes out; the first burst is let pass."""
    _greet(line)
    size = min(task.frame_bytes, 1518) - FCS_BYTES
    offered_mbps = max(_LEAST_LOAD_MBPS, _LOAD * (task.cir_mbps + task.eir_mbps))
    gap_s = size * 8 / (offered_mbps * 1e6)
    seconds = min(task.seconds, 3.0)
    probe = secrets.token_bytes(8)

    def send() -> None:
        begun = time.monotonic()
        number = 0
        while (now := time.monotonic() - begun) < seconds:
            while number * gap_s <= now:
                line.forth(probe, number, size)
                number += 1
            time.sleep(min(gap_s, 0.002))

    arrivals = [(time.monotonic(), frame.size) for frame in _while_sending_each(send, line.far, probe)]
    return _steady_mbps(arrivals)


def _steady_mbps(arrivals: Sequence[tuple[float, int]]) -> float:
    """The rate behind the first fifth, where the profile's burst is used up. Frames as at the UNI, without its FCS."""
    if len(arrivals) < 2:
        return 0.0
    first, last = arrivals[0][0], arrivals[-1][0]
    begin = first + (last - first) / 5
    counted = [size for at, size in arrivals if at > begin]
    return sum(counted) * 8 / 1e6 / (last - begin) if last > begin else 0.0


def _largest(line: _Line, wanted: int) -> int:
    """The largest of a few frames up to the one wanted that arrives, with its FCS; 0 where none does.

    Above 1,518 bytes a frame has a tag (IEEE 802.3 clause 3.2.7): where the UNI's have none, a subscriber's own.
    """
    _greet(line)
    if wanted > _UNTAGGED_BYTES and not line.near_tags:
        line = replace(line, near_tags=((C_TPID, _ANY_C_VLAN),))
    for size in sorted({wanted, 1518, 1500, 1280, 576, 64}, reverse=True):
        if size <= wanted and _passes(line, size - FCS_BYTES):
            return size
    return 0


def _passes(line: _Line, size: int) -> bool:
    probe = secrets.token_bytes(8)
    for number in range(3):
        line.forth(probe, number, max(size, HEADER_BYTES + 24))
    return any(True for _frame in line.far.received(probe, time.monotonic() + _SETTLE_S))


def _greet(line: _Line) -> None:
    """Let every switch on the way learn where both ends are."""
    probe = secrets.token_bytes(8)
    for number in range(3):
        line.back(probe, number, 100)
        line.forth(probe, number, 100)
        time.sleep(0.01)


def _while_sending(send: Callable[[], None], far: Wire, probe: bytes) -> list[Frame]:
    return list(_while_sending_each(send, far, probe))


def _while_sending_each(send: Callable[[], None], far: Wire, probe: bytes) -> Iterator[Frame]:
    """What arrives while another thread sends, and a moment longer."""
    sender = threading.Thread(target=send, name="probe", daemon=True)
    sender.start()
    while sender.is_alive():
        yield from far.received(probe, time.monotonic() + 0.05)
    sender.join()
    yield from far.received(probe, time.monotonic() + _SETTLE_S)
