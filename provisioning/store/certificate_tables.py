"""The tables of certificates of diversity: each one there ever was, what the current ones rest on, what happened."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text, text

from inventory.store.metadata import metadata
from provisioning.store.tables import UtcDateTime

_IS_CURRENT = text("state IN ('standing', 'broken')")

certificates = Table(
    "certificates",
    metadata,
    Column("service_id", String, ForeignKey("services.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("isp_code", String, nullable=False),
    Column("state", String, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("inventory_revision", Integer, nullable=False),
    Column("proved_revision", Integer, nullable=False),
    Column("key_id", String, nullable=False),
    Column("document", Text, nullable=False),  # canonical JSON with its signature: byte for byte what was signed
    Column("shared", JSON, nullable=False),
    # a service has one that counts at most, whatever two processes believe
    Index("ix_certificates_current", "service_id", unique=True, sqlite_where=_IS_CURRENT, postgresql_where=_IS_CURRENT),
)

certificate_assets = Table(
    "certificate_assets",
    metadata,
    Column("asset", String, primary_key=True),  # "kind:code"
    Column("service_id", String, ForeignKey("services.id"), primary_key=True),
    Column("fingerprint", String, nullable=False),  # "" of a risk, which has no facts of its own
    Index("ix_certificate_assets_service", "service_id"),
    sqlite_with_rowid=False,
)

certificate_events = Table(
    "certificate_events",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("service_id", String, ForeignKey("services.id"), nullable=False),
    Column("isp_code", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", String, nullable=False),
    Column("certificate", Integer, nullable=False),
    Column("inventory_revision", Integer, nullable=False),
    Column("assets", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_certificate_events_service", "service_id", "number"),
    Index("ix_certificate_events_isp", "isp_code", "number"),
)
