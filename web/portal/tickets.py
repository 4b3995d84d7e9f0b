"""Trouble tickets and incidents: what is not as it should be, and what becomes of it."""

from collections.abc import Callable

from flask import Response
from pydantic import ValidationError
from werkzeug.wrappers import Response as PlainResponse

from provisioning import front_desk
from provisioning.incidents import IncidentState
from provisioning.tickets import (
    TICKET_ENDED,
    AboutKind,
    NoteWritten,
    Observed,
    Severity,
    TicketMove,
    TicketState,
    TicketsWanted,
)
from web.api.incidents import IncidentBody, IncidentUpdateBody
from web.api.routes import faults
from web.api.tickets import IssueNoteBody, TicketBody, TicketMoveBody
from web.portal.visit import Visit, go, show
from web.request_errors import BodyInvalid

PER_PAGE = 25
OF_THE_ISP: dict[TicketState, tuple[TicketMove, ...]] = {
    TicketState.RESOLVED: (TicketMove.CLOSE, TicketMove.REOPEN),
    **dict.fromkeys(
        (TicketState.ACKNOWLEDGED, TicketState.IN_PROGRESS, TicketState.PENDING, TicketState.REOPENED),
        (TicketMove.CANCEL,),
    ),
}
OF_THE_OPERATOR: dict[TicketState, tuple[TicketMove, ...]] = {
    TicketState.ACKNOWLEDGED: (TicketMove.PROGRESS, TicketMove.ASK, TicketMove.RESOLVE),
    TicketState.REOPENED: (TicketMove.PROGRESS, TicketMove.ASK, TicketMove.RESOLVE),
    TicketState.IN_PROGRESS: (TicketMove.ASK, TicketMove.RESOLVE),
    TicketState.PENDING: (TicketMove.PROGRESS, TicketMove.RESOLVE),
    TicketState.ASSESSING_CANCELLATION: (TicketMove.ASSESS,),
}
"""What each side may do with a ticket in a state; the front desk decides, this only draws buttons."""


def tickets(visit: Visit) -> Response:
    """The list, newest first."""
    state = _state(visit.argument("state"))
    wanted = TicketsWanted(state=state)
    page = front_desk.tickets(visit.tools, visit.who, wanted, cursor=visit.argument("cursor"), limit=PER_PAGE)
    return show(visit, "tickets.html", page=page, state=state, states=list(TicketState))


def ticket(visit: Visit) -> Response:
    """One ticket: what was said, and what can be done now."""
    found = front_desk.ticket(visit.tools, visit.who, visit.path["ticket_id"])
    moves = (OF_THE_OPERATOR if visit.who.is_operator else OF_THE_ISP).get(found.state, ())
    notes = front_desk.ticket_notes(visit.tools, visit.who, found.id)
    return show(visit, "ticket.html", ticket=found, notes=notes, moves=moves, ended=found.state in TICKET_ENDED)


def ticket_form(visit: Visit) -> Response:
    """What is wrong with one service?"""
    service = front_desk.service(visit.tools, visit.who, visit.path["service_id"])
    return show(visit, "ticket_form.html", service=service, observed=list(Observed), severities=list(Severity))


def raise_ticket(visit: Visit) -> PlainResponse:
    about = {"kind": AboutKind.SERVICE, "id": visit.path["service_id"]}
    body = _read(
        lambda: TicketBody.model_validate(
            {
                "about": about,
                "description": _lines(visit.field("description")),
                "observed": visit.field("observed"),
                "severity": visit.field("severity"),
                "external_id": visit.field("external_id"),
            },
            strict=False,
        )
    )
    made = front_desk.raise_ticket(visit.tools, visit.who, body.noun())
    return go("ticket", ticket_id=made.id)


def add_note(visit: Visit) -> PlainResponse:
    body = _read(lambda: IssueNoteBody(text=_lines(visit.field("text"))))
    ticket_id = visit.path["ticket_id"]
    front_desk.add_ticket_note(visit.tools, visit.who, ticket_id, NoteWritten(body.text))
    return go("ticket", ticket_id=ticket_id)


def move(visit: Visit) -> PlainResponse:
    """Progress, ask, resolve, close, reopen, cancel or assess."""
    text = _lines(visit.field("text")) or None
    body = _read(lambda: TicketMoveBody.model_validate({"move": visit.field("move"), "text": text}, strict=False))
    ticket_id = visit.path["ticket_id"]
    front_desk.move_ticket(visit.tools, visit.who, ticket_id, body.move, body.text or "")
    return go("ticket", ticket_id=ticket_id)


def incidents(visit: Visit) -> Response:
    """What hits one's services now, and did; the operator's people see all, and open one here."""
    page = front_desk.incidents(visit.tools, visit.who, cursor=visit.argument("cursor"), limit=PER_PAGE)
    return show(visit, "incidents.html", page=page, observed=list(Observed), severities=list(Severity))


def incident(visit: Visit) -> Response:
    found = front_desk.incident(visit.tools, visit.who, visit.path["incident_id"])
    notes = front_desk.incident_notes(visit.tools, visit.who, found.id)
    return show(visit, "incident.html", incident=found, notes=notes, closed=found.state is IncidentState.CLOSED)


def open_incident(visit: Visit) -> PlainResponse:
    body = _read(
        lambda: IncidentBody.model_validate(
            {
                "description": _lines(visit.field("description")),
                "services": visit.field("services").split(),
                "cut": visit.field("cut") or None,
                "observed": visit.field("observed"),
                "severity": visit.field("severity"),
            },
            strict=False,
        )
    )
    made = front_desk.open_incident(visit.tools, visit.who, body.noun())
    return go("incident", incident_id=made.id)


def update_incident(visit: Visit) -> PlainResponse:
    body = _read(lambda: IncidentUpdateBody(note=_lines(visit.field("note")), close=visit.field("close") == "yes"))
    incident_id = visit.path["incident_id"]
    body.put(visit.tools, visit.who, incident_id)
    return go("incident", incident_id=incident_id)


def _read[Body](read: Callable[[], Body]) -> Body:
    """Raises: BodyInvalid."""
    try:
        return read()
    except ValidationError as invalid:
        raise BodyInvalid(faults(invalid)) from None


def _lines(text: str) -> str:
    """Browsers end lines with CR LF (HTML, form submission); we keep LF."""
    return text.replace("\r\n", "\n")


def _state(text: str | None) -> TicketState | None:
    try:
        return None if text is None else TicketState(text)
    except ValueError:
        raise BodyInvalid([f"state: one of {', '.join(TicketState)}"]) from None
