"""The tables of quotes and of kept qualifications. Their items are read and written whole, as JSON."""

from sqlalchemy import JSON, Boolean, Column, Index, String, Table

from inventory.store.metadata import metadata
from provisioning.store.tables import UtcDateTime

quotes = Table(
    "quotes",
    metadata,
    Column("id", String, primary_key=True),
    Column("isp_code", String, nullable=False),
    Column("state", String, nullable=False),
    Column("level", String, nullable=False),
    Column("items", JSON, nullable=False),
    Column("asked_by", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),
    Column("valid_until", UtcDateTime),
    Column("external_id", String, nullable=False),
    Column("project_id", String, nullable=False),
    Column("requested_by_time", UtcDateTime),
    Column("alternatives", Boolean, nullable=False),
    Column("sent", JSON, nullable=False),
    Index("ix_quotes_newest", "created_at", "id"),
    Index("ix_quotes_isp_newest", "isp_code", "created_at", "id"),
    Index("ix_quotes_state_valid", "state", "valid_until"),
)

offering_qualifications = Table(
    "offering_qualifications",
    metadata,
    Column("id", String, primary_key=True),
    Column("isp_code", String, nullable=False),
    Column("state", String, nullable=False),
    Column("items", JSON, nullable=False),
    Column("asked_by", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),
    Column("external_id", String, nullable=False),
    Column("project_id", String, nullable=False),
    Column("requested_by_time", UtcDateTime),
    Column("alternatives", Boolean, nullable=False),
    Column("sent", JSON, nullable=False),
    Index("ix_offering_qualifications_isp_newest", "isp_code", "created_at", "id"),
    Index("ix_offering_qualifications_state", "state"),
)
