"""The table of access points that are, or were, expected to phone home."""

from sqlalchemy import Column, Index, String, Table

from inventory.store.metadata import metadata
from provisioning.store.tables import UtcDateTime

enrolments = Table(
    "enrolments",
    metadata,
    Column("device", String, primary_key=True),
    Column("serial", String, nullable=False),
    Column("key_hash", String, nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("issued_by", String, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("phoned_home_at", UtcDateTime),
    Column("phoned_from", String, nullable=False),
    Column("serving_at", UtcDateTime),
    Index("ix_enrolments_serial", "serial", unique=True),
)
