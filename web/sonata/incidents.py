"""Incidents of troubleTicket v4 (MEF 124): what hits a buyer's products, told by us."""

from typing import Annotated, cast

from pydantic import Field

from provisioning import front_desk
from provisioning.incident_desk import IncidentStory
from provisioning.incidents import Incident, IncidentKind, IncidentState, IncidentsWanted
from provisioning.policy import Action
from provisioning.tickets import Observed, Priority, Severity
from web.api.fields import Moment
from web.sonata.common import Contact
from web.sonata.issues import RelatedEntity, StatusChange, Words, WordsNote, note_told, reason_of, seller_contact
from web.sonata.operation import (
    LISTS,
    READS_ONE,
    SONATA_ROOT,
    Seller,
    SonataAnswer,
    SonataCall,
    SonataOperation,
    href,
)
from web.sonata.payload import PageQuery, Payload, QueryMoment, Text

ROOT = f"{SONATA_ROOT}/troubleTicket/v4"
PRODUCTS = f"{SONATA_ROOT}/productInventory/v7/product"
CONTACT_ROLE = "sellerTechnicalContact"


class IncidentFound(Payload):
    """Incident_Find of the standard."""

    id: Text
    href: Text
    creation_date: Moment
    situation_start_date: Moment
    description: Words
    impact: Observed
    incident_type: IncidentKind
    priority: Priority
    severity: Severity
    status: IncidentState
    related_entity: Annotated[list[RelatedEntity], Field(min_length=1)]
    expected_closed_date: Moment | None = None
    closed_date: Moment | None = None


class IncidentTold(IncidentFound):
    """Incident of the standard."""

    related_contact_information: list[Contact]
    status_change: list[StatusChange[IncidentState]]
    note: list[WordsNote] | None = None


class IncidentsQuery(PageQuery):
    """What listIncident takes."""

    priority: Priority | None = None
    severity: Severity | None = None
    impact: Observed | None = None
    incident_type: IncidentKind | None = None
    status: IncidentState | None = None
    related_entity_id: Text | None = None
    related_entity_type: Text | None = None
    created_after: QueryMoment | None = Field(None, alias="creationDate.gt")
    created_before: QueryMoment | None = Field(None, alias="creationDate.lt")
    started_after: QueryMoment | None = Field(None, alias="situationStartDate.gt")
    started_before: QueryMoment | None = Field(None, alias="situationStartDate.lt")
    expected_after: QueryMoment | None = Field(None, alias="expectedClosedDate.gt")
    expected_before: QueryMoment | None = Field(None, alias="expectedClosedDate.lt")
    closed_after: QueryMoment | None = Field(None, alias="closedDate.gt")
    closed_before: QueryMoment | None = Field(None, alias="closedDate.lt")

    def noun(self) -> IncidentsWanted:
        is_product = self.related_entity_type in {None, "Product"}
        return IncidentsWanted(
            state=self.status,
            kind=self.incident_type,
            observed=self.impact,
            severity=self.severity,
            priority=self.priority,
            service_id=self.related_entity_id if is_product else "",  # incidents hit products alone
            created=(self.created_after, self.created_before),
            started=(self.started_after, self.started_before),
            expected=(self.expected_after, self.expected_before),
            closed=(self.closed_after, self.closed_before),
        )


def list_incidents(call: SonataCall) -> SonataAnswer:
    query = cast("IncidentsQuery", call.query)
    found, total = front_desk.some_incidents(
        call.tools, call.who, query.noun(), offset=query.offset, limit=query.at_most
    )
    return SonataAnswer([found_told(each) for each in found], total)


def retrieve(call: SonataCall) -> SonataAnswer:
    return SonataAnswer(incident_told(front_desk.incident_story(call.tools, call.who, call.path["id"]), call.seller))


def found_told(incident: Incident) -> IncidentFound:
    """An incident in a list, with the buyer's own products of those it hits."""
    return IncidentFound(**_facts(incident))  # type: ignore[arg-type]  # the names are those of the fields


def incident_told(story: IncidentStory, seller: Seller) -> IncidentTold:
    """An incident in the standard's words."""
    return IncidentTold(
        **_facts(story.incident),  # type: ignore[arg-type]  # the names are those of the fields
        related_contact_information=[seller_contact(seller, CONTACT_ROLE)],
        status_change=[
            StatusChange[IncidentState](
                status=IncidentState(each.now), change_date=each.at, change_reason=reason_of(each)
            )
            for each in story.changes
        ],
        note=[note_told(note) for note in story.notes] or None,
    )


def _facts(incident: Incident) -> dict[str, object]:
    return {
        "id": incident.id,
        "href": href(ROOT, "incident", incident.id),
        "creation_date": incident.created_at,
        "situation_start_date": incident.started_at,
        "description": incident.description,
        "impact": incident.observed,
        "incident_type": incident.kind,
        "priority": incident.priority,
        "severity": incident.severity,
        "status": incident.state,
        "related_entity": [_entity(each.service_id) for each in incident.services],
        "expected_closed_date": incident.expected_at,
        "closed_date": incident.closed_at,
    }


def _entity(service_id: str) -> RelatedEntity:
    return RelatedEntity(referred_type="Product", id=service_id, role="affected", href=href(PRODUCTS, service_id))


INCIDENT_OPERATIONS = (
    SonataOperation(
        "listIncident",
        "GET",
        "/incident",
        "Incidents that hit your products",
        list_incidents,
        IncidentFound,
        LISTS,
        many=True,
        query=IncidentsQuery,
        action=Action.READ_TICKETS,
    ),
    SonataOperation(
        "retrieveIncident",
        "GET",
        "/incident/{id}",
        "One incident",
        retrieve,
        IncidentTold,
        READS_ONE,
        action=Action.READ_TICKETS,
    ),
)
