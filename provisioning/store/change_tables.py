"""The table of what changed: rows are added, and never changed."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from inventory.store.metadata import metadata
from provisioning.store.tables import UtcDateTime

state_changes = Table(
    "state_changes",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("id", String, nullable=False),
    Column("isp_code", String, nullable=False),
    Column("was", String, nullable=False),
    Column("now", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String, nullable=False),
    Column("why", Text, nullable=False),
    Column("about", String, nullable=False),
    Column("order_id", String),
    Index("ix_state_changes_subject", "kind", "id", "number"),
    Index("ix_state_changes_isp", "isp_code", "number"),
)
