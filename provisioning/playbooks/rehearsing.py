"""The playbook `rehearse`: what putting a service on its devices, or taking it off, would change now."""

from automation.change_plan import ChangeAction, Rehearsal
from inventory.counted import counted
from provisioning import front_desk
from provisioning.change_plan_desk import Foreseen
from provisioning.playbooks.shape import Context, DeviceResult, Report, Values, Verdict


def run(context: Context, values: Values) -> Report:
    action = ChangeAction.REMOVE if values.flag("remove") else ChangeAction.ADD
    rehearsal = context.ask(front_desk.rehearse, values.text("service_id"), action)
    results = results_of(rehearsal)
    context.tell(*results)
    return Report(said_of(rehearsal), results, document={"rehearsal": rehearsal})


def results_of(rehearsal: Rehearsal) -> tuple[DeviceResult, ...]:
    """One result a device: its own diff beneath it, or why it refused."""
    refused = (DeviceResult(each.device, Verdict.FAILED, each.reason) for each in rehearsal.refusals)
    return (
        *(
            DeviceResult(change.device, Verdict.PENDING, "would change", tuple(change.diff.rstrip().splitlines()))
            if change.commands
            else DeviceResult(change.device, Verdict.OK, "says already what it should")
            for change in rehearsal.changes
        ),
        *refused,
    )


def report_of(foreseen: Foreseen, *, is_pending: bool = False) -> Report:
    """What a dry run says of a change: each device's difference, and what would stand in the way of it."""
    in_the_way = "".join(f" In the way: {sentence}" for sentence in foreseen.in_the_way)
    document = {"rehearsal": foreseen.rehearsal, "in_the_way": foreseen.in_the_way}
    results = results_of(foreseen.rehearsal)
    waits = is_pending or bool(foreseen.in_the_way)
    return Report(f"{said_of(foreseen.rehearsal)}{in_the_way}", results, document=document, is_pending=waits)


def said_of(rehearsal: Rehearsal) -> str:
    """The sum in one sentence."""
    changing = sum(bool(change.commands) for change in rehearsal.changes)
    devices = counted(len(rehearsal.changes) + len(rehearsal.refusals), "device")
    return f"{devices}: {changing} would change, {len(rehearsal.refusals)} refused. Nothing was left on any."
