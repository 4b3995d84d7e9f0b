"""Who changes which device and handover, what is paused, what is done by the clock; on which machine a worker runs."""

import sqlalchemy as sa
from alembic import op

revision = "0015_engine"
down_revision = "0013_lines"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "claims",
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("order_id", sa.String, sa.ForeignKey("orders.id"), nullable=False),
    )
    op.create_index("ix_claims_order_id", "claims", ["order_id"])
    op.execute("INSERT INTO claims (kind, name, order_id) SELECT 'device', device, order_id FROM device_claims")
    op.drop_table("device_claims")
    op.create_table(
        "pauses",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("scope", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("why", sa.String, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("since", UTC_TIME, nullable=False),
        sa.Column("until", UTC_TIME),
        sa.Column("lifted_at", UTC_TIME),
        sa.Column("lifted_by", sa.String, nullable=False),
        sa.CheckConstraint("scope IN ('all', 'product', 'place', 'device')", name="ck_pauses_scope"),
    )
    not_lifted = sa.text("lifted_at IS NULL")
    op.create_index("ix_pauses_not_lifted", "pauses", ["since"], sqlite_where=not_lifted, postgresql_where=not_lifted)
    op.create_table(
        "schedules",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("next_at", UTC_TIME, nullable=False),
        sa.Column("held_by", sa.String),
        sa.Column("held_until", UTC_TIME),
        sa.Column("started_at", UTC_TIME),
        sa.Column("ended_at", UTC_TIME),
        sa.Column("outcome", sa.String),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("findings", sa.JSON, nullable=False),
    )
    op.add_column("workers", sa.Column("machine", sa.String, nullable=False, server_default=""))
    op.add_column("workers", sa.Column("since", UTC_TIME))


def downgrade() -> None:
    op.drop_column("workers", "since")
    op.drop_column("workers", "machine")
    op.drop_table("schedules")
    op.drop_table("pauses")
    op.create_table(
        "device_claims",
        sa.Column("device", sa.String, primary_key=True),
        sa.Column("order_id", sa.String, sa.ForeignKey("orders.id"), nullable=False),
    )
    op.create_index("ix_device_claims_order_id", "device_claims", ["order_id"])
    op.execute("INSERT INTO device_claims (device, order_id) SELECT name, order_id FROM claims WHERE kind = 'device'")
    op.drop_table("claims")
