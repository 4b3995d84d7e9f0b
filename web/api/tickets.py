"""Trouble tickets in the API."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Self, cast

from pydantic import Field, StringConstraints, model_validator

from provisioning import errors, front_desk, life_errors, ticket_errors
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
)
