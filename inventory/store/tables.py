"""The tables of what exists: our mirror of a folder of files or of a NetBox.

Keys are the domain's own (codes, UPRNs, device and port names), so a table of what is sold
can refer to them with a foreign key, and the database then refuses to lose what a service
holds. Metres, Mbit/s and British national grid throughout, as in the dataclasses.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
    Table,
)

from inventory.store.metadata import metadata

places = Table(
    "places",
    metadata,
    Column("code", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("area", String, nullable=False),
    Column("easting_m", Double, nullable=False),
    Column("northing_m", Double, nullable=False),
    Column("resilience_zone", String, nullable=False),
    Column("owner", String, ForeignKey("organisations.code")),
    Column("operator", String, ForeignKey("organisations.code")),
    Column("used_by", String, ForeignKey("organisations.code")),
    # No foreign key: premises refer to the places that serve them, and one half of that circle must go without. A
    # deferred one would do on PostgreSQL; of SQLite's, added to a table that is there, no tool reads back that it
    # is deferred. `inventory.plant_rules` looks at it before anything is written.
    Column("uprn", String),
)

premises = Table(
    "premises",
    metadata,
    Column("uprn", String, primary_key=True),
    Column("address", String, nullable=False),
    Column("postcode", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("easting_m", Double, nullable=False),
    Column("northing_m", Double, nullable=False),
    Column("serving_place", String, ForeignKey("places.code"), index=True),
)

organisations = Table(
    "organisations",
    metadata,
    Column("code", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("roles", String, nullable=False),  # sorted, joined by commas
    Column("is_isp", Boolean, nullable=False),
    Column("operator_code", String, nullable=False),
)

devices = Table(
    "devices",
    metadata,
    Column("name", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("platform", String, nullable=False),
    Column("manufacturer", String, nullable=False),
    Column("model", String, nullable=False),
    Column("serial", String, nullable=False),
    Column("place_code", String, ForeignKey("places.code"), index=True),
    Column("uprn", String, ForeignKey("premises.uprn"), index=True),
    Column("management_address", String),
    Column("lifecycle", String, nullable=False),
)

ports = Table(
    "ports",
    metadata,
    Column("device", String, ForeignKey("devices.name"), primary_key=True),
    Column("port", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("speed_mbps", Integer, nullable=False),
    Column("lag", String, nullable=False, server_default=""),
)

links = Table(
    "links",
    metadata,
    Column("code", String, primary_key=True),
    Column("a_device", String, nullable=False),
    Column("a_port", String, nullable=False),
    Column("z_device", String, nullable=False),
    Column("z_port", String, nullable=False),
    Column("capacity_mbps", Integer, nullable=False),
    Column("length_m", Double, nullable=False),
    ForeignKeyConstraint(["a_device", "a_port"], ["ports.device", "ports.port"]),
    ForeignKeyConstraint(["z_device", "z_port"], ["ports.device", "ports.port"]),
)

handovers = Table(
    "handovers",
    metadata,
    Column("code", String, primary_key=True),
    Column("isp_code", String, ForeignKey("organisations.code"), nullable=False, index=True),
    Column("place_code", String, ForeignKey("places.code"), nullable=False),
    Column("device", String, nullable=False),
    Column("port", String, nullable=False),
    Column("capacity_mbps", Integer, nullable=False),
    Column("first_s_vlan", Integer, nullable=False),
    Column("last_s_vlan", Integer, nullable=False),
    ForeignKeyConstraint(["device", "port"], ["ports.device", "ports.port"]),
)

revision = Table(
    "inventory_revision",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
