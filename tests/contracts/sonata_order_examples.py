"""What the operations on orders, products and tickets are called with to be answered well, or with a conflict."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from provisioning import front_desk
from provisioning.charges import ChargeKind
from provisioning.charging import ChargeAsked
from provisioning.front_desk import SYSTEM
from provisioning.incidents import IncidentRequest
from provisioning.references import new_service_id
from tests.contracts.sonata import Buyer
from tests.contracts.sonata_buying import (
    NOTE,
    accepted,
    body,
    bought,
    cancellation,
    created,
    delivered,
    in_progress,
    issue,
    item,
    other_day,
)
from tests.web_town import Town

type Call = tuple[Any, dict[str, str]]
type Example = Callable[[Town, Buyer], Call]

CALLBACK = "https://9.9.9.9/alpha"
REASON = {"reason": "Still dark."}
DATES = "ModifyProductOrderItemRequestedDeliveryDate"


def _listed(town: Town, buyer: Buyer) -> Call:
    return None, {}


def _order(town: Town, buyer: Buyer) -> Call:
    return None, {"id": created(buyer, item(town))["id"]}


def _charge_id(town: Town, buyer: Buyer) -> str:
    order_id = in_progress(town, created(buyer, item(town)))
    return front_desk.raise_charge(town.tools, SYSTEM, order_id, [ChargeAsked(ChargeKind.ONCE, 100, "Duct")]).id


def _cancel(town: Town, buyer: Buyer) -> Call:
    asked = cancellation(created(buyer, item(town))["id"])
    made = buyer.call("productOrderingManagement", "createCancelProductOrder", asked)
    return None, {"id": made.json["id"]}


def _date(town: Town, buyer: Buyer) -> Call:
    made = buyer.call("productOrderingManagement", f"create{DATES}", other_day(created(buyer, item(town))["id"]))
    return None, {"id": made.json["id"]}


def _ticket_id(town: Town, buyer: Buyer, *, resolved: bool = False) -> str:
    made = buyer.call("troubleTicket", "createTroubleTicket", issue(bought(town, "alpha", new_service_id())))
    ticket_id = str(made.json["id"])
    if resolved:
        front_desk.resolve_ticket(town.tools, SYSTEM, ticket_id, how="Patched.")
    return ticket_id


def _incident(town: Town, buyer: Buyer) -> Call:
    service_id = bought(town, "alpha", new_service_id())
    return None, {"id": front_desk.open_incident(town.tools, SYSTEM, IncidentRequest("A cut.", (service_id,))).id}


def _hub(api: str) -> Example:
    def registered(town: Town, buyer: Buyer) -> Call:
        made = buyer.call(api, "registerListener", {"callback": CALLBACK})
        return None, {"id": made.json["id"]}

    return registered


ORDERING, TICKETS, INVENTORY = "productOrderingManagement", "troubleTicket", "productInventory"

SUCCEEDS_IN_ORDERING: dict[tuple[str, str], Example] = {
    (ORDERING, "listProductOrder"): _listed,
    (ORDERING, "createProductOrder"): lambda town, buyer: (body(item(town)), {}),
    (ORDERING, "retrieveProductOrder"): _order,
    (ORDERING, "patchProductOrder"): lambda town, buyer: ({"note": [NOTE]}, _order(town, buyer)[1]),
    (ORDERING, "listCancelProductOrder"): _listed,
    (ORDERING, "createCancelProductOrder"): lambda town, buyer: (cancellation(created(buyer, item(town))["id"]), {}),
    (ORDERING, "retrieveCancelProductOrder"): _cancel,
    (ORDERING, f"list{DATES}"): _listed,
    (ORDERING, f"create{DATES}"): lambda town, buyer: (other_day(created(buyer, item(town))["id"]), {}),
    (ORDERING, f"retrieve{DATES}"): _date,
    (ORDERING, "listCharge"): _listed,
    (ORDERING, "retrieveCharge"): lambda town, buyer: (None, {"id": _charge_id(town, buyer)}),
    (ORDERING, "patchCharge"): lambda town, buyer: (accepted("1"), {"id": _charge_id(town, buyer)}),
    (INVENTORY, "listProduct"): _listed,
    (INVENTORY, "retrieveProduct"): lambda town, buyer: (
        None,
        {"id": delivered(town, created(buyer, item(town))).id},
    ),
    (TICKETS, "listTroubleTicket"): _listed,
    (TICKETS, "createTroubleTicket"): lambda town, buyer: (issue(bought(town, "alpha", new_service_id())), {}),
    (TICKETS, "retrieveTroubleTicket"): lambda town, buyer: (None, {"id": _ticket_id(town, buyer)}),
    (TICKETS, "patchTroubleTicket"): lambda town, buyer: ({"note": [NOTE]}, {"id": _ticket_id(town, buyer)}),
    (TICKETS, "cancelTroubleTicket"): lambda town, buyer: (None, {"id": _ticket_id(town, buyer)}),
    (TICKETS, "closeTroubleTicket"): lambda town, buyer: (None, {"id": _ticket_id(town, buyer, resolved=True)}),
    (TICKETS, "reopenTroubleTicket"): lambda town, buyer: (REASON, {"id": _ticket_id(town, buyer, resolved=True)}),
    (TICKETS, "listIncident"): _listed,
    (TICKETS, "retrieveIncident"): _incident,
} | {
    (api, name): example
    for api in (ORDERING, TICKETS)
    for name, example in {
        "registerListener": lambda town, buyer: ({"callback": CALLBACK}, {}),
        "unregisterListener": _hub(api),
        "retrieveHub": _hub(api),
    }.items()
}
"""How each operation is answered with its own status."""


def _ended_order(town: Town, buyer: Buyer, patch: pytest.MonkeyPatch) -> Iterator[int]:
    told = created(buyer, item(town))
    delivered(town, told)
    yield buyer.call(ORDERING, "patchProductOrder", {"note": [NOTE]}, ids={"id": told["id"]}).status_code


def _answered_charge(town: Town, buyer: Buyer, patch: pytest.MonkeyPatch) -> Iterator[int]:
    charge = front_desk.charges(town.tools, SYSTEM)[0]
    yield buyer.call(ORDERING, "patchCharge", accepted("1"), ids={"id": charge.id}).status_code


def _ended_ticket(town: Town, buyer: Buyer, patch: pytest.MonkeyPatch) -> Iterator[int]:
    ticket = front_desk.tickets(town.tools, SYSTEM).tickets[0]
    front_desk.cancel_ticket(town.tools, SYSTEM, ticket.id)
    yield buyer.call(TICKETS, "patchTroubleTicket", {"externalId": "X"}, ids={"id": ticket.id}).status_code


def _unresolved(name: str, asked: Any = None) -> Callable[[Town, Buyer, pytest.MonkeyPatch], Iterator[int]]:
    def refused(town: Town, buyer: Buyer, patch: pytest.MonkeyPatch) -> Iterator[int]:
        ticket = front_desk.tickets(town.tools, SYSTEM).tickets[0]
        yield buyer.call(TICKETS, name, asked, ids={"id": ticket.id}).status_code

    return refused


MORE_IN_ORDERING: dict[tuple[str, str], Callable[[Town, Buyer, pytest.MonkeyPatch], Iterator[int]]] = {
    (ORDERING, "patchProductOrder"): _ended_order,
    (ORDERING, "patchCharge"): _answered_charge,
    (TICKETS, "patchTroubleTicket"): _ended_ticket,
    (TICKETS, "cancelTroubleTicket"): _unresolved("cancelTroubleTicket"),
    (TICKETS, "closeTroubleTicket"): _unresolved("closeTroubleTicket"),
    (TICKETS, "reopenTroubleTicket"): _unresolved("reopenTroubleTicket", REASON),
}
"""What answers with a conflict, after the call before went well."""
