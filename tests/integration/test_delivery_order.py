"""Any mixture of changes, failures, moments and deaths: nothing is lost, and first arrivals are in order."""

import json
import shutil
import tempfile
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from inventory.store.engine import let_go, migrate, open_engine
from provisioning import dispatch, front_desk
from provisioning.sending import Sent
from provisioning.targets import Target
from provisioning.tools import Tools
from tests.integration.telling import ANNA, telling_on

ORDERS = ("O-1", "O-2")

step = st.one_of(
    st.tuples(st.just("change"), st.sampled_from(ORDERS)),
    st.tuples(st.just("send"), st.lists(st.sampled_from([204, 204, 500, None]), max_size=6)),
    st.tuples(st.just("wait"), st.sampled_from([1, 30, 7200])),
    st.tuples(st.just("die"), st.integers(1, 3)),
)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with tables and nothing in them, to be copied."""
    file = tmp_path_factory.mktemp("told") / "told.db"
    engine = open_engine(f"sqlite:///{file}")
    migrate(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA journal_mode = DELETE")  # all of it in the one file
    let_go(engine)
    return file


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(step, max_size=14))
@example([("change", "O-1"), ("change", "O-1"), ("send", [500])])
@example([("change", "O-1"), ("change", "O-2"), ("change", "O-1"), ("die", 2), ("send", [None, 500]), ("wait", 30)])
def test_whatever_happens_everything_arrives_and_first_arrivals_are_in_order(
    migrated: Path, steps: list[tuple[str, object]]
) -> None:
    arrived: dict[str, list[str]] = defaultdict(list)
    bodies: dict[str, set[bytes]] = defaultdict(set)
    answers: list[int | None] = []

    def send(wire: object, target: Target, headers: dict[str, str], body: bytes, timeout_s: float) -> Sent:
        """The network: it takes what `answers` let through; None is an answer that is lost on its way back."""
        answer = answers.pop(0) if answers else 204
        bodies[headers["webhook-id"]].add(body)
        if answer != 500:
            arrived[target.host].append(headers["webhook-id"])
        return Sent(answer, 0.01, "")

    with patch.object(dispatch, "send", send), tempfile.TemporaryDirectory() as folder:
        counts = _walk(Path(shutil.copy(str(migrated), folder)), steps, answers)

    for host in ("1.1.1.1", "8.8.8.8"):
        firsts = list(dict.fromkeys(arrived[host]))
        told = [json.loads(next(iter(bodies[each])))["data"] for each in firsts]
        for order in ORDERS:
            assert [data["now"] for data in told if data["id"] == order] == [
                f"state {number}" for number in range(1, counts[order] + 1)
            ]
    assert all(len(each) == 1 for each in bodies.values())


def _walk(file: Path, steps: list[tuple[str, object]], answers: list[int | None]) -> dict[str, int]:
    """Take the steps, then let everything pass; return how often each order changed."""
    engine = open_engine(f"sqlite:///{file}")
    counts = dict.fromkeys(ORDERS, 0)
    with telling_on(engine, webhooks_at_a_time=1) as telling:
        for host in ("1.1.1.1", "8.8.8.8"):
            _listen(telling.tools, host)
        for what, value in steps:
            match what, value:
                case "change", str(order):
                    counts[order] += 1
                    telling.change(order, f"state {counts[order] - 1}", f"state {counts[order]}")
                case "send", list(found):
                    answers[:] = found
                    telling.send()
                case "wait", int(seconds):
                    telling.clock.move(seconds=seconds)
                case "die", int(most):
                    _take_and_die(telling.tools, most)
        answers.clear()
        for _ in range(40):
            if "waiting" not in telling.states():
                break
            telling.clock.move(hours=1)
            telling.send()
        assert "waiting" not in telling.states()
    let_go(engine)
    return counts


def _listen(tools: Tools, host: str) -> None:
    front_desk.add_listener(tools, ANNA, f"https://{host}/")


def _take_and_die(tools: Tools, most: int) -> None:
    """What a worker leaves that was killed before it sent anything."""
    with tools.open_unit_of_work() as work:
        work.deliveries.take("dead worker", tools.now() + timedelta(minutes=1), most, 2)
        work.commit()
