"""The tables of what is held of the plant for a window of days, and of reservations.

No two rows may name one thing and overlap by a day. On PostgreSQL an exclusion constraint refuses
that, on SQLite a pair of triggers (the migration `0005_holds` makes them): so no program error and
no second writer can put one strand, position or port into two services at one time.
"""

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from inventory.store.metadata import metadata
from provisioning.store.tables import UtcDateTime

reservations = Table(
    "reservations",
    metadata,
    Column("id", String, primary_key=True),
    Column("isp_code", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("strands", JSON, nullable=False),
    Column("positions", JSON, nullable=False),
    Column("ports", JSON, nullable=False),
    Column("state", String, nullable=False),
    Column("made_by", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    CheckConstraint("last_day >= first_day", name="window"),
    Index("ix_reservations_newest", "created_at", "id"),
    Index("ix_reservations_state_last_day", "state", "last_day"),
)


def _held(name: str, kind: str, key: tuple[Column[str], Column[int] | Column[str]], refers_to: list[str]) -> Table:
    """A table of holds on one kind of thing, whose key is two columns. A NULL `last_day` is until further notice."""
    first, second = key
    return Table(
        name,
        metadata,
        first,
        second,
        Column("first_day", Date, primary_key=True),
        Column("last_day", Date),
        Column("service_id", String, ForeignKey("services.id"), index=True),
        Column("reservation_id", String, ForeignKey("reservations.id"), index=True),
        ForeignKeyConstraint([first.name, second.name], refers_to),
        CheckConstraint("last_day IS NULL OR last_day >= first_day", name="window"),
        CheckConstraint("(service_id IS NULL) <> (reservation_id IS NULL)", name="one_holder"),
        ExcludeConstraint(
            (first, "="),
            (second, "="),
            (func.daterange(text("first_day"), text("last_day"), text("'[]'")), "&&"),
            name=f"one_{kind}_at_a_time",
        ).ddl_if(dialect="postgresql"),
    )


held_strands = _held(
    "held_strands",
    "strand",
    (
        Column("cable", String, primary_key=True),
        Column("strand", Integer, primary_key=True, autoincrement=False),
    ),
    ["strands.cable", "strands.number"],
)

held_positions = _held(
    "held_positions",
    "position",
    (
        Column("odf", String, primary_key=True),
        Column("position", Integer, primary_key=True, autoincrement=False),
    ),
    ["odf_positions.odf", "odf_positions.number"],
)

held_hosting = _held(
    "held_hosting",
    "hosting_position",
    (
        Column("place", String, primary_key=True),
        Column("position", Integer, primary_key=True, autoincrement=False),
    ),
    ["hosting_positions.place", "hosting_positions.number"],
)

held_ports = _held(
    "held_ports",
    "port",
    (Column("device", String, primary_key=True), Column("port", String, primary_key=True)),
    ["ports.device", "ports.port"],
)
