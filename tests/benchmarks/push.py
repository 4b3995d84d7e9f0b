"""Push one plan to 1,000 simulated devices that take 100 ms to answer, 100 at a time, with all that a push has.

All: claims on every device, the engine's checkpoints (a step a batch), the result of every device in the database,
the device's own timer, verification, a fresh connection to each, and confirmation.

A device needs R round trips of t seconds, counted on the way; the least that N devices can take with W workers is
N x R x t / W. The second line is what the same number of requests take through the same client library from as many
threads, with nothing else: what this machine, as busy as it is, allows. Seconds of the whole push.
"""

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyeapi
from pydantic import SecretStr
from pyeapi.eapilib import EapiConnection
from sqlalchemy import Engine

from automation.change_plan import ChangeAction, DeviceChange
from automation.deploy import NornirDeployer
from automation.hosts import HostAddress
from automation.intents import CircuitIntent
from automation.settings import AutomationSettings
from inventory.devices import Device, DeviceRole
from inventory.places import Place, PlaceKind
from inventory.snapshot import Inventory
from inventory.source import NoRecord
from inventory.store.engine import migrate, open_engine
from inventory.store.mirror import SnapshotCache, replace_inventory
from provisioning import change_plan_desk as desk
from provisioning.catalogue_files import load_catalogue
from provisioning.catalogues import only
from provisioning.change_plans import PlanKind, PlanState
from provisioning.rights import SYSTEM
from provisioning.settings import ProvisioningSettings
from provisioning.store.unit import open_store
from provisioning.tools import Tools
from provisioning.workflows.change_plan import plan_body
from tests.benchmarks.measure import Line
from tests.benchmarks.twin_apart import PASSWORD, USER, address_of, name_of, twin_apart
from tests.integration.desk import NotedJobs
from tests.integration.walking import Journal

DEVICES, WORKERS, ANSWER_AFTER_S, ROUNDS = 1000, 100, 0.1, 2
BATCH = 100


def measure() -> Iterator[Line]:
    """The whole push against the least it can take, and against the bare requests."""
    rounds = [_round() for _ in range(ROUNDS)]
    trips = rounds[-1][2]
    name = f"push: {DEVICES} devices that take {ANSWER_AFTER_S * 1000:.0f} ms to answer, {WORKERS} at a time"
    least = DEVICES * trips * ANSWER_AFTER_S / WORKERS
    note = f"R = {trips:.0f} round trips a device, batches of {BATCH}; sessions beside another: {rounds[-1][3]}"
    yield Line(name, [ours for ours, *_ in rounds], [least] * ROUNDS, "N x R x t / W", note=note)
    bare = "the same requests alone, through pyeapi from as many threads"
    yield Line(name, [ours for ours, *_ in rounds], [bare_s for _, bare_s, *_ in rounds], bare)


def _round() -> tuple[float, float, float, int]:
    """Seconds of the push and of the bare requests, round trips a device, and sessions opened beside another."""
    with (
        twin_apart(DEVICES, ANSWER_AFTER_S) as apart,
        tempfile.TemporaryDirectory() as folder,
        _counted() as trips,
        _tools(Path(folder), apart.port) as tools,
    ):
        plan_id = _approved_plan(tools)
        before, began = trips(), time.perf_counter()
        plan_body(tools)(plan_id, Journal(number=2))
        took = time.perf_counter() - began
        each = (trips() - before) / DEVICES
        done = desk.plan(tools, SYSTEM, plan_id).plan
        assert done.state is PlanState.DONE, done.reasons
        bare = _bare(apart.port, round(each))
        return took, bare, each, apart.end()


def _approved_plan(tools: Tools) -> str:
    ports = ("Ethernet1", "Ethernet2")
    names = [name_of(number) for number in range(1, DEVICES + 1)]
    changes = [
        DeviceChange(name, ChangeAction.ADD, "", "", (CircuitIntent(name, "S-1", 2001, ports),)) for name in names
    ]
    made = desk.propose_change(tools, SYSTEM, PlanKind.OTHER, changes, why="to measure", batch=BATCH)
    plan_body(tools)(made.id, Journal())
    return desk.approve_plan(tools, SYSTEM, made.id).id


@contextmanager
def _tools(folder: Path, port: int) -> Iterator[Tools]:
    engine = open_engine(f"sqlite:///{folder / 'push.db'}")
    try:
        migrate(engine)
        replace_inventory(engine, _inventory())
        yield _wired(engine, port)
    finally:
        engine.dispose()


def _wired(engine: Engine, port: int) -> Tools:
    settings = AutomationSettings(
        _env_file=None,
        device_username=USER,
        device_password=PASSWORD,
        eapi_transport="http",
        eapi_port=port,
        workers=WORKERS,
    )
    hosts = {name_of(number): _host(number) for number in range(1, DEVICES + 1)}
    jobs = NotedJobs()
    return Tools(
        settings=ProvisioningSettings(_env_file=None, token_pepper=SecretStr("pepper"), limit_devices=DEVICES),
        open_unit_of_work=open_store(engine, jobs=lambda _session: jobs, now=_now),
        load_snapshot=SnapshotCache(engine),
        catalogues=only(load_catalogue()),
        deployer=NornirDeployer(lambda: hosts, settings),
        record=NoRecord(),
        now=_now,
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _host(number: int) -> HostAddress:
    return HostAddress(name_of(number), address_of(number), "eos")


def _inventory() -> Inventory:
    place = Place("dx", "The exchange", PlaceKind.DX, "North", 384_000.0, 397_000.0, "a")
    device = Device("", DeviceRole.SWITCH, "eos", "Arista", "7050", "", "dx", None, None)
    devices = tuple(
        replace(device, name=name_of(number), serial=f"SN-{number}", management_address=address_of(number))
        for number in range(1, DEVICES + 1)
    )
    return Inventory(places=(place,), devices=devices)


@contextmanager
def _counted() -> Iterator[Callable[[], int]]:
    """Count every request that the client library sends, until it is left."""
    counted, lock, send = [0], threading.Lock(), EapiConnection.send

    def counting(connection: EapiConnection, *arguments: object) -> object:
        with lock:
            counted[0] += 1
        return send(connection, *arguments)

    EapiConnection.send = counting
    try:
        yield lambda: counted[0]
    finally:
        EapiConnection.send = send


def _bare(port: int, trips: int) -> float:
    """Seconds for `trips` requests to every device through the same client library, and nothing else."""

    def ask(number: int) -> None:
        node = pyeapi.connect(
            host=address_of(number), transport="http", username=USER, password=PASSWORD.get_secret_value(), port=port
        )
        for _ in range(trips):
            node.execute(["show version"])

    began = time.perf_counter()
    with ThreadPoolExecutor(WORKERS) as threads:
        list(threads.map(ask, range(1, DEVICES + 1)))
    return time.perf_counter() - began
