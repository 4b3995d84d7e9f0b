"""How the work goes on: pauses, workers, and what is done by the clock."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, cast

from pydantic import Field

from inventory.errors import UnknownThing
from provisioning import engine_errors, errors, operations
from provisioning.operations import ScheduleState
from provisioning.pauses import Pause, PauseScope
from provisioning.policy import Action
from provisioning.schedules import KeptSchedule, Outcome
from web.api.fields import Asked, AskedInQuery, Moment, Name, QueryFlag, Sentence, Shown
from web.api.operation import Answer, Call, Operation


class PauseBody(Asked):
    """What to hold still. ISPs whose orders wait read `why`."""

    scope: PauseScope
    name: Name | None = Field(None, description="the product, place or device; left out where all is held")
    why: Sentence
    until: Annotated[Moment, Field(strict=False)] | None = Field(
        None, description="when it ends by itself; when somebody lifts it where left out"
    )


class PausesQuery(AskedInQuery):
    """Which pauses."""

    all: QueryFlag = Field(False, description="also those that are over, newest first")


class PauseShown(Shown):
    """A pause. `sentence` is what a waiting order says."""

    id: str
    scope: PauseScope
    name: str
    why: str
    by: str
    since: datetime
    until: datetime | None
    lifted_at: datetime | None
    lifted_by: str
    sentence: str


class PausesShown(Shown):
    """`orders_resting` is how many orders wait because of one."""

    items: list[PauseShown]
    orders_resting: int


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


def list_pauses(call: Call) -> Answer:
    query = cast("PausesQuery", call.query)
    found = operations.pauses(call.tools, call.who, standing_only=not query.all)
    resting = operations.count_paused(call.tools, call.who)
    return Answer(PausesShown(items=[_shown(pause) for pause in found], orders_resting=resting))


def add_pause(call: Call) -> Answer:
    body = cast("PauseBody", call.body)
    made = operations.add_pause(call.tools, call.who, body.scope, body.name or "", why=body.why, until=body.until)
    return Answer(_shown(made), HTTPStatus.CREATED, "/pauses")


def lift_pause(call: Call) -> Answer:
    return Answer(_shown(operations.lift_pause(call.tools, call.who, call.path["pause_id"])))


def list_workers(call: Call) -> Answer:
    found = operations.workers(call.tools, call.who)
    return Answer(WorkersShown(items=[WorkerShown.model_validate(each) for each in found]))


def list_schedules(call: Call) -> Answer:
    found = operations.schedules(call.tools, call.who)
    return Answer(SchedulesShown(items=[ScheduleShown.of_state(each) for each in found]))


def run_schedule(call: Call) -> Answer:
    return Answer(ScheduleShown.of(operations.run_schedule(call.tools, call.who, call.path["schedule"])))


def _shown(pause: Pause) -> PauseShown:
    return PauseShown.model_validate(pause)


OPERATIONS = (
    Operation(
        "listPauses",
        "GET",
        "/pauses",
        "What is held still, by whom and why",
        "operations",
        list_pauses,
        PausesShown,
        action=Action.READ_OPERATIONS,
        query=PausesQuery,
        errors=(errors.Forbidden,),
    ),
    Operation(
        "addPause",
        "POST",
        "/pauses",
        "Hold work still: on everything, or on one product, place or device",
        "operations",
        add_pause,
        PauseShown,
        action=Action.PAUSE,
        body=PauseBody,
        statuses=(HTTPStatus.CREATED,),
        errors=(errors.Forbidden, errors.RequestInvalid, errors.UnknownProduct, UnknownThing),
        notes="An order waits before it begins to change what is held, and goes on by itself. Nothing stops in the "
        "middle of a change; questions are answered as ever.",
    ),
    Operation(
        "liftPause",
        "DELETE",
        "/pauses/{pause_id}",
        "Let it go on",
        "operations",
        lift_pause,
        PauseShown,
        action=Action.PAUSE,
        errors=(errors.Forbidden, engine_errors.UnknownPause, engine_errors.PauseOver),
    ),
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
