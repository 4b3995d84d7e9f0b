"""What a deploy that was refused leaves to be said and kept."""

from automation.change_plan import DeployReport
from provisioning.change_plan_errors import DevicesChanged
from provisioning.device_errors import ChangedSinceApproval, DeployRefused
from provisioning.tools import Tools
from provisioning.uncertain import note_uncertain

CHANGED = "changed-since-approval"


def must_be_deployed(holder: str, report: DeployReport) -> None:
    """Raises: DevicesChanged, where devices changed since the rehearsal and all are as they were; DeployRefused."""
    if not report.refusals:
        return
    if not report.uncertain and {refusal.code for refusal in report.refusals} == {CHANGED}:
        raise DevicesChanged(holder, report.refusals)
    raise DeployRefused(holder, report.refusals)


def is_changed(error: BaseException) -> bool:
    """Whether all that is wrong is that a device would be changed otherwise than was approved: rehearse again."""
    return isinstance(error, DevicesChanged | ChangedSinceApproval)


def keep_uncertain(holder: str, report: DeployReport, tools: Tools) -> None:
    """Keep, in a transaction of its own, which devices could not be told to go back."""
    if report.uncertain:
        with tools.open_unit_of_work() as work:
            note_uncertain(work, holder, report, tools.settings.revert_after_s)
            work.commit()
