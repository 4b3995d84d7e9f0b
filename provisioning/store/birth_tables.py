"""The table of birth certificates: one for each order that put a circuit on devices, or tried to."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from inventory.store.metadata import metadata
from provisioning.store.tables import UtcDateTime

_IS_ISSUED = text("number > 0")

birth_certificates = Table(
    "birth_certificates",
    metadata,
    Column("order_id", String, ForeignKey("orders.id"), primary_key=True),
    Column("service_id", String, ForeignKey("services.id"), nullable=False),
    Column("isp_code", String, nullable=False),
    Column("number", Integer, nullable=False),  # within the service; 0 before it is issued
    Column("state", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("key_id", String, nullable=False),  # "" where it is not signed
    Column("document", Text, nullable=False),  # canonical JSON: byte for byte what was signed
    Index("ix_birth_certificates_service", "service_id", "at"),
    Index(
        "ix_birth_certificates_number",
        "service_id",
        "number",
        unique=True,
        sqlite_where=_IS_ISSUED,
        postgresql_where=_IS_ISSUED,
    ),
)
