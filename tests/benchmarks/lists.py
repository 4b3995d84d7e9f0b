"""What grows with the number of orders, and what must not: pages, qualification, the metrics' scrape."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from inventory.store.engine import reading
from provisioning import front_desk
from provisioning.front_desk import SYSTEM
from provisioning.orders import OrderRequest, OrderState
from provisioning.qualification import QualificationRequest
from provisioning.store.tables import orders
from tests.benchmarks.measure import Line, compare
from tests.integration.running import Running, running
from tests.integration.street import HANDOVER, street, uprn_of

MANY, FEW = 300_000, 300
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
ISPS = ("quayside", "loomlight", "shipcanal", "peppermoth")
# Most orders ended well; as in a network that has been in service for years.
STATES = (*[OrderState.COMPLETED] * 90, *[OrderState.REJECTED] * 5, *[OrderState.CANCELLED] * 4, OrderState.FAILED)


def measure() -> Iterator[Line]:
    """The same question of a database with a thousand times the orders."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        many, few = (
            stack.enter_context(running(f"sqlite:///{Path(folder) / str(size)}.db", street(2), works=False))
            for size in (MANY, FEW)
        )
        _fill(many, MANY)
        _fill(few, FEW)
        against = f"the same with {FEW} orders"
        for name, ask in _questions(many):
            yield compare(f"{name}, {MANY:,} orders", lambda a=ask: a(many), against, lambda a=ask: a(few), times=5)
        yield compare(
            f"`/metrics`, orders by state counted anew, {MANY:,} orders",
            many.house.metrics.exposition,
            "`SELECT count(*)` of the same table",
            lambda: _count(many),
            note="at a scrape every 15 s, not once a request",
        )


def _questions(many: Running) -> tuple[tuple[str, Callable[[Running], object]], ...]:
    middle = front_desk.orders(many.house.tools, SYSTEM, limit=50).next_cursor
    return (
        ("order list, first page", lambda town: front_desk.orders(town.house.tools, SYSTEM, limit=50)),
        ("order list, second page", lambda town: front_desk.orders(town.house.tools, SYSTEM, limit=50, cursor=middle)),
        (
            "order list, failed ones",
            lambda town: front_desk.orders(town.house.tools, SYSTEM, state=OrderState.FAILED, limit=3),
        ),
        (
            "approval queue",
            lambda town: front_desk.orders(town.house.tools, SYSTEM, awaiting_approval=True, limit=50),
        ),
        (
            "qualification",
            lambda town: front_desk.qualify(
                town.house.tools, SYSTEM, QualificationRequest("access-eline", uprn_of(1), 100, HANDOVER)
            ),
        ),
        ("`/metrics`", lambda town: town.house.metrics.exposition()),
    )


def _fill(town: Running, size: int) -> None:
    with town.house.engine.begin() as connection:
        for first in range(0, size, 10_000):
            rows = [_row(number) for number in range(first, min(size, first + 10_000))]
            connection.execute(insert(orders), rows)


def _row(number: int) -> dict[str, Any]:
    at = BEGAN + timedelta(seconds=number * 60)
    return asdict(OrderRequest("access-eline", uprn_of(1), HANDOVER, 100, 12, f"ref {number}")) | {
        "id": f"O-{number:08}",
        "action": "add",
        "isp_code": ISPS[number % len(ISPS)],
        "idempotency_key": f"key-{number}",
        "request_digest": "0" * 64,
        "state": STATES[number % len(STATES)],
        "step": "tell",
        "product_order_id": f"P-{number:08}",
        "item_id": "1",
        "catalogue_version": "",
        "after": [],
        "validated": True,
        "walk": 1,
        "notes": [],
        "reasons": [],
        "service_id": None,
        "monthly_pence": 2400,
        "setup_pence": 0,
        "requested_by": "ana",
        "last_event": 9,
        "created_at": at,
        "updated_at": at,
    }


def _count(town: Running) -> int:
    with reading(town.house.engine) as connection:
        return int(connection.execute(text("SELECT count(*) FROM orders")).scalar_one())
