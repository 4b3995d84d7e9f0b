"""Our mirror of what exists: read it whole, replace it by another, and know when it changed.

Reads and writes are SQLAlchemy Core in bulk: an unchanged row is never written. A change of a few things is written
as just those, and nothing else is read for it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy import Connection, Engine, select, update

from inventory.difference import KindDifference, difference_of
from inventory.errors import InventoryInvalid
from inventory.many import many_objects
from inventory.plant import AssetRef
from inventory.rules import find_faults
from inventory.snapshot import Inventory, Snapshot
from inventory.store import tables
from inventory.store.engine import reading
from inventory.store.kinds import Kind, Row
from inventory.store.mirror_order import in_mirror_order
from inventory.store.row_changes import KindChanges, RowChanges, write_rows
from inventory.store.rows import KINDS
from inventory.store.touched import assets_of

MOST_TOUCHED = 20_000  # rows; where more changed, it is cheaper to look at everything than to look each up


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
        return _write(connection, [_difference(connection, kind, inventory) for kind in KINDS], inventory)


def change_inventory(
    engine: Engine, before: Snapshot, after: Inventory, source: str, check: Callable[[Connection], None]
) -> tuple[MirrorChanges, Snapshot]:
    """As `replace_inventory`, of a mirror that holds `before`: what both have is neither read nor looked at.

    `check` must raise where the revision is no longer that of `before`. Return what was done, and the snapshot that
    reading the mirror would give now.

    Raises: InventoryInvalid, InventoryInUse, DatabaseUnavailable.
    """
    faults = find_faults(after, before.inventory)
    if faults:
        raise InventoryInvalid(source, faults)
    difference = difference_of(before.inventory, after)
    with engine.begin() as connection:
        _lock(connection)
        check(connection)
        changes = _write(connection, [_rows_of(kind, difference.of(kind.field)) for kind in KINDS], after)
    return changes, Snapshot(in_mirror_order(before.inventory, difference), changes.revision)


def _write(connection: Connection, differences: Sequence[RowChanges], inventory: Inventory) -> MirrorChanges:
    write_rows(connection, differences)
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

    def keep(self, snapshot: Snapshot) -> None:
        """Spare the next call its reading, where the mirror is at the revision of `snapshot` then."""
        with self._lock:
            if self._kept is None or self._kept[0] < snapshot.revision:
                self._kept = (snapshot.revision, snapshot)


def _read(connection: Connection) -> Inventory:
    with many_objects():
        return Inventory(**{kind.field: tuple(map(kind.from_row, _rows(connection, kind))) for kind in KINDS})


def _rows(connection: Connection, kind: Kind) -> list[Row]:
    return kind.in_order(map(tuple, connection.execute(select(kind.table))))


def _difference(connection: Connection, kind: Kind, inventory: Inventory) -> RowChanges:
    width = kind.key_width
    old = {row[:width]: row for row in map(tuple, connection.execute(select(kind.table)))}
    rows = kind.rows_of(inventory)
    if not old:  # the first load: no key stands there twice, so there is nothing to compare
        return RowChanges(kind, added=rows, changed=[], replaced=[], removed=[])
    new = {row[:width]: row for row in rows}
    changed = [key for key, row in new.items() if key in old and old[key] != row]
    return RowChanges(
        kind,
        added=[row for key, row in new.items() if key not in old],
        changed=[new[key] for key in changed],
        replaced=[old[key] for key in changed],
        removed=[row for key, row in old.items() if key not in new],
    )


def _rows_of(kind: Kind, difference: KindDifference) -> RowChanges:
    return RowChanges(
        kind,
        added=list(map(kind.to_row, difference.added)),
        changed=[kind.to_row(each.now) for each in difference.changed],
        replaced=[kind.to_row(each.was) for each in difference.changed],
        removed=list(map(kind.to_row, difference.removed)),
    )


def _touched(differences: Sequence[RowChanges], inventory: Inventory) -> frozenset[AssetRef] | None:
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
