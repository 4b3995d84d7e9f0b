"""`neutralhost product-order ...`: orders that are placed together."""

import click

from provisioning.cli.command import group
from provisioning.product_orders import ProductOrderState

STATES = [state.value for state in ProductOrderState]


@group("product-order")
def command() -> None:
    """Place, show and cancel orders that belong together.

    While they are looked at, one that cannot be delivered rejects them all; later each goes on, and fails, alone.
    """


@command.command("place", runs="provisioning.cli.product_order:place")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--isp", "isp_code", default=None, help="Code of the ISP that orders; that of the file where left out.")
@click.option("--key", "idempotency_key", default=None, help="Idempotency key: the same key never orders twice.")
def place() -> None:
    """Place the orders of a JSON file, all or none.

    It has `items`, each with `item_id`, `action` (add, modify, delete) and what an order has: product, uprn, handover,
    bandwidth_mbps, term_months, reference, start, stop; or service_id, and the day `start`; `after` lists items that
    must be complete first. Beside them `isp_code` and `external_id`.
    """


@command.command("list", runs="provisioning.cli.product_order:list_product_orders")
@click.option("--state", type=click.Choice(STATES), default=None, help="Only product orders in this state.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 500), help="How many at most.")
@click.option("--cursor", default=None, help="Where the page before ended (its next_cursor).")
def list_product_orders() -> None:
    """List product orders, newest first."""


@command.command("show", runs="provisioning.cli.product_order:show")
@click.argument("product_order_id")
def show() -> None:
    """Show a product order, its orders, charges, cancellations and changes of date."""


@command.command("cancel", runs="provisioning.cli.product_order:cancel")
@click.argument("product_order_id")
@click.option("--reason", default="", help="Why, at most 200 characters.")
def cancel() -> None:
    """Cancel all orders of a product order, or none of them."""
