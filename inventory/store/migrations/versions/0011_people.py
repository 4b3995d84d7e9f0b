"""Roles by their new names, scoped tokens, OAuth2 clients, sign-in elsewhere, first approvals, answers given once.

Users and tokens of before stay good: an ISP's user becomes its administrator, a reader an auditor of its side.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011_people"
down_revision = "0010_state_changes"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)
RENAMED = {"isp": "isp-admin", "reader": "auditor"}
BEFORE = {"isp-user": "isp", "isp-admin": "isp", "auditor": "reader", "council": "reader", "noc": "reader"}


def upgrade() -> None:
    op.add_column("users", sa.Column("also", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("users", sa.Column("email", sa.String))
    op.create_index("ix_users_email", "users", ["email"], unique=True)
    op.add_column("api_tokens", sa.Column("scopes", sa.JSON))
    op.add_column("api_tokens", sa.Column("last_used_at", UTC_TIME))
    _rename(RENAMED)
    _make_clients()
    op.create_table(
        "identities",
        sa.Column("issuer", sa.String, primary_key=True),
        sa.Column("subject", sa.String, primary_key=True),
        sa.Column("user_name", sa.String, sa.ForeignKey("users.name"), nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
    )
    op.create_index("ix_identities_user_name", "identities", ["user_name"])
    op.create_table(
        "given_approvals",
        sa.Column("about", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("why", sa.JSON, nullable=False),
        sa.Column("at", UTC_TIME, nullable=False),
    )
    op.create_table(
        "given_answers",
        sa.Column("caller", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("attempt", sa.String, nullable=False),
        sa.Column("begun_at", UTC_TIME, nullable=False),
        sa.Column("has_effect", sa.Boolean, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("body", sa.Text),
        sa.Column("headers", sa.JSON),
    )
    op.create_index("ix_given_answers_begun_at", "given_answers", ["begun_at"])


def _make_clients() -> None:
    op.create_table(
        "oauth_clients",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("isp_code", sa.String, nullable=False),
        sa.Column("label", sa.String, nullable=False),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("secret_hmac", sa.String, nullable=False),
        sa.Column("created_by", sa.String, nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.Column("revoked", sa.Boolean, nullable=False),
        sa.Column("last_used_at", UTC_TIME),
    )
    op.create_index("ix_oauth_clients_isp_code", "oauth_clients", ["isp_code"])
    op.create_table(
        "access_tokens",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("client_id", sa.String, sa.ForeignKey("oauth_clients.id"), nullable=False),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("secret_hmac", sa.String, nullable=False),
        sa.Column("expires_at", UTC_TIME, nullable=False),
    )
    op.create_index("ix_access_tokens_client_id", "access_tokens", ["client_id"])
    op.create_index("ix_access_tokens_expires_at", "access_tokens", ["expires_at"])


def _rename(names: dict[str, str]) -> None:
    users = sa.table("users", sa.column("role", sa.String))
    for old, new in names.items():
        op.execute(users.update().where(users.c.role == old).values(role=new))


def downgrade() -> None:
    for table in ("given_answers", "given_approvals", "identities", "access_tokens", "oauth_clients"):
        op.drop_table(table)
    # What there was no role for before becomes what may do less.
    _rename(BEFORE | {"engineer": "reader", "approver": "reader"})
    op.drop_column("api_tokens", "last_used_at")
    op.drop_column("api_tokens", "scopes")
    op.drop_index("ix_users_email", "users")
    op.drop_column("users", "email")
    op.drop_column("users", "also")
