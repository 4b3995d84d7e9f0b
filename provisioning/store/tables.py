"""The tables of what is ordered, reserved and delivered, and of who may ask.

The unique keys of the `held_*` tables are what stops two services from holding one port or
tag; their foreign keys stop the inventory from losing what a service holds. Times are UTC;
money is in pence, bandwidth in Mbit/s (committed: CIR).
"""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator

from inventory.store.metadata import metadata
from inventory.store.tables import devices, handovers, links


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC on both databases (SQLite's own type forgets the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone may not be kept")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


services = Table(
    "services",
    metadata,
    Column("id", String, primary_key=True),
    Column("isp_code", String, nullable=False),
    Column("product", String, nullable=False),
    Column("uprn", String, nullable=False, index=True),
    Column("handover", String, nullable=False),
    Column("bandwidth_mbps", Integer, nullable=False),
    Column("term_months", Integer, nullable=False),
    Column("reference", String, nullable=False),
    Column("state", String, nullable=False),
    Column("circuit", JSON(none_as_null=True)),
    Column("idle_lines", JSON, nullable=False),  # device -> the UNI's lines as found
    Column("monthly_pence", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("activated_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("legs", JSON(none_as_null=True)),
    Column("by_hand", JSON(none_as_null=True)),
    Column("catalogue_version", String, nullable=False, server_default=""),
    Column("window", JSON(none_as_null=True)),
    Column("stops_on", Date, index=True),
    Index("ix_services_newest", "created_at", "id"),
    Index("ix_services_isp_newest", "isp_code", "created_at", "id"),
    Index("ix_services_state_newest", "state", "created_at", "id"),
)

_WAITING = text("waits_for IS NOT NULL")

orders = Table(
    "orders",
    metadata,
    Column("id", String, primary_key=True),
    Column("action", String, nullable=False),
    Column("isp_code", String, nullable=False),
    Column("idempotency_key", String, nullable=False),
    Column("request_digest", String, nullable=False),
    Column("product", String, nullable=False),
    Column("uprn", String, nullable=False),
    Column("handover", String, nullable=False),
    Column("bandwidth_mbps", Integer, nullable=False),
    Column("term_months", Integer, nullable=False),
    Column("reference", String, nullable=False),
    Column("state", String, nullable=False),
    Column("step", String, nullable=False),
    Column("approved_digest", String),
    Column("approved_by", String),
    Column("reasons", JSON, nullable=False),
    Column("service_id", String, ForeignKey("services.id"), index=True),
    Column("monthly_pence", Integer, nullable=False),
    Column("setup_pence", Integer, nullable=False),
    Column("requested_by", String, nullable=False),
    Column("last_event", Integer, nullable=False),  # the number of the newest event
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("catalogue_version", String, nullable=False, server_default=""),
    Column("wanted", JSON(none_as_null=True)),  # with its kind; without one it is strands
    Column("product_order_id", String, index=True),
    Column("item_id", String, nullable=False),
    Column("after", JSON, nullable=False),
    Column("validated", Boolean, nullable=False),
    Column("expected_on", Date),
    Column("waits_for", String),
    Column("wait_until", UtcDateTime),
    Column("ends_as", String),
    Column("walk", Integer, nullable=False),
    Column("start", Date),
    Column("stop", Date),
    Column("quote_id", String, nullable=False),
    Column("takes_over", String, nullable=False),
    Column("end_customer", String, nullable=False),
    Column("notes", JSON, nullable=False),  # what the two sides wrote under it
    UniqueConstraint("isp_code", "idempotency_key"),
    Index("ix_orders_newest", "created_at", "id"),
    Index("ix_orders_isp_newest", "isp_code", "created_at", "id"),
    Index("ix_orders_state_newest", "state", "created_at", "id"),
    Index("ix_orders_waits_for", "waits_for", "created_at", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
)

order_events = Table(
    "order_events",
    metadata,
    Column("order_id", String, ForeignKey("orders.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("step", String, nullable=False),
    Column("status", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("seconds", Double),
    sqlite_with_rowid=False,
)

order_changes = Table(
    "order_changes",
    metadata,
    Column("order_id", String, ForeignKey("orders.id"), primary_key=True),
    Column("step", String, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("device", String, nullable=False),
    Column("action", String, nullable=False),
    Column("commands", Text, nullable=False),
    Column("diff", Text, nullable=False),
    Column("intents", JSON, nullable=False),
    Column("idle_lines", JSON, nullable=False),
    Column("before", JSON(none_as_null=True)),  # of a replacement only
)

held_handover_tags = Table(
    "held_handover_tags",
    metadata,
    Column("handover", String, ForeignKey(handovers.c.code), primary_key=True),
    Column("s_vlan", Integer, primary_key=True, autoincrement=False),
    Column("service_id", String, ForeignKey("services.id"), nullable=False, index=True),
    Column("cir_mbps", Integer, nullable=False),
    CheckConstraint("s_vlan BETWEEN 1 AND 4094", name="tag"),
)

held_device_tags = Table(
    "held_device_tags",
    metadata,
    Column("device", String, ForeignKey(devices.c.name), primary_key=True),
    Column("s_vlan", Integer, primary_key=True, autoincrement=False),
    Column("service_id", String, ForeignKey("services.id"), nullable=False, index=True),
    CheckConstraint("s_vlan BETWEEN 1 AND 4094", name="tag"),
    sqlite_with_rowid=False,
)

held_links = Table(
    "held_links",
    metadata,
    Column("service_id", String, ForeignKey("services.id"), primary_key=True),
    Column("link", String, ForeignKey(links.c.code), primary_key=True),
    Column("cir_mbps", Integer, nullable=False),
    Index("ix_held_links_link", "link"),
    sqlite_with_rowid=False,
)

commitments = Table(
    "commitments",
    metadata,
    Column("kind", String, primary_key=True),  # "handover" or "link"
    Column("code", String, primary_key=True),
    # the sum over held_handover_tags or held_links; its row is what a reservation locks
    Column("committed_mbps", Integer, nullable=False),
    CheckConstraint("committed_mbps >= 0", name="not_negative"),
)

users = Table(
    "users",
    metadata,
    Column("name", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("isp_code", String),
    Column("password_hash", String, nullable=False),  # Argon2id
    Column("disabled", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("also", JSON, nullable=False),  # further roles
    Column("email", String),  # by which a verified address signs in by OpenID Connect
    Index("ix_users_email", "email", unique=True),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("key", String, primary_key=True),
    Column("user_name", String, ForeignKey("users.name"), nullable=False, index=True),
    Column("label", String, nullable=False),
    Column("secret_hmac", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("revoked", Boolean, nullable=False),
    Column("scopes", JSON(none_as_null=True)),  # null: all that its user may do
    Column("last_used_at", UtcDateTime),
)

portal_sessions = Table(
    "portal_sessions",
    metadata,
    Column("session_hmac", String, primary_key=True),
    Column("user_name", String, ForeignKey("users.name"), nullable=False, index=True),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)
