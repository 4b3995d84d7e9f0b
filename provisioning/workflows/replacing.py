"""What the workflows share that put one set of circuits in the place of another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from automation.change_plan import ChangeAction, DeviceChange
from automation.intents import Intent
from provisioning.approvals import plan_digest
from provisioning.device_errors import DevicesNotCleared
from provisioning.tools import Tools
from provisioning.workflows.asking import keep_rehearsal, proven, rehearsed
from provisioning.workflows.claims import claimed_devices
from provisioning.workflows.refusing import keep_uncertain
from provisioning.workflows.story import has_begun, record_done, record_undone


@dataclass(frozen=True, slots=True)
class Sides:
    """What devices do before a change and after it. Where it is taken back, the device named `first` goes first."""

    before: tuple[Intent, ...]
    after: tuple[Intent, ...]
    first: str = ""

    @property
    def devices(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(intent.device for intent in (*self.before, *self.after)))


def rehearse_replacing(order_id: str, sides: Sides, tools: Tools) -> None:
    """Have every device say what it would change, leave nothing there, and keep what they said.

    Raises: RehearsalRefused, LimitsExceeded, DevicesClaimed.
    """
    changes = rehearsed(order_id, tools, sides.after, ChangeAction.REPLACE, sides.before)
    with tools.open_unit_of_work() as work:
        text = keep_rehearsal(work, order_id, changes)
        record_done(work, tools, order_id, "rehearse", text, digest=plan_digest(changes))
        work.commit()


def prove_replaced(order_id: str, sides: Sides, tools: Tools) -> int:
    """Read every device, and return how many checks passed: all. Raises: NotProven."""
    return proven(order_id, tools, sides.after, ChangeAction.REPLACE, sides.before)


def put_back(order_id: str, read_sides: Callable[[], Sides], tools: Tools) -> None:
    """Undo: give every device that may have the change what it had. Raises: as `put_back_on_devices`."""
    text = "No device was changed."
    if has_begun(order_id, "deploy", tools):
        put_back_on_devices(order_id, read_sides(), tools)
        text = "The devices are as they were before."
    record_undone(order_id, "put_back", text, tools)


def put_back_on_devices(order_id: str, sides: Sides, tools: Tools) -> None:
    """Take every device back to `before`, and prove it.

    A deploy that was refused has sent all devices back already, and then none has anything to change.

    Raises: DevicesClaimed, DevicesNotCleared, NotProven.
    """
    with claimed_devices(order_id, sides.devices, tools):
        rehearsal = tools.deployer.rehearse(sides.before, ChangeAction.REPLACE, before=sides.after)
        if rehearsal.refusals:
            raise DevicesNotCleared(order_id, rehearsal.refusals)
        for changes in _in_turn(rehearsal.changes, sides.first):
            report = tools.deployer.deploy(changes, tools.settings.revert_after_s)
            keep_uncertain(order_id, report, tools)
            if report.refusals:
                raise DevicesNotCleared(order_id, report.refusals)
    proven(order_id, tools, sides.before, ChangeAction.REPLACE, sides.after)


def _in_turn(changes: Sequence[DeviceChange], first: str) -> list[tuple[DeviceChange, ...]]:
    one = tuple(change for change in changes if change.device == first)
    others = tuple(change for change in changes if change.device != first)
    return [some for some in (one, others) if some]
