"""`neutralhost incident ...`: one trouble of the network, told to every ISP that feels it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from provisioning import front_desk
from provisioning.cli.house import open_house
from provisioning.cli.output import Output, Sheet, current_output, sheet
from provisioning.cli.ticket import print_notes
from provisioning.cli.words import moment
from provisioning.front_desk import SYSTEM
from provisioning.incident_desk import IncidentUpdate
from provisioning.incidents import Incident, IncidentKind, IncidentRequest, IncidentState, IncidentsWanted
from provisioning.tickets import Observed, Severity


def open_incident(
    description: str,
    services: Sequence[str],
    cut: str | None,
    kind: str,
    observed: str,
    severity: str,
    started_at: datetime | None,
    expected_at: datetime | None,
) -> None:
    output = current_output()
    request = IncidentRequest(
        description=description,
        services=tuple(services),
        cut=cut,
        kind=IncidentKind(kind),
        observed=Observed(observed),
        severity=Severity(severity),
        started_at=_in_utc(started_at),
        expected_at=_in_utc(expected_at),
    )
    with open_house() as house:
        made = front_desk.open_incident(house.tools, SYSTEM, request)
    output.answer({"incident": made}, lambda: print_incident(made, output))


def update(incident_id: str, note: str | None, services: Sequence[str], expected_at: datetime | None) -> None:
    output = current_output()
    said = IncidentUpdate(note, _in_utc(expected_at), tuple(services))
    with open_house() as house:
        changed = front_desk.update_incident(house.tools, SYSTEM, incident_id, said)
    output.answer({"incident": changed}, lambda: output.say(f"Incident {changed.id} is {changed.state.value}."))


def close(incident_id: str, how: str) -> None:
    output = current_output()
    with open_house() as house:
        closed = front_desk.close_incident(house.tools, SYSTEM, incident_id, how=how)
    output.answer({"incident": closed}, lambda: output.say(f"Incident {closed.id} is {closed.state.value}."))


def list_incidents(state: str | None, service_id: str | None, limit: int, cursor: str | None) -> None:
    output = current_output()
    wanted = IncidentsWanted(state=None if state is None else IncidentState(state), service_id=service_id)
    with open_house() as house:
        page = front_desk.incidents(house.tools, SYSTEM, wanted, cursor=cursor, limit=limit)
    output.answer(page, lambda: output.table(incidents_sheet(page.incidents)))
    if page.next_cursor:
        output.say(f"More with --cursor {page.next_cursor}", style="dim")


def show(incident_id: str) -> None:
    output = current_output()
    with open_house() as house:
        found = front_desk.incident(house.tools, SYSTEM, incident_id)
        notes = front_desk.incident_notes(house.tools, SYSTEM, incident_id)

    def people() -> None:
        print_incident(found, output)
        print_notes(notes, output)

    output.answer({"incident": found, "notes": notes}, people)


def incidents_sheet(incidents: Sequence[Incident]) -> Sheet:
    """Return incidents as a table."""
    rows = (
        (
            each.id,
            each.state.value,
            each.observed.value,
            each.priority.value,
            str(len(each.services)),
            str(len(each.isps)),
            moment(each.started_at),
            each.description.split("\n")[0],
        )
        for each in incidents
    )
    counted = ("services", "isps")
    return sheet(("incident", "state", "observed", "priority", *counted, "began", "what"), rows, right=counted)


def print_incident(incident: Incident, output: Output) -> None:
    """Print one incident's facts."""
    output.facts(
        (
            ("incident", incident.id),
            ("state", incident.state.value),
            ("what", incident.description),
            ("kind", incident.kind.value),
            ("observed", incident.observed.value),
            ("severity", incident.severity.value),
            ("priority", incident.priority.value),
            ("services", ", ".join(each.service_id for each in incident.services)),
            ("isps", ", ".join(incident.isps)),
            ("opened by", incident.opened_by),
            ("began", moment(incident.started_at)),
            ("expected", moment(incident.expected_at)),
            ("closed", moment(incident.closed_at)),
        )
    )


def _in_utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.replace(tzinfo=UTC)
