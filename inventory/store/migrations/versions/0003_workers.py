"""Which workers live: when each was last heard of."""

import sqlalchemy as sa
from alembic import op

revision = "0003_workers"
down_revision = "0002_sold"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "workers",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("workers")
