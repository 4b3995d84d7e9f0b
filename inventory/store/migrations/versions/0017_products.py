"""Price lists that were used; what products other than circuits and strands hold: hosting positions and SSIDs.

An order and its service say by which price list they were priced; those from before say "".
"""

import sqlalchemy as sa
from alembic import op

revision = "0017_products"
down_revision = "0016_listeners"
branch_labels = None
depends_on = None

NOT_BESIDE = """
CREATE TRIGGER held_hosting_{verb} BEFORE {verb} ON held_hosting WHEN EXISTS (
    SELECT 1 FROM held_hosting AS other
    WHERE other.place = NEW.place AND other.position = NEW.position {apart}
    AND (NEW.last_day IS NULL OR other.first_day <= NEW.last_day)
    AND (other.last_day IS NULL OR other.last_day >= NEW.first_day)
) BEGIN SELECT RAISE(ABORT, 'held_hosting: held on a day of the window'); END
"""


def upgrade() -> None:
    for table in ("orders", "services"):
        op.add_column(table, sa.Column("catalogue_version", sa.String, nullable=False, server_default=""))
    op.add_column("services", sa.Column("by_hand", sa.JSON))
    op.create_table(
        "used_catalogues",
        sa.Column("version", sa.String, primary_key=True),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "hosting_positions",
        sa.Column("place", sa.String, sa.ForeignKey("places.code"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("height_m", sa.Double, nullable=False),
        sa.Column("power_w", sa.Integer, nullable=False),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint("height_m >= 0 AND height_m <= 1000", name="height"),
        sa.CheckConstraint("power_w BETWEEN 0 AND 100000", name="power"),
    )
    op.create_table(
        "held_ssids",
        sa.Column("device", sa.String, sa.ForeignKey("devices.name"), primary_key=True),
        sa.Column("slot", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("ssid", sa.String, nullable=False),
        sa.Column("service_id", sa.String, sa.ForeignKey("services.id"), nullable=False),
        sa.UniqueConstraint("device", "ssid"),
        sa.CheckConstraint("slot BETWEEN 1 AND 8", name="slot"),
    )
    op.create_index("ix_held_ssids_service_id", "held_ssids", ["service_id"])
    _make_held_hosting()


def downgrade() -> None:
    for table in ("held_hosting", "held_ssids", "hosting_positions", "used_catalogues"):
        op.drop_table(table)
    op.drop_column("services", "by_hand")
    for table in ("orders", "services"):
        op.drop_column(table, "catalogue_version")


def _make_held_hosting() -> None:
    op.create_table(
        "held_hosting",
        sa.Column("place", sa.String, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("first_day", sa.Date, primary_key=True),
        sa.Column("last_day", sa.Date),
        sa.Column("service_id", sa.String, sa.ForeignKey("services.id")),
        sa.Column("reservation_id", sa.String, sa.ForeignKey("reservations.id")),
        sa.ForeignKeyConstraint(["place", "position"], ["hosting_positions.place", "hosting_positions.number"]),
        sa.CheckConstraint("last_day IS NULL OR last_day >= first_day", name="window"),
        sa.CheckConstraint("(service_id IS NULL) <> (reservation_id IS NULL)", name="one_holder"),
    )
    for holder in ("service_id", "reservation_id"):
        op.create_index(f"ix_held_hosting_{holder}", "held_hosting", [holder])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "ALTER TABLE held_hosting ADD CONSTRAINT one_hosting_position_at_a_time EXCLUDE USING gist "
            "(place WITH =, position WITH =, daterange(first_day, last_day, '[]') WITH &&)"
        )
        return
    for verb, apart in (("INSERT", ""), ("UPDATE", "AND other.rowid <> OLD.rowid")):
        op.execute(NOT_BESIDE.format(verb=verb, apart=apart))
