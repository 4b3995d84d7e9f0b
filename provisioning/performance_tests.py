"""Performance tests of services in use: loss and delay for a quarter of an hour and more, beside their own traffic.

ITU-T Y.1564 clause 8.2 asks for one of 15 minutes at least, before a handover, at the full rate. A commit timer does
not wait so long, and a subscriber's line is not filled: ours comes after the handover, with few frames. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from automation.birth.designed import DesignedService
from automation.birth.probe_judging import judge_probed
from automation.birth.prober import Probed
from automation.birth.results import Limits, TestKind, TestResult
from provisioning.birth_certificates import BirthCertificate, BirthState

PERFORMANCE_TEST = "performance-test"
"""The name of its workflow."""
SLICE_S = 10.0
LEAST_MINUTES, USUAL_MINUTES, MOST_MINUTES = 1, 15, 24 * 60
MOST_AT_ONCE = 2
"""Each takes one of a worker's hands for as long as it lasts: the others are for orders."""
GIVEN_UP_AFTER = timedelta(hours=1)
"""One that should have ended so long ago has died with its worker, and keeps nobody from testing again."""
TESTS = frozenset({TestKind.FRAME_LOSS, TestKind.FRAME_DELAY})


class PerformanceState(StrEnum):
    """Where a performance test stands."""

    ASKED = "asked"
    RUNNING = "running"
    ENDED = "ended"  # its certificate says how it went


@dataclass(frozen=True, slots=True)
class PerformanceTest:
    """One test of one service. `slices_done` of `slices` are measured, each `SLICE_S` seconds.

    `number` counts from 1 within the service's performance tests, 0 before it ended; `document` is its certificate
    then, "" before.
    """

    id: str
    service_id: str
    isp_code: str
    minutes: int
    by: str
    state: PerformanceState
    slices_done: int
    number: int
    asked_at: datetime
    at: datetime
    key_id: str
    document: str

    @property
    def slices(self) -> int:
        return round(self.minutes * 60 / SLICE_S)

    @property
    def certificate(self) -> BirthCertificate | None:
        """What it measured, once it has ended; its id stands where a birth certificate has its order's."""
        if not self.document:
            return None
        state = BirthState.ISSUED
        return BirthCertificate(
            self.id, self.service_id, self.isp_code, self.number, state, self.at, self.key_id, self.document
        )

    def goes_on(self, now: datetime) -> bool:
        """Whether it has not ended, and may still."""
        lasts = timedelta(minutes=self.minutes) + GIVEN_UP_AFTER
        return self.state is not PerformanceState.ENDED and now < self.asked_at + lasts


@dataclass(frozen=True, slots=True)
class Counted:
    """What all slices counted so far. `delay_us_sum` is of each frame's mean, weighted; the worst slice's beside it."""

    sent: int = 0
    lost: int = 0
    delay_us_sum: float = 0.0
    worst_delay_us: float = 0.0
    slices: int = 0
    unmeasured: int = 0
    why_not: str = ""
    method: str = ""

    def plus(self, probed: Probed) -> "Counted":
        """With one slice more; one in which nothing was sent is counted as unmeasured, with its reason."""
        if not probed.sent or probed.lost is None:
            why = probed.reason("sent") or "the probe gave no figure"
            return replace(self, unmeasured=self.unmeasured + 1, why_not=why)
        came = probed.sent - probed.lost
        delay_us = probed.delay_us or 0.0
        return Counted(
            self.sent + probed.sent,
            self.lost + probed.lost,
            self.delay_us_sum + delay_us * came,
            max(self.worst_delay_us, delay_us),
            self.slices + 1,
            self.unmeasured,
            self.why_not,
            probed.method or self.method,
        )

    def as_answer(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}


def counted_of(answer: Mapping[str, object]) -> Counted:
    """What `as_answer` made."""
    return Counted(**{name: answer[name] for name in Counted.__slots__})  # type: ignore[arg-type]  # own fields


def judge_counted(designed: DesignedService, counted: Counted, limits: Limits) -> tuple[TestResult, ...]:
    """Frame loss and delay over all slices."""
    came = counted.sent - counted.lost
    why = (("sent", counted.why_not), ("delay_us", counted.why_not or "no frame arrived"))
    method = f"{counted.slices} measurements of {SLICE_S:.0f} s, the worst {counted.worst_delay_us:.0f} µs"
    if counted.unmeasured:
        method += f", {counted.unmeasured} not measured"
    probed = Probed(
        sent=counted.sent or None,
        lost=counted.lost if counted.sent else None,
        delay_us=counted.delay_us_sum / came if came else None,
        method=f"{method}, {counted.method}",
        why_not=why,
    )
    return tuple(one for one in judge_probed(designed, probed, limits) if one.kind in TESTS)
