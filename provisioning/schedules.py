"""What is done by the clock, once in the whole system however many workers there are. Pure. Times in seconds.

A schedule is due when its next moment has come. Whoever takes it does it once, however many
moments have passed meanwhile, and says when it is next.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """How it ended."""

    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Done:
    """What one run says: a sentence, and what it found that somebody should look at (as much as is worth keeping)."""

    text: str
    findings: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class KeptSchedule:
    """How a schedule stands. `failures` are those in a row; `held_by` does it now, at most until `held_until`."""

    name: str
    next_at: datetime
    held_by: str | None
    held_until: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    outcome: Outcome | None
    text: str
    failures: int
    findings: tuple[dict[str, Any], ...]


FIRST_RETRY_S = 30.0


def next_after(now: datetime, every_s: float, failures: int) -> datetime:
    """When it is next: after its own time; sooner where it failed, at first, and then less and less soon."""
    if failures == 0:
        return now + timedelta(seconds=every_s)
    return now + timedelta(seconds=min(every_s, FIRST_RETRY_S * 2.0 ** min(failures - 1, 20)))
