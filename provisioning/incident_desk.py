"""Incidents: the front desk's part. The operator opens, updates and closes; ISPs that are hit read.

What an incident hits is named service by service, or taken from what a cut of the plant would hit.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from provisioning.changes import STATE, ChangeKind, StateChange
from provisioning.deeds import acts
from provisioning.errors import WrongState
from provisioning.incidents import (
    AffectedService,
    Incident,
    IncidentPage,
    IncidentRequest,
    IncidentState,
    IncidentsWanted,
)
from provisioning.isps import Principal
from provisioning.policy import Action, must
from provisioning.questions.cut import what_is_cut
from provisioning.references import new_incident_id
from provisioning.services import SERVICE_ENDED
from provisioning.store.work import UnitOfWork
from provisioning.ticket_errors import NothingAffected
from provisioning.ticketing import must_be_words
from provisioning.tickets import Note, urgency
from provisioning.tools import Tools


@dataclass(frozen=True, slots=True)
class IncidentStory:
    """An incident with all that was said about it and every change of its state, oldest first."""

    incident: Incident
    notes: tuple[Note, ...]
    changes: tuple[StateChange, ...]


@dataclass(frozen=True, slots=True)
class IncidentUpdate:
    """What the operator says of an incident later. What is left out stays."""

    note: str | None = None
    expected_at: datetime | None = None
    services: tuple[str, ...] = ()


@acts("open an incident")
def open_incident(tools: Tools, who: Principal, request: IncidentRequest) -> Incident:
    """Tell every ISP that has one of these services of one trouble.

    Raises: Forbidden, RequestInvalid, UnknownService, NothingAffected; see `what_is_cut` for what is cut.
    """
    must(who, Action.WORK_ON_TICKETS)
    must_be_words("description", request.description)
    ids = [*request.services, *_hit_by(tools, who, request.cut)]
    with tools.open_unit_of_work(by=who.user_name) as work:
        services = tuple(_affected(work, ids))
        if not services:
            raise NothingAffected(request.cut)
        made = _incident(request, who, services, tools.now())
        work.incidents.add(made)
        work.commit()
    return made


@acts("update an incident", "incident", "incident_id")
def update_incident(tools: Tools, who: Principal, incident_id: str, update: IncidentUpdate) -> Incident:
    """Say how it goes; it is in progress from the first word on.

    Raises: Forbidden, RequestInvalid, UnknownIncident, UnknownService, WrongState (it is closed).
    """
    must(who, Action.WORK_ON_TICKETS)
    if update.note is not None:
        must_be_words("note", update.note)
    with tools.open_unit_of_work(by=who.user_name) as work:
        found = work.incidents.get(incident_id)
        if found.state is IncidentState.CLOSED:
            raise WrongState("incident", incident_id, found.state, "updated")
        if found.state is IncidentState.CREATED:
            work.incidents.set_state(incident_id, IncidentState.IN_PROGRESS, update.note or "")
        work.incidents.add_services(incident_id, tuple(_affected(work, update.services)))
        if update.expected_at is not None:
            work.incidents.expect(incident_id, update.expected_at)
        if update.note is not None:
            work.incidents.add_note(_note(incident_id, update.note, who, tools.now()))
        found = work.incidents.get(incident_id)
        work.commit()
    return found


@acts("close an incident", "incident", "incident_id")
def close_incident(tools: Tools, who: Principal, incident_id: str, *, how: str) -> Incident:
    """Say that it is over, and how. Raises: Forbidden, RequestInvalid, UnknownIncident, WrongState."""
    must(who, Action.WORK_ON_TICKETS)
    must_be_words("how", how)
    with tools.open_unit_of_work(by=who.user_name) as work:
        work.incidents.set_state(incident_id, IncidentState.CLOSED, how)
        work.incidents.add_note(_note(incident_id, how, who, tools.now()))
        found = work.incidents.get(incident_id)
        work.commit()
    return found


def incident(tools: Tools, who: Principal, incident_id: str) -> Incident:
    """Raises: UnknownIncident, also where it hits nothing of the ISP that asks."""
    must(who, Action.READ_TICKETS)
    with tools.open_unit_of_work(reading=True) as work:
        return work.incidents.get(incident_id, who.isp_code)


def incident_story(tools: Tools, who: Principal, incident_id: str) -> IncidentStory:
    """An incident with what was said and what changed, as the reader may know it. Raises: UnknownIncident."""
    must(who, Action.READ_TICKETS)
    with tools.open_unit_of_work(reading=True) as work:
        found = work.incidents.get(incident_id, who.isp_code)
        told = [each for each in work.changes.of(ChangeKind.INCIDENT, incident_id) if each.about == STATE]
        own = tuple(each for each in told if each.isp_code == found.isps[0])  # each ISP is told the same
        return IncidentStory(found, work.incidents.notes(incident_id), own)


def incident_notes(tools: Tools, who: Principal, incident_id: str) -> tuple[Note, ...]:
    """What the operator said of it, oldest first. Raises: UnknownIncident."""
    must(who, Action.READ_TICKETS)
    with tools.open_unit_of_work(reading=True) as work:
        return work.incidents.notes(work.incidents.get(incident_id, who.isp_code).id)


def incidents(
    tools: Tools,
    who: Principal,
    wanted: IncidentsWanted | None = None,
    *,
    cursor: str | None = None,
    limit: int = 50,
) -> IncidentPage:
    """One page of incidents, newest first: those that hit the ISP that asks; the operator's people see all.

    Raises: CursorInvalid.
    """
    must(who, Action.READ_TICKETS)
    with tools.open_unit_of_work(reading=True) as work:
        return work.incidents.page(_seen_by(who, wanted), cursor, limit)


def some_incidents(
    tools: Tools, who: Principal, wanted: IncidentsWanted, *, offset: int, limit: int
) -> tuple[tuple[Incident, ...], int]:
    """The same by offset, with how many there are in all."""
    must(who, Action.READ_TICKETS)
    with tools.open_unit_of_work(reading=True) as work:
        return work.incidents.some(_seen_by(who, wanted), offset, limit)


def _seen_by(who: Principal, wanted: IncidentsWanted | None) -> IncidentsWanted:
    asked = wanted or IncidentsWanted()
    return asked if who.isp_code is None else replace(asked, isp_code=who.isp_code)


def _hit_by(tools: Tools, who: Principal, cut: str | None) -> tuple[str, ...]:
    if cut is None:
        return ()
    return tuple(hit.id for hit in what_is_cut(tools, who, cut, ways=0).impact.services)


def _affected(work: UnitOfWork, service_ids: Iterable[str]) -> Iterable[AffectedService]:
    """Each service once, those that have ended left out. Raises: UnknownService."""
    for service_id in dict.fromkeys(service_ids):
        found = work.services.get(service_id)
        if found.state not in SERVICE_ENDED:
            yield AffectedService(found.id, found.isp_code)


def _incident(
    request: IncidentRequest, who: Principal, services: tuple[AffectedService, ...], now: datetime
) -> Incident:
    return Incident(
        id=new_incident_id(),
        kind=request.kind,
        description=request.description,
        observed=request.observed,
        severity=request.severity,
        priority=urgency(request.observed, request.severity),
        state=IncidentState.CREATED,
        started_at=request.started_at or now,
        created_at=now,
        updated_at=now,
        expected_at=request.expected_at,
        closed_at=None,
        opened_by=who.user_name,
        services=services,
    )


def _note(incident_id: str, text: str, who: Principal, now: datetime) -> Note:
    return Note(incident_id, 0, now, who.user_name, from_isp=False, text=text, id="")
