"""What holds work still in the API: pauses, for whose end all waits, and freezes, which also say no."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, cast

from pydantic import Field

from inventory.errors import UnknownThing
from provisioning import engine_errors, errors, freezes, operations, people_errors
from provisioning.pauses import PauseScope
from provisioning.policy import Action
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


def list_pauses(call: Call) -> Answer:
    query = cast("PausesQuery", call.query)
    found = operations.pauses(call.tools, call.who, standing_only=not query.all)
    resting = operations.count_paused(call.tools, call.who)
    return Answer(PausesShown(items=[PauseShown.model_validate(pause) for pause in found], orders_resting=resting))


def add_pause(call: Call) -> Answer:
    body = cast("PauseBody", call.body)
    made = operations.add_pause(call.tools, call.who, body.scope, body.name or "", why=body.why, until=body.until)
    return Answer(PauseShown.model_validate(made), HTTPStatus.CREATED, "/pauses")


def lift_pause(call: Call) -> Answer:
    return Answer(PauseShown.model_validate(operations.lift_pause(call.tools, call.who, call.path["pause_id"])))


PAUSE_OPERATIONS = (
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
        errors=(errors.Forbidden, engine_errors.UnknownPause, engine_errors.PauseOver, people_errors.SecondEyesNeeded),
    ),
)


class FreezeBody(PauseBody):
    """What no change may reach. Whoever is refused reads `why`, and so do ISPs whose orders wait."""

    name: Name | None = Field(None, description="the product, place or device; left out where all is frozen")


class FreezesQuery(PausesQuery):
    """Which freezes."""


class FreezeShown(PauseShown):
    """A freeze. `sentence` is what whoever is refused is told."""


class FreezesShown(Shown):
    items: list[FreezeShown]


def list_freezes(call: Call) -> Answer:
    query = cast("FreezesQuery", call.query)
    found = freezes.freezes(call.tools, call.who, standing_only=not query.all)
    return Answer(FreezesShown(items=[FreezeShown.model_validate(freeze) for freeze in found]))


def add_freeze(call: Call) -> Answer:
    body = cast("FreezeBody", call.body)
    made = freezes.add_freeze(call.tools, call.who, body.scope, body.name or "", why=body.why, until=body.until)
    return Answer(FreezeShown.model_validate(made), HTTPStatus.CREATED, "/freezes")


def lift_freeze(call: Call) -> Answer:
    return Answer(FreezeShown.model_validate(freezes.lift_freeze(call.tools, call.who, call.path["freeze_id"])))


FREEZE_OPERATIONS = (
    Operation(
        "listFreezes",
        "GET",
        "/freezes",
        "What no change may reach, by whom and why",
        "operations",
        list_freezes,
        FreezesShown,
        action=Action.READ_OPERATIONS,
        query=FreezesQuery,
        errors=(errors.Forbidden,),
    ),
    Operation(
        "addFreeze",
        "POST",
        "/freezes",
        "Let no change reach anything, or one product, place or device",
        "operations",
        add_freeze,
        FreezeShown,
        action=Action.FREEZE,
        body=FreezeBody,
        statuses=(HTTPStatus.CREATED,),
        errors=(errors.Forbidden, errors.RequestInvalid, errors.UnknownProduct, UnknownThing),
        notes="Change plans are refused with who froze it and why; orders wait, and go on by themselves.",
    ),
    Operation(
        "liftFreeze",
        "DELETE",
        "/freezes/{freeze_id}",
        "Let changes reach it again",
        "operations",
        lift_freeze,
        FreezeShown,
        action=Action.FREEZE,
        errors=(errors.Forbidden, engine_errors.UnknownPause, engine_errors.PauseOver, people_errors.SecondEyesNeeded),
    ),
)
