"""Workers: one under each name, and one that dies is relieved by another."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Timer

import pytest
from sqlalchemy import Engine, text

from provisioning.errors import WorkerNameTaken
from provisioning.orders import OrderState
from provisioning.store.workers import forget_workers, hear_worker, hold_name, last_heard, silent_workers
from provisioning.worker import Heard
from tests.forks import run_apart
from tests.integration import worker_that_dies
from tests.integration.running import running, wait_until
from tests.integration.street import street

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_no_two_workers_run_under_one_name_and_a_name_is_free_again_afterwards(engine: Engine) -> None:
    name = hold_name(engine, "worker-1")
    other = hold_name(engine, "worker-2")
    with pytest.raises(WorkerNameTaken, match="worker-1"):
        hold_name(engine, "worker-1")
    name.keep()
    name.let_go()
    hold_name(engine, "worker-1").let_go()
    other.let_go()


def test_a_worker_that_is_started_again_waits_for_whoever_takes_over_from_it(engine: Engine) -> None:
    name = hold_name(engine, "worker-1")
    letting_go = Timer(0.3, name.let_go)
    letting_go.start()
    hold_name(engine, "worker-1", wait_s=30.0).let_go()
    letting_go.join()


def test_a_name_whose_session_the_server_ended_is_free_and_letting_go_of_it_is_no_error(engine: Engine) -> None:
    """PostgreSQL was restarted under a worker that is then told to stop."""
    name = hold_name(engine, "worker-1")
    if engine.dialect.name == "postgresql":
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        with engine.connect() as connection:
            connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))  # noqa: S608
    name.let_go()
    hold_name(engine, "worker-1").let_go()


def test_a_worker_that_says_nothing_for_too_long_is_dead_until_it_speaks_again(engine: Engine) -> None:
    assert last_heard(engine) is None
    hear_worker(engine, "a", NOON)
    hear_worker(engine, "b", NOON + timedelta(seconds=50))

    since = NOON + timedelta(seconds=30)
    assert silent_workers(engine, since) == ("a",)
    hear_worker(engine, "a", NOON + timedelta(seconds=60))
    forget_workers(engine, ("a",), since)
    assert silent_workers(engine, NOON + timedelta(hours=1)) == ("a", "b")
    assert last_heard(engine) == NOON + timedelta(seconds=60)


def test_a_worker_that_was_itself_not_heard_calls_nobody_dead_for_a_while() -> None:
    heard = Heard(longest_gap=timedelta(seconds=30))
    beats = [heard.unbroken_at(NOON + timedelta(seconds=seconds)) for seconds in (0, 25, 50, 75, 120, 140)]
    assert [beat.total_seconds() for beat in beats] == [0, 25, 50, 75, 0, 20]


def test_what_a_killed_worker_had_begun_another_one_ends(database_url: str, tmp_path: Path) -> None:
    more = {"heartbeat_every_s": 0.1, "dead_after_s": 0.5}
    with running(database_url, street(homes=1), works=False, worker_name="living", **more) as town:
        order = town.order(1)
        doomed = (database_url, str(town.fleet.port), order.id, "deploy", "after")
        assert run_apart(worker_that_dies.main, *doomed, log=tmp_path / "log") == -9
        assert town.look(order.id).state is OrderState.IN_PROGRESS

        town.house.start_worker()

        assert town.wait([order])[0].state is OrderState.COMPLETED
        seen = town.house.worker_seen()
        assert seen is not None
        assert datetime.now(UTC) - seen < timedelta(seconds=5)


def test_a_worker_that_is_silent_and_alive_is_not_robbed_of_its_orders(database_url: str) -> None:
    more = {"heartbeat_every_s": 0.05, "dead_after_s": 0.5}
    with running(database_url, street(homes=1), **more) as town:
        engine = town.house.engine
        long_ago = datetime.now(UTC) - timedelta(hours=1)
        held = hold_name(engine, "slow")
        hear_worker(engine, "slow", long_ago)
        rounds = town.house.worker_seen()
        assert rounds is not None
        wait_until(lambda: (seen := town.house.worker_seen()) and seen > rounds + timedelta(seconds=0.2))
        assert silent_workers(engine, long_ago + timedelta(seconds=1)) == ("slow",)

        held.let_go()

        wait_until(lambda: silent_workers(engine, long_ago + timedelta(seconds=1)) == ())
