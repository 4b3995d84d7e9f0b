"""A buyer's orders and tickets on the Sonata face: the bodies it sends, and what became of them in a town."""

from typing import Any

from provisioning import front_desk
from provisioning.front_desk import SYSTEM
from provisioning.services import Service, ServiceState
from provisioning.workflows.validating import pass_validation
from tests.contracts.sonata import Buyer
from tests.web_town import BUSINESS, HOME, Town

API = "productOrderingManagement"
CREATE, LIST, READ, PATCH = "createProductOrder", "listProductOrder", "retrieveProductOrder", "patchProductOrder"
DATE = "modifyProductOrderItemRequestedDeliveryDate"
CREATE_DATE = "createModifyProductOrderItemRequestedDeliveryDate"
CONTACT = {
    "role": "productOrderContact",
    "name": "Alpha Orders",
    "emailAddress": "o@alpha.example",
    "number": "+44 161 2",
}
CANCEL_CONTACT = CONTACT | {"role": "cancelProductOrderContact"}
AT = "2026-11-21T08:00:00Z"
NOTE = {"id": "N-1", "author": "Alpha Orders", "date": AT, "source": "buyer", "text": "Second floor."}
LONG_AGO = "2020-11-21T08:00:00Z"
NO_QUOTE = {"quoteId": "Q-NOBODY", "id": "1"}
ACCESS = "urn:mef:lso:spec:sonata:access-eline-ovc:v5.0.0:all"

REPORTER = {"role": "reporterContact", "name": "Alpha NOC", "emailAddress": "noc@alpha.example", "number": "+44 161 1"}


def configuration(town: Town, mbps: int) -> dict[str, Any]:
    product = town.tools.catalogue.product("access-eline")
    profile = product.offer(mbps).profile
    flow = {
        "cir": {"irValue": profile.cir_mbps, "irUnits": "MBPS"},
        "eir": {"irValue": profile.eir_mbps, "irUnits": "MBPS"},
    }
    named = {"classOfServiceName": product.class_of_service, "bwpFlow": flow}
    return {
        "@type": ACCESS,
        "uniEp": {"ingressBandwidthProfilePerClassOfServiceName": [named]},
        "enniEp": {},
    }


def product(town: Town, uprn: str = BUSINESS, mbps: int = 500) -> dict[str, Any]:
    place = {
        "@type": "GeographicAddressLabel",
        "externalReferenceId": uprn,
        "externalReferenceType": "UPRN",
        "role": "INSTALL_LOCATION",
    }
    return {
        "productOffering": {"id": "access-eline"},
        "productConfiguration": configuration(town, mbps),
        "productRelationship": [{"relationshipType": "CONNECTS_TO_ENNI", "id": "alpha-quay"}],
        "place": [place],
    }


def item(town: Town, item_id: str = "1", uprn: str = BUSINESS, **more: Any) -> dict[str, Any]:
    return {"id": item_id, "action": "add", "product": product(town, uprn)} | more


def body(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"relatedContactInformation": [CONTACT], "productOrderItem": list(items)} | more


def created(anna: Buyer, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = anna.call(API, CREATE, body(*items, **more))
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json
    return told


def read(anna: Buyer, order_id: str) -> dict[str, Any]:
    answer = anna.call(API, READ, ids={"id": order_id})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json
    return told


def order_id_of(town: Town, told: dict[str, Any], item_id: str = "1") -> str:
    """Our own id of one item."""
    story = front_desk.product_order_story(town.tools, SYSTEM, told["id"])
    return next(order.id for order in story.orders if order.item_id == item_id)


def in_progress(town: Town, told: dict[str, Any], item_id: str = "1") -> str:
    order_id = order_id_of(town, told, item_id)
    with town.tools.open_unit_of_work() as work:
        pass_validation(work, order_id, "qualify")
        work.commit()
    return order_id


def delivered(town: Town, told: dict[str, Any], item_id: str = "1") -> Service:
    return town.deliver(front_desk.order(town.tools, SYSTEM, order_id_of(town, told, item_id)))


def months(amount: int) -> dict[str, Any]:
    return {
        "name": "term",
        "duration": {"amount": amount, "units": "calendarMonths"},
        "endOfTermAction": "roll",
    }


def after(item_id: str, kind: str = "finishToStart", delay: int = 0) -> dict[str, Any]:
    return {
        "itemId": item_id,
        "coordinationDependency": kind,
        "coordinatedActionDelay": {"amount": delay, "units": "calendarDays"},
    }


def cancellation(order_id: str, **more: Any) -> dict[str, Any]:
    return {
        "productOrder": {"productOrderId": order_id},
        "relatedContactInformation": [CANCEL_CONTACT],
        "cancellationReason": "Lost the tenant.",
        "cancellationReasonType": "commercial",
    } | more


def other_day(order_id: str, item_id: str = "1", **more: Any) -> dict[str, Any]:
    return {"productOrderItem": {"productOrderId": order_id, "productOrderItemId": item_id}} | more


def accepted(*items: str, indicator: str = "accepted") -> dict[str, Any]:
    return {"chargeItem": [{"id": each, "acceptanceIndicator": indicator, "note": [NOTE]} for each in items]}


def issue(service_id: str, **more: Any) -> dict[str, Any]:
    return {
        "description": "No light since 08:00.",
        "observedImpact": "down",
        "priority": "high",
        "severity": "significant",
        "ticketType": "maintenance",
        "relatedContactInformation": [REPORTER],
        "relatedEntity": [{"@referredType": "Product", "id": service_id, "role": "affected"}],
    } | more


def bought(town: Town, isp: str, service_id: str) -> str:
    """An active service of an ISP; nothing is asked of it here but whose it is."""
    wanted = ("access-eline", HOME, f"{isp}-quay", 100, 12, "")
    state = (ServiceState.ACTIVE, None, 2450, town.clock(), town.clock(), None)
    with town.tools.open_unit_of_work() as work:
        work.services.add(Service(service_id, isp, *wanted, *state))
        work.commit()
    return service_id
