"""The tables of the plant: ducts, bores, cables, strands, closures, splices, ODFs, patches and consents.

Keys are the domain's own, as in `inventory.store.tables`: a table of what is sold refers to
`strands (cable, number)`, `odf_positions (odf, number)` and `ports (device, port)`. What SQL can say
of a rule stands here too; the rest is `inventory.plant_rules`. An upper bound beside a "> 0" also
keeps NaN and infinity out, which PostgreSQL counts as larger than every number.

A key of several columns begins with what is looked up when the thing it refers to goes: the index
of the key then serves the foreign key. Routes are kept as text, the LINESTRING of OGC 06-103r4
clause 7: any tool reads it, and a float comes back exactly as it was.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from inventory.store.metadata import metadata


def _parties() -> tuple[Column[str], Column[str], Column[str]]:
    owner, operator, used_by = (
        Column(name, String, ForeignKey("organisations.code"), nullable=False)
        for name in ("owner", "operator", "used_by")
    )
    return owner, operator, used_by


ducts = Table(
    "ducts",
    metadata,
    Column("code", String, primary_key=True),
    Column("a_place", String, ForeignKey("places.code"), nullable=False, index=True),
    Column("z_place", String, ForeignKey("places.code"), nullable=False, index=True),
    Column("route", Text, nullable=False),
    Column("length_m", Double, nullable=False),
    *_parties(),
    Column("status", String, nullable=False),
    Column("ready_from", Date),
    Column("usrn", String, nullable=False),
    Column("corridor", String, nullable=False),
    Column("bridge", String, nullable=False),
    Column("a_entry", String, nullable=False),
    Column("z_entry", String, nullable=False),
    CheckConstraint("a_place <> z_place", name="two_places"),
    CheckConstraint("length_m > 0 AND length_m <= 10000000", name="length"),
)

bores = Table(
    "bores",
    metadata,
    Column("duct", String, ForeignKey("ducts.code"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("diameter_mm", Double, nullable=False),
    Column("fill_percent", Double, nullable=False),
    Column("fill_limit_percent", Double, nullable=False),
    Column("used_by", String, ForeignKey("organisations.code")),
    CheckConstraint("number >= 1", name="number"),
    CheckConstraint("diameter_mm > 0 AND diameter_mm <= 10000", name="diameter"),
    CheckConstraint("fill_percent BETWEEN 0 AND fill_limit_percent AND fill_limit_percent <= 100", name="fill"),
    sqlite_with_rowid=False,
)

cables = Table(
    "cables",
    metadata,
    Column("code", String, primary_key=True),
    Column("a_place", String, ForeignKey("places.code"), nullable=False, index=True),
    Column("z_place", String, ForeignKey("places.code"), nullable=False, index=True),
    Column("strand_count", Integer, nullable=False),
    Column("strands_per_tube", Integer, nullable=False),
    Column("diameter_mm", Double, nullable=False),
    Column("slack_m", Double, nullable=False),
    *_parties(),
    Column("status", String, nullable=False),
    Column("ready_from", Date),
    CheckConstraint("a_place <> z_place", name="two_places"),
    CheckConstraint("strand_count >= 1 AND strands_per_tube >= 1", name="strands"),
    CheckConstraint("diameter_mm > 0 AND diameter_mm <= 10000", name="diameter"),
    CheckConstraint("slack_m >= 0 AND slack_m <= 10000000", name="slack"),
)

cable_bores = Table(
    "cable_bores",
    metadata,
    Column("cable", String, ForeignKey("cables.code"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("duct", String, nullable=False),
    Column("bore", Integer, nullable=False),
    ForeignKeyConstraint(["duct", "bore"], ["bores.duct", "bores.number"]),
    UniqueConstraint("duct", "bore", "cable"),
    CheckConstraint("position >= 1", name="position"),
    sqlite_with_rowid=False,
)

strands = Table(
    "strands",
    metadata,
    Column("cable", String, ForeignKey("cables.code"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", String, nullable=False),
    Column("used_by", String, ForeignKey("organisations.code")),
    CheckConstraint("number >= 1", name="number"),
    sqlite_with_rowid=False,
)

closures = Table(
    "closures",
    metadata,
    Column("code", String, primary_key=True),
    Column("place", String, ForeignKey("places.code"), nullable=False, index=True),
    Column("splice_capacity", Integer, nullable=False),
    *_parties(),
    CheckConstraint("splice_capacity >= 1", name="capacity"),
)

# One side of a strand's end is one row. That nothing is an A side and a Z side at once, or spliced
# in two closures of one place, no UNIQUE can say: `inventory.plant_rules` does.
splices = Table(
    "splices",
    metadata,
    Column("a_cable", String, primary_key=True),
    Column("a_strand", Integer, primary_key=True, autoincrement=False),
    Column("closure", String, ForeignKey("closures.code"), primary_key=True, index=True),
    Column("z_cable", String, nullable=False),
    Column("z_strand", Integer, nullable=False),
    Column("loss_db", Double, nullable=False),
    ForeignKeyConstraint(["a_cable", "a_strand"], ["strands.cable", "strands.number"]),
    ForeignKeyConstraint(["z_cable", "z_strand"], ["strands.cable", "strands.number"]),
    UniqueConstraint("z_cable", "z_strand", "closure"),
    CheckConstraint("a_cable <> z_cable OR a_strand <> z_strand", name="two_strands"),
    CheckConstraint("loss_db >= 0 AND loss_db <= 100", name="loss"),
    sqlite_with_rowid=False,
)

odfs = Table(
    "odfs",
    metadata,
    Column("code", String, primary_key=True),
    Column("place", String, ForeignKey("places.code"), nullable=False, index=True),
    Column("position_count", Integer, nullable=False),
    *_parties(),
    CheckConstraint("position_count >= 1", name="positions"),
)

odf_positions = Table(
    "odf_positions",
    metadata,
    Column("odf", String, ForeignKey("odfs.code"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("cable", String),
    Column("strand", Integer),
    ForeignKeyConstraint(["cable", "strand"], ["strands.cable", "strands.number"]),
    UniqueConstraint("cable", "strand", "odf"),
    CheckConstraint("number >= 1", name="number"),
    CheckConstraint("(cable IS NULL) = (strand IS NULL)", name="whole_strand"),
    sqlite_with_rowid=False,
)

patches = Table(
    "patches",
    metadata,
    Column("odf", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("device", String),
    Column("port", String),
    Column("other_odf", String),
    Column("other_number", Integer),
    Column("optic", String, nullable=False),
    ForeignKeyConstraint(["odf", "number"], ["odf_positions.odf", "odf_positions.number"]),
    ForeignKeyConstraint(["device", "port"], ["ports.device", "ports.port"]),
    ForeignKeyConstraint(["other_odf", "other_number"], ["odf_positions.odf", "odf_positions.number"]),
    UniqueConstraint("other_odf", "other_number"),
    CheckConstraint("(device IS NULL) = (port IS NULL)", name="whole_port"),
    CheckConstraint("(other_odf IS NULL) = (other_number IS NULL)", name="whole_position"),
    CheckConstraint("(device IS NULL) <> (other_odf IS NULL)", name="one_far_end"),
    CheckConstraint("other_odf IS NULL OR odf <> other_odf OR number <> other_number", name="two_positions"),
    Index(None, "device", "port"),
    sqlite_with_rowid=False,
)

consents = Table(
    "consents",
    metadata,
    Column("code", String, primary_key=True),
    Column("grantor", String, nullable=False),
    Column("land_reference", String, nullable=False),
    Column("term", String, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date),
    Column("yearly_pence", BigInteger, nullable=False),
    CheckConstraint("last_day >= first_day", name="dates"),
    CheckConstraint("yearly_pence >= 0", name="cost"),
)

# `kind` and `code` name the asset; the column of its kind says the code again, for the foreign key.
consent_covers = Table(
    "consent_covers",
    metadata,
    Column("consent", String, ForeignKey("consents.code"), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("code", String, primary_key=True),
    Column("place", String, ForeignKey("places.code"), index=True),
    Column("duct", String, ForeignKey("ducts.code"), index=True),
    Column("cable", String, ForeignKey("cables.code"), index=True),
    Column("closure", String, ForeignKey("closures.code"), index=True),
    Column("odf", String, ForeignKey("odfs.code"), index=True),
    CheckConstraint(
        "kind IN ('place', 'duct', 'cable', 'closure', 'odf')"
        " AND (kind = 'place') = (place IS NOT NULL) AND (kind = 'duct') = (duct IS NOT NULL)"
        " AND (kind = 'cable') = (cable IS NOT NULL) AND (kind = 'closure') = (closure IS NOT NULL)"
        " AND (kind = 'odf') = (odf IS NOT NULL)",
        name="kind",
    ),
    CheckConstraint("coalesce(place, duct, cable, closure, odf) = code", name="asset"),
    sqlite_with_rowid=False,
)

hosting_positions = Table(
    "hosting_positions",
    metadata,
    Column("place", String, ForeignKey("places.code"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("height_m", Double, nullable=False),
    Column("power_w", Integer, nullable=False),
    CheckConstraint("number >= 1", name="number"),
    CheckConstraint("height_m >= 0 AND height_m <= 1000", name="height"),
    CheckConstraint("power_w BETWEEN 0 AND 100000", name="power"),
)

site_slots = Table(
    "site_slots",
    metadata,
    Column("device", String, ForeignKey("devices.name"), primary_key=True),
    Column("isp_code", String, ForeignKey("organisations.code"), nullable=False),
    Column("place", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("power_w", Integer, nullable=False),
    Column("port_device", String),
    Column("port", String),
    ForeignKeyConstraint(["place", "number"], ["hosting_positions.place", "hosting_positions.number"]),
    ForeignKeyConstraint(["port_device", "port"], ["ports.device", "ports.port"]),
    UniqueConstraint("place", "number"),
    CheckConstraint("power_w BETWEEN 1 AND 100000", name="power"),
    CheckConstraint("(port_device IS NULL) = (port IS NULL)", name="whole_port"),
)
