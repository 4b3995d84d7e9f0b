"""The tables of price lists that were used, and of the SSIDs that access points send."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from inventory.store.metadata import metadata
from provisioning.store.tables import UtcDateTime

SSIDS_PER_RADIO = 8
"""More, and their beacons eat the air: the held rows' slots go from 1 to here."""

used_catalogues = Table(
    "used_catalogues",
    metadata,
    Column("version", String, primary_key=True),
    Column("digest", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("first_used_at", UtcDateTime, nullable=False),
)

held_ssids = Table(
    "held_ssids",
    metadata,
    Column("device", String, ForeignKey("devices.name"), primary_key=True),
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("ssid", String, nullable=False),  # its octets, in hexadecimal: no collation makes two of them one
    Column("service_id", String, ForeignKey("services.id"), nullable=False, index=True),
    UniqueConstraint("device", "ssid"),
    CheckConstraint(f"slot BETWEEN 1 AND {SSIDS_PER_RADIO}", name="slot"),
)
