"""What is done by the clock: once in the whole system, and again where it was missed, cut off or left behind."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from provisioning import operations
from provisioning.device_errors import DevicesClaimed
from provisioning.engine_errors import ScheduleHeld, UnknownSchedule
from provisioning.front_desk import SYSTEM
from provisioning.orders import OrderState, WaitsFor
from provisioning.reviving import MOST_REVIVALS, STILL_FOR
from provisioning.schedules import Done, Outcome
from provisioning.scheduling import Clock, Schedule, count_last_audit, count_schedules, revive, run_once, schedules_of
from tests.integration.street import street
from tests.integration.walking import Town, build_town


@pytest.fixture(name="town")
def _town(engine: Engine) -> Town:
    return build_town(engine, street(homes=2))


def counting(every_s: float = 60.0) -> tuple[Schedule, list[str]]:
    ran: list[str] = []

    def run(_tools: object) -> Done:
        ran.append("ran")
        return Done(f"{len(ran)} times")

    return Schedule("count", "Count.", every_s, run), ran


def test_of_many_workers_that_look_at_one_moment_one_does_it(town: Town) -> None:
    schedule, ran = counting()
    start = threading.Barrier(6, timeout=60)

    def look(number: int) -> bool:
        start.wait()
        return run_once(town.tools, schedule, f"worker-{number}") is not None

    with ThreadPoolExecutor(6) as pool:
        did = list(pool.map(look, range(6)))

    assert (did.count(True), ran) == (1, ["ran"])


def test_what_was_missed_while_nobody_worked_is_done_once(town: Town) -> None:
    schedule, ran = counting()
    run_once(town.tools, schedule, "worker-1")
    assert run_once(town.tools, schedule, "worker-1") is None
    town.clock.skip(days=3)
    for _ in range(3):
        run_once(town.tools, schedule, "worker-1")
    assert len(ran) == 2


def test_what_fails_says_why_is_tried_again_soon_and_then_less_soon(town: Town) -> None:
    def fail(_tools: object) -> Done:
        raise DevicesClaimed("O-1", ["sw-1"])

    schedule = Schedule("count", "Count.", 86_400.0, fail)
    pauses = []
    for _ in range(3):
        town.clock.skip(days=1)
        kept = run_once(town.tools, schedule, "worker-1")
        assert kept is not None
        assert kept.ended_at is not None
        assert (kept.outcome, kept.held_by) == (Outcome.FAILED, None)
        assert "sw-1" in kept.text
        pauses.append(round((kept.next_at - kept.ended_at).total_seconds()))
    assert pauses == [30, 60, 120]
    assert count_schedules(town.tools) == {"done": 0, "failed": 1, "late": 0}


def test_what_a_worker_that_died_was_doing_another_one_does(town: Town) -> None:
    class Killed(BaseException):
        pass

    def die(_tools: object) -> Done:
        raise Killed

    with pytest.raises(Killed):
        run_once(town.tools, Schedule("count", "Count.", 60.0, die), "worker-1")
    schedule, ran = counting()
    assert run_once(town.tools, schedule, "worker-2") is None
    town.clock.skip(seconds=town.tools.settings.dead_after_s)
    assert run_once(town.tools, schedule, "worker-2") is not None
    assert ran == ["ran"]


def test_a_worker_holds_on_to_what_takes_it_long(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def take_long(_tools: object) -> Done:
        begun.set()
        go_on.wait(20)
        return Done("at last")

    slow = Schedule("slow", "Slow.", 60.0, take_long)
    monkeypatch.setattr("provisioning.scheduling.schedules_of", lambda tools: (slow,))
    clock = Clock(town.tools, "worker-1")
    clock.look()
    town.clock.skip(seconds=60)
    clock.look()
    assert begun.wait(20)
    for _ in range(4):
        town.clock.skip(seconds=town.tools.settings.dead_after_s * 0.8)
        clock.look()
        assert run_once(town.tools, slow, "worker-2") is None
    with pytest.raises(ScheduleHeld, match="worker-1"):
        operations.run_schedule(town.tools, SYSTEM, "slow")
    go_on.set()
    clock.join(20)
    with town.tools.open_unit_of_work(reading=True) as work:
        kept = work.schedules.get("slow")
    assert kept is not None
    assert kept.text == "at last"


def test_an_audit_by_the_clock_keeps_what_is_not_as_intended(town: Town) -> None:
    order_id = town.order()
    town.walk_all()
    town.devices.running["nte-1"].clear()

    ended = operations.run_schedule(town.tools, SYSTEM, "audit")

    assert ended.outcome is Outcome.DONE
    assert [finding["device"] for finding in ended.findings] == ["nte-1"]
    last = operations.last_audit(town.tools, SYSTEM)
    assert last is not None
    assert (last.text, last.findings) == (ended.text, ended.findings)
    assert count_last_audit(town.tools) == {"drift": 1, "unread": 0}
    assert town.look(order_id).state is OrderState.COMPLETED


def test_everything_that_is_done_by_the_clock_can_be_done_now(town: Town) -> None:
    tools = replace(town.tools, mirror=lambda: "3 things changed.")
    names = [schedule.name for schedule in schedules_of(tools)]
    assert {"wake", "audit", "consents", "mirror", "revive", "end"} <= set(names)
    assert "mirror" not in [schedule.name for schedule in schedules_of(town.tools)]
    for name in names:
        assert operations.run_schedule(tools, SYSTEM, name).outcome is Outcome.DONE, name
    assert all(state.kept is not None for state in operations.schedules(tools, SYSTEM))
    with pytest.raises(UnknownSchedule):
        operations.run_schedule(town.tools, SYSTEM, "mirror")


def lost(town: Town, order_id: str) -> None:
    """The engine has lost its work on the order, and nothing was written about it for a while."""
    town.put[:] = [(name, each) for name, each in town.put if each != order_id]
    town.clock.skip(seconds=STILL_FOR.total_seconds() + 1)


def test_an_order_that_an_error_left_behind_is_taken_up_again(town: Town) -> None:
    order_id = town.order()
    assert revive(town.tools).findings == ()
    lost(town, order_id)

    assert revive(town.tools).findings == ({"order": order_id},)
    assert revive(town.tools).findings == ()
    town.walk_all()

    assert town.look(order_id).state is OrderState.COMPLETED
    assert "revive done" in town.events(order_id)


def test_an_order_that_is_left_behind_again_and_again_fails_and_gives_all_back(town: Town) -> None:
    order_id = town.order()
    for _ in range(MOST_REVIVALS + 1):
        lost(town, order_id)
        revive(town.tools)
    town.walk_all()

    order = town.look(order_id)
    assert order.state is OrderState.FAILED
    assert [reason.code for reason in order.reasons] == ["internal-error"]
    assert town.held(order_id) == ()


def test_an_order_that_waits_or_is_worked_on_is_not_taken_up(town: Town) -> None:
    waits, worked_on = town.order(1), town.order(2)
    with town.tools.open_unit_of_work() as work:
        work.orders.wait(waits, WaitsFor.APPROVAL)
        work.commit()
    town.clock.skip(hours=1)
    assert revive(town.tools).findings == ()
    assert [order_id for _, order_id in town.put] == [waits, worked_on]
