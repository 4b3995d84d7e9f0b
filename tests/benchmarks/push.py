"""Push one plan to 1,000 simulated devices that take 100 ms to answer, 100 at a time, with all that a push has.

All: claims on every device, the engine's checkpoints (a step a batch), the result of every device in the database,
the device's own timer, verification, a fresh connection to each, and confirmation.

A device needs R round trips of t seconds, counted by the devices; the least that N devices can take with W workers is
N x R x t / W. Once in batches, each of them a checkpoint and all of its devices or none; once all devices or none, as
a plan is unless somebody says otherwise. The last line is what the same number of requests take through the same
client library from as many threads, with nothing else: what this machine, as busy as it is, allows. Seconds of the
whole push.
"""

import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pyeapi
import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from automation.change_plan import ChangeAction, DeviceChange
from automation.deploy import NornirDeployer
from automation.devices import Answers, OpenDevices
from automation.drivers.eapi import KeptEapi
from automation.hosts import HostAddress
from automation.intents import CircuitIntent
from automation.settings import AutomationSettings
from automation.speech.speech import Step
from inventory.devices import Device, DeviceRole
from inventory.places import Place, PlaceKind
from inventory.snapshot import Inventory
from inventory.source import NoRecord
from inventory.store.engine import migrate, open_engine
from inventory.store.mirror import SnapshotCache, replace_inventory
from provisioning import change_plan_desk as desk
from provisioning.catalogue_files import load_catalogue
from provisioning.catalogues import only
from provisioning.change_plans import ALL_AT_ONCE, PlanKind, PlanState
from provisioning.long_lived import pass_over_what_stays
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


@dataclass(frozen=True, slots=True)
class Round:
    """One push: seconds, round trips a device as the devices counted them, and by phase as we sent them."""

    took_s: float
    trips: float
    phases: str
    connections: float
    crowded: int
    bare_s: float = 0.0


def measure() -> Iterator[Line]:
    """The whole push against the least it can take, and against the bare requests."""
    whole = f"push: {DEVICES} devices that take {ANSWER_AFTER_S * 1000:.0f} ms to answer, {WORKERS} at a time"
    batched = [_round(BATCH, bare=True) for _ in range(ROUNDS)]
    yield _line(f"{whole}, in batches of {BATCH}", batched)
    yield _line(f"{whole}, all or none", [_round(ALL_AT_ONCE) for _ in range(ROUNDS)])
    alone = "the same requests alone, through pyeapi from as many threads"
    took = [each.took_s for each in batched]
    yield Line(f"{whole}, in batches of {BATCH}", took, [each.bare_s for each in batched], alone)


def _line(name: str, rounds: list[Round]) -> Line:
    last = rounds[-1]
    note = (
        f"R = {last.trips:.0f} round trips a device ({last.phases}) over {last.connections:.0f} connections; "
        f"sessions beside another: {last.crowded}"
    )
    least = [DEVICES * each.trips * ANSWER_AFTER_S / WORKERS for each in rounds]
    return Line(name, [each.took_s for each in rounds], least, "N x R x t / W", note=note)


def _round(batch: int, *, bare: bool = False) -> Round:
    with (
        twin_apart(DEVICES, ANSWER_AFTER_S) as apart,
        tempfile.TemporaryDirectory() as folder,
        _tools(Path(folder), apart.port) as tools,
    ):
        plan_id = _approved_plan(tools, batch)
        pass_over_what_stays()  # as a worker does
        before = apart.counted()
        with _by_phase() as phases:
            began = time.perf_counter()
            plan_body(tools)(plan_id, Journal(number=2))
            took = time.perf_counter() - began
        after = apart.counted()
        done = desk.plan(tools, SYSTEM, plan_id).plan
        assert done.state is PlanState.DONE, done.reasons
        trips = (after.requests - before.requests) / DEVICES
        said = ", ".join(f"{name} {count / DEVICES:.0f}" for name, count in phases.items())
        opened = (after.connections - before.connections) / DEVICES
        bare_s = _bare(apart.port, round(trips)) if bare else 0.0
        return Round(took, trips, said, opened, after.crowded, bare_s)


def _approved_plan(tools: Tools, batch: int) -> str:
    ports = ("Ethernet1", "Ethernet2")
    names = [name_of(number) for number in range(1, DEVICES + 1)]
    changes = [
        DeviceChange(name, ChangeAction.ADD, "", "", (CircuitIntent(name, "S-1", 2001, ports),)) for name in names
    ]
    made = desk.propose_change(tools, SYSTEM, PlanKind.OTHER, changes, why="to measure", batch=batch)
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
def _by_phase() -> Iterator[Counter[str]]:
    """Count the requests that are sent in each phase, until it is left."""
    counted, lock, phase = Counter[str](), threading.Lock(), ["before"]
    send, each = KeptEapi.send, OpenDevices.each

    def counting(connection: KeptEapi, data: str) -> object:
        with lock:
            counted[phase[0]] += 1
        return send(connection, data)

    def naming[T](devices: OpenDevices, step: Step[T], names: Iterable[str]) -> Answers[T]:
        done = step.func if isinstance(step, partial) else step
        phase[0] = str(getattr(done, "__name__", "?")).strip("_")
        return each(devices, step, names)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(KeptEapi, "send", counting)
        patched.setattr(OpenDevices, "each", naming)
        yield counted


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
