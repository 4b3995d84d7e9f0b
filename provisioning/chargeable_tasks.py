"""What a buyer asks to be done to an order under way, and what may cost it something: a cancellation, another date.

The states are those of MEF 57.2 (LSO Sonata chargeable task). One is assessed at once: it is rejected
with a reason, done, or waits for the buyer to accept what it costs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class TaskState(StrEnum):
    """Where a cancellation or a change of date is."""

    ACKNOWLEDGED = "acknowledged"
    ASSESSING_CHARGE = "inProgress.assessingCharge"
    DONE = "done"
    DECLINED = "done.declined"
    REJECTED = "rejected"


TASK_ENDED = frozenset({TaskState.DONE, TaskState.DECLINED, TaskState.REJECTED})

TASK_BECOMES: Mapping[TaskState, frozenset[TaskState]] = {
    TaskState.ACKNOWLEDGED: frozenset({TaskState.ASSESSING_CHARGE, TaskState.DONE, TaskState.REJECTED}),
    # rejected also from here: the work was past stopping when the buyer answered
    TaskState.ASSESSING_CHARGE: frozenset({TaskState.DONE, TaskState.DECLINED, TaskState.REJECTED}),
} | {ended: frozenset() for ended in TASK_ENDED}
"""Where a task may go from each state."""


class CancellationReason(StrEnum):
    """Of which kind the buyer's reason is (MEF 57.2)."""

    TECHNICAL = "technical"
    COMMERCIAL = "commercial"


@dataclass(frozen=True, slots=True)
class Cancellation:
    """A request to cancel a product order, or one order of it (`order_id`). `denied` says why it was rejected."""

    id: str
    isp_code: str
    product_order_id: str
    order_id: str | None
    state: TaskState
    reason: str
    reason_kind: CancellationReason
    requested_by: str
    requested_at: datetime
    denied: str = ""
    charge_id: str | None = None
    ended_at: datetime | None = None
    sent: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class DateChange:
    """A request to have an order on another day. `was` and `wanted` are days of the service's beginning or end.

    `wanted` None is as soon as it can be. `expedite` asks for it sooner than it would be by itself.
    """

    id: str
    isp_code: str
    product_order_id: str
    order_id: str
    state: TaskState
    was: date | None
    wanted: date | None
    expedite: bool
    requested_by: str
    requested_at: datetime
    denied: str = ""
    charge_id: str | None = None
    ended_at: datetime | None = None
    sent: Mapping[str, object] | None = None
