"""Holds on strands, positions and ports for a window of days; reservations; services and orders that are strands.

No two holds on one thing share a day: PostgreSQL has an exclusion constraint for that (it needs the
extension btree_gist, which is trusted: the owner of the database may create it), SQLite two triggers
a table. The UNIs that services hold become holds on ports, without an end.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005_holds"
down_revision = "0004_plant"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)

HELD = {
    "held_strands": ("strand", ("cable", sa.String), ("strand", sa.Integer), ["strands.cable", "strands.number"]),
    "held_positions": (
        "position",
        ("odf", sa.String),
        ("position", sa.Integer),
        ["odf_positions.odf", "odf_positions.number"],
    ),
    "held_ports": ("port", ("device", sa.String), ("port", sa.String), ["ports.device", "ports.port"]),
}

NOT_BESIDE = """
CREATE TRIGGER {table}_{verb} BEFORE {verb} ON {table} WHEN EXISTS (
    SELECT 1 FROM {table} AS other
    WHERE other.{first} = NEW.{first} AND other.{second} = NEW.{second} {apart}
    AND (NEW.last_day IS NULL OR other.first_day <= NEW.last_day)
    AND (other.last_day IS NULL OR other.last_day >= NEW.first_day)
) BEGIN SELECT RAISE(ABORT, '{table}: held on a day of the window'); END
"""


def upgrade() -> None:
    _make_reservations()
    if _on_postgresql():
        op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    for table in HELD:
        _make_held(table)
    op.execute(
        "INSERT INTO held_ports (device, port, first_day, service_id) "
        "SELECT device, port, date(services.created_at), service_id "
        "FROM held_unis JOIN services ON services.id = service_id"
    )
    op.drop_table("held_unis")
    for table, columns in (("services", ("legs", "window")), ("orders", ("strands",))):
        for column in columns:
            op.add_column(table, sa.Column(column, sa.JSON))


def downgrade() -> None:
    for table, columns in (("services", ("legs", "window")), ("orders", ("strands",))):
        for column in columns:
            op.drop_column(table, column)
    op.create_table(
        "held_unis",
        sa.Column("device", sa.String, primary_key=True),
        sa.Column("port", sa.String, primary_key=True),
        sa.Column("service_id", sa.String, sa.ForeignKey("services.id"), nullable=False),
        sa.ForeignKeyConstraint(["device", "port"], ["ports.device", "ports.port"]),
    )
    op.create_index("ix_held_unis_service_id", "held_unis", ["service_id"])
    op.execute(
        "INSERT INTO held_unis (device, port, service_id) SELECT device, port, service_id "
        "FROM held_ports WHERE service_id IS NOT NULL AND last_day IS NULL"
    )
    for table in (*HELD, "reservations"):
        op.drop_table(table)


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _make_reservations() -> None:
    op.create_table(
        "reservations",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("isp_code", sa.String, nullable=False),
        sa.Column("purpose", sa.String, nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("strands", sa.JSON, nullable=False),
        sa.Column("positions", sa.JSON, nullable=False),
        sa.Column("ports", sa.JSON, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("made_by", sa.String, nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.Column("ended_at", UTC_TIME),
        sa.CheckConstraint("last_day >= first_day", name="window"),
    )
    op.create_index("ix_reservations_newest", "reservations", ["created_at", "id"])
    op.create_index("ix_reservations_state_last_day", "reservations", ["state", "last_day"])


def _make_held(table: str) -> None:
    kind, (first, first_type), (second, second_type), refers_to = HELD[table]
    op.create_table(
        table,
        sa.Column(first, first_type, primary_key=True, autoincrement=False),
        sa.Column(second, second_type, primary_key=True, autoincrement=False),
        sa.Column("first_day", sa.Date, primary_key=True),
        sa.Column("last_day", sa.Date),
        sa.Column("service_id", sa.String, sa.ForeignKey("services.id")),
        sa.Column("reservation_id", sa.String, sa.ForeignKey("reservations.id")),
        sa.ForeignKeyConstraint([first, second], refers_to),
        sa.CheckConstraint("last_day IS NULL OR last_day >= first_day", name="window"),
        sa.CheckConstraint("(service_id IS NULL) <> (reservation_id IS NULL)", name="one_holder"),
    )
    for holder in ("service_id", "reservation_id"):
        op.create_index(f"ix_{table}_{holder}", table, [holder])
    if _on_postgresql():
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT one_{kind}_at_a_time EXCLUDE USING gist "
            f"({first} WITH =, {second} WITH =, daterange(first_day, last_day, '[]') WITH &&)"
        )
        return
    for verb, apart in (("INSERT", ""), ("UPDATE", "AND other.rowid <> OLD.rowid")):
        op.execute(NOT_BESIDE.format(table=table, verb=verb, first=first, second=second, apart=apart))
