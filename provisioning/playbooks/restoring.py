"""The playbook `restore`: a device back to what a backup of it says, as a change plan."""

from provisioning import backup_desk, drift_desk
from provisioning.playbooks.commissioning import results_of_plan, said_of_plan
from provisioning.playbooks.shape import Context, DeviceResult, Report, Values, Verdict


def run(context: Context, values: Values) -> Report:
    device, number = values.text("device"), values.number("version")
    if context.dry_run:
        diff = context.ask(backup_desk.backup_diff, device, number)
        lines = tuple(diff.splitlines())
        result = DeviceResult(
            device, Verdict.PENDING if lines else Verdict.OK, "differs" if lines else "says the same", lines
        )
        context.tell(result)
        return Report("Nothing was changed.", (result,))
    context.working(f"comparing {device} with its backup")
    made = context.ask(drift_desk.propose_restore, device, number, why=values.text("why"), whole=values.flag("whole"))
    plan = context.see_through(made, approve=values.flag("approve"))
    results = results_of_plan(plan)
    context.tell(*results)
    return Report(said_of_plan(plan), results, document={"plan": plan.id}, is_pending=plan.awaits_approval)
