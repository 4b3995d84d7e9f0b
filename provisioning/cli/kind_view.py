"""How one kind of things of an inventory is shown as a table. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from inventory.snapshot import Snapshot
from provisioning.cli.output import Sheet, sheet


@dataclass(frozen=True, slots=True)
class KindView:
    """How one kind is shown: its columns, a row of each thing, and whether a thing stands at a place."""

    columns: tuple[str, ...]
    row: Callable[[Any], tuple[str, ...]]
    stands_at: Callable[[Any, Snapshot, str], bool]
    right: tuple[str, ...] = ()

    def sheet(self, things: Iterable[Any]) -> Sheet:
        """Return the things as a table."""
        return sheet(self.columns, (self.row(thing) for thing in things), self.right)
