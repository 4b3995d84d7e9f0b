"""Kill a worker at chosen moments of orders, let the next one go on, and look at what became of it all."""

import os
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from inventory.windows import Window
from provisioning import front_desk
from provisioning.front_desk import SYSTEM
from provisioning.orders import Order, OrderRequest, OrderState
from provisioning.wanted import StrandsWanted
from tests.forks import run_apart
from tests.integration import worker_that_dies
from tests.integration.running import Running
from tests.integration.two_isps import move

type Moment = tuple[str, str]
"""A step, and "before" or "after" it."""


def around(*steps: str) -> list[Moment]:
    """Every moment around these steps."""
    return [(step, moment) for step in steps for moment in ("before", "after")]


def work(town: Running, url: str, doomed: str = "-", step: str = "-", moment: str = "-") -> None:
    """Run a worker process until it is killed at that moment, or, without one, until all orders have ended."""
    log = Path(tempfile.gettempdir()) / f"nh-killed-{os.getpid()}.log"
    log.unlink(missing_ok=True)
    code = run_apart(worker_that_dies.main, url, str(town.fleet.port), doomed, step, moment, log=log)
    assert code == (0 if doomed == "-" else -9), log.read_text()[-4000:]
    log.unlink()


def kill_at_each(
    town: Running, url: str, adds: Sequence[Moment], failing: Sequence[Moment], ceases: Sequence[Moment]
) -> None:
    """Place one order a moment, kill the worker there, and check that nobody could tell afterwards.

    Each worker first goes on with the order that killed the one before it. `failing` orders are
    for homes whose NTE refuses, and are killed while they are undone.
    """
    before = town.configs()
    added = [_killed(town, url, town.order(home), at) for home, at in enumerate(adds, 1)]
    failed = []
    for home, at in enumerate(failing, len(adds) + 1):
        town.fleet.refuse(f"nte-{home}", "^vlan")
        failed.append(_killed(town, url, town.order(home), at))
    work(town, url)
    added, failed = town.wait(added, 1.0), town.wait(failed, 1.0)
    assert {order.state for order in added} == {OrderState.COMPLETED}
    assert {order.state for order in failed} <= {OrderState.FAILED}
    assert set(town.held()) == {order.service_id for order in added}
    _agree(town, added)

    ceased = [
        _killed(town, url, town.cease(str(order.service_id)), at) for order, at in zip(added, ceases, strict=False)
    ]
    work(town, url)
    assert {order.state for order in town.wait(ceased, 1.0)} <= {OrderState.COMPLETED}
    rest = [town.cease(str(order.service_id)) for order in added[len(ceases) :]]
    work(town, url)
    town.wait(rest, 1.0)

    assert town.configs() == before
    assert town.held() == {}
    for order in (*added, *failed, *ceased):
        events = town.events(order.id)
        assert len(events) == len(set(events)), f"{order.id} tells something twice: {events}"


def kill_strands_at_each(
    town: Running, url: str, adds: Sequence[Moment], delivers: Sequence[Moment], ceases: Sequence[Moment]
) -> None:
    """The same for orders of strands, each for a day of its own; every one is approved once it waits."""
    today = town.house.tools.now().date()
    days = [Window(day := today + timedelta(days=number + 1), day) for number in range(len(adds))]
    added = [_killed(town, url, _order_strands(town, day), at) for day, at in zip(days, adds, strict=True)]
    work(town, url)
    for order, at in zip(added, [*delivers, *[None] * len(adds)], strict=False):
        assert town.look(order.id).awaiting_approval
        front_desk.approve(town.house.tools, SYSTEM, order.id)
        if at is not None:
            work(town, url, order.id, *at)
    work(town, url)
    added = town.wait(added, 1.0)
    assert {order.state for order in added} == {OrderState.COMPLETED}
    assert _holders(town) == {order.service_id for order in added}

    ceased = [
        _killed(town, url, town.cease(str(order.service_id)), at) for order, at in zip(added, ceases, strict=False)
    ]
    rest = [town.cease(str(order.service_id)) for order in added[len(ceases) :]]
    work(town, url)
    assert {order.state for order in town.wait([*ceased, *rest], 1.0)} == {OrderState.COMPLETED}
    assert _holders(town) == set()
    for order in (*added, *ceased):
        events = town.events(order.id)
        assert len(events) == len(set(events)), f"{order.id} tells something twice: {events}"


def _order_strands(town: Running, window: Window) -> Order:
    request = OrderRequest("dark-fibre-pair", "", "", 0, 12, "", StrandsWanted("quay", "mill", window))
    key = f"strands-{window.first}"
    return front_desk.place_order(town.house.tools, SYSTEM, request, idempotency_key=key, isp_code="alder")[0]


def _holders(town: Running) -> set[str]:
    """Who holds strands; each strand has one holder on any day, or the database would have refused."""
    with town.house.tools.open_unit_of_work(reading=True) as work:
        return {hold.by for holds in work.holds.use().strands.values() for hold in holds}


def _killed(town: Running, url: str, order: Order, at: Moment) -> Order:
    work(town, url, order.id, *at)
    return order


def _agree(town: Running, added: Sequence[Order]) -> None:
    """Whether each device names exactly the circuits that the database says it carries."""
    configs = town.configs()
    services = {str(order.service_id) for order in added}
    for switch in ("sw-dx", "sw-dxp"):
        named = {line.split()[1] for line in configs[switch].splitlines() if line.startswith("   name S-")}
        assert named == services


def kill_modifies_at_each(town: Running, url: str, at: Sequence[Moment], undone: Sequence[Moment] = ()) -> None:
    """Change one home's speed a moment, kill the worker there, and check that the change was made once, or not at all.

    `undone` are for homes whose NTE refuses the new bandwidth profile: killed while they are put back.
    """
    homes = range(1, len(at) + len(undone) + 1)
    placed = [town.order(home) for home in homes]
    work(town, url)
    services = [str(order.service_id) for order in town.wait(placed, 1.0)]
    before, held = town.configs(), town.held()
    changed = [
        _killed(town, url, _modify(town, service), moment) for service, moment in zip(services, at, strict=False)
    ]
    failed = []
    for home, moment in enumerate(undone, len(at) + 1):
        town.fleet.refuse(f"nte-{home}", "police rate")
        failed.append(_killed(town, url, _modify(town, services[home - 1]), moment))
    work(town, url)
    assert {order.state for order in town.wait(changed, 1.0)} <= {OrderState.COMPLETED}
    assert {order.state for order in town.wait(failed, 1.0)} <= {OrderState.FAILED}
    differing = {name for name, text in town.configs().items() if text != before[name]}
    assert differing == {f"nte-{home}" for home in range(1, len(at) + 1)}
    back = [_modify(town, service, 100) for service in services[: len(at)]]
    work(town, url)
    assert {order.state for order in town.wait(back, 1.0)} <= {OrderState.COMPLETED}
    assert (town.configs(), town.held()) == (before, held)
    _told_once(town, [*changed, *failed])


def kill_moves_at_each(town: Running, url: str, at: Sequence[Moment], undone: Sequence[Moment] = ()) -> None:
    """Move one home's line a moment, kill the worker there, and check that it moved once and whole, or not at all.

    `undone` are for homes whose NTE refuses the switch: the line works as before.
    """
    fresh = town.configs()
    homes = range(1, len(at) + len(undone) + 1)
    placed = [town.order(home) for home in homes]
    work(town, url)
    services = [str(order.service_id) for order in town.wait(placed, 1.0)]
    lines = [front_desk.line(town.house.tools, SYSTEM, service_id=one).line.access_line_id for one in services]
    before = town.configs()
    moved = [_killed(town, url, move(town, lines[home - 1], home), moment) for home, moment in enumerate(at, 1)]
    failed = []
    for home, moment in enumerate(undone, len(at) + 1):
        town.fleet.refuse(f"nte-{home}", "^vlan 3")
        failed.append(_killed(town, url, move(town, lines[home - 1], home), moment))
    work(town, url)
    moved, failed = town.wait(moved, 1.0), town.wait(failed, 1.0)
    assert {order.state for order in moved} <= {OrderState.COMPLETED}
    assert {order.state for order in failed} <= {OrderState.FAILED}
    kept = services[len(at) :]
    assert set(town.held()) == {*kept, *(str(order.service_id) for order in moved)}
    assert all(town.configs()[f"nte-{home}"] == before[f"nte-{home}"] for home in homes[len(at) :])
    ends = [town.cease(service) for service in set(town.held())]
    work(town, url)
    town.wait(ends, 1.0)
    assert (town.configs(), town.held()) == (fresh, {})
    _told_once(town, [*moved, *failed])


def _modify(town: Running, service_id: str, mbps: int = 500) -> Order:
    key = f"modify-{service_id}-{mbps}"
    return front_desk.modify_service(town.house.tools, SYSTEM, service_id, bandwidth_mbps=mbps, idempotency_key=key)[0]


def _told_once(town: Running, orders: Sequence[Order]) -> None:
    for order in orders:
        events = town.events(order.id)
        assert len(events) == len(set(events)), f"{order.id} tells something twice: {events}"
