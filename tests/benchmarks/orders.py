"""How many orders one worker walks a second, simulated devices included: `python -m tests.benchmarks.orders [N]`.

All go through the same two switches, which is the worst case: one order at a time changes a device.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from provisioning import front_desk
from provisioning.front_desk import SYSTEM
from provisioning.orders import EventStatus, Order, OrderState
from tests.integration.running import Running, running
from tests.integration.street import street


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
        for event in front_desk.order_story(town.house.tools, SYSTEM, order.id).events:
            if event.status is EventStatus.DONE and event.seconds is not None:
                found.setdefault(event.step, []).append(event.seconds)
    return [(step, sorted(seconds)[len(seconds) // 2]) for step, seconds in found.items()]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 41)
