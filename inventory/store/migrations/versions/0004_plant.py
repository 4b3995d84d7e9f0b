"""The plant: ducts, bores, cables, strands, closures, splices, ODFs, patches, consents; the parties of a place."""

import sqlalchemy as sa
from alembic import op

revision = "0004_plant"
down_revision = "0003_workers"
branch_labels = None
depends_on = None

PARTIES = ("owner", "operator", "used_by")
NEW_TABLES = (
    "consent_covers",
    "consents",
    "patches",
    "odf_positions",
    "odfs",
    "splices",
    "closures",
    "strands",
    "cable_bores",
    "cables",
    "bores",
    "ducts",
)


def upgrade() -> None:
    _widen_places()
    _make_ducts()
    _make_cables()
    _make_splices()
    _make_odfs()
    _make_consents()


def downgrade() -> None:
    for table in NEW_TABLES:
        op.drop_table(table)
    with op.batch_alter_table("places") as places:  # SQLite drops no column that a foreign key stands on
        for column in (*PARTIES, "uprn"):
            places.drop_column(column)


def _widen_places() -> None:
    """In SQL: Alembic adds a column and its foreign key in two steps, and SQLite knows only the one."""
    for party in PARTIES:
        constraint = f"CONSTRAINT fk_places_{party}_organisations REFERENCES organisations (code)"
        op.execute(f"ALTER TABLE places ADD COLUMN {party} VARCHAR {constraint}")
    op.add_column("places", sa.Column("uprn", sa.String))


def _parties() -> tuple[sa.Column[str], sa.Column[str], sa.Column[str]]:
    owner, operator, used_by = (
        sa.Column(name, sa.String, sa.ForeignKey("organisations.code"), nullable=False) for name in PARTIES
    )
    return owner, operator, used_by


def _between() -> tuple[sa.Column[str], sa.Column[str]]:
    a_place, z_place = (
        sa.Column(name, sa.String, sa.ForeignKey("places.code"), nullable=False) for name in ("a_place", "z_place")
    )
    return a_place, z_place


def _make_ducts() -> None:
    op.create_table(
        "ducts",
        sa.Column("code", sa.String, primary_key=True),
        *_between(),
        sa.Column("route", sa.Text, nullable=False),
        sa.Column("length_m", sa.Double, nullable=False),
        *_parties(),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("ready_from", sa.Date),
        sa.Column("usrn", sa.String, nullable=False),
        sa.Column("corridor", sa.String, nullable=False),
        sa.Column("bridge", sa.String, nullable=False),
        sa.Column("a_entry", sa.String, nullable=False),
        sa.Column("z_entry", sa.String, nullable=False),
        sa.CheckConstraint("a_place <> z_place", name="two_places"),
        sa.CheckConstraint("length_m > 0 AND length_m <= 10000000", name="length"),
    )
    op.create_table(
        "bores",
        sa.Column("duct", sa.String, sa.ForeignKey("ducts.code"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("diameter_mm", sa.Double, nullable=False),
        sa.Column("fill_percent", sa.Double, nullable=False),
        sa.Column("fill_limit_percent", sa.Double, nullable=False),
        sa.Column("used_by", sa.String, sa.ForeignKey("organisations.code")),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint("diameter_mm > 0 AND diameter_mm <= 10000", name="diameter"),
        sa.CheckConstraint("fill_percent BETWEEN 0 AND fill_limit_percent AND fill_limit_percent <= 100", name="fill"),
        sqlite_with_rowid=False,
    )
    _index_places("ducts")


def _index_places(table: str) -> None:
    op.create_index(f"ix_{table}_a_place", table, ["a_place"])
    op.create_index(f"ix_{table}_z_place", table, ["z_place"])


def _make_cables() -> None:
    op.create_table(
        "cables",
        sa.Column("code", sa.String, primary_key=True),
        *_between(),
        sa.Column("strand_count", sa.Integer, nullable=False),
        sa.Column("strands_per_tube", sa.Integer, nullable=False),
        sa.Column("diameter_mm", sa.Double, nullable=False),
        sa.Column("slack_m", sa.Double, nullable=False),
        *_parties(),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("ready_from", sa.Date),
        sa.CheckConstraint("a_place <> z_place", name="two_places"),
        sa.CheckConstraint("strand_count >= 1 AND strands_per_tube >= 1", name="strands"),
        sa.CheckConstraint("diameter_mm > 0 AND diameter_mm <= 10000", name="diameter"),
        sa.CheckConstraint("slack_m >= 0 AND slack_m <= 10000000", name="slack"),
    )
    op.create_table(
        "cable_bores",
        sa.Column("cable", sa.String, sa.ForeignKey("cables.code"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("duct", sa.String, nullable=False),
        sa.Column("bore", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["duct", "bore"], ["bores.duct", "bores.number"]),
        sa.UniqueConstraint("duct", "bore", "cable"),
        sa.CheckConstraint("position >= 1", name="position"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "strands",
        sa.Column("cable", sa.String, sa.ForeignKey("cables.code"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("used_by", sa.String, sa.ForeignKey("organisations.code")),
        sa.CheckConstraint("number >= 1", name="number"),
        sqlite_with_rowid=False,
    )
    _index_places("cables")


def _make_splices() -> None:
    op.create_table(
        "closures",
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("place", sa.String, sa.ForeignKey("places.code"), nullable=False),
        sa.Column("splice_capacity", sa.Integer, nullable=False),
        *_parties(),
        sa.CheckConstraint("splice_capacity >= 1", name="capacity"),
    )
    op.create_table(
        "splices",
        sa.Column("a_cable", sa.String, primary_key=True),
        sa.Column("a_strand", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("closure", sa.String, sa.ForeignKey("closures.code"), primary_key=True),
        sa.Column("z_cable", sa.String, nullable=False),
        sa.Column("z_strand", sa.Integer, nullable=False),
        sa.Column("loss_db", sa.Double, nullable=False),
        sa.ForeignKeyConstraint(["a_cable", "a_strand"], ["strands.cable", "strands.number"]),
        sa.ForeignKeyConstraint(["z_cable", "z_strand"], ["strands.cable", "strands.number"]),
        sa.UniqueConstraint("z_cable", "z_strand", "closure"),
        sa.CheckConstraint("a_cable <> z_cable OR a_strand <> z_strand", name="two_strands"),
        sa.CheckConstraint("loss_db >= 0 AND loss_db <= 100", name="loss"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_closures_place", "closures", ["place"])
    op.create_index("ix_splices_closure", "splices", ["closure"])


def _make_odfs() -> None:
    op.create_table(
        "odfs",
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("place", sa.String, sa.ForeignKey("places.code"), nullable=False),
        sa.Column("position_count", sa.Integer, nullable=False),
        *_parties(),
        sa.CheckConstraint("position_count >= 1", name="positions"),
    )
    op.create_table(
        "odf_positions",
        sa.Column("odf", sa.String, sa.ForeignKey("odfs.code"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("cable", sa.String),
        sa.Column("strand", sa.Integer),
        sa.ForeignKeyConstraint(["cable", "strand"], ["strands.cable", "strands.number"]),
        sa.UniqueConstraint("cable", "strand", "odf"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint("(cable IS NULL) = (strand IS NULL)", name="whole_strand"),
        sqlite_with_rowid=False,
    )
    _make_patches()
    op.create_index("ix_odfs_place", "odfs", ["place"])


def _make_patches() -> None:
    op.create_table(
        "patches",
        sa.Column("odf", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("device", sa.String),
        sa.Column("port", sa.String),
        sa.Column("other_odf", sa.String),
        sa.Column("other_number", sa.Integer),
        sa.Column("optic", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["odf", "number"], ["odf_positions.odf", "odf_positions.number"]),
        sa.ForeignKeyConstraint(["device", "port"], ["ports.device", "ports.port"]),
        sa.ForeignKeyConstraint(["other_odf", "other_number"], ["odf_positions.odf", "odf_positions.number"]),
        sa.UniqueConstraint("other_odf", "other_number"),
        sa.CheckConstraint("(device IS NULL) = (port IS NULL)", name="whole_port"),
        sa.CheckConstraint("(other_odf IS NULL) = (other_number IS NULL)", name="whole_position"),
        sa.CheckConstraint("(device IS NULL) <> (other_odf IS NULL)", name="one_far_end"),
        sa.CheckConstraint("other_odf IS NULL OR odf <> other_odf OR number <> other_number", name="two_positions"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_patches_device_port", "patches", ["device", "port"])


def _make_consents() -> None:
    op.create_table(
        "consents",
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("grantor", sa.String, nullable=False),
        sa.Column("land_reference", sa.String, nullable=False),
        sa.Column("term", sa.String, nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date),
        sa.Column("yearly_pence", sa.BigInteger, nullable=False),
        sa.CheckConstraint("last_day >= first_day", name="dates"),
        sa.CheckConstraint("yearly_pence >= 0", name="cost"),
    )
    covered = {"place": "places", "duct": "ducts", "cable": "cables", "closure": "closures", "odf": "odfs"}
    op.create_table(
        "consent_covers",
        sa.Column("consent", sa.String, sa.ForeignKey("consents.code"), primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("code", sa.String, primary_key=True),
        *(sa.Column(name, sa.String, sa.ForeignKey(f"{table}.code")) for name, table in covered.items()),
        sa.CheckConstraint(
            "kind IN ('place', 'duct', 'cable', 'closure', 'odf')"
            " AND (kind = 'place') = (place IS NOT NULL) AND (kind = 'duct') = (duct IS NOT NULL)"
            " AND (kind = 'cable') = (cable IS NOT NULL) AND (kind = 'closure') = (closure IS NOT NULL)"
            " AND (kind = 'odf') = (odf IS NOT NULL)",
            name="kind",
        ),
        sa.CheckConstraint("coalesce(place, duct, cable, closure, odf) = code", name="asset"),
        sqlite_with_rowid=False,
    )
    for name in covered:
        op.create_index(f"ix_consent_covers_{name}", "consent_covers", [name])
