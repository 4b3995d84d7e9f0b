"""Our mirror of what exists: read it whole, replace it by another, and know when it changed.

Reads and writes are SQLAlchemy Core in bulk: an unchanged row is never written.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError

from inventory.errors import InventoryInUse, InventoryInvalid
from inventory.many import many_objects
from inventory.plant import AssetRef
from inventory.rules import find_faults
from inventory.snapshot import Inventory, Snapshot
from inventory.store import tables
from inventory.store.bulk import insert_rows
from inventory.store.engine import reading
from inventory.store.kinds import Kind, Row
from inventory.store.rows import KINDS
from inventory.store.touched import assets_of

MOST_TOUCHED = 20_000  # rows; where more changed, it is cheaper to look at everything than to look each up


@dataclass(frozen=True, slots=True)
class KindChanges:
    """How many things of one kind were added, changed and removed."""

    added: int = 0
    changed: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class MirrorChanges:
    """What a replacement did, by kind in the plural as in Inventory, and the revision after it.

    `touched` are the assets that added, changed and removed rows are about (a consent: what it
    covers); None where they are too many to name, and all must be looked at again.
    """

    by_kind: Mapping[str, KindChanges]
    revision: int
    touched: frozenset[AssetRef] | None = field(default=frozenset(), repr=False)

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
        return revision_in(connection)


def replace_inventory(
    engine: Engine,
    inventory: Inventory,
    source: str = "The new inventory",
    check: Callable[[Connection], None] = lambda _: None,
) -> MirrorChanges:
    """Make the mirror hold exactly `inventory`, in one transaction, writing only what differs.

    `source` names it in an error. Where a thing that a service holds is missing, nothing is changed. `check`
    may refuse it too, by raising: nobody else replaces the inventory then, and nobody sells on the old one.

    Raises:
        InventoryInvalid: something refers to what is not there, or stands there twice.
        InventoryInUse: services hold something that is missing.
        DatabaseUnavailable.
    """
    faults = find_faults(inventory)
    if faults:
        raise InventoryInvalid(source, faults)
    with many_objects(), engine.begin() as connection:
        _lock(connection)
        check(connection)
        differences = [_difference(connection, kind, inventory) for kind in KINDS]
        for difference in differences:
            difference.make_room(connection)
        for difference in differences:
            difference.write(connection)
        _remove(connection, differences)
        by_kind = {difference.kind.field: difference.counts for difference in differences}
        changed = any(difference.counts != KindChanges() for difference in differences)
        revision = _raise_revision(connection, changed=changed)
        return MirrorChanges(by_kind, revision, _touched(differences, inventory))


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
                    revision = revision_in(connection)
                    self._kept = (revision, Snapshot(_read(connection), revision))
            return self._kept[1]


@dataclass(frozen=True, slots=True)
class _Difference:
    """Rows of one kind to add, to change and to remove. `replaced` are those that change, as they were."""

    kind: Kind
    added: list[Row]
    changed: list[Row]
    replaced: list[Row]
    removed: list[Row]

    @property
    def counts(self) -> KindChanges:
        return KindChanges(len(self.added), len(self.changed), len(self.removed))

    @property
    def rows(self) -> tuple[Sequence[Row], ...]:
        """Every row it is about, old and new."""
        return self.added, self.changed, self.replaced, self.removed

    def make_room(self, connection: Connection) -> None:
        """Let go of what only one row may have, so that another may have it now."""
        gone = [*self.replaced, *self.removed]
        if self.kind.is_leaf:
            _delete(connection, self.kind, gone)
        elif self.kind.let_go_first and gone:
            empty = dict.fromkeys(self.kind.let_go_first)
            statement = update(self.kind.table).where(*_is_key(self.kind)).values(empty)
            connection.execute(statement, [_key_values(self.kind, row) for row in gone])

    def write(self, connection: Connection) -> None:
        """Add what is new and change what differs."""
        if self.kind.is_leaf:
            insert_rows(connection, self.kind.table, [*self.added, *self.changed])
        else:
            insert_rows(connection, self.kind.table, self.added)
            _update(connection, self.kind, self.changed)


def _update(connection: Connection, kind: Kind, rows: list[Row]) -> None:
    names = [column.name for column in kind.table.columns]
    if rows:
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names[kind.key_width :]}
        statement = update(kind.table).where(*_is_key(kind)).values(values)
        connection.execute(statement, [{f"new_{n}": v for n, v in zip(names, row, strict=True)} for row in rows])


def _is_key(kind: Kind) -> list[Any]:
    return [column == bindparam(f"new_{column.name}") for column in list(kind.table.columns)[: kind.key_width]]


def _key_values(kind: Kind, row: Row) -> dict[str, Any]:
    names = [column.name for column in kind.table.columns]
    return {f"new_{name}": value for name, value in zip(names, row[: kind.key_width], strict=False)}


def _read(connection: Connection) -> Inventory:
    with many_objects():
        return Inventory(**{kind.field: tuple(map(kind.from_row, _rows(connection, kind))) for kind in KINDS})


def _rows(connection: Connection, kind: Kind) -> list[Row]:
    return kind.in_order(map(tuple, connection.execute(select(kind.table))))


def _difference(connection: Connection, kind: Kind, inventory: Inventory) -> _Difference:
    width = kind.key_width
    old = {row[:width]: row for row in map(tuple, connection.execute(select(kind.table)))}
    rows = kind.rows_of(inventory)
    if not old:  # the first load: no key stands there twice, so there is nothing to compare
        return _Difference(kind, added=rows, changed=[], replaced=[], removed=[])
    new = {row[:width]: row for row in rows}
    changed = [key for key, row in new.items() if key in old and old[key] != row]
    return _Difference(
        kind,
        added=[row for key, row in new.items() if key not in old],
        changed=[new[key] for key in changed],
        replaced=[old[key] for key in changed],
        removed=[row for key, row in old.items() if key not in new],
    )


def _touched(differences: Sequence[_Difference], inventory: Inventory) -> frozenset[AssetRef] | None:
    if sum(len(rows) for difference in differences for rows in difference.rows) > MOST_TOUCHED:
        return None
    found = {
        asset
        for difference in differences
        for rows in difference.rows
        for asset in assets_of(difference.kind.field, rows)
    }
    consents = {
        row[0] for difference in differences if difference.kind.field == "consents" for row in difference.changed
    }
    found.update(cover.asset for cover in inventory.consent_covers if cover.consent in consents)
    return frozenset(found)


def _remove(connection: Connection, differences: list[_Difference]) -> None:
    """Remove children before what they refer to.

    Raises: InventoryInUse, where a foreign key from what is sold stands in the way.
    """
    try:
        with connection.begin_nested():
            for difference in reversed(differences):
                if not difference.kind.is_leaf:
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


def revision_in(connection: Connection) -> int:
    """As `read_revision`, in a transaction that is open already."""
    return int(connection.execute(select(tables.revision.c.revision)).scalar_one())


def _raise_revision(connection: Connection, *, changed: bool) -> int:
    if changed:
        connection.execute(update(tables.revision).values(revision=tables.revision.c.revision + 1))
    return revision_in(connection)
