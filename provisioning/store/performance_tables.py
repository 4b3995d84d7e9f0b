"""The table of performance tests: of services in use, on demand."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from inventory.store.metadata import metadata
from provisioning.store.tables import UtcDateTime

performance_tests = Table(
    "performance_tests",
    metadata,
    Column("id", String, primary_key=True),
    Column("service_id", String, ForeignKey("services.id"), nullable=False),
    Column("isp_code", String, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("by", String, nullable=False),
    Column("state", String, nullable=False),
    Column("slices_done", Integer, nullable=False),
    Column("number", Integer, nullable=False),  # within the service's; 0 before it ended
    Column("asked_at", UtcDateTime, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("key_id", String, nullable=False),
    Column("document", Text, nullable=False),  # "" before it ended
    Index("ix_performance_tests_service", "service_id", "asked_at"),
    Index("ix_performance_tests_state", "state"),
)
