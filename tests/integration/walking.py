"""What the order tests walk with: the real store, and hand-written devices, record and engine that behave."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Engine, select

from automation.change_plan import ChangeAction, DeployReport, DeviceChange, Finding, Proof, Refusal, Rehearsal
from automation.intents import CircuitIntent
from automation.scanning import Audit, Expectations
from automation.verifying import Check
from inventory.delivered import DeliveredCircuit, DeliveredSsid
from inventory.errors import DatabaseUnavailable, NetBoxTaken, NetBoxUnavailable
from inventory.snapshot import Inventory
from inventory.store.engine import reading
from inventory.store.mirror import SnapshotCache, replace_inventory
from monitoring.metrics import Metrics
from provisioning.catalogue_files import load_catalogue
from provisioning.catalogues import only
from provisioning.change_plans import CHANGE_PLAN
from provisioning.changes import RULE
from provisioning.orders import Order, OrderAction, OrderRequest, OrderState
from provisioning.services import ServiceState
from provisioning.settings import ProvisioningSettings
from provisioning.store.engine_tables import claims
from provisioning.store.engine_work import Work
from provisioning.store.unit import open_store
from provisioning.tools import Tools
from provisioning.urgency import Urgency
from provisioning.workflows.accept import product_order_of
from provisioning.workflows.change_plan import plan_body
from provisioning.workflows.engine import Answer
from provisioning.workflows.known import WORKFLOWS
from provisioning.workflows.walk import Workflow, body_of
from tests.integration.street import HANDOVER, uprn_of

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
AS_FOUND = ("   shutdown",)
SETTINGS = ProvisioningSettings(
    _env_file=None,
    token_pepper=SecretStr("pepper"),
    first_pause_s=0.001,
    longest_pause_s=0.002,
    step_tries=3,
    undo_tries=4,
    claim_wait_s=5.0,
    database_wait_s=0.0,
    away_limit_s=0.0,
)


class Crash(BaseException):
    """Stands for kill -9: nothing of ours catches it."""


@dataclass
class Devices:
    """Implements `Deployer` on dictionaries: what each device says, by circuit label."""

    running: dict[str, dict[str, CircuitIntent]] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)
    refusing: set[str] = field(default_factory=set)
    refusing_to_deploy: set[str] = field(default_factory=set)
    blind: set[str] = field(default_factory=set)  # prove finds nothing there
    touched: list[tuple[str, str]] = field(default_factory=list)

    def rehearse(
        self, intents: Sequence[CircuitIntent], action: ChangeAction, *, before: Sequence[CircuitIntent] = ()
    ) -> Rehearsal:
        refusals = self._refusals([intent.device for intent in intents], self.refusing)
        changes = tuple(self._change(intent, action) for intent in intents)
        return Rehearsal(() if refusals else changes, refusals)

    def rehearse_changes(self, changes: Sequence[DeviceChange], standing: object = None) -> Rehearsal:
        return Rehearsal(tuple(changes))

    def deploy(
        self,
        changes: Sequence[DeviceChange],
        revert_after_s: int,
        checks: Sequence[Check] = (),
        standing: object = None,
    ) -> DeployReport:
        refusals = self._refusals([change.device for change in changes], self.refusing | self.refusing_to_deploy)
        if refusals:
            return DeployReport(undone=tuple(change.device for change in changes), refusals=refusals)
        changed = [change for change in changes if self._differs(change)]
        for change in changed:
            self._apply(change)
        unchanged = tuple(change.device for change in changes if change not in changed)
        confirmed = tuple(change.device for change in changed)
        return DeployReport(confirmed, unchanged, diffs=tuple((device, "+vlan") for device in confirmed))

    def prove(
        self, intents: Sequence[CircuitIntent], action: ChangeAction, *, before: Sequence[CircuitIntent] = ()
    ) -> Proof:
        return Proof(tuple(self._finding(intent, action) for intent in intents))

    def audit(self, expected: Expectations) -> Audit:
        intents = [intent for intent in expected.intents if isinstance(intent, CircuitIntent)]
        return Audit(self.prove(intents, ChangeAction.ADD).findings)

    def running_config(self, device: str) -> str:
        return repr(sorted(self.running.get(device, {})))

    def reachable(self, devices: Sequence[str]) -> dict[str, bool]:
        return {device: device not in self.away for device in devices}

    def carrying(self) -> set[tuple[str, str]]:
        """Every circuit on every device, as (device, label)."""
        return {(device, label) for device, labels in self.running.items() for label in labels}

    def _refusals(self, devices: Sequence[str], refusing: set[str]) -> tuple[Refusal, ...]:
        away = [Refusal(device, "device-unreachable", "does not answer") for device in devices if device in self.away]
        said_no = [Refusal(device, "device-refused", "invalid command") for device in devices if device in refusing]
        return (*away, *said_no)

    def _change(self, intent: CircuitIntent, action: ChangeAction) -> DeviceChange:
        commands = f"{action} vlan {intent.s_vlan}"
        idle_lines = AS_FOUND if intent.uni is not None and action is ChangeAction.ADD else ()
        return DeviceChange(intent.device, action, commands, "+vlan", (intent,), idle_lines)

    def _differs(self, change: DeviceChange) -> bool:
        is_there = change.intents[0].label in self.running.get(change.device, {})
        return is_there is (change.action is ChangeAction.REMOVE)

    def _apply(self, change: DeviceChange) -> None:
        self.touched.append((change.device, change.action))
        [intent] = change.intents
        labels = self.running.setdefault(change.device, {})
        if change.action is ChangeAction.ADD:
            labels[intent.label] = intent
            return
        if intent.uni is not None:
            assert intent.uni.idle_lines == AS_FOUND
        del labels[intent.label]

    def _finding(self, intent: CircuitIntent, action: ChangeAction) -> Finding:
        is_there = intent.label in self.running.get(intent.device, {}) and intent.device not in self.blind
        ok = is_there is (action is ChangeAction.ADD)
        return Finding(intent.device, "vlan", ok, "as intended" if ok else "not as intended")


@dataclass
class Record:
    """Implements `ServiceRecord`, and is down for its next `failing` calls. As in NetBox, a tag and a UNI are one's."""

    shown: dict[str, DeliveredCircuit] = field(default_factory=dict)
    ssids: dict[str, DeliveredSsid] = field(default_factory=dict)
    failing: int = 0
    taken_by: list[str | None] = field(default_factory=list)  # who is found in the way, at the next calls

    def show(self, circuit: DeliveredCircuit) -> str:
        self._answer()
        others = [one for one in self.shown.values() if one.service_id != circuit.service_id]
        in_the_way = [one.service_id for one in others if one.s_vlan == circuit.s_vlan or one.uni == circuit.uni]
        for holder in (*self.taken_by, *in_the_way):
            raise NetBoxTaken(circuit.service_id, "S-VLAN", holder)
        self.shown[circuit.service_id] = circuit
        return f"/l2vpns/{circuit.service_id}/"

    def show_ssid(self, ssid: DeliveredSsid) -> str:
        self._answer()
        self.ssids[ssid.service_id] = ssid
        return f"/wireless-lans/{ssid.service_id}/"

    def withdraw(self, service_id: str, order_id: str) -> None:
        self._answer()
        self.shown.pop(service_id, None)
        self.ssids.pop(service_id, None)

    def _answer(self) -> None:
        if self.failing > 0:
            self.failing -= 1
            raise NetBoxUnavailable("http://127.0.0.1:1", "it answered 500")


@dataclass
class Jobs:
    """Implements `work.Jobs`: what was put is in the list at once; a test that rolls back must not look."""

    put: list[tuple[str, str]]

    def walk(self, workflow: str, order_id: str, number: int = 1, urgency: Urgency | None = None) -> None:
        del urgency
        self._put(workflow if number == 1 else f"{workflow}:{number}", order_id)

    def unfinished(self) -> tuple[Work, ...]:
        """What was put and not lost is waiting for a worker."""
        return tuple(Work(f"{name}:{order_id}", name, "ENQUEUED", None) for name, order_id in self.put)

    def _put(self, workflow: str, order_id: str) -> None:
        if (workflow, order_id) not in self.put:
            self.put.append((workflow, order_id))


@dataclass
class Clock:
    """Time that goes on a millisecond at every look, and as far as it is told."""

    at: datetime = START

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    def skip(self, **how_long: float) -> None:
        self.at += timedelta(**how_long)


@dataclass
class Journal:
    """Implements `Durable` in memory, and dies on demand: at the n-th moment before or after a step ran."""

    answers: dict[str, Answer] = field(default_factory=dict)
    number: int = 1
    dies_at: int | None = None
    moments: int = 0
    pauses: list[float] = field(default_factory=list)

    def step(self, name: str, run: Callable[[], Answer]) -> Answer:
        if name not in self.answers:
            self._moment()
            answer = run()
            self._moment()
            self.answers[name] = answer
        return self.answers[name]

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def _moment(self) -> None:
        self.moments += 1
        if self.moments == self.dies_at:
            raise Crash


@dataclass
class Town:
    """Everything an order needs, with hands on it."""

    engine: Engine
    tools: Tools
    devices: Devices
    record: Record
    put: list[tuple[str, str]]
    clock: Clock
    metrics: Metrics = field(default_factory=Metrics)
    journals: dict[tuple[str, str], Journal] = field(default_factory=dict)
    keys: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def order(self, home: int = 1, mbps: int = 100) -> str:
        """Place an order for a home, as the front desk does, and return its id."""
        order_id = f"O-{home}"
        request = OrderRequest("access-eline", uprn_of(home), HANDOVER, mbps, 12)
        self._place(_order(order_id, OrderAction.ADD, request, None, self.tools.now()), "activate")
        return order_id

    def cease(self, service_id: str) -> str:
        """Order a service's end."""
        with self.tools.open_unit_of_work() as work:
            service = work.services.get(service_id)
            work.services.set_state(service_id, ServiceState.PENDING_TERMINATE)
            work.commit()
        request = OrderRequest(service.product, service.uprn, service.handover, service.bandwidth_mbps, 12)
        order_id = f"O-cease-{next(self.keys)}"
        self._place(_order(order_id, OrderAction.DELETE, request, service_id, self.tools.now()), "cease")
        return order_id

    def walk_all(self, dies_at: int | None = None, workflows: Sequence[Workflow] = WORKFLOWS) -> int:
        """Do everything that was put, and what that puts, to its end; return how many moments there were to die at."""
        moments = 0
        done = 0
        while done < len(self.put):
            name, order_id = self.put[done]
            kind, _, number = name.partition(":")
            journal = self.journals.setdefault((name, order_id), Journal(number=int(number or 1)))
            journal.moments, journal.dies_at = moments, dies_at
            bodies = {one.name: body_of(one, self.tools, self.metrics) for one in workflows}
            (bodies | {CHANGE_PLAN: plan_body(self.tools)})[kind](order_id, journal)
            moments = journal.moments
            done += 1
        return moments

    def look(self, order_id: str) -> Order:
        with self.tools.open_unit_of_work(reading=True) as work:
            return work.orders.get(order_id)

    def events(self, order_id: str) -> list[str]:
        """Its events as "step status"."""
        with self.tools.open_unit_of_work(reading=True) as work:
            return [f"{event.step} {event.status}" for event in work.orders.events(order_id)]

    def claimed(self) -> list[str]:
        """Every device any order has claimed."""
        with reading(self.engine) as connection:
            return list(connection.execute(select(claims.c.name)).scalars())

    def held(self, order_id: str) -> tuple[str, ...]:
        service_id = self.look(order_id).service_id
        with self.tools.open_unit_of_work(reading=True) as work:
            return () if service_id is None else work.reservations.held_by(service_id)

    def _place(self, order: Order, workflow: str) -> None:
        with self.tools.open_unit_of_work() as work:
            work.orders.add(order, f"key-{order.id}", "digest")
            if order.service_id is not None:
                work.orders.set_service(order.id, order.service_id)
            work.product_orders.add(product_order_of(order))
            work.jobs.walk(workflow, order.id)
            work.commit()


def build_town(engine: Engine, inventory: Inventory, **settings: Any) -> Town:
    """Wire a town on a real, empty database."""
    replace_inventory(engine, inventory)
    devices, record, put = Devices(), Record(), list[tuple[str, str]]()
    now = Clock()
    tools = Tools(
        settings=SETTINGS.model_copy(update=settings),
        open_unit_of_work=open_store(engine, jobs=lambda session: Jobs(put), now=now),
        load_snapshot=SnapshotCache(engine),
        catalogues=only(load_catalogue()),
        deployer=devices,
        record=record,
        now=now,
    )
    return Town(engine, tools, devices, record, put, now)


def locked(times: int, tools: Tools) -> Callable[..., Any]:
    """`open_unit_of_work` on a database that is locked for its next `times` writers."""
    left = iter(range(times))

    def open_unit_of_work(*, reading: bool = False, by: str = RULE) -> Any:
        if not reading and next(left, None) is not None:
            raise DatabaseUnavailable("SQLite town.db", "another program has it locked")
        return tools.open_unit_of_work(reading=reading, by=by)

    return open_unit_of_work


def _order(order_id: str, action: OrderAction, request: OrderRequest, service_id: str | None, now: datetime) -> Order:
    return Order(
        id=order_id,
        action=action,
        isp_code="quayside",
        request=request,
        state=OrderState.ACKNOWLEDGED,
        step="accept",
        waits_for=None,
        reasons=(),
        service_id=service_id,
        monthly_pence=2400,
        setup_pence=0,
        requested_by="ana",
        created_at=now,
        updated_at=now,
        product_order_id=order_id.replace("O-", "P-"),
    )
