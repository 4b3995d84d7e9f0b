"""A change in the words of LSO Sonata's notifications: which event, of what, and where it is sent below a callback.

The standard sends references alone: who hears of a change reads the rest by GET, as a buyer's rights allow. The event's
id is made of the change's number and the event's name, so that every try of one event has one id.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid5

from provisioning.changes import STATE, ChangeKind, StateChange
from provisioning.charges import ChargeState
from provisioning.listeners import Listener, Message
from provisioning.store.work import UnitOfWork
from provisioning.tickets import EXPECTED, TicketState

EVENTS = UUID("6f0c6e2e-4f1b-5c1a-9a58-0d7c6c1f9a11")
"""The namespace of our event ids (RFC 9562, version 5)."""
ROOT = "/mefApi/sonata"


@dataclass(frozen=True, slots=True)
class NotifyingApi:
    """One API that notifies: where its events are sent below a callback, and which kinds of change it is about."""

    listener: str
    kinds: tuple[ChangeKind, ...]


APIS: Mapping[str, NotifyingApi] = {
    "productOrderingManagement": NotifyingApi(
        "productOrderingNotification/v10",
        (
            ChangeKind.ORDER,
            ChangeKind.PRODUCT_ORDER,
            ChangeKind.CHARGE,
            ChangeKind.CANCELLATION,
            ChangeKind.CHANGE_OF_DATE,
        ),
    ),
    "troubleTicket": NotifyingApi("troubleTicketNotification/v4", (ChangeKind.TICKET, ChangeKind.INCIDENT)),
    "quoteManagement": NotifyingApi("quoteNotification/v8", (ChangeKind.QUOTE,)),
    "productOfferingQualification": NotifyingApi(
        "productOfferingQualificationNotification/v7", (ChangeKind.QUALIFICATION,)
    ),
}

ORDER_EVENTS: Mapping[str, ChangeKind] = {
    "productOrderStateChangeEvent": ChangeKind.PRODUCT_ORDER,
    "productOrderItemStateChangeEvent": ChangeKind.ORDER,
    "productOrderItemExpectedCompletionDateSet": ChangeKind.ORDER,
    "cancelProductOrderStateChangeEvent": ChangeKind.CANCELLATION,
    "chargeCreateEvent": ChangeKind.CHARGE,
    "chargeStateChangeEvent": ChangeKind.CHARGE,
    "chargeTimeoutEvent": ChangeKind.CHARGE,
    "modifyProductOrderItemRequestedDeliveryDateStateChangeEvent": ChangeKind.CHANGE_OF_DATE,
}
TICKET_EVENTS: Mapping[str, ChangeKind] = {
    "troubleTicketAttributeValueChangeEvent": ChangeKind.TICKET,
    "troubleTicketInformationRequiredEvent": ChangeKind.TICKET,
    "troubleTicketResolvedEvent": ChangeKind.TICKET,
    "troubleTicketStatusChangeEvent": ChangeKind.TICKET,
    "incidentCreateEvent": ChangeKind.INCIDENT,
    "incidentAttributeValueChangeEvent": ChangeKind.INCIDENT,
    "incidentStatusChangeEvent": ChangeKind.INCIDENT,
}
"""The standard's event types that we send, each by the kind of change it is made of."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its name, the resource it is about, and what else the standard lets it name."""

    name: str
    resource: str  # below the API's root
    id: str
    item_id: str | None = None


def wanted_events(query: str) -> frozenset[str]:
    """The events that a registration's query names ("eventType=one,other"); none where it names none: all are meant."""
    name, _, values = query.partition("=")
    if name.strip() != "eventType":
        return frozenset()
    return frozenset(value.strip() for value in values.split(",") if value.strip())


def write_sonata_events(work: UnitOfWork, change: StateChange, listener: Listener) -> tuple[Message, ...]:
    """What a hub registration is sent of a change: one message for each event that it wants to hear of."""
    api = APIS.get(listener.api)
    if api is None or change.kind not in api.kinds:
        return ()
    wanted = wanted_events(listener.query)
    return tuple(
        _message(listener.api, api, change, event)
        for event in events_of(work, change)
        if not wanted or event.name in wanted
    )


def events_of(work: UnitOfWork, change: StateChange) -> tuple[Event, ...]:
    """Every event of the standard that a change is."""
    return tuple(_EVENTS[change.kind](work, change)) if change.kind in _EVENTS else ()


def _of_product_order(_: UnitOfWork, change: StateChange) -> Iterator[Event]:
    if change.about == STATE and not change.is_new:
        yield Event("productOrderStateChangeEvent", "productOrder", change.id)


def _of_order(work: UnitOfWork, change: StateChange) -> Iterator[Event]:
    names = {STATE: "productOrderItemStateChangeEvent", EXPECTED: "productOrderItemExpectedCompletionDateSet"}
    if change.is_new or change.about not in names:
        return
    order = work.orders.get(change.id)
    yield Event(names[change.about], "productOrder", order.product_order_id, order.item_id)


def _of_charge(_: UnitOfWork, change: StateChange) -> Iterator[Event]:
    if change.is_new:
        yield Event("chargeCreateEvent", "charge", change.id)
    elif change.about == STATE:
        over = change.now == ChargeState.TIMEOUT
        yield Event("chargeTimeoutEvent" if over else "chargeStateChangeEvent", "charge", change.id)


def _of_cancellation(_: UnitOfWork, change: StateChange) -> Iterator[Event]:
    if change.about == STATE and not change.is_new:
        yield Event("cancelProductOrderStateChangeEvent", "cancelProductOrder", change.id)


def _of_date_change(_: UnitOfWork, change: StateChange) -> Iterator[Event]:
    name = "modifyProductOrderItemRequestedDeliveryDate"
    if change.about == STATE and not change.is_new:
        yield Event(f"{name}StateChangeEvent", name, change.id)


def _of_ticket(_: UnitOfWork, change: StateChange) -> Iterator[Event]:
    if change.is_new or change.was == TicketState.CANCELLED:
        return
    if change.about != STATE:
        yield Event("troubleTicketAttributeValueChangeEvent", "troubleTicket", change.id)
        return
    yield Event("troubleTicketStatusChangeEvent", "troubleTicket", change.id)
    more = {
        TicketState.RESOLVED: "troubleTicketResolvedEvent",
        TicketState.PENDING: "troubleTicketInformationRequiredEvent",
    }
    if change.now in more:
        yield Event(more[TicketState(change.now)], "troubleTicket", change.id)


def _of_incident(_: UnitOfWork, change: StateChange) -> Iterator[Event]:
    if change.is_new:
        name = "incidentCreateEvent"
    else:
        name = "incidentStatusChangeEvent" if change.about == STATE else "incidentAttributeValueChangeEvent"
    yield Event(name, "incident", change.id)


def _of_quote(_: UnitOfWork, change: StateChange) -> Iterator[Event]:
    if change.about == STATE and not change.is_new:
        yield Event("quoteStateChangeEvent", "quote", change.id)


def _of_qualification(_: UnitOfWork, change: StateChange) -> Iterator[Event]:
    if change.about == STATE and not change.is_new:
        yield Event("poqStateChangeEvent", "productOfferingQualification", change.id)


_EVENTS: Mapping[ChangeKind, Callable[[UnitOfWork, StateChange], Iterator[Event]]] = {
    ChangeKind.PRODUCT_ORDER: _of_product_order,
    ChangeKind.ORDER: _of_order,
    ChangeKind.CHARGE: _of_charge,
    ChangeKind.CANCELLATION: _of_cancellation,
    ChangeKind.CHANGE_OF_DATE: _of_date_change,
    ChangeKind.TICKET: _of_ticket,
    ChangeKind.INCIDENT: _of_incident,
    ChangeKind.QUOTE: _of_quote,
    ChangeKind.QUALIFICATION: _of_qualification,
}


def _message(api_name: str, api: NotifyingApi, change: StateChange, event: Event) -> Message:
    version = api.listener.rpartition("/")[2]
    about = {
        "id": event.id,
        "href": f"{ROOT}/{api_name}/{version}/{event.resource}/{event.id}",
        "buyerId": change.isp_code,
    }
    if event.item_id is not None:
        about["orderItemId"] = event.item_id
    body = {
        "eventId": str(uuid5(EVENTS, f"{change.number} {event.name}")),
        "eventTime": _moment(change.at),
        "eventType": event.name,
        "event": about,
    }
    return Message(f"{ROOT}/{api.listener}/listener/{event.name}", json.dumps(body).encode())


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
