"""The durable engine: work that goes on where it stopped, whatever stopped it. The one door of DBOS Transact.

A workflow is named by what it does and by the order it does it for, and is enqueued in the same
transaction as the rows that make it necessary. A worker runs it step by step; what a step
answered is kept, so that after a crash the workflow goes on with the first step that has not
answered. A step may therefore run twice, and must be safe to repeat.

`tests/contracts/test_engine.py` is what this module promises; any upgrade or other engine must
pass it. Times in seconds.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions
from dbos import DBOSPortableJSONSerializer as JsonSerializer
from dbos import error as engine_errors
from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.orm import Session

from inventory.errors import DatabaseUnavailable
from inventory.store.engine import describe
from provisioning.store.engine_work import Work
from provisioning.urgency import Urgency, due, urgency_of

APPLICATION = "neutralhost"
QUEUE = "orders"

# What a dead worker left has slots of its own: were it to wait for those of new orders, all of them could be
# taken by orders that wait for a device which only the order that was left behind can let go of.
ADOPTED_QUEUE = "adopted-orders"
ADOPTED_POLL_S = 1.0  # rarely anything in it; each look costs a transaction

# Raised by hand when the steps of a workflow change so that one begun before cannot go on after. The
# engine would otherwise derive it from the source, and leave every unfinished order behind at each release.
APPLICATION_VERSION = "1"

ENDED_STATES = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")

# How often a workflow may be picked up again after its process died, before it is left for a person.
RECOVERIES = 1000

# How long its listener thread sleeps between looks for messages, which we never send: it is how long a stop takes.
LISTENER_PAUSE_S = 0.1

_NOT_PREPARED = "the durable engine's tables are missing or too old; run `neutralhost database migrate`"
_ONE_A_PROCESS = threading.Lock()  # DBOS keeps its instance and its registry in globals of its module

type Answer = Mapping[str, object]
"""What a step answered: must survive a round trip through JSON."""


class Parked(BaseException):
    """The worker is stopping: leave the workflow as it is, to go on at the next start.

    Not an Exception, so that nothing on the way takes it for a failure of the step.
    """


class Durable(Protocol):
    """What a running workflow asks of the engine."""

    @property
    def number(self) -> int:
        """Which walk of this order it is, from 1: an order that waited is walked again, under the next number."""

    def step(self, name: str, run: Callable[[], Answer]) -> Answer:
        """Run it, or return what it answered before the crash."""

    def pause(self, seconds: float) -> None:
        """Wait. Raises: Parked, when the worker stops meanwhile."""


type Body = Callable[[str, Durable], None]
"""One workflow: what to do for the order of this id."""


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """How one worker runs."""

    worker_name: str = "worker-1"
    at_a_time: int = 8
    poll_s: float = 0.2


def prepare_tables(engine: Engine) -> None:
    """Create the engine's own tables in our database, or bring them up to date."""
    _quiet()
    DBOS.migrate(engine.url.render_as_string(hide_password=False))


def require_tables(engine: Engine) -> None:
    """Do nothing where the engine's tables are there.

    Raises: DatabaseUnavailable.
    """
    schema = "dbos" if engine.dialect.name == "postgresql" else None
    if not inspect(engine).has_table("workflow_status", schema=schema):
        raise DatabaseUnavailable(describe(engine.url), _NOT_PREPARED)


class WorkQueue:
    """Where work is put: all that a process that runs no workflow (a web process) needs."""

    def __init__(self, engine: Engine) -> None:
        _quiet()
        self._client = DBOSClient(
            system_database_engine=engine, serializer=JsonSerializer(), application_name=APPLICATION, lazy=True
        )

    def put(
        self,
        transaction: Connection | Session,
        workflow: str,
        order_id: str,
        number: int = 1,
        urgency: Urgency | None = None,
    ) -> None:
        """Enqueue the workflow for the order; it exists when, and only when, the transaction commits.

        The same workflow for the same order under the same number is one workflow, however often it
        is put. Without an `urgency` it has that of its kind of work.
        """
        options = EnqueueOptions(
            workflow_name=workflow,
            queue_name=QUEUE,
            workflow_id=work_id(workflow, order_id, number),
            priority=due(urgency or urgency_of(workflow), datetime.now(UTC)),
        )
        self._client.enqueue_in_transaction(transaction, options, order_id, number)

    def unfinished(self, worker_names: Sequence[str] | None = None) -> tuple[Work, ...]:
        """Workflows that have not ended: of these workers, or all, with those that wait for a worker."""
        states = ["PENDING"] if worker_names is not None else ["PENDING", "ENQUEUED", "DELAYED"]
        names = list(worker_names) if worker_names is not None else None
        return self._list(status=states, executor_id=names)

    def adopt(self, dead_workers: Sequence[str]) -> tuple[Work, ...]:
        """Put what these workers had begun back on the queue, for the living to go on with.

        Fencing keeps a worker that was only slow from writing further answers, but not from
        speaking to a device: that is what device claims and repeatable steps are for.
        """
        left = self.unfinished(dead_workers) if dead_workers else ()
        if left:
            # Without a queue's name they would run beside every queue, as many at a time as there are.
            self._client.resume_workflows([work.id for work in left], queue_name=ADOPTED_QUEUE)
        return left

    def forget(self, ended_before: datetime) -> int:
        """Delete the engine's own record of workflows that ended before; returns how many."""
        old = self._list(status=list(ENDED_STATES), completed_before=ended_before.isoformat(), executor_id=None)
        if old:
            self._client.delete_workflows([work.id for work in old])
        return len(old)

    def close(self) -> None:
        self._client.destroy()

    def _list(
        self, *, status: list[str], executor_id: list[str] | None, completed_before: str | None = None
    ) -> tuple[Work, ...]:
        found = self._client.list_workflows(
            status=status,
            executor_id=executor_id,
            completed_before=completed_before,
            application_name=APPLICATION,
            load_input=False,
            load_output=False,
        )
        return tuple(Work(one.workflow_id, one.name, one.status, one.executor_id) for one in found)


class QueuedJobs:
    """Implements `work.Jobs` on the queue, within one transaction of the store."""

    def __init__(self, queue: WorkQueue, transaction: Connection | Session) -> None:
        self._queue = queue
        self._transaction = transaction

    def walk(self, workflow: str, order_id: str, number: int = 1, urgency: Urgency | None = None) -> None:
        self._queue.put(self._transaction, workflow, order_id, number, urgency)

    def unfinished(self) -> tuple[Work, ...]:
        return self._queue.unfinished()


class Worker:
    """Runs workflows in threads of this process. One per process: the engine underneath is one per process."""

    def __init__(self, engine: Engine, settings: EngineSettings, workflows: Mapping[str, Body]) -> None:
        self._engine = engine
        self._settings = settings
        self._workflows = workflows
        self._stopping = threading.Event()
        self._running = _Running()

    def launch(self) -> None:
        """Start; goes on with what a worker of this name had begun before it died.

        Raises:
            DatabaseUnavailable: the engine's tables are missing, or older than this program.
            RuntimeError: a worker runs in this process already.
        """
        if not _ONE_A_PROCESS.acquire(blocking=False):
            raise RuntimeError("a worker runs in this process already, and the engine can run but one")
        try:
            self._launch()
        except BaseException:
            self._end()
            raise

    def stop(self, patience_s: float) -> None:
        """Take no new work, let running steps end for at most `patience_s`, and park the rest."""
        self._stopping.set()
        self._running.wait_for_none(patience_s)
        self._end()

    def _launch(self) -> None:
        _quiet()
        require_tables(self._engine)
        self._register_queues()
        DBOS(config=self._config())
        for name, body in self._workflows.items():
            DBOS.workflow(name=name, max_recovery_attempts=RECOVERIES)(self._entry(body))
        try:
            DBOS.launch()
        except engine_errors.DBOSInitializationError as error:
            raise DatabaseUnavailable(describe(self._engine.url), _NOT_PREPARED) from error

    def _end(self) -> None:
        DBOS.destroy(destroy_registry=True)
        _ONE_A_PROCESS.release()

    def _entry(self, body: Body) -> Callable[..., None]:
        def run(order_id: str, number: int = 1) -> None:
            with self._running:
                body(order_id, _DbosDurable(number, self._stopping))

        return run

    def _register_queues(self) -> None:
        client = DBOSClient(system_database_engine=self._engine, application_name=APPLICATION, lazy=True)
        try:
            for name, poll_s in ((QUEUE, self._settings.poll_s), (ADOPTED_QUEUE, ADOPTED_POLL_S)):
                client.register_queue(name, worker_concurrency=self._settings.at_a_time, polling_interval_sec=poll_s)
        finally:
            client.destroy()

    def _config(self) -> DBOSConfig:
        # No conductor key and no OTLP endpoint: nothing is told to anybody outside.
        return DBOSConfig(
            name=APPLICATION,
            system_database_engine=self._engine,
            run_migrations=False,
            application_version=APPLICATION_VERSION,
            executor_id=self._settings.worker_name,
            serializer=JsonSerializer(),
            enable_otlp=False,
            log_level="WARNING",
            notification_listener_polling_interval_sec=LISTENER_PAUSE_S,
        )


class _Running:
    """How many workflows are running in this process now."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    def __enter__(self) -> None:
        with self._changed:
            self._count += 1

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._count -= 1
            self._changed.notify_all()

    def wait_for_none(self, patience_s: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._count == 0, patience_s)


class _DbosDurable:
    """`Durable`, inside a workflow of DBOS."""

    def __init__(self, number: int, stopping: threading.Event) -> None:
        self._number = number
        self._stopping = stopping

    @property
    def number(self) -> int:
        return self._number

    def step(self, name: str, run: Callable[[], Answer]) -> Answer:
        if self._stopping.is_set():
            raise Parked(name)
        return DBOS.run_step({"name": name}, run)

    def pause(self, seconds: float) -> None:
        if self._stopping.wait(seconds):
            raise Parked("pause")


def work_id(workflow: str, order_id: str, number: int = 1) -> str:
    """The name of the one workflow of this kind and number that an order can have."""
    return f"{workflow}:{order_id}" if number == 1 else f"{workflow}:{order_id}:{number}"


def _quiet() -> None:
    """Route what DBOS logs to the log everything else goes to; left alone it writes to the console itself."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    logger.propagate = True
    logger.setLevel(logging.WARNING)
