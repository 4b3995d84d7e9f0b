"""Birth certificates: what was tested before each handover, and how it went."""

import sqlalchemy as sa
from alembic import op

revision = "0021_birth_certificates"
down_revision = "0020_change_plans"
branch_labels = None
depends_on = None

_IS_ISSUED = sa.text("number > 0")


def upgrade() -> None:
    op.create_table(
        "birth_certificates",
        sa.Column("order_id", sa.String, sa.ForeignKey("orders.id"), primary_key=True),
        sa.Column("service_id", sa.String, sa.ForeignKey("services.id"), nullable=False),
        sa.Column("isp_code", sa.String, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.String, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_index("ix_birth_certificates_service", "birth_certificates", ["service_id", "at"])
    op.create_index(
        "ix_birth_certificates_number",
        "birth_certificates",
        ["service_id", "number"],
        unique=True,
        sqlite_where=_IS_ISSUED,
        postgresql_where=_IS_ISSUED,
    )


def downgrade() -> None:
    op.drop_table("birth_certificates")
