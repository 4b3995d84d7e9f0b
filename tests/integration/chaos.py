"""Workers that are killed at moments nobody chose, until every order has ended, and what became of it all.

The devices are simulated: their state is a file that all workers share, they answer at once, and they
write down what no network would forgive (a change made twice, two orders at one device).
"""

import os
import random
import signal
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError

from automation.change_plan import ChangeAction, DeployReport, DeviceChange, Finding, Proof, Rehearsal
from automation.intents import CircuitIntent
from automation.scanning import Audit, Expectations
from automation.verifying import Check
from inventory.errors import DatabaseUnavailable
from inventory.snapshot import Inventory
from inventory.store.mirror import replace_inventory
from provisioning import front_desk
from provisioning.bootstrap import House, build, prepare_database
from provisioning.front_desk import SYSTEM
from provisioning.orders import ENDED, EventStatus, Order, OrderRequest, OrderState
from tests.forks import start_apart
from tests.integration.running import settings_of
from tests.integration.street import DX_SWITCH, DXP_SWITCH, HANDOVER, uprn_of

TABLES = """
CREATE TABLE carried (device TEXT, label TEXT, PRIMARY KEY (device, label));
CREATE TABLE log (device TEXT, label TEXT, action TEXT);
CREATE TABLE busy (device TEXT PRIMARY KEY, label TEXT);
CREATE TABLE faults (text TEXT);
"""


@dataclass(frozen=True)
class SharedDevices:
    """Implements `Deployer` on a file. A change takes a moment, in which its worker may be killed."""

    path: str
    moment_s: float = 0.002

    def create(self) -> None:
        with self._open() as file:
            file.executescript(TABLES)

    def rehearse(
        self, intents: Sequence[CircuitIntent], action: ChangeAction, *, before: Sequence[CircuitIntent] = ()
    ) -> Rehearsal:
        idle = ("   shutdown",) if action is ChangeAction.ADD else ()
        return Rehearsal(
            tuple(
                DeviceChange(
                    each.device,
                    action,
                    f"{action} {each.label}",
                    "+vlan",
                    (each,),
                    idle if each.uni is not None else (),
                )
                for each in intents
            ),
            (),
        )

    def rehearse_changes(self, changes: Sequence[DeviceChange], standing: object = None) -> Rehearsal:
        return Rehearsal(tuple(changes))

    def deploy(
        self,
        changes: Sequence[DeviceChange],
        revert_after_s: int,
        checks: Sequence[Check] = (),
        standing: object = None,
    ) -> DeployReport:
        for change in changes:
            self._enter(change)
        confirmed = [change.device for change in changes if self._apply(change)]
        for change in changes:
            self._leave(change)
        return DeployReport(tuple(confirmed), diffs=tuple((device, "+vlan") for device in confirmed))

    def prove(
        self, intents: Sequence[CircuitIntent], action: ChangeAction, *, before: Sequence[CircuitIntent] = ()
    ) -> Proof:
        carried = self.carried()
        wanted = action is not ChangeAction.REMOVE
        return Proof(
            tuple(
                Finding(each.device, "vlan", ((each.device, each.label) in carried) is wanted, "") for each in intents
            )
        )

    def audit(self, expected: Expectations) -> Audit:
        intents = [intent for intent in expected.intents if isinstance(intent, CircuitIntent)]
        return Audit(self.prove(intents, ChangeAction.ADD).findings)

    def running_config(self, device: str) -> str:
        return ""

    def reachable(self, devices: Sequence[str]) -> dict[str, bool]:
        return dict.fromkeys(devices, True)

    def carried(self) -> set[tuple[str, str]]:
        with self._open() as file:
            return {(device, label) for device, label in file.execute("SELECT device, label FROM carried")}

    def changed(self) -> list[tuple[str, str, str]]:
        with self._open() as file:
            return list(file.execute("SELECT device, label, action FROM log"))

    def faults(self) -> list[str]:
        with self._open() as file:
            return [text for (text,) in file.execute("SELECT text FROM faults")]

    def _enter(self, change: DeviceChange) -> None:
        """A device left in the middle by a worker that died is the same order's to come back to, and no other's."""
        [intent] = change.intents
        with self._open() as file:
            found = file.execute("SELECT label FROM busy WHERE device = ?", (change.device,)).fetchone()
            if found is not None and found[0] != intent.label:
                text = f"{intent.label} came to {change.device} in the middle of {found[0]}"
                file.execute("INSERT INTO faults VALUES (?)", (text,))
            file.execute("INSERT OR REPLACE INTO busy VALUES (?, ?)", (change.device, intent.label))

    def _leave(self, change: DeviceChange) -> None:
        with self._open() as file:
            file.execute("DELETE FROM busy WHERE device = ?", (change.device,))

    def _apply(self, change: DeviceChange) -> bool:
        time.sleep(self.moment_s)
        [intent] = change.intents
        key = (change.device, intent.label)
        with self._open() as file:
            if change.action is ChangeAction.ADD:
                made = file.execute("INSERT OR IGNORE INTO carried VALUES (?, ?)", key).rowcount == 1
            else:
                made = file.execute("DELETE FROM carried WHERE device = ? AND label = ?", key).rowcount == 1
            if made:
                file.execute("INSERT INTO log VALUES (?, ?, ?)", (*key, change.action))
        return made

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        file = sqlite3.connect(self.path, timeout=30.0, isolation_level="IMMEDIATE")
        file.execute("PRAGMA synchronous=OFF")
        try:
            with file:
                yield file
        finally:
            file.close()


def _change(intent: CircuitIntent, action: ChangeAction, idle_lines: tuple[str, ...]) -> DeviceChange:
    return DeviceChange(intent.device, action, f"{action} {intent.label}", "+vlan", (intent,), idle_lines)


def house_on(url: str, devices: SharedDevices, **settings: Any) -> House:
    """A house on this database and these devices."""
    quick: dict[str, Any] = {"heartbeat_every_s": 0.2, "dead_after_s": 1.5, "claim_wait_s": 600.0, "wake_every_s": 1.0}
    house = build(*settings_of(url, 1, **{**quick, **settings}))
    return replace(house, tools=replace(house.tools, deployer=devices))


def work_until_killed(url: str, path: str, name: str, seed: str, longest_s: str, stop_file: str) -> None:
    """Run a worker, and kill it at a moment nobody knows; without a longest time, until there is the stop file."""
    if float(longest_s) > 0:
        doom_s = random.Random(seed).uniform(0.05, float(longest_s))  # a moment, no secret
        threading.Timer(doom_s, lambda: os.kill(os.getpid(), signal.SIGKILL)).start()
    house = house_on(url, SharedDevices(path), worker_name=name)
    house.start_worker()
    while not Path(stop_file).exists():
        time.sleep(0.05)
    house.close()


@dataclass
class Chaos:
    """A database, devices, and workers that die again and again."""

    url: str
    devices: SharedDevices
    folder: Path
    workers: int
    seed: int
    longest_s: float = 2.5
    kills: int = 0

    def order(self, house: House, home: int) -> Order:
        request = OrderRequest("access-eline", uprn_of(home), HANDOVER, 100, 12)
        placed, _ = front_desk.place_order(
            house.tools, SYSTEM, request, idempotency_key=f"home-{home}", isp_code="quayside"
        )
        return placed

    def work(self, house: House, ended: Callable[[], bool], *, kills: int, timeout_s: float) -> None:
        """Let workers work until all has ended; kill so often, and let the last ones live."""
        stop = self.folder / f"stop-{self.seed}-{self.kills}"
        deadline = time.monotonic() + timeout_s
        allowed = self.kills + kills
        running: dict[int, BaseProcess] = {}
        try:
            self._keep_working(running, ended, stop, allowed, deadline)
        finally:
            stop.touch()
            for process in running.values():
                process.join(60)
                self.kills += process.exitcode == -signal.SIGKILL

    def _keep_working(
        self,
        running: dict[int, BaseProcess],
        ended: Callable[[], bool],
        stop: Path,
        allowed: int,
        deadline: float,
    ) -> None:
        while not ended():
            assert time.monotonic() < deadline, "orders are still open"
            for number in range(self.workers):
                process = running.get(number)
                if process is not None and process.exitcode is None:
                    continue
                if process is not None:
                    assert process.exitcode == -signal.SIGKILL, (
                        f"worker-{number} ended by itself:\n{self._end_of_log(number)}"
                    )
                    self.kills += 1
                running[number] = self._start(number, stop, mortal=self.kills < allowed)
            time.sleep(0.05)

    def _end_of_log(self, number: int) -> str:
        log = (self.folder / f"worker-{number}.log").read_text(encoding="utf-8", errors="replace")
        return f"worker-{number} ended by itself; the end of its log:\n{log[-4000:]}"

    def _start(self, number: int, stop: Path, *, mortal: bool) -> BaseProcess:
        self.seed += 1
        longest_s = str(self.longest_s if mortal else 0)
        arguments = (self.url, self.devices.path, f"worker-{number}", str(self.seed), longest_s, str(stop))
        return start_apart(work_until_killed, *arguments, log=self.folder / f"worker-{number}.log")


def check(house: House, devices: SharedDevices, adds: Sequence[Order], ceases: Sequence[Order]) -> None:
    """Nothing lost, nothing twice, and devices and database agree."""
    assert devices.faults() == []
    with house.tools.open_unit_of_work(reading=True) as work:
        added = [work.orders.get(order.id) for order in adds]
        ceased = [work.orders.get(order.id) for order in ceases]
        active = {each.id for each in work.services.with_circuit()}
        events = {order.id: work.orders.events(order.id) for order in (*added, *ceased)}
        held = {service_id: work.reservations.held_by(service_id) for service_id in active}
        claimed = work.claims.claimed()
    failed = [order for order in (*added, *ceased) if order.state is not OrderState.COMPLETED]
    assert not failed, [(order.id, order.step, order.reasons) for order in failed]
    ended = {order.service_id for order in ceased}
    assert active == {order.service_id for order in added} - ended
    assert claimed == ()
    assert all(held.values())
    by_service = {order.service_id: f"nte-{int(order.request.uprn) - 999_900_000_000}" for order in added}
    expected = {(device, each) for each in active for device in (by_service[each], DX_SWITCH, DXP_SWITCH)}
    assert devices.carried() == expected
    changes = devices.changed()
    assert len(changes) == len(set(changes)) == 3 * (len(added) + len(ceased))
    tags = [tag for texts in held.values() for tag in texts if tag.startswith("tag ")]
    assert len(tags) == len(set(tags))
    for order_id, told in events.items():
        # A step may wait for one thing and then for another; it begins and ends once.
        lines = [(event.step, event.status) for event in told if event.status is not EventStatus.WAITING]
        assert len(lines) == len(set(lines)), f"{order_id} tells something twice: {lines}"


def undisturbed(
    url: str, inventory: Inventory, *, orders: int, workers: int, meanwhile: Callable[[], None], more_s: float
) -> None:
    """Place orders at once, and let something else happen while workers that nobody kills walk them; and check."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as at_end:
        devices = SharedDevices(str(Path(folder) / "devices.db"))
        devices.create()
        prepare_database(settings_of(url, 1)[0])
        house = at_end.enter_context(closing(house_on(url, devices, worker_name="nobody")))
        replace_inventory(house.engine, inventory)
        play = Chaos(url, devices, Path(folder), workers, seed=1)
        added = [play.order(house, home) for home in range(1, orders + 1)]
        other = threading.Thread(target=meanwhile)
        other.start()
        play.work(house, lambda: not other.is_alive() and _have_ended(house, added), kills=0, timeout_s=60.0 + more_s)
        check(house, devices, added, ())


def chaos(
    url: str,
    inventory: Inventory,
    *,
    orders: int,
    ceases: int,
    kills: int,
    workers: int,
    seed: int,
    longest_s: float = 2.5,
) -> Chaos:
    """Place orders at once, then cease some of them, while workers are killed; and check what became of it."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as at_end:
        devices = SharedDevices(str(Path(folder) / "devices.db"))
        devices.create()
        prepare_database(settings_of(url, 1)[0])
        house = at_end.enter_context(closing(house_on(url, devices, worker_name="nobody")))
        replace_inventory(house.engine, inventory)
        play = Chaos(url, devices, Path(folder), workers, seed, longest_s)
        added = [play.order(house, home) for home in range(1, orders + 1)]
        play.work(house, lambda: _have_ended(house, added), kills=kills, timeout_s=60.0 + 3.0 * orders)
        services = [str(front_desk.order(house.tools, SYSTEM, order.id).service_id) for order in added[:ceases]]
        ceased = [
            front_desk.cease_service(house.tools, SYSTEM, each, idempotency_key=f"cease-{each}")[0] for each in services
        ]
        play.work(house, lambda: _have_ended(house, ceased), kills=kills // 2, timeout_s=60.0 + 3.0 * ceases)
        check(house, devices, added, ceased)
        return play


def _have_ended(house: House, orders: Sequence[Order]) -> bool:
    """Whether they have, and nobody is at any of them any more."""
    try:
        with house.tools.open_unit_of_work(reading=True) as work:
            if any(work.orders.get(order.id).state not in ENDED for order in orders):
                return False
            return not work.jobs.unfinished()
    except (DatabaseUnavailable, DBAPIError):
        return False  # restarted just now
