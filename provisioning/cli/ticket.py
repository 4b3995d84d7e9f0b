"""`neutralhost ticket ...`: trouble tickets."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from provisioning import front_desk
from provisioning.cli.errors import InputRefused
from provisioning.cli.house import open_house
from provisioning.cli.output import Output, Sheet, current_output, sheet
from provisioning.cli.words import moment
from provisioning.front_desk import SYSTEM
from provisioning.tickets import (
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
    TicketRequest,
    TicketState,
    TicketsWanted,
)
from provisioning.tools import Tools

KINDS_BY_FIRST = {"S": AboutKind.SERVICE, "O": AboutKind.ORDER, "P": AboutKind.PRODUCT_ORDER}


def raise_ticket(
    about_id: str,
    description: str,
    about: str | None,
    kind: str,
    observed: str,
    severity: str,
    priority: str,
    external_id: str,
) -> None:
    output = current_output()
    request = TicketRequest(
        about=About(_kind_of(about_id, about), about_id),
        description=description,
        kind=TicketKind(kind),
        observed=Observed(observed),
        severity=Severity(severity),
        priority=Priority(priority),
        external_id=external_id,
    )
    with open_house() as house:
        made = front_desk.raise_ticket(house.tools, SYSTEM, request)
    output.answer({"ticket": made}, lambda: print_ticket(made, output))


def list_tickets(state: str | None, isp_code: str | None, about_id: str | None, limit: int, cursor: str | None) -> None:
    output = current_output()
    wanted = TicketsWanted(isp_code=isp_code, state=None if state is None else TicketState(state), about_id=about_id)
    with open_house() as house:
        page = front_desk.tickets(house.tools, SYSTEM, wanted, cursor=cursor, limit=limit)
    output.answer(page, lambda: output.table(tickets_sheet(page.tickets)))
    if page.next_cursor:
        output.say(f"More with --cursor {page.next_cursor}", style="dim")


def show(ticket_id: str) -> None:
    output = current_output()
    with open_house() as house:
        found = front_desk.ticket(house.tools, SYSTEM, ticket_id)
        notes = front_desk.ticket_notes(house.tools, SYSTEM, ticket_id)

    def people() -> None:
        print_ticket(found, output)
        print_notes(notes, output)

    output.answer({"ticket": found, "notes": notes}, people)


def note(ticket_id: str, text: str, ask: bool) -> None:
    if ask:
        _done(lambda tools: front_desk.await_isp(tools, SYSTEM, ticket_id, question=text))
    else:
        _done(lambda tools: front_desk.add_ticket_note(tools, SYSTEM, ticket_id, NoteWritten(text)))


def progress(ticket_id: str) -> None:
    _done(lambda tools: front_desk.progress_ticket(tools, SYSTEM, ticket_id))


def judge(ticket_id: str, severity: str | None, priority: str | None, expected_at: datetime | None) -> None:
    change = TicketChange(
        our_severity=None if severity is None else Severity(severity),
        our_priority=None if priority is None else Priority(priority),
        expected_at=None if expected_at is None else expected_at.replace(tzinfo=UTC),
    )
    _done(lambda tools: front_desk.change_ticket(tools, SYSTEM, ticket_id, change))


def resolve(ticket_id: str, how: str) -> None:
    _done(lambda tools: front_desk.resolve_ticket(tools, SYSTEM, ticket_id, how=how))


def close(ticket_id: str | None, unanswered: bool) -> None:
    if unanswered == (ticket_id is not None):
        raise InputRefused("Name one ticket, or give --unanswered.")
    if ticket_id is not None:
        _done(lambda tools: front_desk.close_ticket(tools, SYSTEM, ticket_id))
        return
    output = current_output()
    with open_house() as house:
        closed = front_desk.close_unanswered(house.tools)
    output.answer({"closed": closed}, lambda: output.say(f"Closed: {', '.join(closed) or 'none'}."))


def reopen(ticket_id: str, reason: str) -> None:
    _done(lambda tools: front_desk.reopen_ticket(tools, SYSTEM, ticket_id, reason=reason))


def cancel(ticket_id: str, assessed: bool) -> None:
    do = front_desk.assess_ticket if assessed else front_desk.cancel_ticket
    _done(lambda tools: do(tools, SYSTEM, ticket_id))


def _done(do: Callable[[Tools], Ticket]) -> None:
    output = current_output()
    with open_house() as house:
        changed = do(house.tools)
    output.answer({"ticket": changed}, lambda: output.say(f"Ticket {changed.id} is {changed.state.value}."))


def _kind_of(about_id: str, about: str | None) -> AboutKind:
    if about is not None:
        return AboutKind(about)
    kind = KINDS_BY_FIRST.get(about_id.partition("-")[0])
    if kind is None:
        raise InputRefused(f"{about_id!r} looks like no service and no order: say with --about what it is.")
    return kind


def tickets_sheet(tickets: Sequence[Ticket]) -> Sheet:
    """Return tickets as a table."""
    rows = (
        (
            each.id,
            each.isp_code,
            each.about.id,
            each.observed.value,
            each.our_priority.value,
            each.state.value,
            moment(each.expected_at),
            each.description.split("\n")[0],
        )
        for each in tickets
    )
    return sheet(("ticket", "isp", "about", "observed", "priority", "state", "expected", "what"), rows)


def print_ticket(ticket: Ticket, output: Output) -> None:
    """Print one ticket's facts."""
    output.facts(
        (
            ("ticket", ticket.id),
            ("state", ticket.state.value),
            ("isp", ticket.isp_code),
            ("about", f"{ticket.about.kind.value} {ticket.about.id}"),
            ("what", ticket.description),
            ("kind", ticket.kind.value),
            ("observed", ticket.observed.value),
            ("severity", f"{ticket.our_severity.value} (the ISP: {ticket.severity.value})"),
            ("priority", f"{ticket.our_priority.value} (the ISP: {ticket.priority.value})"),
            ("external id", ticket.external_id),
            ("raised by", ticket.raised_by),
            ("raised", moment(ticket.created_at)),
            ("expected", moment(ticket.expected_at)),
            ("resolved", moment(ticket.resolved_at)),
            ("ended", moment(ticket.ended_at)),
        )
    )


def print_notes(notes: Sequence[Note], output: Output) -> None:
    """Print what was said, oldest first."""
    for each in notes:
        output.say(f"{moment(each.at)}  {each.author}{' (ISP)' if each.from_isp else ''}: {each.text}")
