"""What one transaction may read and write of how work goes on. Part of `store.work`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from provisioning.pauses import Pause, PauseKind
from provisioning.schedules import Done, KeptSchedule, Outcome
from provisioning.urgency import Urgency


@dataclass(frozen=True, slots=True)
class Work:
    """One walk of an order as the engine sees it; `worker_name` is who has begun it."""

    id: str
    name: str
    state: str
    worker_name: str | None

    @property
    def order_id(self) -> str:
        """From its id, such as "activate:O-1" or "activate:O-1:2"."""
        return self.id.split(":")[1] if ":" in self.id else self.id


@dataclass(frozen=True, slots=True)
class KnownWorker:
    """A worker as it last said of itself: its machine's name, since when it runs, and when it was heard."""

    name: str
    machine: str
    since: datetime | None
    heard_at: datetime


class Workers(Protocol):
    """Who walks orders."""

    def all(self) -> tuple[KnownWorker, ...]:
        """Every worker that was heard and not forgotten, by name."""


class Claims(Protocol):
    """Who is changing which device and handover: an order or a change plan, by its id.

    A claim is kept by a durable workflow, so it is not stale.
    """

    def claim(self, holder: str, devices: Sequence[str], handovers: Sequence[str] = ()) -> tuple[str, ...]:
        """Claim all or none; return what another holds of them (empty: all are ours)."""

    def release(self, holder: str) -> None: ...

    def claimed(self) -> tuple[tuple[str, str, str], ...]:
        """Every claim: "device" or "handover", its name, and the order or change plan that has it."""


class Pauses(Protocol):
    """Who paused what. Whether one stands is a question of the moment."""

    def add(self, pause: Pause) -> None: ...

    def get(self, pause_id: str) -> Pause:
        """Raises: UnknownPause."""

    def lift(self, pause_id: str, by: str, now: datetime) -> bool:
        """Whether it stood until now."""

    def standing(self, now: datetime) -> tuple[Pause, ...]:
        """Those that hold something at that moment, oldest first."""

    def newest(self, most: int, kind: PauseKind | None = None) -> tuple[Pause, ...]:
        """The last ones, newest first, whether they stand or not; of one kind, or of both."""


class Schedules(Protocol):
    """What is done by the clock: one row each, and whoever takes the row does it."""

    def know(self, name: str, next_at: datetime) -> None:
        """Make its row, where there is none yet."""

    def due(self, now: datetime) -> tuple[str, ...]:
        """Those that are due and that nobody does now, the longest due first."""

    def take(self, name: str, by: str, now: datetime, until: datetime, *, only_due: bool = True) -> bool:
        """Whether it is ours now, until that moment or its end: one of all who ask at once gets it."""

    def keep(self, names: Iterable[str], by: str, until: datetime) -> None:
        """Hold on to those of these that are ours still."""

    def end(self, name: str, by: str, outcome: Outcome, done: Done, now: datetime, next_at: datetime) -> None:
        """Write down how it ended and when it is next, unless another took it meanwhile."""

    def get(self, name: str) -> KeptSchedule | None: ...

    def all(self) -> tuple[KeptSchedule, ...]: ...


class Jobs(Protocol):
    """Durable work, enqueued in the same transaction as the rows that make it necessary."""

    def walk(self, workflow: str, order_id: str, number: int = 1, urgency: Urgency | None = None) -> None:
        """Walk the order through this workflow; the same one under the same number is walked once.

        An order that waited is walked again under the next number: steps that are done are passed over.
        """

    def unfinished(self) -> tuple[Work, ...]:
        """Every walk that has not ended, begun or not."""
