"""Cancellations and changes of date of productOrderingManagement v10: what is asked of orders under way."""

from datetime import UTC
from http import HTTPStatus
from typing import Annotated, cast

from pydantic import Field

from provisioning import front_desk
from provisioning.chargeable_tasks import Cancellation, CancellationReason, DateChange, TaskState
from provisioning.listings import TasksWanted, midnight
from provisioning.order_life import AboutItem
from provisioning.orders import Order
from provisioning.policy import Action
from web.api.fields import Moment
from web.sonata.common import Contact, Ref
from web.sonata.faults import Code, refused_at, wrong
from web.sonata.issues import contact_of, read_list
from web.sonata.operation import CREATES, LISTS, READS_ONE, SonataAnswer, SonataCall, SonataOperation, href
from web.sonata.order_parts import Contacts, OrderItemRef, OrderRef
from web.sonata.payload import PageQuery, Payload, QueryMoment, SomeText, Text
from web.sonata.told_orders import ROOT

CANCEL_CONTACT = "cancelProductOrderContact"


class CancelCreate(Payload):
    """CancelProductOrder_Create of the standard."""

    product_order: OrderRef
    related_contact_information: Contacts
    cancellation_reason: Annotated[SomeText, Field(max_length=200)] | None = None
    cancellation_reason_type: CancellationReason | None = None


class CancelFound(Payload):
    """CancelProductOrder_Find of the standard."""

    id: Text
    product_order: OrderRef
    cancellation_reason_type: CancellationReason
    state: TaskState


class CancelTold(CancelFound):
    """CancelProductOrder of the standard."""

    href: Text
    related_contact_information: list[Contact]
    cancellation_reason: SomeText | None = None
    cancellation_denied_reason: SomeText | None = None
    charge: Ref | None = None


class CancelsQuery(PageQuery):
    """What listCancelProductOrder takes."""

    product_order_id: Text | None = None
    state: TaskState | None = None
    cancellation_reason_type: CancellationReason | None = None


class DateChangeCreate(Payload):
    """MEFModifyProductOrderItemRequestedDeliveryDate_Create of the standard."""

    product_order_item: OrderItemRef
    expedite_indicator: bool | None = None
    requested_completion_date: Moment | None = None


class DateChangeTold(DateChangeCreate):
    """MEFModifyProductOrderItemRequestedDeliveryDate of the standard."""

    id: Text
    href: Text
    creation_date: Moment
    state: TaskState


class DateChangesQuery(PageQuery):
    """What listModifyProductOrderItemRequestedDeliveryDate takes."""

    product_order_id: Text | None = None
    state: TaskState | None = None
    expedite_indicator: Annotated[bool, Field(strict=False)] | None = None
    wanted_after: QueryMoment | None = Field(None, alias="requestedCompletionDate.gt")
    wanted_before: QueryMoment | None = Field(None, alias="requestedCompletionDate.lt")
    created_after: QueryMoment | None = Field(None, alias="creationDate.gt")
    created_before: QueryMoment | None = Field(None, alias="creationDate.lt")


def list_cancels(call: SonataCall) -> SonataAnswer:
    query = cast("CancelsQuery", call.query)
    wanted = TasksWanted(
        product_order_id=query.product_order_id, state=query.state, reason_kind=query.cancellation_reason_type
    )
    found, total = front_desk.some_cancellations(call.tools, call.who, wanted, offset=query.offset, limit=query.at_most)
    return SonataAnswer([cancel_found(each) for each in found], total)


def create_cancel(call: SonataCall) -> SonataAnswer:
    """Raises: RefusedAt; see `front_desk.cancel_product_order`. One that comes too late is answered as rejected."""
    body = cast("CancelCreate", call.body)
    with refused_at("/productOrder/productOrderId"):
        asked = front_desk.cancel_product_order(
            call.tools,
            call.who,
            body.product_order.product_order_id,
            reason=body.cancellation_reason or "",
            reason_kind=body.cancellation_reason_type or CancellationReason.COMMERCIAL,
            sent=body.model_dump(mode="json", by_alias=True, exclude_none=True),
        )
    return SonataAnswer(cancel_told(asked))


def retrieve_cancel(call: SonataCall) -> SonataAnswer:
    return SonataAnswer(cancel_told(front_desk.cancellation(call.tools, call.who, call.path["id"])))


def cancel_found(asked: Cancellation) -> CancelFound:
    """A cancellation in a list."""
    return CancelFound(
        id=asked.id,
        product_order=OrderRef(
            product_order_id=asked.product_order_id,
            product_order_href=href(ROOT, "productOrder", asked.product_order_id),
        ),
        cancellation_reason_type=asked.reason_kind,
        state=asked.state,
    )


def cancel_told(asked: Cancellation) -> CancelTold:
    """A cancellation in the standard's words."""
    found, sent = cancel_found(asked), asked.sent or {}
    contacts = read_list(Contact, sent.get("relatedContactInformation"))
    return CancelTold(
        **{name: getattr(found, name) for name in CancelFound.model_fields},
        href=href(ROOT, "cancelProductOrder", asked.id),
        related_contact_information=contacts or [contact_of(asked.requested_by, CANCEL_CONTACT)],
        cancellation_reason=asked.reason or None,
        cancellation_denied_reason=asked.denied or None,
        charge=None if asked.charge_id is None else Ref(id=asked.charge_id, href=href(ROOT, "charge", asked.charge_id)),
    )


def list_date_changes(call: SonataCall) -> SonataAnswer:
    query = cast("DateChangesQuery", call.query)
    wanted = TasksWanted(
        product_order_id=query.product_order_id,
        state=query.state,
        expedite=query.expedite_indicator,
        created=(query.created_after, query.created_before),
        day=(query.wanted_after, query.wanted_before),
    )
    found, total = front_desk.some_date_changes(call.tools, call.who, wanted, offset=query.offset, limit=query.at_most)
    return SonataAnswer([date_change_told(each) for each in found], total)


def create_date_change(call: SonataCall) -> SonataAnswer:
    """Raises: PayloadRefused, RefusedAt; see `front_desk.change_date`."""
    body = cast("DateChangeCreate", call.body)
    order = _order(call, body.product_order_item)
    wanted = body.requested_completion_date
    asked = front_desk.change_date(
        call.tools,
        call.who,
        order.id,
        None if wanted is None else wanted.astimezone(UTC).date(),
        expedite=bool(body.expedite_indicator),
        sent=body.model_dump(mode="json", by_alias=True, exclude_none=True),
    )
    return SonataAnswer(date_change_told(AboutItem(asked, order.item_id)))


def retrieve_date_change(call: SonataCall) -> SonataAnswer:
    return SonataAnswer(date_change_told(front_desk.date_change_life(call.tools, call.who, call.path["id"])))


def date_change_told(found: AboutItem[DateChange]) -> DateChangeTold:
    """A change of date in the standard's words."""
    asked = found.subject
    return DateChangeTold(
        id=asked.id,
        href=href(ROOT, "modifyProductOrderItemRequestedDeliveryDate", asked.id),
        creation_date=asked.requested_at,
        state=asked.state,
        expedite_indicator=asked.expedite,
        requested_completion_date=None if asked.wanted is None else midnight(asked.wanted),
        product_order_item=OrderItemRef.of(asked.product_order_id, found.item_id or "", ROOT),
    )


def _order(call: SonataCall, item: OrderItemRef) -> Order:
    """The order that an item is. Raises: RefusedAt, PayloadRefused."""
    with refused_at("/productOrderItem/productOrderId"):
        story = front_desk.product_order_story(call.tools, call.who, item.product_order_id)
    found = [order for order in story.orders if order.item_id == item.product_order_item_id]
    if not found:
        path = "/productOrderItem/productOrderItemId"
        raise wrong(Code.REFERENCE_NOT_FOUND, path, "the product order has no item of that id")
    return found[0]


_DATES = "modifyProductOrderItemRequestedDeliveryDate"
TASK_OPERATIONS = (
    SonataOperation(
        "listCancelProductOrder",
        "GET",
        "/cancelProductOrder",
        "Your cancellations",
        list_cancels,
        CancelFound,
        LISTS,
        many=True,
        query=CancelsQuery,
        action=Action.READ_ORDERS,
    ),
    SonataOperation(
        "createCancelProductOrder",
        "POST",
        "/cancelProductOrder",
        "Cancel a product order",
        create_cancel,
        CancelTold,
        CREATES,
        body=CancelCreate,
        status=HTTPStatus.CREATED,
        action=Action.PLACE_ORDERS,
    ),
    SonataOperation(
        "retrieveCancelProductOrder",
        "GET",
        "/cancelProductOrder/{id}",
        "One cancellation",
        retrieve_cancel,
        CancelTold,
        READS_ONE,
        action=Action.READ_ORDERS,
    ),
    SonataOperation(
        "listModifyProductOrderItemRequestedDeliveryDate",
        "GET",
        f"/{_DATES}",
        "Your changes of date",
        list_date_changes,
        DateChangeTold,
        LISTS,
        many=True,
        query=DateChangesQuery,
        action=Action.READ_ORDERS,
    ),
    SonataOperation(
        "createModifyProductOrderItemRequestedDeliveryDate",
        "POST",
        f"/{_DATES}",
        "Have an item on another day",
        create_date_change,
        DateChangeTold,
        CREATES,
        body=DateChangeCreate,
        status=HTTPStatus.CREATED,
        action=Action.PLACE_ORDERS,
    ),
    SonataOperation(
        "retrieveModifyProductOrderItemRequestedDeliveryDate",
        "GET",
        f"/{_DATES}/{{id}}",
        "One change of date",
        retrieve_date_change,
        DateChangeTold,
        READS_ONE,
        action=Action.READ_ORDERS,
    ),
)
