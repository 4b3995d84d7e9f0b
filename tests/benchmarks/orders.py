"""What the durable engine adds to an order: the same steps on the same database, called directly.

The devices answer at once, so that all that is left is ours: the steps' own transactions, and the
engine's. `python -m tests.benchmarks.orders [N]` is the other measurement: N orders through
simulated devices, all through the same two switches, which is the worst case (one order at a
time changes a device).
"""

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine, event

from inventory.snapshot import Inventory
from inventory.store.engine import migrate, open_engine
from provisioning import front_desk
from provisioning.bootstrap import House
from provisioning.front_desk import SYSTEM
from provisioning.orders import EventStatus, Order, OrderState
from tests.benchmarks.measure import STATEMENTS, Line, seconds_of
from tests.integration.running import Running, running
from tests.integration.street import street
from tests.integration.walking import Devices, Town, build_town

COUNT, ROUNDS = 40, 3


def measure() -> Iterator[Line]:
    """Seconds and statements an order, through the engine and without it."""
    homes = COUNT * ROUNDS
    inventory = street(homes, tags=homes)
    with (
        tempfile.TemporaryDirectory() as folder,
        running(f"sqlite:///{Path(folder) / 'engine.db'}", inventory, works=False) as town,
    ):
        town = replace(town, house=answering_at_once(town.house))
        other = open_engine(f"sqlite:///{Path(folder) / 'direct.db'}")
        direct = direct_town(other, inventory)
        counted, counted_direct = _counter(*_engines(town.house)), _counter(other)
        town.house.start_worker()
        ours, bare, statements, bare_statements = (list[float]() for _ in range(4))
        for round_ in range(ROUNDS):
            numbers = range(round_ * COUNT + 1, (round_ + 1) * COUNT + 1)
            began, began_direct = counted[0], counted_direct[0]
            ours.append(seconds_of(lambda numbers=numbers: through_the_engine(town, numbers)) / COUNT)
            bare.append(seconds_of(lambda numbers=numbers: directly(direct, numbers)) / COUNT)
            statements.append((counted[0] - began) / COUNT)
            bare_statements.append((counted_direct[0] - began_direct) / COUNT)
        steps = len([line for line in direct.events("O-1") if line.endswith("done")])
        other.dispose()
    per_s, ms_a_step = COUNT / (sum(ours) / ROUNDS * COUNT), sum(ours) / ROUNDS / steps * 1000
    yield Line(
        f"orders: one of {COUNT} placed at once, from accept to completed",
        ours,
        bare,
        f"the same {steps} steps on the same database, called directly",
        note=f"{per_s:.1f} orders/s, {ms_a_step:.1f} ms a step",
    )
    yield Line("orders: statements of one", statements, bare_statements, "the same, directly", STATEMENTS)


def answering_at_once(house: House) -> House:
    return replace(house, tools=replace(house.tools, deployer=Devices()))


def direct_town(engine: Engine, inventory: Inventory) -> Town:
    migrate(engine)
    return build_town(engine, inventory)


def _engines(house: House) -> tuple[Engine, Engine]:
    return house.engine, house._engine_for_workflows


def _counter(*engines: Engine) -> list[int]:
    """A list of one number: how many statements these engines have sent."""
    counted = [0]

    def count(*_: object) -> None:
        counted[0] += 1

    for engine in engines:
        event.listen(engine, "before_cursor_execute", count)
    return counted


def through_the_engine(town: Running, homes: Sequence[int]) -> None:
    ended = town.wait([town.order(home) for home in homes], timeout_s=600.0)
    assert {order.state for order in ended} == {OrderState.COMPLETED}


def directly(town: Town, homes: Sequence[int]) -> None:
    town.put.clear()
    placed = [town.order(home) for home in homes]
    town.walk_all()
    assert {town.look(order_id).state for order_id in placed} == {OrderState.COMPLETED}


def main(count: int) -> None:
    """Walk `count` orders to their end, and print what that cost in wall-clock and processor seconds."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running(f"sqlite:///{Path(folder) / 'orders.db'}", street(homes=count, tags=count)) as town,
    ):
        town.wait([town.order(1)])
        began, began_cpu = time.perf_counter(), time.process_time()
        ended = town.wait([town.order(home) for home in range(2, count + 1)], timeout_s=3600.0)
        wall_s, cpu_s = time.perf_counter() - began, time.process_time() - began_cpu
        assert {order.state for order in ended} == {OrderState.COMPLETED}
        print(
            f"{len(ended)} orders in {wall_s:.1f} s: {len(ended) / wall_s:.2f}/s; {cpu_s / len(ended):.3f} s CPU each"
        )
        for step, seconds in _medians(town, ended):
            print(f"  {step:10} {seconds * 1000:7.0f} ms, median, waiting for devices included")


def _medians(town: Running, ended: Sequence[Order]) -> list[tuple[str, float]]:
    found: dict[str, list[float]] = {}
    for order in ended:
        for line in front_desk.order_story(town.house.tools, SYSTEM, order.id).events:
            if line.status is EventStatus.DONE and line.seconds is not None:
                found.setdefault(line.step, []).append(line.seconds)
    return [(step, sorted(seconds)[len(seconds) // 2]) for step, seconds in found.items()]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 41)
