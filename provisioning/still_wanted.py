"""Whether what a change plan puts on devices is wanted there still: services go on while a plan waits for a person."""

from collections.abc import Iterator, Sequence

from automation.change_plan import ChangeAction, DeviceChange
from automation.intents import Intent, with_found_lines
from provisioning.change_plan_errors import PlanOutdated
from provisioning.change_plans import ChangePlan, PlanKind
from provisioning.services import Service, ServiceState
from provisioning.store.work import UnitOfWork
from provisioning.translate import service_intents


def must_be_wanted_still(work: UnitOfWork, plan: ChangePlan, changes: Sequence[DeviceChange]) -> None:
    """A plan puts on devices only what active services are to have there now.

    One that was ceased since it was proposed, or that has another path or rate by now, does not come back: its tag may
    be another ISP's. A plan that moves a service is bound to it otherwise (`detour_ends`).

    Raises: PlanOutdated.
    """
    if plan.kind is PlanKind.DRAIN:
        return
    put_on = {intent.label for _device, intent in _put_on(changes)}
    services = {each.id: each for each in work.services.some(sorted(put_on))} if put_on else {}
    wanted = {name: frozenset(map(_bare, service_intents(each))) for name, each in services.items()}
    for device, intent in _put_on(changes):
        service = services.get(intent.label)
        if service is not None and not (_is_settled(service) and _bare(intent) in wanted[service.id]):
            raise PlanOutdated(plan.id, service.id, device, service.state)


def _put_on(changes: Sequence[DeviceChange]) -> Iterator[tuple[str, Intent]]:
    """Of given lines too: they say which services they may bring back."""
    return ((one.device, intent) for one in changes if one.action is not ChangeAction.REMOVE for intent in one.intents)


def _is_settled(service: Service) -> bool:
    return service.state is ServiceState.ACTIVE


def _bare(intent: Intent) -> Intent:
    """Without the lines that its port had before: each rehearsal finds them anew."""
    return with_found_lines(intent, ())
