"""How figures and states read on a page: pounds, Mbit/s, moments in UTC, plain words."""

import re
from datetime import datetime
from enum import StrEnum
from unicodedata import category

from inventory.confidence import Confidence
from inventory.counted import counted
from provisioning.asked_words import asked_facts, where
from provisioning.incidents import IncidentState
from provisioning.orders import OrderAction, OrderRequest, OrderState, WaitsFor
from provisioning.services import Service, ServiceState
from provisioning.tickets import TicketMove, TicketState
from provisioning.wanted import ProductKind

ORDER_STATES = {
    OrderState.ACKNOWLEDGED: "acknowledged",
    OrderState.IN_PROGRESS: "in progress",
    OrderState.HELD: "held: a charge awaits an answer",
    OrderState.PENDING: "pending: a request is being assessed",
    OrderState.REJECTED: "rejected",
    OrderState.COMPLETED: "completed",
    OrderState.FAILED: "failed",
    OrderState.CANCELLED: "cancelled",
}
SERVICE_STATES = {
    ServiceState.PENDING_ACTIVE: "being delivered",
    ServiceState.ACTIVE: "active",
    ServiceState.PENDING_CHANGE: "being changed",
    ServiceState.PENDING_TERMINATE: "being ceased",
    ServiceState.TERMINATED: "ended",
    ServiceState.CANCELLED: "cancelled",
}
CONFIDENCES = {
    Confidence.GREEN: "Can be delivered now",
    Confidence.YELLOW: "Can be delivered after work the operator must plan",
    Confidence.RED: "Cannot be delivered",
}
STEPS = {
    "accept": "Accept the order",
    "qualify": "Check that it can be delivered",
    "design": "Find the path",
    "reserve": "Reserve what it needs",
    "document": "Write it in the record",
    "rehearse": "Rehearse on every device",
    "approve": "Approve",
    "deploy": "Change the devices",
    "prove": "Prove it",
    "tell": "Tell everybody",
    "certify": "Certify that both legs are apart",
    "withdraw": "Take it out of the record",
    "release": "Give back what was held",
    "clear": "Take it off the devices again",
    "close": "Give back what was held",
    "cancel": "Give back what was held",
    "keep": "Keep the service as it is",
    "switch": "Switch the subscriber's port",
    "put_back": "Put the devices back as they were",
    "stop": "Stop",
    "again": "Begin again",
    "amended": "Amend",
}
WAITS = {
    WaitsFor.APPROVAL: "waits for approval",
    WaitsFor.CHARGE: "waits for an answer to a charge",
    WaitsFor.FAR_END_CONSENT: "waits for the far end's consent",
    WaitsFor.BUILD: "waits until it is built",
    WaitsFor.START_DATE: "waits for its day",
    WaitsFor.OTHER_ITEMS: "waits for others of its product order",
    WaitsFor.PAUSE: "paused",
    WaitsFor.FROZEN: "frozen",
    WaitsFor.AWAY: "waits for something that is away",
}
TICKET_STATES = {
    TicketState.ACKNOWLEDGED: "new",
    TicketState.IN_PROGRESS: "being worked on",
    TicketState.PENDING: "waits for the ISP",
    TicketState.RESOLVED: "resolved, to be confirmed",
    TicketState.REOPENED: "open again",
    TicketState.ASSESSING_CANCELLATION: "being cancelled",
    TicketState.CLOSED: "closed",
    TicketState.CANCELLED: "cancelled",
}
INCIDENT_STATES = {
    IncidentState.CREATED: "new",
    IncidentState.IN_PROGRESS: "being worked on",
    IncidentState.CLOSED: "over",
}
TICKET_MOVES = {
    TicketMove.PROGRESS: "Start work",
    TicketMove.ASK: "Ask the ISP",
    TicketMove.RESOLVE: "Say that it is resolved",
    TicketMove.CLOSE: "It is resolved: close it",
    TicketMove.REOPEN: "It is not: open it again",
    TicketMove.CANCEL: "Cancel the ticket",
    TicketMove.ASSESS: "Let the cancellation through",
}
TONES = {  # colour class of a badge
    OrderState.ACKNOWLEDGED: "calm",
    OrderState.IN_PROGRESS: "busy",
    OrderState.HELD: "warn",
    OrderState.PENDING: "warn",
    OrderState.REJECTED: "bad",
    OrderState.COMPLETED: "good",
    OrderState.FAILED: "bad",
    OrderState.CANCELLED: "calm",
    ServiceState.PENDING_ACTIVE: "busy",
    ServiceState.ACTIVE: "good",
    ServiceState.PENDING_CHANGE: "busy",
    ServiceState.PENDING_TERMINATE: "busy",
    ServiceState.TERMINATED: "calm",
    ServiceState.CANCELLED: "calm",
    Confidence.GREEN: "good",
    Confidence.YELLOW: "warn",
    Confidence.RED: "bad",
    TicketState.ACKNOWLEDGED: "warn",
    TicketState.IN_PROGRESS: "busy",
    TicketState.PENDING: "warn",
    TicketState.RESOLVED: "good",
    TicketState.REOPENED: "bad",
    TicketState.ASSESSING_CANCELLATION: "busy",
    TicketState.CLOSED: "calm",
    TicketState.CANCELLED: "calm",
    IncidentState.CREATED: "bad",
    IncidentState.IN_PROGRESS: "busy",
    IncidentState.CLOSED: "calm",
}


def pounds(pence: int) -> str:
    """125050 -> "£1,250.50": always with its pence, as on the command line, so that columns line up."""
    sign = "-" if pence < 0 else ""
    whole, rest = divmod(abs(pence), 100)
    return f"{sign}£{whole:,}.{rest:02}"


def mbps(bandwidth: int) -> str:
    return f"{bandwidth:,} Mbit/s"


def moment(at: datetime | None) -> str:
    """ "21 Nov 2026, 21:50 UTC"; "-" where there is none. Our clocks are always UTC."""
    return "–" if at is None else f"{at.day} {at:%b %Y, %H:%M} UTC"


def clock(at: datetime) -> str:
    """ "21:50:03 UTC"."""
    return f"{at:%H:%M:%S} UTC"


def duration(seconds: float | None) -> str:
    """How long a step took: "42 ms", "1.3 s", "4 min 10 s", "" where unknown."""
    if seconds is None:
        return ""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"


def length(metres: float) -> str:
    """ "850 m", "12.4 km"."""
    return f"{metres:,.0f} m" if metres < 1000 else f"{metres / 1000:,.1f} km"


def waits(found: WaitsFor) -> str:
    return WAITS.get(found, f"waits for {found}")


def order_state(state: OrderState) -> str:
    return ORDER_STATES[state]


def service_state(state: ServiceState) -> str:
    return SERVICE_STATES[state]


def ticket_state(state: TicketState) -> str:
    return TICKET_STATES[state]


def incident_state(state: IncidentState) -> str:
    return INCIDENT_STATES[state]


def ticket_move(move: TicketMove) -> str:
    return TICKET_MOVES[move]


def confidence(answer: Confidence) -> str:
    return CONFIDENCES[answer]


def spelled(state: str) -> str:
    """A state in the standard's spelling, for people: "held.assessingCharge" -> "held: assessing charge"."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", state).lower()
    return words.replace(".", ": ").replace("-", " ")


def tone(state: StrEnum) -> str:
    return TONES[state]


def step(name: str) -> str:
    """What a step does, in words; its own name where it is new to this page."""
    return STEPS.get(name) or name.replace("_", " ").replace("-", " ").capitalize()


def action(asked: OrderAction) -> str:
    return {OrderAction.ADD: "New service", OrderAction.MODIFY: "Change"}.get(asked, "Cease")


KIND_WORDS = {
    ProductKind.CROSS_CONNECT: "a cross-connect",
    ProductKind.SSID: "a hosted SSID",
    ProductKind.SSID_REALM: "a realm on a shared SSID",
    ProductKind.SITE_HOSTING: "room for equipment",
}


def asked_what(request: OrderRequest) -> str:
    """ "500 Mbit/s", "a pair of strands", "two diverse pairs of strands", "a cross-connect"."""
    if request.strands is not None:
        return "two diverse pairs of strands" if request.strands.diverse else "a pair of strands"
    return mbps(request.bandwidth_mbps) if request.kind.is_circuit else KIND_WORDS[request.kind]


def asked_where(request: OrderRequest) -> str:
    """The UPRN, the two ends, or the area or place it is for."""
    return where(request).replace(" - ", " – ")


def asked_rest(request: OrderRequest) -> tuple[tuple[str, str], ...]:
    """What is asked for of a product that is no Access E-Line and no strands: names and values."""
    return tuple((label(name), value) for name, value in asked_facts(request))


def label(name: str) -> str:
    """A fact's name as it stands before its value: "Shared SSID"."""
    return f"{name[:1].upper()}{name[1:]}".replace("ssid", "SSID").replace("Ssid", "SSID")


def sold_what(service: Service) -> str:
    """What a service is, in the words for what was asked."""
    if service.by_hand is not None:
        return KIND_WORDS[service.by_hand.kind]
    if not service.is_strands:
        return mbps(service.bandwidth_mbps)
    return "two diverse pairs of strands" if len(service.legs) > 1 else "a pair of strands"


def sold_where(service: Service) -> str:
    """The UPRN, or what it is between or at; "–" of strands that were given back."""
    if service.by_hand is not None:
        return service.by_hand.where or "–"
    if not service.is_strands:
        return service.uprn
    return f"{service.legs[0].a_place} – {service.legs[0].z_place}" if service.legs else "–"


def diff_lines(diff: str) -> list[tuple[str, str]]:
    """Each line of a device's diff with what it does: "add", "remove", "place" (a section header) or "same"."""
    kinds = {"+": "add", "-": "remove", "@": "place"}
    lines = diff.removesuffix("\n").split("\n") if diff else []
    return [(kinds.get(line[:1], "same"), visible(line)) for line in lines]


def visible(text: str) -> str:
    """A device's own words with whatever would turn a line round, break or hide it (bidirectional signs, other line
    ends, controls) shown as the replacement character: who approves a change must see what is there.
    """
    hidden = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if category(letter) in hidden and letter != "\t" else letter for letter in text
    )


FILTERS = {
    "label": label,
    "counted": counted,
    "pounds": pounds,
    "mbps": mbps,
    "moment": moment,
    "clock": clock,
    "duration": duration,
    "length_words": length,
    "order_state": order_state,
    "service_state": service_state,
    "waits": waits,
    "confidence": confidence,
    "ticket_state": ticket_state,
    "incident_state": incident_state,
    "ticket_move": ticket_move,
    "spelled": spelled,
    "tone": tone,
    "step": step,
    "action": action,
    "asked_what": asked_what,
    "asked_where": asked_where,
    "asked_rest": asked_rest,
    "sold_what": sold_what,
    "sold_where": sold_where,
    "diff_lines": diff_lines,
    "visible": visible,
}
