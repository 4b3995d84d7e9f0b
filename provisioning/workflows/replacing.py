"""What the workflows share that put one set of circuits in the place of another."""

from collections.abc import Sequence
from dataclasses import dataclass

from automation.change_plan import ChangeAction, DeviceChange
from automation.intents import Intent
from provisioning.device_errors import DevicesNotCleared, NotProven
from provisioning.orders import EventStatus
from provisioning.tools import Tools
from provisioning.workflows.claims import claimed_devices
from provisioning.workflows.refusing import keep_uncertain
from provisioning.workflows.story import find_event


@dataclass(frozen=True, slots=True)
class Sides:
    """What devices do before a change and after it."""

    before: tuple[Intent, ...]
    after: tuple[Intent, ...]

    @property
    def devices(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(intent.device for intent in (*self.before, *self.after)))


def put_back_on_devices(order_id: str, sides: Sides, tools: Tools, first: str | None = None) -> None:
    """Take every device back to `before`, the one named `first` before all others, and prove it.

    A deploy that was refused has sent all devices back already, and then none has anything to change.

    Raises: DevicesClaimed, DevicesNotCleared, NotProven.
    """
    with claimed_devices(order_id, sides.devices, tools):
        rehearsal = tools.deployer.rehearse(sides.before, ChangeAction.REPLACE, before=sides.after)
        if rehearsal.refusals:
            raise DevicesNotCleared(order_id, rehearsal.refusals)
        for changes in _in_turn(rehearsal.changes, first):
            report = tools.deployer.deploy(changes, tools.settings.revert_after_s)
            keep_uncertain(order_id, report, tools)
            if report.refusals:
                raise DevicesNotCleared(order_id, report.refusals)
    proof = tools.deployer.prove(sides.before, ChangeAction.REPLACE, before=sides.after)
    if not proof.ok:
        raise NotProven(order_id, proof.findings)


def has_begun(order_id: str, step: str, tools: Tools) -> bool:
    """Whether the step was begun, and so may have left something."""
    with tools.open_unit_of_work(reading=True) as work:
        return find_event(work.orders.events(order_id), step, EventStatus.STARTED) is not None


def _in_turn(changes: Sequence[DeviceChange], first: str | None) -> list[tuple[DeviceChange, ...]]:
    one = tuple(change for change in changes if change.device == first)
    others = tuple(change for change in changes if change.device != first)
    return [some for some in (one, others) if some]
