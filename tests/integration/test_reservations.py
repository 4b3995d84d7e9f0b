"""Reservations for a window of days: made whole or not at all, never booked twice, given back at the end."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from inventory.devices import PortRef
from inventory.errors import UnknownThing
from inventory.plant import PositionRef, StrandRef
from inventory.windows import Window
from provisioning import front_desk
from provisioning.ending import end_what_is_over
from provisioning.errors import AlreadyHeld, RequestInvalid, UniTaken, UnknownIsp, WrongState
from provisioning.front_desk import SYSTEM
from provisioning.orders import OrderRequest
from provisioning.references import new_service_id
from provisioning.reservations import Reservation, ReservationRequest, ReservationState
from provisioning.reserve import reserve_for
from provisioning.services import Service, ServiceState
from provisioning.store.plant_work import Holder
from provisioning.strand_errors import NothingReserved, NotReservable, WindowInPast
from provisioning.tools import Tools
from tests.integration.desk import Clock, desk_on
from tests.integration.strand_town import strand_town
from tests.towns import TownPlan

TODAY = Clock().at.date()
JUNE = Window(date(2027, 6, 1), date(2027, 6, 9))
FESTIVAL = ReservationRequest(
    "alder",
    "Festival of light",
    JUNE,
    strands=(StrandRef("k-bank", 1), StrandRef("k-bank", 2)),
    positions=(PositionRef("odf-bank-quay", 1),),
    ports=(PortRef("nte-1", "Ethernet1"),),
)
UNI = ReservationRequest("alder", "A stall", JUNE, ports=(PortRef("nte-1", "Ethernet1"),))


@pytest.fixture
def tools(engine: Engine) -> Tools:
    return desk_on(engine, inventory=strand_town(TownPlan(unis=1)))


def make(tools: Tools, request: ReservationRequest = FESTIVAL) -> Reservation:
    return front_desk.make_reservation(tools, SYSTEM, request)


def on_the_day(tools: Tools, day: date) -> Tools:
    moment = Clock().at + (day - TODAY)
    return replace(tools, now=lambda: moment)


def held(tools: Tools, reservation: Reservation) -> tuple[str, ...]:
    with tools.open_unit_of_work(reading=True) as work:
        return work.holds.held_by(Holder(reservation_id=reservation.id))


def test_a_reservation_holds_all_it_names_for_its_window_only(tools: Tools) -> None:
    made = make(tools)

    assert held(tools, made) == (
        "strand k-bank:1",
        "strand k-bank:2",
        "position odf-bank-quay:1",
        "port nte-1:Ethernet1",
    )
    assert front_desk.reservation(tools, SYSTEM, made.id) == made
    with pytest.raises(AlreadyHeld, match="strand k-bank:2, position odf-bank-quay:1"):
        make(tools, replace(FESTIVAL, window=Window(JUNE.first - timedelta(days=9), JUNE.first)))
    make(tools, replace(FESTIVAL, window=Window(JUNE.first - timedelta(days=9), JUNE.first - timedelta(days=1))))


def test_a_pair_between_two_places_is_chosen_with_its_positions(tools: Tools) -> None:
    made = make(tools, ReservationRequest("alder", "A trial", JUNE, between=("quay", "mill")))

    # the canal's consent ends in January, so the way over the pit is none in June
    assert made.strands == (StrandRef("k-bank", 1), StrandRef("k-bank", 2))
    assert set(made.positions) == {
        PositionRef(odf, number) for odf in ("odf-bank-quay", "odf-bank-mill") for number in (1, 2)
    }


def test_what_is_released_is_free_and_what_has_ended_cannot_be_released(tools: Tools) -> None:
    made = make(tools)

    released = front_desk.release_reservation(tools, SYSTEM, made.id)

    assert (released.state, held(tools, made)) == (ReservationState.RELEASED, ())
    assert front_desk.release_reservation(tools, SYSTEM, made.id) == released
    again = make(tools)
    assert end_what_is_over(on_the_day(tools, JUNE.first + timedelta(days=30))) == (again.id,)
    with pytest.raises(WrongState):
        front_desk.release_reservation(tools, SYSTEM, again.id)


def test_at_its_end_it_is_given_back_once_however_many_look(tools: Tools) -> None:
    made = make(tools)
    last_day, day_after = (on_the_day(tools, JUNE.first + timedelta(days=days)) for days in (8, 9))
    assert end_what_is_over(last_day) == ()

    with ThreadPoolExecutor(4) as pool:
        ended = list(pool.map(lambda _: end_what_is_over(day_after), range(4)))

    assert {name for names in ended for name in names} == {made.id}
    after = front_desk.reservation(tools, SYSTEM, made.id)
    assert (after.state, held(tools, made)) == (ReservationState.ENDED, ())
    assert after.strands == made.strands


def test_of_many_at_once_for_one_port_and_window_one_is_made(tools: Tools) -> None:
    def book(_: int) -> str:
        try:
            return "made" if make(tools, UNI) else ""
        except AlreadyHeld as error:
            return error.code

    with ThreadPoolExecutor(8) as pool:
        outcomes = Counter(pool.map(book, range(12)))

    assert outcomes == {"made": 1, "already-held": 11}
    assert len(front_desk.reservations(tools, SYSTEM).reservations) == 1


CIRCUIT = OrderRequest("access-eline", "1", "quay-alder", 100, 12)


def take_uni(tools: Tools) -> Service:
    """What the reserve step of a circuit does."""
    service = Service(
        new_service_id(), "alder", "access-eline", "1", "quay-alder", 100, 12, "",
        ServiceState.PENDING_ACTIVE, None, 2400, tools.now(), None, None,
    )  # fmt: skip
    with tools.open_unit_of_work() as work:
        work.services.add(service)
        circuit = reserve_for(work, tools.load_snapshot(), tools.catalogue, CIRCUIT, service.id)
        work.services.set_circuit(service.id, circuit)
        work.commit()
    return service


def test_a_port_that_is_reserved_for_later_is_not_given_to_a_circuit_without_an_end(tools: Tools) -> None:
    made = make(tools, UNI)

    with pytest.raises(UniTaken):
        take_uni(tools)

    front_desk.release_reservation(tools, SYSTEM, made.id)
    take_uni(tools)


def test_a_port_that_a_circuit_has_cannot_be_reserved_for_any_day_to_come(tools: Tools) -> None:
    service = take_uni(tools)

    with pytest.raises(AlreadyHeld, match="port nte-1:Ethernet1"):
        make(tools, UNI)

    with tools.open_unit_of_work() as work:
        work.reservations.release(service.id)
        work.commit()
    make(tools, UNI)


def test_a_port_reserved_for_days_that_are_over_is_free_before_anybody_has_looked(tools: Tools) -> None:
    make(tools, replace(UNI, window=Window(TODAY, TODAY)))
    with pytest.raises(UniTaken):
        take_uni(tools)
    later = Clock()
    later.at += timedelta(days=1)

    with tools.open_unit_of_work() as work:
        work.holds.over(later().date())
        assert work.reservations.usage(["nte-1"], None, None).unis_taken == {"nte-1:Ethernet1"}


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (replace(FESTIVAL, strands=(), positions=(), ports=()), NothingReserved),
        (replace(FESTIVAL, strands=(StrandRef("k-east", 1),)), NotReservable),  # lit
        (replace(FESTIVAL, strands=(StrandRef("k-west", 12),)), NotReservable),  # faulty, and no consent in June
        (replace(FESTIVAL, strands=(StrandRef("k-nowhere", 1),)), NotReservable),
        (replace(FESTIVAL, positions=(PositionRef("odf-quay", 1),)), NotReservable),  # patched
        (replace(FESTIVAL, positions=(PositionRef("odf-quay", 99),)), UnknownThing),
        (replace(FESTIVAL, ports=(PortRef("sw-quay", "Ethernet49"),)), NotReservable),  # a link ends there
        (replace(FESTIVAL, ports=(PortRef("sw-quay", "Ethernet1"),)), NotReservable),  # a handover
        (replace(FESTIVAL, ports=(PortRef("sw-quay", "Ethernet99"),)), UnknownThing),
        (replace(FESTIVAL, window=Window(JUNE.first)), RequestInvalid),
        (replace(FESTIVAL, window=Window(date(2020, 1, 1), JUNE.last)), WindowInPast),
        (replace(FESTIVAL, isp_code="nobody"), UnknownIsp),
        (replace(FESTIVAL, purpose=""), RequestInvalid),
        (replace(FESTIVAL, purpose="a\nb"), RequestInvalid),
        (replace(FESTIVAL, between=("quay", "nowhere")), UnknownThing),
    ],
)
def test_what_cannot_be_reserved_is_refused_whole(
    tools: Tools, request_: ReservationRequest, error: type[Exception]
) -> None:
    with pytest.raises(error):
        make(tools, request_)

    assert front_desk.reservations(tools, SYSTEM).reservations == ()
    with tools.open_unit_of_work(reading=True) as work:
        assert work.holds.use().strands == {}
