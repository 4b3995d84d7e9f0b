"""The one place that wires the house: settings in, everything an order needs out."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Engine

from automation.access_points import access_point_rules
from automation.baseline import rules_of
from automation.birth.command import CommandProber
from automation.birth.prober import NoProber, Prober
from automation.deploy import NornirDeployer
from automation.hosts import host_addresses
from automation.reading import NornirReader
from automation.settings import AutomationSettings
from automation.texts import NornirTexts
from inventory.consent_answers import count_ending
from inventory.netbox.client import NetBox
from inventory.netbox.pull import pull
from inventory.netbox.record import NetBoxRecord
from inventory.settings import InventorySettings
from inventory.source import NoRecord, ServiceRecord
from inventory.store.engine import let_go, migrate, open_engine, require_migrated
from inventory.store.mirror import SnapshotCache, read_inventory
from monitoring.metrics import Metrics
from provisioning.backing_up import backup_ages, count_backups
from provisioning.plant_writes import write_plant
from provisioning.record_changes import record_changes
from provisioning.scheduling import count_drift, count_last_audit, count_schedules
from provisioning.sealing import seal_all
from provisioning.settings import CertificateSettings, ProvisioningSettings
from provisioning.store.unit import open_store
from provisioning.store.workers import last_heard
from provisioning.tools import Tools
from provisioning.used_catalogues import catalogues_in_use
from provisioning.worker import RunningWorker
from provisioning.workflows.engine import QueuedJobs, WorkQueue, prepare_tables, require_tables
from provisioning.workflows.known import WORKFLOWS
from provisioning.workflows.walk import Workflow


@dataclass(frozen=True, slots=True)
class House:
    """Everything, wired. Nothing works on orders until a worker is started, here or in another process."""

    tools: Tools
    metrics: Metrics
    engine: Engine
    _engine_for_workflows: Engine
    _queue: WorkQueue
    _workers: list[RunningWorker] = field(default_factory=list)

    def start_worker(self, workflows: Iterable[Workflow] = WORKFLOWS) -> RunningWorker:
        """Start walking orders in threads of this process, one worker a process.

        Raises: WorkerNameTaken.
        """
        seal_all(self.tools)
        worker = RunningWorker(
            self.tools,
            self.metrics,
            self.engine,
            self._engine_for_workflows,
            self._queue,
            lambda: host_addresses(self.tools.load_snapshot()),
            workflows,
        )
        worker.start()
        self._workers.append(worker)
        return worker

    def worker_seen(self) -> datetime | None:
        """When any worker of this database was last heard of."""
        return last_heard(self.engine)

    def close(self) -> None:
        """Stop the workers started here, and let go of everything."""
        for worker in self._workers:
            worker.stop()
        self._queue.close()
        # Threads of the durable engine, and of a portal that stops, may be in the middle of a look at the database.
        let_go(self._engine_for_workflows)
        let_go(self.engine)


def prepare_database(settings: InventorySettings) -> None:
    """Create all tables, the durable engine's own among them, or bring them up to date.

    Raises: DatabaseUnavailable.
    """
    engine = open_engine(settings.database_url.get_secret_value())
    try:
        migrate(engine)
        prepare_tables(engine)
    finally:
        engine.dispose()


def build(
    inventory_settings: InventorySettings,
    automation_settings: AutomationSettings,
    provisioning_settings: ProvisioningSettings,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    prober: Prober | None = None,
) -> House:
    """Wire everything. Opens no connection but to the database. `prober` is used instead of what the settings name.

    Raises: DatabaseUnavailable, also where it is not migrated; CatalogueInvalid, CataloguesClash, CatalogueChanged.
    """
    url = inventory_settings.database_url.get_secret_value()
    with ExitStack() as on_failure:
        engine = open_engine(url)
        on_failure.callback(engine.dispose)
        require_migrated(engine)
        require_tables(engine)
        # The durable engine retries by itself on what the database says, so it must see it in the driver's words.
        engine_for_workflows = open_engine(url, translate_errors=False)
        on_failure.callback(engine_for_workflows.dispose)
        queue = WorkQueue(engine_for_workflows)
        on_failure.callback(queue.close)
        load_snapshot = SnapshotCache(engine)
        open_unit_of_work = open_store(
            engine, jobs=lambda session: QueuedJobs(queue, session), now=now, key=provisioning_settings.token_pepper
        )
        tools = Tools(
            settings=provisioning_settings,
            open_unit_of_work=open_unit_of_work,
            load_snapshot=load_snapshot,
            catalogues=catalogues_in_use(open_unit_of_work, provisioning_settings),
            deployer=NornirDeployer(lambda: host_addresses(load_snapshot()), automation_settings),
            record=_record(inventory_settings),
            now=now,
            losses=inventory_settings.loss_figures,
            prober=prober or _prober(provisioning_settings),
            mirror=_mirror(engine, inventory_settings, provisioning_settings),
            change_inventory=record_changes(engine, inventory_settings, provisioning_settings, load_snapshot),
            baseline=rules_of(automation_settings),
            access_points=access_point_rules(automation_settings),
            reader=NornirReader(lambda: host_addresses(load_snapshot()), automation_settings),
            texts=NornirTexts(lambda: host_addresses(load_snapshot()), automation_settings),
        )
        house = House(tools, _metrics(tools), engine, engine_for_workflows, queue)
        on_failure.pop_all()  # from here on House.close does it
    return house


def _prober(settings: ProvisioningSettings) -> Prober:
    """The program that is set. However long it may take, devices' timers must not run out meanwhile."""
    if not settings.probe_command:
        return NoProber()
    return CommandProber(settings.probe_command, min(settings.probe_timeout_s, settings.revert_after_s / 2))


def _record(settings: InventorySettings) -> ServiceRecord:
    return NoRecord() if settings.netbox_url is None else NetBoxRecord(NetBox.from_settings(settings))


def _mirror(engine: Engine, settings: InventorySettings, keys: CertificateSettings) -> Callable[[], str] | None:
    """What reads the inventory from NetBox, where one is set."""
    if settings.netbox_url is None:
        return None
    netbox = NetBox.from_settings(settings)

    def read() -> str:
        report = pull(netbox, read_inventory(engine))
        written = write_plant(engine, report.inventory, f"NetBox at {netbox.url}", keys.certificate_key)
        return f"{written.changes.total} things changed; read in {report.seconds:.1f} s."

    return read


def _metrics(tools: Tools) -> Metrics:
    metrics = Metrics()

    def count_by_state() -> dict[str, int]:
        with tools.open_unit_of_work(reading=True) as work:
            return {state.value: count for state, count in work.orders.count_by_state().items()}

    def count_certificates() -> dict[str, int]:
        with tools.open_unit_of_work(reading=True) as work:
            return {state.value: count for state, count in work.certificates.count_by_state().items()}

    def count_plans() -> dict[str, int]:
        with tools.open_unit_of_work(reading=True) as work:
            return {state.value: count for state, count in work.change_plans.count_by_state().items()}

    def count_uncertain() -> dict[str, int]:
        with tools.open_unit_of_work(reading=True) as work:
            return {"uncertain": len(work.uncertain.open())}

    metrics.watch_orders(count_by_state)
    metrics.watch_change_plans(count_plans)
    metrics.watch_uncertain(count_uncertain)
    metrics.watch_certificates(count_certificates)
    metrics.watch_audit(lambda: count_last_audit(tools))
    metrics.watch_drift(lambda: count_drift(tools))
    metrics.watch_backups(lambda: backup_ages(tools), lambda: count_backups(tools))
    metrics.watch_schedules(lambda: count_schedules(tools))
    metrics.watch_consents(lambda: count_ending(tools.load_snapshot(), tools.now().date()))
    return metrics
