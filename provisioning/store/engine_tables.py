"""The tables of how work goes on: who changes what now, what is paused, what is done by the clock."""

from sqlalchemy import JSON, CheckConstraint, Column, Index, Integer, String, Table, text

from inventory.store.metadata import metadata
from provisioning.store.tables import UtcDateTime

claims = Table(
    "claims",
    metadata,
    Column("kind", String, primary_key=True),  # "device" or "handover"
    Column("name", String, primary_key=True),
    Column("holder", String, nullable=False, index=True),  # an order or a change plan
)

pauses = Table(
    "pauses",
    metadata,
    Column("id", String, primary_key=True),
    Column("scope", String, nullable=False),
    Column("name", String, nullable=False),
    Column("why", String, nullable=False),
    Column("by", String, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime),
    Column("lifted_at", UtcDateTime),
    Column("lifted_by", String, nullable=False),
    Column("kind", String, nullable=False, server_default="pause"),  # or "freeze"
    CheckConstraint("scope IN ('all', 'product', 'place', 'device')", name="scope"),
    Index(
        "ix_pauses_not_lifted",
        "since",
        sqlite_where=text("lifted_at IS NULL"),
        postgresql_where=text("lifted_at IS NULL"),
    ),
)

schedules = Table(
    "schedules",
    metadata,
    Column("name", String, primary_key=True),
    Column("next_at", UtcDateTime, nullable=False),
    # Who does it now; nobody else does before that moment, unless it ends first.
    Column("held_by", String),
    Column("held_until", UtcDateTime),
    Column("started_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("outcome", String),
    Column("text", String, nullable=False),
    Column("failures", Integer, nullable=False),  # in a row
    Column("findings", JSON, nullable=False),
)
