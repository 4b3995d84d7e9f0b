"""`neutralhost change-plan ...`: changes of devices that are not an order's, looked at and decided."""

from collections.abc import Sequence

from automation.limits import Limit
from provisioning import change_plan_desk as desk
from provisioning.change_plans import PLAN_ENDED, ChangePlan, Outcome, PlannedChange, PlanState
from provisioning.cli.house import open_house
from provisioning.cli.last_words import EXIT_CHANGES, EXIT_DONE
from provisioning.cli.looked_at import Question, agreed_to, print_changing
from provisioning.cli.output import Output, Sheet, current_output, sheet
from provisioning.cli.person import acting
from provisioning.cli.words import moment, safe
from provisioning.rights import SYSTEM
from provisioning.store.change_plan_work import UncertainDevice


def list_plans(state: str | None) -> None:
    output = current_output()
    with open_house() as house:
        found = desk.plans(house.tools, SYSTEM, () if state is None else (PlanState(state),))
    document = {"change_plans": [_summary(plan) for plan in found]}
    output.answer(document, lambda: output.table(plans_sheet(found)))


def show(plan_id: str, with_diffs: bool) -> int:
    output = current_output()
    with open_house() as house:
        story = desk.plan(house.tools, SYSTEM, plan_id)
    output.answer({"change_plan": story.plan, "events": story.events}, lambda: _print_story(output, story, with_diffs))
    pending = story.plan.state not in PLAN_ENDED and any(each.change.diff for each in story.plan.changes)
    return EXIT_CHANGES if pending else EXIT_DONE


def approve(plan_id: str, digest: str | None, person: str | None) -> int:
    output = current_output()
    with open_house() as house:
        who = acting(house.tools, person)
        looked_at = digest or _looked_at(output, desk.plan(house.tools, who, plan_id).plan)
        if looked_at is None:
            output.say("Nothing was approved.")
            return EXIT_CHANGES
        plan = desk.approve_plan(house.tools, who, plan_id, looked_at)
    waits = plan.state is PlanState.REHEARSED
    text = "waits for a second person's approval" if waits else "is approved; the worker goes on with it"
    output.answer({"change_plan": _summary(plan)}, lambda: output.say(f"{plan.id} {text}."))
    return EXIT_CHANGES if waits else EXIT_DONE


def _looked_at(output: Output, plan: ChangePlan) -> str | None:
    """The digest of what was just shown and agreed to, None where it was not agreed to.

    What cannot be approved anyway is left to the front desk, which says why. Raises: NobodyLooked.
    """
    if not plan.awaits_approval or plan.in_the_way:
        return plan.digest
    look = f"neutralhost change-plan show {plan.id} --diff"
    return agreed_to(output, Question(plan.id, plan.digest, lambda: _print_question(output, plan, look), look))


def _print_question(output: Output, plan: ChangePlan, look: str) -> None:
    output.say(f"{plan.id}, {plan.kind}, by {plan.by}: {safe(plan.why)}")
    print_changing(output, [(each.device, each.change.diff) for each in plan.changes if each.change.diff], look)
    for lifted in plan.lifted:
        output.say(f"The limit {lifted.limit} is lifted by {lifted.by}: {safe(lifted.why)}")


def cancel(plan_id: str, why: str, person: str | None) -> None:
    output = current_output()
    with open_house() as house:
        plan = desk.cancel_plan(house.tools, acting(house.tools, person), plan_id, why=why)
    text = "what it has changed stands, and can be undone" if plan.standing else "nothing was changed"
    output.answer({"change_plan": _summary(plan)}, lambda: output.say(f"{plan.id} is cancelled; {text}."))


def lift(plan_id: str, limit: str, why: str, person: str | None) -> None:
    output = current_output()
    with open_house() as house:
        plan = desk.lift_limit(house.tools, acting(house.tools, person), plan_id, Limit(limit), why=why)
    text = f"The limit {limit} is lifted for {plan.id}; two people who did not propose it have to approve it."
    output.answer({"change_plan": _summary(plan)}, lambda: output.say(text))


def undo(plan_id: str, why: str, person: str | None) -> None:
    output = current_output()
    with open_house() as house:
        plan = desk.undo_plan(house.tools, acting(house.tools, person), plan_id, why=why)
    text = f"{plan.id} takes {plan_id} back; it is being rehearsed, and waits for approval then."
    output.answer({"change_plan": _summary(plan)}, lambda: output.say(text))


def uncertain() -> int:
    output = current_output()
    with open_house() as house:
        found = desk.uncertain_devices(house.tools, SYSTEM)
    output.answer({"uncertain": found}, lambda: output.table(uncertain_sheet(found)))
    if not found:
        output.say("Of every device it is known what it says.")
    return EXIT_CHANGES if found else EXIT_DONE


def plans_sheet(plans: Sequence[ChangePlan]) -> Sheet:
    """Return plans as a table."""
    rows = (
        (plan.id, plan.kind, plan.state, str(len(plan.changes)), plan.by, moment(plan.created_at), safe(plan.why))
        for plan in plans
    )
    return sheet(("plan", "for", "state", "devices", "by", "since", "why"), rows)


def devices_sheet(changes: Sequence[PlannedChange]) -> Sheet:
    """Return a plan's devices as a table."""
    rows = ((each.device, each.change.action, each.outcome or Outcome.NOT_YET, safe(each.said)) for each in changes)
    return sheet(("device", "change", "outcome", "said"), rows)


def uncertain_sheet(found: Sequence[UncertainDevice]) -> Sheet:
    """Return uncertain devices as a table."""
    rows = ((each.device, moment(each.since), each.left_by, safe(each.why)) for each in found)
    return sheet(("device", "since", "left by", "why"), rows)


def _summary(plan: ChangePlan) -> dict[str, object]:
    """What lists and decisions answer: the plan without its devices' texts."""
    return {
        "id": plan.id,
        "kind": plan.kind,
        "state": plan.state,
        "why": plan.why,
        "by": plan.by,
        "devices": plan.devices,
        "digest": plan.digest,
        "created_at": plan.created_at,
        "in_the_way": plan.in_the_way,
        "reasons": plan.reasons,
    }


def _print_story(output: Output, story: desk.PlanStory, with_diffs: bool) -> None:
    plan = story.plan
    output.say(f"{plan.id}, {plan.kind}, {plan.state}: {safe(plan.why)}")
    if plan.digest:
        output.say(f"digest {plan.digest}")
    for broken in plan.in_the_way:
        output.say(f"In the way ({broken.limit}): {safe(broken.sentence)}")
    for reason in plan.reasons:
        output.say(f"{reason.code}: {safe(reason.sentence)}")
    output.table(devices_sheet(plan.changes))
    if with_diffs:
        for each in plan.changes:
            output.say(f"--- {each.device}\n{safe_lines(each.change.diff) or 'nothing to change'}")
    for event in story.events:
        output.say(f"{moment(event.at)}  {safe(event.text)}")


def safe_lines(text: str) -> str:
    """A device's own text, each line safe to print."""
    return "\n".join(map(safe, text.splitlines()))
