"""Change plans and freezes: changes of devices that are not an order's, looked at and decided."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, cast

from pydantic import Field, StringConstraints

from automation.change_plan import lines_change
from automation.limits import Limit
from inventory.errors import UnknownThing
from provisioning import change_plan_desk as desk
from provisioning import change_plan_errors, errors, people_errors
from provisioning.change_plans import ChangePlan, Outcome, PlanKind, PlanState
from provisioning.policy import Action
from web.api.fields import Asked, AskedInQuery, Name, Sentence, Shown
from web.api.operation import Answer, Call, Operation
from web.api.pauses import FREEZE_OPERATIONS

LONGEST_COMMANDS = 100_000
COMMAND_LINES = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"  # tabs and newlines only, of all control characters

type Commands = Annotated[str, StringConstraints(pattern=COMMAND_LINES, min_length=1, max_length=LONGEST_COMMANDS)]
type Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class LinesBody(Asked):
    """What one device is to be told, in its platform's own words, and what takes that back."""

    device: Name
    commands: Commands
    undo: Commands


class ProposalBody(Asked):
    """A change of devices. `batch` devices are changed at a time, all of them or none; 0: all of the plan."""

    why: Sentence
    changes: Annotated[list[LinesBody], Field(min_length=1, max_length=1000)]
    batch: Annotated[int, Field(ge=0, le=1000)] = 0


class PlanApprovalBody(Asked):
    """`digest` is of what was looked at."""

    digest: Digest


class PlanReasonBody(Asked):
    """Why, in one line: it is kept."""

    why: Sentence


class LiftBody(Asked):
    """Which limit is lifted for this one plan, and why."""

    limit: Limit
    why: Sentence


class PlansQuery(AskedInQuery):
    """Which plans."""

    state: PlanState | None = Field(None, description="only those in this state")


class BrokenLimitShown(Shown):
    limit: Limit
    sentence: str


class LiftedLimitShown(Shown):
    limit: Limit
    by: str
    why: str
    at: datetime


class PlanReasonShown(Shown):
    code: str
    sentence: str
    next_step: str


class PlannedDeviceShown(Shown):
    """One device of a plan. `diff` is its own: what it would change, or has changed; secrets are taken out."""

    device: str
    action: str
    commands: str
    diff: str
    outcome: Outcome
    said: str


class ChangePlanShown(Shown):
    """A change plan. `in_the_way` are the limits that it breaks and that nobody lifted."""

    id: str
    kind: PlanKind
    why: str
    by: str
    state: PlanState
    digest: str
    approved_by: str
    batch: int
    undoes: str
    waits: str
    in_the_way: list[BrokenLimitShown]
    lifted: list[LiftedLimitShown]
    reasons: list[PlanReasonShown]
    devices: list[str]
    created_at: datetime
    updated_at: datetime
    ended_at: datetime | None


class ChangePlansShown(Shown):
    items: list[ChangePlanShown]


class PlanEventShown(Shown):
    number: int
    at: datetime
    by: str
    text: str


class PlanStoryShown(Shown):
    """A plan, what came of it on each device, and its life."""

    plan: ChangePlanShown
    changes: list[PlannedDeviceShown]
    events: list[PlanEventShown]


class UncertainShown(Shown):
    """A device that could not be told to go back, and the order or plan that left it so."""

    device: str
    since: datetime
    left_by: str
    why: str


class UncertainDevicesShown(Shown):
    items: list[UncertainShown]


def list_plans(call: Call) -> Answer:
    query = cast("PlansQuery", call.query)
    found = desk.plans(call.tools, call.who, () if query.state is None else (query.state,))
    return Answer(ChangePlansShown(items=list(map(_shown, found))))


def get_plan(call: Call) -> Answer:
    story = desk.plan(call.tools, call.who, call.path["plan_id"])
    changes = [
        PlannedDeviceShown(
            device=each.device,
            action=each.change.action,
            commands=each.change.commands,
            diff=each.change.diff,
            outcome=each.outcome,
            said=each.said,
        )
        for each in story.plan.changes
    ]
    events = [PlanEventShown.model_validate(each) for each in story.events]
    return Answer(PlanStoryShown(plan=_shown(story.plan), changes=changes, events=events))


def propose_change(call: Call) -> Answer:
    body = cast("ProposalBody", call.body)
    changes = [lines_change(each.device, each.commands, each.undo) for each in body.changes]
    made = desk.propose_change(call.tools, call.who, PlanKind.OTHER, changes, why=body.why, batch=body.batch)
    return Answer(_shown(made), HTTPStatus.CREATED, f"/change-plans/{made.id}")


def approve_plan(call: Call) -> Answer:
    body = cast("PlanApprovalBody", call.body)
    return Answer(_shown(desk.approve_plan(call.tools, call.who, call.path["plan_id"], body.digest)))


def cancel_plan(call: Call) -> Answer:
    body = cast("PlanReasonBody", call.body)
    return Answer(_shown(desk.cancel_plan(call.tools, call.who, call.path["plan_id"], why=body.why)))


def lift_limit(call: Call) -> Answer:
    body = cast("LiftBody", call.body)
    return Answer(_shown(desk.lift_limit(call.tools, call.who, call.path["plan_id"], body.limit, why=body.why)))


def undo_plan(call: Call) -> Answer:
    body = cast("PlanReasonBody", call.body)
    made = desk.undo_plan(call.tools, call.who, call.path["plan_id"], why=body.why)
    return Answer(_shown(made), HTTPStatus.CREATED, f"/change-plans/{made.id}")


def list_uncertain(call: Call) -> Answer:
    found = desk.uncertain_devices(call.tools, call.who)
    return Answer(UncertainDevicesShown(items=[UncertainShown.model_validate(each) for each in found]))


def _shown(plan: ChangePlan) -> ChangePlanShown:
    return ChangePlanShown.model_validate(plan)


_ABOUT_PLAN = (errors.Forbidden, change_plan_errors.UnknownChangePlan)
_DECIDING = (*_ABOUT_PLAN, errors.RequestInvalid, errors.WrongState)


OPERATIONS = (
    Operation(
        "listChangePlans",
        "GET",
        "/change-plans",
        "Changes of devices that are not an order's, the last 200, newest first",
        "devices",
        list_plans,
        ChangePlansShown,
        action=Action.READ_CHANGES,
        query=PlansQuery,
        errors=(errors.Forbidden,),
    ),
    Operation(
        "getChangePlan",
        "GET",
        "/change-plans/{plan_id}",
        "A change plan: what every device says of it, and its life",
        "devices",
        get_plan,
        PlanStoryShown,
        action=Action.READ_CHANGES,
        errors=_ABOUT_PLAN,
    ),
    Operation(
        "proposeChange",
        "POST",
        "/change-plans",
        "Propose given lines for devices; nothing is changed before somebody approves what the devices say",
        "devices",
        propose_change,
        ChangePlanShown,
        action=Action.PROPOSE_CHANGES,
        body=ProposalBody,
        statuses=(HTTPStatus.CREATED,),
        errors=(errors.Forbidden, errors.RequestInvalid, UnknownThing, change_plan_errors.Frozen),
        notes="A worker has every device load, compare and discard the lines. What is frozen is refused.",
    ),
    Operation(
        "approveChangePlan",
        "POST",
        "/change-plans/{plan_id}/approval",
        "Approve exactly what the devices said",
        "devices",
        approve_plan,
        ChangePlanShown,
        action=Action.APPROVE_CHANGES,
        body=PlanApprovalBody,
        errors=(
            *_DECIDING,
            change_plan_errors.PlanChanged,
            change_plan_errors.Frozen,
            change_plan_errors.LimitsExceeded,
            people_errors.SecondEyesNeeded,
        ),
        notes="Where a limit was lifted for it, two people have to, neither of whom proposed it.",
    ),
    Operation(
        "cancelChangePlan",
        "POST",
        "/change-plans/{plan_id}/cancellation",
        "End a plan that has changed nothing yet",
        "devices",
        cancel_plan,
        ChangePlanShown,
        action=Action.CANCEL_CHANGES,
        body=PlanReasonBody,
        errors=_DECIDING,
    ),
    Operation(
        "liftLimit",
        "POST",
        "/change-plans/{plan_id}/lifted-limits",
        "Lift a safety limit for this one plan",
        "devices",
        lift_limit,
        ChangePlanShown,
        action=Action.LIFT_LIMITS,
        body=LiftBody,
        errors=_DECIDING,
    ),
    Operation(
        "undoChangePlan",
        "POST",
        "/change-plans/{plan_id}/undo",
        "Propose the opposite of a plan that is done, as a plan of its own",
        "devices",
        undo_plan,
        ChangePlanShown,
        action=Action.PROPOSE_CHANGES,
        body=PlanReasonBody,
        statuses=(HTTPStatus.CREATED,),
        errors=(*_DECIDING, change_plan_errors.Frozen),
    ),
    Operation(
        "listUncertainDevices",
        "GET",
        "/uncertain-devices",
        "Devices of which nobody knows for certain what they say, until an audit has read them right",
        "devices",
        list_uncertain,
        UncertainDevicesShown,
        action=Action.READ_CHANGES,
        errors=(errors.Forbidden,),
    ),
    *FREEZE_OPERATIONS,
)
