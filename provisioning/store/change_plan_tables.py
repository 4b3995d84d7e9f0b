"""The tables of change plans, and of devices of which nobody knows for certain what they say."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text, text

from inventory.store.metadata import metadata
from provisioning.store.tables import UtcDateTime

_OPEN = text("settled_at IS NULL")

change_plans = Table(
    "change_plans",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("why", String, nullable=False),
    Column("by", String, nullable=False),
    Column("state", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("approved_digest", String, nullable=False),
    Column("approved_by", String, nullable=False),
    Column("broken", JSON, nullable=False),
    Column("lifted", JSON, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("batch", Integer, nullable=False),
    Column("undoes", String, nullable=False),
    Column("waits", String, nullable=False),
    Column("walk", Integer, nullable=False),
    Column("rehearsals", Integer, nullable=False),
    Column("last_event", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Index("ix_change_plans_newest", "created_at", "id"),
    Index("ix_change_plans_state_newest", "state", "created_at", "id"),
)

planned_changes = Table(
    "planned_changes",
    metadata,
    Column("plan_id", String, ForeignKey("change_plans.id"), primary_key=True),
    Column("device", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("action", String, nullable=False),
    Column("commands", Text, nullable=False),
    Column("undo", Text, nullable=False),
    Column("diff", Text, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("intents", JSON, nullable=False),
    Column("before", JSON, nullable=False),
    Column("idle_lines", JSON, nullable=False),
    Column("outcome", String, nullable=False),
    Column("said", String, nullable=False),
    Index("ix_planned_changes_device", "device"),
)

plan_events = Table(
    "plan_events",
    metadata,
    Column("plan_id", String, ForeignKey("change_plans.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String, nullable=False),
    Column("text", Text, nullable=False),
)

uncertain_devices = Table(
    "uncertain_devices",
    metadata,
    Column("device", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("since", UtcDateTime, nullable=False),
    Column("left_by", String, nullable=False),  # the order or change plan
    Column("why", String, nullable=False),
    Column("settled_at", UtcDateTime),
    Column("settled_how", String, nullable=False),
    Index("ix_uncertain_devices_open", "device", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
)
