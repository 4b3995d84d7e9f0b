"""The tables of trouble tickets and incidents, and of what was said about them."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from inventory.store.metadata import metadata
from provisioning.store.tables import UtcDateTime

tickets = Table(
    "tickets",
    metadata,
    Column("id", String, primary_key=True),
    Column("isp_code", String, nullable=False),
    Column("about_kind", String, nullable=False),
    Column("about_id", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("description", Text, nullable=False),
    Column("observed", String, nullable=False),
    Column("severity", String, nullable=False),
    Column("priority", String, nullable=False),
    Column("our_severity", String, nullable=False),
    Column("our_priority", String, nullable=False),
    Column("external_id", String, nullable=False),
    Column("observed_at", UtcDateTime),
    Column("state", String, nullable=False),
    Column("raised_by", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("expected_at", UtcDateTime, nullable=False),
    Column("resolved_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("sent", JSON, nullable=False),
    Index("ix_tickets_newest", "created_at", "id"),
    Index("ix_tickets_isp_newest", "isp_code", "created_at", "id"),
    Index("ix_tickets_state_newest", "state", "created_at", "id"),
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("description", Text, nullable=False),
    Column("observed", String, nullable=False),
    Column("severity", String, nullable=False),
    Column("priority", String, nullable=False),
    Column("state", String, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("expected_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("opened_by", String, nullable=False),
    Index("ix_incidents_newest", "created_at", "id"),
)

incident_services = Table(
    "incident_services",
    metadata,
    Column("incident_id", String, ForeignKey("incidents.id"), primary_key=True),
    Column("service_id", String, ForeignKey("services.id"), primary_key=True),
    Column("isp_code", String, nullable=False),
    Index("ix_incident_services_isp", "isp_code", "incident_id"),
    Index("ix_incident_services_service", "service_id", "incident_id"),
    sqlite_with_rowid=False,
)

issue_notes = Table(  # of tickets and of incidents, whose ids never meet
    "issue_notes",
    metadata,
    Column("about", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("author", String, nullable=False),
    Column("from_isp", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("id", String, nullable=False),
    sqlite_with_rowid=False,
)
