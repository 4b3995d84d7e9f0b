"""Move an active service to another path: what it holds, and which path it has. The devices are a change plan's.

Begun and proposed in one transaction: the service is `active.pendingChange` and holds both paths as long as its plan
lives. The plan takes the devices from one to the other, or leaves them; however it ends, whoever ends it, the service
has one path again in that same transaction (`detour_ends`).
"""

from collections.abc import Collection
from dataclasses import replace

from inventory.snapshot import Snapshot
from provisioning.air_detours import AirDetour, around, is_on_air
from provisioning.backhaul_detours import backhaul_around, backhaul_of
from provisioning.carrying import Carrying
from provisioning.change_plan_desk import keep_plan
from provisioning.change_plans import PLAN_ENDED, ChangePlan, PlanKind, PlanState
from provisioning.deeds import acts
from provisioning.detour_ends import services_moved_by
from provisioning.isps import Principal
from provisioning.line_errors import NotModifiable
from provisioning.policy import Action, must
from provisioning.rerouting import Detour, changes_between, rerouted
from provisioning.rights import LONGEST_REASON, must_be_text
from provisioning.services import Service
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.workflows.accept_modify import begin_change
from provisioning.workflows.freezing import must_not_be_frozen


def foresee_detour(tools: Tools, who: Principal, service_id: str, avoid: Collection[str]) -> Detour | AirDetour:
    """The other path a service would get. Changes nothing.

    Raises: Forbidden, UnknownService, NotModifiable, NoPath, NotCarried, TagTakenOnTheWay; Frozen, where a device of
        either path is.
    """
    must(who, Action.PROPOSE_CHANGES)
    with tools.open_unit_of_work(reading=True) as work:
        detour = _detour(work, tools, tools.load_snapshot(), work.services.get(service_id), avoid)
        must_not_be_frozen(work, tools, detour.changes)
    return detour


@acts("move a service to another path", "service", "service_id", says=("avoid", "why"))
def move_service(tools: Tools, who: Principal, service_id: str, avoid: Collection[str], *, why: str) -> ChangePlan:
    """Hold the other path beside the one it has, let no order at the service, and propose the change of its devices.

    Raises: as `foresee_detour`; RequestInvalid; WrongState, where it is not active or an order is at it;
        ReservationConflict.
    """
    must(who, Action.PROPOSE_CHANGES)
    must_be_text("why", why, LONGEST_REASON)
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work(by=who.user_name) as work:
        service = work.services.get(service_id)
        begin_change(work, service)
        detour = _detour(work, tools, snapshot, service, avoid, lock=True)
        _hold(work, service, detour)
        plan = keep_plan(work, tools, who, PlanKind.DRAIN, detour.changes, why)
        work.commit()
    return plan


def _hold(work: UnitOfWork, service: Service, detour: Detour | AirDetour) -> None:
    """Raises: ReservationConflict."""
    if isinstance(detour, Detour):
        work.reservations.hold_more(service.id, detour.after)
        return
    its, coming = service.by_hand, detour.after.carried
    if its is not None and its.carried is not None and coming is not None:
        more = sorted(set(coming.devices) - set(its.carried.devices))
        work.reservations.hold_tag_on(service.id, coming.s_vlan, more)
        work.reservations.hold_links(service.id, coming)
        work.services.set_by_hand(service.id, replace(its, becomes=detour.after))


def moves_under_way(tools: Tools, who: Principal) -> dict[str, ChangePlan]:
    """By service, the change plan that moves it and has not ended. Raises: Forbidden."""
    must(who, Action.READ_CHANGES)
    under_way = [state for state in PlanState if state not in PLAN_ENDED]
    with tools.open_unit_of_work(reading=True) as work:
        plans = [plan for plan in work.change_plans.newest(states=under_way) if plan.kind is PlanKind.DRAIN]
        return {service.id: plan for plan in plans for service in services_moved_by(work, plan)}


def _detour(
    work: UnitOfWork, tools: Tools, snapshot: Snapshot, service: Service, avoid: Collection[str], *, lock: bool = False
) -> Detour | AirDetour:
    if service.by_hand is not None and is_on_air(service):
        usage = work.reservations.usage(sorted(snapshot.devices), None, None, lock=lock)
        return around(snapshot, usage, service, service.by_hand, snapshot.handover(service.handover), avoid)
    backhaul = backhaul_of(service)
    if backhaul is not None:
        usage = work.reservations.usage(sorted(snapshot.devices), None, service.handover, lock=lock)
        carrying, handover = Carrying(tools.now().date(), tools.losses), snapshot.handover(service.handover)
        return backhaul_around(snapshot, usage, service, backhaul, handover, avoid, carrying)
    if service.circuit is None:
        raise NotModifiable(service.id, service.product)
    usage = work.reservations.usage(sorted(snapshot.devices), None, service.circuit.handover_code or None, lock=lock)
    after = rerouted(snapshot, usage, service.circuit, avoid, Carrying(tools.now().date(), tools.losses))
    return Detour(service.id, service.circuit, after, changes_between(service, after))
