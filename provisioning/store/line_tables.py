"""The table of lines: one row a UNI that ever had an active service. No row is ever deleted."""

from sqlalchemy import Column, ForeignKey, String, Table, UniqueConstraint

from inventory.store.metadata import metadata
from provisioning.store.tables import UtcDateTime

lines = Table(
    "lines",
    metadata,
    Column("access_line_id", String, primary_key=True),
    Column("uprn", String, nullable=False, index=True),
    Column("device", String, nullable=False),  # no foreign key: a line outlives the NTE that was taken away
    Column("port", String, nullable=False),
    Column("service_id", String, ForeignKey("services.id"), nullable=False, index=True),
    Column("made_at", UtcDateTime, nullable=False),
    UniqueConstraint("device", "port", "uprn"),
)
