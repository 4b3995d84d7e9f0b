"""Walk an order through the steps of a workflow: the outermost loop, and what it does when a step fails.

Each step is taken durably and at least once. It says what came of it in the order's events, in
the transaction that makes it so, and one that said so is not taken again. What may pass by
itself (a device away, NetBox down, a locked database, devices another order is changing) is
tried again, a bounded number of times. Anything else ends the walk: what was done is undone, as
durably as it was done, and the order ends with its reasons.
"""

import secrets
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from random import uniform
from typing import cast

import structlog

from inventory.errors import NeutralhostError
from monitoring.metrics import Metrics
from provisioning.causes import because
from provisioning.orders import ENDED, Order, WaitsFor
from provisioning.tools import Tools
from provisioning.workflows.ending import after_end
from provisioning.workflows.engine import Answer, Body, Durable
from provisioning.workflows.insisting import insist
from provisioning.workflows.patience import Tried, is_away, pause_before_s
from provisioning.workflows.pausing import wait_where_paused, wait_while_away
from provisioning.workflows.refusing import is_changed
from provisioning.workflows.rehearsing_again import rehearse_again
from provisioning.workflows.story import (
    CHANGES,
    Begun,
    begin_step,
    begin_undo,
    passed_steps,
    reason_for,
    record_failure,
    record_waiting,
)

log = structlog.get_logger(__name__)

type Step = Callable[[str, Tools], WaitsFor | None]
"""What it returns is what it has left the order waiting for: its walk is over then, and another goes on from here."""

type Begin = Callable[[str, str, Tools, int], Begun]

CHANGING = frozenset({"document", "rehearse", "deploy"})
"""The names of the steps by which a change begins; once one has been deployed, nothing waits until all is done."""


@dataclass(frozen=True, slots=True)
class Workflow:
    """Steps in order, and what takes back what they did, in order, when one of them fails.

    A `patient` step is one that nobody can be asked to do again: it is tried as often as the
    steps that undo. Before a step whose name is in `changing` an order waits that is paused: it
    changes what somebody may hold still.
    """

    name: str
    steps: tuple[Step, ...]
    undo: tuple[Step, ...] = ()
    patient: tuple[Step, ...] = ()
    changing: Collection[str] = CHANGING

    def changes(self, step: Step) -> bool:
        """Whether an order that is paused waits before it."""
        return step.__name__ in self.changing


@dataclass(frozen=True, slots=True)
class Walk:
    """One order on its way through one workflow."""

    workflow: Workflow
    order_id: str
    tools: Tools
    metrics: Metrics
    durable: Durable


def body_of(workflow: Workflow, tools: Tools, metrics: Metrics) -> Body:
    """Return the workflow as the engine runs it."""

    def body(order_id: str, durable: Durable) -> None:
        take_steps(Walk(workflow, order_id, tools, metrics, durable))

    return body


def take_steps(walk: Walk) -> None:
    """Take every step; where one fails, or the order is stopped, undo, unless the order has ended before."""
    settings = walk.tools.settings
    for step in _steps_left(walk):
        tries = settings.undo_tries if step in walk.workflow.patient else settings.step_tries
        outcome = _take(walk, step, tries, begin_step)
        if outcome in {Begun.WAITING, Begun.SUPERSEDED}:
            return
        if outcome is not Begun.DONE:
            _undo(walk)
            break
    _count_end(walk)


def _steps_left(walk: Walk) -> tuple[Step, ...]:
    """A walk that goes on after a wait passes over what is done, and keeps what that was: a crash changes nothing."""
    if walk.durable.number == 1:
        return walk.workflow.steps

    def look() -> Answer:
        return {"passed": list(_insist(walk, lambda: passed_steps(walk.order_id, walk.tools)))}

    passed = cast("list[str]", walk.durable.step("pass-over", look)["passed"])
    return tuple(step for step in walk.workflow.steps if step.__name__ not in passed)


def _undo(walk: Walk) -> None:
    """A step of the undoing that fails is reported, and keeps none after it from being taken."""
    if _order_now(walk).state not in ENDED:
        for step in walk.workflow.undo:
            _take(walk, step, walk.tools.settings.undo_tries, begin_undo)


def _take(walk: Walk, step: Step, tries: int, begin: Begin) -> Begun:
    """Take one step durably; return what came of it, `DONE` where it was done."""

    def take() -> Answer:
        began = time.monotonic()
        with because(f"Step {step.__name__} of {walk.order_id}."):
            outcome = _try(walk, step, tries, begin)
        seconds = time.monotonic() - began
        walk.metrics.step_seconds.labels(walk.workflow.name, step.__name__, outcome.value).observe(seconds)
        return {"outcome": outcome.value}

    answer = walk.durable.step(step.__name__, take)
    if "outcome" not in answer:  # of a walk that an older version began
        return Begun.DONE if answer["done"] else Begun.FAILED
    return Begun(str(answer["outcome"]))


def _try(walk: Walk, step: Step, tries: int, begin: Begin) -> Begun:
    """Take the step until it is done, or there is no use in trying again."""
    began = time.monotonic()
    times = 0
    while True:
        times += 1
        try:
            if begin is begin_step and _is_paused(walk, step):
                return Begun.WAITING
            begun = begin(walk.order_id, step.__name__, walk.tools, walk.durable.number)
            if begun is not Begun.TAKE:
                return begun
            waits_for = step(walk.order_id, walk.tools)
        except Exception as error:  # noqa: BLE001  # the outermost step loop: whatever it is, the order must end well
            tried = Tried(times, time.monotonic() - began)
            pause_s = pause_before_s(error, tried, tries, walk.tools.settings)
            if pause_s is None or not isinstance(error, NeutralhostError):
                if begin is begin_step and is_changed(error) and _rehearses_again(walk, step, error):
                    return Begun.SUPERSEDED
                if begin is begin_step and is_away(error) and _waits_while_away(walk, step, error):
                    return Begun.WAITING
                _fail(walk, step, error)
                return Begun.FAILED
            _wait(walk, step, error, pause_s)
        else:
            return Begun.DONE if waits_for is None else Begun.WAITING


def _rehearses_again(walk: Walk, step: Step, error: Exception) -> bool:
    """A device changed since the approval, and none was left changed: another walk goes on from the rehearsal."""
    if step.__name__ != CHANGES or not any(one.__name__ == "rehearse" for one in walk.workflow.steps):
        return False
    text = f"{reason_for(error, '').sentence} It is rehearsed again."
    return _insist(walk, lambda: rehearse_again(walk.order_id, text, walk.tools, walk.durable.number))


def _is_paused(walk: Walk, step: Step) -> bool:
    return walk.workflow.changes(step) and wait_where_paused(
        walk.order_id, step.__name__, walk.tools, walk.durable.number
    )


def _waits_while_away(walk: Walk, step: Step, error: Exception) -> bool:
    text = f"{reason_for(error, '').sentence} The order waits, and goes on by itself."
    code = reason_for(error, "").code
    return _insist(
        walk, lambda: wait_while_away(walk.order_id, step.__name__, code, text, walk.tools, walk.durable.number)
    )


def _wait(walk: Walk, step: Step, error: NeutralhostError, pause_s: float) -> None:
    text = f"{error.sentence} Trying again by itself."
    _insist(walk, lambda: record_waiting(walk.order_id, step.__name__, error, text, walk.tools))
    walk.durable.pause(uniform(0.5, 1.5) * pause_s)  # noqa: S311  # spreads the waiting, hides nothing


def _fail(walk: Walk, step: Step, error: Exception) -> None:
    """Write the reason down; a fault of ours goes to the log with its traceback, and to the order by its number."""
    incident = secrets.token_hex(4)
    reason = reason_for(error, incident)
    facts = {"order": walk.order_id, "workflow": walk.workflow.name, "step": step.__name__, "code": reason.code}
    if isinstance(error, NeutralhostError):
        log.warning("step failed", **facts, sentence=reason.sentence)
    else:
        log.error("step failed", **facts, incident=incident, exc_info=error)
    _insist(walk, lambda: record_failure(walk.order_id, step.__name__, reason, walk.tools))


def _insist[T](walk: Walk, ask: Callable[[], T]) -> T:
    """Ask the database however long it is away: an order must not end without its reason."""
    return insist(walk.durable, ask, order=walk.order_id)


def _order_now(walk: Walk) -> Order:
    def look() -> Order:
        with walk.tools.open_unit_of_work(reading=True) as work:
            return work.orders.get(walk.order_id)

    return _insist(walk, look)


def _count_end(walk: Walk) -> None:
    order = _order_now(walk)
    if order.state in ENDED:
        with because(f"{order.id} is {order.state}."):
            _insist(walk, lambda: after_end(order, walk.tools))
        walk.metrics.orders_ended.labels(order.action.value, order.state.value).inc()
