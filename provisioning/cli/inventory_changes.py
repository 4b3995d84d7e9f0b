"""What a new inventory would change in the mirror, without writing it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from inventory.snapshot import Inventory
from inventory.store.kinds import Kind, Row
from inventory.store.row_changes import KindChanges
from inventory.store.rows import KINDS


@dataclass(frozen=True, slots=True)
class Comparison:
    """What would change, by kind."""

    by_kind: Mapping[str, KindChanges]

    @property
    def differs(self) -> bool:
        """Whether anything would change."""
        return any(changes != KindChanges() for changes in self.by_kind.values())


def compare_inventories(old: Inventory, new: Inventory) -> Comparison:
    """Return how many things of each kind `new` adds, changes and removes."""
    return Comparison({kind.field: _compare(kind, old, new) for kind in KINDS})


def _compare(kind: Kind, old: Inventory, new: Inventory) -> KindChanges:
    before, after = _by_key(kind, old), _by_key(kind, new)
    return KindChanges(
        added=len(after.keys() - before.keys()),
        changed=sum(before[name] != after[name] for name in before.keys() & after.keys()),
        removed=len(before.keys() - after.keys()),
    )


def _by_key(kind: Kind, inventory: Inventory) -> dict[Row, Row]:
    return {row[: kind.key_width]: row for row in kind.rows_of(inventory)}
