"""The tables of the audit trail. Triggers (migration) refuse to change or delete a row, whoever asks."""

from sqlalchemy import JSON, CheckConstraint, Column, Index, Integer, String, Table

from inventory.store.metadata import metadata
from provisioning.store.tables import UtcDateTime

audit_trail = Table(
    "audit_trail",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("who", String, nullable=False),
    Column("role", String, nullable=False),
    Column("isp_code", String),
    Column("action", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("previous", String, nullable=False),
    Column("hash", String, nullable=False, unique=True),
    Index("ix_audit_trail_isp", "isp_code", "at", "hash"),
    Index("ix_audit_trail_newest", "at", "hash"),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("hash", String, nullable=False),  # of the newest row; whoever adds one locks this one row, last of all
    CheckConstraint("id = 1", name="one_row"),
)
