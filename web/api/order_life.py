"""What becomes of orders on their way: amended, noted under, let in at the far end, built; all that is beside it."""

from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Self, cast

from pydantic import model_validator

from inventory.errors import UnknownPremises, UnknownThing
from provisioning import errors, life_errors
from provisioning.amending import Amendment, add_note, amend_order
from provisioning.confirming import confirm_built
from provisioning.far_end_desk import far_ends, grant_far_end, refuse_far_end
from provisioning.far_ends import FarEnd, FarEndState
from provisioning.orders import Note
from provisioning.policy import Action
from provisioning.product_order_desk import notes
from web.api.charges import CHARGE_OPERATIONS
from web.api.fields import Asked, Mbps, Months, Name, Sentence, ShortText, Shown
from web.api.operation import Answer, Call, Operation
from web.api.order_tasks import ORDER_TASK_OPERATIONS
from web.api.product_orders import PRODUCT_ORDER_OPERATIONS
from web.api.shown import OrderShown


class FarEndDecision(StrEnum):
    """What the far end says."""

    GRANT = "grant"
    REFUSE = "refuse"


class FarEndBody(Asked):
    """Whether another ISP's order may land on your port. A refusal says why."""

    decision: FarEndDecision
    reason: Sentence | None = None

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.decision is FarEndDecision.REFUSE and self.reason is None:
            raise ValueError("a refusal says why")
        return self


class AmendmentBody(Asked):
    """What is to be otherwise about an order; what is left out stays as it is."""

    reference: ShortText | None = None
    end_customer: ShortText | None = None
    handover: Name | None = None
    bandwidth_mbps: Mbps | None = None
    term_months: Months | None = None


class OrderNoteBody(Asked):
    """Something to write under an order."""

    text: Sentence


class FarEndShown(Shown):
    """What an ISP is asked: may this order land on `what`, a port of its own?"""

    order_id: str
    isp_code: str
    asked_for: str
    what: str
    state: FarEndState
    asked_at: datetime
    due_at: datetime
    decided_at: datetime | None
    decided_by: str
    reason: str

    @classmethod
    def of(cls, found: FarEnd) -> Self:
        return cls.model_validate(found)


class FarEndsShown(Shown):
    items: list[FarEndShown]


class OrderNoteShown(Shown):
    """What somebody wrote under an order, and from which side."""

    at: datetime
    author: str
    is_buyers: bool
    text: str


class OrderNotesShown(Shown):
    items: list[OrderNoteShown]

    @classmethod
    def of(cls, found: tuple[Note, ...]) -> Self:
        return cls(items=[OrderNoteShown.model_validate(note) for note in found])


def _amend(call: Call) -> Answer:
    body = cast("AmendmentBody", call.body)
    said = Amendment(
        reference=body.reference,
        end_customer=body.end_customer,
        handover=body.handover,
        bandwidth_mbps=body.bandwidth_mbps,
        term_months=body.term_months,
    )
    return Answer(OrderShown.of(amend_order(call.tools, call.who, call.path["order_id"], said)))


def _write_note(call: Call) -> Answer:
    add_note(call.tools, call.who, call.path["order_id"], cast("OrderNoteBody", call.body).text)
    return Answer(OrderNotesShown.of(notes(call.tools, call.who, call.path["order_id"])), HTTPStatus.CREATED)


def _notes(call: Call) -> Answer:
    return Answer(OrderNotesShown.of(notes(call.tools, call.who, call.path["order_id"])))


def _far_ends(call: Call) -> Answer:
    return Answer(FarEndsShown(items=[FarEndShown.of(each) for each in far_ends(call.tools, call.who)]))


def _decide_far_end(call: Call) -> Answer:
    body, order_id = cast("FarEndBody", call.body), call.path["order_id"]
    if body.decision is FarEndDecision.GRANT:
        return Answer(FarEndShown.of(grant_far_end(call.tools, call.who, order_id)))
    return Answer(FarEndShown.of(refuse_far_end(call.tools, call.who, order_id, reason=body.reason or "")))


def _built(call: Call) -> Answer:
    return Answer(OrderShown.of(confirm_built(call.tools, call.who, call.path["order_id"])))


ORDER_LIFE_OPERATIONS: tuple[Operation, ...] = (
    *PRODUCT_ORDER_OPERATIONS,
    *ORDER_TASK_OPERATIONS,
    Operation(
        "amendOrder",
        "POST",
        "/orders/{order_id}/amendment",
        "Change what an order that is under way says or asks for",
        "orders",
        _amend,
        OrderShown,
        action=Action.PLACE_ORDERS,
        body=AmendmentBody,
        errors=(
            errors.Forbidden,
            errors.UnknownOrder,
            errors.RequestInvalid,
            errors.WrongState,
            life_errors.TooLateToAmend,
            errors.NotOrderable,
            errors.SpeedNotOffered,
            errors.TermNotOffered,
            errors.EquipmentNotOffered,
            errors.UnknownProduct,
            errors.HandoverNotYours,
            UnknownPremises,
            UnknownThing,
            life_errors.DateInPast,
        ),
        notes="Another bandwidth or handover takes back what was held, and the order begins again under its id.",
    ),
    Operation(
        "getNotes",
        "GET",
        "/orders/{order_id}/notes",
        "What was written under an order",
        "orders",
        _notes,
        OrderNotesShown,
        action=Action.READ_ORDERS,
        errors=(errors.UnknownOrder,),
    ),
    Operation(
        "writeNote",
        "POST",
        "/orders/{order_id}/notes",
        "Write something under an order",
        "orders",
        _write_note,
        OrderNotesShown,
        action=Action.PLACE_ORDERS,
        body=OrderNoteBody,
        statuses=(HTTPStatus.CREATED,),
        errors=(errors.Forbidden, errors.UnknownOrder, errors.RequestInvalid),
    ),
    *CHARGE_OPERATIONS,
    Operation(
        "listFarEnds",
        "GET",
        "/far-ends",
        "What you are asked to let land on your ports (the operator: all that is open)",
        "orders",
        _far_ends,
        FarEndsShown,
        action=Action.READ_ORDERS,
    ),
    Operation(
        "decideFarEnd",
        "POST",
        "/far-ends/{order_id}/decision",
        "Let another ISP's order land on your port, or refuse it",
        "orders",
        _decide_far_end,
        FarEndShown,
        action=Action.PLACE_ORDERS,
        body=FarEndBody,
        errors=(errors.Forbidden, life_errors.NothingAsked, errors.RequestInvalid, errors.WrongState),
    ),
    Operation(
        "confirmBuilt",
        "POST",
        "/orders/{order_id}/built",
        "Confirm that what an order waits for is built",
        "orders",
        _built,
        OrderShown,
        action=Action.CONFIRM_WORK,
        errors=(errors.Forbidden, errors.UnknownOrder, errors.WrongState, life_errors.BuildLacking),
    ),
)
