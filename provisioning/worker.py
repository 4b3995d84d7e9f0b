"""A worker: walks orders, says that it lives, takes over from workers that died, does its share of what is done by the
clock, looks whether devices answer, and proves certificates again when the plant changed."""

import socket
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from automation.link_looks import cables_seen, ports_of, untold, watched_cables
from inventory.errors import NeutralhostError
from monitoring.metrics import Metrics
from provisioning.air_desk import on_air
from provisioning.certificate_errors import CertificateKeyInvalid, CertificateKeyMissing
from provisioning.change_plans import CHANGE_PLAN
from provisioning.dispatch import Dispatcher
from provisioning.enrolment_desk import look_at_new
from provisioning.errors import WorkerNameTaken
from provisioning.performance_tests import PERFORMANCE_TEST
from provisioning.reproving import prove_touched, prover_of, withdraw_ended
from provisioning.scheduling import Clock
from provisioning.settings import ProvisioningSettings
from provisioning.slot_desk import slots_used
from provisioning.store.workers import forget_workers, hear_worker, hold_name, silent_workers
from provisioning.tools import Tools
from provisioning.workflows.change_plan import plan_body
from provisioning.workflows.engine import EngineSettings, Worker, WorkQueue
from provisioning.workflows.performance import performance_body
from provisioning.workflows.walk import Workflow, body_of

log = structlog.get_logger(__name__)

FORGET_EVERY_S = 3600.0
NAME_WAIT_S = 5.0  # another takes over from a dead worker, and lets go of its name, in less


class Heard:
    """For how long a worker has been heard without a gap.

    Only then may it call another dead: after the database was away, or this process was
    asleep, everybody is silent, and it is the one that hears itself first.
    """

    def __init__(self, longest_gap: timedelta) -> None:
        self._longest_gap = longest_gap
        self._since: datetime | None = None
        self._last: datetime | None = None

    def unbroken_at(self, now: datetime) -> timedelta:
        """Note a beat at `now`, and return for how long there was one after the other."""
        if self._since is None or self._last is None or now - self._last > self._longest_gap:
            self._since = now
        self._last = now
        return now - self._since


class RunningWorker:
    """One worker, in threads of this process. Times in seconds.

    Raises: WorkerNameTaken.
    """

    def __init__(
        self,
        tools: Tools,
        metrics: Metrics,
        engine: Engine,
        engine_for_workflows: Engine,
        queue: WorkQueue,
        device_names: Callable[[], Iterable[str]],
        workflows: Iterable[Workflow],
    ) -> None:
        self._tools = tools
        self._metrics = metrics
        self._engine = engine
        self._queue = queue
        self._device_names = device_names
        self._settings = tools.settings
        self._name = hold_name(engine, tools.settings.worker_name, NAME_WAIT_S)
        self._clock = Clock(tools, tools.settings.worker_name)
        self._dispatcher = Dispatcher(tools)
        self._since = tools.now()
        bodies = {workflow.name: body_of(workflow, tools, metrics) for workflow in workflows}
        bodies[CHANGE_PLAN] = plan_body(tools)
        bodies[PERFORMANCE_TEST] = performance_body(tools)
        self._worker = Worker(engine_for_workflows, _engine_settings(tools.settings), bodies)
        self._stopped = threading.Event()
        self._stopping = threading.Lock()
        settings = tools.settings
        self._prover = prover_of(tools)
        self._proved_revision: int | None = None
        self._heard = Heard(timedelta(seconds=max(settings.dead_after_s / 2, 3 * settings.heartbeat_every_s)))
        self._rounds = [
            threading.Thread(target=self._repeat, args=round_, name=name, daemon=True)
            for name, *round_ in (
                ("heartbeat", self._settings.heartbeat_every_s, self._beat),
                ("device-looks", self._settings.look_at_devices_every_s, self._look_at_devices),
                ("new-devices", self._settings.look_at_new_devices_every_s, self._look_at_new),
                ("plant-looks", self._settings.look_at_plant_every_s, self._look_at_plant),
                ("forgetting", FORGET_EVERY_S, self._forget),
                ("clock", self._settings.look_at_clock_every_s, self._clock.look),
                ("deliveries", self._settings.webhooks_every_s, self._dispatcher.round),
            )
        ]

    def start(self) -> None:
        """Begin; goes on with what a worker of this name had begun before it died."""
        try:
            self._beat()
            self._worker.launch()
        except BaseException:
            self._name.let_go()
            raise
        for round_ in self._rounds:
            round_.start()
        log.info("worker started", worker=self._settings.worker_name)

    @property
    def is_working(self) -> bool:
        """Whether it takes orders: not once it was stopped, by whoever runs it or by itself."""
        return not self._stopped.is_set()

    def stop(self) -> None:
        """Take no new orders, let running steps end for a while, and park the rest for the next start.

        Twice is the same as once.
        """
        self._stop(self._settings.stop_patience_s)

    def _stop(self, patience_s: float) -> None:
        with self._stopping:
            if self._stopped.is_set():
                return
            self._stopped.set()
        self._worker.stop(patience_s)
        self._clock.join(patience_s)
        self._dispatcher.close(patience_s)
        for round_ in self._rounds:
            if round_ is not threading.current_thread():
                round_.join(timeout=self._settings.heartbeat_every_s)
        self._name.let_go()
        log.info("worker stopped", worker=self._settings.worker_name)

    def _repeat(self, every_s: float, look: Callable[[], None]) -> None:
        while True:
            try:
                look()
            except (NeutralhostError, SQLAlchemyError) as error:
                log.warning("worker round failed", round=threading.current_thread().name, error=type(error).__name__)
            if self._stopped.wait(every_s):
                return

    def _beat(self) -> None:
        self._keep_name()
        now = self._tools.now()
        hear_worker(self._engine, self._settings.worker_name, now, machine=socket.gethostname(), since=self._since)
        self._metrics.worker_heartbeat.set(now.timestamp())
        dead_after = timedelta(seconds=self._settings.dead_after_s)
        if self._heard.unbroken_at(now) >= dead_after:
            self._take_over(now - dead_after)

    def _keep_name(self) -> None:
        """Where another runs under our name by now, it goes on with our orders: stop before both speak to devices."""
        try:
            self._name.keep()
        except WorkerNameTaken:
            log.critical("another worker has taken this one's name: stopping", worker=self._settings.worker_name)
            self._stop(0)
            raise

    def _take_over(self, since: datetime) -> None:
        for name in silent_workers(self._engine, since):
            try:
                held = hold_name(self._engine, name)
            except WorkerNameTaken:
                continue  # silent, but alive; or another worker is taking over from it just now
            try:
                adopted = self._queue.adopt([name])
                forget_workers(self._engine, (name,), since)
            finally:
                held.let_go()
            log.warning("took over from a dead worker", worker=name, work=[work.id for work in adopted])

    def _look_at_devices(self) -> None:
        names = tuple(self._device_names())
        if names:
            self._look_at(names)
        if self._settings.tenant_metrics:
            self._metrics.set_on_air(on_air(self._tools))
            self._metrics.set_site_slots(slots_used(self._tools))

    def _look_at(self, names: Iterable[str]) -> None:
        """Each device is opened once: who opens answers, and one with ends of links is asked for its ports as well."""
        cables = watched_cables(self._tools.load_snapshot())
        ports = ports_of(cables)
        looks = self._tools.reader.looks({name: ports.get(name, ()) for name in names})
        self._metrics.set_devices_up({name: name in looks for name in names}, self._tools.now().timestamp())
        seen = ((one.cable.link, one.cable.cable, one.is_up) for one in cables_seen(cables, looks))
        self._metrics.set_links(seen, untold({name: ports[name] for name in names if name in ports}, looks))

    def _look_at_new(self) -> None:
        look_at_new(self._tools)

    def _look_at_plant(self) -> None:
        revision = self._tools.load_snapshot().revision
        if revision == self._proved_revision:
            withdraw_ended(self._prover)
            return
        try:
            prove_touched(self._prover)
        except (CertificateKeyMissing, CertificateKeyInvalid):
            self._proved_revision = revision  # there is no key to sign with: said once, and again after the next write
            raise
        self._proved_revision = revision

    def _forget(self) -> None:
        self._queue.forget(self._tools.now() - timedelta(days=self._settings.keep_workflows_days))


def _engine_settings(settings: ProvisioningSettings) -> EngineSettings:
    return EngineSettings(worker_name=settings.worker_name, at_a_time=settings.orders_at_a_time, poll_s=settings.poll_s)
