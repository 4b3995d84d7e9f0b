"""`neutralhost order ...`: the same verbs as the API's, for the operator at this machine."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from inventory.counted import counted
from provisioning import front_desk
from provisioning.approvals import plan_digest
from provisioning.asked_words import asked_facts, where
from provisioning.bootstrap import House
from provisioning.catalogue import Catalogue
from provisioning.cli.errors import InputRefused
from provisioning.cli.follow import follow_order, print_diffs, print_event, print_result
from provisioning.cli.house import open_house, why_silent
from provisioning.cli.last_words import EXIT_CHANGES, EXIT_DONE, EXIT_ERROR
from provisioning.cli.looked_at import Question, agreed_to, print_changing
from provisioning.cli.output import Output, Sheet, current_output, sheet
from provisioning.cli.person import acting
from provisioning.cli.words import moment, money, safe, speed
from provisioning.front_desk import SYSTEM, OrderStory
from provisioning.orders import ENDED, EventStatus, Order, OrderRequest, OrderState


def place(
    isp_code: str,
    uprn: str,
    handover: str,
    bandwidth_mbps: int,
    term_months: int,
    product: str | None,
    reference: str,
    quote_id: str,
    start: datetime | None,
    stop: datetime | None,
    idempotency_key: str | None,
    follow: bool,
) -> int:
    output = current_output()
    with open_house() as house:
        chosen = product or _first_product(house.tools.catalogue)
        request = OrderRequest(chosen, uprn, handover, bandwidth_mbps, term_months, reference, quote_id=quote_id)
        request = replace(request, start=_day(start), stop=_day(stop))
        key = idempotency_key or str(uuid.uuid4())
        order, is_new = front_desk.place_order(house.tools, SYSTEM, request, idempotency_key=key, isp_code=isp_code)
        output.say(f"Order {order.id} was {'placed' if is_new else 'placed before with this key'}.")
        if not follow:
            output.answer({"order": order, "new": is_new}, lambda: print_order(order, output))
            return EXIT_DONE
        return follow_to_its_end(house, order.id, output, None)


def list_orders(state: str | None, awaiting_approval: bool, limit: int, cursor: str | None) -> None:
    output = current_output()
    with open_house() as house:
        page = front_desk.orders(
            house.tools,
            SYSTEM,
            state=None if state is None else OrderState(state),
            awaiting_approval=True if awaiting_approval else None,
            cursor=cursor,
            limit=limit,
        )
    output.answer(page, lambda: output.table(orders_sheet(page.orders)))
    if page.next_cursor:
        output.say(f"More with --cursor {page.next_cursor}", style="dim")


def show(order_id: str) -> None:
    output = current_output()
    with open_house() as house:
        story = front_desk.order_story(house.tools, SYSTEM, order_id)
    output.answer(story, lambda: print_story(story, output))


def follow(order_id: str, timeout_s: float | None) -> int:
    with open_house() as house:
        return follow_to_its_end(house, order_id, current_output(), timeout_s)


def approve(order_id: str, digest: str | None, person: str | None) -> int:
    output = current_output()
    with open_house() as house:
        who = acting(house.tools, person)
        looked_at = digest or _looked_at(output, front_desk.order_diffs(house.tools, who, order_id))
        if looked_at is None:
            output.say("Nothing was approved.")
            return EXIT_CHANGES
        order = front_desk.approve(house.tools, who, order_id, digest=looked_at)
    waits = order.awaiting_approval
    text = "waits for a second person's approval" if waits else "is approved; the worker goes on with it"
    output.answer({"order": order}, lambda: output.say(f"Order {order.id} {text}."))
    return EXIT_CHANGES if waits else EXIT_DONE


def _looked_at(output: Output, story: OrderStory) -> str | None:
    """The digest of what was just shown and agreed to, None where it was not agreed to. Raises: NobodyLooked."""
    order, digest = story.order, story.plan_digest or plan_digest(())
    if not order.awaiting_approval:
        return digest  # the front desk says why it cannot be approved
    look = f"neutralhost order diff {order.id}"
    return agreed_to(output, Question(order.id, digest, lambda: _print_question(story, output, look), look))


def _print_question(story: OrderStory, output: Output, look: str) -> None:
    print_order(story.order, output)
    print_tasks(story, output)
    rehearsed = [(diff.device, diff.diff) for diff in story.diffs if diff.step == "rehearse" and diff.diff.strip()]
    print_changing(output, rehearsed, look)


def decline(order_id: str, reason: str) -> None:
    output = current_output()
    with open_house() as house:
        order = front_desk.decline(house.tools, SYSTEM, order_id, reason=reason)
    output.answer({"order": order}, lambda: output.say(f"Order {order.id} is declined."))


def diff(order_id: str, step: str | None) -> int:
    output = current_output()
    with open_house() as house:
        story = front_desk.order_story(house.tools, SYSTEM, order_id)
    diffs = [found for found in story.diffs if step in (None, found.step)]
    output.answer({"order_id": order_id, "diffs": diffs}, lambda: print_diffs(diffs, output))
    pending = story.order.state not in ENDED and any(found.diff.strip() for found in diffs)
    return EXIT_CHANGES if pending else EXIT_DONE


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _first_product(catalogue: Catalogue) -> str:
    if not catalogue.products:
        raise InputRefused("The catalogue has no product, so --product must be given.")
    return catalogue.products[0].code


def follow_to_its_end(house: House, order_id: str, output: Output, timeout_s: float | None) -> int:
    """Show an order's steps as they happen, then how it ended; return the exit code."""
    story = follow_order(
        lambda after: front_desk.order_story(house.tools, SYSTEM, order_id, after=after),
        output,
        timeout_s,
        lambda: why_silent(house),
    )
    output.answer(story, lambda: print_result(story.order, output))
    if story.order.state not in ENDED:
        return EXIT_CHANGES
    return EXIT_DONE if story.order.state is OrderState.COMPLETED else EXIT_ERROR


def orders_sheet(orders: Sequence[Order]) -> Sheet:
    """Return orders as a table."""
    rows = (
        (
            order.id,
            order.action.value,
            order.isp_code,
            where(order.request),
            f"{order.request.bandwidth_mbps:,}" if order.request.kind.is_circuit else "",
            _where(order),
            moment(order.created_at),
        )
        for order in orders
    )
    return sheet(("order", "action", "isp", "where", "mbit/s", "state", "created"), rows, right=("mbit/s",))


def _where(order: Order) -> str:
    if order.waits_for is not None:
        return f"waits for {order.waits_for.value}"
    return f"{order.state.value} {order.step}" if order.state is OrderState.IN_PROGRESS else order.state.value


def print_order(order: Order, output: Output) -> None:
    """Print one order's facts."""
    request = order.request
    output.facts(
        (
            ("order", order.id),
            ("action", order.action.value),
            ("state", order.state.value),
            ("step", order.step),
            ("waits for", "" if order.waits_for is None else order.waits_for.value),
            ("until", "" if order.wait_until is None else moment(order.wait_until)),
            ("product order", f"{order.product_order_id}, item {order.item_id}"),
            ("isp", order.isp_code),
            *_asked_facts(request),
            ("first day", "" if request.start is None else str(request.start)),
            ("last day", "" if request.stop is None else str(request.stop)),
            ("service", order.service_id or ""),
            ("price", f"{money(order.monthly_pence)} a month, {money(order.setup_pence)} once, without VAT"),
            ("reference", request.reference),
            ("requested by", order.requested_by),
            ("created", moment(order.created_at)),
        )
    )
    for reason in order.reasons:
        output.say(f"{safe(reason.sentence)} {safe(reason.next_step)}".rstrip(), style="yellow")


def _asked_facts(request: OrderRequest) -> tuple[tuple[str, str], ...]:
    rate = f"{speed(request.bandwidth_mbps)}, " if request.kind.is_circuit else ""
    return (("product", f"{request.product}, {rate}{counted(request.term_months, 'month')}"), *asked_facts(request))


def print_tasks(story: OrderStory, output: Output) -> None:
    """Print what an engineer must do by hand, while the order waits for the word that it is done."""
    if story.tasks and story.order.awaiting_approval:
        output.say("To be done by an engineer before the approval:", style="bold")
        for task in story.tasks:
            output.say(f"  {safe(task)}")


def print_story(story: OrderStory, output: Output) -> None:
    """Print an order, and every event of its life."""
    print_order(story.order, output)
    print_tasks(story, output)
    output.say()
    for event in story.events:
        if event.status is not EventStatus.STARTED:
            print_event(event, output)
