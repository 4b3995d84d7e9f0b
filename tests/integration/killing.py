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
