"""Product orders, and what is asked and paid beside their orders; every order that there is gets one of its own."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010_product_orders"
down_revision = "0009_replacing"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)
OPEN = sa.text("state = 'awaitingResponse'")
WAITING = sa.text("waits_for IS NOT NULL")


def upgrade() -> None:
    _make_product_orders()
    _make_charges()
    _make_tasks()
    _make_far_ends()
    for column in _order_columns():
        op.add_column("orders", column)
    op.execute("UPDATE orders SET waits_for = 'approval' WHERE awaiting_approval")
    _give_each_order_a_product_order()
    op.create_index("ix_orders_product_order_id", "orders", ["product_order_id"])
    op.drop_index("ix_orders_waiting", "orders")
    op.drop_column("orders", "awaiting_approval")
    op.create_index(
        "ix_orders_waits_for",
        "orders",
        ["waits_for", "created_at", "id"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.add_column("services", sa.Column("stops_on", sa.Date))
    op.create_index("ix_services_stops_on", "services", ["stops_on"])


def downgrade() -> None:
    op.drop_index("ix_services_stops_on", "services")
    op.drop_column("services", "stops_on")
    op.drop_index("ix_orders_waits_for", "orders")
    op.drop_index("ix_orders_product_order_id", "orders")
    op.add_column("orders", sa.Column("awaiting_approval", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute("UPDATE orders SET awaiting_approval = (waits_for IS NOT NULL AND waits_for = 'approval')")
    op.create_index(
        "ix_orders_waiting",
        "orders",
        ["created_at", "id"],
        sqlite_where=sa.text("awaiting_approval = 1"),
        postgresql_where=sa.text("awaiting_approval"),
    )
    for column in _order_columns():
        op.drop_column("orders", column.name)
    for table in ("far_ends", "date_changes", "cancellations", "charges", "product_orders"):
        op.drop_table(table)


def _give_each_order_a_product_order() -> None:
    """Its id is the order's with another letter, and its state what one order of that state makes."""
    op.execute(
        "INSERT INTO product_orders (id, isp_code, external_id, state, requested_by, ordered_at, updated_at, "
        "completed_at) SELECT 'P-' || substr(id, 3), isp_code, '', state, requested_by, created_at, updated_at, "
        "CASE WHEN state IN ('completed', 'failed', 'cancelled', 'rejected') THEN updated_at END FROM orders"
    )
    op.execute("UPDATE orders SET product_order_id = 'P-' || substr(id, 3)")


def _order_columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("product_order_id", sa.String),
        sa.Column("item_id", sa.String, nullable=False, server_default="1"),
        sa.Column("after", sa.JSON, nullable=False, server_default="[]"),
        sa.Column("validated", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("expected_on", sa.Date),
        sa.Column("waits_for", sa.String),
        sa.Column("wait_until", UTC_TIME),
        sa.Column("ends_as", sa.String),
        sa.Column("walk", sa.Integer, nullable=False, server_default="1"),
        sa.Column("start", sa.Date),
        sa.Column("stop", sa.Date),
        sa.Column("quote_id", sa.String, nullable=False, server_default=""),
        sa.Column("takes_over", sa.String, nullable=False, server_default=""),
        sa.Column("end_customer", sa.String, nullable=False, server_default=""),
        sa.Column("notes", sa.JSON, nullable=False, server_default="[]"),
    )


def _make_product_orders() -> None:
    op.create_table(
        "product_orders",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("isp_code", sa.String, nullable=False),
        sa.Column("external_id", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("idempotency_key", sa.String),
        sa.Column("request_digest", sa.String),
        sa.Column("requested_by", sa.String, nullable=False),
        sa.Column("requested_on", sa.Date),
        sa.Column("sent", sa.JSON),
        sa.Column("ordered_at", UTC_TIME, nullable=False),
        sa.Column("updated_at", UTC_TIME, nullable=False),
        sa.Column("completed_at", UTC_TIME),
        sa.UniqueConstraint("isp_code", "idempotency_key"),
    )
    op.create_index("ix_product_orders_newest", "product_orders", ["ordered_at", "id"])
    op.create_index("ix_product_orders_isp_newest", "product_orders", ["isp_code", "ordered_at", "id"])


def _make_charges() -> None:
    op.create_table(
        "charges",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("isp_code", sa.String, nullable=False),
        sa.Column("product_order_id", sa.String, sa.ForeignKey("product_orders.id"), nullable=False),
        sa.Column("order_id", sa.String),
        sa.Column("cause", sa.String, nullable=False),
        sa.Column("items", sa.JSON, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.Column("due_at", UTC_TIME, nullable=False),
        sa.Column("raised_by", sa.String, nullable=False),
        sa.Column("task_id", sa.String),
        sa.Column("ended_at", UTC_TIME),
    )
    op.create_index("ix_charges_product_order_id", "charges", ["product_order_id"])
    op.create_index("ix_charges_order_id", "charges", ["order_id"])
    op.create_index("ix_charges_newest", "charges", ["created_at", "id"])
    op.create_index("ix_charges_open", "charges", ["due_at"], sqlite_where=OPEN, postgresql_where=OPEN)


def _make_tasks() -> None:
    for table, own in (
        (
            "cancellations",
            (
                sa.Column("order_id", sa.String),
                sa.Column("reason", sa.Text, nullable=False),
                sa.Column("reason_kind", sa.String, nullable=False),
            ),
        ),
        (
            "date_changes",
            (
                sa.Column("order_id", sa.String, nullable=False),
                sa.Column("was", sa.Date),
                sa.Column("wanted", sa.Date),
                sa.Column("expedite", sa.Boolean, nullable=False),
            ),
        ),
    ):
        op.create_table(
            table,
            sa.Column("id", sa.String, primary_key=True),
            sa.Column("isp_code", sa.String, nullable=False),
            sa.Column("product_order_id", sa.String, sa.ForeignKey("product_orders.id"), nullable=False),
            sa.Column("state", sa.String, nullable=False),
            *own,
            sa.Column("requested_by", sa.String, nullable=False),
            sa.Column("requested_at", UTC_TIME, nullable=False),
            sa.Column("denied", sa.Text, nullable=False),
            sa.Column("charge_id", sa.String),
            sa.Column("ended_at", UTC_TIME),
            sa.Column("sent", sa.JSON),
        )
        op.create_index(f"ix_{table}_product_order_id", table, ["product_order_id"])
        op.create_index(f"ix_{table}_newest", table, ["requested_at", "id"])


def _make_far_ends() -> None:
    op.create_table(
        "far_ends",
        sa.Column("order_id", sa.String, sa.ForeignKey("orders.id"), primary_key=True),
        sa.Column("isp_code", sa.String, nullable=False),
        sa.Column("asked_for", sa.String, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("asked_at", UTC_TIME, nullable=False),
        sa.Column("due_at", UTC_TIME, nullable=False),
        sa.Column("decided_at", UTC_TIME),
        sa.Column("decided_by", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_index("ix_far_ends_isp_state", "far_ends", ["isp_code", "state"])
