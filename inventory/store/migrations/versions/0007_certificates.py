"""Certificates of diversity: each one there ever was, what the current ones rest on, and what happened to them."""

import sqlalchemy as sa
from alembic import op

revision = "0007_certificates"
down_revision = "0006_coverage"
branch_labels = None
depends_on = None

IS_CURRENT = sa.text("state IN ('standing', 'broken')")


def upgrade() -> None:
    op.create_table(
        "certificates",
        sa.Column("service_id", sa.String, sa.ForeignKey("services.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("isp_code", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("inventory_revision", sa.Integer, nullable=False),
        sa.Column("proved_revision", sa.Integer, nullable=False),
        sa.Column("key_id", sa.String, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("shared", sa.JSON, nullable=False),
    )
    op.create_index(
        "ix_certificates_current",
        "certificates",
        ["service_id"],
        unique=True,
        sqlite_where=IS_CURRENT,
        postgresql_where=IS_CURRENT,
    )
    op.create_table(
        "certificate_assets",
        sa.Column("asset", sa.String, primary_key=True),
        sa.Column("service_id", sa.String, sa.ForeignKey("services.id"), primary_key=True),
        sa.Column("fingerprint", sa.String, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_certificate_assets_service", "certificate_assets", ["service_id"])
    op.create_table(
        "certificate_events",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("service_id", sa.String, sa.ForeignKey("services.id"), nullable=False),
        sa.Column("isp_code", sa.String, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("certificate", sa.Integer, nullable=False),
        sa.Column("inventory_revision", sa.Integer, nullable=False),
        sa.Column("assets", sa.JSON, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("ix_certificate_events_service", "certificate_events", ["service_id", "number"])
    op.create_index("ix_certificate_events_isp", "certificate_events", ["isp_code", "number"])


def downgrade() -> None:
    for table in ("certificate_events", "certificate_assets", "certificates"):
        op.drop_table(table)
