"""What is asked of an order that is under way: to cancel it, or to have it on another day."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Self, cast

from pydantic import StringConstraints

from provisioning import errors, life_errors
from provisioning.cancelling import cancel_order, cancel_product_order, cancellation
from provisioning.chargeable_tasks import Cancellation, CancellationReason, DateChange, TaskState
from provisioning.policy import Action
from provisioning.rescheduling import change_date, date_change
from web.api.fields import PRINTABLE, Asked, Shown
from web.api.operation import Answer, Call, Operation
from web.api.plant.fields import DayInBody

type CancellationText = Annotated[str, StringConstraints(pattern=PRINTABLE, max_length=200)]


class CancellationBody(Asked):
    """Why it is cancelled."""

    reason: CancellationText = ""
    reason_kind: CancellationReason = CancellationReason.COMMERCIAL


class DateBody(Asked):
    """Another day for an order: null is as soon as it can be. `expedite` pays for it to be sooner."""

    wanted: DayInBody | None
    expedite: bool = False


class CancellationShown(Shown):
    """A request to cancel; states as in MEF 57.2. `denied` says why it was rejected."""

    id: str
    isp_code: str
    product_order_id: str
    order_id: str | None
    state: TaskState
    reason: str
    reason_kind: CancellationReason
    requested_by: str
    requested_at: datetime
    denied: str
    charge_id: str | None
    ended_at: datetime | None

    @classmethod
    def of(cls, found: Cancellation) -> Self:
        return cls(**{name: getattr(found, name) for name in cls.model_fields})


class DateChangeShown(Shown):
    """A request to have an order on another day; states as in MEF 57.2. `denied` says why it was rejected."""

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
    denied: str
    charge_id: str | None
    ended_at: datetime | None

    @classmethod
    def of(cls, found: DateChange) -> Self:
        return cls(**{name: getattr(found, name) for name in cls.model_fields})


def _cancel_all(call: Call) -> Answer:
    body = cast("CancellationBody", call.body)
    asked = cancel_product_order(
        call.tools, call.who, call.path["product_order_id"], reason=body.reason, reason_kind=body.reason_kind
    )
    return Answer(CancellationShown.of(asked), HTTPStatus.CREATED, f"/cancellations/{asked.id}")


def _cancel(call: Call) -> Answer:
    body = cast("CancellationBody", call.body)
    asked = cancel_order(call.tools, call.who, call.path["order_id"], reason=body.reason, reason_kind=body.reason_kind)
    return Answer(CancellationShown.of(asked), HTTPStatus.CREATED, f"/cancellations/{asked.id}")


def _cancellation(call: Call) -> Answer:
    return Answer(CancellationShown.of(cancellation(call.tools, call.who, call.path["cancellation_id"])))


def _change_date(call: Call) -> Answer:
    body = cast("DateBody", call.body)
    asked = change_date(call.tools, call.who, call.path["order_id"], body.wanted, expedite=body.expedite)
    return Answer(DateChangeShown.of(asked), HTTPStatus.CREATED, f"/date-changes/{asked.id}")


def _date_change(call: Call) -> Answer:
    return Answer(DateChangeShown.of(date_change(call.tools, call.who, call.path["date_change_id"])))


_TASK = "The answer says what became of it: done, rejected (`denied` says why), or waiting for a charge to be answered."


ORDER_TASK_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "cancelProductOrder",
        "POST",
        "/product-orders/{product_order_id}/cancellation",
        "Cancel all orders of a product order, or none",
        "orders",
        _cancel_all,
        CancellationShown,
        action=Action.PLACE_ORDERS,
        body=CancellationBody,
        statuses=(HTTPStatus.CREATED,),
        errors=(errors.Forbidden, life_errors.UnknownProductOrder, errors.RequestInvalid),
        notes=_TASK,
    ),
    Operation(
        "cancelOrder",
        "POST",
        "/orders/{order_id}/cancellation",
        "Cancel one order; all that it held is given back",
        "orders",
        _cancel,
        CancellationShown,
        action=Action.PLACE_ORDERS,
        body=CancellationBody,
        statuses=(HTTPStatus.CREATED,),
        errors=(errors.Forbidden, errors.UnknownOrder, errors.RequestInvalid),
        notes=_TASK,
    ),
    Operation(
        "getCancellation",
        "GET",
        "/cancellations/{cancellation_id}",
        "What became of a cancellation",
        "orders",
        _cancellation,
        CancellationShown,
        action=Action.READ_ORDERS,
        errors=(life_errors.UnknownCancellation,),
    ),
    Operation(
        "changeDate",
        "POST",
        "/orders/{order_id}/date",
        "Have an order on another day",
        "orders",
        _change_date,
        DateChangeShown,
        action=Action.PLACE_ORDERS,
        body=DateBody,
        statuses=(HTTPStatus.CREATED,),
        errors=(errors.Forbidden, errors.UnknownOrder),
        notes=_TASK,
    ),
    Operation(
        "getDateChange",
        "GET",
        "/date-changes/{date_change_id}",
        "What became of a change of date",
        "orders",
        _date_change,
        DateChangeShown,
        action=Action.READ_ORDERS,
        errors=(life_errors.UnknownDateChange,),
    ),
)
