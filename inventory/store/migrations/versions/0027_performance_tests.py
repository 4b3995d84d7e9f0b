"""Performance tests of services in use, and the certificates of them."""

import sqlalchemy as sa
from alembic import op

revision = "0027_performance_tests"
down_revision = "0026_sealed_plans"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "performance_tests",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("service_id", sa.String, sa.ForeignKey("services.id"), nullable=False),
        sa.Column("isp_code", sa.String, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("slices_done", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.String, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_index("ix_performance_tests_service", "performance_tests", ["service_id", "asked_at"])
    op.create_index("ix_performance_tests_state", "performance_tests", ["state"])


def downgrade() -> None:
    op.drop_table("performance_tests")
