"""The tables of listeners, of what is delivered to them, and of every try."""

from sqlalchemy import JSON, Column, Double, ForeignKey, Index, Integer, String, Table, Text, text

from inventory.store.metadata import metadata
from provisioning.store.change_tables import state_changes
from provisioning.store.tables import UtcDateTime

listeners = Table(
    "listeners",
    metadata,
    Column("id", String, primary_key=True),
    Column("face", String, nullable=False),
    Column("isp_code", String, index=True),
    Column("url", Text, nullable=False),
    Column("kinds", JSON, nullable=False),
    Column("made_by", String, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("secret_since", UtcDateTime, nullable=False),
    Column("secret_number", Integer, nullable=False),
    Column("api", String, nullable=False),
    Column("query", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("quiet_until", UtcDateTime),
    Column("off_since", UtcDateTime),
    Column("removed_at", UtcDateTime),
)

_WAITING = text("state = 'waiting'")

deliveries = Table(
    "deliveries",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("message_id", String, nullable=False),
    Column("listener_id", String, ForeignKey("listeners.id"), nullable=False),
    Column("change_number", Integer, ForeignKey(state_changes.c.number)),
    Column("lane", String, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
    Column("leased_until", UtcDateTime),
    Column("leased_by", String),
    Column("messages", JSON(none_as_null=True)),  # path and body of each, as they are sent at every try
    Column("sent", Integer, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("replay_of", String),
    # what waits, in the order in which a lane goes out; and a listener's log
    Index("ix_deliveries_waiting", "listener_id", "lane", "number", sqlite_where=_WAITING, postgresql_where=_WAITING),
    Index("ix_deliveries_listener", "listener_id", "made_at", "id"),
)

delivery_attempts = Table(
    "delivery_attempts",
    metadata,
    Column("delivery", Integer, ForeignKey("deliveries.number"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("status", Integer),
    Column("seconds", Double, nullable=False),
    Column("said", Text, nullable=False),
    sqlite_with_rowid=False,
)
