"""What one transaction may read and write of change plans and of uncertain devices; a part of the unit of work."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from automation.limits import BrokenLimit
from provisioning.change_plans import ChangePlan, LiftedLimit, PlanEvent, PlannedChange, PlanState
from provisioning.orders import Reason


@dataclass(frozen=True, slots=True)
class UncertainDevice:
    """A device that could not be told to go back: what it says is not known until an audit has read it right.

    `left_by` is the order or change plan. `settled_at` None: nobody knows yet.
    """

    device: str
    since: datetime
    left_by: str
    why: str
    settled_at: datetime | None = None
    settled_how: str = ""


class ChangePlans(Protocol):
    """Change plans, their devices and their events."""

    def add(self, plan: ChangePlan) -> None: ...

    def get(self, plan_id: str) -> ChangePlan:
        """Raises: UnknownChangePlan."""

    def lock(self, plan_id: str) -> ChangePlan:
        """The same; until the transaction ends nobody else moves it. Raises: UnknownChangePlan."""

    def set_state(self, plan_id: str, state: PlanState, *, reasons: Sequence[Reason] = (), waits: str = "") -> None:
        """Move on; the state it has already is fine. Raises: WrongState, UnknownChangePlan."""

    def keep_rehearsal(
        self, plan_id: str, changes: Sequence[PlannedChange], digest: str, broken: Sequence[BrokenLimit]
    ) -> None:
        """Keep what every device said."""

    def approve(self, plan_id: str, digest: str, by: str) -> None: ...

    def lift(self, plan_id: str, lifted: LiftedLimit) -> None: ...

    def keep_outcomes(self, plan_id: str, changes: Sequence[PlannedChange]) -> None:
        """Keep what came of these devices of the plan."""

    def next_walk(self, plan_id: str) -> int:
        """Count the plan's next walk, and return its number."""

    def wait(self, plan_id: str, waits: str) -> None:
        """Say what it waits for besides a person; "" for nothing."""

    def record(self, plan_id: str, text: str, by: str = "") -> None:
        """Add a line to the plan's life."""

    def events(self, plan_id: str) -> tuple[PlanEvent, ...]: ...

    def newest(self, *, states: Collection[PlanState] = (), limit: int = 200) -> tuple[ChangePlan, ...]:
        """The last ones, newest first, with their devices; those in these states, where any is named."""

    def resting(self) -> tuple[str, ...]:
        """The ids of those under way that wait for something besides a person and their turn."""

    def still_since(self, before: datetime) -> tuple[ChangePlan, ...]:
        """Those under way that wait for nothing, and of which nothing was written since."""

    def seal_all(self) -> int:
        """Seal what plans tell their devices and an earlier version kept in clear; returns of how many devices."""

    def count_by_state(self) -> dict[PlanState, int]: ...


class UncertainDevices(Protocol):
    """Devices of which nobody knows for certain what they say."""

    def note(self, device: str, left_by: str, why: str) -> None:
        """Keep that nobody knows; a device of which that stands already keeps what was said first."""

    def open(self) -> tuple[UncertainDevice, ...]:
        """Those of which nobody knows yet, the longest first."""

    def settle(self, devices: Collection[str], how: str) -> tuple[str, ...]:
        """These are known again; returns those that were not."""

    def newest(self, limit: int) -> tuple[UncertainDevice, ...]:
        """The last ones, newest first, settled or not."""
