"""Who asks is never an input: the same order book with the ISPs' names permuted is treated the same.

Handovers go to other ISPs by the permutation, and so do the orders that use them; everything else stays. Then every
order must get the same answer, design, tags, price and place in the sequence.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import count, permutations
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from inventory.examples import example_folder
from inventory.files.bundle import read_bundle
from inventory.snapshot import Inventory
from inventory.source import NoRecord
from inventory.store.engine import let_go, open_engine
from provisioning import front_desk
from provisioning.front_desk import SYSTEM
from provisioning.orders import ENDED, Order, OrderRequest, OrderState
from provisioning.qualification import QualificationRequest
from provisioning.tools import Tools
from tests.integration.running import Running, running, wait_until
from tests.integration.walking import build_town

PRODUCT, TERM_MONTHS = "access-eline", 12
SPEEDS = (100, 250, 500, 1000, 2500)


@dataclass(frozen=True)
class Wish:
    """One line of the order book."""

    isp_code: str
    request: OrderRequest


@cache
def manchester() -> Inventory:
    return read_bundle(example_folder("manchester"))


def isps_of(inventory: Inventory) -> tuple[str, ...]:
    return tuple(sorted({handover.isp_code for handover in inventory.handovers}))


def order_book(inventory: Inventory, length: int, seed: int) -> list[Wish]:
    """Orders for premises with and without an NTE, at all speeds, some twice at one place: green, yellow and red."""
    chance = random.Random(seed)
    equipped = {device.uprn for device in inventory.devices if device.uprn}
    served = [each.uprn for each in inventory.premises if each.uprn in equipped]
    others = [each.uprn for each in inventory.premises if each.uprn not in equipped]
    wishes = []
    for _ in range(length):
        handover = chance.choice(inventory.handovers)
        uprn = chance.choice(served if chance.random() < 0.85 else others)
        request = OrderRequest(PRODUCT, uprn, handover.code, chance.choice(SPEEDS), TERM_MONTHS)
        wishes.append(Wish(handover.isp_code, request))
    return wishes


def permuted(inventory: Inventory, names: Mapping[str, str]) -> Inventory:
    handovers = tuple(replace(each, isp_code=names[each.isp_code]) for each in inventory.handovers)
    return replace(inventory, handovers=handovers)


def answers(tools: Tools, wishes: Sequence[Wish], names: Mapping[str, str]) -> list[Any]:
    """What each ISP is told before it orders."""
    found = []
    for wish in wishes:
        request = wish.request
        asked = QualificationRequest(request.product, request.uprn, request.bandwidth_mbps, request.handover)
        told = front_desk.qualify(tools, SYSTEM, asked)
        found.append((told.confidence, [reason.code for reason in told.reasons], told.speeds))
    return found


def place(tools: Tools, wishes: Sequence[Wish], names: Mapping[str, str]) -> list[Order]:
    keys = count()
    return [
        front_desk.place_order(
            tools, SYSTEM, wish.request, idempotency_key=f"wish-{next(keys)}", isp_code=names[wish.isp_code]
        )[0]
        for wish in wishes
    ]


def outcome(tools: Tools, order_id: str) -> Any:
    """What became of an order, without the ids that are drawn at random."""
    order = front_desk.order(tools, SYSTEM, order_id)
    circuit = None
    if order.service_id is not None:
        circuit = front_desk.service(tools, SYSTEM, order.service_id).circuit
    reasons = [reason.code for reason in order.reasons]
    return order.state, order.waits_for, reasons, order.monthly_pence, order.setup_pence, circuit


@pytest.fixture
def other_engine(module_database_url: str) -> Iterator[Engine]:
    """Another fresh database beside `engine`: only one test of this module may use it."""
    engine = open_engine(module_database_url)
    yield engine
    let_go(engine)


def test_answers_designs_tags_and_prices_do_not_depend_on_the_isp(engine: Engine, other_engine: Engine) -> None:
    inventory = manchester()
    isps = isps_of(inventory)
    wishes = order_book(inventory, 40, seed=4)
    shifted = isps[1:] + isps[:1]
    told, ended = [], []
    for database, names in ((engine, isps), (other_engine, shifted)):
        renamed = dict(zip(isps, names, strict=True))
        town = build_town(database, permuted(inventory, renamed))
        town.tools = replace(town.tools, record=NoRecord())
        told.append(answers(town.tools, wishes, renamed))
        orders = place(town.tools, wishes, renamed)
        town.walk_all()
        ended.append([outcome(town.tools, order.id) for order in orders])

    assert told[0] == told[1]
    assert ended[0] == ended[1]
    delivered = [circuit for state, *_, circuit in ended[0] if state is OrderState.COMPLETED]
    assert len(delivered) > 15, "the book must be one in which orders are delivered"
    assert len({circuit.handover_code for circuit in delivered}) == len(inventory.handovers)


@pytest.mark.parametrize("seed", [1])
def test_orders_are_served_in_the_order_in_which_they_came_whoever_asked(tmp_path: Path, seed: int) -> None:
    inventory = manchester()
    isps = isps_of(inventory)
    wishes = order_book(inventory, 8, seed=seed)
    served = []
    for number, names in enumerate(random.Random(seed).sample(list(permutations(isps)), 2)):
        renamed = dict(zip(isps, names, strict=True))
        url = f"sqlite:///{tmp_path / f'{number}.db'}"
        with running(url, permuted(inventory, renamed), works=False, orders_at_a_time=1) as town:
            tools = town.house.tools
            orders = place(tools, wishes, renamed)
            town.house.start_worker()
            served.append(_in_sequence(town, orders))

    assert served[0] == served[1]


def _in_sequence(town: Running, orders: Sequence[Order]) -> list[int]:
    """The book's lines in the order in which a worker began with them; until all rest or have ended."""
    tools = town.house.tools

    def all_rest() -> bool:
        found = [front_desk.order(tools, SYSTEM, order.id) for order in orders]
        return all(order.state in ENDED or order.waits_for is not None for order in found)

    wait_until(all_rest)
    began = []
    for line, order in enumerate(orders):
        events = front_desk.order_story(tools, SYSTEM, order.id).events
        began.append((next(event.at for event in events if event.step == "qualify"), line))
    return [line for _, line in sorted(began)]
