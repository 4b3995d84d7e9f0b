"""Devices of which nobody knows for certain what they say: kept until an audit has read them right."""

from collections.abc import Iterable
from datetime import timedelta

from automation.change_plan import DeployReport, Finding
from provisioning.errors import UnknownOrder
from provisioning.services import SERVICE_ENDED, ServiceState
from provisioning.store.change_plan_work import UncertainDevice
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools


def note_uncertain(work: UnitOfWork, left_by: str, report: DeployReport, revert_after_s: int) -> None:
    """Keep which devices of a deploy could not be told to go back. To be committed by the caller."""
    reasons = {refusal.device: refusal.reason for refusal in report.refusals}
    by_itself = f"It could not be told to go back; if it took the change, it goes back by itself in {revert_after_s} s."
    for device in report.uncertain:
        work.uncertain.note(device, left_by, reasons.get(device, by_itself))


def settle_by_audit(tools: Tools, found: Iterable[Finding]) -> tuple[str, ...]:
    """What an audit has read, and found right, is known again; return the devices of which that is new.

    A device is uncertain no more where every finding of it is ok. One that drifted stays so: a person has to look.
    So does one whose timer may still be running, as it will say something else when that is over; and one that was
    left by an order whose service is on its way still, as of that the audit says nothing.
    """
    right: dict[str, bool] = {}
    for finding in found:
        right[finding.device] = right.get(finding.device, True) and finding.ok
    with tools.open_unit_of_work() as work:
        known = {each.device for each in work.uncertain.open() if _can_be_known(work, each, tools)}
        settled = work.uncertain.settle(sorted(known & {device for device, ok in right.items() if ok}), SETTLED)
        work.commit()
    return settled


def _can_be_known(work: UnitOfWork, uncertain: UncertainDevice, tools: Tools) -> bool:
    if tools.now() - uncertain.since < timedelta(seconds=tools.settings.revert_after_s):
        return False
    try:
        service_id = work.orders.get(uncertain.left_by).service_id
    except UnknownOrder:
        return True  # a change plan's
    return service_id is None or work.services.get(service_id).state in _AUDITED


_AUDITED = SERVICE_ENDED | {ServiceState.ACTIVE}
SETTLED = "An audit read it, and it says what it should."
