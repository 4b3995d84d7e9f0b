"""Plan a device's change, and the exact way back from it, in its platform's dialect. Pure."""

from dataclasses import replace

from automation.change_plan import ChangeAction, DeviceChange
from automation.dialects.dialect import DevicePlan, Dialect


def plan_change(dialect: Dialect, running: str, change: DeviceChange) -> DevicePlan:
    """Plan a change again on what the device says now. Raises: what `Dialect.plan` raises."""
    match change.action:
        case ChangeAction.ADD:
            return dialect.plan(running, (), change.intents)
        case ChangeAction.REMOVE:
            return dialect.plan(running, change.intents, ())
        case ChangeAction.REPLACE:
            return _as_replaced(dialect.plan(running, change.before, change.intents), change)
        case ChangeAction.LINES | ChangeAction.WHOLE:
            return DevicePlan(change.commands, change.intents)


def plan_undo(dialect: Dialect, running: str, change: DeviceChange) -> DevicePlan:
    """Plan the exact way back from a change. Raises: what `Dialect.plan` raises."""
    match change.action:
        case ChangeAction.ADD:
            return dialect.plan(running, change.intents, ())
        case ChangeAction.REMOVE:
            return dialect.plan(running, (), change.intents)
        case ChangeAction.REPLACE:
            return dialect.plan(running, change.intents, change.before)
        case ChangeAction.LINES | ChangeAction.WHOLE:
            return DevicePlan(change.undo, ())


def _as_replaced(plan: DevicePlan, change: DeviceChange) -> DevicePlan:
    """A REPLACE by nothing leaves no intents, and so no lines that would be put back one day."""
    return plan if change.intents else replace(plan, intents=())
