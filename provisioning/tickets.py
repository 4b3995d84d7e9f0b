"""Trouble tickets: something an ISP has does not do what it should, and what became of that.

The states and words are those of MEF 113 (LSO Sonata trouble ticket). Whose ticket it is is no input
to how urgent it is: `our_priority` comes of what was observed alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

FACTS, NOTE, EXPECTED = "facts", "note", "expected"
"""What a change of a ticket or an incident is about, where it is not its state."""


class TicketState(StrEnum):
    """Where a ticket is."""

    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "inProgress"
    PENDING = "pending"  # the ISP is to say or do something; the clock stands still
    RESOLVED = "resolved"  # the operator says so, and the ISP has not yet
    REOPENED = "reopened"
    ASSESSING_CANCELLATION = "assessingCancellation"
    CLOSED = "closed"
    CANCELLED = "cancelled"


TICKET_ENDED = frozenset({TicketState.CLOSED, TicketState.CANCELLED})
_OPEN = frozenset({TicketState.PENDING, TicketState.RESOLVED, TicketState.ASSESSING_CANCELLATION})

TICKET_BECOMES: Mapping[TicketState, frozenset[TicketState]] = {
    TicketState.ACKNOWLEDGED: _OPEN | {TicketState.IN_PROGRESS},
    TicketState.IN_PROGRESS: _OPEN,
    TicketState.PENDING: (_OPEN | {TicketState.IN_PROGRESS}) - {TicketState.PENDING},
    TicketState.RESOLVED: frozenset({TicketState.CLOSED, TicketState.REOPENED}),
    TicketState.REOPENED: _OPEN | {TicketState.IN_PROGRESS},
    TicketState.ASSESSING_CANCELLATION: frozenset({TicketState.CANCELLED}),
    TicketState.CLOSED: frozenset(),
    TicketState.CANCELLED: frozenset(),
}
"""Where a ticket may go from each state (MEF 113, figure 7)."""


class TicketMove(StrEnum):
    """What is done with a ticket. The ISP closes, reopens and cancels; the rest is the operator's."""

    PROGRESS = "progress"
    ASK = "ask"
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"
    CANCEL = "cancel"
    ASSESS = "assess"


MOVES_WITH_WORDS = (TicketMove.ASK, TicketMove.RESOLVE, TicketMove.REOPEN)
"""Those that say something: the question, the cure, the reason."""


class TicketKind(StrEnum):
    """What it is thought to be."""

    ASSISTANCE = "assistance"
    INFORMATION = "information"
    INSTALLATION = "installation"
    MAINTENANCE = "maintenance"


class Observed(StrEnum):
    """What is seen of the trouble."""

    DEGRADED = "degraded"
    INTERMITTENT = "intermittent"
    DOWN = "down"


class Severity(StrEnum):
    """How much hangs on it."""

    MINOR = "minor"
    MODERATE = "moderate"
    SIGNIFICANT = "significant"
    EXTENSIVE = "extensive"


class Priority(StrEnum):
    """How soon it is to be dealt with."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


PRIORITIES = tuple(Priority)
_WEIGHT = {Observed.DEGRADED: 0, Observed.INTERMITTENT: 1, Observed.DOWN: 2}
RESOLVED_WITHIN: Mapping[Priority, timedelta] = {
    Priority.CRITICAL: timedelta(hours=5),
    Priority.HIGH: timedelta(hours=10),
    Priority.MEDIUM: timedelta(hours=24),
    Priority.LOW: timedelta(hours=72),
}
"""What is promised to everybody alike, from when the ticket was raised."""


def urgency(observed: Observed, severity: Severity) -> Priority:
    """How soon the operator deals with it: of what was observed alone, never of who saw it or how loud they are."""
    weight = _WEIGHT[observed] + tuple(Severity).index(severity)
    return PRIORITIES[(0, 0, 1, 2, 2, 3)[weight]]


class AboutKind(StrEnum):
    """What kind of thing a ticket is about."""

    SERVICE = "service"
    ORDER = "order"
    PRODUCT_ORDER = "productOrder"


@dataclass(frozen=True, slots=True)
class About:
    """The one thing a ticket is about, by its id."""

    kind: AboutKind
    id: str


@dataclass(frozen=True, slots=True)
class NoteWritten:
    """What somebody adds to a ticket or an incident. `author` and `id` are the ISP's own words where it gave some."""

    text: str
    author: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A line of what was said about a ticket or an incident; it is never changed. `number` counts from 1 within it."""

    about: str
    number: int
    at: datetime
    author: str
    from_isp: bool
    text: str
    id: str


@dataclass(frozen=True, slots=True)
class TicketRequest:
    """What an ISP reports.

    `sent` is kept and given back as it came by its own face: contacts, attachments, related issues.
    """

    about: About
    description: str
    kind: TicketKind = TicketKind.MAINTENANCE
    observed: Observed = Observed.DOWN
    severity: Severity = Severity.MODERATE
    priority: Priority = Priority.MEDIUM
    external_id: str = ""
    observed_at: datetime | None = None
    notes: tuple[NoteWritten, ...] = ()
    sent: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket. `severity` and `priority` are the ISP's own, `our_...` the operator's.

    `expected_at` is when the operator means to have it resolved, `resolved_at` when it last said that it is.
    """

    id: str
    isp_code: str
    about: About
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
    resolved_at: datetime | None = None
    ended_at: datetime | None = None
    sent: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TicketChange:
    """What of a ticket's facts is to be changed; None stays as it is."""

    external_id: str | None = None
    observed_at: datetime | None = None
    observed: Observed | None = None
    severity: Severity | None = None
    priority: Priority | None = None
    our_severity: Severity | None = None
    our_priority: Priority | None = None
    expected_at: datetime | None = None
    sent: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class TicketsWanted:
    """Which tickets; None is any. The moments are bounds that a ticket lies strictly between."""

    isp_code: str | None = None
    state: TicketState | None = None
    kind: TicketKind | None = None
    observed: Observed | None = None
    severity: Severity | None = None
    priority: Priority | None = None
    our_severity: Severity | None = None
    our_priority: Priority | None = None
    external_id: str | None = None
    about_kind: AboutKind | None = None
    about_id: str | None = None
    created: tuple[datetime | None, datetime | None] = (None, None)
    expected: tuple[datetime | None, datetime | None] = (None, None)
    resolved: tuple[datetime | None, datetime | None] = (None, None)


@dataclass(frozen=True, slots=True)
class TicketPage:
    """One page of a list, newest first. `next_cursor` is None on the last page."""

    tickets: tuple[Ticket, ...]
    next_cursor: str | None
