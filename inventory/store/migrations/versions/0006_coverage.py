"""The coverage of all premises, and what it was derived from."""

import sqlalchemy as sa
from alembic import op

revision = "0006_coverage"
down_revision = "0005_holds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "coverage",
        sa.Column("uprn", sa.String, primary_key=True),
        sa.Column("confidence", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("place", sa.String),
        sa.Column("dx", sa.String),
        sa.Column("drop_m", sa.Double),
        sa.Column("distance_m", sa.Double),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "coverage_round",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("inventory_revision", sa.BigInteger, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("drop_limit_m", sa.Double, nullable=False),
        sa.Column("premises_per_port", sa.Integer, nullable=False),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name="one_row"),
    )


def downgrade() -> None:
    op.drop_table("coverage_round")
    op.drop_table("coverage")
