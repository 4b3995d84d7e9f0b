"""Reserve strands, positions and ports for a window: the front desk's part for research and festivals."""

from contextlib import suppress
from dataclasses import replace
from datetime import date

from inventory.plant_map import plant_of
from inventory.routes import StrandLeg
from inventory.snapshot import Snapshot
from inventory.windows import Window
from provisioning.deeds import about, acts
from provisioning.errors import InventoryReplaced, RequestInvalid
from provisioning.isps import Principal
from provisioning.plant_state import must_be_current, why_not_ports, why_not_positions, why_not_strands
from provisioning.policy import Action, must
from provisioning.references import new_reservation_id
from provisioning.reservations import Reservation, ReservationPage, ReservationRequest, ReservationState
from provisioning.rights import LONGEST_REASON, may_see, must_be_isp, must_be_text
from provisioning.store.plant_work import Holder
from provisioning.store.work import UnitOfWork
from provisioning.strand_design import design_strands
from provisioning.strand_errors import NothingReserved, NotReservable, UnknownReservation
from provisioning.strand_requests import check_ends, check_window
from provisioning.strand_tasks import positions_of, strands_of
from provisioning.tools import Tools
from provisioning.wanted import StrandsWanted

MOST_THINGS = 1000
MOST_TRIES = 3  # anew, where the inventory was replaced at the same moment


@acts("reserve", says=("request.isp_code", "request.purpose"))
def make_reservation(tools: Tools, who: Principal, request: ReservationRequest) -> Reservation:
    """Keep things for a window of days; all of them, or nothing.

    Raises:
        Forbidden, UnknownIsp, RequestInvalid.
        UnknownThing, NothingReserved, NotReservable, WindowInPast, WindowTooLong: it cannot be like that.
        RouteRefused: no pair of strands can be had between the two places.
        AlreadyHeld: somebody holds one of them on a day of the window.
    """
    must(who, Action.RESERVE)
    must_be_isp(tools.load_snapshot(), request.isp_code)
    must_be_text("purpose", request.purpose, LONGEST_REASON)
    _check_window(request.window, tools.now().date())
    for _ in range(MOST_TRIES):
        with suppress(InventoryReplaced):
            return _make(tools, who, request)
    return _make(tools, who, request)


def _make(tools: Tools, who: Principal, request: ReservationRequest) -> Reservation:
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work() as work:
        must_be_current(work, snapshot)
        wanted = _with_pair(work, snapshot, request, tools)
        _check_things(snapshot, wanted)
        kept = _reservation(wanted, who, tools)
        work.kept_reservations.add(kept)
        about("reservation", kept.id)
        holder = Holder(reservation_id=kept.id)
        work.holds.take(holder, kept.window, strands=kept.strands, positions=kept.positions, ports=kept.ports)
        work.commit()
    return kept


@acts("release a reservation", "reservation", "reservation_id")
def release_reservation(tools: Tools, who: Principal, reservation_id: str) -> Reservation:
    """Give back before its end all that a reservation holds; twice is the same as once.

    Raises: Forbidden, UnknownReservation, WrongState (it has ended).
    """
    must(who, Action.RELEASE_RESERVATIONS)
    with tools.open_unit_of_work() as work:
        end_reservation(work, reservation_id, ReservationState.RELEASED)
        found = work.kept_reservations.get(reservation_id)
        work.commit()
    return found


def end_reservation(work: UnitOfWork, reservation_id: str, state: ReservationState) -> None:
    """Give back what it holds, in the caller's transaction. Raises: UnknownReservation, WrongState."""
    work.kept_reservations.end(reservation_id, state)
    work.holds.give_back(Holder(reservation_id=reservation_id))


def reservation(tools: Tools, who: Principal, reservation_id: str) -> Reservation:
    """Raises: Forbidden; UnknownReservation, also where it is another ISP's."""
    must(who, Action.READ_SERVICES)
    with tools.open_unit_of_work(reading=True) as work:
        found = work.kept_reservations.get(reservation_id)
    if not may_see(who, found.isp_code):
        raise UnknownReservation(reservation_id)
    return found


def reservations(
    tools: Tools,
    who: Principal,
    *,
    state: ReservationState | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> ReservationPage:
    """One page of reservations, newest first: an ISP's own; the operator's people see all.

    Raises: Forbidden, CursorInvalid.
    """
    must(who, Action.READ_SERVICES)
    with tools.open_unit_of_work(reading=True) as work:
        return work.kept_reservations.page(isp_code=who.isp_code, state=state, cursor=cursor, limit=limit)


def _check_window(window: Window, today: date) -> None:
    """Raises: RequestInvalid, WindowInPast, WindowTooLong."""
    if window.last is None:
        raise RequestInvalid("last_day", "a reservation has an end: what it holds is given back then")
    check_window(window, today)


def _with_pair(work: UnitOfWork, snapshot: Snapshot, request: ReservationRequest, tools: Tools) -> ReservationRequest:
    """The request with the strands and positions of the pair that was asked for by its ends. Raises: RouteRefused."""
    if request.between is None:
        return request
    check_ends(snapshot, *request.between)
    wanted = StrandsWanted(*request.between, request.window)
    legs: tuple[StrandLeg, ...] = design_strands(snapshot, work.holds.use(request.window), wanted, tools.losses)
    return replace(
        request,
        strands=(*request.strands, *strands_of(legs)),
        positions=(*request.positions, *positions_of(legs)),
    )


def _check_things(snapshot: Snapshot, request: ReservationRequest) -> None:
    """Raises: UnknownThing, NothingReserved, NotReservable, RequestInvalid."""
    count = len(request.strands) + len(request.positions) + len(request.ports)
    if not count:
        raise NothingReserved
    if count > MOST_THINGS:
        raise RequestInvalid("strands", f"at most {MOST_THINGS} things can be reserved at once, and it names {count}")
    plant = plant_of(snapshot)
    why = (
        *why_not_strands(plant, request.strands, request.window),
        *why_not_positions(plant, request.positions),
        *why_not_ports(snapshot, plant, request.ports),
    )
    if why:
        raise NotReservable(why)


def _reservation(request: ReservationRequest, who: Principal, tools: Tools) -> Reservation:
    return Reservation(
        id=new_reservation_id(),
        isp_code=request.isp_code,
        purpose=request.purpose,
        window=request.window,
        strands=tuple(dict.fromkeys(request.strands)),
        positions=tuple(dict.fromkeys(request.positions)),
        ports=tuple(dict.fromkeys(request.ports)),
        state=ReservationState.HELD,
        made_by=who.user_name,
        created_at=tools.now(),
    )
