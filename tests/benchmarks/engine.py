"""What the durable engine costs, and how soon work goes on after a death.

Every figure is held against a bound that was promised: its "baseline" is that bound, so that a
ratio below 1 keeps it. Devices are simulated and answer at once. Seconds by the clock need a machine
that does nothing else.
"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from inventory.store.engine import open_engine
from inventory.store.mirror import replace_inventory
from provisioning.bootstrap import House, prepare_database
from provisioning.orders import ENDED, Order
from tests.benchmarks.measure import Line
from tests.benchmarks.orders import answering_at_once, direct_town, directly, through_the_engine
from tests.integration.chaos import Chaos, SharedDevices, house_on
from tests.integration.running import running, settings_of
from tests.integration.street import street

COUNT, ROUNDS = 30, 3
OVERHEAD_BOUND_S = 0.060
ACCEPT_BOUND_S = 0.050
RESUME_BOUND_S = 3.0
TAKEOVER_BOUND_S = 60.0
WORKFLOWS_A_SECOND = 5


def measure() -> Iterator[Line]:
    """CPU seconds an order, acceptance under load, and what follows a death."""
    yield _overhead()
    yield _acceptance()
    yield _resume()
    yield _takeover()


def _overhead() -> Line:
    """Processor time of an order through the engine, less that of its steps called directly."""
    homes = COUNT * ROUNDS
    inventory = street(homes, tags=homes)
    over: list[float] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        running(f"sqlite:///{Path(folder) / 'engine.db'}", inventory, works=False) as town,
    ):
        town = replace(town, house=answering_at_once(town.house))
        other = open_engine(f"sqlite:///{Path(folder) / 'direct.db'}")
        direct = direct_town(other, inventory)
        town.house.start_worker()
        for round_ in range(ROUNDS):
            numbers = range(round_ * COUNT + 1, (round_ + 1) * COUNT + 1)
            ours = _cpu_of(partial(through_the_engine, town, numbers))
            bare = _cpu_of(partial(directly, direct, numbers))
            over.append((ours - bare) / COUNT)
        other.dispose()
    return Line(
        "engine: processor time of an order beyond its steps called directly",
        over,
        [OVERHEAD_BOUND_S] * len(over),
        "the bound of 60 ms",
        note="a worker's looks at the queue and the clock included",
    )


def _cpu_of(run: Callable[[], object]) -> float:
    began = time.process_time()
    run()
    return time.process_time() - began


def _acceptance() -> Line:
    """The 95th percentile of placing an order while the same process walks five a second."""
    homes = 130
    rounds = []
    with (
        tempfile.TemporaryDirectory() as folder,
        running(f"sqlite:///{Path(folder) / 'accept.db'}", street(homes, tags=homes), works=False) as town,
    ):
        town = replace(town, house=answering_at_once(town.house))
        town.house.start_worker()
        town.wait([town.order(1)])
        for first in (2, 42, 82):
            placed, took = [], []
            for home in range(first, first + 40):
                began = time.perf_counter()
                placed.append(town.order(home))
                took.append(time.perf_counter() - began)
                time.sleep(max(0.0, 1 / WORKFLOWS_A_SECOND - took[-1]))
            town.wait(placed)
            rounds.append(statistics.quantiles(took, n=20)[-1])
    return Line(
        "engine: accepting an order, 95th percentile, at 5 workflows/s in the same process",
        rounds,
        [ACCEPT_BOUND_S] * len(rounds),
        "the bound of 50 ms",
    )


def _resume() -> Line:
    """From the start of the next process of that name to the first step it goes on with, after kill -9."""
    rounds = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{Path(folder) / 'resume.db'}"
            with _house(url, 1, moment_s=0.0) as (house, devices, _):
                order = Chaos(url, devices, Path(folder), 1, seed=1).order(house, 1)
                _run_program(url, devices, "worker-1", "kill").wait(60)
                began = time.perf_counter()
                program = _run_program(url, devices, "worker-1", "live")
                _wait(partial(_ended, house, [order]))
                rounds.append(time.perf_counter() - began)
                program.send_signal(signal.SIGTERM)
                program.wait(60)
    return Line(
        "engine: an order cut off by kill -9 completed, from the program's next start",
        rounds,
        [RESUME_BOUND_S] * len(rounds),
        "the bound of 3 s",
        note="the interpreter's own start included",
    )


def _takeover() -> Line:
    """From kill -9 of a worker on another machine's name to its order completed by another one, as settings come."""
    defaults = {"heartbeat_every_s": 5.0, "dead_after_s": 25.0}
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'takeover.db'}"
        with _house(url, 1, moment_s=0.0, worker_name="worker-2", **defaults) as (house, devices, _):
            order = Chaos(url, devices, Path(folder), 1, seed=1).order(house, 1)
            _run_program(url, devices, "worker-1", "kill").wait(60)
            began = time.perf_counter()
            house.start_worker()
            _wait(lambda: _ended(house, [order]), timeout_s=120.0)
            took = time.perf_counter() - began
    return Line(
        "engine: a dead worker's order completed by another one, from the death",
        [took],
        [TAKEOVER_BOUND_S],
        "the bound of 60 s",
        note="with the settings' defaults; the other one was started at that moment",
    )


@contextmanager
def _house(url: str, homes: int, *, moment_s: float, **settings: object) -> Iterator[tuple[House, SharedDevices, Path]]:
    with tempfile.TemporaryDirectory() as folder:
        devices = SharedDevices(str(Path(folder) / "devices.db"), moment_s)
        devices.create()
        prepare_database(settings_of(url, 1)[0])
        house = house_on(url, devices, **{"worker_name": "nobody", **settings})
        replace_inventory(house.engine, street(homes, tags=homes))
        try:
            yield house, devices, Path(folder)
        finally:
            house.close()


def _ended(house: House, orders: Sequence[Order]) -> bool:
    with house.tools.open_unit_of_work(reading=True) as work:
        return all(work.orders.get(order.id).state in ENDED for order in orders)


def _wait(true: Callable[[], bool], timeout_s: float = 60.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.02)


def _run_program(url: str, devices: SharedDevices, name: str, how: str) -> subprocess.Popen[bytes]:
    """A worker in an interpreter of its own; to be killed, it dies in the middle of the deploy."""
    arguments = [sys.executable, "-m", "tests.benchmarks.engine", url, devices.path, name, how]
    return subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class _Deadly(SharedDevices):
    """Devices at which the worker dies once the first change is on one."""

    __slots__ = ()

    def _leave(self, change: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


def main(url: str, path: str, name: str, how: str) -> None:
    """Work until SIGTERM, or until the first deploy's end kills it."""
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    devices = _Deadly(path, 0.0) if how == "kill" else SharedDevices(path, 0.0)
    house = house_on(url, devices, worker_name=name)
    house.start_worker()
    stopped.wait()
    house.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
