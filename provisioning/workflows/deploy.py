"""The steps that put an order's approved change on its devices, prove it, and tell.

Each is safe to repeat after a crash: a device that already has its change gets an empty diff,
and no commit.
"""

from collections.abc import Sequence
from dataclasses import replace

from automation.change_plan import ChangeAction, DeployReport, DeviceChange
from inventory.counted import counted
from provisioning.approvals import plan_digest
from provisioning.device_errors import ChangedSinceApproval
from provisioning.orders import OrderState
from provisioning.services import ServiceState
from provisioning.tools import Tools
from provisioning.translate import service_intents
from provisioning.workflows.asking import proven
from provisioning.workflows.birth import BirthTests, birth_tests, issue_birth_certificate
from provisioning.workflows.claims import claimed_devices
from provisioning.workflows.reading import read_order_and_service
from provisioning.workflows.refusing import keep_uncertain, must_be_deployed
from provisioning.workflows.story import record_done
from provisioning.workflows.telling import show_as_active


def deploy(order_id: str, tools: Tools) -> None:
    """Commit on all devices with a revert timer, verify on all, then confirm on all; one refusal sends all back.

    What was approved is what is applied, and the circuit is tested before anything is confirmed.

    Raises: ChangedSinceApproval, DevicesClaimed, DevicesChanged, DeployRefused, BirthTestsFailed.
    """
    with tools.open_unit_of_work(reading=True) as work:
        changes = work.orders.changes(order_id, "rehearse")
        approved = work.orders.approved_digest(order_id)
    if plan_digest(changes) != approved:
        raise ChangedSinceApproval(order_id)
    order, service = read_order_and_service(order_id, tools)
    apply_changes(order_id, changes, tools, tests=birth_tests(order, service, changes, tools))


def apply_changes(
    order_id: str,
    changes: Sequence[DeviceChange],
    tools: Tools,
    step: str = "deploy",
    tests: BirthTests | None = None,
) -> None:
    """Put the changes on their devices, and record for the step how that went before anything is raised.

    With `tests` they are taken while nothing is confirmed, and what came of them is kept with the order.

    Raises: DevicesClaimed, DevicesChanged, DeployRefused, BirthTestsFailed.
    """
    with claimed_devices(order_id, [change.device for change in changes], tools):
        if tests is not None:
            tests.look_before(tools)
        checks = () if tests is None else (tests.check,)
        report = tools.deployer.deploy(changes, tools.settings.revert_after_s, checks)
    keep_uncertain(order_id, report, tools)
    with tools.open_unit_of_work() as work:
        if tests is not None:
            tests.keep(work, tools)
        if report.diffs:
            work.orders.save_changes(order_id, step, _as_changed(changes, report))
        if not report.refusals:
            record_done(work, tools, order_id, step, _words(report))
        work.commit()
    if tests is not None:
        tests.raise_for(report)
    must_be_deployed(order_id, report)


def prove(order_id: str, tools: Tools) -> None:
    """Read every device; where all is as intended, the service is active and the order completed, at one moment.

    Raises: NotProven.
    """
    _order, service = read_order_and_service(order_id, tools)
    passed = proven(order_id, tools, service_intents(service), ChangeAction.ADD)
    with tools.open_unit_of_work() as work:
        if service.circuit is not None and service.circuit.handover_code:
            work.lines.serve(service.uprn, service.circuit.uni, service.id)
        work.services.set_state(service.id, ServiceState.ACTIVE)
        work.orders.set_state(order_id, OrderState.COMPLETED)
        text = f"{passed} checks passed on the devices: {service.id} is active."
        text += issue_birth_certificate(work, order_id, tools)
        record_done(work, tools, order_id, "prove", text, checks=str(passed))
        work.commit()


def tell(order_id: str, tools: Tools) -> None:
    """Show the circuit as active in the record of what exists, unless a cease has overtaken this.

    Raises: NetBoxUnavailable, NetBoxRefused.
    """
    order, service = read_order_and_service(order_id, tools)
    link, is_overtaken = show_as_active(order, service, tools)
    text = "The record of what exists shows it as active." if link else "Nobody had to be told."
    if is_overtaken:
        text = f"{service.id} was ceased meanwhile: the record of what exists shows it no longer."
    with tools.open_unit_of_work() as work:
        record_done(work, tools, order_id, "tell", text, record=link)
        work.commit()


def _as_changed(changes: Sequence[DeviceChange], report: DeployReport) -> tuple[DeviceChange, ...]:
    """The changes that were made, with the diff each device gave this time."""
    diffs = dict(report.diffs)
    return tuple(replace(change, diff=diffs[change.device]) for change in changes if change.device in diffs)


def _words(report: DeployReport) -> str:
    parts = [f"{counted(len(report.confirmed), 'device')} changed and confirmed"]
    if report.unchanged:
        parts.append(f"{len(report.unchanged)} had their change already")
    return "; ".join(parts) + "."
