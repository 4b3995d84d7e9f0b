"""Incidents in the API: a trouble that many services feel, and what is said of it."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Self, cast

from pydantic import Field, StringConstraints, model_validator

from inventory.errors import UnknownThing
from inventory.plant_errors import CircleInvalid, CircleOutsideBritain, TargetUnclear
from provisioning import errors, front_desk, ticket_errors
from provisioning.incident_desk import IncidentUpdate
from provisioning.incidents import Incident, IncidentKind, IncidentRequest, IncidentState, IncidentsWanted
from provisioning.isps import Principal
from provisioning.policy import Action
from provisioning.tickets import Observed, Priority, Severity
from provisioning.tools import Tools
from web.api.fields import Asked, AskedInQuery, Cursor, Moment, Name, PageSize, Shown
from web.api.operation import Answer, Call, Operation
from web.api.tickets import IssueNoteShown, IssueNotesShown, Words


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


INCIDENT_OPERATIONS = (
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
