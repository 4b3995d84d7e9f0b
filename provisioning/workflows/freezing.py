"""What stands against a change of devices by a person's word: freezes, pauses, and the limits."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from automation.change_plan import DeviceChange, Finding, Rehearsal
from automation.limits import BrokenLimit, Limit, Limits, broken_limits
from inventory.snapshot import Snapshot
from provisioning.change_plan_errors import Frozen, LimitsExceeded, PlanUnreadable
from provisioning.change_plans import ChangePlan
from provisioning.pauses import Pause, PauseKind, PauseScope, Touched, held_by, touched_by_devices
from provisioning.settings import ProvisioningSettings
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.translate import service_intents


def must_not_be_frozen(work: UnitOfWork, tools: Tools, changes: Sequence[DeviceChange]) -> None:
    """Raises: Frozen, where somebody froze one of the devices, a place of theirs, or a product on them."""
    freeze = freeze_on(work, tools, changes)
    if freeze is not None:
        raise Frozen(freeze)


def must_be_readable(plan: ChangePlan) -> None:
    """Raises: PlanUnreadable, where what it tells its devices was sealed with another key."""
    if not plan.is_readable:
        raise PlanUnreadable(plan.id)


def freeze_on(work: UnitOfWork, tools: Tools, changes: Sequence[DeviceChange]) -> Pause | None:
    """The freeze that a change plan would be refused for."""
    return _standing_on(work, tools, changes, PauseKind.FREEZE)


def pause_on(work: UnitOfWork, tools: Tools, changes: Sequence[DeviceChange]) -> Pause | None:
    """The pause that a change plan waits for."""
    return _standing_on(work, tools, changes, PauseKind.PAUSE)


def limits_broken(tools: Tools, rehearsal: Rehearsal) -> tuple[BrokenLimit, ...]:
    """What the rehearsed changes go beyond, and what they would harm."""
    devices, changes = tools.load_snapshot().devices, rehearsal.changes
    platforms = {change.device: devices[change.device].platform for change in changes if change.device in devices}
    found = broken_limits(changes, platforms, limits_of(tools.settings))
    return (*found, *(BrokenLimit(Limit(each.check), _SAID[Limit(each.check)](each)) for each in rehearsal.findings))


_SAID: Mapping[Limit, Callable[[Finding], str]] = {
    Limit.STANDING_SERVICES: lambda found: (
        f"It takes away what {found.label} needs on {found.device}, which is to stay: {found.detail}."
    ),
    Limit.CABLING: lambda found: f"{found.device} is not cabled as designed: {found.detail}.",
}


def must_be_within_limits(what: str, tools: Tools, changes: Sequence[DeviceChange]) -> None:
    """Raises: LimitsExceeded. For an order: nobody can lift a limit for it."""
    broken = limits_broken(tools, Rehearsal(tuple(changes)))
    if broken:
        raise LimitsExceeded(what, broken)


def limits_of(settings: ProvisioningSettings) -> Limits:
    return Limits(settings.limit_devices, settings.limit_removed_percent / 100)


def _standing_on(work: UnitOfWork, tools: Tools, changes: Sequence[DeviceChange], kind: PauseKind) -> Pause | None:
    standing = [pause for pause in work.pauses.standing(tools.now()) if pause.kind is kind]
    if not standing:
        return None
    of_products = any(pause.scope is PauseScope.PRODUCT for pause in standing)
    products = _products(work, changes) if of_products else frozenset[str]()
    touched = _touched(tools.load_snapshot(), changes, products)
    found = (held_by(standing, each, tools.now()) for each in touched)
    return next((pause for pause in found if pause is not None), None)


def _touched(snapshot: Snapshot, changes: Sequence[DeviceChange], products: Iterable[str]) -> Iterable[Touched]:
    """The devices and their places; and once more for each product whose services the changes are about."""
    yield touched_by_devices((change.device for change in changes), snapshot)
    yield from map(Touched, products)


def _products(work: UnitOfWork, changes: Sequence[DeviceChange]) -> frozenset[str]:
    """Of the services that the changes name; given lines may be any service's that is on the device."""
    labels = {intent.label for change in changes for intent in (*change.intents, *change.before)}
    found = {service.product for service in work.services.some(sorted(labels))}
    given = {change.device for change in changes if change.action.is_given}
    if given:
        found |= {
            each.product for each in work.services.on(given) if given & {one.device for one in service_intents(each)}
        }
    return frozenset(found)
