"""What a simulated device costs: time to start and memory, each."""

from collections.abc import Iterator

from tests.benchmarks.measure import MEGABYTES, Line
from tests.benchmarks.twin_apart import PORTS, Apart, twin_apart

COUNTS, ROUNDS = (100, 1_000), 3


def measure() -> Iterator[Line]:
    """Against as many asyncio servers that do nothing."""
    for count in COUNTS:
        ours = [_once(count, "twin") for _ in range(ROUNDS)]
        bare = [_once(count, "bare") for _ in range(ROUNDS)]
        against = "as many asyncio servers that answer nothing"
        starts = [each.start_s / count for each in ours]
        yield Line(f"twin: start of one device of {count:,}", starts, [each.start_s / count for each in bare], against)
        yield Line(
            f"twin: memory of one device of {count:,}, {PORTS} ports",
            [each.megabytes / count for each in ours],
            [each.megabytes / count for each in bare],
            against,
            MEGABYTES,
        )


def _once(count: int, kind: str) -> Apart:
    with twin_apart(count, kind=kind) as apart:
        return apart
