"""The playbooks `provision` and `cease`: an order's technical part, rehearsed, approved and followed to its end.

The order is the record: these do nothing that an order does not, and a run that was stopped is taken up again by
the order's id.
"""

import time
import uuid

from automation.change_plan import ChangeAction
from provisioning import front_desk
from provisioning.orders import ENDED, Order, OrderRequest, OrderState, WaitsFor
from provisioning.playbook_errors import PlaybookValueInvalid
from provisioning.playbooks.rehearsing import results_of, said_of
from provisioning.playbooks.shape import Context, DeviceResult, Report, Values, Verdict
from provisioning.qualification import QualificationRequest

POLL_S = 0.2
ASKED = ("isp", "uprn", "handover", "bandwidth")


def provision(context: Context, values: Values) -> Report:
    order_id = values.text("order_id")
    if not order_id:
        missing = [name for name in ASKED if not values.text(name)]
        if missing:
            raise PlaybookValueInvalid("provision", "order_id", f"give it, or all of {', '.join(missing)}")
        if context.dry_run:
            return _foresee(context, values)
        order_id = _place(context, values).id
    return follow(context, order_id, approve=values.flag("approve") and not context.dry_run)


def cease(context: Context, values: Values) -> Report:
    service_id = values.text("service_id")
    if context.dry_run:
        rehearsal = context.ask(front_desk.rehearse, service_id, ChangeAction.REMOVE)
        results = results_of(rehearsal)
        context.tell(*results)
        return Report(said_of(rehearsal), results, document={"rehearsal": rehearsal})
    order, _ = context.ask(
        front_desk.cease_service, service_id, idempotency_key=values.text("key") or str(uuid.uuid4())
    )
    return follow(context, order.id, approve=values.flag("approve"))


def follow(context: Context, order_id: str, *, approve: bool) -> Report:
    """Wait until the order has ended, or waits for a person and nobody lets it go on here."""
    while True:
        story = context.ask(front_desk.order_story, order_id)
        order = story.order
        context.working(f"{order_id}: {order.state.value} {order.step}")
        if approve and order.waits_for is WaitsFor.APPROVAL:
            context.ask(front_desk.approve, order_id, digest=story.plan_digest)
        elif order.state in ENDED or order.waits_for is not None or context.stopped or context.dry_run:
            break
        time.sleep(POLL_S)
    results = tuple(_result(story, device) for device in _devices(story))
    context.tell(*results)
    return Report(_said(order), results, document={"order": order}, is_pending=order.state not in ENDED)


def _foresee(context: Context, values: Values) -> Report:
    """Whether it can be delivered: nothing is ordered, and no device is asked."""
    request = QualificationRequest(
        values.text("product"), values.text("uprn"), values.number("bandwidth"), values.text("handover")
    )
    answer = context.ask(front_desk.qualify, request)
    reasons = " ".join(reason.sentence for reason in answer.reasons)
    return Report(
        f"{answer.address}: {answer.confidence.value}. {reasons}".rstrip(),
        document={"qualification": answer},
        is_pending=True,
    )


def _place(context: Context, values: Values) -> Order:
    request = OrderRequest(
        values.text("product"),
        values.text("uprn"),
        values.text("handover"),
        values.number("bandwidth") or 0,
        values.number("term") or 0,
        values.text("reference"),
    )
    key = values.text("key") or str(uuid.uuid4())
    order, _ = context.ask(front_desk.place_order, request, idempotency_key=key, isp_code=values.text("isp"))
    return order


def _devices(story: front_desk.OrderStory) -> tuple[str, ...]:
    return tuple(dict.fromkeys(diff.device for diff in story.diffs))


def _result(story: front_desk.OrderStory, device: str) -> DeviceResult:
    """What it did on a device, or would do."""
    diffs = [diff for diff in story.diffs if diff.device == device]
    lines = tuple(diffs[-1].diff.rstrip().splitlines())
    if story.order.state is OrderState.COMPLETED:
        return DeviceResult(device, Verdict.CHANGED if lines else Verdict.OK, "changed and proven", lines)
    if story.order.state in ENDED:
        return DeviceResult(device, Verdict.FAILED, "taken back", lines)
    return DeviceResult(device, Verdict.PENDING, "would change" if lines else "says already what it should", lines)


def _said(order: Order) -> str:
    reasons = " ".join(f"{reason.sentence} {reason.next_step}".strip() for reason in order.reasons)
    if order.state in ENDED:
        return f"Order {order.id} is {order.state.value}. {reasons}".rstrip()
    if order.waits_for is WaitsFor.APPROVAL:
        return f"Order {order.id} waits for its approval: `neutralhost order approve {order.id}`, or --approve."
    waits = f" and waits for {order.waits_for.value}" if order.waits_for is not None else ""
    return f"Order {order.id} is {order.state.value}{waits}; `playbook run provision {order.id}` goes on following it."
