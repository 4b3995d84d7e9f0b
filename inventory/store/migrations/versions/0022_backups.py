"""Backups of what devices say, and what the audit last saw of each."""

import sqlalchemy as sa
from alembic import op

revision = "0022_backups"
down_revision = "0021_birth_certificates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backup_texts",
        sa.Column("digest", sa.String, primary_key=True),
        sa.Column("text", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "backups",
        sa.Column("device", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("platform", sa.String, nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String, sa.ForeignKey("backup_texts.digest"), nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.Column("accepted_by", sa.String, nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_backups_digest", "backups", ["digest"])
    op.create_index("ix_backups_seen_at", "backups", ["seen_at"])
    op.create_table(
        "device_audits",
        sa.Column("device", sa.String, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text_digest", sa.String, nullable=False),
        sa.Column("canonical_digest", sa.String, nullable=False),
        sa.Column("intents_digest", sa.String, nullable=False),
        sa.Column("findings", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    for table in ("device_audits", "backups", "backup_texts"):
        op.drop_table(table)
