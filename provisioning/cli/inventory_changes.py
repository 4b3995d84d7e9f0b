"""What a new inventory would change in the mirror, without writing it. Pure."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from inventory.snapshot import Inventory
from inventory.store.mirror import KindChanges

_KEYS: Mapping[str, Callable[[Any], Hashable]] = {
    "places": lambda place: place.code,
    "premises": lambda premises: premises.uprn,
    "organisations": lambda organisation: organisation.code,
    "devices": lambda device: device.name,
    "ports": lambda port: port.ref,
    "links": lambda link: link.code,
    "handovers": lambda handover: handover.code,
}


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
    return Comparison({kind: _compare(kind, old, new) for kind in _KEYS})


def _compare(kind: str, old: Inventory, new: Inventory) -> KindChanges:
    key = _KEYS[kind]
    before = {key(thing): thing for thing in getattr(old, kind)}
    after = {key(thing): thing for thing in getattr(new, kind)}
    return KindChanges(
        added=len(after.keys() - before.keys()),
        changed=sum(before[name] != after[name] for name in before.keys() & after.keys()),
        removed=len(before.keys() - after.keys()),
    )
