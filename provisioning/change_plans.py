"""Change plans: any change of devices that is not an order's, from what is wanted to what came of it. Pure.

A plan is rehearsed on all its devices, held against the limits and freezes, approved by a person as exactly
what the devices said, and deployed: all of a batch or none. An order has its own plan, and walks the same way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from automation.change_plan import DeployReport, DeviceChange
from automation.limits import BrokenLimit, Limit
from provisioning.orders import Reason

CHANGE_PLAN = "change-plan"
"""The name with the durable engine of the walk of a change plan."""

ALL_AT_ONCE = 0
"""A batch of this size is all devices of the plan: all or nothing."""


class PlanKind(StrEnum):
    """What a plan is for."""

    FIX = "fix"  # what an audit found is put right
    RESTORE = "restore"  # a device says again what a backup says
    COMMISSION = "commission"
    DECOMMISSION = "decommission"
    DRAIN = "drain"
    UNDO = "undo"  # another plan is taken back
    OTHER = "other"


class PlanState(StrEnum):
    """Where a plan is."""

    PROPOSED = "proposed"  # waits for its rehearsal, or is in it
    REHEARSED = "rehearsed"  # every device said what it would change; waits for a person
    APPROVED = "approved"  # waits for its devices
    DEPLOYING = "deploying"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"  # another plan for the same was proposed in its place


PLAN_ENDED = frozenset({PlanState.DONE, PlanState.FAILED, PlanState.CANCELLED, PlanState.SUPERSEDED})
UNDER_WAY = frozenset({PlanState.PROPOSED, PlanState.APPROVED, PlanState.DEPLOYING})
"""The states in which a worker has to go on with it."""

_STOPPABLE = frozenset({PlanState.CANCELLED, PlanState.SUPERSEDED, PlanState.FAILED})

PLAN_BECOMES: Mapping[PlanState, frozenset[PlanState]] = {
    PlanState.PROPOSED: _STOPPABLE | {PlanState.REHEARSED, PlanState.APPROVED, PlanState.DONE},
    PlanState.REHEARSED: _STOPPABLE | {PlanState.APPROVED, PlanState.PROPOSED},
    PlanState.APPROVED: _STOPPABLE | {PlanState.DEPLOYING, PlanState.PROPOSED},
    PlanState.DEPLOYING: frozenset({PlanState.DONE, PlanState.FAILED, PlanState.PROPOSED}),
} | {ended: frozenset() for ended in PLAN_ENDED}
"""Where a plan may go from each state. Back to proposed: a device changed since, and all is rehearsed again."""


class Outcome(StrEnum):
    """What came of a plan on one device."""

    NOT_YET = ""
    NOTHING_TO_DO = "nothing-to-do"
    WOULD_CHANGE = "would-change"
    CONFIRMED = "confirmed"
    UNCHANGED = "unchanged"  # it had the change already
    UNDONE = "undone"
    UNCERTAIN = "uncertain"  # it could not be told: the next audit looks
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """One device of a plan: what it is told, and what came of it. `said` is why, where it refused.

    What it is told is sealed where it is kept: `is_readable` is False where another key is set than it was sealed
    with, and the change says nothing then.
    """

    change: DeviceChange
    outcome: Outcome = Outcome.NOT_YET
    said: str = ""
    is_readable: bool = True

    @property
    def device(self) -> str:
        return self.change.device


@dataclass(frozen=True, slots=True)
class LiftedLimit:
    """A limit that a person lifted for one plan."""

    limit: Limit
    by: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PlanEvent:
    """One line of a plan's life; `number` counts from 1 within the plan."""

    plan_id: str
    number: int
    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """One plan. `walk` counts the walks there were: only the last one may move it.

    `digest` is what an approval is bound to, "" before the rehearsal. `broken` are the limits that stand against it,
    `batch` is how many devices are changed at a time, all of them or none (`ALL_AT_ONCE`: all of the plan).
    `undoes` is the plan that it takes back. `waits` says, in a sentence, what it waits for besides a person.
    """

    id: str
    kind: PlanKind
    why: str
    by: str
    state: PlanState
    changes: tuple[PlannedChange, ...]
    created_at: datetime
    updated_at: datetime
    digest: str = ""
    approved_digest: str = ""
    approved_by: str = ""
    broken: tuple[BrokenLimit, ...] = ()
    lifted: tuple[LiftedLimit, ...] = ()
    reasons: tuple[Reason, ...] = ()
    batch: int = ALL_AT_ONCE
    undoes: str = ""
    waits: str = ""
    walk: int = 1
    rehearsals: int = 0
    ended_at: datetime | None = None

    @property
    def devices(self) -> tuple[str, ...]:
        return tuple(planned.device for planned in self.changes)

    @property
    def device_changes(self) -> tuple[DeviceChange, ...]:
        return tuple(planned.change for planned in self.changes)

    @property
    def is_readable(self) -> bool:
        return all(planned.is_readable for planned in self.changes)

    @property
    def limits_lifted(self) -> frozenset[Limit]:
        return frozenset(lifted.limit for lifted in self.lifted)

    @property
    def in_the_way(self) -> tuple[BrokenLimit, ...]:
        """The limits that are broken and that nobody lifted."""
        return tuple(broken for broken in self.broken if broken.limit not in self.limits_lifted)

    @property
    def standing(self) -> tuple[DeviceChange, ...]:
        """What it has changed on devices, and nobody took back: after a batch that failed, that of those before."""
        stands = {Outcome.CONFIRMED, Outcome.UNCHANGED}
        return tuple(each.change for each in self.changes if each.outcome in stands and each.change.diff)

    @property
    def can_be_cancelled(self) -> bool:
        """Whether nothing of it is on its way to devices: what earlier batches changed stands, and can be undone."""
        return PlanState.CANCELLED in PLAN_BECOMES[self.state]

    @property
    def awaits_approval(self) -> bool:
        return self.state is PlanState.REHEARSED


def batches_of(changes: Sequence[DeviceChange], batch: int) -> tuple[tuple[DeviceChange, ...], ...]:
    """The changes in the groups in which they are deployed, in order."""
    size = batch or max(1, len(changes))
    return tuple(tuple(changes[first : first + size]) for first in range(0, len(changes), size))


def with_report(changes: Sequence[PlannedChange], report: DeployReport) -> tuple[PlannedChange, ...]:
    """The devices of one deploy, each with what came of it. A refusal says why; what it left is said before it."""
    outcomes = (
        dict.fromkeys((refusal.device for refusal in report.refusals), Outcome.REFUSED)
        | dict.fromkeys(report.confirmed, Outcome.CONFIRMED)
        | dict.fromkeys(report.unchanged, Outcome.UNCHANGED)
        | dict.fromkeys(report.undone, Outcome.UNDONE)
        | dict.fromkeys(report.uncertain, Outcome.UNCERTAIN)
    )
    reasons = {refusal.device: refusal.reason for refusal in report.refusals}
    diffs = dict(report.diffs)
    return tuple(
        PlannedChange(
            replace(planned.change, diff=diffs.get(planned.device, planned.change.diff)),
            outcomes.get(planned.device, planned.outcome),
            reasons.get(planned.device, ""),
        )
        for planned in changes
    )
