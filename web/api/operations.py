"""Every operation of the API, and the handler that puts it to the front desk."""

from http import HTTPStatus
from typing import cast

from inventory.errors import DatesReversed, UnknownPremises, UnknownThing
from inventory.plant_errors import SamePlace
from provisioning import (
    catalogue_errors,
    device_errors,
    errors,
    front_desk,
    life_errors,
    product_desk,
    product_errors,
    quote_errors,
    strand_errors,
)
from provisioning.policy import Action
from web.api import asked, catalogue_shown, service_shown, shown
from web.api.access_points import OPERATIONS as ACCESS_POINT_OPERATIONS
from web.api.births import BIRTH_OPERATIONS
from web.api.change_plans import OPERATIONS as CHANGE_PLAN_OPERATIONS
from web.api.devices import OPERATIONS as DEVICE_OPERATIONS
from web.api.incidents import INCIDENT_OPERATIONS
from web.api.lines import LINE_OPERATIONS
from web.api.operation import Answer, Call, Operation
from web.api.order_life import ORDER_LIFE_OPERATIONS
from web.api.people import PEOPLE_OPERATIONS
from web.api.performance_tests import PERFORMANCE_OPERATIONS
from web.api.plant.registry import PLANT_OPERATIONS
from web.api.products import PRODUCT_OPERATIONS, HandProductShown
from web.api.quotes import OPERATIONS as QUOTE_OPERATIONS
from web.api.site_slots import OPERATIONS as SITE_SLOT_OPERATIONS
from web.api.strands import StrandProductShown
from web.api.tickets import OPERATIONS as TICKET_OPERATIONS
from web.api.trail import TRAIL_OPERATIONS
from web.api.webhooks import WEBHOOK_OPERATIONS
from web.api.work import OPERATIONS as WORK_OPERATIONS
from web.request_errors import BodyInvalid

BOTH_OUTCOMES = (HTTPStatus.CREATED, HTTPStatus.OK)


def list_products(call: Call) -> Answer:
    holding = product_desk.catalogue(call.tools, call.who)
    return Answer(
        catalogue_shown.ProductsShown(
            version=holding.version,
            items=[catalogue_shown.ProductShown.of(each) for each in holding.products],
            e_lines=[catalogue_shown.ProductShown.of(each) for each in holding.e_line_products],
            strands=[StrandProductShown.of(product) for product in holding.strand_products],
            by_hand=[HandProductShown.of(product) for product in holding.hand_products],
        )
    )


def list_handovers(call: Call) -> Answer:
    handovers = front_desk.handovers(call.tools, call.who)
    return Answer(
        catalogue_shown.HandoversShown(items=[catalogue_shown.HandoverShown.of(handover) for handover in handovers])
    )


def find_premises(call: Call) -> Answer:
    query = cast("asked.PremisesQuery", call.query)
    found = front_desk.find_premises(call.tools, call.who, postcode=query.postcode, text=query.q, limit=query.limit)
    return Answer(
        catalogue_shown.PremisesListShown(
            items=[catalogue_shown.PremisesShown.model_validate(premises) for premises in found]
        )
    )


def qualify(call: Call) -> Answer:
    body = cast("asked.QualificationBody", call.body)
    return Answer(catalogue_shown.QualificationShown.of(front_desk.qualify(call.tools, call.who, body.noun())))


def place_order(call: Call) -> Answer:
    body = cast("asked.OrderBody", call.body)
    sealed = "" if body.ssid is None else product_desk.sealed(call.tools, body.ssid.ssid, body.ssid.passphrase)
    request = body.noun(sealed)
    order, new = front_desk.place_order(
        call.tools, call.who, request, idempotency_key=call.idempotency_key, isp_code=body.isp_code
    )
    return Answer(shown.OrderShown.of(order), _outcome(new), f"/orders/{order.id}")


def list_orders(call: Call) -> Answer:
    query = cast("asked.OrdersQuery", call.query)
    page = front_desk.orders(
        call.tools,
        call.who,
        state=query.state,
        awaiting_approval=query.awaiting_approval,
        cursor=query.cursor,
        limit=query.limit,
    )
    return Answer(shown.OrderPageShown.of(page))


def get_order(call: Call) -> Answer:
    return Answer(shown.OrderShown.of(front_desk.order(call.tools, call.who, call.path["order_id"])))


def get_order_events(call: Call) -> Answer:
    query = cast("asked.EventsQuery", call.query)
    story = front_desk.order_story(call.tools, call.who, call.path["order_id"], after=query.after)
    return Answer(shown.OrderEventsShown.of(story))


def get_order_diffs(call: Call) -> Answer:
    story = front_desk.order_diffs(call.tools, call.who, call.path["order_id"])
    return Answer(shown.OrderDiffsShown.of(story))


def decide_order(call: Call) -> Answer:
    body = cast("asked.ApprovalBody", call.body)
    order_id = call.path["order_id"]
    if body.decision is asked.Decision.APPROVE:
        order = front_desk.approve(call.tools, call.who, order_id, digest=body.digest)
    elif body.reason is None:
        raise BodyInvalid(["reason: a decline says why"])
    else:
        order = front_desk.decline(call.tools, call.who, order_id, reason=body.reason)
    return Answer(shown.OrderShown.of(order))


def list_services(call: Call) -> Answer:
    query = cast("asked.ServicesQuery", call.query)
    page = front_desk.services(call.tools, call.who, state=query.state, cursor=query.cursor, limit=query.limit)
    return Answer(service_shown.ServicePageShown.of(page))


def get_service(call: Call) -> Answer:
    return Answer(service_shown.ServiceShown.of(front_desk.service(call.tools, call.who, call.path["service_id"])))


def cease_service(call: Call) -> Answer:
    order, new = front_desk.cease_service(
        call.tools, call.who, call.path["service_id"], idempotency_key=call.idempotency_key
    )
    return Answer(shown.OrderShown.of(order), _outcome(new), f"/orders/{order.id}")


def audit(call: Call) -> Answer:
    body = cast("asked.AuditBody", call.body)
    return Answer(service_shown.AuditShown.of(front_desk.audit(call.tools, call.who, body.services)))


def _outcome(new: bool) -> HTTPStatus:
    return HTTPStatus.CREATED if new else HTTPStatus.OK


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "listProducts",
        "GET",
        "/products",
        "What is sold, and its prices",
        "catalogue",
        list_products,
        catalogue_shown.ProductsShown,
        action=Action.READ_CATALOGUE,
    ),
    Operation(
        "listHandovers",
        "GET",
        "/handovers",
        "Your handovers (the operator: all)",
        "catalogue",
        list_handovers,
        catalogue_shown.HandoversShown,
        action=Action.READ_HANDOVERS,
    ),
    Operation(
        "findPremises",
        "GET",
        "/premises",
        "Find premises by postcode or address",
        "catalogue",
        find_premises,
        catalogue_shown.PremisesListShown,
        action=Action.READ_CATALOGUE,
        query=asked.PremisesQuery,
        errors=(errors.RequestInvalid,),
    ),
    Operation(
        "qualify",
        "POST",
        "/qualifications",
        "Can it be delivered there? Changes nothing",
        "orders",
        qualify,
        catalogue_shown.QualificationShown,
        action=Action.QUALIFY,
        body=asked.QualificationBody,
        errors=(
            errors.UnknownProduct,
            UnknownPremises,
            UnknownThing,
            errors.SpeedNotOffered,
            errors.HandoverNotYours,
            errors.RequestInvalid,
        ),
        notes="Green: can be delivered now. Yellow: after work the operator must plan. Red: cannot be delivered.",
    ),
    Operation(
        "placeOrder",
        "POST",
        "/orders",
        "Order a service",
        "orders",
        place_order,
        shown.OrderShown,
        action=Action.PLACE_ORDERS,
        body=asked.OrderBody,
        needs_idempotency_key=True,
        statuses=BOTH_OUTCOMES,
        errors=(
            errors.Forbidden,
            errors.UnknownProduct,
            errors.UnknownIsp,
            UnknownPremises,
            errors.SpeedNotOffered,
            errors.TermNotOffered,
            errors.EquipmentNotOffered,
            errors.HandoverNotYours,
            errors.RequestInvalid,
            quote_errors.UnknownQuote,
            quote_errors.QuoteOver,
            quote_errors.QuoteUnfit,
            errors.IdempotencyConflict,
            UnknownThing,
            DatesReversed,
            SamePlace,
            strand_errors.WindowInPast,
            strand_errors.WindowTooLong,
            life_errors.DateInPast,
            catalogue_errors.NoPriceList,
            product_errors.SameUprn,
            product_errors.NotMultiplexed,
            product_errors.SsidInvalid,
            product_errors.RealmInvalid,
        ),
        notes="201 for a new order. The same key with the same request gives the same order again, with 200; "
        "with another request it is refused.",
    ),
    Operation(
        "listOrders",
        "GET",
        "/orders",
        "Orders, newest first",
        "orders",
        list_orders,
        shown.OrderPageShown,
        action=Action.READ_ORDERS,
        query=asked.OrdersQuery,
        errors=(errors.CursorInvalid,),
    ),
    Operation(
        "getOrder",
        "GET",
        "/orders/{order_id}",
        "One order",
        "orders",
        get_order,
        shown.OrderShown,
        action=Action.READ_ORDERS,
        errors=(errors.UnknownOrder,),
    ),
    Operation(
        "getOrderEvents",
        "GET",
        "/orders/{order_id}/events",
        "An order's life, step by step",
        "orders",
        get_order_events,
        shown.OrderEventsShown,
        action=Action.READ_ORDERS,
        query=asked.EventsQuery,
        errors=(errors.UnknownOrder,),
        notes="Ask again with `after` set to the highest number seen.",
    ),
    Operation(
        "getOrderDiffs",
        "GET",
        "/orders/{order_id}/diffs",
        "What devices said they would change, or did",
        "orders",
        get_order_diffs,
        shown.OrderDiffsShown,
        action=Action.READ_DEVICE_TEXT,
        errors=(errors.UnknownOrder, errors.Forbidden),
    ),
    Operation(
        "decideOrder",
        "POST",
        "/orders/{order_id}/approval",
        "Approve or decline an order that waits",
        "orders",
        decide_order,
        shown.OrderShown,
        action=Action.APPROVE_ORDERS,
        body=asked.ApprovalBody,
        errors=(errors.UnknownOrder, errors.Forbidden, errors.WrongState, device_errors.ChangedSinceApproval),
        notes="What was approved is what is applied: send the `digest` of the diffs that were read.",
    ),
    Operation(
        "listServices",
        "GET",
        "/services",
        "Services, newest first",
        "services",
        list_services,
        service_shown.ServicePageShown,
        action=Action.READ_SERVICES,
        query=asked.ServicesQuery,
        errors=(errors.CursorInvalid,),
    ),
    Operation(
        "getService",
        "GET",
        "/services/{service_id}",
        "One service",
        "services",
        get_service,
        service_shown.ServiceShown,
        action=Action.READ_SERVICES,
        errors=(errors.UnknownService,),
    ),
    Operation(
        "ceaseService",
        "POST",
        "/services/{service_id}/cease",
        "Order the end of a service",
        "services",
        cease_service,
        shown.OrderShown,
        action=Action.PLACE_ORDERS,
        needs_idempotency_key=True,
        statuses=BOTH_OUTCOMES,
        errors=(errors.UnknownService, errors.Forbidden, errors.WrongState, errors.IdempotencyConflict),
        notes="Answers with the order (action `delete`) that ends it.",
    ),
    Operation(
        "audit",
        "POST",
        "/audits",
        "Compare what devices say with what they should",
        "services",
        audit,
        service_shown.AuditShown,
        action=Action.AUDIT,
        body=asked.AuditBody,
        errors=(errors.Forbidden, errors.UnknownService),
    ),
    *ORDER_LIFE_OPERATIONS,
    *LINE_OPERATIONS,
    *QUOTE_OPERATIONS,
    *TICKET_OPERATIONS,
    *INCIDENT_OPERATIONS,
    *PEOPLE_OPERATIONS,
    *BIRTH_OPERATIONS,
    *PERFORMANCE_OPERATIONS,
    *PRODUCT_OPERATIONS,
    *PLANT_OPERATIONS,
    *WEBHOOK_OPERATIONS,
    *TRAIL_OPERATIONS,
    *CHANGE_PLAN_OPERATIONS,
    *ACCESS_POINT_OPERATIONS,
    *SITE_SLOT_OPERATIONS,
    *WORK_OPERATIONS,
    *DEVICE_OPERATIONS,
)
