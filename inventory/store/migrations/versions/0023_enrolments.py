"""Access points that are expected, and how far they have come."""

import sqlalchemy as sa
from alembic import op

revision = "0023_enrolments"
down_revision = "0022_backups"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "enrolments",
        sa.Column("device", sa.String, primary_key=True),
        sa.Column("serial", sa.String, nullable=False),
        sa.Column("key_hash", sa.String, nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.String, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("phoned_home_at", sa.DateTime(timezone=True)),
        sa.Column("phoned_from", sa.String, nullable=False),
        sa.Column("serving_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_enrolments_serial", "enrolments", ["serial"], unique=True)


def downgrade() -> None:
    op.drop_table("enrolments")
