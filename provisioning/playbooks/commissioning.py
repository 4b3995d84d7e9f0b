"""The playbooks `commission` and `decommission`: a device's first words and its last.

Commissioning: it is looked at (does it answer, is it the box that was bought), its baseline and the far ends of its
links are put on in one change plan, its neighbours are heard where the design says, and it is made live. What was
done is found done: run it again after an approval, or after what was named is put right.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from automation.change_plan import ChangeAction, DeviceChange
from automation.facts import DeviceFacts
from automation.intents import Intent, LagMemberIntent, TrunkIntent
from inventory.counted import counted
from inventory.devices import Device, Lifecycle
from inventory.links import Link
from inventory.snapshot import Snapshot
from provisioning import change_plan_desk, device_desk
from provisioning.change_plans import ChangePlan, PlanKind, PlanState
from provisioning.playbook_errors import NotReady, StillInUse
from provisioning.playbooks.rehearsing import report_of
from provisioning.playbooks.shape import Context, DeviceResult, Report, Values, Verdict


def commission(context: Context, values: Values) -> Report:
    devices = [device for device in context.devices if device.lifecycle is Lifecycle.PLANNED]
    if not devices:
        return Report("None of these devices is planned: there is nothing to commission.")
    context.working(f"looking at {counted(len(devices), 'device')}")
    looks = context.each(lambda device: _look(context, device), devices)
    unfit = [f"{look.device}: {look.what}" for look in looks if look.verdict is not Verdict.OK]
    if unfit:
        says = f"{len(unfit)} of {counted(len(devices), 'device')} cannot be commissioned. Nothing was changed."
        return Report(says, looks)
    changes = tuple(_changes(context, devices))
    if context.dry_run:
        report = report_of(context.ask(change_plan_desk.foresee_change, changes))
        context.tell(*report.results)
        return report
    why = f"commission {', '.join(device.name for device in devices)}"
    plan = context.propose_change(PlanKind.COMMISSION, changes, why=why, approve=values.flag("approve"))
    if plan.state is not PlanState.DONE:
        return _unfinished(plan, looks)
    return _make_live(context, devices, plan)


def _look(context: Context, device: Device) -> DeviceResult:
    """Is it there, and the one that was bought? A serial nobody wrote down is held against nothing."""
    fitness = context.reads.fitness(device.name)
    if device.serial and fitness.serial != device.serial:
        return DeviceResult(
            device.name, Verdict.FAILED, f"its serial is {fitness.serial}, and the inventory says {device.serial}"
        )
    return DeviceResult(device.name, Verdict.OK, f"answers: {fitness.model}, {fitness.version}")


def _changes(context: Context, devices: Sequence[Device]) -> Iterator[DeviceChange]:
    """The baseline of each, and at the other end of its links the port that is to carry tags."""
    ours = {device.name for device in devices}
    for device in devices:
        yield _added(device.name, context.ask(device_desk.baseline_of, device.name))
    for name, ports in far_ports(context.snapshot, ours).items():
        yield _added(name, _trunks(context, name, ports))


def far_ports(snapshot: Snapshot, devices: Collection[str]) -> dict[str, set[str]]:
    """At the other ends of the links of these devices: the ports, by device."""
    found: dict[str, set[str]] = {}
    for link in links_of(snapshot, devices):
        for end in (link.a, link.z):
            if end.device not in devices:
                found.setdefault(end.device, set()).add(end.port)
    return found


def _trunks(context: Context, device: str, ports: Collection[str]) -> tuple[Intent, ...]:
    """What its baseline says of these ports."""
    baseline = context.ask(device_desk.baseline_of, device)
    return tuple(one for one in baseline if isinstance(one, TrunkIntent | LagMemberIntent) and one.port in ports)


def _added(device: str, intents: tuple[Intent, ...]) -> DeviceChange:
    return DeviceChange(device, ChangeAction.ADD, "", "", intents)


def links_of(snapshot: Snapshot, devices: Iterable[str]) -> tuple[Link, ...]:
    """The links with an end on any of these devices."""
    names = frozenset(devices)
    return tuple(link for link in snapshot.inventory.links if not names.isdisjoint({link.a.device, link.z.device}))


def _make_live(context: Context, devices: Sequence[Device], plan: ChangePlan) -> Report:
    context.working("hearing the neighbours")
    names = [device.name for device in devices]
    links = [link for link in links_of(context.snapshot, names) if link.code not in context.snapshot.members]
    heard = context.each(lambda device: _heard(context, device, links), devices)
    if any(result.verdict is Verdict.FAILED for result in heard):
        says = "The baseline is on, and a neighbour is not where the design says: nothing was made live."
        return Report(says, heard, document={"plan": plan.id})
    if not context.stopped:
        context.ask(device_desk.set_lifecycle, names, Lifecycle.LIVE)
        return Report(f"{_are(names)} live.", heard, document={"plan": plan.id, "live": names})
    return Report("The baseline is on; stopped before anything was made live.", heard, document={"plan": plan.id})


def _heard(context: Context, device: Device, links: Sequence[Link]) -> DeviceResult:
    """LLDP (IEEE 802.1AB) hears at the other end of every cable the port that the inventory says."""
    facts = context.reads.facts(device.name)
    wrong = tuple(_wrong(facts, device.name, links))
    if facts.neighbours is None:
        return DeviceResult(device.name, Verdict.CHANGED, "baseline on; its platform tells no neighbours")
    if wrong:
        return DeviceResult(device.name, Verdict.FAILED, "a neighbour is not where it should be", wrong)
    own = sum(device.name in {link.a.device, link.z.device} for link in links)
    return DeviceResult(device.name, Verdict.CHANGED, f"baseline on, {counted(own, 'neighbour')} as designed")


def _wrong(facts: DeviceFacts, device: str, links: Sequence[Link]) -> Iterator[str]:
    for link in links:
        for near, far in ((link.a, link.z), (link.z, link.a)):
            if near.device == device:
                heard = (facts.neighbours or {}).get(near.port, ())
                if far not in heard:
                    said = ", ".join(map(str, heard)) or "nobody"
                    yield f"{near.port}: hears {said}, and link {link.code} should bring {far}"


def _unfinished(plan: ChangePlan, looks: tuple[DeviceResult, ...]) -> Report:
    """A plan that is not done: it waits for somebody, or it failed and everything is as it was."""
    results = results_of_plan(plan)
    return Report(said_of_plan(plan), results or looks, document={"plan": plan.id}, is_pending=plan.awaits_approval)


def results_of_plan(plan: ChangePlan) -> tuple[DeviceResult, ...]:
    """One result a device of a change plan."""
    failed = plan.state in {PlanState.FAILED, PlanState.CANCELLED}
    return tuple(
        DeviceResult(
            planned.device,
            Verdict.FAILED if failed else Verdict.CHANGED if plan.state is PlanState.DONE else Verdict.PENDING,
            planned.said or (planned.outcome.value or plan.state.value).replace("-", " "),
            tuple(planned.change.diff.rstrip().splitlines()),
        )
        for planned in plan.changes
    )


def said_of_plan(plan: ChangePlan) -> str:
    """What a plan is waiting for, or how it ended, with the next step."""
    reasons = " ".join(f"{reason.sentence} {reason.next_step}".strip() for reason in plan.reasons)
    if plan.awaits_approval:
        limits = " ".join(f"{broken}." for broken in plan.in_the_way)
        return f"Plan {plan.id} waits for its approval: `neutralhost change-plan approve {plan.id}`. {limits}".rstrip()
    return f"Plan {plan.id} is {plan.state.value}. {plan.waits} {reasons}".rstrip()


def decommission(context: Context, values: Values) -> Report:
    """Take a device's baseline off its neighbours' ports, and retire it. Refused while services cross it."""
    names = [device.name for device in context.devices]
    if len(names) == len(managed(context.snapshot)):
        raise NotReady("Every device would be decommissioned", ["Say which with --limit."])
    crossed = {name: context.ask(device_desk.services_on, name) for name in names}
    for name, services in crossed.items():
        if services:
            raise StillInUse(name, services)
    changes = tuple(
        DeviceChange(name, ChangeAction.REMOVE, "", "", _trunks(context, name, ports))
        for name, ports in far_ports(context.snapshot, names).items()
    )
    if context.dry_run and changes:
        report = report_of(context.ask(change_plan_desk.foresee_change, changes), is_pending=True)
        context.tell(*report.results)
        return report
    if context.dry_run:
        says = f"{counted(len(names), 'device')} would be retired; no other device says anything of what goes."
        return Report(says, is_pending=True)
    if changes:
        why = f"decommission {', '.join(names)}"
        plan = context.propose_change(PlanKind.DECOMMISSION, changes, why=why, approve=values.flag("approve"))
        if plan.state is not PlanState.DONE:
            return _unfinished(plan, ())
    context.ask(device_desk.set_lifecycle, names, Lifecycle.RETIRED)
    results = tuple(DeviceResult(name, Verdict.CHANGED, "retired; its configuration is left on it") for name in names)
    context.tell(*results)
    return Report(f"{_are(names)} retired.", results, document={"retired": names})


def _are(names: Sequence[str]) -> str:
    return f"{counted(len(names), 'device')} {'is' if len(names) == 1 else 'are'}"


def managed(snapshot: Snapshot) -> tuple[Device, ...]:
    """The devices that are live or planned."""
    return tuple(device for device in snapshot.inventory.devices if device.lifecycle is not Lifecycle.RETIRED)
