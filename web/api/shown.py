"""How the API shows orders, their life and what they change; and problems. Money in pence without VAT."""

from datetime import date, datetime

from provisioning.front_desk import OrderStory
from provisioning.orders import EventStatus, Order, OrderAction, OrderPage, OrderRequest, OrderState, WaitsFor
from provisioning.wanted import CrossConnectWanted, ELineWanted, RealmWanted, SiteHostingWanted, SsidWanted
from web.api.catalogue_shown import ReasonShown
from web.api.fields import Shown
from web.api.products import CrossConnectShown, ELineShown, SiteHostingShown, SsidRealmShown, SsidShown
from web.api.strands import StrandsShown


class OrderRequestShown(Shown):
    """What was asked for: an Access E-Line, or what the one of the last fields says that is not null.

    What a product has no use for is "" or 0: strands have no premises, handover or bandwidth.
    """

    product: str
    uprn: str
    handover: str
    bandwidth_mbps: int
    term_months: int
    reference: str
    strands: StrandsShown | None
    e_line: ELineShown | None
    cross_connect: CrossConnectShown | None
    ssid: SsidShown | None
    ssid_realm: SsidRealmShown | None
    site_hosting: SiteHostingShown | None
    start: date | None
    stop: date | None
    quote_id: str
    takes_over: str
    end_customer: str

    @classmethod
    def of(cls, request: OrderRequest) -> "OrderRequestShown":
        wanted = request.wanted
        return cls(
            product=request.product,
            uprn=request.uprn,
            handover=request.handover,
            bandwidth_mbps=request.bandwidth_mbps,
            term_months=request.term_months,
            reference=request.reference,
            strands=None if request.strands is None else StrandsShown.of(request.strands),
            e_line=ELineShown.of(wanted) if isinstance(wanted, ELineWanted) else None,
            cross_connect=CrossConnectShown.of(wanted) if isinstance(wanted, CrossConnectWanted) else None,
            ssid=SsidShown.of(wanted) if isinstance(wanted, SsidWanted) else None,
            ssid_realm=SsidRealmShown.of(wanted) if isinstance(wanted, RealmWanted) else None,
            site_hosting=SiteHostingShown.of(wanted) if isinstance(wanted, SiteHostingWanted) else None,
            start=request.start,
            stop=request.stop,
            quote_id=request.quote_id,
            takes_over=request.takes_over,
            end_customer=request.end_customer,
        )


class OrderShown(Shown):
    """One order; the states are those of MEF 57.2.

    `item_id` is its id within its product order, `after` the items that must be complete before it begins. It waits
    for what `waits_for` says, until `wait_until` at most.
    """

    id: str
    action: OrderAction
    isp_code: str
    request: OrderRequestShown
    product_order_id: str
    item_id: str
    after: list[str]
    state: OrderState
    step: str
    waits_for: WaitsFor | None
    wait_until: datetime | None
    awaiting_approval: bool
    expected_on: date | None
    reasons: list[ReasonShown]
    service_id: str | None
    monthly_pence: int
    setup_pence: int
    catalogue_version: str
    requested_by: str
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, order: Order) -> "OrderShown":
        return cls(
            id=order.id,
            action=order.action,
            isp_code=order.isp_code,
            request=OrderRequestShown.of(order.request),
            product_order_id=order.product_order_id,
            item_id=order.item_id,
            after=list(order.after),
            state=order.state,
            step=order.step,
            waits_for=order.waits_for,
            wait_until=order.wait_until,
            awaiting_approval=order.awaiting_approval,
            expected_on=order.expected_on,
            reasons=[ReasonShown.model_validate(reason) for reason in order.reasons],
            service_id=order.service_id,
            monthly_pence=order.monthly_pence,
            setup_pence=order.setup_pence,
            catalogue_version=order.catalogue_version,
            requested_by=order.requested_by,
            created_at=order.created_at,
            updated_at=order.updated_at,
        )


class OrderPageShown(Shown):
    items: list[OrderShown]
    next_cursor: str | None

    @classmethod
    def of(cls, page: OrderPage) -> "OrderPageShown":
        return cls(items=[OrderShown.of(order) for order in page.orders], next_cursor=page.next_cursor)


class EventShown(Shown):
    """One line of an order's life. `seconds` is how long the step took."""

    number: int
    at: datetime
    step: str
    status: EventStatus
    text: str
    facts: dict[str, str]
    seconds: float | None


class OrderEventsShown(Shown):
    """An order's life since `after`. `steps` are all steps of its workflow in order; ask again until `state` ends."""

    state: OrderState
    steps: list[str]
    items: list[EventShown]

    @classmethod
    def of(cls, story: OrderStory) -> "OrderEventsShown":
        return cls(
            state=story.order.state,
            steps=list(story.steps),
            items=[EventShown.model_validate(event) for event in story.events],
        )


class DiffShown(Shown):
    """What one device said it would change (step `rehearse`), or did (`deploy`)."""

    step: str
    device: str
    commands: str
    diff: str


class OrderDiffsShown(Shown):
    """The diffs kept with an order, and the digest an approval of them is bound to (null before there is a plan).

    `tasks` are what an engineer must splice and patch for an order of strands, before it is approved.
    """

    digest: str | None
    items: list[DiffShown]
    tasks: list[str]

    @classmethod
    def of(cls, story: OrderStory) -> "OrderDiffsShown":
        items = [DiffShown.model_validate(diff) for diff in story.diffs]
        return cls(digest=story.plan_digest, items=items, tasks=list(story.tasks))


class ProblemShown(Shown):
    """Problem details (RFC 9457). `code` is the last part of `type`; `facts` are the figures behind `detail`."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    facts: dict[str, str | int | float | bool | list[str] | None]
