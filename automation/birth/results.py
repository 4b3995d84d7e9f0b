"""Nouns of the tests before a handover: kinds, verdicts, limits, results. Pure.

The names are those of ITU-T Y.1564 (Ethernet service activation test methodology) and MEF 48.1: information rate
(IR), frame transfer delay (FTD), frame loss ratio (FLR). What they are held against is data, in `Limits`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

UNMEASURED = "nothing measures it here"


class TestKind(StrEnum):
    """What is tested, in the order in which it is told."""

    __test__ = False  # not one of pytest's

    PORTS = "ports"  # both ends, and every port between, are up
    PATH = "path"  # LLDP hears the neighbours that the design names
    LIGHT = "light"  # what is lost between two optics is within what the link may lose
    ON_AIR = "on-air"  # each radio sends the SSID, secured and in the S-VLAN as ordered
    TAGS = "tags"  # the S-VLAN, and the C-VLAN in it, at the handover as ordered
    MTU = "mtu"  # the largest frame passes
    FRAME_LOSS = "frame-loss"
    FRAME_DELAY = "frame-delay"
    INFORMATION_RATE = "information-rate"  # the bandwidth profile
    ISOLATION_BEFORE = "isolation-before"
    ISOLATION = "isolation"


class Verdict(StrEnum):
    """How a test went. What could not be measured has not passed."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class TestResult:
    """One thing tested. `subject` is the port, link or device; `measured` and `expected` are as people read them.

    `detail` says what was done, or why nothing was measured. Each is one line without a secret.
    """

    __test__ = False

    kind: TestKind
    verdict: Verdict
    subject: str
    measured: str = ""
    expected: str = ""
    unit: str = ""
    detail: str = ""

    @property
    def sentence(self) -> str:
        """The result in words: "path at DX1:Ethernet3: measured DX9:Ethernet1, expected DX2:Ethernet1 (LLDP)"."""
        head = f"{self.kind} at {self.subject}"
        if self.verdict is Verdict.NOT_MEASURED:
            return f"{head}: not measured: {self.detail}"
        unit = f" {self.unit}" if self.unit else ""
        return f"{head}: measured {self.measured}{unit}, expected {self.expected}{unit} ({self.detail})"


@dataclass(frozen=True, slots=True)
class Limits:
    """What results are held against.

    Light: an optic's own reading may be off by 3 dB (SFF-8472, accuracy of transmitted and received power), so what
    is lost may be so much more than reckoned, and never more than the optic's clause of IEEE 802.3 allows.
    Loss and delay one way are ours to set, after the objectives of MEF 23.2 for a metro; the rate within 10 %.
    `port_mtu_bytes` is what each port says of itself, `frame_bytes` a whole frame at the UNI with its FCS and one
    C-tag (IEEE 802.3 clause 3.2.7: 1,518, and 4 for the tag); on the air there is no tag of a subscriber's.
    """

    loss_over_reckoned_db: float = 3.0
    frame_loss_ratio: float = 0.0001
    frame_delay_us: float = 10_000.0
    rate_off: float = 0.1
    port_mtu_bytes: int = 1500
    frame_bytes: int = 1522
    frame_on_air_bytes: int = 1518


@dataclass(frozen=True, slots=True)
class KindResult:
    """All results of one kind in one: failed where one is, not measured where all are. `told` is the most telling."""

    kind: TestKind
    verdict: Verdict
    passed: int
    total: int
    told: TestResult


def by_kind(results: Iterable[TestResult]) -> tuple[KindResult, ...]:
    """One line for each kind there is a result of. What frames say tells more than what a device says of itself."""
    kept = tuple(results)
    found = {kind: [one for one in kept if one.kind is kind] for kind in TestKind}
    return tuple(_of_kind(kind, ones) for kind, ones in found.items() if ones)


def _of_kind(kind: TestKind, ones: Sequence[TestResult]) -> KindResult:
    by_verdict = {verdict: [one for one in ones if one.verdict is verdict] for verdict in Verdict}
    verdict = next(verdict for verdict in (Verdict.FAILED, Verdict.PASSED, Verdict.NOT_MEASURED) if by_verdict[verdict])
    return KindResult(kind, verdict, len(by_verdict[Verdict.PASSED]), len(ones), by_verdict[verdict][-1])


def failed(results: Iterable[TestResult], required: Collection[TestKind] = ()) -> tuple[TestResult, ...]:
    """The results that keep a service from being handed over: failures, and what must be measured and was not.

    A kind that is required and has no result at all is told as one that was not measured.
    """
    kept = tuple(results)
    missing = [kind for kind in TestKind if kind in required and kind not in {one.kind for one in kept}]
    unmeasured = {Verdict.NOT_MEASURED}
    return (
        *(one for one in kept if one.verdict is Verdict.FAILED or (one.verdict in unmeasured and one.kind in required)),
        *(TestResult(kind, Verdict.NOT_MEASURED, "the circuit", detail=UNMEASURED) for kind in missing),
    )
