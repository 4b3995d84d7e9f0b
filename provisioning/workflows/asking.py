"""What the steps of orders ask of devices: what they would change, and whether they say now what was intended."""

from collections.abc import Sequence

from automation.change_plan import ChangeAction, DeviceChange
from automation.intents import Intent
from inventory.counted import counted
from provisioning.device_errors import NotProven, RehearsalRefused
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.workflows.claims import claimed_devices
from provisioning.workflows.freezing import must_be_within_limits


def rehearsed(
    order_id: str, tools: Tools, intents: Sequence[Intent], action: ChangeAction, before: Sequence[Intent] = ()
) -> tuple[DeviceChange, ...]:
    """Have every device say what it would change, leave nothing there, and return what they said.

    Raises: RehearsalRefused, LimitsExceeded, DevicesClaimed.
    """
    devices = tuple(dict.fromkeys(intent.device for intent in (*before, *intents)))
    with claimed_devices(order_id, devices, tools):
        rehearsal = tools.deployer.rehearse(intents, action, before=before)
    if rehearsal.refusals:
        raise RehearsalRefused(order_id, rehearsal.refusals)
    must_be_within_limits(order_id, tools, rehearsal.changes)
    return rehearsal.changes


def keep_rehearsal(work: UnitOfWork, order_id: str, changes: Sequence[DeviceChange]) -> str:
    """Keep in the caller's transaction what the devices said; return it in a sentence."""
    work.orders.save_changes(order_id, "rehearse", changes)
    said = counted(len(changes), "device said what it would change", "devices said what they would change")
    return f"{said}; nothing was left on {'it' if len(changes) == 1 else 'them'}."


def proven(
    order_id: str, tools: Tools, intents: Sequence[Intent], action: ChangeAction, before: Sequence[Intent] = ()
) -> int:
    """Read every device, and return how many checks passed: all. Raises: NotProven."""
    proof = tools.deployer.prove(intents, action, before=before)
    if not proof.ok:
        raise NotProven(order_id, proof.findings)
    return len(proof.findings)
