"""The audit trail: who did what, hash-chained, and never changed."""

import sqlalchemy as sa
from alembic import op

revision = "0019_audit_trail"
down_revision = "0018_quotes"
branch_labels = None
depends_on = None

GENESIS = "0" * 64
KEPT = ("audit_trail", "state_changes")
"""Tables whose rows are added, and never changed or deleted."""


def upgrade() -> None:
    op.create_table(
        "audit_trail",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("isp_code", sa.String),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("previous", sa.String, nullable=False),
        sa.Column("hash", sa.String, nullable=False, unique=True),
    )
    op.create_index("ix_audit_trail_isp", "audit_trail", ["isp_code", "at", "hash"])
    op.create_index("ix_audit_trail_newest", "audit_trail", ["at", "hash"])
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.CheckConstraint("id = 1", name="one_row"),
    )
    op.bulk_insert(head, [{"id": 1, "number": 0, "hash": GENESIS}])
    _refuse_changes() if op.get_bind().dialect.name == "postgresql" else _refuse_changes_sqlite()


def _refuse_changes() -> None:
    op.execute(
        "CREATE FUNCTION rows_stay() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'rows of % are added, and never changed or deleted', TG_TABLE_NAME; END $$"
    )
    op.execute(
        "CREATE FUNCTION head_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'UPDATE' AND NEW.id = OLD.id AND NEW.number = OLD.number + 1 THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION 'the head of the audit trail moves on by one row, and never back'; END $$"
    )
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION rows_stay()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_stays_whole BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION rows_stay()"
        )
    op.execute(
        "CREATE TRIGGER audit_head_moves_on BEFORE UPDATE OR DELETE ON audit_head "
        "FOR EACH ROW EXECUTE FUNCTION head_moves_on()"
    )


def _refuse_changes_sqlite() -> None:
    for table in KEPT:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} BEGIN "
                f"SELECT RAISE(ABORT, 'rows of {table} are added, and never changed or deleted'); END"
            )
    said = "'the head of the audit trail moves on by one row, and never back'"
    op.execute(
        "CREATE TRIGGER audit_head_moves_on BEFORE UPDATE ON audit_head "
        "WHEN NEW.id <> OLD.id OR NEW.number <> OLD.number + 1 "
        f"BEGIN SELECT RAISE(ABORT, {said}); END"
    )
    op.execute(f"CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head BEGIN SELECT RAISE(ABORT, {said}); END")


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in ("audit_head", "audit_trail"):
        op.drop_table(table)
    if is_postgresql:
        for trigger in ("state_changes_stays", "state_changes_stays_whole"):
            op.execute(f"DROP TRIGGER {trigger} ON state_changes")
        op.execute("DROP FUNCTION rows_stay")
        op.execute("DROP FUNCTION head_moves_on")
        return
    for change in ("update", "delete"):
        op.execute(f"DROP TRIGGER state_changes_no_{change}")
