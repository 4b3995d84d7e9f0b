"""Incidents, the services they hit and what was said about them, in the database."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, insert, select, update
from sqlalchemy.orm import Session

from provisioning.changes import ChangeKind
from provisioning.errors import WrongState
from provisioning.incidents import (
    INCIDENT_BECOMES,
    AffectedService,
    Incident,
    IncidentKind,
    IncidentPage,
    IncidentState,
    IncidentsWanted,
)
from provisioning.store.keys import can_be_key
from provisioning.store.listing import conditions, one_page, one_slice
from provisioning.store.order_work import Changes
from provisioning.store.ticket_tables import incident_services, incidents
from provisioning.store.tickets import notes_about, write_note
from provisioning.ticket_errors import UnknownIncident
from provisioning.tickets import EXPECTED, NOTE, Note, Observed, Priority, Severity


class StoredIncidents:
    """Implements `work.Incidents`."""

    def __init__(self, session: Session, now: Callable[[], datetime], changes: Changes) -> None:
        self._session = session
        self._now = now
        self._changes = changes

    def add(self, incident: Incident) -> None:
        row = {each.name: getattr(incident, each.name) for each in fields(incident) if each.name != "services"}
        self._session.execute(insert(incidents).values(row))
        self._add_services(incident.id, incident.services)
        self._tell(incident, "", incident.description)

    def get(self, incident_id: str, isp_code: str | None = None) -> Incident:
        if can_be_key(incident_id):
            found = self._session.execute(select(incidents).where(incidents.c.id == incident_id)).first()
            affected = self._affected([incident_id], isp_code).get(incident_id, ())
            if found is not None and (isp_code is None or affected):
                return _incident_of(found, affected)
        raise UnknownIncident(incident_id)

    def set_state(self, incident_id: str, state: IncidentState, why: str = "") -> None:
        found, now, kept = self.get(incident_id), self._now(), incidents.c
        closed = {"closed_at": now} if state is IncidentState.CLOSED else {}
        changed = update(incidents).where(kept.id == incident_id, kept.state == found.state).returning(kept.id)
        values = {"state": state, "updated_at": now} | closed
        allowed = state in INCIDENT_BECOMES[found.state]
        if not allowed or self._session.execute(changed.values(values)).first() is None:
            raise WrongState("incident", incident_id, self.get(incident_id).state, state)
        self._tell(self.get(incident_id), found.state, why)

    def expect(self, incident_id: str, expected_at: datetime) -> None:
        self._touch(incident_id, {"expected_at": expected_at})
        self._tell_more(self.get(incident_id), EXPECTED, f"expected to be over by {expected_at:%Y-%m-%d %H:%M %Z}")

    def add_services(self, incident_id: str, services: Sequence[AffectedService]) -> None:
        self._touch(incident_id, {})  # two writers of one incident wait for each other here
        before = self.get(incident_id)
        new = tuple(each for each in services if each not in before.services)
        self._add_services(incident_id, new)
        told = {each.isp_code for each in before.services}
        self._tell(replace(before, services=tuple(each for each in new if each.isp_code not in told)), "", "")

    def add_note(self, note: Note) -> None:
        self._touch(note.about, {})
        write_note(self._session, note)
        self._tell_more(self.get(note.about), NOTE, note.text)

    def _tell(self, incident: Incident, was: str, why: str) -> None:
        """Once to each ISP that is hit."""
        for isp_code in incident.isps:
            self._changes.record(ChangeKind.INCIDENT, incident.id, isp_code, was, incident.state, why)

    def _tell_more(self, incident: Incident, about: str, why: str) -> None:
        same = (incident.state, incident.state)
        for isp_code in incident.isps:
            self._changes.record(ChangeKind.INCIDENT, incident.id, isp_code, *same, why, about=about)

    def notes(self, incident_id: str) -> tuple[Note, ...]:
        return notes_about(self._session, incident_id)

    def page(self, wanted: IncidentsWanted, cursor: str | None, limit: int) -> IncidentPage:
        kept = incidents.c
        rows, behind = one_page(self._session, _query(wanted), kept.created_at, kept.id, cursor, limit)
        return IncidentPage(self._whole(rows, wanted.isp_code), behind)

    def some(self, wanted: IncidentsWanted, offset: int, limit: int) -> tuple[tuple[Incident, ...], int]:
        kept = incidents.c
        rows, total = one_slice(self._session, _query(wanted), kept.created_at, kept.id, offset, limit)
        return self._whole(rows, wanted.isp_code), total

    def _whole(self, rows: Sequence[Row[Any]], isp_code: str | None) -> tuple[Incident, ...]:
        affected = self._affected([row.id for row in rows], isp_code)
        return tuple(_incident_of(row, affected.get(row.id, ())) for row in rows)

    def _affected(self, ids: Sequence[str], isp_code: str | None) -> Mapping[str, tuple[AffectedService, ...]]:
        kept = incident_services.c
        query = select(incident_services).where(kept.incident_id.in_(ids)).order_by(kept.isp_code, kept.service_id)
        if isp_code is not None:
            query = query.where(kept.isp_code == isp_code)
        found: dict[str, tuple[AffectedService, ...]] = {}
        for row in self._session.execute(query):
            found[row.incident_id] = (*found.get(row.incident_id, ()), AffectedService(row.service_id, row.isp_code))
        return found

    def _add_services(self, incident_id: str, services: Iterable[AffectedService]) -> None:
        rows = [
            {"incident_id": incident_id, "service_id": each.service_id, "isp_code": each.isp_code} for each in services
        ]
        if rows:
            self._session.execute(insert(incident_services), rows)

    def _touch(self, incident_id: str, changes: Mapping[str, Any]) -> None:
        changed = update(incidents).where(incidents.c.id == incident_id).values({**changes, "updated_at": self._now()})
        if self._session.execute(changed.returning(incidents.c.id)).first() is None:
            raise UnknownIncident(incident_id)


def _query(wanted: IncidentsWanted) -> Select[Any]:
    kept, hit = incidents.c, incident_services.c
    equal = {kept[name]: getattr(wanted, name) for name in ("state", "kind", "observed", "severity", "priority")}
    between = {
        kept.created_at: wanted.created,
        kept.started_at: wanted.started,
        kept.expected_at: wanted.expected,
        kept.closed_at: wanted.closed,
    }
    query = select(incidents).where(*conditions(equal, between))
    whose = conditions({hit.isp_code: wanted.isp_code, hit.service_id: wanted.service_id}, {})
    return query.where(kept.id.in_(select(hit.incident_id).where(*whose))) if whose else query


def _incident_of(row: Row[Any], services: tuple[AffectedService, ...]) -> Incident:
    return Incident(
        id=row.id,
        kind=IncidentKind(row.kind),
        description=row.description,
        observed=Observed(row.observed),
        severity=Severity(row.severity),
        priority=Priority(row.priority),
        state=IncidentState(row.state),
        started_at=row.started_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
        expected_at=row.expected_at,
        closed_at=row.closed_at,
        opened_by=row.opened_by,
        services=services,
    )
