"""Trouble tickets: the front desk's part. Raise, read and add; progress, resolve, close, reopen and cancel.

An ISP's people act on the tickets of their ISP; the operator's also for an ISP, as with orders.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from provisioning.changes import STATE, ChangeKind, StateChange
from provisioning.deeds import acts
from provisioning.errors import NotFound, RequestInvalid, UnknownOrder, UnknownService
from provisioning.isps import Principal
from provisioning.life_errors import UnknownProductOrder
from provisioning.policy import Action, must
from provisioning.references import new_ticket_id
from provisioning.rights import may_see, must_be_text
from provisioning.store.work import UnitOfWork
from provisioning.ticket_errors import UnknownTicket
from provisioning.tickets import (
    RESOLVED_WITHIN,
    About,
    AboutKind,
    Note,
    NoteWritten,
    Ticket,
    TicketChange,
    TicketMove,
    TicketPage,
    TicketRequest,
    TicketState,
    TicketsWanted,
    urgency,
)
from provisioning.tools import Tools


@dataclass(frozen=True, slots=True)
class TicketStory:
    """A ticket with all that was said about it and every change of its state, oldest first."""

    ticket: Ticket
    notes: tuple[Note, ...]
    changes: tuple[StateChange, ...]


LONGEST_TEXT = 2000
LONGEST_NAME = 64
MOST_NOTES_AT_ONCE = 20
ANSWER_WITHIN = timedelta(days=5)  # an ISP that says nothing for so long after "resolved" has confirmed it (MEF 113)


@acts("raise a ticket", says=("request.about.id", "request.kind"))
def raise_ticket(tools: Tools, who: Principal, request: TicketRequest) -> Ticket:
    """Report that something an ISP has, or has ordered, is not as it should be.

    Raises: Forbidden, RequestInvalid, UnknownService, UnknownOrder, UnknownProductOrder (another ISP's too).
    """
    must(who, Action.RAISE_TICKETS)
    _must_be_fit(request)
    with tools.open_unit_of_work(by=who.user_name) as work:
        made = _ticket(request, who, _whose(work, who, request.about), tools.now())
        work.tickets.add(made)
        for note in request.notes:
            work.tickets.add_note(_note(made.id, note, who, tools.now()))
        work.commit()
    return made


def ticket(tools: Tools, who: Principal, ticket_id: str) -> Ticket:
    """Raises: UnknownTicket, also where it is another ISP's."""
    must(who, Action.READ_TICKETS)
    with tools.open_unit_of_work(reading=True) as work:
        return _own(work, who, ticket_id)


def ticket_story(tools: Tools, who: Principal, ticket_id: str) -> TicketStory:
    """A ticket with what was said and what changed. Raises: UnknownTicket."""
    must(who, Action.READ_TICKETS)
    with tools.open_unit_of_work(reading=True) as work:
        found = _own(work, who, ticket_id)
        changes = work.changes.of(ChangeKind.TICKET, ticket_id)
        return TicketStory(found, work.tickets.notes(ticket_id), tuple(each for each in changes if each.about == STATE))


def ticket_notes(tools: Tools, who: Principal, ticket_id: str) -> tuple[Note, ...]:
    """What was said about a ticket, oldest first. Raises: UnknownTicket."""
    must(who, Action.READ_TICKETS)
    with tools.open_unit_of_work(reading=True) as work:
        return work.tickets.notes(_own(work, who, ticket_id).id)


def tickets(
    tools: Tools, who: Principal, wanted: TicketsWanted | None = None, *, cursor: str | None = None, limit: int = 50
) -> TicketPage:
    """One page of tickets, newest first: an ISP's own; the operator's people see all.

    Raises: CursorInvalid.
    """
    must(who, Action.READ_TICKETS)
    with tools.open_unit_of_work(reading=True) as work:
        return work.tickets.page(_seen_by(who, wanted), cursor, limit)


def some_tickets(
    tools: Tools, who: Principal, wanted: TicketsWanted, *, offset: int, limit: int
) -> tuple[tuple[Ticket, ...], int]:
    """The same by offset, with how many there are in all."""
    must(who, Action.READ_TICKETS)
    with tools.open_unit_of_work(reading=True) as work:
        return work.tickets.some(_seen_by(who, wanted), offset, limit)


@acts("write into a ticket", "ticket", "ticket_id")
def add_ticket_note(tools: Tools, who: Principal, ticket_id: str, note: NoteWritten) -> Ticket:
    """Say something about a ticket; who was asked for it answers with it, and work goes on.

    Raises: Forbidden, RequestInvalid, UnknownTicket, WrongState (it has ended).
    """
    return change_ticket(tools, who, ticket_id, TicketChange(), notes=(note,))


@acts("change a ticket", "ticket", "ticket_id")
def change_ticket(
    tools: Tools, who: Principal, ticket_id: str, change: TicketChange, *, notes: tuple[NoteWritten, ...] = ()
) -> Ticket:
    """Correct what a ticket says, and add notes. What the operator judges, only its own people change.

    Raises: Forbidden, RequestInvalid, UnknownTicket, WrongState (it has ended).
    """
    must(who, Action.RAISE_TICKETS)
    if any(each is not None for each in (change.our_priority, change.our_severity, change.expected_at)):
        must(who, Action.WORK_ON_TICKETS)
    _must_be_fit_change(change, notes)

    def do(work: UnitOfWork, found: Ticket) -> None:
        work.tickets.change(found.id, change)
        for note in notes:
            work.tickets.add_note(_note(found.id, note, who, tools.now()))
        if notes and not who.is_operator and found.state is TicketState.PENDING:
            work.tickets.set_state(found.id, TicketState.IN_PROGRESS, "the ISP has answered")

    return _changed(tools, who, ticket_id, do)


@acts("progress a ticket", "ticket", "ticket_id")
def progress_ticket(tools: Tools, who: Principal, ticket_id: str) -> Ticket:
    """Say that the operator is at it. Raises: Forbidden, UnknownTicket, WrongState."""
    must(who, Action.WORK_ON_TICKETS)
    return _moved(tools, who, ticket_id, TicketState.IN_PROGRESS, "work has begun")


@acts("ask an ISP in a ticket", "ticket", "ticket_id")
def await_isp(tools: Tools, who: Principal, ticket_id: str, *, question: str) -> Ticket:
    """Ask the ISP for something; the ticket is pending until it answers with a note.

    Raises: Forbidden, RequestInvalid, UnknownTicket, WrongState.
    """
    must(who, Action.WORK_ON_TICKETS)
    return _moved(tools, who, ticket_id, TicketState.PENDING, question, said=True)


@acts("resolve a ticket", "ticket", "ticket_id")
def resolve_ticket(tools: Tools, who: Principal, ticket_id: str, *, how: str) -> Ticket:
    """Say that it is as it should be again, and how that was done. The ISP confirms, or opens it again.

    Raises: Forbidden, RequestInvalid, UnknownTicket, WrongState.
    """
    must(who, Action.WORK_ON_TICKETS)
    return _moved(tools, who, ticket_id, TicketState.RESOLVED, how, said=True)


@acts("close a ticket", "ticket", "ticket_id")
def close_ticket(tools: Tools, who: Principal, ticket_id: str) -> Ticket:
    """Confirm that a resolved ticket is resolved. Raises: Forbidden, UnknownTicket, WrongState."""
    must(who, Action.RAISE_TICKETS)
    return _moved(tools, who, ticket_id, TicketState.CLOSED, f"confirmed by {who.user_name}")


@acts("reopen a ticket", "ticket", "ticket_id", says=("reason",))
def reopen_ticket(tools: Tools, who: Principal, ticket_id: str, *, reason: str) -> Ticket:
    """Say that a resolved ticket is not. Raises: Forbidden, RequestInvalid, UnknownTicket, WrongState."""
    must(who, Action.RAISE_TICKETS)
    return _moved(tools, who, ticket_id, TicketState.REOPENED, reason, said=True)


@acts("cancel a ticket", "ticket", "ticket_id")
def cancel_ticket(tools: Tools, who: Principal, ticket_id: str) -> Ticket:
    """Say that nothing need be done. It ends at once where nobody has begun; else the operator assesses it first.

    Raises: Forbidden, UnknownTicket, WrongState.
    """
    must(who, Action.RAISE_TICKETS)

    def do(work: UnitOfWork, found: Ticket) -> None:
        work.tickets.set_state(found.id, TicketState.ASSESSING_CANCELLATION, f"asked by {who.user_name}")
        if found.state is TicketState.ACKNOWLEDGED:
            work.tickets.set_state(found.id, TicketState.CANCELLED, "nobody had begun")

    return _changed(tools, who, ticket_id, do)


@acts("assess a ticket", "ticket", "ticket_id")
def assess_ticket(tools: Tools, who: Principal, ticket_id: str) -> Ticket:
    """Let an ISP's cancellation through. Raises: Forbidden, UnknownTicket, WrongState."""
    must(who, Action.WORK_ON_TICKETS)
    return _moved(tools, who, ticket_id, TicketState.CANCELLED, f"assessed by {who.user_name}")


def move_ticket(tools: Tools, who: Principal, ticket_id: str, move: TicketMove, text: str = "") -> Ticket:
    """Do with a ticket what `move` says; `text` is what some of the moves say.

    Raises: what the function of that move raises.
    """
    match move:
        case TicketMove.PROGRESS:
            return progress_ticket(tools, who, ticket_id)
        case TicketMove.ASK:
            return await_isp(tools, who, ticket_id, question=text)
        case TicketMove.RESOLVE:
            return resolve_ticket(tools, who, ticket_id, how=text)
        case TicketMove.CLOSE:
            return close_ticket(tools, who, ticket_id)
        case TicketMove.REOPEN:
            return reopen_ticket(tools, who, ticket_id, reason=text)
        case TicketMove.CANCEL:
            return cancel_ticket(tools, who, ticket_id)
        case TicketMove.ASSESS:
            return assess_ticket(tools, who, ticket_id)


def close_unanswered(tools: Tools) -> tuple[str, ...]:
    """Close what was resolved long ago and nobody said a word about since; return the ids. Twice is once."""
    with tools.open_unit_of_work() as work:
        silent = work.tickets.resolved_before(tools.now() - ANSWER_WITHIN)
        for ticket_id in silent:
            work.tickets.set_state(ticket_id, TicketState.CLOSED, f"no answer within {ANSWER_WITHIN.days} days")
        work.commit()
    return silent


def _moved(tools: Tools, who: Principal, ticket_id: str, state: TicketState, why: str, *, said: bool = False) -> Ticket:
    """Move a ticket on; where it is `said`, why stands among its notes too."""
    if said:
        must_be_words("text", why)

    def do(work: UnitOfWork, found: Ticket) -> None:
        if said:
            work.tickets.add_note(_note(found.id, NoteWritten(why), who, tools.now()))
        work.tickets.set_state(found.id, state, why)

    return _changed(tools, who, ticket_id, do)


def _changed(tools: Tools, who: Principal, ticket_id: str, do: Callable[[UnitOfWork, Ticket], None]) -> Ticket:
    with tools.open_unit_of_work(by=who.user_name) as work:
        do(work, _own(work, who, ticket_id))
        found = work.tickets.get(ticket_id)
        work.commit()
    return found


def _own(work: UnitOfWork, who: Principal, ticket_id: str) -> Ticket:
    found = work.tickets.get(ticket_id)
    if not may_see(who, found.isp_code):
        raise UnknownTicket(ticket_id)
    return found


def _seen_by(who: Principal, wanted: TicketsWanted | None) -> TicketsWanted:
    asked = wanted or TicketsWanted()
    return asked if who.isp_code is None else replace(asked, isp_code=who.isp_code)


def _whose(work: UnitOfWork, who: Principal, about: About) -> str:
    """The ISP whose thing it is.

    Raises: UnknownService, UnknownOrder, UnknownProductOrder, also where it is another ISP's.
    """
    unknown: NotFound
    match about.kind:
        case AboutKind.SERVICE:
            isp_code, unknown = work.services.get(about.id).isp_code, UnknownService(about.id)
        case AboutKind.ORDER:
            isp_code, unknown = work.orders.get(about.id).isp_code, UnknownOrder(about.id)
        case AboutKind.PRODUCT_ORDER:
            isp_code, unknown = work.product_orders.get(about.id).isp_code, UnknownProductOrder(about.id)
    if not may_see(who, isp_code):
        raise unknown
    return isp_code


def _ticket(request: TicketRequest, who: Principal, isp_code: str, now: datetime) -> Ticket:
    ours = urgency(request.observed, request.severity)
    return Ticket(
        id=new_ticket_id(),
        isp_code=isp_code,
        about=request.about,
        kind=request.kind,
        description=request.description,
        observed=request.observed,
        severity=request.severity,
        priority=request.priority,
        our_severity=request.severity,
        our_priority=ours,
        external_id=request.external_id,
        observed_at=request.observed_at,
        state=TicketState.ACKNOWLEDGED,
        raised_by=who.user_name,
        created_at=now,
        updated_at=now,
        expected_at=now + RESOLVED_WITHIN[ours],
        sent=request.sent,
    )


def _note(about: str, note: NoteWritten, who: Principal, now: datetime) -> Note:
    return Note(about, 0, now, note.author or who.user_name, not who.is_operator, note.text, note.id)


def _must_be_fit(request: TicketRequest) -> None:
    must_be_words("description", request.description)
    must_be_text("external_id", request.external_id, LONGEST_NAME, shortest=0)
    _must_be_fit_notes(request.notes)


def _must_be_fit_change(change: TicketChange, notes: tuple[NoteWritten, ...]) -> None:
    if change.external_id is not None:
        must_be_text("external_id", change.external_id, LONGEST_NAME, shortest=0)
    _must_be_fit_notes(notes)


def _must_be_fit_notes(notes: tuple[NoteWritten, ...]) -> None:
    if len(notes) > MOST_NOTES_AT_ONCE:
        raise RequestInvalid("note", f"at most {MOST_NOTES_AT_ONCE} come at once, and it has {len(notes)}")
    for note in notes:
        must_be_words("text", note.text)
        must_be_text("author", note.author, LONGEST_NAME, shortest=0)
        must_be_text("id", note.id, LONGEST_NAME, shortest=0)


def must_be_words(field: str, text: str) -> None:
    """As `must_be_text`, of several lines where somebody wants. Raises: RequestInvalid."""
    if not 1 <= len(text) <= LONGEST_TEXT:
        raise RequestInvalid(field, f"it has {len(text)} characters, and 1 to {LONGEST_TEXT} are allowed")
    if not all(line.isprintable() for line in text.replace("\r\n", "\n").replace("\t", " ").split("\n")):
        raise RequestInvalid(field, "it has characters that cannot be printed")
