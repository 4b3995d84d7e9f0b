"""What a buyer's listener really receives: each body held against the standard's own notification files."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine

from provisioning import front_desk
from provisioning.catalogue import Fees
from provisioning.catalogues import only
from provisioning.charges import ChargeKind
from provisioning.charging import ChargeAsked, end_overdue
from provisioning.dispatch import Dispatcher
from provisioning.front_desk import SYSTEM
from provisioning.incident_desk import IncidentUpdate
from provisioning.incidents import IncidentRequest
from provisioning.tickets import NoteWritten
from provisioning.tools import Tools
from tests.contracts.sonata import Buyer, buyer, listener_faults
from tests.contracts.sonata_buying import (
    CREATE,
    CREATE_DATE,
    accepted,
    cancellation,
    created,
    delivered,
    in_progress,
    issue,
    item,
    order_id_of,
    other_day,
)
from tests.integration.receivers import Receiver, listening
from tests.web_town import HOME, Town
from web.app import create_app

ORDERS, TICKETS = "productOrderingManagement", "troubleTicket"
FILES = {
    ORDERS: ("productOrderingNotification/v10", "order/productOrderNotification.api.yaml"),
    TICKETS: ("troubleTicketNotification/v4", "troubleTicket/troubleTicketNotification.api.yaml"),
}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as found:
        yield found


@pytest.fixture
def town(engine: Engine, receiver: Receiver) -> Town:
    """A town whose deliveries may go to the receiver, where cancelling and expediting cost something."""
    found = Town(engine)
    fees = Fees(cancellation_pence=4_000, expedite_pence=9_000)
    settings = found.tools.settings.model_copy(update={"webhook_allow": receiver.allowed})
    catalogues = only(replace(found.tools.catalogue, fees=fees))
    found.tools = replace(found.tools, settings=settings, catalogues=catalogues)
    found.app = create_app(found.tools, found.settings)
    return found


@pytest.fixture
def anna(town: Town) -> Buyer:
    return buyer(town)


def register(buyer: Buyer, api: str, receiver: Receiver, query: str | None = None) -> str:
    body = {"callback": receiver.url} | ({} if query is None else {"query": query})
    answer = buyer.call(api, "registerListener", body)
    assert answer.status_code == 201, answer.text
    assert answer.json is not None
    hub_id: str = answer.json["id"]
    return hub_id


def heard(tools: Tools, receiver: Receiver, api: str) -> list[dict[str, Any]]:
    """Send all that is due; what came in since the last time, each body valid and at the standard's address."""
    dispatcher = Dispatcher(tools)
    dispatcher.drain()
    dispatcher.close()
    base, file = FILES[api]
    told = []
    for received in receiver.received:
        body = json.loads(received.body)
        event = body["eventType"]
        assert received.path == f"/hook/mefApi/sonata/{base}/listener/{event}"
        assert received.headers["Content-Type"].startswith("application/json")
        assert listener_faults(file, event, body) == []
        told.append(body)
    receiver.received.clear()
    return told


def names(told: list[dict[str, Any]]) -> list[str]:
    return [body["eventType"] for body in told]


# Orders.


def test_every_change_of_an_order_and_its_items_is_told_in_order(town: Town, anna: Buyer, receiver: Receiver) -> None:
    register(anna, ORDERS, receiver)
    told = created(anna, item(town))
    assert heard(town.tools, receiver, ORDERS) == []  # the answer to the order has said so already

    delivered(town, told)

    events = heard(town.tools, receiver, ORDERS)
    for name in ("productOrderItemStateChangeEvent", "productOrderStateChangeEvent"):
        times = [body["eventTime"] for body in events if body["eventType"] == name]
        assert (len(times), times) == (2, sorted(times)), name
    about = {body["eventType"]: body["event"] for body in events}
    assert about["productOrderStateChangeEvent"] == {
        "id": told["id"],
        "href": told["href"],
        "buyerId": "alpha",
    }
    assert about["productOrderItemStateChangeEvent"]["orderItemId"] == "1"
    assert len({body["eventId"] for body in events}) == 4


def test_a_charge_is_told_when_it_is_made_answered_and_overdue(town: Town, anna: Buyer, receiver: Receiver) -> None:
    register(anna, ORDERS, receiver, "eventType=chargeCreateEvent,chargeStateChangeEvent,chargeTimeoutEvent")
    order_id = in_progress(town, created(anna, item(town)))
    asked = [ChargeAsked(ChargeKind.ONCE, 100, "Duct", blocking=False)]
    first, second = (front_desk.raise_charge(town.tools, SYSTEM, order_id, asked) for _ in range(2))
    assert names(heard(town.tools, receiver, ORDERS)) == ["chargeCreateEvent"] * 2

    anna.call(ORDERS, "patchCharge", accepted("1"), ids={"id": first.id})
    town.clock.at = second.due_at
    end_overdue(town.tools, second.id)

    events = heard(town.tools, receiver, ORDERS)
    assert [(body["eventType"], body["event"]["id"]) for body in events] == [
        ("chargeStateChangeEvent", first.id),
        ("chargeTimeoutEvent", second.id),
    ]


def test_a_cancellation_and_a_change_of_date_that_wait_for_an_answer_are_told_when_they_end(
    town: Town, anna: Buyer, receiver: Receiver
) -> None:
    register(anna, ORDERS, receiver)
    told = created(anna, item(town))
    order_id = in_progress(town, told)
    day = anna.call(ORDERS, CREATE_DATE, other_day(told["id"], expediteIndicator=True)).json
    assert day is not None
    assert day["state"] == "inProgress.assessingCharge"
    events = heard(town.tools, receiver, ORDERS)
    assert "chargeCreateEvent" in names(events)
    assert "modifyProductOrderItemRequestedDeliveryDateStateChangeEvent" in names(events)

    [charge] = front_desk.charges(town.tools, SYSTEM)
    anna.call(ORDERS, "patchCharge", accepted("1", indicator="rejected"), ids={"id": charge.id})
    events = heard(town.tools, receiver, ORDERS)
    assert names(events).count("modifyProductOrderItemRequestedDeliveryDateStateChangeEvent") == 1
    with town.tools.open_unit_of_work() as work:
        work.orders.set_service(order_id, town.deliver(town.place(key="x", uprn=HOME)).id)  # it holds something
        work.commit()
    heard(town.tools, receiver, ORDERS)

    cancel = anna.call(ORDERS, "createCancelProductOrder", cancellation(told["id"])).json
    assert cancel is not None
    assert cancel["state"] == "inProgress.assessingCharge"
    anna.call(ORDERS, "patchCharge", accepted("1"), ids={"id": cancel["charge"]["id"]})

    events = heard(town.tools, receiver, ORDERS)
    assert names(events).count("cancelProductOrderStateChangeEvent") == 2
    assert {body["event"]["id"] for body in events if body["eventType"].startswith("cancel")} == {cancel["id"]}


def test_an_expected_day_is_told(town: Town, anna: Buyer, receiver: Receiver) -> None:
    register(anna, ORDERS, receiver, "eventType = productOrderItemExpectedCompletionDateSet")
    told = created(anna, item(town))
    with town.tools.open_unit_of_work() as work:
        work.orders.set_expected_on(order_id_of(town, told), town.clock().date())
        work.commit()

    [body] = heard(town.tools, receiver, ORDERS)

    assert (body["event"]["id"], body["event"]["orderItemId"]) == (told["id"], "1")


def test_nobody_is_told_of_anothers_orders(town: Town, anna: Buyer, receiver: Receiver) -> None:
    register(buyer(town, "bert"), ORDERS, receiver)
    delivered(town, created(anna, item(town)))

    assert heard(town.tools, receiver, ORDERS) == []


# Tickets and incidents.


def test_a_ticket_is_told_from_its_first_progress_to_its_end(town: Town, anna: Buyer, receiver: Receiver) -> None:
    service = delivered(town, created(anna, item(town)))
    register(anna, TICKETS, receiver)
    ticket = anna.call(TICKETS, "createTroubleTicket", issue(service.id)).json
    assert ticket is not None

    front_desk.await_isp(town.tools, SYSTEM, ticket["id"], question="Power?")
    front_desk.add_ticket_note(town.tools, SYSTEM, ticket["id"], NoteWritten("Crew on its way."))
    front_desk.resolve_ticket(town.tools, SYSTEM, ticket["id"], how="Patched.")

    events = heard(town.tools, receiver, TICKETS)
    assert names(events) == [
        "troubleTicketAttributeValueChangeEvent",
        "troubleTicketStatusChangeEvent",
        "troubleTicketInformationRequiredEvent",
        "troubleTicketAttributeValueChangeEvent",
        "troubleTicketAttributeValueChangeEvent",
        "troubleTicketStatusChangeEvent",
        "troubleTicketResolvedEvent",
    ]
    assert {body["event"]["href"] for body in events} == {ticket["href"]}


def test_an_incident_is_told_to_each_buyer_that_it_hits(town: Town, anna: Buyer, receiver: Receiver) -> None:
    service = delivered(town, created(anna, item(town)))
    register(anna, TICKETS, receiver)
    with listening() as theirs:
        settings = town.tools.settings.model_copy(update={"webhook_allow": f"{receiver.allowed},{theirs.allowed}"})
        town.tools = replace(town.tools, settings=settings)
        town.app = create_app(town.tools, town.settings)
        register(buyer(town, "bert"), TICKETS, theirs)
        incident = front_desk.open_incident(town.tools, SYSTEM, IncidentRequest("Duct cut.", (service.id,)))
        front_desk.update_incident(town.tools, SYSTEM, incident.id, IncidentUpdate("Crew on site."))
        front_desk.close_incident(town.tools, SYSTEM, incident.id, how="Spliced.")

        events = heard(town.tools, receiver, TICKETS)

        assert names(events) == [
            "incidentCreateEvent",
            "incidentStatusChangeEvent",
            "incidentAttributeValueChangeEvent",
            "incidentStatusChangeEvent",
            "incidentAttributeValueChangeEvent",
        ]
        assert theirs.received == []


# Hubs.


@pytest.mark.parametrize("api", FILES)
def test_a_registration_is_read_and_ended_by_its_own_buyer_alone(
    town: Town, anna: Buyer, receiver: Receiver, api: str
) -> None:
    hub_id = register(anna, api, receiver)
    bert = buyer(town, "bert")

    assert anna.call(api, "retrieveHub", ids={"id": hub_id}).json == {"id": hub_id, "callback": receiver.url}
    assert bert.call(api, "retrieveHub", ids={"id": hub_id}).status_code == 404
    assert bert.call(api, "unregisterListener", ids={"id": hub_id}).status_code == 404
    assert anna.call(api, "unregisterListener", ids={"id": hub_id}).status_code == 204
    assert anna.call(api, "retrieveHub", ids={"id": hub_id}).status_code == 404


def test_a_callback_inside_and_an_event_nobody_knows_are_refused(anna: Buyer, receiver: Receiver) -> None:
    for body in (
        {"callback": "http://169.254.169.254/latest"},
        {"callback": "https://127.0.0.1/x"},
        {"callback": receiver.url, "query": "eventType=sunriseEvent"},
        {"callback": receiver.url, "query": "colour=red"},
    ):
        answer = anna.call(ORDERS, "registerListener", body)
        assert (answer.status_code, answer.json["code"] if answer.json else "") == (400, "invalidBody"), body


def test_an_ended_registration_hears_no_more(town: Town, anna: Buyer, receiver: Receiver) -> None:
    hub_id = register(anna, ORDERS, receiver)
    told = created(anna, item(town))
    anna.call(ORDERS, "unregisterListener", ids={"id": hub_id})

    delivered(town, told)

    assert heard(town.tools, receiver, ORDERS) == []
    assert CREATE in [name for _, name, _ in anna.seen]
