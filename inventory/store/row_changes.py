"""Rows of the mirror to add, to change and to remove, and the order in which that can be done at all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, update
from sqlalchemy.exc import IntegrityError

from inventory.errors import InventoryInUse
from inventory.store.bulk import insert_rows
from inventory.store.kinds import Kind, Row


@dataclass(frozen=True, slots=True)
class KindChanges:
    """How many things of one kind were added, changed and removed."""

    added: int = 0
    changed: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class RowChanges:
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


def write_rows(connection: Connection, changes: Sequence[RowChanges]) -> None:
    """Write the changes of all kinds, parents first as they are given.

    Raises: InventoryInUse, where a foreign key from what is sold stands in the way of a removal.
    """
    for change in changes:
        change.make_room(connection)
    for change in changes:
        change.write(connection)
    _remove(connection, changes)


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


def _remove(connection: Connection, differences: Sequence[RowChanges]) -> None:
    """Remove children before what they refer to.

    Raises: InventoryInUse, where a foreign key from what is sold stands in the way.
    """
    try:
        with connection.begin_nested():
            for change in reversed(differences):
                if not change.kind.is_leaf:
                    _delete(connection, change.kind, change.removed)
    except IntegrityError as error:
        raise InventoryInUse(tuple(_held(connection, differences))) from error


def _delete(connection: Connection, kind: Kind, rows: list[Row]) -> None:
    if rows:
        statement = delete(kind.table).where(*_is_key(kind))
        connection.execute(statement, [_key_values(kind, row) for row in rows])


def _held(connection: Connection, differences: Sequence[RowChanges]) -> Iterable[str]:
    """Name each thing whose removal is refused; all is rolled back afterwards."""
    for change in reversed(differences):
        for row in change.removed:
            try:
                with connection.begin_nested():
                    _delete(connection, change.kind, [row])
            except IntegrityError:
                yield change.kind.name_of(row)
