"""troubleTicket v4 (MEF 124, requirements in MEF 113): what a buyer reports, and the incidents that hit it."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated, Any, cast

from pydantic import Field

from provisioning import front_desk
from provisioning.policy import Action
from provisioning.sonata_events import TICKET_EVENTS
from provisioning.ticketing import TicketStory
from provisioning.tickets import (
    About,
    AboutKind,
    NoteWritten,
    Observed,
    Priority,
    Severity,
    Ticket,
    TicketChange,
    TicketKind,
    TicketRequest,
    TicketState,
    TicketsWanted,
)
from web.api.fields import Moment
from web.sonata.common import Contact
from web.sonata.faults import Code, refused_at, wrong
from web.sonata.hubs import hub_operations
from web.sonata.incidents import INCIDENT_OPERATIONS
from web.sonata.issues import (
    Attachment,
    IssueRelationship,
    RelatedEntity,
    StatusChange,
    Words,
    WordsNote,
    contact_of,
    note_told,
    read_list,
    reason_of,
    seller_contact,
)
from web.sonata.operation import (
    CREATES,
    LISTS,
    READS_ONE,
    SONATA_ROOT,
    Seller,
    SonataAnswer,
    SonataApi,
    SonataCall,
    SonataOperation,
    href,
)
from web.sonata.payload import PageQuery, Payload, QueryMoment, Text

NAME, VERSION = "troubleTicket", "v4"
ROOT = f"{SONATA_ROOT}/{NAME}/{VERSION}"
REPORTER, SELLER_CONTACT = "reporterContact", "sellerTicketContact"
KINDS: Mapping[str, AboutKind] = {
    "Product": AboutKind.SERVICE,
    "ProductOrder": AboutKind.PRODUCT_ORDER,
    "ProductOrderItem": AboutKind.ORDER,
}
"""`@referredType` of what a ticket can be about."""
TYPES = {kind: name for name, kind in KINDS.items()}
WHERE = {
    AboutKind.SERVICE: f"{SONATA_ROOT}/productInventory/v7/product",
    AboutKind.PRODUCT_ORDER: f"{SONATA_ROOT}/productOrderingManagement/v10/productOrder",
}


class TicketCommon(Payload):
    """TroubleTicket_Common of the standard."""

    description: Words
    observed_impact: Observed
    priority: Priority
    related_contact_information: Annotated[list[Contact], Field(min_length=1, max_length=10)]
    related_entity: Annotated[list[RelatedEntity], Field(min_length=1, max_length=1)]
    severity: Severity
    ticket_type: TicketKind
    attachment: Annotated[list[Attachment], Field(max_length=10)] | None = None
    external_id: Annotated[Text, Field(max_length=64)] | None = None
    issue_start_date: Moment | None = None
    note: Annotated[list[WordsNote], Field(max_length=20)] | None = None
    related_issue: Annotated[list[IssueRelationship], Field(max_length=20)] | None = None


class TicketCreate(TicketCommon):
    """TroubleTicket_Create of the standard."""


class TicketUpdate(Payload):
    """TroubleTicket_Update of the standard. Lists are added to; the contacts are replaced."""

    attachment: Annotated[list[Attachment], Field(max_length=10)] | None = None
    external_id: Annotated[Text, Field(max_length=64)] | None = None
    issue_start_date: Moment | None = None
    observed_impact: Observed | None = None
    note: Annotated[list[WordsNote], Field(max_length=20)] | None = None
    priority: Priority | None = None
    related_contact_information: Annotated[list[Contact], Field(min_length=1, max_length=10)] | None = None
    related_issue: Annotated[list[IssueRelationship], Field(max_length=20)] | None = None
    severity: Severity | None = None


class TicketTold(TicketCommon):
    """TroubleTicket of the standard."""

    id: Text
    href: Text
    creation_date: Moment
    expected_resolution_date: Moment
    resolution_date: Moment | None = None
    seller_priority: Priority
    seller_severity: Severity
    status: TicketState
    status_change: list[StatusChange[TicketState]]


class TicketFound(Payload):
    """TroubleTicket_Find of the standard, which demands a time of resolution and an external id of every ticket."""

    id: Text
    creation_date: Moment
    description: Words
    expected_resolution_date: Moment
    external_id: str
    priority: Priority
    related_entity: list[RelatedEntity]
    observed_impact: Observed
    resolution_date: Moment
    seller_priority: Priority
    seller_severity: Severity
    severity: Severity
    status: TicketState
    ticket_type: TicketKind


class Reason(Payload):
    """Reason of the standard."""

    reason: Words


class TicketsQuery(PageQuery):
    """What listTroubleTicket takes."""

    external_id: Text | None = None
    priority: Priority | None = None
    seller_priority: Priority | None = None
    severity: Severity | None = None
    seller_severity: Severity | None = None
    ticket_type: TicketKind | None = None
    status: TicketState | None = None
    observed_impact: Observed | None = None
    related_entity_id: Text | None = None
    related_entity_type: Text | None = None
    created_after: QueryMoment | None = Field(None, alias="creationDate.gt")
    created_before: QueryMoment | None = Field(None, alias="creationDate.lt")
    expected_after: QueryMoment | None = Field(None, alias="expectedResolutionDate.gt")
    expected_before: QueryMoment | None = Field(None, alias="expectedResolutionDate.lt")
    resolved_after: QueryMoment | None = Field(None, alias="resolutionDate.gt")
    resolved_before: QueryMoment | None = Field(None, alias="resolutionDate.lt")

    def noun(self) -> TicketsWanted:
        kind = KINDS.get(self.related_entity_type or "")
        unknown_type = self.related_entity_type is not None and kind is None
        return TicketsWanted(
            state=self.status,
            kind=self.ticket_type,
            observed=self.observed_impact,
            severity=self.severity,
            priority=self.priority,
            our_severity=self.seller_severity,
            our_priority=self.seller_priority,
            external_id=self.external_id,
            about_kind=kind,
            about_id="" if unknown_type else self.related_entity_id,  # nothing is about what nobody knows
            created=(self.created_after, self.created_before),
            expected=(self.expected_after, self.expected_before),
            resolved=(self.resolved_after, self.resolved_before),
        )


def list_tickets(call: SonataCall) -> SonataAnswer:
    query = cast("TicketsQuery", call.query)
    found, total = front_desk.some_tickets(call.tools, call.who, query.noun(), offset=query.offset, limit=query.at_most)
    return SonataAnswer([found_told(each) for each in found], total)


def create(call: SonataCall) -> SonataAnswer:
    """Raises: PayloadRefused, RefusedAt; see `front_desk.raise_ticket`."""
    body = cast("TicketCreate", call.body)
    _must_say_who_reports(body.related_contact_information)
    [entity] = body.related_entity
    request = TicketRequest(
        about=About(_kind(entity), entity.id),
        description=body.description,
        kind=body.ticket_type,
        observed=body.observed_impact,
        severity=body.severity,
        priority=body.priority,
        external_id=body.external_id or "",
        observed_at=body.issue_start_date,
        notes=tuple(_written(note) for note in body.note or ()),
        sent=_kept(call.sent or {}),
    )
    with refused_at("/relatedEntity/0/id"):
        made = front_desk.raise_ticket(call.tools, call.who, request)
    return _told(call, made.id)


def retrieve(call: SonataCall) -> SonataAnswer:
    return _told(call, call.path["id"])


def patch(call: SonataCall) -> SonataAnswer:
    body, ticket_id = cast("TicketUpdate", call.body), call.path["id"]
    if body.related_contact_information is not None:
        _must_say_who_reports(body.related_contact_information)
    story = front_desk.ticket_story(call.tools, call.who, ticket_id)
    there = {note_told(note).id for note in story.notes}
    notes = tuple(_written(note) for note in body.note or () if note.id not in there)
    change = TicketChange(
        external_id=body.external_id,
        observed_at=body.issue_start_date,
        observed=body.observed_impact,
        severity=body.severity,
        priority=body.priority,
        sent=_added(story.ticket.sent, _kept(call.sent or {})),
    )
    front_desk.change_ticket(call.tools, call.who, ticket_id, change, notes=notes)
    return _told(call, ticket_id)


def cancel(call: SonataCall) -> SonataAnswer:
    front_desk.cancel_ticket(call.tools, call.who, call.path["id"])
    return SonataAnswer(None)


def close(call: SonataCall) -> SonataAnswer:
    front_desk.close_ticket(call.tools, call.who, call.path["id"])
    return SonataAnswer(None)


def reopen(call: SonataCall) -> SonataAnswer:
    body = cast("Reason", call.body)
    front_desk.reopen_ticket(call.tools, call.who, call.path["id"], reason=body.reason)
    return SonataAnswer(None)


def ticket_told(story: TicketStory, seller: Seller) -> TicketTold:
    """A ticket in the standard's words."""
    ticket = story.ticket
    sent = ticket.sent
    return TicketTold(
        id=ticket.id,
        href=href(ROOT, "troubleTicket", ticket.id),
        description=ticket.description,
        observed_impact=ticket.observed,
        priority=ticket.priority,
        seller_priority=ticket.our_priority,
        severity=ticket.severity,
        seller_severity=ticket.our_severity,
        ticket_type=ticket.kind,
        status=ticket.state,
        status_change=[
            StatusChange[TicketState](status=TicketState(each.now), change_date=each.at, change_reason=reason_of(each))
            for each in story.changes
        ],
        external_id=ticket.external_id or None,
        issue_start_date=ticket.observed_at,
        creation_date=ticket.created_at,
        expected_resolution_date=ticket.expected_at,
        resolution_date=ticket.resolved_at,
        related_entity=[_entity(ticket)],
        related_contact_information=[*_contacts(ticket), seller_contact(seller, SELLER_CONTACT)],
        attachment=read_list(Attachment, sent.get("attachment")) or None,
        related_issue=read_list(IssueRelationship, sent.get("relatedIssue")) or None,
        note=[note_told(note) for note in story.notes] or None,
    )


def found_told(ticket: Ticket) -> TicketFound:
    """A ticket in a list. One that is not resolved shows when it is expected to be: `status` says which it is."""
    return TicketFound(
        id=ticket.id,
        creation_date=ticket.created_at,
        description=ticket.description,
        expected_resolution_date=ticket.expected_at,
        external_id=ticket.external_id,
        priority=ticket.priority,
        related_entity=[_entity(ticket)],
        observed_impact=ticket.observed,
        resolution_date=ticket.resolved_at or ticket.expected_at,
        seller_priority=ticket.our_priority,
        seller_severity=ticket.our_severity,
        severity=ticket.severity,
        status=ticket.state,
        ticket_type=ticket.kind,
    )


def _told(call: SonataCall, ticket_id: str) -> SonataAnswer:
    return SonataAnswer(ticket_told(front_desk.ticket_story(call.tools, call.who, ticket_id), call.seller))


def _kind(entity: RelatedEntity) -> AboutKind:
    """Raises: PayloadRefused."""
    if entity.referred_type not in KINDS:
        raise wrong(Code.INVALID_VALUE, "/relatedEntity/0/@referredType", f"it is one of {', '.join(KINDS)}")
    return KINDS[entity.referred_type]


def _entity(ticket: Ticket) -> RelatedEntity:
    root = WHERE.get(ticket.about.kind)
    return RelatedEntity(
        referred_type=TYPES[ticket.about.kind],
        id=ticket.about.id,
        role="affected",
        href=None if root is None else href(root, ticket.about.id),
    )


def _contacts(ticket: Ticket) -> list[Contact]:
    return read_list(Contact, ticket.sent.get("relatedContactInformation")) or [contact_of(ticket.raised_by, REPORTER)]


def _must_say_who_reports(contacts: list[Contact]) -> None:
    """Raises: PayloadRefused."""
    if not any(each.role == REPORTER for each in contacts):
        raise wrong(Code.MISSING_PROPERTY, "/relatedContactInformation", f"one of them has the role {REPORTER}")


def _written(note: WordsNote) -> NoteWritten:
    return NoteWritten(note.text, note.author[:64], note.id[:64])


KEPT = ("relatedContactInformation", "attachment", "relatedIssue")


def _kept(sent: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept as it came, to be told again."""
    return {name: sent[name] for name in KEPT if sent.get(name)}


def _added(before: Mapping[str, Any], sent: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What is kept after an update: contacts in place of those before, the rest added to it. None: as before."""
    if not sent:
        return None
    more = {name: [*before.get(name, ()), *sent[name]] for name in ("attachment", "relatedIssue") if name in sent}
    return {**before, **sent, **more}


def _done(name: str, path: str, summary: str, handler: Callable[[SonataCall], SonataAnswer]) -> SonataOperation:
    refuses = CREATES | {HTTPStatus.NOT_FOUND}
    return SonataOperation(
        name,
        "POST",
        path,
        summary,
        handler,
        None,
        refuses,
        status=HTTPStatus.NO_CONTENT,
        body=None,
        action=Action.RAISE_TICKETS,
    )


TICKETS = SonataApi(
    NAME,
    VERSION,
    "troubleTicket/troubleTicketManagement.api.yaml",
    (
        SonataOperation(
            "listTroubleTicket",
            "GET",
            "/troubleTicket",
            "Your tickets",
            list_tickets,
            TicketFound,
            LISTS,
            many=True,
            query=TicketsQuery,
            action=Action.READ_TICKETS,
        ),
        SonataOperation(
            "createTroubleTicket",
            "POST",
            "/troubleTicket",
            "Report an issue",
            create,
            TicketTold,
            CREATES,
            body=TicketCreate,
            action=Action.RAISE_TICKETS,
            status=HTTPStatus.CREATED,
        ),
        SonataOperation(
            "retrieveTroubleTicket",
            "GET",
            "/troubleTicket/{id}",
            "One ticket",
            retrieve,
            TicketTold,
            READS_ONE,
            action=Action.READ_TICKETS,
        ),
        SonataOperation(
            "patchTroubleTicket",
            "PATCH",
            "/troubleTicket/{id}",
            "Add to a ticket, or correct it",
            patch,
            TicketTold,
            READS_ONE | {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY},
            body=TicketUpdate,
            action=Action.RAISE_TICKETS,
        ),
        _done("cancelTroubleTicket", "/troubleTicket/{id}/cancel", "Nothing need be done", cancel),
        _done("closeTroubleTicket", "/troubleTicket/{id}/close", "It is resolved", close),
        SonataOperation(
            "reopenTroubleTicket",
            "POST",
            "/troubleTicket/{id}/reopen",
            "It is not resolved",
            reopen,
            None,
            CREATES | {HTTPStatus.NOT_FOUND},
            body=Reason,
            action=Action.RAISE_TICKETS,
            status=HTTPStatus.NO_CONTENT,
        ),
        *INCIDENT_OPERATIONS,
        *hub_operations(NAME, TICKET_EVENTS, reads=True),
    ),
)
