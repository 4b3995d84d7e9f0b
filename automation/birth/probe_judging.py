"""Hold what a probe counted against what was ordered. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from automation.birth.designed import DesignedService, frame_bytes_of
from automation.birth.prober import Probed, RateStep, Tag
from automation.birth.results import Limits, TestKind, TestResult, Verdict

S_TPID, C_TPID = 0x88A8, 0x8100  # IEEE 802.1Q-2022 table 9-1
CIRCUIT = "the circuit"

type _Judge = Callable[[DesignedService, Probed, Limits], tuple[TestResult, ...]]


def judge_probed(
    service: DesignedService, probed: Probed, limits: Limits, subject: str = CIRCUIT
) -> tuple[TestResult, ...]:
    """What only frames can tell, in order; one result at least for each kind of test that the service has."""
    found: list[TestResult] = []
    for kind, (field, judge) in _JUDGES.items():
        if kind in service.tests:
            unmeasured = TestResult(kind, Verdict.NOT_MEASURED, CIRCUIT, detail=_why(probed, field))
            found += judge(service, probed, limits) or (unmeasured,)
    return tuple(replace(one, subject=one.subject.replace(CIRCUIT, subject, 1)) for one in found)


def judge_isolation(kind: TestKind, probed: Probed) -> Iterator[TestResult]:
    """Of the frames sent into the circuit no neighbour saw one; one result a neighbour."""
    if probed.strays is None:
        yield TestResult(kind, Verdict.NOT_MEASURED, CIRCUIT, detail=_why(probed, "strays"))
        return
    for number, (_port, frames) in enumerate(probed.strays, 1):
        # whose port it is is nobody's business who reads the certificate
        subject = f"neighbour {number} of {len(probed.strays)}"
        yield _judged(kind, frames == 0, str(frames), "0", "frames", f"sent into the circuit, {probed.method}", subject)
    if not probed.strays:
        yield TestResult(kind, Verdict.NOT_MEASURED, CIRCUIT, detail="it has no neighbour that a probe is at")


def expected_tags(service: DesignedService) -> tuple[Tag, ...]:
    """What the far end must see, outermost first: the S-tag at a handover, the far UNI's own C-tag at a UNI.

    At a handover the S-tag is looked for outermost; what a subscriber tags itself lies within it (MEF 106).
    """
    if service.is_handover:
        return ((S_TPID, service.s_vlan),)
    return () if service.z_c_vlan is None else ((C_TPID, service.z_c_vlan),)


def _frame_loss(_service: DesignedService, probed: Probed, limits: Limits) -> tuple[TestResult, ...]:
    if not probed.sent or probed.lost is None:
        return ()
    ratio = probed.lost / probed.sent
    most = f"at most {100 * limits.frame_loss_ratio:.3f}"
    how = f"{probed.lost} of {probed.sent} frames, {probed.method}"
    return (_judged(TestKind.FRAME_LOSS, ratio <= limits.frame_loss_ratio, f"{100 * ratio:.3f}", most, "%", how),)


def _frame_delay(_service: DesignedService, probed: Probed, limits: Limits) -> tuple[TestResult, ...]:
    if probed.delay_us is None:
        return ()
    ok = probed.delay_us <= limits.frame_delay_us
    most = f"at most {limits.frame_delay_us:.0f}"
    return (_judged(TestKind.FRAME_DELAY, ok, f"{probed.delay_us:.0f}", most, "µs", probed.method),)


def _information_rate(service: DesignedService, probed: Probed, limits: Limits) -> tuple[TestResult, ...]:
    """Up to CIR step by step (Y.1564 clause 8.1.2), then more than the profile lets in (8.1.3, policing)."""
    steps = tuple(_step(service, step, limits, probed.method) for step in probed.steps or ())
    if probed.rate_mbps is None:
        return steps
    least = service.cir_mbps * (1 - limits.rate_off)
    most = (service.cir_mbps + service.eir_mbps) * (1 + limits.rate_off)
    ok = least <= probed.rate_mbps <= most
    how = f"CIR {service.cir_mbps}, EIR {service.eir_mbps}, {probed.method}"
    return (*steps, _rate(ok, f"{probed.rate_mbps:.1f}", f"{least:.1f} to {most:.1f}", how))


def _step(service: DesignedService, step: RateStep, limits: Limits, method: str) -> TestResult:
    """What arrived is held against what was offered: a probe that is busy sends a little less than it means to."""
    asked = service.cir_mbps * step.percent_of_cir / 100
    offered = asked if step.offered_mbps is None else step.offered_mbps
    least, most = offered * (1 - limits.rate_off), offered * (1 + limits.rate_off)
    ok = least <= step.rate_mbps <= most
    subject = f"{CIRCUIT} at {step.percent_of_cir} % of CIR"
    how = f"{offered:.1f} Mbit/s offered, {method}"
    return _rate(ok, f"{step.rate_mbps:.1f}", f"{least:.1f} to {most:.1f}", how, subject)


def _rate(ok: bool, measured: str, expected: str, how: str, subject: str = CIRCUIT) -> TestResult:
    return _judged(TestKind.INFORMATION_RATE, ok, measured, expected, "Mbit/s", how, subject)


def _mtu(service: DesignedService, probed: Probed, limits: Limits) -> tuple[TestResult, ...]:
    largest = probed.largest_frame_bytes
    if largest is None:
        return ()
    wanted = frame_bytes_of(service, limits)
    least = f"at least {wanted}"
    ok = largest >= wanted
    return (_judged(TestKind.MTU, ok, str(largest), least, "bytes", f"frame, {probed.method}"),)


def _tags(service: DesignedService, probed: Probed, _limits: Limits) -> tuple[TestResult, ...]:
    if probed.tags is None:
        return ()
    wanted = expected_tags(service)
    seen = probed.tags[: len(wanted)] if service.is_handover else probed.tags
    how = f"captured at the far end, {probed.method}"
    return (_judged(TestKind.TAGS, seen == wanted, _words(probed.tags), _words(wanted), "", how),)


_JUDGES: Mapping[TestKind, tuple[str, _Judge]] = {
    TestKind.TAGS: ("tags", _tags),
    TestKind.MTU: ("largest_frame_bytes", _mtu),
    TestKind.FRAME_LOSS: ("sent", _frame_loss),
    TestKind.FRAME_DELAY: ("delay_us", _frame_delay),
    TestKind.INFORMATION_RATE: ("rate_mbps", _information_rate),
}


def _judged(
    kind: TestKind, ok: bool, measured: str, expected: str, unit: str, detail: str, subject: str = CIRCUIT
) -> TestResult:
    return TestResult(kind, Verdict.PASSED if ok else Verdict.FAILED, subject, measured, expected, unit, detail)


def _why(probed: Probed, field: str) -> str:
    return probed.reason(field) or "the probe gave no figure"


def _words(tags: tuple[Tag, ...]) -> str:
    return " over ".join(f"0x{tpid:04x} VLAN {vlan}" for tpid, vlan in tags) or "untagged"
