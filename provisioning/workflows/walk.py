"""Walk an order through the steps of a workflow: the outermost loop, and what it does when a step fails.

Each step is taken durably and at least once. It says what came of it in the order's events, in
the transaction that makes it so, and one that said so is not taken again. What may pass by
itself (a device away, NetBox down, a locked database, devices another order is changing) is
tried again, a bounded number of times. Anything else ends the walk: what was done is undone, as
durably as it was done, and the order ends with its reasons.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import uniform

import structlog

from inventory.errors import DatabaseUnavailable, NeutralhostError
from monitoring.metrics import Metrics
from provisioning.orders import ENDED, EventStatus, Order
from provisioning.tools import Tools
from provisioning.workflows.engine import Answer, Body, Durable
from provisioning.workflows.patience import Tried, pause_before_s
from provisioning.workflows.story import begin_step, reason_for, record_failure, record_waiting

log = structlog.get_logger(__name__)

type Step = Callable[[str, Tools], None]

DATABASE_PAUSE_S = 1.0  # between two tries to write down what must be written down


@dataclass(frozen=True, slots=True)
class Workflow:
    """Steps in order, and what takes back what they did, in order, when one of them fails.

    A `patient` step is one that nobody can be asked to do again: it is tried as often as the
    steps that undo.
    """

    name: str
    steps: tuple[Step, ...]
    undo: tuple[Step, ...] = ()
    patient: tuple[Step, ...] = ()


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
    """Take every step; where one fails, undo, unless the order has ended before."""
    settings = walk.tools.settings
    for step in walk.workflow.steps:
        tries = settings.undo_tries if step in walk.workflow.patient else settings.step_tries
        if not _take(walk, step, tries):
            _undo(walk)
            break
    _count_end(walk)


def _undo(walk: Walk) -> None:
    """A step of the undoing that fails is reported, and keeps none after it from being taken."""
    if _order_now(walk).state not in ENDED:
        for step in walk.workflow.undo:
            _take(walk, step, walk.tools.settings.undo_tries)


def _take(walk: Walk, step: Step, tries: int) -> bool:
    """Take one step durably; return whether it was done."""

    def take() -> Answer:
        began = time.monotonic()
        done = _try(walk, step, tries)
        seconds = time.monotonic() - began
        outcome = "done" if done else "failed"
        walk.metrics.step_seconds.labels(walk.workflow.name, step.__name__, outcome).observe(seconds)
        return {"done": done}

    return bool(walk.durable.step(step.__name__, take)["done"])


def _try(walk: Walk, step: Step, tries: int) -> bool:
    """Take the step until it is done, or there is no use in trying again; return whether it was done."""
    began = time.monotonic()
    times = 0
    while True:
        times += 1
        try:
            ended = begin_step(walk.order_id, step.__name__, walk.tools)
            if ended is not None:
                return ended is not EventStatus.FAILED
            step(walk.order_id, walk.tools)
        except Exception as error:  # noqa: BLE001  # the outermost step loop: whatever it is, the order must end well
            tried = Tried(times, time.monotonic() - began)
            pause_s = pause_before_s(error, tried, tries, walk.tools.settings)
            if pause_s is None or not isinstance(error, NeutralhostError):
                _fail(walk, step, error)
                return False
            _wait(walk, step, error, pause_s)
        else:
            return True


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
    while True:
        try:
            return ask()
        except DatabaseUnavailable as error:
            log.warning("database unavailable", order=walk.order_id, reason=error.reason)
            walk.durable.pause(DATABASE_PAUSE_S)


def _order_now(walk: Walk) -> Order:
    def look() -> Order:
        with walk.tools.open_unit_of_work(reading=True) as work:
            return work.orders.get(walk.order_id)

    return _insist(walk, look)


def _count_end(walk: Walk) -> None:
    order = _order_now(walk)
    if order.state in ENDED:
        walk.metrics.orders_ended.labels(order.action.value, order.state.value).inc()
