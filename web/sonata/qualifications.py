"""productOfferingQualification v7 (MEF 87): can this be delivered there? Answers are kept and hold nothing."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Any, cast

from pydantic import Field

from inventory.confidence import Confidence
from provisioning import front_desk
from provisioning.catalogue import Catalogue
from provisioning.changes import ChangeKind
from provisioning.offering_qualifications import (
    AskState,
    OfferingQualification,
    QualificationsWanted,
    QualifiedItem,
)
from provisioning.policy import Action
from provisioning.qualifying import QualificationsAsked
from web.api.fields import Moment
from web.sonata.asked_items import asked_items
from web.sonata.common import (
    Contact,
    Duration,
    ItemRelationship,
    ProductAction,
    Ref,
    TerminationError,
    TimeUnit,
)
from web.sonata.configurations import Configuration
from web.sonata.faults import refused_at
from web.sonata.hubs import hub_operations
from web.sonata.operation import CREATES, LISTS, READS_ONE, SonataAnswer, SonataApi, SonataCall, SonataOperation
from web.sonata.payload import PageQuery, Payload, QueryMoment, Text
from web.sonata.products import ProductSent
from web.sonata.told_products import told_configuration

NAME, VERSION = "productOfferingQualification", "v7"
ITEMS = "/productOfferingQualificationItem"


class PoqState(StrEnum):
    """MEFPOQTaskStateType of the standard."""

    ACKNOWLEDGED = "acknowledged"
    TERMINATED = "terminatedWithError"
    IN_PROGRESS = "inProgress"
    UNABLE_TO_PROVIDE = "done.unableToProvide"
    READY = "done.ready"


class PoqItemCreate(Payload):
    """ProductOfferingQualificationItem_Create of the standard."""

    id: Text
    action: ProductAction
    product: ProductSent
    qualification_item_relationship: list[ItemRelationship] | None = None
    related_contact_information: list[Contact] | None = None


class PoqCreate(Payload):
    """ProductOfferingQualification_Create of the standard."""

    related_contact_information: Annotated[list[Contact], Field(min_length=1)]
    product_offering_qualification_item: Annotated[list[PoqItemCreate], Field(min_length=1)]
    external_id: Text | None = None
    project_id: Text | None = None
    instant_sync_qualification: bool = False
    provide_alternative: bool = False
    requested_poq_completion_date: Moment | None = None


class ItemStateChange(Payload):
    """MEFPOQItemStateChange of the standard."""

    change_date: Moment
    state: AskState


class StateChange(Payload):
    """MEFPOQStateChange of the standard."""

    change_date: Moment
    state: PoqState


class AlternateProduct(Payload):
    """MEFAlternateProduct of the standard."""

    product_offering: Ref
    product_configuration: Configuration


class Alternate(Payload):
    """AlternateProductOfferingProposal of the standard."""

    id: Text
    installation_interval: Duration
    alternate_product: AlternateProduct


class PoqItem(PoqItemCreate):
    """ProductOfferingQualificationItem of the standard."""

    state: AskState
    state_change: list[ItemStateChange] | None = None
    serviceability_confidence: Confidence | None = None
    serviceability_confidence_reason: str | None = None
    installation_interval: Duration | None = None
    alternate_product_offering_proposal: list[Alternate] | None = None
    termination_error: list[TerminationError] | None = None


class Poq(Payload):
    """ProductOfferingQualification of the standard."""

    id: Text
    href: Text
    state: PoqState
    state_change: list[StateChange]
    related_contact_information: list[Contact]
    product_offering_qualification_item: list[PoqItem]
    external_id: Text | None = None
    project_id: Text | None = None
    instant_sync_qualification: bool = False
    provide_alternative: bool = False
    requested_poq_completion_date: Moment | None = None
    effective_qualification_date: Moment | None = None


class PoqFound(Payload):
    """ProductOfferingQualification_Find of the standard."""

    id: Text
    state: PoqState
    external_id: Text | None = None
    project_id: Text | None = None


class PoqQuery(PageQuery):
    """Which qualifications, newest first."""

    state: PoqState | None = None
    external_id: Text | None = None
    project_id: Text | None = None
    requested_after: Annotated[QueryMoment | None, Field(validation_alias="requestedPOQCompletionDate.gt")] = None
    requested_before: Annotated[QueryMoment | None, Field(validation_alias="requestedPOQCompletionDate.lt")] = None


def create(call: SonataCall) -> SonataAnswer:
    """Raises: PayloadRefused and what the front desk does, with the place in the body."""
    body = cast("PoqCreate", call.body)
    items = asked_items(call, [(each.id, each.action, each.product) for each in _items(body)], ITEMS)
    asked = QualificationsAsked(
        items={key: asked.request(0) for key, asked in items.items()},
        at_once=body.instant_sync_qualification,
        alternatives=body.provide_alternative,
        external_id=body.external_id or "",
        project_id=body.project_id or "",
        requested_by_time=body.requested_poq_completion_date,
        sent=call.sent or {},
    )
    with refused_at(ITEMS):
        made = front_desk.ask_qualification(call.tools, call.who, asked)
    return SonataAnswer(_told(call, made))


def _items(body: PoqCreate) -> list[PoqItemCreate]:
    return body.product_offering_qualification_item


def list_all(call: SonataCall) -> SonataAnswer:
    query = cast("PoqQuery", call.query)
    wanted = QualificationsWanted(
        state=None if query.state is None else AskState(query.state),
        external_id=query.external_id,
        project_id=query.project_id,
        requested=(query.requested_after, query.requested_before),
    )
    found, total = front_desk.kept_qualifications(
        call.tools, call.who, wanted, offset=query.offset, limit=query.at_most
    )
    return SonataAnswer([_found(each) for each in found], total)


def _found(kept: OfferingQualification) -> PoqFound:
    return PoqFound(
        id=kept.id,
        state=PoqState(kept.state),
        external_id=kept.external_id or None,
        project_id=kept.project_id or None,
    )


def retrieve(call: SonataCall) -> SonataAnswer:
    """Raises: UnknownQualification."""
    return SonataAnswer(_told(call, front_desk.kept_qualification(call.tools, call.who, call.path["id"])))


def _told(call: SonataCall, kept: OfferingQualification) -> Poq:
    sent = PoqCreate.model_validate(kept.sent, by_alias=True, by_name=False)
    by_id = {item.id: item for item in kept.items}
    changes = [StateChange(change_date=kept.created_at, state=PoqState.ACKNOWLEDGED)]
    if kept.answered_at is not None:
        changes.append(StateChange(change_date=kept.answered_at, state=PoqState(kept.state)))
    return Poq(
        id=kept.id,
        href=f"{POQ.root}/productOfferingQualification/{kept.id}",
        state=PoqState(kept.state),
        state_change=changes,
        effective_qualification_date=kept.answered_at,
        product_offering_qualification_item=[
            _item(call.tools.catalogue, item, by_id[item.id], kept) for item in _items(sent)
        ],
        **_same(sent),
    )


def _same(sent: PoqCreate) -> dict[str, Any]:
    """What is told as it was sent."""
    names = PoqCreate.model_fields.keys() - {"product_offering_qualification_item"}
    return {name: getattr(sent, name) for name in names}


def _item(catalogue: Catalogue, sent: PoqItemCreate, item: QualifiedItem, kept: OfferingQualification) -> PoqItem:
    same: Mapping[str, Any] = {name: getattr(sent, name) for name in PoqItemCreate.model_fields}
    if item.confidence is None:
        return PoqItem(**same, state=item.state)
    reason = "; ".join(reason.sentence for reason in item.reasons)
    is_there = item.confidence is not Confidence.RED
    return PoqItem(
        **same,
        state=item.state,
        state_change=[ItemStateChange(change_date=kept.answered_at or kept.updated_at, state=item.state)],
        serviceability_confidence=item.confidence,
        serviceability_confidence_reason=reason or None,
        installation_interval=_interval(item.lead_days) if is_there else None,
        alternate_product_offering_proposal=_alternates(catalogue, item) or None,
    )


def _alternates(catalogue: Catalogue, item: QualifiedItem) -> list[Alternate]:
    """The other speeds that can be had now, where this one cannot, or not yet."""
    if item.confidence is Confidence.GREEN:
        return []
    found = []
    for mbps in item.alternatives:
        request = replace(item.request, bandwidth_mbps=mbps)
        configuration = told_configuration(request, catalogue)
        if configuration is not None:
            product = AlternateProduct(product_offering=Ref(id=request.product), product_configuration=configuration)
            found.append(Alternate(id=f"{mbps}", installation_interval=_interval(2), alternate_product=product))
    return found


def _interval(days: int) -> Duration:
    return Duration(amount=days, units=TimeUnit.BUSINESS_DAYS)


EVENTS = {
    "poqCreateEvent": ChangeKind.QUALIFICATION,
    "poqStateChangeEvent": ChangeKind.QUALIFICATION,
}

POQ = SonataApi(
    NAME,
    VERSION,
    "serviceability/offeringQualification/productOfferingQualificationManagement.api.yaml",
    (
        SonataOperation(
            "createProductOfferingQualification",
            "POST",
            "/productOfferingQualification",
            "Can these products be delivered there?",
            create,
            Poq,
            CREATES,
            body=PoqCreate,
            status=HTTPStatus.CREATED,
            action=Action.QUALIFY,
        ),
        SonataOperation(
            "listProductOfferingQualification",
            "GET",
            "/productOfferingQualification",
            "Your qualifications",
            list_all,
            PoqFound,
            LISTS,
            many=True,
            query=PoqQuery,
            action=Action.QUALIFY,
        ),
        SonataOperation(
            "retrieveProductOfferingQualification",
            "GET",
            "/productOfferingQualification/{id}",
            "One qualification",
            retrieve,
            Poq,
            READS_ONE,
            action=Action.QUALIFY,
        ),
        *hub_operations(NAME, EVENTS),
    ),
)
