"""What changed: every change of a state, with who, when and why."""

import sqlalchemy as sa
from alembic import op

revision = "0010_state_changes"
down_revision = "0010_product_orders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "state_changes",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("isp_code", sa.String, nullable=False),
        sa.Column("was", sa.String, nullable=False),
        sa.Column("now", sa.String, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("about", sa.String, nullable=False),
        sa.Column("order_id", sa.String),
    )
    op.create_index("ix_state_changes_subject", "state_changes", ["kind", "id", "number"])
    op.create_index("ix_state_changes_isp", "state_changes", ["isp_code", "number"])


def downgrade() -> None:
    op.drop_table("state_changes")
