"""Listeners, what is delivered to them, and every try."""

import sqlalchemy as sa
from alembic import op

revision = "0016_listeners"
down_revision = "0015_engine"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.create_table(
        "listeners",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("face", sa.String, nullable=False),
        sa.Column("isp_code", sa.String),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("kinds", sa.JSON, nullable=False),
        sa.Column("made_by", sa.String, nullable=False),
        sa.Column("made_at", UTC_TIME, nullable=False),
        sa.Column("secret_since", UTC_TIME, nullable=False),
        sa.Column("secret_number", sa.Integer, nullable=False),
        sa.Column("api", sa.String, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("quiet_until", UTC_TIME),
        sa.Column("off_since", UTC_TIME),
        sa.Column("removed_at", UTC_TIME),
    )
    op.create_index("ix_listeners_isp_code", "listeners", ["isp_code"])
    op.create_table(
        "deliveries",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("message_id", sa.String, nullable=False),
        sa.Column("listener_id", sa.String, sa.ForeignKey("listeners.id"), nullable=False),
        sa.Column("change_number", sa.Integer, sa.ForeignKey("state_changes.number")),
        sa.Column("lane", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", UTC_TIME, nullable=False),
        sa.Column("leased_until", UTC_TIME),
        sa.Column("leased_by", sa.String),
        sa.Column("messages", sa.JSON),
        sa.Column("sent", sa.Integer, nullable=False),
        sa.Column("made_at", UTC_TIME, nullable=False),
        sa.Column("ended_at", UTC_TIME),
        sa.Column("replay_of", sa.String),
    )
    op.create_index(
        "ix_deliveries_waiting",
        "deliveries",
        ["listener_id", "lane", "number"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_index("ix_deliveries_listener", "deliveries", ["listener_id", "made_at", "id"])
    op.create_table(
        "delivery_attempts",
        sa.Column("delivery", sa.Integer, sa.ForeignKey("deliveries.number"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("seconds", sa.Double, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("delivery_attempts", "deliveries", "listeners"):
        op.drop_table(table)
