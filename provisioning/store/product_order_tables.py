"""The tables of product orders, and of what is asked and paid beside their orders."""

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, String, Table, Text, UniqueConstraint, text

from inventory.store.metadata import metadata
from provisioning.store.tables import UtcDateTime

product_orders = Table(
    "product_orders",
    metadata,
    Column("id", String, primary_key=True),
    Column("isp_code", String, nullable=False),
    Column("external_id", String, nullable=False),
    Column("state", String, nullable=False),
    Column("idempotency_key", String),  # None where its one order has the key
    Column("request_digest", String),
    Column("requested_by", String, nullable=False),
    Column("requested_on", Date),
    Column("sent", JSON(none_as_null=True)),
    Column("ordered_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("completed_at", UtcDateTime),
    UniqueConstraint("isp_code", "idempotency_key"),
    Index("ix_product_orders_newest", "ordered_at", "id"),
    Index("ix_product_orders_isp_newest", "isp_code", "ordered_at", "id"),
)

_OPEN = text("state = 'awaitingResponse'")

charges = Table(
    "charges",
    metadata,
    Column("id", String, primary_key=True),
    Column("isp_code", String, nullable=False),
    Column("product_order_id", String, ForeignKey("product_orders.id"), nullable=False, index=True),
    Column("order_id", String, index=True),
    Column("cause", String, nullable=False),
    Column("items", JSON, nullable=False),
    Column("state", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("raised_by", String, nullable=False),
    Column("task_id", String),
    Column("ended_at", UtcDateTime),
    Index("ix_charges_newest", "created_at", "id"),
    Index("ix_charges_open", "due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
)

cancellations = Table(
    "cancellations",
    metadata,
    Column("id", String, primary_key=True),
    Column("isp_code", String, nullable=False),
    Column("product_order_id", String, ForeignKey("product_orders.id"), nullable=False, index=True),
    Column("order_id", String),
    Column("state", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("reason_kind", String, nullable=False),
    Column("requested_by", String, nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("denied", Text, nullable=False),
    Column("charge_id", String),
    Column("ended_at", UtcDateTime),
    Column("sent", JSON(none_as_null=True)),
    Index("ix_cancellations_newest", "requested_at", "id"),
)

date_changes = Table(
    "date_changes",
    metadata,
    Column("id", String, primary_key=True),
    Column("isp_code", String, nullable=False),
    Column("product_order_id", String, ForeignKey("product_orders.id"), nullable=False, index=True),
    Column("order_id", String, nullable=False),
    Column("state", String, nullable=False),
    Column("was", Date),
    Column("wanted", Date),
    Column("expedite", Boolean, nullable=False),
    Column("requested_by", String, nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("denied", Text, nullable=False),
    Column("charge_id", String),
    Column("ended_at", UtcDateTime),
    Column("sent", JSON(none_as_null=True)),
    Index("ix_date_changes_newest", "requested_at", "id"),
)

far_ends = Table(
    "far_ends",
    metadata,
    Column("order_id", String, ForeignKey("orders.id"), primary_key=True),
    Column("isp_code", String, nullable=False),
    Column("asked_for", String, nullable=False),
    Column("what", String, nullable=False),
    Column("state", String, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("decided_at", UtcDateTime),
    Column("decided_by", String, nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_far_ends_isp_state", "isp_code", "state"),
)
