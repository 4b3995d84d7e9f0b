"""Our mirror of what exists: read it whole, replace it by another, and know when it changed.

Reads and writes are SQLAlchemy Core in bulk: an unchanged row is never written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from psycopg import OperationalError
from psycopg.sql import SQL, Identifier
from sqlalchemy import Connection, Engine, Table, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from inventory.errors import DatabaseUnavailable, InventoryInUse, InventoryInvalid
from inventory.rules import find_faults
from inventory.snapshot import Inventory, Snapshot
from inventory.store import tables
from inventory.store.engine import describe, reading
from inventory.store.rows import KINDS, Kind, Row

COPY_FROM_ROWS = 500  # fewer are as fast inserted


@dataclass(frozen=True, slots=True)
class KindChanges:
    """How many things of one kind were added, changed and removed."""

    added: int = 0
    changed: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class MirrorChanges:
    """What a replacement did, by kind in the plural as in Inventory, and the revision after it."""

    by_kind: Mapping[str, KindChanges]
    revision: int

    @property
    def total(self) -> int:
        """How many rows were written or removed."""
        return sum(kind.added + kind.changed + kind.removed for kind in self.by_kind.values())


def read_inventory(engine: Engine) -> Inventory:
    """Return all of the mirror, from one moment, each kind in the natural order of its keys.

    Raises: DatabaseUnavailable.
    """
    with reading(engine) as connection:
        return _read(connection)


def read_revision(engine: Engine) -> int:
    """Return a number that is larger after every replacement that changed something.

    Raises: DatabaseUnavailable.
    """
    with reading(engine) as connection:
        return _revision(connection)


def replace_inventory(engine: Engine, inventory: Inventory, source: str = "The new inventory") -> MirrorChanges:
    """Make the mirror hold exactly `inventory`, in one transaction, writing only what differs.

    `source` names it in an error. Where a thing that a service holds is missing, nothing is changed.

    Raises:
        InventoryInvalid: something refers to what is not there, or stands there twice.
        InventoryInUse: services hold something that is missing.
        DatabaseUnavailable.
    """
    faults = find_faults(inventory)
    if faults:
        raise InventoryInvalid(source, faults)
    with engine.begin() as connection:
        _lock(connection)
        differences = [_difference(connection, kind, inventory) for kind in KINDS]
        for difference in differences:
            difference.write(connection)
        _remove(connection, differences)
        by_kind = {difference.kind.field: difference.counts for difference in differences}
        changed = any(difference.counts != KindChanges() for difference in differences)
        return MirrorChanges(by_kind, _raise_revision(connection, changed=changed))


class SnapshotCache:
    """Call it for the newest snapshot; it reads the mirror again only where the revision changed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._kept: tuple[int, Snapshot] | None = None

    def __call__(self) -> Snapshot:
        """Raises: DatabaseUnavailable."""
        with self._lock:
            if self._kept is None or self._kept[0] != read_revision(self._engine):
                with reading(self._engine) as connection:
                    self._kept = (_revision(connection), Snapshot(_read(connection)))
            return self._kept[1]


@dataclass(frozen=True, slots=True)
class _Difference:
    """Rows of one kind to add, to change and to remove."""

    kind: Kind
    added: list[Row]
    changed: list[Row]
    removed: list[Row]

    @property
    def counts(self) -> KindChanges:
        return KindChanges(len(self.added), len(self.changed), len(self.removed))

    def write(self, connection: Connection) -> None:
        table = self.kind.table
        names = [column.name for column in table.columns]
        if self.added and connection.dialect.name == "sqlite":
            # Rows go to the driver as they are: naming each value for SQLAlchemy costs three times the insert.
            connection.exec_driver_sql(str(insert(table).compile(dialect=connection.dialect)), self.added)
        elif len(self.added) >= COPY_FROM_ROWS:
            _copy(connection, table, self.added)
        elif self.added:
            connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in self.added])
        if self.changed:
            values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names[self.kind.key_width :]}
            statement = update(table).where(*_is_key(self.kind)).values(values)
            connection.execute(
                statement, [{f"new_{n}": v for n, v in zip(names, row, strict=True)} for row in self.changed]
            )


def _copy(connection: Connection, table: Table, rows: list[Row]) -> None:
    """PostgreSQL's COPY, several times faster than INSERT for many rows.

    Raises: DatabaseUnavailable.
    """
    names = SQL(", ").join(Identifier(column.name) for column in table.columns)
    statement = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table.name), names)
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except OperationalError as error:
        raise DatabaseUnavailable(
            describe(connection.engine.url), "it broke off while many rows were written"
        ) from error


def _is_key(kind: Kind) -> list[Any]:
    return [column == bindparam(f"new_{column.name}") for column in list(kind.table.columns)[: kind.key_width]]


def _key_values(kind: Kind, row: Row) -> dict[str, Any]:
    names = [column.name for column in kind.table.columns]
    return {f"new_{name}": value for name, value in zip(names, row[: kind.key_width], strict=False)}


def _read(connection: Connection) -> Inventory:
    return Inventory(**{kind.field: tuple(map(kind.from_row, _rows(connection, kind))) for kind in KINDS})


def _rows(connection: Connection, kind: Kind) -> list[Row]:
    return sorted(map(tuple, connection.execute(select(kind.table))), key=kind.order)


def _difference(connection: Connection, kind: Kind, inventory: Inventory) -> _Difference:
    width = kind.key_width
    old = {row[:width]: row for row in map(tuple, connection.execute(select(kind.table)))}
    new = {row[:width]: row for row in kind.rows_of(inventory)}
    return _Difference(
        kind,
        added=[row for key, row in new.items() if key not in old],
        changed=[row for key, row in new.items() if key in old and old[key] != row],
        removed=[row for key, row in old.items() if key not in new],
    )


def _remove(connection: Connection, differences: list[_Difference]) -> None:
    """Remove children before what they refer to.

    Raises: InventoryInUse, where a foreign key from what is sold stands in the way.
    """
    try:
        with connection.begin_nested():
            for difference in reversed(differences):
                _delete(connection, difference.kind, difference.removed)
    except IntegrityError as error:
        raise InventoryInUse(tuple(_held(connection, differences))) from error


def _delete(connection: Connection, kind: Kind, rows: list[Row]) -> None:
    if rows:
        statement = delete(kind.table).where(*_is_key(kind))
        connection.execute(statement, [_key_values(kind, row) for row in rows])


def _held(connection: Connection, differences: list[_Difference]) -> Iterable[str]:
    """Name each thing whose removal is refused; all is rolled back afterwards."""
    for difference in reversed(differences):
        for row in difference.removed:
            try:
                with connection.begin_nested():
                    _delete(connection, difference.kind, [row])
            except IntegrityError:
                yield difference.kind.name_of(row)


def _lock(connection: Connection) -> None:
    """One replacement at a time (on SQLite the transaction itself is the lock)."""
    connection.execute(select(tables.revision.c.revision).with_for_update()).scalar_one()


def _revision(connection: Connection) -> int:
    return int(connection.execute(select(tables.revision.c.revision)).scalar_one())


def _raise_revision(connection: Connection, *, changed: bool) -> int:
    if changed:
        connection.execute(update(tables.revision).values(revision=tables.revision.c.revision + 1))
    return _revision(connection)
