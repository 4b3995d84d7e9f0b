"""`neutralhost product-order ...`: orders that are placed together."""

import uuid
from datetime import date
from typing import Annotated

import click
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from provisioning.cancelling import cancel_product_order
from provisioning.cli.charge import charges_sheet
from provisioning.cli.errors import InputRefused
from provisioning.cli.house import open_house
from provisioning.cli.last_words import EXIT_DONE, EXIT_ERROR
from provisioning.cli.order import orders_sheet
from provisioning.cli.order_life import print_task, task_exit
from provisioning.cli.output import Output, current_output, sheet
from provisioning.cli.words import moment, safe
from provisioning.orders import OrderAction, OrderRequest
from provisioning.product_order_desk import ItemAsked, place_product_order, product_order_story, product_orders
from provisioning.product_orders import ProductOrderState, ProductOrderStory
from provisioning.rights import SYSTEM

type _Text = Annotated[str, Field(max_length=64)]


class _Item(BaseModel):
    """One item of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    item_id: _Text
    action: OrderAction = OrderAction.ADD
    service_id: _Text = ""
    after: tuple[_Text, ...] = ()
    product: _Text = ""
    uprn: _Text = ""
    handover: _Text = ""
    bandwidth_mbps: int = 0
    term_months: int = 0
    reference: _Text = ""
    start: date | None = None
    stop: date | None = None

    def noun(self) -> ItemAsked:
        said = self.model_dump(exclude={"item_id", "action", "service_id", "after"})
        return ItemAsked(self.item_id, self.action, OrderRequest(**said), self.service_id, self.after)


class _File(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    isp_code: _Text | None = None
    external_id: _Text = ""
    items: Annotated[tuple[_Item, ...], Field(min_length=1, max_length=100)]


def place(file: str, isp_code: str | None, idempotency_key: str | None) -> None:
    """Raises: InputRefused, where the file is not what it should be; and what `place_product_order` raises."""
    output = current_output()
    asked = _read(file)
    with open_house() as house:
        story, is_new = place_product_order(
            house.tools,
            SYSTEM,
            [item.noun() for item in asked.items],
            external_id=asked.external_id,
            idempotency_key=idempotency_key or str(uuid.uuid4()),
            isp_code=isp_code or asked.isp_code,
        )
    placed = "placed" if is_new else "placed before with this key"
    output.say(f"Product order {story.product_order.id} was {placed}.")
    output.answer({"new": is_new, **_document(story)}, lambda: _print(story, output))


def list_product_orders(state: str | None, limit: int, cursor: str | None) -> None:
    output = current_output()
    with open_house() as house:
        wanted = None if state is None else ProductOrderState(state)
        page = product_orders(house.tools, SYSTEM, state=wanted, cursor=cursor, limit=limit)
    rows = [
        (one.id, one.isp_code, one.external_id, one.state.value, moment(one.ordered_at)) for one in page.product_orders
    ]
    output.answer(page, lambda: output.table(sheet(("product order", "isp", "their id", "state", "ordered"), rows)))
    if page.next_cursor:
        output.say(f"More with --cursor {page.next_cursor}", style="dim")


def show(product_order_id: str) -> None:
    output = current_output()
    with open_house() as house:
        story = product_order_story(house.tools, SYSTEM, product_order_id)
    output.answer(_document(story), lambda: _print(story, output))


def cancel(product_order_id: str, reason: str) -> int:
    output = current_output()
    with open_house() as house:
        asked = cancel_product_order(house.tools, SYSTEM, product_order_id, reason=reason)
    output.answer({"cancellation": asked}, lambda: print_task("Cancellation", asked, output))
    return EXIT_DONE if task_exit(asked) == EXIT_DONE else EXIT_ERROR


def _read(file: str) -> _File:
    with click.open_file(file, encoding="utf-8") as opened:
        text = opened.read()
    try:
        return _File.model_validate_json(text)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in fault["loc"]) or "the file itself"
        raise InputRefused(f"{safe(file)} is wrong at {safe(where)}: {safe(fault['msg'])}.") from error


def _document(story: ProductOrderStory) -> dict[str, object]:
    return {
        "product_order": story.product_order,
        "orders": story.orders,
        "charges": story.charges,
        "cancellations": story.cancellations,
        "date_changes": story.date_changes,
    }


def _print(story: ProductOrderStory, output: Output) -> None:
    found = story.product_order
    output.facts(
        (
            ("product order", found.id),
            ("their id", found.external_id),
            ("state", found.state.value),
            ("isp", found.isp_code),
            ("ordered", moment(found.ordered_at)),
        )
    )
    output.table(orders_sheet(story.orders))
    if story.charges:
        output.table(charges_sheet(story.charges))
    for cancellation in story.cancellations:
        print_task("Cancellation", cancellation, output)
    for change in story.date_changes:
        print_task("Change of date", change, output)
