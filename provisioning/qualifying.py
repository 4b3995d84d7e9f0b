"""Kept qualifications: the front desk's part. Ask about several products at once, read again, list."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from inventory.snapshot import Snapshot
from provisioning.deeds import acts
from provisioning.errors import Forbidden, RequestInvalid
from provisioning.feasibility import feasibility
from provisioning.isps import Principal
from provisioning.offering_qualifications import (
    AskState,
    OfferingQualification,
    QualificationsWanted,
    QualifiedItem,
)
from provisioning.orders import OrderRequest
from provisioning.policy import Action, must
from provisioning.quote_errors import UnknownQualification
from provisioning.references import new_qualification_id
from provisioning.rights import may_see, must_be_text, must_be_uprn, own_handover
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools

MOST_ITEMS = 50
LONGEST_ID = 64


@dataclass(frozen=True, slots=True)
class QualificationsAsked:
    """What to qualify: items by their buyer's own ids. `at_once` False lets a worker answer a little later."""

    items: Mapping[str, OrderRequest]
    at_once: bool = True
    alternatives: bool = False
    external_id: str = ""
    project_id: str = ""
    requested_by_time: datetime | None = None
    sent: Mapping[str, object] = field(default_factory=dict)


@acts("ask for a qualification")
def ask_qualification(tools: Tools, who: Principal, asked: QualificationsAsked) -> OfferingQualification:
    """Ask whether several products can be delivered, and keep the answer. Holds nothing. An ISP asks for itself.

    Raises: Forbidden, RequestInvalid, UnknownPremises, UnknownThing, UnknownProduct, SpeedNotOffered, HandoverNotYours.
    """
    must(who, Action.QUALIFY)
    if who.isp_code is None:
        raise Forbidden(who.user_name, "keep a qualification: it is an ISP's")
    snapshot = tools.load_snapshot()
    _check(snapshot, who.isp_code, asked)
    now = tools.now()
    made = OfferingQualification(
        id=new_qualification_id(),
        isp_code=who.isp_code,
        state=AskState.ACKNOWLEDGED,
        items=tuple(QualifiedItem(key, each) for key, each in asked.items.items()),
        asked_by=who.user_name,
        created_at=now,
        updated_at=now,
        external_id=asked.external_id,
        project_id=asked.project_id,
        requested_by_time=asked.requested_by_time,
        alternatives=asked.alternatives,
        sent=dict(asked.sent),
    )
    with tools.open_unit_of_work(by=who.user_name) as work:
        answered = _answered(work, tools, snapshot, made)  # what cannot be asked at all is refused, now and later
        work.offering_qualifications.add(made)
        if asked.at_once:
            work.offering_qualifications.answer(made.id, answered, AskState.READY)
        kept = work.offering_qualifications.get(made.id)
        work.commit()
    return kept


def kept_qualification(tools: Tools, who: Principal, qualification_id: str) -> OfferingQualification:
    """Raises: UnknownQualification, also where it is another ISP's."""
    must(who, Action.QUALIFY)
    with tools.open_unit_of_work(reading=True) as work:
        found = work.offering_qualifications.get(qualification_id)
    if not may_see(who, found.isp_code):
        raise UnknownQualification(qualification_id)
    return found


def kept_qualifications(
    tools: Tools, who: Principal, wanted: QualificationsWanted, *, offset: int, limit: int
) -> tuple[tuple[OfferingQualification, ...], int]:
    """Kept qualifications from an offset on, newest first, and how many there are: an ISP's own; staff see all."""
    must(who, Action.QUALIFY)
    seen = wanted if who.is_operator else replace(wanted, isp_code=who.isp_code)
    with tools.open_unit_of_work(reading=True) as work:
        return work.offering_qualifications.some(seen, offset, limit)


def look_at_qualifications(tools: Tools) -> tuple[str, ...]:
    """Answer those that wait for an answer: a worker's round. Returns their ids."""
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work(reading=True) as work:
        waiting = work.offering_qualifications.unanswered()
    for qualification_id in waiting:
        with tools.open_unit_of_work() as work:
            asked = work.offering_qualifications.get(qualification_id)
            if asked.state is AskState.ACKNOWLEDGED:
                items = _answered(work, tools, snapshot, asked)
                work.offering_qualifications.answer(asked.id, items, AskState.READY)
                work.commit()
    return waiting


def _answered(
    work: UnitOfWork, tools: Tools, snapshot: Snapshot, asked: OfferingQualification
) -> tuple[QualifiedItem, ...]:
    return tuple(_item(work, tools, snapshot, item, alternatives=asked.alternatives) for item in asked.items)


def _item(
    work: UnitOfWork, tools: Tools, snapshot: Snapshot, item: QualifiedItem, *, alternatives: bool
) -> QualifiedItem:
    found = feasibility(work, snapshot, tools.catalogue, tools, item.request)
    return replace(
        item,
        state=AskState.READY,
        confidence=found.confidence,
        reasons=found.reasons,
        lead_days=found.lead_days,
        alternatives=found.green_mbps if alternatives else (),
    )


def _check(snapshot: Snapshot, buyer: str, asked: QualificationsAsked) -> None:
    if not 1 <= len(asked.items) <= MOST_ITEMS:
        raise RequestInvalid("items", f"1 to {MOST_ITEMS} items make a qualification")
    for name in ("external_id", "project_id"):
        must_be_text(name, getattr(asked, name), LONGEST_ID, shortest=0)
    for key, request in asked.items.items():
        must_be_text("item id", key, LONGEST_ID)
        if request.kind.is_circuit:
            must_be_uprn(request.uprn)
            snapshot.premises_at(request.uprn)
        if request.handover:
            own_handover(snapshot, buyer, request.handover)
