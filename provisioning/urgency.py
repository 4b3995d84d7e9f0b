"""What waits for a worker goes in the order in which it is due: by the kind of work and by when it came. Pure.

Nothing else is looked at: not whose order it is, how large it is or what it is worth. Each kind of
work has a time within which it should begin; what is due first begins first. So what makes things
safe passes what adds something new, and yet nothing waits for ever: however much urgent work
comes, what came long enough before it is due earlier.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum


class Urgency(StrEnum):
    """A kind of work."""

    SAFETY = "safety"
    """What takes something back: an undo, a cease, what a dead worker left."""
    CHANGE = "change"
    """What changes a service that somebody uses: a move, another bandwidth."""
    NEW = "new"
    BULK = "bulk"
    """One of many in one job."""


BEGINS_WITHIN: Mapping[Urgency, timedelta] = {
    Urgency.SAFETY: timedelta(0),
    Urgency.CHANGE: timedelta(minutes=5),
    Urgency.NEW: timedelta(minutes=15),
    Urgency.BULK: timedelta(hours=2),
}
"""How long work of a kind may be passed by more urgent work."""

URGENCY_OF: Mapping[str, Urgency] = {
    "abandon": Urgency.SAFETY,
    "cease": Urgency.SAFETY,
    "cease-strands": Urgency.SAFETY,
    "cease-by-hand": Urgency.SAFETY,
    "change-plan": Urgency.CHANGE,
    "modify": Urgency.CHANGE,
    "move": Urgency.CHANGE,
}
"""By workflow; any other makes something new."""

_FIRST = datetime(2026, 1, 1, tzinfo=UTC)
_LARGEST = 2**31 - 1  # of the engine's priorities; in seconds from the first it lasts until 2094


def urgency_of(workflow: str) -> Urgency:
    return URGENCY_OF.get(workflow, Urgency.NEW)


def due(urgency: Urgency, now: datetime) -> int:
    """Return when work that comes now is due, in seconds: of two, the smaller one is taken first; at least 1."""
    return max(1, min(_LARGEST, int((now - _FIRST + BEGINS_WITHIN[urgency]).total_seconds())))
