"""Tickets without a database: how urgent a trouble is, and where a ticket may go."""

from itertools import product

from provisioning.tickets import (
    PRIORITIES,
    RESOLVED_WITHIN,
    TICKET_BECOMES,
    TICKET_ENDED,
    Observed,
    Priority,
    Severity,
    TicketState,
    urgency,
)


def test_the_worst_is_critical_and_the_least_is_low() -> None:
    assert urgency(Observed.DOWN, Severity.EXTENSIVE) is Priority.CRITICAL
    assert urgency(Observed.DEGRADED, Severity.MINOR) is Priority.LOW


def test_what_is_worse_is_never_less_urgent() -> None:
    observed, severities = tuple(Observed), tuple(Severity)
    for (one, this), (other, that) in product(product(observed, severities), repeat=2):
        if observed.index(one) <= observed.index(other) and severities.index(this) <= severities.index(that):
            assert PRIORITIES.index(urgency(one, this)) <= PRIORITIES.index(urgency(other, that))


def test_what_is_more_urgent_is_resolved_sooner() -> None:
    promised = [RESOLVED_WITHIN[priority] for priority in PRIORITIES]
    assert promised == sorted(promised, reverse=True)


def test_every_state_can_be_reached_and_only_ended_ones_are_left_by_nothing() -> None:
    reached, new = {TicketState.ACKNOWLEDGED}, {TicketState.ACKNOWLEDGED}
    while new:
        new = {state for was in new for state in TICKET_BECOMES[was]} - reached
        reached |= new
    assert reached == set(TicketState)
    assert {state for state, following in TICKET_BECOMES.items() if not following} == TICKET_ENDED


def test_a_ticket_is_closed_only_after_it_was_resolved() -> None:
    assert [was for was, after in TICKET_BECOMES.items() if TicketState.CLOSED in after] == [TicketState.RESOLVED]
