"""What becomes of orders: product orders of several items, and what is asked, paid and said beside them."""

from datetime import date, datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Self, cast

from pydantic import Field, StringConstraints, model_validator

from inventory.errors import DatesReversed, NeutralhostError, UnknownPremises, UnknownThing
from provisioning import errors, life_errors, product_desk
from provisioning.amending import Amendment, add_note, amend_order
from provisioning.cancelling import cancel_order, cancel_product_order, cancellation
from provisioning.chargeable_tasks import Cancellation, CancellationReason, DateChange, TaskState
from provisioning.charges import Charge, ChargeCause, ChargeItemState, ChargeKind, ChargeState
from provisioning.charging import ChargeAsked, answer_charge, charge, charges, raise_charge, withdraw_charge
from provisioning.confirming import confirm_built
from provisioning.far_end_desk import far_ends, grant_far_end, refuse_far_end
from provisioning.far_ends import FarEnd, FarEndState
from provisioning.orders import Note, OrderAction, OrderRequest
from provisioning.policy import Action
from provisioning.product_order_desk import (
    ItemAsked,
    notes,
    place_product_order,
    product_order_story,
    product_orders,
)
from provisioning.product_orders import ProductOrder, ProductOrderPage, ProductOrderState, ProductOrderStory
from provisioning.rescheduling import change_date, date_change
from provisioning.tools import Tools
from web.api.asked import OrderBody
from web.api.fields import (
    PRINTABLE,
    Asked,
    AskedInQuery,
    Cursor,
    Mbps,
    Moment,
    Months,
    Name,
    PageSize,
    QueryFlag,
    Sentence,
    ShortText,
    Shown,
)
from web.api.operation import Answer, Call, Operation
from web.api.plant.fields import DayInBody
from web.api.shown import OrderShown

type ItemId = Annotated[str, StringConstraints(pattern=PRINTABLE, min_length=1, max_length=40)]
type CancellationText = Annotated[str, StringConstraints(pattern=PRINTABLE, max_length=200)]
type Pence = Annotated[int, Field(ge=1, le=10**9)]


class AddedBody(OrderBody):
    """What to add, as it would be ordered alone."""

    isp_code: None = None  # the product order's own


class ItemBody(Asked):
    """One item: a product to `add` (all that an order carries), or a service to `modify` or `delete`."""

    item_id: ItemId = Field(description="your own id of it, unique within the product order")
    action: OrderAction = OrderAction.ADD
    add: AddedBody | None = Field(None, description="what to add, where the action is add")
    service_id: Name | None = Field(None, description="the service to modify or delete")
    bandwidth_mbps: Mbps | None = Field(None, description="the service's new bandwidth, where it is modified")
    term_months: Months | None = Field(None, description="the service's new term, where it is modified")
    on: DayInBody | None = Field(None, description="the day a modified or deleted service changes or ends")
    after: list[ItemId] = Field(default_factory=list, max_length=100, description="items that must be complete first")

    @model_validator(mode="after")
    def _fits_its_action(self) -> Self:
        if (self.action is OrderAction.ADD) != (self.add is not None):
            raise ValueError("`add` stands there where the action is add, and nowhere else")
        if (self.action is OrderAction.ADD) == (self.service_id is not None):
            raise ValueError("`service_id` stands there where the action is modify or delete, and nowhere else")
        return self

    def noun(self, tools: Tools) -> ItemAsked:
        """Raises: DatesReversed, RequestInvalid."""
        if self.add is not None:
            ssid = self.add.ssid
            sealed = "" if ssid is None else product_desk.sealed(tools, ssid.ssid, ssid.passphrase)
            return ItemAsked(self.item_id, self.action, self.add.noun(sealed), after=tuple(self.after))
        changed = OrderRequest("", "", "", self.bandwidth_mbps or 0, self.term_months or 0, start=self.on)
        return ItemAsked(self.item_id, self.action, changed, self.service_id or "", tuple(self.after))


class ProductOrderBody(Asked):
    """Orders to accept together, all or none."""

    items: list[ItemBody] = Field(min_length=1, max_length=100)
    external_id: ShortText = Field("", description="your own number of the product order")
    isp_code: Name | None = None


class CancellationBody(Asked):
    """Why it is cancelled."""

    reason: CancellationText = ""
    reason_kind: CancellationReason = CancellationReason.COMMERCIAL


class DateBody(Asked):
    """Another day for an order: null is as soon as it can be. `expedite` pays for it to be sooner."""

    wanted: DayInBody | None
    expedite: bool = False


class ChargeItemBody(Asked):
    """One component of a charge, in pence. Work on the order rests until one that is `blocking` is answered."""

    kind: ChargeKind = ChargeKind.ONCE
    pence: Pence
    text: Sentence
    blocking: bool = True


class ChargeBody(Asked):
    """What the buyer is asked to pay besides, and until when to answer (14 days where left out)."""

    items: list[ChargeItemBody] = Field(min_length=1, max_length=20)
    due_at: Moment | None = None


class ChargeAnswerBody(Asked):
    """The buyer's answer to items of a charge, by their ids: true accepts."""

    items: dict[ItemId, bool] = Field(min_length=1, max_length=20)
    note: ShortText = ""


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


class ProductOrdersQuery(AskedInQuery):
    """Which product orders, newest first."""

    state: ProductOrderState | None = None
    cursor: Cursor | None = Field(None, description="`next_cursor` of the page before")
    limit: PageSize = 50


class ChargesQuery(AskedInQuery):
    """Which charges, newest first."""

    open: QueryFlag | None = None
    limit: PageSize = 50


class ChargeItemShown(Shown):
    """One component of a charge, in pence, and what the buyer said to it."""

    id: str
    kind: ChargeKind
    pence: int
    text: str
    blocking: bool
    state: ChargeItemState
    note: str


class ChargeShown(Shown):
    """A charge; states as in MEF 57.2. Silence until `due_at` counts as declined."""

    id: str
    isp_code: str
    product_order_id: str
    order_id: str | None
    cause: ChargeCause
    items: list[ChargeItemShown]
    state: ChargeState
    created_at: datetime
    due_at: datetime
    raised_by: str
    task_id: str | None
    ended_at: datetime | None

    @classmethod
    def of(cls, found: Charge) -> Self:
        return cls.model_validate(found)


class ChargesShown(Shown):
    items: list[ChargeShown]


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


class ProductOrderShown(Shown):
    """Orders that were accepted together; the states are those of MEF 57.2."""

    id: str
    isp_code: str
    external_id: str
    state: ProductOrderState
    requested_by: str
    requested_on: date | None
    ordered_at: datetime
    updated_at: datetime
    completed_at: datetime | None

    @classmethod
    def of(cls, found: ProductOrder) -> Self:
        return cls(**{name: getattr(found, name) for name in cls.model_fields})


class ProductOrderStoryShown(Shown):
    """A product order with its orders, and what is asked and paid beside them."""

    product_order: ProductOrderShown
    orders: list[OrderShown]
    charges: list[ChargeShown]
    cancellations: list[CancellationShown]
    date_changes: list[DateChangeShown]

    @classmethod
    def of(cls, story: ProductOrderStory) -> Self:
        return cls(
            product_order=ProductOrderShown.of(story.product_order),
            orders=[OrderShown.of(order) for order in story.orders],
            charges=[ChargeShown.of(each) for each in story.charges],
            cancellations=[CancellationShown.of(each) for each in story.cancellations],
            date_changes=[DateChangeShown.of(each) for each in story.date_changes],
        )


class ProductOrderPageShown(Shown):
    items: list[ProductOrderShown]
    next_cursor: str | None

    @classmethod
    def of(cls, page: ProductOrderPage) -> Self:
        return cls(items=[ProductOrderShown.of(each) for each in page.product_orders], next_cursor=page.next_cursor)


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


def _place(call: Call) -> Answer:
    body = cast("ProductOrderBody", call.body)
    story, is_new = place_product_order(
        call.tools,
        call.who,
        [item.noun(call.tools) for item in body.items],
        external_id=body.external_id,
        idempotency_key=call.idempotency_key,
        isp_code=body.isp_code,
    )
    status = HTTPStatus.CREATED if is_new else HTTPStatus.OK
    return Answer(ProductOrderStoryShown.of(story), status, f"/product-orders/{story.product_order.id}")


def _list(call: Call) -> Answer:
    query = cast("ProductOrdersQuery", call.query)
    page = product_orders(call.tools, call.who, state=query.state, cursor=query.cursor, limit=query.limit)
    return Answer(ProductOrderPageShown.of(page))


def _show(call: Call) -> Answer:
    found = product_order_story(call.tools, call.who, call.path["product_order_id"])
    return Answer(ProductOrderStoryShown.of(found))


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


def _raise_charge(call: Call) -> Answer:
    body = cast("ChargeBody", call.body)
    items = [ChargeAsked(item.kind, item.pence, item.text, item.blocking) for item in body.items]
    made = raise_charge(call.tools, call.who, call.path["order_id"], items, due_at=body.due_at)
    return Answer(ChargeShown.of(made), HTTPStatus.CREATED, f"/charges/{made.id}")


def _charges(call: Call) -> Answer:
    query = cast("ChargesQuery", call.query)
    found = charges(call.tools, call.who, is_open=query.open, limit=query.limit)
    return Answer(ChargesShown(items=[ChargeShown.of(each) for each in found]))


def _charge(call: Call) -> Answer:
    return Answer(ChargeShown.of(charge(call.tools, call.who, call.path["charge_id"])))


def _answer_charge(call: Call) -> Answer:
    body = cast("ChargeAnswerBody", call.body)
    said = dict.fromkeys(body.items, body.note)
    return Answer(ChargeShown.of(answer_charge(call.tools, call.who, call.path["charge_id"], body.items, said)))


def _withdraw_charge(call: Call) -> Answer:
    return Answer(ChargeShown.of(withdraw_charge(call.tools, call.who, call.path["charge_id"])))


def _far_ends(call: Call) -> Answer:
    return Answer(FarEndsShown(items=[FarEndShown.of(each) for each in far_ends(call.tools, call.who)]))


def _decide_far_end(call: Call) -> Answer:
    body, order_id = cast("FarEndBody", call.body), call.path["order_id"]
    if body.decision is FarEndDecision.GRANT:
        return Answer(FarEndShown.of(grant_far_end(call.tools, call.who, order_id)))
    return Answer(FarEndShown.of(refuse_far_end(call.tools, call.who, order_id, reason=body.reason or "")))


def _built(call: Call) -> Answer:
    return Answer(OrderShown.of(confirm_built(call.tools, call.who, call.path["order_id"])))


type Errors = tuple[type[NeutralhostError], ...]

_CREATED = (HTTPStatus.CREATED,)
_ASKING: Errors = (errors.Forbidden, errors.UnknownOrder, errors.RequestInvalid, errors.WrongState)
_TASK = "The answer says what became of it: done, rejected (`denied` says why), or waiting for a charge to be answered."

ORDER_LIFE_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "placeProductOrder",
        "POST",
        "/product-orders",
        "Order several things together, all or none",
        "orders",
        _place,
        ProductOrderStoryShown,
        action=Action.PLACE_ORDERS,
        body=ProductOrderBody,
        needs_idempotency_key=True,
        statuses=(HTTPStatus.CREATED, HTTPStatus.OK),
        errors=(
            errors.Forbidden,
            errors.UnknownIsp,
            errors.RequestInvalid,
            errors.IdempotencyConflict,
            life_errors.ItemsInvalid,
            life_errors.ItemRefused,
            DatesReversed,
        ),
        notes="While they are looked at, one item that cannot be delivered rejects them all; later each fails alone.",
    ),
    Operation(
        "listProductOrders",
        "GET",
        "/product-orders",
        "Product orders, newest first",
        "orders",
        _list,
        ProductOrderPageShown,
        action=Action.READ_ORDERS,
        query=ProductOrdersQuery,
        errors=(errors.CursorInvalid,),
    ),
    Operation(
        "getProductOrder",
        "GET",
        "/product-orders/{product_order_id}",
        "One product order with all that hangs on it",
        "orders",
        _show,
        ProductOrderStoryShown,
        action=Action.READ_ORDERS,
        errors=(life_errors.UnknownProductOrder,),
    ),
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
        statuses=_CREATED,
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
        statuses=_CREATED,
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
        statuses=_CREATED,
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
            *_ASKING,
            life_errors.TooLateToAmend,
            errors.NotOrderable,
            errors.SpeedNotOffered,
            errors.TermNotOffered,
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
        statuses=_CREATED,
        errors=(errors.Forbidden, errors.UnknownOrder, errors.RequestInvalid),
    ),
    Operation(
        "raiseCharge",
        "POST",
        "/orders/{order_id}/charges",
        "Ask the buyer to pay more for an order in progress",
        "orders",
        _raise_charge,
        ChargeShown,
        action=Action.SET_CHARGES,
        body=ChargeBody,
        statuses=_CREATED,
        errors=(*_ASKING, life_errors.TooLateToStop),
    ),
    Operation(
        "listCharges",
        "GET",
        "/charges",
        "Charges, newest first",
        "orders",
        _charges,
        ChargesShown,
        action=Action.READ_ORDERS,
        query=ChargesQuery,
    ),
    Operation(
        "getCharge",
        "GET",
        "/charges/{charge_id}",
        "One charge",
        "orders",
        _charge,
        ChargeShown,
        action=Action.READ_ORDERS,
        errors=(life_errors.UnknownCharge,),
    ),
    Operation(
        "answerCharge",
        "POST",
        "/charges/{charge_id}/answer",
        "Accept or decline items of a charge",
        "orders",
        _answer_charge,
        ChargeShown,
        action=Action.PLACE_ORDERS,
        body=ChargeAnswerBody,
        errors=(errors.Forbidden, life_errors.UnknownCharge, errors.RequestInvalid, errors.WrongState),
    ),
    Operation(
        "withdrawCharge",
        "POST",
        "/charges/{charge_id}/withdrawal",
        "Take an open charge back",
        "orders",
        _withdraw_charge,
        ChargeShown,
        action=Action.SET_CHARGES,
        errors=(errors.Forbidden, life_errors.UnknownCharge, errors.WrongState),
    ),
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
