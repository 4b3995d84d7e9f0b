"""The steps that give a hosted SSID another name, passphrase, security or area, in the S-VLAN that it has.

The service is `active.pendingChange` meanwhile, and its traffic goes on. What it becomes stands beside what it is from
`reserve` to `prove`, and places and tags of both are held; then what is no longer needed is given back, at one moment.
Whatever fails leaves it as it was.
"""

from dataclasses import replace

from inventory.counted import counted
from inventory.errors import NoPath, UnknownThing
from provisioning.by_hand import ByHand
from provisioning.changing_ssids import becomes, devices_to_come, must_stay_shared
from provisioning.errors import WrongState
from provisioning.orders import EventStatus, Order, OrderState, Reason, WaitsFor
from provisioning.product_errors import Refused
from provisioning.services import Service, ServiceState
from provisioning.shared_ssids import is_shared, realms_on
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools
from provisioning.translate import carried_intents
from provisioning.wanted import SsidWanted
from provisioning.workflows import replacing
from provisioning.workflows.birth import issue_birth_certificate
from provisioning.workflows.by_hand import wireless_rules
from provisioning.workflows.going_on import let_go
from provisioning.workflows.reading import read_order_and_service
from provisioning.workflows.replacing import Sides, prove_replaced, rehearse_replacing
from provisioning.workflows.story import find_event, reasons_of, record_done
from provisioning.workflows.validating import pass_validation, reject


def qualify(order_id: str, tools: Tools) -> WaitsFor | None:
    """Is there room for what it becomes?

    Raises: SsidNotHosted, NoPath; the order is rejected then, with the reason, and the service is active as before.
    """
    try:
        with tools.open_unit_of_work(reading=True) as work:
            found = _design(work, order_id, tools)
    except (Refused, NoPath, UnknownThing) as error:
        reason = error.reason if isinstance(error, Refused) else Reason(error.code, error.sentence, error.next_step)
        with tools.open_unit_of_work() as work:
            if reject(work, order_id, (reason,)):
                work.services.set_state(work.orders.get(order_id).service_id or "", ServiceState.ACTIVE)
                work.commit()
        raise
    with tools.open_unit_of_work() as work:
        waits_for = pass_validation(work, order_id, "qualify")
        if waits_for is None:
            words = ", ".join(f"{name} {value}" for name, value in found.facts.items())
            record_done(work, tools, order_id, "qualify", f"It can be changed: {words}.")
        work.commit()
    return waits_for


def reserve(order_id: str, tools: Tools) -> None:
    """Hold what it becomes beside what it is, in one transaction.

    Raises: as `qualify`; ReservationConflict, when another order was faster: the step is taken again.
    """
    with tools.open_unit_of_work() as work:
        work.orders.lock(order_id)  # a worker thought dead cannot reserve beside us
        service, its = _read(work, order_id)
        coming = _design(work, order_id, tools)
        _hold_more(work, service, its, coming)
        work.services.set_by_hand(service.id, replace(its, becomes=coming))
        count = len(coming.access_points)
        text = f"{service.id} holds its places on {counted(count, 'access point')} as they will be, and its S-VLAN."
        record_done(work, tools, order_id, "reserve", text)
        work.commit()


def rehearse(order_id: str, tools: Tools) -> None:
    """Have every device say what it would change, and leave nothing there.

    Raises: RehearsalRefused, LimitsExceeded, DevicesClaimed.
    """
    rehearse_replacing(order_id, _sides(order_id, tools), tools)


def prove(order_id: str, tools: Tools) -> None:
    """Read every device; where all is as intended the service is what it became, and what is left over is given back.

    Raises: NotProven.
    """
    passed = prove_replaced(order_id, _sides(order_id, tools), tools)
    with tools.open_unit_of_work() as work:
        service, its = _read(work, order_id)
        changed = _becoming(service, its)
        _keep_only(work, service, changed)
        work.services.set_by_hand(service.id, changed)
        work.services.set_state(service.id, ServiceState.ACTIVE)
        work.orders.set_state(order_id, OrderState.COMPLETED)
        text = f"{passed} checks passed on the devices: {service.id} is as it was ordered to be."
        text += issue_birth_certificate(work, order_id, tools)
        record_done(work, tools, order_id, "prove", text, checks=str(passed))
        work.commit()


def put_back(order_id: str, tools: Tools) -> None:
    """Undo: give every device that may have the change what it had.

    Raises: DevicesClaimed, DevicesNotCleared, NotProven.
    """
    replacing.put_back(order_id, lambda: _sides(order_id, tools), tools)


def keep(order_id: str, tools: Tools) -> None:
    """Undo: the service is as it was; what was held for the change is given back.

    Where a device may still have the change, its places and tags stay held until the operator puts it right.
    """
    with tools.open_unit_of_work() as work:
        work.claims.release(order_id)
        order = work.orders.lock(order_id)
        service, its = _read(work, order_id)
        events = work.orders.events(order_id)
        text = f"{service.id} is sold as it was, and a device may say otherwise. Order what it has, to set it."
        if find_event(events, "put_back", EventStatus.FAILED) is None:
            _keep_only(work, service, its)
            text = f"{service.id} stays as it was."
        work.services.set_by_hand(service.id, replace(its, becomes=None))
        work.services.set_state(service.id, ServiceState.ACTIVE)
        work.orders.set_state(order_id, order.ends_as or OrderState.FAILED, reasons_of(events))
        let_go(work, order)
        record_done(work, tools, order_id, "keep", text, status=EventStatus.UNDONE)
        work.commit()


def _design(work: UnitOfWork, order_id: str, tools: Tools) -> ByHand:
    """What the service becomes, by what is free at this moment. Raises: SsidNotHosted, NoPath, UnknownThing."""
    snapshot, order = tools.load_snapshot(), work.orders.get(order_id)
    service, its = _read(work, order_id)
    wanted, handover = _wanted(order), snapshot.handover(its.handover)
    devices = devices_to_come(snapshot, its, handover, wanted.area)
    usage = work.reservations.usage(devices, (), handover.code)
    sent = work.ssids.on(devices)
    coming = becomes(snapshot, usage, sent, its, handover, wanted, wireless_rules(tools))
    if is_shared(service) and realms_on(service.id, work.services.carried()):
        must_stay_shared(its, coming)
    return coming


def _hold_more(work: UnitOfWork, service: Service, its: ByHand, coming: ByHand) -> None:
    """Take what it does not have yet. Raises: ReservationConflict."""
    had = its.access_points if coming.ssid == its.ssid else ()
    points = [name for name in coming.access_points if name not in had]
    if points:
        work.ssids.hold(service.id, points, coming.ssid)
    if its.carried is not None and coming.carried is not None:
        more = sorted(set(coming.carried.devices) - set(its.carried.devices))
        work.reservations.hold_tag_on(service.id, coming.carried.s_vlan, more)


def _keep_only(work: UnitOfWork, service: Service, its: ByHand) -> None:
    """Give back what the service has held and needs no more."""
    work.ssids.keep_only(service.id, its.access_points, its.ssid)
    if its.carried is not None:
        work.reservations.keep_tag_on(service.id, its.carried.devices)


def _sides(order_id: str, tools: Tools) -> Sides:
    """What the devices do before the change and after it."""
    _order, service = read_order_and_service(order_id, tools)
    its = service.by_hand
    after = replace(service, by_hand=_becoming(service, its))
    return Sides(carried_intents(service), carried_intents(after))


def _becoming(service: Service, its: ByHand | None) -> ByHand:
    """Raises: WrongState."""
    if its is None or its.becomes is None:
        raise WrongState("service", service.id, service.state, "changed: nothing is held for it")
    return its.becomes


def _read(work: UnitOfWork, order_id: str) -> tuple[Service, ByHand]:
    """Raises: WrongState."""
    service = work.services.get(work.orders.get(order_id).service_id or "")
    if service.by_hand is None or not service.by_hand.ssid:
        raise WrongState("service", service.id, service.state, "changed: it has no SSID")
    return service, service.by_hand


def _wanted(order: Order) -> SsidWanted:
    if not isinstance(order.request.wanted, SsidWanted):
        raise TypeError(f"{order.id} is for no SSID")
    return order.request.wanted
