"""Product orders: several orders that are accepted together, all or none."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Self, cast

from pydantic import Field, model_validator

from inventory.errors import DatesReversed
from provisioning import errors, life_errors, product_desk
from provisioning.orders import OrderAction, OrderRequest
from provisioning.policy import Action
from provisioning.product_order_desk import ItemAsked, place_product_order, product_order_story, product_orders
from provisioning.product_orders import ProductOrder, ProductOrderPage, ProductOrderState, ProductOrderStory
from provisioning.tools import Tools
from web.api.asked import OrderBody
from web.api.charges import ChargeShown
from web.api.fields import Asked, AskedInQuery, Cursor, ItemId, Mbps, Months, Name, PageSize, ShortText, Shown
from web.api.operation import Answer, Call, Operation
from web.api.order_tasks import CancellationShown, DateChangeShown
from web.api.plant.fields import DayInBody
from web.api.shown import OrderShown


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


class ProductOrdersQuery(AskedInQuery):
    """Which product orders, newest first."""

    state: ProductOrderState | None = None
    cursor: Cursor | None = Field(None, description="`next_cursor` of the page before")
    limit: PageSize = 50


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


PRODUCT_ORDER_OPERATIONS: tuple[Operation, ...] = (
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
)
