"""The tables of the coverage of all premises: an answer each, as it was when all were last looked at.

Derived, and replaced as a whole: no foreign key holds on to the premises and places it speaks of.
"""

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, DateTime, Double, Integer, String, Table

from inventory.store.metadata import metadata

coverage = Table(
    "coverage",
    metadata,
    Column("uprn", String, primary_key=True),
    Column("confidence", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("place", String),  # where a drop would begin, NULL where nothing is near
    Column("dx", String),  # NULL where none is reached, or none of those has room
    Column("drop_m", Double),
    Column("distance_m", Double),  # drop and ducts, premises to DX
    sqlite_with_rowid=False,
)

coverage_round = Table(
    "coverage_round",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("inventory_revision", BigInteger, nullable=False),
    Column("day", Date, nullable=False),
    Column("drop_limit_m", Double, nullable=False),
    Column("premises_per_port", Integer, nullable=False),
    Column("refreshed_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
"""What the rows of `coverage` were derived from; no row before the first time."""
