"""Measure one thing against another: side by side, several times, so that a busy machine is busy for both."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

SECONDS, MEGABYTES, STATEMENTS = "s", "MB", "statements"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: what ours took and what the baseline took, round by round, in `unit`.

    The ratio of a line is the median of the rounds' ratios, not the ratio of the medians: what
    disturbed a round disturbed both halves of it.
    """

    name: str
    ours: Sequence[float]
    baseline: Sequence[float]
    against: str
    unit: str = SECONDS
    note: str = ""

    @property
    def ratios(self) -> list[float]:
        return [ours / baseline for ours, baseline in zip(self.ours, self.baseline, strict=True)]

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)


def compare(
    name: str,
    ours: Callable[[], object],
    against: str,
    baseline: Callable[[], object],
    *,
    rounds: int = 7,
    times: int = 1,
    note: str = "",
) -> Line:
    """Run both in turn, `times` in a row each, for `rounds` rounds after one that does not count. Seconds of one."""
    _seconds(ours), _seconds(baseline)
    pairs = [(_seconds(ours, times), _seconds(baseline, times)) for _ in range(rounds)]
    return Line(name, [pair[0] for pair in pairs], [pair[1] for pair in pairs], against, note=note)


def _seconds(run: Callable[[], object], times: int = 1) -> float:
    began = time.perf_counter()
    for _ in range(times):
        run()
    return (time.perf_counter() - began) / times


def seconds_of(run: Callable[[], object]) -> float:
    """How long one run took, for what cannot be done twice."""
    return _seconds(run)
