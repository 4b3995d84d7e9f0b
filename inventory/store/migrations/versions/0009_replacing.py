"""What a change on a device takes the place of, so that it can be undone exactly."""

import sqlalchemy as sa
from alembic import op

revision = "0009_replacing"
down_revision = "0008_wanted"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("order_changes", sa.Column("before", sa.JSON))


def downgrade() -> None:
    op.drop_column("order_changes", "before")
