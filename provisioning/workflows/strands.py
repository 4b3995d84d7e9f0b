"""The steps of an order for strands: nothing is changed on any device; a person splices and patches.

Every step is safe to repeat, and says what it did in the transaction that makes it so.
"""

from inventory.counted import counted
from inventory.errors import UnknownThing
from inventory.plant_errors import PlantError
from inventory.plant_map import plant_of
from inventory.routes import StrandLeg
from inventory.windows import Window
from provisioning.errors import ReservationConflict
from provisioning.orders import Order, OrderState, Reason, WaitsFor
from provisioning.plant_state import must_be_current, why_not_strands
from provisioning.references import new_service_id
from provisioning.services import Service, ServiceState
from provisioning.store.plant_work import Holder
from provisioning.store.work import UnitOfWork
from provisioning.strand_design import design_strands
from provisioning.strand_errors import NoDiverseRoute, StrandsError, StrandsLost, WindowInPast
from provisioning.strand_tasks import positions_of, strands_of, tasks_of
from provisioning.tools import Tools
from provisioning.wanted import StrandsWanted
from provisioning.workflows.cease import begin_end
from provisioning.workflows.gates import Gate, wait_at
from provisioning.workflows.giving_back import give_back
from provisioning.workflows.reading import read_order_and_service
from provisioning.workflows.story import record_done
from provisioning.workflows.validating import pass_validation, reject


def qualify(order_id: str, tools: Tools) -> WaitsFor | None:
    """Can the plant carry it in that window?

    Raises: RouteRefused, NoDiverseRoute, WindowInPast, UnknownThing; the order is rejected then, with the reason.
    """
    order = _read(order_id, tools)
    try:
        legs = _design(order, tools)
    except (PlantError, NoDiverseRoute, StrandsError, UnknownThing) as error:
        with tools.open_unit_of_work() as work:
            if reject(work, order_id, (Reason(error.code, error.sentence, error.next_step),)):
                work.commit()
        raise
    with tools.open_unit_of_work() as work:
        waits_for = pass_validation(work, order_id, "qualify")
        if waits_for is None:
            text = f"The plant can carry it {_wanted(order).window}: {_described(legs)}."
            record_done(work, tools, order_id, "qualify", text, window=str(_wanted(order).window))
        work.commit()
    return waits_for


def design(order_id: str, tools: Tools) -> None:
    """Find the routes and their strands, and record them; nothing is held yet.

    Raises: as `qualify`.
    """
    legs = _design(_read(order_id, tools), tools)
    with tools.open_unit_of_work() as work:
        strands = " ".join(str(strand) for strand in strands_of(legs))
        record_done(work, tools, order_id, "design", f"{_described(legs)}.", strands=strands)
        work.commit()


def reserve(order_id: str, tools: Tools) -> None:
    """Make the service, design again on what is free now, and hold strands and positions, in one transaction.

    Raises: as `design`; ReservationConflict, when another order was faster: the step is taken again.
    """
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work() as work:
        work.orders.set_step(order_id, "reserve")  # locks the order: a worker thought dead cannot reserve beside us
        order = work.orders.get(order_id)
        if order.service_id is not None:
            return
        must_be_current(work, snapshot)
        wanted = _wanted(order)
        legs = design_strands(snapshot, work.holds.use(wanted.window), wanted, tools.losses)
        service = _service_of(order, wanted, legs, tools)
        work.services.add(service)
        work.orders.set_service(order_id, service.id)
        _hold(work, service, wanted.window)
        held = f"{counted(len(strands_of(legs)), 'strand')} and {counted(len(positions_of(legs)), 'position')}"
        text = f"{service.id} has {held} {wanted.window}."
        record_done(work, tools, order_id, "reserve", text, service=service.id)
        work.commit()


def approve(order_id: str, tools: Tools) -> WaitsFor | None:
    """Wait for an engineer, who confirms the splices and patches: waiting is a state of the order, not of a thread."""
    _order, service = read_order_and_service(order_id, tools)
    tasks = tasks_of(service.legs)
    with tools.open_unit_of_work() as work:
        order = work.orders.lock(order_id)
        if order.ends_as is not None:
            return None  # stopped meanwhile: its walk sees that before the next step
        by = work.orders.approved_by(order_id)
        if by:
            record_done(work, tools, order_id, "approve", f"Approved by {by}.", by=by)
        else:
            text = f"Waits until an engineer has done, and confirms, {counted(len(tasks), 'thing')}."
            wait_at(work, order_id, "approve", Gate(WaitsFor.APPROVAL, text))
        work.commit()
    return None if by else WaitsFor.APPROVAL


def prove(order_id: str, tools: Tools) -> None:
    """Read the plant again; where it still carries the legs, the service is active and the order completed.

    Raises: StrandsLost, WindowInPast.
    """
    order, service = read_order_and_service(order_id, tools)
    window = _wanted(order).window
    _must_not_be_over(window, tools)
    left = Window(max(window.first, tools.now().date()), window.last)
    why = why_not_strands(plant_of(tools.load_snapshot()), strands_of(service.legs), left)
    if why:
        raise StrandsLost(service.id, why)
    with tools.open_unit_of_work() as work:
        work.services.set_state(service.id, ServiceState.ACTIVE)
        work.orders.set_state(order_id, OrderState.COMPLETED)
        text = f"The plant carries {service.id} as designed: it is active {window}."
        record_done(work, tools, order_id, "prove", text, strands=str(len(strands_of(service.legs))))
        work.commit()


def release(order_id: str, tools: Tools) -> WaitsFor | None:
    """On the day, give back strands and positions: the service is terminated and the order completed, at one moment.

    Raises: WrongState.
    """
    waits_for = begin_end(order_id, "release", tools)
    if waits_for is not None:
        return waits_for
    _order, service = read_order_and_service(order_id, tools)
    with tools.open_unit_of_work() as work:
        held = give_back(work, service)
        work.services.set_state(service.id, ServiceState.TERMINATED)
        work.orders.set_state(order_id, OrderState.COMPLETED)
        record_done(work, tools, order_id, "release", f"Given back: {', '.join(held)}.")
        work.commit()
    return None


def _read(order_id: str, tools: Tools) -> Order:
    with tools.open_unit_of_work(reading=True) as work:
        return work.orders.get(order_id)


def _wanted(order: Order) -> StrandsWanted:
    if order.request.strands is None:
        raise ValueError(f"{order.id} is no order for strands")
    return order.request.strands


def _design(order: Order, tools: Tools) -> tuple[StrandLeg, ...]:
    wanted = _wanted(order)
    _must_not_be_over(wanted.window, tools)
    with tools.open_unit_of_work(reading=True) as work:
        use = work.holds.use(wanted.window)
    return design_strands(tools.load_snapshot(), use, wanted, tools.losses)


def _must_not_be_over(window: Window, tools: Tools) -> None:
    """Raises: WindowInPast."""
    today = tools.now().date()
    if window.last is not None and window.last < today:
        raise WindowInPast(window, today)


def _hold(work: UnitOfWork, service: Service, window: Window) -> None:
    """Raises: ReservationConflict, also where the inventory has just lost one of them."""
    holder = Holder(service_id=service.id)
    try:
        work.holds.take(holder, window, strands=strands_of(service.legs), positions=positions_of(service.legs))
    except UnknownThing as error:
        raise ReservationConflict(service.id, error.name) from error


def _described(legs: tuple[StrandLeg, ...]) -> str:
    lengths = " and ".join(f"{leg.length_m:,.0f} m, {leg.loss_db:.2f} dB, over {len(leg.ducts)} ducts" for leg in legs)
    return f"{len(legs)} pair{'s' if len(legs) > 1 else ''} from {legs[0].a_place} to {legs[0].z_place}: {lengths}"


def _service_of(order: Order, wanted: StrandsWanted, legs: tuple[StrandLeg, ...], tools: Tools) -> Service:
    return Service(
        id=new_service_id(),
        isp_code=order.isp_code,
        product=order.request.product,
        uprn="",
        handover="",
        bandwidth_mbps=0,
        term_months=order.request.term_months,
        reference=order.request.reference,
        state=ServiceState.PENDING_ACTIVE,
        circuit=None,
        monthly_pence=order.monthly_pence,
        created_at=tools.now(),
        activated_at=None,
        ended_at=None,
        legs=legs,
        window=wanted.window,
    )
