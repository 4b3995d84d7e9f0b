"""Cross-connects, hosted SSIDs and site hosting, from a request to an active service and back, on the real store."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import Engine

from inventory.devices import PortRef
from inventory.errors import NeutralhostError, UnknownThing
from inventory.hosting import HostingRef
from inventory.plant import PositionRef
from inventory.windows import Window
from provisioning import front_desk
from provisioning.ending import end_what_is_over
from provisioning.errors import RequestInvalid, ReservationConflict
from provisioning.far_end_desk import grant_far_end, refuse_far_end
from provisioning.front_desk import SYSTEM
from provisioning.isps import Principal, Role
from provisioning.orders import STEPS, Order, OrderAction, OrderRequest, OrderState, WaitsFor
from provisioning.product_errors import Refused, SsidInvalid
from provisioning.services import Service, ServiceState
from provisioning.wanted import (
    CrossConnectWanted,
    HostedEquipment,
    ProductKind,
    SiteHostingWanted,
    SsidSecurity,
    SsidWanted,
    Wanted,
)
from provisioning.workflows import by_hand
from provisioning.workflows.known import ACTIVATE_BY_HAND, ACTIVATE_CARRIED, CEASE_BY_HAND, CEASE_CARRIED
from tests.integration.product_town import ACCESS_POINTS, product_town
from tests.integration.walking import START, Crash, Town, build_town

ANNA = Principal("anna", Role.ISP_ADMIN, "alder")
BEN = Principal("ben", Role.ISP_ADMIN, "birch")
TODAY = START.date()
OPEN = Window(TODAY)
RIVALS = 6
MINE, OTHERS, COOPS = PositionRef("panel-alder", 1), PositionRef("panel-birch", 1), PositionRef("odf-bank-quay", 7)
PRODUCTS = {
    ProductKind.CROSS_CONNECT: "cross-connect",
    ProductKind.SSID: "hosted-ssid",
    ProductKind.SITE_HOSTING: "site-hosting",
}


@pytest.fixture(name="town")
def _town(engine: Engine) -> Town:
    return build_town(engine, product_town())


def place(town: Town, wanted: Wanted, key: str = "k1", who: Principal = ANNA) -> Order:
    handover = f"quay-{who.isp_code}" if wanted.kind is ProductKind.SSID else ""
    request = OrderRequest(PRODUCTS[wanted.kind], "", handover, 0, 12, "our ref", wanted)
    return front_desk.place_order(town.tools, who, request, idempotency_key=key)[0]


def service_of(town: Town, order: Order) -> Service:
    return front_desk.service(town.tools, SYSTEM, town.look(order.id).service_id or "none")


def confirm(town: Town, order: Order) -> Order:
    front_desk.approve(town.tools, SYSTEM, order.id)
    town.walk_all()
    return town.look(order.id)


def held(town: Town) -> set[str]:
    """Positions, ports and hosting positions that anybody holds, and slots of access points."""
    with town.tools.open_unit_of_work(reading=True) as work:
        use = work.holds.use(with_ports=True)
        hosting = {f"column-1:{number}" for number in work.holds.hosting_taken("column-1", OPEN)}
        slots = {f"{name}#{slot}" for name, taken in work.ssids.on(ACCESS_POINTS).items() for slot in taken}
    return {*map(str, use.positions), *map(str, use.ports), *hosting, *slots}


def ssid(name: str = "Alder Free", area: str = "Mills") -> SsidWanted:
    return SsidWanted(name, area, SsidSecurity.OPEN)


def hosting(power_w: int = 20, window: Window = OPEN) -> SiteHostingWanted:
    return SiteHostingWanted("column-1", HostedEquipment.LORAWAN_GATEWAY, power_w, window)


def test_the_workflows_have_the_steps_that_the_order_pages_show() -> None:
    for kind in PRODUCTS:
        is_carried = kind is not ProductKind.CROSS_CONNECT
        add, end = (ACTIVATE_CARRIED, CEASE_CARRIED) if is_carried else (ACTIVATE_BY_HAND, CEASE_BY_HAND)
        assert tuple(s.__name__ for s in add.steps) == STEPS[OrderAction.ADD, kind][1:]
        assert tuple(s.__name__ for s in end.steps) == STEPS[OrderAction.DELETE, kind][1:]


@pytest.mark.parametrize(
    ("wanted", "holds"),
    [
        (CrossConnectWanted(MINE, COOPS, OPEN), {"panel-alder:1", "odf-bank-quay:7"}),
        (ssid(), {"ap-mill-1#1", "ap-mill-2#1"}),
        (hosting(), {"column-1:1"}),
        (hosting(50), {"column-1:2"}),
    ],
)
def test_an_engineer_delivers_it_and_takes_it_out_and_only_then_is_it_given_back(
    town: Town, wanted: Wanted, holds: set[str]
) -> None:
    order = place(town, wanted)
    town.walk_all()
    assert (town.look(order.id).state, town.look(order.id).waits_for) == (OrderState.IN_PROGRESS, WaitsFor.APPROVAL)
    assert front_desk.order_story(town.tools, SYSTEM, order.id).tasks
    assert held(town) == holds

    assert confirm(town, order).state is OrderState.COMPLETED
    service = service_of(town, order)
    assert (service.state, service.catalogue_version) == (ServiceState.ACTIVE, "2026-11")
    assert service.monthly_pence == order.monthly_pence > 0

    cease, _ = front_desk.cease_service(town.tools, ANNA, service.id, idempotency_key="c1")
    town.walk_all()
    assert town.look(cease.id).waits_for is WaitsFor.APPROVAL
    assert held(town) == holds

    assert confirm(town, cease).state is OrderState.COMPLETED
    assert service_of(town, order).state is ServiceState.TERMINATED
    assert held(town) == set()


def test_a_cross_connect_to_another_isps_position_waits_for_that_isp_and_ends_when_it_says_no(town: Town) -> None:
    order = place(town, CrossConnectWanted(MINE, OTHERS, OPEN))
    town.walk_all()
    assert town.look(order.id).waits_for is WaitsFor.FAR_END_CONSENT

    grant_far_end(town.tools, BEN, order.id)
    town.walk_all()
    assert town.look(order.id).waits_for is WaitsFor.APPROVAL
    assert confirm(town, order).state is OrderState.COMPLETED

    refused = place(town, CrossConnectWanted(PositionRef("panel-alder", 2), PositionRef("panel-birch", 2), OPEN), "k2")
    town.walk_all()
    refuse_far_end(town.tools, BEN, refused.id, reason="that one is for us")
    town.walk_all()
    assert town.look(refused.id).state is OrderState.FAILED
    assert held(town) == {"panel-alder:1", "panel-birch:1"}


def test_a_handovers_port_is_an_end_too_and_is_held_by_its_window(town: Town) -> None:
    port = PortRef("sw-quay", "Ethernet1")
    first = Window(TODAY, TODAY + timedelta(days=9))
    place(town, CrossConnectWanted(port, COOPS, first))
    town.walk_all()
    clash = place(town, CrossConnectWanted(port, PositionRef("odf-bank-quay", 8), Window(TODAY)), "k2")
    later = place(town, CrossConnectWanted(port, COOPS, Window(TODAY + timedelta(days=10))), "k3")
    town.walk_all()

    assert town.look(clash.id).state is OrderState.REJECTED
    assert [reason.code for reason in town.look(clash.id).reasons] == ["end-held"]
    assert town.look(later.id).waits_for is WaitsFor.APPROVAL


@pytest.mark.parametrize(
    ("a", "z", "code"),
    [
        (MINE, PositionRef("odf-mill", 3), "two-places"),
        (MINE, PortRef("sw-quay", "Ethernet49"), "port-of-network"),
        (MINE, PositionRef("odf-quay", 1), "end-patched"),
    ],
)
def test_an_end_that_cannot_be_one_is_refused_with_the_reason(
    town: Town, a: PositionRef, z: PositionRef | PortRef, code: str
) -> None:
    order = place(town, CrossConnectWanted(a, z, OPEN))
    town.walk_all()

    assert town.look(order.id).state is OrderState.REJECTED
    assert [reason.code for reason in town.look(order.id).reasons] == [code]
    assert held(town) == set()


def test_an_isp_asks_for_no_patch_between_two_ends_of_which_none_is_its_own(town: Town) -> None:
    with pytest.raises(RequestInvalid, match="neither end is yours"):
        place(town, CrossConnectWanted(OTHERS, COOPS, OPEN))
    with pytest.raises(UnknownThing):
        place(town, CrossConnectWanted(MINE, PositionRef("panel-alder", 99), OPEN))


def test_one_ssid_is_sent_once_in_an_area_and_a_radio_sends_eight(town: Town) -> None:
    place(town, ssid())
    town.walk_all()
    same = place(town, ssid(area="mill"), "k2", BEN)
    town.walk_all()
    assert [reason.code for reason in town.look(same.id).reasons] == ["ssid-taken"]

    for number in range(7):
        place(town, ssid(f"Birch {number}"), f"b{number}", BEN)
        town.walk_all()
    ninth = place(town, ssid("One too many"), "k9")
    town.walk_all()

    assert [reason.code for reason in town.look(ninth.id).reasons] == ["radio-full"]
    assert len(held(town)) == 8 * len(ACCESS_POINTS)


@pytest.mark.parametrize("text", ["", "a" * 33, "é" * 17, "two\nlines", " leading gap", "nul\0", "\u202egnihton"])
def test_what_is_no_ssid_is_refused_and_not_repeated(town: Town, text: str) -> None:
    with pytest.raises(SsidInvalid) as caught:
        place(town, ssid(text))
    assert not text.strip() or text not in str(caught.value)


def test_equipment_gets_the_lowest_position_with_enough_power_and_the_last_one_is_the_last(town: Town) -> None:
    for key, power_w in (("k1", 20), ("k2", 20), ("k3", 20), ("k4", 61)):
        place(town, hosting(power_w), key)
        town.walk_all()
    page = front_desk.orders(town.tools, ANNA, limit=10).orders
    found = {order.reasons[0].code for order in page if order.reasons}

    assert held(town) == {"column-1:1", "column-1:2"}
    assert found == {"hosting-taken"}


def test_equipment_hangs_only_on_days_that_a_consent_covers(town: Town) -> None:
    late = place(town, hosting(window=Window(date(2027, 12, 1), date(2028, 1, 5))))
    in_time = place(town, hosting(window=Window(date(2027, 12, 1), date(2027, 12, 31))), "k2")
    town.walk_all()

    assert [reason.code for reason in town.look(late.id).reasons] == ["consent-missing"]
    assert service_of(town, in_time).by_hand is not None
    assert service_of(town, in_time).by_hand.hosting == HostingRef("column-1", 1)  # type: ignore[union-attr]  # above


def test_of_several_orders_for_one_end_one_holds_it(town: Town) -> None:
    orders = [
        place(town, CrossConnectWanted(MINE, PositionRef("odf-bank-quay", 5 + number), OPEN), f"k{number}")
        for number in range(3)
    ]
    town.walk_all()

    holding = [order for order in orders if town.look(order.id).waits_for is WaitsFor.APPROVAL]
    assert len(holding) == 1
    assert len(held(town)) == 2


@pytest.mark.parametrize("last", ["an end", "a slot", "a hosting position"])
def test_of_many_who_reserve_the_last_at_one_moment_one_holds_it(engine: Engine, last: str) -> None:
    town = build_town(engine, product_town())
    if last == "a slot":
        for number in range(7):
            place(town, ssid(f"Birch {number}"), f"b{number}", BEN)
            town.walk_all()
    before = held(town)
    wanted: dict[str, Wanted] = {"an end": CrossConnectWanted(MINE, COOPS, OPEN), "a hosting position": hosting(40)}
    rivals = [place(town, wanted.get(last) or ssid(f"Alder {number}"), f"k{number}").id for number in range(RIVALS)]
    for order_id in rivals:
        by_hand.qualify(order_id, town.tools)

    with ThreadPoolExecutor(RIVALS) as pool:
        refused = [one for one in pool.map(partial(refusal_of, town), rivals) if one is not None]

    assert len(refused) == RIVALS - 1
    assert all(isinstance(one, Refused | ReservationConflict) for one in refused)
    more = {"an end": 2, "a slot": len(ACCESS_POINTS), "a hosting position": 1}
    assert len(held(town) - before) == more[last]


def refusal_of(town: Town, order_id: str) -> NeutralhostError | None:
    try:
        by_hand.reserve(order_id, town.tools)
    except NeutralhostError as error:
        return error
    return None


def test_killed_at_any_moment_the_next_worker_ends_it_and_nothing_is_held_twice(engine: Engine) -> None:
    town, moment = build_town(engine, product_town()), 0
    while True:
        moment += 1
        order = place(town, CrossConnectWanted(MINE, COOPS, OPEN), f"k{moment}")
        try:
            town.walk_all(dies_at=moment)
            crashed = False
        except Crash:
            crashed = True
        town.walk_all()
        assert town.look(order.id).waits_for is WaitsFor.APPROVAL
        assert held(town) == {"panel-alder:1", "odf-bank-quay:7"}
        front_desk.decline(town.tools, SYSTEM, order.id, reason="not today")
        town.walk_all()
        assert town.look(order.id).state is OrderState.CANCELLED
        assert held(town) == set()
        if not crashed:
            break
    assert moment > 3


def test_a_window_that_is_over_is_ceased_once_and_waits_for_the_engineer(town: Town) -> None:
    order = place(town, CrossConnectWanted(MINE, COOPS, Window(TODAY, TODAY)))
    town.walk_all()
    confirm(town, order)
    service = service_of(town, order)
    tomorrow = replace(town.tools, now=lambda: START + timedelta(days=2))

    assert end_what_is_over(tomorrow) == (service.id,)
    town.walk_all()
    assert end_what_is_over(tomorrow) == ()

    [cease] = [one for one in front_desk.orders(town.tools, ANNA, limit=9).orders if one.action is OrderAction.DELETE]
    assert cease.waits_for is WaitsFor.APPROVAL
