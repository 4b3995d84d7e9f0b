"""Quotes, and qualifications that are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0018_quotes"
down_revision = "0017_products"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quotes",
        *_asked(),
        sa.Column("level", sa.String, nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_quotes_newest", "quotes", ["created_at", "id"])
    op.create_index("ix_quotes_isp_newest", "quotes", ["isp_code", "created_at", "id"])
    op.create_index("ix_quotes_state_valid", "quotes", ["state", "valid_until"])
    op.create_table("offering_qualifications", *_asked())
    op.create_index(
        "ix_offering_qualifications_isp_newest", "offering_qualifications", ["isp_code", "created_at", "id"]
    )
    op.create_index("ix_offering_qualifications_state", "offering_qualifications", ["state"])


def downgrade() -> None:
    op.drop_table("offering_qualifications")
    op.drop_table("quotes")


def _asked() -> tuple[sa.Column[object], ...]:
    moment = sa.DateTime(timezone=True)
    return (
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("isp_code", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("items", sa.JSON, nullable=False),
        sa.Column("asked_by", sa.String, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("answered_at", moment),
        sa.Column("external_id", sa.String, nullable=False),
        sa.Column("project_id", sa.String, nullable=False),
        sa.Column("requested_by_time", moment),
        sa.Column("alternatives", sa.Boolean, nullable=False),
        sa.Column("sent", sa.JSON, nullable=False),
    )
