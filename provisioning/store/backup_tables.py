"""The tables of what devices said (backups), and of what the audit last saw of each."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from inventory.store.metadata import metadata
from provisioning.store.tables import UtcDateTime

backup_texts = Table(
    "backup_texts",
    metadata,
    Column("digest", String, primary_key=True),  # SHA-256 of the text, in which secrets are masked
    Column("text", LargeBinary, nullable=False),  # zlib
)

backups = Table(
    "backups",
    metadata,
    Column("device", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("platform", String, nullable=False),
    Column("taken_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("digest", String, ForeignKey("backup_texts.digest"), nullable=False, index=True),
    Column("fingerprint", String, nullable=False),  # HMAC-SHA-256 of the text with its secrets
    Column("lines", Integer, nullable=False),
    Column("accepted_by", String, nullable=False),
    Column("accepted_at", UtcDateTime),
    Index("ix_backups_seen_at", "seen_at"),
)

device_audits = Table(
    "device_audits",
    metadata,
    Column("device", String, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    # Of the text with its secrets, of its canonical form, and of what was intended: HMAC-SHA-256.
    Column("text_digest", String, nullable=False),
    Column("canonical_digest", String, nullable=False),
    Column("intents_digest", String, nullable=False),
    Column("findings", JSON, nullable=False),
)
