"""The twin's own test head: frames sent at a subscriber's port and counted where they come out.

Everything is measured one way, from the UNI to the far end, by one clock. The far end's own frames go the other
way first, so that no switch floods for want of knowing where to.
"""

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from statistics import median

from automation.birth.prober import Probed, ProbeTask, RateStep, When, nothing_probed
from automation.dialects.openwrt.names import network_name
from automation.twin.errors import TwinProgramFailed
from automation.twin.forwarding import C_TPID, S_TPID
from automation.twin.ovs.naming import interface_name
from automation.twin.ovs.plan import End
from automation.twin.ovs.programs import ip_batch, run
from automation.twin.ovs.wire import FCS_BYTES, HEADER_BYTES, Frame, Tag, Wire
from inventory.devices import PortRef

_NEAR, _FAR = bytes.fromhex("02aa00000001"), bytes.fromhex("02aa00000002")
_EVERYBODY = b"\xff" * 6
_UNTAGGED_BYTES = 1518
_ANY_C_VLAN = 101
_SETTLE_S = 0.15  # for what is still on its way
_PATIENCE_S = 0.5  # for what should have come by then: a switch that is busy otherwise passes it on late
_LOSS_FPS = 100
_LONGEST_LOSS_S, _LONGEST_RATE_S = 5.0, 3.0  # while a timer runs
_LOAD = 1.5  # times what the profile lets in
_LEAST_LOAD_MBPS = 5
_STEP_SHARE = 0.1  # of the time for rates, for each step below the profile
_STEP_TRIES, _RATE_TRIES = 5, 4
_LATEST = 2.0  # times what sending should take: the rest is left out
_LATE = 1.5  # times what a step should take: the machine was busy, and the step is taken again
_NEARLY = 0.9  # of the profile, or of what was offered: less is looked at again
_WINDOW_S = 0.1
_CATCH_UP_S = 0.005
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
    """Implements `automation.birth.prober.Prober` between the ends of a packet twin, from any process of root's.

    `namespaces` are those of the devices, by name: somebody on an SSID is inside its access point.
    """

    def __init__(self, ends: Sequence[End], namespaces: Mapping[str, str] | None = None) -> None:
        self._ends: Mapping[PortRef, End] = {end.port: end for end in ends}
        self._namespaces = namespaces or {}

    def probe(self, task: ProbeTask) -> Probed:
        if task.is_from_air and task.when is When.BEFORE:
            return nothing_probed("the SSID is not on the air yet" if task.ssid else "nobody is put there yet")
        missing = [str(port) for port in (task.uni, task.far_end) if not self._is_known(port, task)]
        if missing:
            return nothing_probed(f"the twin has no end at {', '.join(missing)}")
        try:
            with self._open(task) as line, self._listening(task.neighbours) as neighbours:
                match task.when:
                    case When.BEFORE:
                        return Probed(strays=_strays(line, neighbours), method=_METHOD)
                    case When.AFTER:
                        return _measure(task, line, neighbours)
                    case When.IN_USE:
                        return replace(_loss_and_delay(line, task.seconds), method=_METHOD)
        except (TwinProgramFailed, OSError) as error:
            return nothing_probed(f"the twin's ends cannot be opened ({error})")

    @contextmanager
    def _open(self, task: ProbeTask) -> Iterator[_Line]:
        entry = self._air(task) if task.is_from_air else self._wire(task.uni)
        with closing(entry) as near, closing(self._wire(task.far_end)) as far:
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

    def _is_known(self, port: PortRef, task: ProbeTask) -> bool:
        return port in self._ends or (task.is_from_air and port == task.uni and port.device in self._namespaces)

    def _air(self, task: ProbeTask) -> Wire:
        """Where somebody is who is let on by that radio. Raises: TwinProgramFailed.

        Of a realm, and of an SSID that is shared, that is where RADIUS puts its people: a VLAN's own interface.
        """
        namespace = self._namespaces[task.uni.device]
        network = network_name(task.service)
        vlan, ssid = (interface_name(f"{network}{on}{task.uni.port}") for on in ("_on_", "_"))
        there = run("ip", "-n", namespace, "-o", "link").replace("@", ":")  # a cable's interface is name@if3
        interface = vlan if f" {vlan}:" in there else ssid
        ip_batch([f"link set dev {interface} up"], namespace=namespace)
        return Wire(namespace, interface)

    def _wire(self, port: PortRef) -> Wire:
        end = self._ends[port]
        return Wire(end.namespace, end.interface)


def _measure(task: ProbeTask, line: _Line, neighbours: Mapping[PortRef, Wire]) -> Probed:
    strays = _strays(line, neighbours)
    probed = _loss_and_delay(line, min(task.seconds, _LONGEST_LOSS_S))
    if task.cir_mbps and not task.in_service:
        probed = replace(probed, steps=_steps(line, task), rate_mbps=_rate(line, task))
    why_not = () if probed.rate_mbps is not None else (("rate_mbps", "a subscriber's traffic is on it"),)
    largest = 0 if probed.lost == probed.sent else _largest(line, task.frame_bytes)
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


def _loss_and_delay(line: _Line, seconds: float) -> Probed:
    """80 kbit/s: little enough to be sent beside a subscriber's traffic."""
    _greet(line)
    probe = secrets.token_bytes(8)
    count = max(10, int(seconds * _LOSS_FPS))
    sent = 0
    for number in range(count):
        sent += line.forth(probe, number, 100)
        time.sleep(1 / _LOSS_FPS)
    frames = _caught(line.far, probe, sent)
    numbers = {frame.number for frame in frames}
    # the median: a machine that is busy otherwise holds some frames up, and that is no delay of the circuit's
    delay_us = median(frame.took_ns for frame in frames) / 1000 if frames else None
    tags = frames[0].tags if frames else None
    return Probed(sent=sent, lost=sent - len(numbers), delay_us=delay_us, tags=tags)


def _rate(line: _Line, task: ProbeTask) -> float:
    """Offer more than the profile lets in, in large frames, and count what comes out.

    Again where it is too little, and the best counts: a machine that is busy otherwise holds the sender up, and what
    was not offered cannot come out.
    """
    profile_mbps = task.cir_mbps + task.eir_mbps
    best = 0.0
    for _ in range(_RATE_TRIES):
        best = max(best, _one_rate(line, task, profile_mbps))
        if best > _NEARLY * profile_mbps:
            break
    return best


def _one_rate(line: _Line, task: ProbeTask, profile_mbps: int) -> float:
    _greet(line)
    share = 1 - _STEP_SHARE * len(task.steps)
    probe = secrets.token_bytes(8)
    load_mbps = max(_LEAST_LOAD_MBPS, _LOAD * profile_mbps)
    _offer(line, probe, load_mbps, share * min(task.seconds, _LONGEST_RATE_S), _size(task))
    time.sleep(_SETTLE_S)
    return _steady_mbps([(frame.at_s, frame.size) for frame in line.far.waiting(probe)])


def _steps(line: _Line, task: ProbeTask) -> tuple[RateStep, ...]:
    """Offer each share of CIR for a while, and count what comes out; no step that the machine could not offer."""
    _greet(line)
    seconds = _STEP_SHARE * min(task.seconds, _LONGEST_RATE_S)
    found = (_one_step(line, task, percent, seconds) for percent in task.steps)
    return tuple(one for one in found if one is not None)


def _one_step(line: _Line, task: ProbeTask, percent: int, seconds: float) -> RateStep | None:
    """The best of a few tries: what queued while a busy machine held the switch up is more than its meter's burst."""
    best, most = None, -1.0
    for _ in range(_STEP_TRIES):
        probe = secrets.token_bytes(8)
        sent, took = _offer(line, probe, task.cir_mbps * percent / 100, seconds, _size(task))
        if took > _LATE * seconds:
            continue
        came = len(_caught(line.far, probe, sent))
        per_frame = _size(task) * 8 / 1e6 / took
        if came > most * sent:
            best, most = RateStep(percent, came * per_frame, sent * per_frame), came / sent
        if came > _NEARLY * sent:
            break
    return best


def _size(task: ProbeTask) -> int:
    return min(task.frame_bytes, _UNTAGGED_BYTES) - FCS_BYTES


def _offer(line: _Line, probe: bytes, mbps: float, seconds: float, size: int) -> tuple[int, float]:
    """Send so much for so long, evenly; how many frames, and the seconds it took.

    What was missed for long is not sent in one burst, and what cannot be sent in time not at all.
    """
    gap_s = size * 8 / (mbps * 1e6)
    begin = next_at = time.monotonic()
    sent = 0
    for number in range(max(1, round(seconds / gap_s))):
        now = time.monotonic()
        if now > begin + _LATEST * seconds:
            break
        if now < next_at:
            time.sleep(next_at - now)
        next_at = max(next_at + gap_s, now - _CATCH_UP_S)
        sent += line.forth(probe, number, size)
    return sent, max(time.monotonic(), next_at) - begin


def _steady_mbps(arrivals: Sequence[tuple[float, int]]) -> float:
    """The median of the rates of tenths of seconds, but the first one's, which has the profile's burst in it.

    Frames count as at the UNI, without their FCS.
    """
    if not arrivals:
        return 0.0
    begin, last = arrivals[0][0] + _WINDOW_S, arrivals[-1][0]
    windows = [0] * max(1, int((last - begin) / _WINDOW_S))
    for at, size in arrivals:
        if 0 <= (number := int((at - begin) // _WINDOW_S)) < len(windows):
            windows[number] += size
    return median(windows) * 8 / 1e6 / _WINDOW_S


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
    return any(True for _frame in line.far.received(probe, time.monotonic() + _PATIENCE_S))


def _greet(line: _Line) -> None:
    """Let every switch on the way learn where both ends are."""
    probe = secrets.token_bytes(8)
    for number in range(3):
        line.back(probe, number, 100)
        line.forth(probe, number, 100)
        time.sleep(0.01)


def _caught(wire: Wire, probe: bytes, sent: int) -> list[Frame]:
    """What has come of so many frames; where some are missing, also what comes late. The kernel keeps when it came."""
    frames = list(wire.waiting(probe))
    numbers = {frame.number for frame in frames}
    late = wire.received(probe, time.monotonic() + (_PATIENCE_S if frames else _SETTLE_S))
    while len(numbers) < sent and (frame := next(late, None)) is not None:
        frames.append(frame)
        numbers.add(frame.number)
    return frames
