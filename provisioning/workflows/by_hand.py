"""The steps of an order that an engineer delivers: a cross-connect, room for equipment, an SSID set by hand.

Nothing is changed on any device (SSIDs that are put on access points from here: `ssids`). Every step is safe to
repeat, and says what it did in the transaction that makes it so.
"""

from inventory.errors import NeutralhostError, NoPath, UnknownThing
from inventory.snapshot import Snapshot
from inventory.windows import Window
from provisioning.backhauls import BackhaulWanted
from provisioning.by_hand import ByHand
from provisioning.carrying import Carrying
from provisioning.cross_connects import design_cross_connect
from provisioning.errors import HandoverOversubscribed, HandoverTagsExhausted, ReservationConflict
from provisioning.hand_designs import HandDesign
from provisioning.hosting import SlotBackhaul, design_hosting
from provisioning.orders import Order, OrderAction, OrderState, Reason, WaitsFor
from provisioning.plant_state import must_be_current
from provisioning.product_errors import Refused
from provisioning.radius_file import knows
from provisioning.references import new_service_id
from provisioning.reserve_backhaul import backhaul_now
from provisioning.services import Service, ServiceState
from provisioning.ssids import WirelessRules, access_points_in, design_ssid, switches_of
from provisioning.store.plant_work import Holder
from provisioning.store.work import UnitOfWork
from provisioning.strand_errors import NotCarried, WindowInPast
from provisioning.tools import Tools
from provisioning.wanted import CrossConnectWanted, ProductKind, RealmWanted, SiteHostingWanted, SsidWanted
from provisioning.workflows.cease import begin_end
from provisioning.workflows.gates import Gate, far_end_gate, start_gate, wait_at
from provisioning.workflows.giving_back import give_back
from provisioning.workflows.reading import read_order_and_service
from provisioning.workflows.realms import realm_design, to_be_known
from provisioning.workflows.story import record_done
from provisioning.workflows.validating import pass_validation, reject

_CANNOT_BE_HAD = (
    Refused,
    HandoverTagsExhausted,
    HandoverOversubscribed,
    WindowInPast,
    UnknownThing,
    NoPath,
    NotCarried,
)


def qualify(order_id: str, tools: Tools) -> WaitsFor | None:
    """Is what it takes free in its window?

    Raises: EndUnfit, SsidNotHosted, HostingRefused, HandoverTagsExhausted, HandoverOversubscribed, WindowInPast,
        UnknownThing, NoPath, NotCarried; the order is rejected then, with the reason.
    """
    try:
        with tools.open_unit_of_work(reading=True) as work:
            found = design_by_hand(work, work.orders.get(order_id), tools)
    except _CANNOT_BE_HAD as error:
        with tools.open_unit_of_work() as work:
            if reject(work, order_id, (_reason_of(error),)):
                work.commit()
        raise
    with tools.open_unit_of_work() as work:
        waits_for = pass_validation(work, order_id, "qualify")
        if waits_for is None:
            words = ", ".join(f"{name} {value}" for name, value in found.by_hand.facts.items())
            record_done(work, tools, order_id, "qualify", f"It can be delivered: {words}.", window=str(found.window))
        work.commit()
    return waits_for


def reserve(order_id: str, tools: Tools) -> None:
    """Make the service, design again on what is free now, and hold all of it, in one transaction.

    Raises: as `qualify`; ReservationConflict, when another order was faster: the step is taken again.
    """
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work() as work:
        work.orders.set_step(order_id, "reserve")  # locks the order: a worker thought dead cannot reserve beside us
        order = work.orders.get(order_id)
        if order.service_id is not None:
            return
        must_be_current(work, snapshot)
        service_id = new_service_id()
        found = design_by_hand(work, order, tools, hold_for=service_id)
        service = _service_of(order, service_id, found, tools)
        work.services.add(service)
        work.orders.set_service(order_id, service.id)
        _hold(work, snapshot, service, found)
        held = "; ".join(f"{name} {value}" for name, value in found.by_hand.facts.items())
        record_done(work, tools, order_id, "reserve", f"{service.id} holds {held}.", service=service.id)
        work.commit()


def approve(order_id: str, tools: Tools) -> WaitsFor | None:
    """Wait for whose end it lands on, then for an engineer who has done the tasks, then for its first day."""
    _order, service = read_order_and_service(order_id, tools)
    with tools.open_unit_of_work() as work:
        order = work.orders.lock(order_id)
        if order.ends_as is not None:
            return None  # stopped meanwhile: its walk sees that before the next step
        gate = _far_end(work, order, service, tools) or _engineer(work, order, service) or start_gate(order, tools)
        if gate is None:
            by = work.orders.approved_by(order_id)
            record_done(work, tools, order_id, "approve", f"Confirmed by {by}.", by=by)
        else:
            wait_at(work, order_id, "approve", gate)
        work.commit()
    return None if gate is None else gate.waits_for


def prove(order_id: str, tools: Tools) -> None:
    """An engineer has confirmed every task, and all of it is held still: the service is active, the order completed.

    Raises: WindowInPast.
    """
    _order, service = read_order_and_service(order_id, tools)
    if service.window is not None:
        _must_not_be_over(service.window, tools)
    with tools.open_unit_of_work() as work:
        work.services.set_state(service.id, ServiceState.ACTIVE)
        work.orders.set_state(order_id, OrderState.COMPLETED)
        count = 0 if service.by_hand is None else len(service.by_hand.tasks)
        text = f"{count} tasks are confirmed: {service.id} is active {service.window}."
        record_done(work, tools, order_id, "prove", text, tasks=str(count))
        work.commit()


def end(order_id: str, tools: Tools) -> WaitsFor | None:
    """The first step of a cease: on its day, the service is `pendingTerminate`, and an engineer takes it out.

    Nothing is given back before: what a jumper is still in, nobody else may have.

    Raises: WrongState.
    """
    waits_for = begin_end(order_id, "approve", tools)
    if waits_for is not None:
        return waits_for
    _order, service = read_order_and_service(order_id, tools)
    never_made = service.activated_at is None
    with tools.open_unit_of_work() as work:
        order = work.orders.lock(order_id)
        if order.ends_as is not None:
            return None  # stopped meanwhile: its walk sees that before the next step
        gate = None if never_made else _engineer(work, order, service)
        if gate is None:
            by = work.orders.approved_by(order_id)
            text = "Nothing was put up." if never_made else f"Confirmed by {by}."
            record_done(work, tools, order_id, "approve", text, by=by)
        else:
            wait_at(work, order_id, "approve", gate)
        work.commit()
    return None if gate is None else gate.waits_for


end.__name__ = "approve"  # the word under which the order's page shows it, as in an order to add


def release(order_id: str, tools: Tools) -> None:
    """Give all of it back: the service is terminated and the order completed, at one moment."""
    _order, service = read_order_and_service(order_id, tools)
    with tools.open_unit_of_work() as work:
        held = give_back(work, service)
        work.services.set_state(service.id, ServiceState.TERMINATED)
        work.orders.set_state(order_id, OrderState.COMPLETED)
        record_done(work, tools, order_id, "release", f"Given back: {', '.join(held)}.")
        work.commit()


def design_by_hand(work: UnitOfWork, order: Order, tools: Tools, *, hold_for: str = "") -> HandDesign:
    """What the order takes, on what is free at this moment; with `hold_for`, a service's id, locked for it.

    Raises: Refused, HandoverTagsExhausted, HandoverOversubscribed, WindowInPast, UnknownThing, NoPath, NotCarried;
        ReservationConflict, where it was to be locked and another was faster.
    """
    snapshot = tools.load_snapshot()
    match order.request.wanted:
        case CrossConnectWanted() as wanted:
            _must_not_be_over(wanted.window, tools)
            use = work.holds.use(wanted.window, with_ports=True)
            return design_cross_connect(snapshot, use, order.isp_code, wanted)
        case SiteHostingWanted() as wanted:
            _must_not_be_over(wanted.window, tools)
            backhaul = _backhaul(work, snapshot, order, wanted, tools, hold_for)
            return design_hosting(snapshot, work.holds.hosting_taken(wanted.place, wanted.window), wanted, backhaul)
        case SsidWanted() as wanted:
            handover = snapshot.handover(order.request.handover)
            names = [device.name for device in access_points_in(snapshot, wanted.area)]
            rules = wireless_rules(tools)
            switches = [hop.device for hop in switches_of(snapshot, wanted, handover, rules)]
            usage = work.reservations.usage([handover.port.device, *names, *switches], (), handover.code)
            window = Window(order.request.start or tools.now().date(), order.request.stop)
            return design_ssid(snapshot, usage, work.ssids.on(names), handover, wanted, window, rules)
        case RealmWanted() as wanted:
            handover = snapshot.handover(order.request.handover)
            window = Window(order.request.start or tools.now().date(), order.request.stop)
            designed = realm_design(work, snapshot, handover, wanted, window)
            return (
                designed if knows(tools.settings.radius_file, wanted.realm, order.isp_code) else to_be_known(designed)
            )
        case _:
            raise TypeError(f"{order.id} is for nothing that an engineer delivers")


def _backhaul(
    work: UnitOfWork, snapshot: Snapshot, order: Order, wanted: SiteHostingWanted, tools: Tools, hold_for: str
) -> SlotBackhaul | None:
    """None where no handover is named: its tenant brings its own backhaul."""
    if not order.request.handover:
        return None
    product = tools.catalogue_of(order).hand_product(order.request.product, ProductKind.SITE_HOSTING)
    its = BackhaulWanted(
        snapshot.handover(order.request.handover),
        product.slot(wanted.equipment).backhaul,
        Carrying(tools.now().date(), tools.losses),
    )
    return backhaul_now(work, snapshot, wanted.place, its, lock_for=hold_for)


def wireless_rules(tools: Tools) -> WirelessRules:
    """What the settings say of SSIDs."""
    settings = tools.settings
    return WirelessRules(
        settings.token_pepper, settings.ssids_per_radio, settings.radius_servers, settings.passpoint_consortiums
    )


def _reason_of(error: NeutralhostError) -> Reason:
    return error.reason if isinstance(error, Refused) else Reason(error.code, error.sentence, error.next_step)


def _hold(work: UnitOfWork, snapshot: Snapshot, service: Service, found: HandDesign) -> None:
    """Raises: ReservationConflict, also where the inventory has just lost one of them."""
    its = found.by_hand
    try:
        if its.s_vlan is not None:
            _hold_tag(work, snapshot, service, its, its.s_vlan)
        if its.ssid:
            work.ssids.hold(service.id, its.access_points, its.ssid)
        hosting = () if its.hosting is None else (its.hosting,)
        work.holds.take(
            Holder(service_id=service.id), found.window, positions=its.positions, ports=its.ports, hosting=hosting
        )
    except UnknownThing as error:
        raise ReservationConflict(service.id, error.name) from error


def _hold_tag(work: UnitOfWork, snapshot: Snapshot, service: Service, its: ByHand, s_vlan: int) -> None:
    if its.carried is not None and its.carried.backhaul is not None:
        work.reservations.hold_carried(service.id, its.handover, its.carried)
        return
    told = () if its.carried is None else its.carried.devices
    devices = (snapshot.handover(its.handover).port.device, *its.access_points, *told)
    work.reservations.hold_tag(service.id, its.handover, s_vlan, devices)


def _far_end(work: UnitOfWork, order: Order, service: Service, tools: Tools) -> Gate | None:
    if service.by_hand is None or service.by_hand.far_isp is None:
        return None
    far = service.by_hand.far_isp
    return far_end_gate(work, order, far.isp_code, far.what, tools)


def _engineer(work: UnitOfWork, order: Order, service: Service) -> Gate | None:
    if work.orders.approved_by(order.id):
        return None
    its = service.by_hand
    count = 0 if its is None else len(its.tasks if order.action is OrderAction.ADD else its.removal)
    things = "one thing" if count == 1 else f"{count} things"
    return Gate(WaitsFor.APPROVAL, f"Waits until an engineer has done, and confirms, {things}.")


def _must_not_be_over(window: Window, tools: Tools) -> None:
    """Raises: WindowInPast."""
    today = tools.now().date()
    if window.last is not None and window.last < today:
        raise WindowInPast(window, today)


def _service_of(order: Order, service_id: str, found: HandDesign, tools: Tools) -> Service:
    return Service(
        id=service_id,
        isp_code=order.isp_code,
        product=order.request.product,
        uprn="",
        handover=order.request.handover,
        bandwidth_mbps=0,
        term_months=order.request.term_months,
        reference=order.request.reference,
        state=ServiceState.PENDING_ACTIVE,
        circuit=None,
        monthly_pence=order.monthly_pence,
        created_at=tools.now(),
        activated_at=None,
        ended_at=None,
        window=found.window,
        stops_on=order.request.stop,
        catalogue_version=order.catalogue_version,
        by_hand=found.by_hand,
    )
