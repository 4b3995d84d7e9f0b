"""Devices of which nobody knows for certain what they say: kept until an audit has read them right."""

from collections.abc import Iterable

from automation.change_plan import DeployReport, Finding
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
    """
    right: dict[str, bool] = {}
    for finding in found:
        right[finding.device] = right.get(finding.device, True) and finding.ok
    with tools.open_unit_of_work() as work:
        known = {each.device for each in work.uncertain.open()}
        settled = work.uncertain.settle(sorted(known & {device for device, ok in right.items() if ok}), SETTLED)
        work.commit()
    return settled


SETTLED = "An audit read it, and it says what it should."
