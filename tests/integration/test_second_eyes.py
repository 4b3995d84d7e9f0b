"""Dangerous approvals on a real database: two different people, neither who placed the order, for the same plan."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine

from provisioning import front_desk
from provisioning.dangers import Danger
from provisioning.errors import Forbidden, WrongState
from provisioning.front_desk import SYSTEM
from provisioning.isps import Principal, Role
from provisioning.orders import EventStatus, Order
from provisioning.people_errors import SecondEyesNeeded
from provisioning.second_eyes import approved_by_enough
from provisioning.tools import Tools
from tests.integration.desk import desk_on
from tests.web_town import HOME, Town

OLGA = Principal("olga", Role.OPERATOR, None)
AMIT = Principal("amit", Role.APPROVER, None)
NORA = Principal("nora", Role.NOC, None)


@pytest.fixture
def town(engine: Engine) -> Town:
    """A town where an order of 2,500 Mbit/s is large."""
    town = Town(engine)
    object.__setattr__(town.tools.settings, "two_approvals_from_mbps", 2500)
    return town


@pytest.fixture
def waiting(town: Town) -> Order:
    order = town.place(uprn=HOME, bandwidth_mbps=2500)
    town.wait_for_approval(order)
    return order


def test_the_first_approval_is_told_and_the_second_lets_the_work_begin(town: Town, waiting: Order) -> None:
    before = list(town.jobs.asked)
    first = front_desk.approve(town.tools, OLGA, waiting.id)

    assert first.awaiting_approval
    assert town.jobs.asked == before
    told = front_desk.order_story(town.tools, AMIT, waiting.id).events[-1]
    assert (told.step, told.status, told.facts["by"]) == ("approve", EventStatus.WAITING, "olga")
    assert "the first of two" in told.text
    assert Danger.LARGE in told.facts["why"]

    second = front_desk.approve(town.tools, AMIT, waiting.id)
    assert not second.awaiting_approval
    assert len(town.jobs.asked) == len(before) + 1


def test_nobody_is_two_people_and_who_placed_it_is_neither(town: Town, waiting: Order) -> None:
    front_desk.approve(town.tools, OLGA, waiting.id)
    for who, did in ((OLGA, "has approved this already"), (SYSTEM, "asked for this")):
        with pytest.raises(SecondEyesNeeded, match=did):
            front_desk.approve(town.tools, who, waiting.id)
    with pytest.raises(Forbidden):
        front_desk.approve(town.tools, NORA, waiting.id)
    assert front_desk.order(town.tools, OLGA, waiting.id).awaiting_approval


def test_a_small_order_takes_one(town: Town) -> None:
    order = town.place(uprn=HOME, bandwidth_mbps=1000)
    town.wait_for_approval(order)
    assert not front_desk.approve(town.tools, OLGA, order.id).awaiting_approval


def test_a_decline_takes_one_even_after_the_first_approval(town: Town, waiting: Order) -> None:
    front_desk.approve(town.tools, OLGA, waiting.id)
    front_desk.decline(town.tools, AMIT, waiting.id, reason="No power.")
    with pytest.raises(WrongState):
        front_desk.approve(town.tools, AMIT, waiting.id)


def counting(tools: Tools, *, digest: str = "d", asked_by: str = "anna") -> Callable[[Principal], bool]:
    def approve(who: Principal) -> bool:
        with tools.open_unit_of_work() as work:
            enough = approved_by_enough(
                work,
                who,
                about="order O-1",
                why={Danger.LARGE},
                digest=digest,
                asked_by=asked_by,
                now=tools.now(),
            )
            work.commit()
        return enough

    return approve


def test_an_approval_of_another_plan_counts_no_more(engine: Engine) -> None:
    tools = desk_on(engine)
    assert not counting(tools, digest="old")(OLGA)
    assert not counting(tools, digest="new")(AMIT)
    assert counting(tools, digest="new")(OLGA)


def test_of_two_who_approve_at_the_same_moment_one_is_the_second(engine: Engine) -> None:
    tools, start = desk_on(engine), Barrier(4, timeout=60)
    people = [Principal(name, Role.APPROVER, None) for name in ("amit", "bea", "cem", "dora")]

    def ask(who: Principal) -> bool:
        start.wait(10)
        return counting(tools)(who)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(ask, people)) == [False, True, True, True]


def test_the_page_of_approvals_says_who_was_the_first_and_takes_the_second(town: Town, waiting: Order) -> None:
    olga, amit = town.browser("olga"), town.browser("amit")
    olga.get("/approvals")
    assert olga.post(f"/orders/{waiting.id}/approve").status_code == 303
    assert "Approved by olga, the first of two." in amit.get("/approvals").text
    assert olga.post(f"/orders/{waiting.id}/approve").status_code == 409
    assert amit.post(f"/orders/{waiting.id}/approve").status_code == 303
    assert waiting.id not in amit.get("/approvals").text
