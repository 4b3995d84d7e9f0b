"""Change plans, freezes, and devices of which nobody knows for certain what they say."""

import sqlalchemy as sa
from alembic import op

revision = "0020_change_plans"
down_revision = "0019_audit_trail"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _make_plans()
    op.create_table(
        "uncertain_devices",
        sa.Column("device", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("since", UTC_TIME, nullable=False),
        sa.Column("left_by", sa.String, nullable=False),
        sa.Column("why", sa.String, nullable=False),
        sa.Column("settled_at", UTC_TIME),
        sa.Column("settled_how", sa.String, nullable=False),
    )
    is_open = sa.text("settled_at IS NULL")
    op.create_index(
        "ix_uncertain_devices_open",
        "uncertain_devices",
        ["device"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.add_column("pauses", sa.Column("kind", sa.String, nullable=False, server_default="pause"))
    _claims("holder", "order_id")


def _make_plans() -> None:
    op.create_table(
        "change_plans",
        sa.Column("id", sa.String, primary_key=True),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("kind", "why", "by", "state", "digest", "approved_digest", "approved_by")
        ),
        *(sa.Column(name, sa.JSON, nullable=False) for name in ("broken", "lifted", "reasons")),
        sa.Column("batch", sa.Integer, nullable=False),
        sa.Column("undoes", sa.String, nullable=False),
        sa.Column("waits", sa.String, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("walk", "rehearsals", "last_event")),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.Column("updated_at", UTC_TIME, nullable=False),
        sa.Column("ended_at", UTC_TIME),
    )
    op.create_index("ix_change_plans_newest", "change_plans", ["created_at", "id"])
    op.create_index("ix_change_plans_state_newest", "change_plans", ["state", "created_at", "id"])
    op.create_table(
        "planned_changes",
        sa.Column("plan_id", sa.String, sa.ForeignKey("change_plans.id"), primary_key=True),
        sa.Column("device", sa.String, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("commands", "undo", "diff")),
        sa.Column("lines", sa.Integer, nullable=False),
        *(sa.Column(name, sa.JSON, nullable=False) for name in ("intents", "before", "idle_lines")),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("said", sa.String, nullable=False),
    )
    op.create_index("ix_planned_changes_device", "planned_changes", ["device"])
    op.create_table(
        "plan_events",
        sa.Column("plan_id", sa.String, sa.ForeignKey("change_plans.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )


def _claims(column: str, was: str, *keys: sa.ForeignKey) -> None:
    """Claims are an order's or a change plan's: no foreign key can say so. SQLite drops one only with its table."""
    op.create_table(
        "claims_anew",
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column(column, sa.String, *keys, nullable=False),
        sa.PrimaryKeyConstraint(
            "kind", "name", name=f"pk_claims_by_{column}"
        ),  # PostgreSQL renames no index with its table
    )
    held = "" if not keys else " WHERE holder IN (SELECT id FROM orders)"
    columns = f"INSERT INTO claims_anew (kind, name, {column}) SELECT kind, name, {was} FROM claims"  # noqa: S608 - ours
    op.execute(columns + held)
    op.drop_table("claims")
    op.rename_table("claims_anew", "claims")
    op.create_index(f"ix_claims_{column}", "claims", [column])


def downgrade() -> None:
    _claims("order_id", "holder", sa.ForeignKey("orders.id"))
    op.drop_column("pauses", "kind")
    for table in ("uncertain_devices", "plan_events", "planned_changes", "change_plans"):
        op.drop_table(table)
