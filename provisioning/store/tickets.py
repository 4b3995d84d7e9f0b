"""Trouble tickets and what was said about them, in the database."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, insert, select, update
from sqlalchemy.orm import Session

from provisioning.changes import ChangeKind
from provisioning.errors import WrongState
from provisioning.store.keys import can_be_key
from provisioning.store.listing import conditions, one_page, one_slice
from provisioning.store.order_work import Changes
from provisioning.store.ticket_tables import issue_notes, tickets
from provisioning.ticket_errors import UnknownTicket
from provisioning.tickets import (
    FACTS,
    NOTE,
    TICKET_BECOMES,
    TICKET_ENDED,
    About,
    AboutKind,
    Note,
    Observed,
    Priority,
    Severity,
    Ticket,
    TicketChange,
    TicketKind,
    TicketPage,
    TicketState,
    TicketsWanted,
)


class StoredTickets:
    """Implements `work.Tickets`."""

    def __init__(self, session: Session, now: Callable[[], datetime], changes: Changes) -> None:
        self._session = session
        self._now = now
        self._changes = changes

    def add(self, ticket: Ticket) -> None:
        self._session.execute(insert(tickets).values(_row_of(ticket)))
        self._changes.record(ChangeKind.TICKET, ticket.id, ticket.isp_code, "", ticket.state)

    def get(self, ticket_id: str) -> Ticket:
        if can_be_key(ticket_id):
            found = self._session.execute(select(tickets).where(tickets.c.id == ticket_id)).first()
            if found is not None:
                return _ticket_of(found)
        raise UnknownTicket(ticket_id)

    def set_state(self, ticket_id: str, state: TicketState, why: str = "") -> None:
        found = self.get(ticket_id)
        changes = {"state": state, "updated_at": self._now()} | self._times_of(state)
        allowed = state in TICKET_BECOMES[found.state]
        if not allowed or not self._update(ticket_id, changes, tickets.c.state == found.state):
            raise WrongState("ticket", ticket_id, self.get(ticket_id).state, state)
        self._changes.record(ChangeKind.TICKET, ticket_id, found.isp_code, found.state, state, why)

    def _times_of(self, state: TicketState) -> dict[str, Any]:
        if state is TicketState.RESOLVED:
            return {"resolved_at": self._now()}
        if state is TicketState.REOPENED:
            return {"resolved_at": None}
        return {"ended_at": self._now()} if state in TICKET_ENDED else {}

    def change(self, ticket_id: str, change: TicketChange) -> None:
        given = {each.name: getattr(change, each.name) for each in fields(change)}
        changes = {name: value for name, value in given.items() if value is not None}
        if changes:
            self._touch(ticket_id, changes, FACTS, ", ".join(changes))

    def add_note(self, note: Note) -> None:
        self._touch(note.about, {}, NOTE, note.text)  # two writers of one ticket wait for each other here
        write_note(self._session, note)

    def _touch(self, ticket_id: str, changes: Mapping[str, Any], about: str, why: str) -> None:
        """Change a ticket that has not ended, but not its state."""
        open_still = tickets.c.state.not_in(TICKET_ENDED)
        if not self._update(ticket_id, {**changes, "updated_at": self._now()}, open_still):
            raise WrongState("ticket", ticket_id, self.get(ticket_id).state, "changed")
        found = self.get(ticket_id)
        self._changes.record(ChangeKind.TICKET, ticket_id, found.isp_code, found.state, found.state, why, about=about)

    def _update(self, ticket_id: str, changes: Mapping[str, Any], condition: ColumnElement[bool]) -> bool:
        changed = update(tickets).where(tickets.c.id == ticket_id, condition).values(dict(changes))
        return self._session.execute(changed.returning(tickets.c.id)).first() is not None

    def notes(self, ticket_id: str) -> tuple[Note, ...]:
        return notes_about(self._session, ticket_id)

    def page(self, wanted: TicketsWanted, cursor: str | None, limit: int) -> TicketPage:
        kept = tickets.c
        rows, behind = one_page(self._session, _query(wanted), kept.created_at, kept.id, cursor, limit)
        return TicketPage(tuple(map(_ticket_of, rows)), behind)

    def some(self, wanted: TicketsWanted, offset: int, limit: int) -> tuple[tuple[Ticket, ...], int]:
        kept = tickets.c
        rows, total = one_slice(self._session, _query(wanted), kept.created_at, kept.id, offset, limit)
        return tuple(map(_ticket_of, rows)), total

    def resolved_before(self, moment: datetime) -> tuple[str, ...]:
        kept = tickets.c
        query = select(kept.id).where(kept.state == TicketState.RESOLVED, kept.resolved_at < moment)
        return tuple(self._session.execute(query.order_by(kept.id)).scalars())


def write_note(session: Session, note: Note) -> None:
    """Keep a note under the next number of what it is about."""
    last = select(func.coalesce(func.max(issue_notes.c.number), 0)).where(issue_notes.c.about == note.about)
    row = {each.name: getattr(note, each.name) for each in fields(note)}
    session.execute(insert(issue_notes).values(row | {"number": session.execute(last).scalar_one() + 1}))


def notes_about(session: Session, about: str) -> tuple[Note, ...]:
    """All that was said about a ticket or an incident, oldest first."""
    query = select(issue_notes).where(issue_notes.c.about == about).order_by(issue_notes.c.number)
    return tuple(
        Note(row.about, row.number, row.at, row.author, row.from_isp, row.text, row.id)
        for row in session.execute(query)
    )


def _query(wanted: TicketsWanted) -> Select[Any]:
    kept = tickets.c
    same = ("isp_code", "state", "kind", "observed", "severity", "priority", "our_severity", "our_priority")
    equal = {kept[name]: getattr(wanted, name) for name in (*same, "external_id", "about_kind", "about_id")}
    between = {
        kept.created_at: wanted.created,
        kept.expected_at: wanted.expected,
        kept.resolved_at: wanted.resolved,
    }
    return select(tickets).where(*conditions(equal, between))


def _row_of(ticket: Ticket) -> dict[str, Any]:
    row = {each.name: getattr(ticket, each.name) for each in fields(ticket) if each.name != "about"}
    return row | {"about_kind": ticket.about.kind, "about_id": ticket.about.id, "sent": dict(ticket.sent)}


def _ticket_of(row: Row[Any]) -> Ticket:
    return Ticket(
        id=row.id,
        isp_code=row.isp_code,
        about=About(AboutKind(row.about_kind), row.about_id),
        kind=TicketKind(row.kind),
        description=row.description,
        observed=Observed(row.observed),
        severity=Severity(row.severity),
        priority=Priority(row.priority),
        our_severity=Severity(row.our_severity),
        our_priority=Priority(row.our_priority),
        external_id=row.external_id,
        observed_at=row.observed_at,
        state=TicketState(row.state),
        raised_by=row.raised_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
        expected_at=row.expected_at,
        resolved_at=row.resolved_at,
        ended_at=row.ended_at,
        sent=row.sent,
    )
