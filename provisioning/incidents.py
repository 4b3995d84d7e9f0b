"""Incidents: one trouble of the network that many services feel, told to every ISP that has one of them.

The words are those of MEF 113 (LSO Sonata incident). An ISP sees the incidents that hit a service of
its own, and of what they hit its own services alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from provisioning.tickets import Observed, Priority, Severity


class IncidentState(StrEnum):
    """Where an incident is."""

    CREATED = "created"
    IN_PROGRESS = "inProgress"
    CLOSED = "closed"


INCIDENT_BECOMES: Mapping[IncidentState, frozenset[IncidentState]] = {
    IncidentState.CREATED: frozenset({IncidentState.IN_PROGRESS, IncidentState.CLOSED}),
    IncidentState.IN_PROGRESS: frozenset({IncidentState.CLOSED}),
    IncidentState.CLOSED: frozenset(),
}
"""Where an incident may go from each state."""


class IncidentKind(StrEnum):
    """What it is."""

    MAINTENANCE = "maintenance"
    REPAIR = "repair"
    INSTALLATION = "installation"


@dataclass(frozen=True, slots=True)
class AffectedService:
    """A service that an incident hits, and whose it is."""

    service_id: str
    isp_code: str


@dataclass(frozen=True, slots=True)
class IncidentRequest:
    """What the operator tells of. `cut` names what is cut, as `neutralhost cut` takes it; its services are added."""

    description: str
    services: tuple[str, ...] = ()
    cut: str | None = None
    kind: IncidentKind = IncidentKind.REPAIR
    observed: Observed = Observed.DOWN
    severity: Severity = Severity.SIGNIFICANT
    started_at: datetime | None = None
    expected_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident, with the services it hits that the reader may know of."""

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
    opened_by: str
    services: tuple[AffectedService, ...]

    @property
    def isps(self) -> tuple[str, ...]:
        """The ISPs that are hit, each once, in order."""
        return tuple(sorted({each.isp_code for each in self.services}))


@dataclass(frozen=True, slots=True)
class IncidentsWanted:
    """Which incidents; None is any. The moments are bounds that an incident lies strictly between."""

    isp_code: str | None = None
    state: IncidentState | None = None
    kind: IncidentKind | None = None
    observed: Observed | None = None
    severity: Severity | None = None
    priority: Priority | None = None
    service_id: str | None = None
    created: tuple[datetime | None, datetime | None] = (None, None)
    started: tuple[datetime | None, datetime | None] = (None, None)
    expected: tuple[datetime | None, datetime | None] = (None, None)
    closed: tuple[datetime | None, datetime | None] = (None, None)


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """One page of a list, newest first. `next_cursor` is None on the last page."""

    incidents: tuple[Incident, ...]
    next_cursor: str | None
