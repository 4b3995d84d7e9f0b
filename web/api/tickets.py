"""Trouble tickets and incidents."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Self, cast

from pydantic import Field, StringConstraints, model_validator

from inventory.errors import UnknownThing
from inventory.plant_errors import CircleInvalid, CircleOutsideBritain, TargetUnclear
from provisioning import errors, front_desk, life_errors, ticket_errors
from provisioning.incident_desk import IncidentUpdate
from provisioning.incidents import Incident, IncidentKind, IncidentRequest, IncidentState, IncidentsWanted
from provisioning.isps import Principal
from provisioning.policy import Action
from provisioning.tickets import (
    MOVES_WITH_WORDS,
    About,
    AboutKind,
    Note,
    NoteWritten,
    Observed,
    Priority,
    Severity,
    Ticket,
    TicketChange,
    TicketKind,
    TicketMove,
    TicketRequest,
    TicketState,
    TicketsWanted,
)
from provisioning.tools import Tools
from web.api.fields import Asked, AskedInQuery, Cursor, Moment, Name, PageSize, ShortText, Shown
from web.api.operation import Answer, Call, Operation

SOME_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
type Words = Annotated[str, StringConstraints(pattern=SOME_LINES, min_length=1, max_length=2000)]


class AboutFields(Asked):
    """The one thing a ticket is about."""

    kind: AboutKind
    id: Name

    def noun(self) -> About:
        return About(self.kind, self.id)


class TicketBody(Asked):
    """What is not as it should be."""

    about: AboutFields
    description: Words
    kind: TicketKind = TicketKind.MAINTENANCE
    observed: Observed = Observed.DOWN
    severity: Severity = Severity.MODERATE
    priority: Priority = Field(Priority.MEDIUM, description="how soon you want it dealt with")
    external_id: ShortText = Field("", description="your own name for it")
    observed_at: Moment | None = Field(None, description="since when, with its zone")

    def noun(self) -> TicketRequest:
        return TicketRequest(
            self.about.noun(),
            self.description,
            self.kind,
            self.observed,
            self.severity,
            self.priority,
            self.external_id,
            self.observed_at,
        )


class TicketChangeBody(Asked):
    """What of a ticket is to be corrected; what is left out stays. The `our_` fields are the operator's."""

    external_id: ShortText | None = None
    observed: Observed | None = None
    observed_at: Moment | None = None
    severity: Severity | None = None
    priority: Priority | None = None
    our_severity: Severity | None = None
    our_priority: Priority | None = None
    expected_at: Moment | None = None

    def noun(self) -> TicketChange:
        return TicketChange(**self.model_dump())


class IssueNoteBody(Asked):
    """What to say about a ticket."""

    text: Words


class TicketMoveBody(Asked):
    """What to do. The ISP closes, reopens and cancels; the operator progresses, asks, resolves and assesses."""

    move: TicketMove
    text: Words | None = Field(None, description="the question, the cure or the reason: with ask, resolve and reopen")

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if (self.text is None) == (self.move in MOVES_WITH_WORDS):
            raise ValueError(f"text belongs to {', '.join(MOVES_WITH_WORDS)}, and to nothing else")
        return self


class TicketsQuery(AskedInQuery):
    """Which tickets, newest first."""

    state: TicketState | None = None
    about: Name | None = Field(None, description="id of the service or order")
    external_id: ShortText | None = None
    cursor: Cursor | None = Field(None, description="`next_cursor` of the page before")
    limit: PageSize = 50


class AboutShown(Shown):
    kind: AboutKind
    id: str


class TicketShown(Shown):
    """One ticket. `severity` and `priority` are the ISP's own, `our_...` the operator's."""

    id: str
    isp_code: str
    about: AboutShown
    kind: TicketKind
    description: str
    observed: Observed
    severity: Severity
    priority: Priority
    our_severity: Severity
    our_priority: Priority
    external_id: str
    observed_at: datetime | None
    state: TicketState
    raised_by: str
    created_at: datetime
    updated_at: datetime
    expected_at: datetime
    resolved_at: datetime | None
    ended_at: datetime | None

    @classmethod
    def of(cls, ticket: Ticket) -> "TicketShown":
        return cls.model_validate(ticket)


class IssueNoteShown(Shown):
    """What somebody said. `from_isp` is false where it was the operator."""

    number: int
    at: datetime
    author: str
    from_isp: bool
    text: str

    @classmethod
    def of(cls, note: Note) -> "IssueNoteShown":
        return cls(number=note.number, at=note.at, author=note.author, from_isp=note.from_isp, text=note.text)


class TicketPageShown(Shown):
    items: list[TicketShown]
    next_cursor: str | None


class IssueNotesShown(Shown):
    items: list[IssueNoteShown]


class IncidentBody(Asked):
    """What happens, and whom it hits: services by id, or all that a cut of something hits."""

    description: Words
    services: list[Name] = Field(default_factory=list, max_length=1000)
    cut: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = Field(
        None, description="what is cut, as /plant/cut takes it"
    )
    kind: IncidentKind = IncidentKind.REPAIR
    observed: Observed = Observed.DOWN
    severity: Severity = Severity.SIGNIFICANT
    started_at: Moment | None = None
    expected_at: Moment | None = None

    def noun(self) -> IncidentRequest:
        return IncidentRequest(**(self.model_dump() | {"services": tuple(self.services)}))


class IncidentUpdateBody(Asked):
    """How it goes; `close` says that it is over, and `note` how."""

    note: Words | None = None
    expected_at: Moment | None = None
    services: list[Name] = Field(default_factory=list, max_length=1000)
    close: bool = False

    @model_validator(mode="after")
    def _says_how(self) -> Self:
        if self.close and (self.note is None or self.services or self.expected_at is not None):
            raise ValueError("with close, note says how it ended, and nothing else is given")
        return self

    def put(self, tools: Tools, who: Principal, incident_id: str) -> Incident:
        """Say it to the front desk."""
        if self.close:
            return front_desk.close_incident(tools, who, incident_id, how=self.note or "")
        said = IncidentUpdate(self.note, self.expected_at, tuple(self.services))
        return front_desk.update_incident(tools, who, incident_id, said)


class IncidentsQuery(AskedInQuery):
    """Which incidents, newest first."""

    state: IncidentState | None = None
    service: Name | None = None
    cursor: Cursor | None = Field(None, description="`next_cursor` of the page before")
    limit: PageSize = 50


class IncidentShown(Shown):
    """One incident. An ISP sees its own services of those it hits."""

    id: str
    kind: IncidentKind
    description: str
    observed: Observed
    severity: Severity
    priority: Priority
    state: IncidentState
    started_at: datetime
    created_at: datetime
    updated_at: datetime
    expected_at: datetime | None
    closed_at: datetime | None
    services: list[str]

    @classmethod
    def of(cls, incident: Incident) -> "IncidentShown":
        names = [name for name in cls.model_fields if name != "services"]
        facts = {name: getattr(incident, name) for name in names}
        return cls(**facts, services=[each.service_id for each in incident.services])


class IncidentPageShown(Shown):
    items: list[IncidentShown]
    next_cursor: str | None


def raise_ticket(call: Call) -> Answer:
    body = cast("TicketBody", call.body)
    made = front_desk.raise_ticket(call.tools, call.who, body.noun())
    return Answer(TicketShown.of(made), HTTPStatus.CREATED, f"/tickets/{made.id}")


def list_tickets(call: Call) -> Answer:
    query = cast("TicketsQuery", call.query)
    wanted = TicketsWanted(state=query.state, about_id=query.about, external_id=query.external_id)
    page = front_desk.tickets(call.tools, call.who, wanted, cursor=query.cursor, limit=query.limit)
    return Answer(TicketPageShown(items=[TicketShown.of(each) for each in page.tickets], next_cursor=page.next_cursor))


def get_ticket(call: Call) -> Answer:
    return Answer(TicketShown.of(front_desk.ticket(call.tools, call.who, call.path["ticket_id"])))


def change_ticket(call: Call) -> Answer:
    body = cast("TicketChangeBody", call.body)
    return Answer(TicketShown.of(front_desk.change_ticket(call.tools, call.who, call.path["ticket_id"], body.noun())))


def list_notes(call: Call) -> Answer:
    notes = front_desk.ticket_notes(call.tools, call.who, call.path["ticket_id"])
    return Answer(IssueNotesShown(items=[IssueNoteShown.of(each) for each in notes]))


def add_note(call: Call) -> Answer:
    body = cast("IssueNoteBody", call.body)
    changed = front_desk.add_ticket_note(call.tools, call.who, call.path["ticket_id"], NoteWritten(body.text))
    return Answer(TicketShown.of(changed), HTTPStatus.CREATED, f"/tickets/{changed.id}/notes")


def move_ticket(call: Call) -> Answer:
    body = cast("TicketMoveBody", call.body)
    moved = front_desk.move_ticket(call.tools, call.who, call.path["ticket_id"], body.move, body.text or "")
    return Answer(TicketShown.of(moved))


def open_incident(call: Call) -> Answer:
    body = cast("IncidentBody", call.body)
    made = front_desk.open_incident(call.tools, call.who, body.noun())
    return Answer(IncidentShown.of(made), HTTPStatus.CREATED, f"/incidents/{made.id}")


def list_incidents(call: Call) -> Answer:
    query = cast("IncidentsQuery", call.query)
    wanted = IncidentsWanted(state=query.state, service_id=query.service)
    page = front_desk.incidents(call.tools, call.who, wanted, cursor=query.cursor, limit=query.limit)
    items = [IncidentShown.of(each) for each in page.incidents]
    return Answer(IncidentPageShown(items=items, next_cursor=page.next_cursor))


def get_incident(call: Call) -> Answer:
    return Answer(IncidentShown.of(front_desk.incident(call.tools, call.who, call.path["incident_id"])))


def list_incident_notes(call: Call) -> Answer:
    notes = front_desk.incident_notes(call.tools, call.who, call.path["incident_id"])
    return Answer(IssueNotesShown(items=[IssueNoteShown.of(each) for each in notes]))


def update_incident(call: Call) -> Answer:
    body = cast("IncidentUpdateBody", call.body)
    return Answer(IncidentShown.of(body.put(call.tools, call.who, call.path["incident_id"])))


CHANGING = (errors.Forbidden, errors.RequestInvalid, errors.WrongState, ticket_errors.UnknownTicket)

OPERATIONS = (
    Operation(
        "raiseTicket",
        "POST",
        "/tickets",
        "Report that a service or order is not as it should be",
        "tickets",
        raise_ticket,
        TicketShown,
        action=Action.RAISE_TICKETS,
        body=TicketBody,
        statuses=(HTTPStatus.CREATED,),
        errors=(
            errors.Forbidden,
            errors.RequestInvalid,
            errors.UnknownService,
            errors.UnknownOrder,
            life_errors.UnknownProductOrder,
        ),
        notes="How urgent it is for the operator comes of `observed` and `severity` alone, never of who reports it.",
    ),
    Operation(
        "listTickets",
        "GET",
        "/tickets",
        "Tickets, newest first",
        "tickets",
        list_tickets,
        TicketPageShown,
        action=Action.READ_TICKETS,
        query=TicketsQuery,
        errors=(errors.Forbidden, errors.CursorInvalid),
    ),
    Operation(
        "getTicket",
        "GET",
        "/tickets/{ticket_id}",
        "One ticket",
        "tickets",
        get_ticket,
        TicketShown,
        action=Action.READ_TICKETS,
        errors=(errors.Forbidden, ticket_errors.UnknownTicket),
    ),
    Operation(
        "changeTicket",
        "PATCH",
        "/tickets/{ticket_id}",
        "Correct what a ticket says",
        "tickets",
        change_ticket,
        TicketShown,
        action=Action.RAISE_TICKETS,
        body=TicketChangeBody,
        errors=CHANGING,
    ),
    Operation(
        "listTicketNotes",
        "GET",
        "/tickets/{ticket_id}/notes",
        "What was said about a ticket, oldest first",
        "tickets",
        list_notes,
        IssueNotesShown,
        action=Action.READ_TICKETS,
        errors=(errors.Forbidden, ticket_errors.UnknownTicket),
    ),
    Operation(
        "addTicketNote",
        "POST",
        "/tickets/{ticket_id}/notes",
        "Say something about a ticket",
        "tickets",
        add_note,
        TicketShown,
        action=Action.RAISE_TICKETS,
        body=IssueNoteBody,
        statuses=(HTTPStatus.CREATED,),
        errors=CHANGING,
        notes="Where the ticket is pending, the ISP's note is the answer, and it is in progress again.",
    ),
    Operation(
        "moveTicket",
        "POST",
        "/tickets/{ticket_id}/moves",
        "Move a ticket on: progress, ask, resolve; close, reopen, cancel",
        "tickets",
        move_ticket,
        TicketShown,
        action=Action.RAISE_TICKETS,
        body=TicketMoveBody,
        errors=CHANGING,
    ),
    Operation(
        "openIncident",
        "POST",
        "/incidents",
        "Tell ISPs of a trouble that many services feel",
        "tickets",
        open_incident,
        IncidentShown,
        action=Action.WORK_ON_TICKETS,
        body=IncidentBody,
        statuses=(HTTPStatus.CREATED,),
        errors=(
            errors.Forbidden,
            errors.RequestInvalid,
            errors.UnknownService,
            ticket_errors.NothingAffected,
            UnknownThing,
            TargetUnclear,
            CircleInvalid,
            CircleOutsideBritain,
        ),
    ),
    Operation(
        "listIncidents",
        "GET",
        "/incidents",
        "Incidents that hit you, newest first (the operator: all)",
        "tickets",
        list_incidents,
        IncidentPageShown,
        action=Action.READ_TICKETS,
        query=IncidentsQuery,
        errors=(errors.Forbidden, errors.CursorInvalid),
    ),
    Operation(
        "getIncident",
        "GET",
        "/incidents/{incident_id}",
        "One incident",
        "tickets",
        get_incident,
        IncidentShown,
        action=Action.READ_TICKETS,
        errors=(errors.Forbidden, ticket_errors.UnknownIncident),
    ),
    Operation(
        "listIncidentNotes",
        "GET",
        "/incidents/{incident_id}/notes",
        "What was said about an incident, oldest first",
        "tickets",
        list_incident_notes,
        IssueNotesShown,
        action=Action.READ_TICKETS,
        errors=(errors.Forbidden, ticket_errors.UnknownIncident),
    ),
    Operation(
        "updateIncident",
        "PATCH",
        "/incidents/{incident_id}",
        "Say how it goes, or that it is over",
        "tickets",
        update_incident,
        IncidentShown,
        action=Action.WORK_ON_TICKETS,
        body=IncidentUpdateBody,
        errors=(
            errors.Forbidden,
            errors.RequestInvalid,
            errors.WrongState,
            errors.UnknownService,
            ticket_errors.UnknownIncident,
        ),
    ),
)
