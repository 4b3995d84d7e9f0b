"""What the mirror must know of one kind of thing: its table, both translations, and the order of its keys."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from inventory.snapshot import Inventory

type Row = tuple[Any, ...]


def natural(row: Row) -> tuple[tuple[str, int, str], ...]:
    """Order "Ethernet2" before "Ethernet10", as people do; by the first two columns, which few keys exceed."""
    return _natural_text(f"{row[0]}\0{row[1]}")


def _natural_text(name: str) -> tuple[tuple[str, int, str], ...]:
    parts = re.findall(r"([^0-9]*)([0-9]*)", name)
    return tuple((text, int(digits or 0), digits) for text, digits in parts if text or digits)


def by_name(rows: Iterable[Row]) -> list[Row]:
    """Rows in the natural order of their first two columns."""
    return sorted(rows, key=natural)


def by_three_names(rows: Iterable[Row]) -> list[Row]:
    """Rows in the natural order of their first three columns."""
    return sorted(rows, key=lambda row: _natural_text(f"{row[0]}\0{row[1]}\0{row[2]}"))


def by_digits(rows: Iterable[Row]) -> list[Row]:
    """The same for a key of digits only, at a tenth of the price."""
    return sorted(rows, key=lambda row: (len(row[0]), row[0]))


def by_code_and_number(rows: Iterable[Row]) -> list[Row]:
    """The same for a key that begins with a code and a number, with one natural comparison a code and not one a row."""
    found = list(rows)
    codes = sorted({row[0] for row in found}, key=_natural_text)
    rank = {code: position for position, code in enumerate(codes)}
    return sorted(found, key=lambda row: (rank[row[0]], row[1], row[2]))


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing: its name, its table, where it stands in an Inventory, and both translations.

    `field` is the field of Inventory. A row has the table's columns in the table's order; the
    first `key_width` of them are the key. `in_order` sorts the rows when they are read.

    A leaf is what no other table refers to: rows of it that go or change are taken out before
    any is put in, so that what only one row may have is free again for another. Other kinds with
    such columns name them in `let_go_first`: they are emptied first.
    """

    name: str
    field: str
    table: Table
    to_row: Callable[[Any], Row]
    from_row: Callable[[Row], Any]
    key_width: int = 1
    in_order: Callable[[Iterable[Row]], list[Row]] = by_name
    is_leaf: bool = False
    let_go_first: tuple[str, ...] = ()

    def rows_of(self, inventory: Inventory) -> list[Row]:
        """The rows of this kind, in inventory order."""
        things: Sequence[Any] = getattr(inventory, self.field)
        return list(map(self.to_row, things))

    def name_of(self, row: Row) -> str:
        """What people call the thing, such as "port nte-1:Ethernet1"."""
        return f"{self.name} {':'.join(map(str, row[: self.key_width]))}"
