"""How the work goes on: workers, and what is done by the clock. Pauses belong to it too."""

from datetime import datetime
from typing import Any

from provisioning import engine_errors, errors, operations
from provisioning.operations import ScheduleState
from provisioning.policy import Action
from provisioning.schedules import KeptSchedule, Outcome
from web.api.fields import Shown
from web.api.operation import Answer, Call, Operation
from web.api.pauses import PAUSE_OPERATIONS


class WorkerShown(Shown):
    """A worker: whether it is alive, and the ids of the walks it is at."""

    name: str
    machine: str
    since: datetime | None
    heard_at: datetime
    alive: bool
    doing: list[str]


class WorkersShown(Shown):
    items: list[WorkerShown]


class ScheduleShown(Shown):
    """What is done by the clock. `findings` are what the last run found to look at, at most 500."""

    name: str
    next_at: datetime | None
    held_by: str | None
    started_at: datetime | None
    ended_at: datetime | None
    outcome: Outcome | None
    text: str
    failures: int
    findings: list[dict[str, Any]]

    @classmethod
    def of(cls, kept: KeptSchedule) -> "ScheduleShown":
        return cls(
            name=kept.name,
            next_at=kept.next_at,
            held_by=kept.held_by,
            started_at=kept.started_at,
            ended_at=kept.ended_at,
            outcome=kept.outcome,
            text=kept.text,
            failures=kept.failures,
            findings=list(kept.findings),
        )

    @classmethod
    def of_state(cls, state: ScheduleState) -> "ScheduleShown":
        if state.kept is not None:
            return cls.of(state.kept)
        nothing = dict.fromkeys(("next_at", "held_by", "started_at", "ended_at", "outcome"))
        return cls(name=state.name, text=state.explained, failures=0, findings=[], **nothing)


class SchedulesShown(Shown):
    items: list[ScheduleShown]


def list_workers(call: Call) -> Answer:
    found = operations.workers(call.tools, call.who)
    return Answer(WorkersShown(items=[WorkerShown.model_validate(each) for each in found]))


def list_schedules(call: Call) -> Answer:
    found = operations.schedules(call.tools, call.who)
    return Answer(SchedulesShown(items=[ScheduleShown.of_state(each) for each in found]))


def run_schedule(call: Call) -> Answer:
    return Answer(ScheduleShown.of(operations.run_schedule(call.tools, call.who, call.path["schedule"])))


OPERATIONS = (
    *PAUSE_OPERATIONS,
    Operation(
        "listWorkers",
        "GET",
        "/workers",
        "Who walks orders, whether it is alive, and what it is at",
        "operations",
        list_workers,
        WorkersShown,
        action=Action.READ_OPERATIONS,
        errors=(errors.Forbidden,),
    ),
    Operation(
        "listSchedules",
        "GET",
        "/schedules",
        "What is done by the clock, and how the last run ended",
        "operations",
        list_schedules,
        SchedulesShown,
        action=Action.READ_OPERATIONS,
        errors=(errors.Forbidden,),
    ),
    Operation(
        "runSchedule",
        "POST",
        "/schedules/{schedule}/run",
        "Do it now, due or not",
        "operations",
        run_schedule,
        ScheduleShown,
        action=Action.RUN_SCHEDULES,
        errors=(errors.Forbidden, engine_errors.UnknownSchedule, engine_errors.ScheduleHeld),
    ),
)
