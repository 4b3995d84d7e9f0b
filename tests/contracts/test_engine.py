"""What the durable engine promises. An upgrade of it, or another in its place, must pass this."""

import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from inventory.errors import DatabaseUnavailable
from inventory.store.engine import let_go, open_engine
from provisioning.urgency import Urgency
from provisioning.workflows.engine import (
    Answer,
    Body,
    Durable,
    EngineSettings,
    Worker,
    WorkQueue,
    prepare_tables,
)
from tests.contracts import worker_that_dies
from tests.forks import run_apart, start_apart

FAST = EngineSettings(worker_name="tester", at_a_time=4, poll_s=0.02)


@contextmanager
def working(engine: Engine, workflows: Mapping[str, Body], settings: EngineSettings = FAST) -> Iterator[Worker]:
    worker = Worker(engine, settings, workflows)
    worker.launch()
    try:
        yield worker
    finally:
        worker.stop(0)


def wait_until(true: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.01)


def put(engine: Engine, queue: WorkQueue, workflow: str, order_id: str) -> None:
    with engine.begin() as transaction:
        queue.put(transaction, workflow, order_id)


@pytest.fixture(name="engine")
def _engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url, translate_errors=False)
    prepare_tables(engine)
    yield engine
    let_go(engine)


@pytest.fixture(name="queue")
def _queue(engine: Engine) -> Iterator[WorkQueue]:
    queue = WorkQueue(engine)
    yield queue
    queue.close()


def test_work_exists_when_and_only_when_its_transaction_commits_and_only_once(engine: Engine, queue: WorkQueue) -> None:
    ran: list[str] = []
    with engine.connect() as connection, connection.begin() as transaction:
        queue.put(connection, "walk", "O-lost")
        transaction.rollback()
    with engine.begin() as connection:
        queue.put(connection, "walk", "O-1")
        queue.put(connection, "walk", "O-1")
    put(engine, queue, "walk", "O-1")
    assert [work.id for work in queue.unfinished()] == ["walk:O-1"]

    with working(engine, {"walk": lambda order_id, durable: ran.append(order_id)}):
        wait_until(lambda: not queue.unfinished())
        put(engine, queue, "walk", "O-1")

    assert ran == ["O-1"]


def test_a_workflow_that_raises_ends_and_holds_up_nobody(
    engine: Engine, queue: WorkQueue, caplog: pytest.LogCaptureFixture
) -> None:
    ran: list[str] = []

    def body(order_id: str, durable: Durable) -> None:
        if order_id == "O-bad":
            raise ValueError("unreadable")
        ran.append(order_id)

    with caplog.at_level(logging.ERROR, "dbos"), working(engine, {"walk": body}):
        put(engine, queue, "walk", "O-bad")
        put(engine, queue, "walk", "O-good")
        wait_until(lambda: not queue.unfinished())

    assert ran == ["O-good"]
    assert "unreadable" in caplog.text


def test_a_worker_that_stops_parks_its_workflow_which_goes_on_at_the_next_start(
    engine: Engine, queue: WorkQueue
) -> None:
    ran: list[str] = []
    answers: list[Answer] = []
    in_second = threading.Event()
    patient = threading.Event()

    def second(durable: Durable) -> Answer:
        in_second.set()
        if not patient.is_set():
            durable.pause(3600)
        ran.append("second")
        return {}

    def body(order_id: str, durable: Durable) -> None:
        answers.append(durable.step("first", lambda: (ran.append("first"), {"tag": 7})[1]))
        durable.step("second", lambda: second(durable))

    with working(engine, {"walk": body}):
        put(engine, queue, "walk", "O-1")
        assert in_second.wait(60)
    assert [work.state for work in queue.unfinished()] == ["PENDING"]
    patient.set()
    with working(engine, {"walk": body}):
        wait_until(lambda: not queue.unfinished())

    assert ran == ["first", "second"]
    assert answers == [{"tag": 7}, {"tag": 7}]


def test_another_worker_adopts_what_a_dead_one_had_begun_and_stays_within_its_slots(
    engine: Engine, queue: WorkQueue
) -> None:
    begun = threading.Semaphore(0)
    alive = threading.Event()
    together: list[int] = []
    running = 0
    lock = threading.Lock()

    def body(order_id: str, durable: Durable) -> None:
        nonlocal running
        begun.release()
        if not alive.is_set():
            durable.pause(3600)
        with lock:
            running += 1
            together.append(running)
        time.sleep(0.1)
        with lock:
            running -= 1

    with working(engine, {"walk": body}, EngineSettings("dead", 3, 0.02)):
        for number in range(3):
            put(engine, queue, "walk", f"O-{number}")
        for _ in range(3):
            assert begun.acquire(timeout=60)
    alive.set()
    with working(engine, {"walk": body}, EngineSettings("living", 1, 0.02)):
        assert queue.adopt([]) == ()
        assert {work.id for work in queue.adopt(["dead"])} == {"walk:O-0", "walk:O-1", "walk:O-2"}
        wait_until(lambda: not queue.unfinished())

    assert together == [1, 1, 1]


def test_what_was_adopted_does_not_wait_for_the_slots_of_orders_that_wait_for_it(
    engine: Engine, queue: WorkQueue
) -> None:
    begun, let_go, alive = threading.Event(), threading.Event(), threading.Event()
    was_let_go: list[bool] = []

    def body(order_id: str, durable: Durable) -> None:
        begun.set()
        if order_id == "O-left":
            if not alive.is_set():
                durable.pause(3600)
            let_go.set()
        else:
            was_let_go.append(let_go.wait(3))

    with working(engine, {"walk": body}, EngineSettings("dead", 1, 0.02)):
        put(engine, queue, "walk", "O-left")
        assert begun.wait(60)
    begun.clear()
    alive.set()
    with working(engine, {"walk": body}, EngineSettings("living", 1, 0.02)):
        put(engine, queue, "walk", "O-waiting")
        assert begun.wait(60)
        queue.adopt(["dead"])
        wait_until(lambda: not queue.unfinished())

    assert was_let_go == [True]


def test_what_ended_long_ago_is_forgotten_and_nothing_else(engine: Engine, queue: WorkQueue) -> None:
    with working(engine, {"walk": lambda order_id, durable: None}):
        put(engine, queue, "walk", "O-1")
        wait_until(lambda: not queue.unfinished())
    put(engine, queue, "walk", "O-waiting")

    assert queue.forget(datetime.now(UTC) - timedelta(days=1)) == 0
    assert queue.forget(datetime.now(UTC) + timedelta(days=1)) == 1
    assert [work.id for work in queue.unfinished()] == ["walk:O-waiting"]


def test_nothing_is_pickled_and_nothing_is_told_to_anybody_outside(
    engine: Engine, queue: WorkQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    resolve = socket.getaddrinfo

    def watched(host: object, *rest: object, **more: object) -> object:
        asked.append(host)
        return resolve(host, *rest, **more)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(socket, "getaddrinfo", watched)
    with working(engine, {"walk": lambda order_id, durable: durable.step("first", lambda: {"a": [1, "x"]}) and None}):
        put(engine, queue, "walk", "O-1")
        wait_until(lambda: not queue.unfinished())

    schema = "dbos." if engine.dialect.name == "postgresql" else ""
    with engine.begin() as connection:
        kept = connection.execute(text(f"SELECT output, serialization FROM {schema}operation_outputs")).all()  # noqa: S608  # no outside text
    assert [(json.loads(output), how) for output, how in kept] == [({"a": [1, "x"]}, "portable_json")]
    assert asked in ([], ["127.0.0.1"] * len(asked))


def test_a_worker_on_tables_that_are_missing_says_so_and_another_can_be_started_in_its_place(
    database_url: str,
) -> None:
    engine = open_engine(database_url, translate_errors=False)
    with pytest.raises(DatabaseUnavailable, match="neutralhost database migrate"):
        Worker(engine, FAST, {}).launch()
    prepare_tables(engine)
    with working(engine, {}), pytest.raises(RuntimeError, match="a worker runs in this process"):
        Worker(engine, FAST, {}).launch()
    let_go(engine)


def test_preparing_the_tables_twice_is_as_good_as_once(engine: Engine, queue: WorkQueue) -> None:
    put(engine, queue, "walk", "O-1")
    prepare_tables(engine)
    assert [work.id for work in queue.unfinished()] == ["walk:O-1"]


def test_a_killed_worker_goes_on_with_the_first_step_that_has_not_answered(
    engine: Engine, database_url: str, queue: WorkQueue, tmp_path: Path
) -> None:
    put(engine, queue, "walk", "O-1")
    log = tmp_path / "log"
    for death in ("second answered", "third"):
        assert run_apart(worker_that_dies.main, database_url, str(log), death, log=tmp_path / "out") == -9
    assert run_apart(worker_that_dies.main, database_url, str(log), "nowhere", log=tmp_path / "out") == 0

    # The step that was killed after it ran but before its answer was kept is the one that runs twice.
    assert log.read_text().split("\n") == [
        "first",
        "second",
        "second answered",
        "second",
        "second answered",
        "third",
        "third",
        "third answered",
        "ended",
        "",
    ]
    assert queue.unfinished() == ()


def test_an_order_is_walked_again_under_its_next_number_and_every_number_once(engine: Engine, queue: WorkQueue) -> None:
    numbers: list[tuple[str, int]] = []
    with working(engine, {"walk": lambda order_id, durable: numbers.append((order_id, durable.number))}):
        for number in (1, 1, 2, 3, 2):
            with engine.begin() as transaction:
                queue.put(transaction, "walk", "O-1", number)
        wait_until(lambda: not queue.unfinished())

    assert sorted(numbers) == [("O-1", 1), ("O-1", 2), ("O-1", 3)]


def test_what_waits_is_taken_in_the_order_in_which_it_is_due_and_nothing_waits_for_ever(
    engine: Engine, queue: WorkQueue
) -> None:
    took: list[str] = []
    with engine.begin() as transaction:
        for kind in (Urgency.BULK, Urgency.NEW, Urgency.CHANGE, Urgency.SAFETY):
            queue.put(transaction, "walk", f"O-{kind}", urgency=kind)
    one = EngineSettings(worker_name="tester", at_a_time=1, poll_s=0.02)
    with working(engine, {"walk": lambda order_id, durable: took.append(order_id)}, one):
        wait_until(lambda: not queue.unfinished())

    assert took == ["O-safety", "O-change", "O-new", "O-bulk"]


def test_work_that_waits_for_a_worker_waits_for_days_and_across_restarts(engine: Engine, queue: WorkQueue) -> None:
    put(engine, queue, "walk", "O-1")
    queue.close()
    ran: list[str] = []
    later = WorkQueue(engine)
    with working(engine, {"other": lambda order_id, durable: None}):
        pass
    assert [work.id for work in later.unfinished()] == ["walk:O-1"]
    with working(engine, {"walk": lambda order_id, durable: ran.append(order_id)}):
        wait_until(lambda: not later.unfinished())
    later.close()
    assert ran == ["O-1"]


def test_of_two_workers_each_takes_what_the_other_has_not(
    engine: Engine, database_url: str, queue: WorkQueue, tmp_path: Path
) -> None:
    """Two processes on one database: every workflow is run by one of them, once."""
    for number in range(12):
        put(engine, queue, "walk", f"O-{number}")
    log = tmp_path / "log"
    running = [
        start_apart(worker_that_dies.work_beside, database_url, str(log), name, log=tmp_path / name)
        for name in ("left", "right")
    ]
    wait_until(lambda: not queue.unfinished(), 60)
    (tmp_path / "log.stop").touch()
    for process in running:
        process.join(30)
        assert process.exitcode == 0

    assert sorted(log.read_text().split()) == sorted(f"O-{number}" for number in range(12))
