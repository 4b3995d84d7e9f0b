"""Hold what a probe counted against what was ordered. Pure."""

from collections.abc import Callable, Iterator, Mapping

from automation.birth.designed import DesignedCircuit
from automation.birth.prober import Probed, Tag
from automation.birth.results import Limits, TestKind, TestResult, Verdict

S_TPID, C_TPID = 0x88A8, 0x8100  # IEEE 802.1Q-2022 table 9-1
CIRCUIT = "the circuit"

type _Judge = Callable[[DesignedCircuit, Probed, Limits], TestResult | None]


def judge_probed(circuit: DesignedCircuit, probed: Probed, limits: Limits) -> tuple[TestResult, ...]:
    """One result for each thing that only frames can tell, in order."""
    return tuple(
        judge(circuit, probed, limits) or TestResult(kind, Verdict.NOT_MEASURED, CIRCUIT, detail=_why(probed, field))
        for kind, (field, judge) in _JUDGES.items()
    )


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


def expected_tags(circuit: DesignedCircuit) -> tuple[Tag, ...]:
    """What the far end must see, outermost first: the S-tag at a handover, the far UNI's own C-tag at a UNI.

    At a handover the S-tag is looked for outermost; what a subscriber tags itself lies within it (MEF 106).
    """
    if circuit.is_handover:
        return ((S_TPID, circuit.s_vlan),)
    return () if circuit.z_c_vlan is None else ((C_TPID, circuit.z_c_vlan),)


def _frame_loss(_circuit: DesignedCircuit, probed: Probed, limits: Limits) -> TestResult | None:
    if not probed.sent or probed.lost is None:
        return None
    ratio = probed.lost / probed.sent
    return _judged(
        TestKind.FRAME_LOSS,
        ratio <= limits.frame_loss_ratio,
        f"{100 * ratio:.3f}",
        f"at most {100 * limits.frame_loss_ratio:.3f}",
        "%",
        f"{probed.lost} of {probed.sent} frames, {probed.method}",
    )


def _frame_delay(_circuit: DesignedCircuit, probed: Probed, limits: Limits) -> TestResult | None:
    if probed.delay_us is None:
        return None
    ok = probed.delay_us <= limits.frame_delay_us
    most = f"at most {limits.frame_delay_us:.0f}"
    return _judged(TestKind.FRAME_DELAY, ok, f"{probed.delay_us:.0f}", most, "µs", probed.method)


def _information_rate(circuit: DesignedCircuit, probed: Probed, limits: Limits) -> TestResult | None:
    if probed.rate_mbps is None:
        return None
    least = circuit.cir_mbps * (1 - limits.rate_off)
    most = (circuit.cir_mbps + circuit.eir_mbps) * (1 + limits.rate_off)
    return _judged(
        TestKind.INFORMATION_RATE,
        least <= probed.rate_mbps <= most,
        f"{probed.rate_mbps:.1f}",
        f"{least:.1f} to {most:.1f}",
        "Mbit/s",
        f"CIR {circuit.cir_mbps}, EIR {circuit.eir_mbps}, {probed.method}",
    )


def _mtu(_circuit: DesignedCircuit, probed: Probed, limits: Limits) -> TestResult | None:
    largest = probed.largest_frame_bytes
    if largest is None:
        return None
    least = f"at least {limits.frame_bytes}"
    return _judged(TestKind.MTU, largest >= limits.frame_bytes, str(largest), least, "bytes", f"frame, {probed.method}")


def _tags(circuit: DesignedCircuit, probed: Probed, _limits: Limits) -> TestResult | None:
    if probed.tags is None:
        return None
    wanted = expected_tags(circuit)
    seen = probed.tags[: len(wanted)] if circuit.is_handover else probed.tags
    return _judged(
        TestKind.TAGS,
        seen == wanted,
        _words(probed.tags),
        _words(wanted),
        "",
        f"captured at the far end, {probed.method}",
    )


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
