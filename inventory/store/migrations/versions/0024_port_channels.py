"""Which port-channel a port is a member of: "" where it is of none, as every port there is was until now."""

import sqlalchemy as sa
from alembic import op

revision = "0024_port_channels"
down_revision = "0023_enrolments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ports", sa.Column("lag", sa.String, nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("ports", "lag")
