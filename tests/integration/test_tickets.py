"""Tickets and incidents on a real database: who may do what, what it says of them, and what is recorded."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from provisioning import front_desk
from provisioning.changes import ChangeKind
from provisioning.errors import Forbidden, RequestInvalid, UnknownOrder, UnknownService, WrongState
from provisioning.front_desk import SYSTEM
from provisioning.incident_desk import IncidentUpdate
from provisioning.incidents import IncidentRequest, IncidentState, IncidentsWanted
from provisioning.isps import Principal, Role
from provisioning.services import Service, ServiceState
from provisioning.ticket_errors import NothingAffected, UnknownIncident, UnknownTicket
from provisioning.ticketing import ANSWER_WITHIN
from provisioning.tickets import (
    About,
    AboutKind,
    NoteWritten,
    Observed,
    Priority,
    Severity,
    Ticket,
    TicketChange,
    TicketRequest,
    TicketState,
    TicketsWanted,
)
from provisioning.tools import Tools
from tests.integration.desk import Clock, desk_on

ANNA = Principal("anna", Role.ISP_ADMIN, "alder")
BELA = Principal("bela", Role.ISP_ADMIN, "birch")
READER = Principal("rosa", Role.AUDITOR, "alder")
OPERATOR = Principal("olga", Role.OPERATOR, None)
HERS, THEIRS = "S-ALDER00001", "S-BIRCH00001"
ABOUT = About(AboutKind.SERVICE, HERS)
DOWN = TicketRequest(ABOUT, "No light since noon.\nThe NTE says LOS.", severity=Severity.SIGNIFICANT)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tools(engine: Engine, clock: Clock) -> Tools:
    made = desk_on(engine, now=clock)
    with made.open_unit_of_work() as work:
        for service_id, isp_code in ((HERS, "alder"), (THEIRS, "birch")):
            wanted = ("access-eline", "1", f"quay-{isp_code}", 100, 12, "")
            state = (ServiceState.ACTIVE, None, 2450, made.now(), made.now(), None)
            work.services.add(Service(service_id, isp_code, *wanted, *state))
        work.commit()
    return made


def raised(tools: Tools, who: Principal = ANNA, **changes: Any) -> Ticket:
    return front_desk.raise_ticket(tools, who, replace(DOWN, **changes))


def history(tools: Tools, kind: ChangeKind, subject_id: str) -> list[tuple[str, str, str, str]]:
    with tools.open_unit_of_work(reading=True) as work:
        return [(each.about, each.was, each.now, each.by) for each in work.changes.of(kind, subject_id)]


# Tickets.


def test_a_ticket_is_acknowledged_with_our_own_judgement_and_a_time(tools: Tools) -> None:
    ticket = raised(tools, external_id="INC-7")

    assert front_desk.ticket(tools, ANNA, ticket.id) == ticket
    assert (ticket.state, ticket.isp_code, ticket.raised_by) == (TicketState.ACKNOWLEDGED, "alder", "anna")
    assert (ticket.priority, ticket.our_priority) == (Priority.MEDIUM, Priority.HIGH)
    assert ticket.expected_at - ticket.created_at == timedelta(hours=10)


def test_how_loud_and_who_somebody_is_makes_nothing_more_urgent(tools: Tools) -> None:
    calm = raised(tools, priority=Priority.LOW)
    loud = raised(tools, BELA, priority=Priority.CRITICAL, about=About(AboutKind.SERVICE, THEIRS))

    assert calm.our_priority is loud.our_priority


def test_a_ticket_lives_from_raised_to_closed_and_all_of_it_is_recorded(tools: Tools) -> None:
    ticket = raised(tools)
    front_desk.progress_ticket(tools, OPERATOR, ticket.id)
    front_desk.await_isp(tools, OPERATOR, ticket.id, question="Is the NTE's power light on?")
    front_desk.add_ticket_note(tools, ANNA, ticket.id, NoteWritten("It is."))
    front_desk.resolve_ticket(tools, OPERATOR, ticket.id, how="Patch cord at the DXP changed.")
    front_desk.reopen_ticket(tools, ANNA, ticket.id, reason="Still no light.")
    again = front_desk.resolve_ticket(tools, OPERATOR, ticket.id, how="Splice in chamber 4 made anew.")
    closed = front_desk.close_ticket(tools, ANNA, ticket.id)

    assert again.resolved_at is not None
    assert (closed.state, closed.resolved_at) == (TicketState.CLOSED, again.resolved_at)
    states = [(now, by) for about, _, now, by in history(tools, ChangeKind.TICKET, ticket.id) if about == "state"]
    assert states == [
        ("acknowledged", "anna"),
        ("inProgress", "olga"),
        ("pending", "olga"),
        ("inProgress", "anna"),
        ("resolved", "olga"),
        ("reopened", "anna"),
        ("resolved", "olga"),
        ("closed", "anna"),
    ]
    said = [(note.number, note.from_isp, note.text) for note in front_desk.ticket_notes(tools, ANNA, ticket.id)]
    assert said[:2] == [(1, False, "Is the NTE's power light on?"), (2, True, "It is.")]
    assert len(said) == 5


def test_only_what_was_resolved_is_closed_or_reopened(tools: Tools) -> None:
    ticket = raised(tools)

    with pytest.raises(WrongState, match="acknowledged"):
        front_desk.close_ticket(tools, ANNA, ticket.id)
    with pytest.raises(WrongState, match="acknowledged"):
        front_desk.reopen_ticket(tools, ANNA, ticket.id, reason="x")
    assert front_desk.ticket_notes(tools, ANNA, ticket.id) == ()


def test_a_cancellation_is_at_once_where_nobody_has_begun_and_assessed_where_somebody_has(tools: Tools) -> None:
    assert front_desk.cancel_ticket(tools, ANNA, raised(tools).id).state is TicketState.CANCELLED
    begun = raised(tools)
    front_desk.progress_ticket(tools, OPERATOR, begun.id)

    assert front_desk.cancel_ticket(tools, ANNA, begun.id).state is TicketState.ASSESSING_CANCELLATION
    assert front_desk.assess_ticket(tools, OPERATOR, begun.id).state is TicketState.CANCELLED
    with pytest.raises(WrongState, match="cancelled"):
        front_desk.add_ticket_note(tools, ANNA, begun.id, NoteWritten("One more thing."))


def test_what_was_resolved_and_not_answered_for_five_days_is_closed(tools: Tools, clock: Clock) -> None:
    old, new = raised(tools), raised(tools)
    front_desk.resolve_ticket(tools, OPERATOR, old.id, how="Done.")
    clock.at += ANSWER_WITHIN
    front_desk.resolve_ticket(tools, OPERATOR, new.id, how="Done.")

    assert front_desk.close_unanswered(tools) == (old.id,)
    assert front_desk.close_unanswered(tools) == ()
    assert front_desk.ticket(tools, ANNA, new.id).state is TicketState.RESOLVED


def test_what_the_operator_judges_an_isp_does_not_change(tools: Tools) -> None:
    ticket = raised(tools)

    with pytest.raises(Forbidden, match="anna"):
        front_desk.change_ticket(tools, ANNA, ticket.id, TicketChange(our_priority=Priority.CRITICAL))
    changed = front_desk.change_ticket(tools, OPERATOR, ticket.id, TicketChange(our_priority=Priority.CRITICAL))
    assert changed.our_priority is Priority.CRITICAL
    hers = front_desk.change_ticket(tools, ANNA, ticket.id, TicketChange(observed=Observed.DEGRADED))
    assert (hers.observed, hers.our_priority) == (Observed.DEGRADED, Priority.CRITICAL)


@pytest.mark.parametrize("who", [ANNA, READER, BELA])
def test_only_the_operators_people_work_on_tickets(tools: Tools, who: Principal) -> None:
    ticket = raised(tools)

    for forbidden in (
        lambda: front_desk.progress_ticket(tools, who, ticket.id),
        lambda: front_desk.await_isp(tools, who, ticket.id, question="?"),
        lambda: front_desk.resolve_ticket(tools, who, ticket.id, how="x"),
        lambda: front_desk.assess_ticket(tools, who, ticket.id),
    ):
        with pytest.raises(Forbidden, match=who.user_name):
            forbidden()
    assert front_desk.ticket(tools, ANNA, ticket.id).state is TicketState.ACKNOWLEDGED


def test_a_reader_reads_and_raises_nothing(tools: Tools) -> None:
    ticket = raised(tools)

    assert front_desk.tickets(tools, READER).tickets == (ticket,)
    with pytest.raises(Forbidden, match="rosa"):
        raised(tools, READER)


def test_another_isps_thing_and_ticket_do_not_exist(tools: Tools) -> None:
    ticket = raised(tools)

    with pytest.raises(UnknownService, match=HERS):
        raised(tools, BELA)
    with pytest.raises(UnknownOrder, match="O-NOBODY"):
        raised(tools, about=About(AboutKind.ORDER, "O-NOBODY"))
    for unknown in (
        lambda: front_desk.ticket(tools, BELA, ticket.id),
        lambda: front_desk.ticket_notes(tools, BELA, ticket.id),
        lambda: front_desk.add_ticket_note(tools, BELA, ticket.id, NoteWritten("x")),
        lambda: front_desk.close_ticket(tools, BELA, ticket.id),
        lambda: front_desk.reopen_ticket(tools, BELA, ticket.id, reason="x"),
        lambda: front_desk.cancel_ticket(tools, BELA, ticket.id),
        lambda: front_desk.ticket(tools, ANNA, "T-NOBODY"),
    ):
        with pytest.raises(UnknownTicket):
            unknown()
    assert front_desk.tickets(tools, BELA).tickets == ()
    assert front_desk.tickets(tools, BELA, TicketsWanted(isp_code="alder")).tickets == ()


@pytest.mark.parametrize("text", ["", "x" * 2001, "a\x00b", "\u202egnp.exe", "a\x1b[2J"])
def test_a_text_that_cannot_be_shown_is_refused(tools: Tools, text: str) -> None:
    with pytest.raises(RequestInvalid, match="description"):
        raised(tools, description=text)
    ticket = raised(tools)
    with pytest.raises(RequestInvalid, match="text"):
        front_desk.add_ticket_note(tools, ANNA, ticket.id, NoteWritten(text))
    assert len(front_desk.tickets(tools, SYSTEM).tickets) == 1


def test_tickets_are_found_by_what_they_say_and_leafed_through_both_ways(tools: Tools) -> None:
    ids = [raised(tools, external_id=f"INC-{number}").id for number in range(5)]
    raised(tools, BELA, about=About(AboutKind.SERVICE, THEIRS))
    front_desk.progress_ticket(tools, OPERATOR, ids[1])

    first = front_desk.tickets(tools, ANNA, limit=3)
    rest = front_desk.tickets(tools, ANNA, cursor=first.next_cursor, limit=3)
    some, total = front_desk.some_tickets(tools, ANNA, TicketsWanted(), offset=3, limit=10)
    assert [each.id for each in first.tickets + rest.tickets] == ids[::-1]
    assert ([each.id for each in some], total) == (ids[1::-1], 5)
    for wanted in (
        TicketsWanted(state=TicketState.IN_PROGRESS),
        TicketsWanted(external_id="INC-1"),
    ):
        assert [each.id for each in front_desk.tickets(tools, OPERATOR, wanted).tickets] == [ids[1]]
    early = TicketsWanted(created=(None, front_desk.ticket(tools, ANNA, ids[2]).created_at))
    assert front_desk.some_tickets(tools, ANNA, early, offset=0, limit=1)[1] == 2


# Incidents.


def opened(tools: Tools, *services: str) -> str:
    return front_desk.open_incident(tools, OPERATOR, IncidentRequest("Duct cut at Quay Street.", services)).id


def test_an_incident_is_told_to_every_isp_that_is_hit_and_of_its_own_services_alone(tools: Tools) -> None:
    incident_id = opened(tools, HERS, THEIRS)

    hers, theirs = (front_desk.incident(tools, who, incident_id) for who in (ANNA, BELA))
    assert [each.service_id for each in hers.services] == [HERS]
    assert [each.service_id for each in theirs.services] == [THEIRS]
    assert len(front_desk.incident(tools, OPERATOR, incident_id).services) == 2
    told = history(tools, ChangeKind.INCIDENT, incident_id)
    assert told == [("state", "", "created", "olga")] * 2


def test_an_incident_that_hits_nothing_of_an_isp_does_not_exist_for_it(tools: Tools) -> None:
    incident_id = opened(tools, HERS)

    for unknown in (front_desk.incident, front_desk.incident_notes):
        with pytest.raises(UnknownIncident, match=incident_id):
            unknown(tools, BELA, incident_id)
    assert front_desk.incidents(tools, BELA).incidents == ()
    assert front_desk.some_incidents(tools, BELA, IncidentsWanted(isp_code="alder"), offset=0, limit=9) == ((), 0)
    assert len(front_desk.incidents(tools, READER).incidents) == 1


def test_an_incident_goes_from_opened_to_closed(tools: Tools) -> None:
    incident_id = opened(tools, HERS)
    expected = tools.now() + timedelta(hours=6)

    going = front_desk.update_incident(
        tools, OPERATOR, incident_id, IncidentUpdate("Crew on site.", expected, (HERS, THEIRS))
    )
    closed = front_desk.close_incident(tools, OPERATOR, incident_id, how="Spliced.")

    assert (going.state, going.expected_at, len(going.services)) == (IncidentState.IN_PROGRESS, expected, 2)
    assert (closed.state, closed.closed_at is not None) == (IncidentState.CLOSED, True)
    assert [note.text for note in front_desk.incident_notes(tools, BELA, incident_id)] == ["Crew on site.", "Spliced."]
    with pytest.raises(WrongState, match="closed"):
        front_desk.update_incident(tools, OPERATOR, incident_id, IncidentUpdate("More."))


def test_incidents_are_the_operators_to_open_and_hit_something(tools: Tools) -> None:
    with pytest.raises(Forbidden, match="anna"):
        front_desk.open_incident(tools, ANNA, IncidentRequest("x", (HERS,)))
    with pytest.raises(NothingAffected):
        front_desk.open_incident(tools, OPERATOR, IncidentRequest("x"))
    with pytest.raises(UnknownService):
        front_desk.open_incident(tools, OPERATOR, IncidentRequest("x", ("S-NOBODY",)))
    assert front_desk.incidents(tools, OPERATOR).incidents == ()
