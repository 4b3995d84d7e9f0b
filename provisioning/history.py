"""The history of a thing: every state it had, who was behind it, when and why. Part of the front desk."""

from collections.abc import Mapping
from dataclasses import replace

from provisioning.changes import ChangeKind, StateChange
from provisioning.errors import UnknownOrder, UnknownService
from provisioning.events import why_for_isp
from provisioning.isps import Principal
from provisioning.listener_errors import NoHistory
from provisioning.policy import Action, must
from provisioning.rights import may_see
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools

READS: Mapping[ChangeKind, Action] = {
    ChangeKind.SERVICE: Action.READ_SERVICES,
    ChangeKind.TICKET: Action.READ_TICKETS,
    ChangeKind.INCIDENT: Action.READ_TICKETS,
}


def history(tools: Tools, who: Principal, kind: ChangeKind, subject_id: str) -> tuple[StateChange, ...]:
    """Every change of one thing, oldest first. An ISP reads of its own, and of why what it may read of an order.

    An order or service that is older than its history has an empty one.

    Raises: Forbidden; UnknownOrder, UnknownService or NoHistory, also where it is another ISP's.
    """
    must(who, READS.get(kind, Action.READ_ORDERS))
    with tools.open_unit_of_work(reading=True) as work:
        _must_be_there(work, who, kind, subject_id)
        found = work.changes.of(kind, subject_id)
    seen = tuple(change for change in found if may_see(who, change.isp_code))
    if not seen and kind not in {ChangeKind.ORDER, ChangeKind.SERVICE}:
        raise NoHistory(subject_id)
    return seen if who.is_operator else tuple(replace(change, why=why_for_isp(change)) for change in seen)


def _must_be_there(work: UnitOfWork, who: Principal, kind: ChangeKind, subject_id: str) -> None:
    """Raises: UnknownOrder, UnknownService."""
    if kind is ChangeKind.ORDER and not may_see(who, work.orders.get(subject_id).isp_code):
        raise UnknownOrder(subject_id)
    if kind is ChangeKind.SERVICE and not may_see(who, work.services.get(subject_id).isp_code):
        raise UnknownService(subject_id)
