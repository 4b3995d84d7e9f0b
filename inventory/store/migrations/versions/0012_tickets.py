"""Trouble tickets and incidents, which services an incident hits, and what was said about them."""

import sqlalchemy as sa
from alembic import op

revision = "0012_tickets"
down_revision = "0011_people"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("isp_code", sa.String, nullable=False),
        sa.Column("about_kind", sa.String, nullable=False),
        sa.Column("about_id", sa.String, nullable=False),
        *_judged("kind", "description", "observed", "severity", "priority", "our_severity", "our_priority"),
        sa.Column("external_id", sa.String, nullable=False),
        sa.Column("observed_at", sa.DateTime(timezone=True)),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("raised_by", sa.String, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("sent", sa.JSON, nullable=False),
    )
    op.create_index("ix_tickets_about_id", "tickets", ["about_id"])
    op.create_index("ix_tickets_newest", "tickets", ["created_at", "id"])
    op.create_index("ix_tickets_isp_newest", "tickets", ["isp_code", "created_at", "id"])
    op.create_index("ix_tickets_state_newest", "tickets", ["state", "created_at", "id"])
    op.create_table(
        "incidents",
        sa.Column("id", sa.String, primary_key=True),
        *_judged("kind", "description", "observed", "severity", "priority"),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected_at", sa.DateTime(timezone=True)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("opened_by", sa.String, nullable=False),
    )
    op.create_index("ix_incidents_newest", "incidents", ["created_at", "id"])
    op.create_table(
        "incident_services",
        sa.Column("incident_id", sa.String, sa.ForeignKey("incidents.id"), primary_key=True),
        sa.Column("service_id", sa.String, sa.ForeignKey("services.id"), primary_key=True),
        sa.Column("isp_code", sa.String, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_incident_services_isp", "incident_services", ["isp_code", "incident_id"])
    op.create_index("ix_incident_services_service", "incident_services", ["service_id", "incident_id"])
    op.create_table(
        "issue_notes",
        sa.Column("about", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("from_isp", sa.Boolean, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sqlite_with_rowid=False,
    )


def _judged(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text if name == "description" else sa.String, nullable=False) for name in names]


def downgrade() -> None:
    for table in ("issue_notes", "incident_services", "incidents", "tickets"):
        op.drop_table(table)
