"""What is sold: services, orders and their lives, what is held, device claims, users and their secrets' hashes."""

import sqlalchemy as sa
from alembic import op

revision = "0002_sold"
down_revision = "0001_inventory"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _make_services()
    _make_orders()
    _make_lives_of_orders()
    _make_held()
    _make_held_bandwidth()
    _make_users()


def downgrade() -> None:
    for table in (
        "portal_sessions",
        "api_tokens",
        "users",
        "device_claims",
        "commitments",
        "held_links",
        "held_device_tags",
        "held_handover_tags",
        "held_unis",
        "order_changes",
        "order_events",
        "orders",
        "services",
    ):
        op.drop_table(table)


def _make_services() -> None:
    op.create_table(
        "services",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("isp_code", sa.String, nullable=False),
        sa.Column("product", sa.String, nullable=False),
        sa.Column("uprn", sa.String, nullable=False),
        sa.Column("handover", sa.String, nullable=False),
        sa.Column("bandwidth_mbps", sa.Integer, nullable=False),
        sa.Column("term_months", sa.Integer, nullable=False),
        sa.Column("reference", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("circuit", sa.JSON),
        sa.Column("idle_lines", sa.JSON, nullable=False),
        sa.Column("monthly_pence", sa.Integer, nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.Column("activated_at", UTC_TIME),
        sa.Column("ended_at", UTC_TIME),
    )
    op.create_index("ix_services_uprn", "services", ["uprn"])
    op.create_index("ix_services_newest", "services", ["created_at", "id"])
    op.create_index("ix_services_isp_newest", "services", ["isp_code", "created_at", "id"])
    op.create_index("ix_services_state_newest", "services", ["state", "created_at", "id"])


def _make_orders() -> None:
    op.create_table(
        "orders",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("isp_code", sa.String, nullable=False),
        sa.Column("idempotency_key", sa.String, nullable=False),
        sa.Column("request_digest", sa.String, nullable=False),
        sa.Column("product", sa.String, nullable=False),
        sa.Column("uprn", sa.String, nullable=False),
        sa.Column("handover", sa.String, nullable=False),
        sa.Column("bandwidth_mbps", sa.Integer, nullable=False),
        sa.Column("term_months", sa.Integer, nullable=False),
        sa.Column("reference", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("step", sa.String, nullable=False),
        sa.Column("awaiting_approval", sa.Boolean, nullable=False),
        sa.Column("approved_digest", sa.String),
        sa.Column("approved_by", sa.String),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("service_id", sa.String, sa.ForeignKey("services.id")),
        sa.Column("monthly_pence", sa.Integer, nullable=False),
        sa.Column("setup_pence", sa.Integer, nullable=False),
        sa.Column("requested_by", sa.String, nullable=False),
        sa.Column("last_event", sa.Integer, nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.Column("updated_at", UTC_TIME, nullable=False),
        sa.UniqueConstraint("isp_code", "idempotency_key"),
    )
    op.create_index("ix_orders_service_id", "orders", ["service_id"])
    op.create_index("ix_orders_newest", "orders", ["created_at", "id"])
    op.create_index("ix_orders_isp_newest", "orders", ["isp_code", "created_at", "id"])
    op.create_index("ix_orders_state_newest", "orders", ["state", "created_at", "id"])
    op.create_index(
        "ix_orders_waiting",
        "orders",
        ["created_at", "id"],
        sqlite_where=sa.text("awaiting_approval = 1"),
        postgresql_where=sa.text("awaiting_approval"),
    )


def _make_lives_of_orders() -> None:
    op.create_table(
        "order_events",
        sa.Column("order_id", sa.String, sa.ForeignKey("orders.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.Column("step", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("seconds", sa.Double),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "order_changes",
        sa.Column("order_id", sa.String, sa.ForeignKey("orders.id"), primary_key=True),
        sa.Column("step", sa.String, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("device", sa.String, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("commands", sa.Text, nullable=False),
        sa.Column("diff", sa.Text, nullable=False),
        sa.Column("intents", sa.JSON, nullable=False),
        sa.Column("idle_lines", sa.JSON, nullable=False),
    )
    op.create_table(
        "device_claims",
        sa.Column("device", sa.String, primary_key=True),
        sa.Column("order_id", sa.String, sa.ForeignKey("orders.id"), nullable=False),
    )
    op.create_index("ix_device_claims_order_id", "device_claims", ["order_id"])


def _make_held() -> None:
    op.create_table(
        "held_unis",
        sa.Column("device", sa.String, primary_key=True),
        sa.Column("port", sa.String, primary_key=True),
        sa.Column("service_id", sa.String, sa.ForeignKey("services.id"), nullable=False),
        sa.ForeignKeyConstraint(["device", "port"], ["ports.device", "ports.port"]),
    )
    op.create_table(
        "held_handover_tags",
        sa.Column("handover", sa.String, sa.ForeignKey("handovers.code"), primary_key=True),
        sa.Column("s_vlan", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("service_id", sa.String, sa.ForeignKey("services.id"), nullable=False),
        sa.Column("cir_mbps", sa.Integer, nullable=False),
        sa.CheckConstraint("s_vlan BETWEEN 1 AND 4094", name="tag"),
    )
    op.create_table(
        "held_device_tags",
        sa.Column("device", sa.String, sa.ForeignKey("devices.name"), primary_key=True),
        sa.Column("s_vlan", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("service_id", sa.String, sa.ForeignKey("services.id"), nullable=False),
        sa.CheckConstraint("s_vlan BETWEEN 1 AND 4094", name="tag"),
        sqlite_with_rowid=False,
    )
    for table in ("held_unis", "held_handover_tags", "held_device_tags"):
        op.create_index(f"ix_{table}_service_id", table, ["service_id"])


def _make_held_bandwidth() -> None:
    op.create_table(
        "held_links",
        sa.Column("service_id", sa.String, sa.ForeignKey("services.id"), primary_key=True),
        sa.Column("link", sa.String, sa.ForeignKey("links.code"), primary_key=True),
        sa.Column("cir_mbps", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_held_links_link", "held_links", ["link"])
    op.create_table(
        "commitments",
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("committed_mbps", sa.Integer, nullable=False),
        sa.CheckConstraint("committed_mbps >= 0", name="not_negative"),
    )


def _make_users() -> None:
    op.create_table(
        "users",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("isp_code", sa.String),
        sa.Column("password_hash", sa.String, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
    )
    op.create_table(
        "api_tokens",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("user_name", sa.String, sa.ForeignKey("users.name"), nullable=False),
        sa.Column("label", sa.String, nullable=False),
        sa.Column("secret_hmac", sa.String, nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.Column("expires_at", UTC_TIME),
        sa.Column("revoked", sa.Boolean, nullable=False),
    )
    op.create_index("ix_api_tokens_user_name", "api_tokens", ["user_name"])
    op.create_table(
        "portal_sessions",
        sa.Column("session_hmac", sa.String, primary_key=True),
        sa.Column("user_name", sa.String, sa.ForeignKey("users.name"), nullable=False),
        sa.Column("expires_at", UTC_TIME, nullable=False),
    )
    op.create_index("ix_portal_sessions_user_name", "portal_sessions", ["user_name"])
    op.create_index("ix_portal_sessions_expires_at", "portal_sessions", ["expires_at"])
