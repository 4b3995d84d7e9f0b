"""Orders for strands from their request to an active service and back, on the real store."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from inventory.errors import NeutralhostError, UnknownThing
from inventory.plant import PositionRef, StrandRef, StrandState
from inventory.plant_errors import SamePlace
from inventory.snapshot import Snapshot
from inventory.windows import Window
from provisioning import front_desk
from provisioning.device_errors import ChangedSinceApproval
from provisioning.ending import end_what_is_over
from provisioning.errors import RequestInvalid, TermNotOffered, UnknownProduct
from provisioning.front_desk import SYSTEM
from provisioning.isps import Principal, Role
from provisioning.orders import STEPS, EventStatus, Order, OrderAction, OrderRequest, OrderState, Reason
from provisioning.services import Service, ServiceState
from provisioning.strand_errors import WindowInPast, WindowTooLong
from provisioning.strand_tasks import positions_of, strands_of
from provisioning.wanted import ProductKind, StrandsWanted
from provisioning.workflows.accept import request_digest
from provisioning.workflows.known import ACTIVATE_STRANDS, CEASE_STRANDS
from tests.integration.strand_town import strand_town
from tests.integration.walking import START, Crash, Town, build_town

ANNA = Principal("anna", Role.ISP_ADMIN, "alder")
TODAY = START.date()
OPEN = Window(TODAY)
WANTED = StrandsWanted("quay", "mill", OPEN)


@pytest.fixture(name="town")
def _town(engine: Engine) -> Town:
    return build_town(engine, strand_town())


def request_for(wanted: StrandsWanted = WANTED, *, term_months: int = 12) -> OrderRequest:
    return OrderRequest("dark-fibre-pair", "", "", 0, term_months, "our ref", wanted)


def place(town: Town, wanted: StrandsWanted = WANTED, key: str = "k1") -> Order:
    return front_desk.place_order(town.tools, ANNA, request_for(wanted), idempotency_key=key)[0]


def deliver(town: Town, wanted: StrandsWanted = WANTED, key: str = "k1") -> Service:
    order = place(town, wanted, key)
    town.walk_all()
    front_desk.approve(town.tools, SYSTEM, order.id)
    town.walk_all()
    return service_of(town, order)


def service_of(town: Town, order: Order) -> Service:
    return front_desk.service(town.tools, SYSTEM, town.look(order.id).service_id or "none")


def held(town: Town) -> set[str]:
    with town.tools.open_unit_of_work(reading=True) as work:
        use = work.holds.use(with_ports=True)
    return {*map(str, use.strands), *map(str, use.positions), *map(str, use.ports)}


def steps_done(town: Town, order_id: str) -> tuple[str, ...]:
    return tuple(event.removesuffix(" done") for event in town.events(order_id) if event.endswith(" done"))


def test_an_order_for_strands_is_walked_to_a_service_and_its_cease_gives_all_back(town: Town) -> None:
    order = place(town)
    town.walk_all()

    waiting = town.look(order.id)
    assert (waiting.state, waiting.awaiting_approval, waiting.step) == (OrderState.IN_PROGRESS, True, "approve")
    tasks = front_desk.order_story(town.tools, SYSTEM, order.id).tasks
    assert "Patch position odf-quay:3 to the ISP's equipment." in tasks
    assert not any(task.startswith("Splice") for task in tasks)

    front_desk.approve(town.tools, SYSTEM, order.id)
    town.walk_all()

    service = service_of(town, order)
    assert (service.state, service.window, service.circuit) == (ServiceState.ACTIVE, OPEN, None)
    assert town.look(order.id).state is OrderState.COMPLETED
    [leg] = service.legs
    assert leg.fibres == (
        (StrandRef("k-east", 3), StrandRef("k-west", 3)),
        (StrandRef("k-east", 4), StrandRef("k-west", 4)),
    )
    assert (leg.length_m, leg.positions[:2]) == (1220.0, (PositionRef("odf-quay", 3), PositionRef("odf-mill", 3)))
    assert held(town) == {str(each) for each in (*strands_of(service.legs), *positions_of(service.legs))}
    done = STEPS[OrderAction.ADD, ProductKind.STRANDS][1:]
    assert [step for step in steps_done(town, order.id) if step in done] == list(done)

    cease, _ = front_desk.cease_service(town.tools, ANNA, service.id, idempotency_key="c1")
    town.walk_all()

    assert town.look(cease.id).state is OrderState.COMPLETED
    assert service_of(town, order).state is ServiceState.TERMINATED
    assert held(town) == set()


def test_the_workflows_have_the_steps_that_the_order_pages_show() -> None:
    add = ACTIVATE_STRANDS.steps
    assert tuple(step.__name__ for step in add) == STEPS[OrderAction.ADD, ProductKind.STRANDS][1:]
    assert tuple(s.__name__ for s in CEASE_STRANDS.steps) == STEPS[OrderAction.DELETE, ProductKind.STRANDS][1:]


def test_a_diverse_order_has_two_legs_that_share_no_duct_and_costs_twice(town: Town) -> None:
    service = deliver(town, replace(WANTED, diverse=True))

    one, two = service.legs
    assert not set(one.ducts) & set(two.ducts)
    assert {strand.cable for strand in strands_of(service.legs)} == {"k-east", "k-west", "k-bank"}
    assert service.monthly_pence == 2 * town.tools.catalogue.strand_product("dark-fibre-pair").monthly_pence_by_term[12]


def test_splices_that_are_still_to_be_made_are_listed_for_the_engineer_and_not_for_the_isp(town: Town) -> None:
    deliver(town)
    order = place(town, key="k2")
    town.walk_all()

    story = front_desk.order_story(town.tools, SYSTEM, order.id)
    assert any(task.startswith("Splice k-east:") and task.endswith(" at pit.") for task in story.tasks)
    assert story.plan_digest is not None
    assert front_desk.order_story(town.tools, ANNA, order.id).tasks == ()


def test_an_approval_is_bound_to_the_plan_that_was_looked_at(town: Town) -> None:
    order = place(town)
    town.walk_all()

    with pytest.raises(ChangedSinceApproval):
        front_desk.approve(town.tools, SYSTEM, order.id, digest="0" * 64)
    digest = front_desk.order_story(town.tools, SYSTEM, order.id).plan_digest
    front_desk.approve(town.tools, SYSTEM, order.id, digest=digest)


def test_a_declined_order_gives_everything_back(town: Town) -> None:
    order = place(town)
    town.walk_all()
    assert held(town)

    front_desk.decline(town.tools, SYSTEM, order.id, reason="the pit is flooded")
    town.walk_all()

    assert town.look(order.id).state is OrderState.CANCELLED
    assert service_of(town, order).state is ServiceState.CANCELLED
    assert held(town) == set()


def test_a_plant_that_changed_before_the_approval_is_found_out_and_all_is_given_back(town: Town) -> None:
    order = place(town)
    town.walk_all()
    inventory = town.tools.load_snapshot().inventory
    broken = tuple(
        replace(each, state=StrandState.FAULTY) if each.ref == StrandRef("k-west", 3) else each
        for each in inventory.strands
    )
    later = Snapshot(replace(inventory, strands=broken))
    town.tools = replace(town.tools, load_snapshot=lambda: later)

    front_desk.approve(town.tools, SYSTEM, order.id)
    town.walk_all()

    ended = town.look(order.id)
    assert (ended.state, ended.reasons[0].code) == (OrderState.FAILED, "strands-lost")
    assert "strand k-west:3 is faulty" in ended.reasons[0].sentence
    assert held(town) == set()


def without_the_bank(town: Town) -> None:
    """Leave one way only: the one over the pit."""
    inventory = town.tools.load_snapshot().inventory
    left = Snapshot(
        replace(
            inventory,
            cables=tuple(each for each in inventory.cables if each.code != "k-bank"),
            cable_bores=tuple(each for each in inventory.cable_bores if each.cable != "k-bank"),
            strands=tuple(each for each in inventory.strands if each.ref.cable != "k-bank"),
            odf_positions=tuple(each for each in inventory.odf_positions if "bank" not in each.ref.odf),
        )
    )
    town.tools = replace(town.tools, load_snapshot=lambda: left)


def reason_of_rejection(town: Town, wanted: StrandsWanted) -> Reason:
    order = place(town, wanted)
    town.walk_all()
    ended = town.look(order.id)
    assert (ended.state, ended.service_id, held(town)) == (OrderState.REJECTED, None, set())
    [reason] = ended.reasons
    return reason


def test_an_order_that_would_lose_too_much_light_is_rejected_with_the_figures(town: Town) -> None:
    reason = reason_of_rejection(town, replace(WANTED, max_loss_db=0.5))

    assert reason.code == "loss-too-high"
    assert "loses more than 0.50 dB" in reason.sentence


def test_a_diverse_order_without_two_ways_is_rejected_and_told_what_they_share(town: Town) -> None:
    without_the_bank(town)

    reason = reason_of_rejection(town, replace(WANTED, diverse=True))

    assert reason.code == "no-diverse-route"
    assert "duct:d-east" in reason.sentence
    assert "corridor:tram" in reason.sentence


def test_a_diverse_order_is_told_which_consent_the_second_way_lacks(town: Town) -> None:
    reason = reason_of_rejection(town, replace(WANTED, window=Window(TODAY, date(2027, 3, 1)), diverse=True))

    assert reason.code == "no-diverse-route"
    assert "the best pair shares duct:d-bank" in reason.sentence
    assert "duct:d-west (consent c-canal of Canal Trust is from 2020-01-01 to 2027-01-01)" in reason.sentence


def test_a_consent_that_ends_before_the_window_does_is_named(town: Town) -> None:
    without_the_bank(town)

    reason = reason_of_rejection(town, replace(WANTED, window=Window(TODAY, date(2027, 3, 1))))

    assert reason.code == "consent-missing"
    assert "c-canal" in reason.sentence


def test_when_all_pairs_are_sold_the_next_is_told_which_cables_are_full(town: Town) -> None:
    orders = [place(town, key=f"k{number}") for number in range(8)]
    town.walk_all()

    states = [town.look(order.id) for order in orders]
    rejected = [order for order in states if order.state is OrderState.REJECTED]
    assert [order.state for order in states].count(OrderState.IN_PROGRESS) == 6  # 10 western strands, 4 along the bank
    assert {reason.code for order in rejected for reason in order.reasons} == {"strands-exhausted"}


def test_the_same_strands_are_sold_again_for_days_that_do_not_overlap(town: Town) -> None:
    week, next_week = (Window(TODAY + timedelta(days=first), TODAY + timedelta(days=first + 6)) for first in (0, 7))

    one = deliver(town, replace(WANTED, window=week))
    two = deliver(town, replace(WANTED, window=next_week), "k2")

    assert strands_of(one.legs) == strands_of(two.legs)


def test_a_service_whose_window_is_over_is_ceased_once_by_whoever_looks(town: Town) -> None:
    service = deliver(town, replace(WANTED, window=Window(TODAY, TODAY + timedelta(days=6))))
    assert end_what_is_over(town.tools) == ()
    after = replace(town.tools, now=lambda: START + timedelta(days=7))

    assert end_what_is_over(after) == (service.id,)
    assert end_what_is_over(after) == ()
    town.walk_all()

    assert front_desk.service(town.tools, ANNA, service.id).state is ServiceState.TERMINATED
    assert held(town) == set()
    assert end_what_is_over(after) == ()


@pytest.mark.parametrize("diverse", [False, True])
def test_killed_at_any_moment_the_order_is_ended_by_the_next_worker_and_nothing_is_held_twice(
    engine: Engine, diverse: bool
) -> None:
    wanted, moment = replace(WANTED, diverse=diverse), 0
    town = build_town(engine, strand_town())
    while True:
        moment += 1
        order = place(town, wanted, key=f"k{moment}")
        crashed = dies(town, moment)
        town.walk_all()
        if town.look(order.id).awaiting_approval:
            front_desk.approve(town.tools, SYSTEM, order.id)
        crashed = dies(town, moment) or crashed
        town.walk_all()
        service = service_of(town, order)
        assert service.state is ServiceState.ACTIVE
        assert held(town) == {str(each) for each in (*strands_of(service.legs), *positions_of(service.legs))}
        told = town.events(order.id)
        assert len(told) == len(set(told))
        front_desk.cease_service(town.tools, ANNA, service.id, idempotency_key=f"c{moment}")
        crashed = dies(town, moment) or crashed
        town.walk_all()
        assert held(town) == set()
        if not crashed:
            break
    assert moment > 8


def dies(town: Town, moment: int) -> bool:
    """Whether the walk of what is left to do got as far as that moment, and died there."""
    left = [each for each in town.put if each not in town.journals or len(town.journals[each].answers) == 0]
    try:
        town.walk_all(dies_at=moment if left else None)
    except Crash:
        return True
    return False


def test_of_many_orders_at_once_each_has_strands_of_its_own(town: Town) -> None:
    orders = [place(town, key=f"k{number}") for number in range(6)]
    jobs, town.put[:] = list(town.put), []

    def walk(job: tuple[str, str]) -> None:
        apart = replace(town, put=[job], journals={})
        apart.walk_all()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(walk, jobs))

    legs = [service_of(town, order).legs for order in orders]
    strands = [strand for each in legs for strand in strands_of(each)]
    assert len(strands) == len(set(strands))
    assert held(town) >= {str(strand) for strand in strands}


BAD: dict[str, tuple[Callable[[], OrderRequest], type[NeutralhostError]]] = {
    "an unknown place": (lambda: request_for(replace(WANTED, z_place="nowhere")), UnknownThing),
    "a place to itself": (lambda: request_for(replace(WANTED, z_place="quay")), SamePlace),
    "a window in the past": (
        lambda: request_for(replace(WANTED, window=Window(TODAY - timedelta(days=1)))),
        WindowInPast,
    ),
    "a window for ever": (
        lambda: request_for(replace(WANTED, window=Window(TODAY, date(9999, 12, 31)))),
        WindowTooLong,
    ),
    "no loss": (lambda: request_for(replace(WANTED, max_loss_db=0.0)), RequestInvalid),
    "a loss that is no number": (lambda: request_for(replace(WANTED, max_loss_db=float("nan"))), RequestInvalid),
    "a place and premises": (lambda: replace(request_for(), uprn="1"), RequestInvalid),
    "another product": (lambda: replace(request_for(), product="access-eline"), UnknownProduct),
    "another term": (lambda: request_for(term_months=7), TermNotOffered),
    "a name of control characters": (lambda: request_for(replace(WANTED, a_place="q\x1b[2J")), RequestInvalid),
}


@pytest.mark.parametrize("case", sorted(BAD))
def test_what_cannot_be_meant_is_refused_and_leaves_no_row(town: Town, case: str) -> None:
    request, error = BAD[case]

    with pytest.raises(error):
        front_desk.place_order(town.tools, ANNA, request(), idempotency_key="k1")

    assert front_desk.orders(town.tools, SYSTEM).orders == ()
    assert town.put == []


def test_a_request_without_strands_keeps_the_digest_it_had_before_strands_were_sold() -> None:
    circuit = OrderRequest("access-eline", "1", "quay-alder", 100, 12, "ref")

    assert (
        request_digest(OrderAction.ADD, circuit) == "2120c3ba997aea2fbc519755c2969c3715be1df5bf95255e8ce8206a8514d3f7"
    )
    assert request_digest(OrderAction.ADD, request_for()) != request_digest(
        OrderAction.ADD, request_for(replace(WANTED, diverse=True))
    )


def test_an_isp_s_story_has_every_step_and_the_waiting(town: Town) -> None:
    order = place(town)
    town.walk_all()

    story = front_desk.order_story(town.tools, ANNA, order.id)
    assert story.steps == STEPS[OrderAction.ADD, ProductKind.STRANDS]
    assert [event.step for event in story.events if event.status is EventStatus.WAITING] == ["approve"]
