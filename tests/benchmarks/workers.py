"""One, two and four worker processes beside each other on PostgreSQL, on a load that waits for devices.

Every order has devices of its own (an island each: an NTE, a switch, a handover), so that nothing but the number of
workers bounds how many are pushed at a time. A push takes a moment in which the worker only waits. What is measured is
the time from the first worker's look at the queue to the last order's end; the bound is what the pushes alone would
take with as many at a time. Devices are simulated, processes and database are real.
"""

import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from inventory.devices import Device, DeviceRole, Port, PortRef, PortRole
from inventory.handovers import Handover
from inventory.links import Link
from inventory.places import Place, PlaceKind
from inventory.snapshot import Inventory
from inventory.store.mirror import replace_inventory
from inventory.vlans import TagRange
from provisioning import front_desk
from provisioning.bootstrap import House, prepare_database
from provisioning.front_desk import SYSTEM
from provisioning.orders import ENDED, Order, OrderRequest, OrderState
from tests.benchmarks.measure import Line
from tests.integration.chaos import SharedDevices, house_on
from tests.integration.running import settings_of
from tests.integration.street import street, uprn_of
from tests.postgres import cluster

ORDERS, AT_A_TIME = 24, 2
PUSH_S = 2.0  # a device: a session, a diff, a timed commit and a confirmation over a wide network
WORKERS = (1, 2, 4)


def measure() -> Iterator[Line]:
    """Seconds of the whole load with 1, 2 and 4 workers, each held against the pushes alone."""
    with cluster() as url:
        for workers in WORKERS:
            took = _run(url, workers)
            devices_an_order = 2
            pushes = ORDERS * devices_an_order * PUSH_S / (workers * AT_A_TIME)
            yield Line(
                f"workers: {ORDERS} orders of {devices_an_order} pushes of {PUSH_S:g} s, {workers} processes",
                [took],
                [pushes],
                f"the pushes alone, {workers * AT_A_TIME} at a time",
                note=f"{ORDERS / took:.2f} orders/s on PostgreSQL, {AT_A_TIME} at a time in each process",
            )


def islands(count: int) -> Inventory:
    """`count` homes, each with an NTE, a switch in an exchange of its own, and a handover there."""
    numbers = range(1, count + 1)
    town = street(count)
    return replace(
        town,
        places=tuple(
            Place(f"dx-{number}", f"Exchange {number}", PlaceKind.DX, "North", 384_000.0 + number, 397_000.0, "a")
            for number in numbers
        ),
        premises=tuple(replace(home, serving_place=f"dx-{number}") for number, home in enumerate(town.premises, 1)),
        devices=(
            *(device for device in town.devices if device.role is DeviceRole.NTE),
            *(_switch(number) for number in numbers),
        ),
        ports=(
            *(port for port in town.ports if port.ref.device.startswith("nte-")),
            *(port for number in numbers for port in _ports(number)),
        ),
        links=tuple(
            Link(f"drop-{number}", PortRef(f"nte-{number}", "Ethernet2"), _at(number, 1), 10_000, 40.0)
            for number in numbers
        ),
        handovers=tuple(
            Handover(f"ho-{number}", "quayside", f"dx-{number}", _at(number, 48), 10_000, TagRange(2001, 2100))
            for number in numbers
        ),
    )


def _at(number: int, port: int) -> PortRef:
    return PortRef(f"sw-{number}", f"Ethernet{port}")


def _switch(number: int) -> Device:
    name = f"sw-{number}"
    return Device(name, DeviceRole.SWITCH, "eos", "Maker", "M1", f"S-{name}", f"dx-{number}", None, f"127.1.2.{number}")


def _ports(number: int) -> tuple[Port, ...]:
    return Port(_at(number, 1), PortRole.NNI, 10_000), Port(_at(number, 48), PortRole.HANDOVER, 10_000)


def _run(server: str, workers: int) -> float:
    with tempfile.TemporaryDirectory() as folder, _database(server, f"nh_workers_{workers}") as url:
        devices = SharedDevices(str(Path(folder) / "devices.db"), PUSH_S)
        devices.create()
        prepare_database(settings_of(url, 1)[0])
        house = house_on(url, devices, worker_name="nobody")
        running: list[subprocess.Popen[bytes]] = []
        try:
            replace_inventory(house.engine, islands(ORDERS))
            running = [_start(url, devices, number) for number in range(workers)]
            _wait_for_workers(house, workers)
            began = time.perf_counter()
            orders = [_order(house, number) for number in range(1, ORDERS + 1)]
            _wait_until_ended(house, orders)
            return time.perf_counter() - began
        finally:
            for worker in running:
                worker.send_signal(signal.SIGTERM)
            for worker in running:
                worker.wait(60)
            house.close()


@contextmanager
def _database(server: str, name: str) -> Iterator[str]:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        engine.dispose()


def _start(url: str, devices: SharedDevices, number: int) -> subprocess.Popen[bytes]:
    arguments = [sys.executable, "-m", "tests.benchmarks.workers", url, devices.path, f"worker-{number}"]
    return subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _wait_for_workers(house: House, count: int) -> None:
    while len(front_desk.workers(house.tools, SYSTEM)) < count:
        time.sleep(0.05)


def _order(house: House, number: int) -> Order:
    request = OrderRequest("access-eline", uprn_of(number), f"ho-{number}", 100, 12)
    return front_desk.place_order(
        house.tools, SYSTEM, request, idempotency_key=f"island-{number}", isp_code="quayside"
    )[0]


def _wait_until_ended(house: House, orders: list[Order]) -> None:
    left = list(orders)
    while left:
        time.sleep(0.1)
        found = [front_desk.order(house.tools, SYSTEM, order.id) for order in left]
        failed = [order.id for order in found if order.state in ENDED and order.state is not OrderState.COMPLETED]
        if failed:
            raise RuntimeError(f"these orders failed: {failed}")
        left = [order for order in found if order.state not in ENDED]


def main(url: str, path: str, name: str) -> None:
    """Work until SIGTERM."""
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    house = house_on(url, SharedDevices(path, PUSH_S), worker_name=name, orders_at_a_time=AT_A_TIME, dead_after_s=60.0)
    house.start_worker()
    stopped.wait()
    house.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
