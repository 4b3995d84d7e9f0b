"""What two inventories differ by, kind by kind: things that one has and the other has not, or has otherwise. Pure.

A kind that is one and the same tuple in both is not looked at, and of the others only things that are not one and the
same object: whoever changes one device of a city pays for that device, and for a glance at the others.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from inventory.keys import KEY_OF, KeyOf
from inventory.snapshot import Inventory


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing as it was and as it is; the key is the same."""

    was: Any
    now: Any


@dataclass(frozen=True, slots=True)
class KindDifference:
    """The things of one kind that are there now only, otherwise than before, and no more; in inventory order."""

    added: tuple[Any, ...] = ()
    changed: tuple[Changed, ...] = ()
    removed: tuple[Any, ...] = ()

    @property
    def written(self) -> tuple[Any, ...]:
        """What is there now and was not so before."""
        return (*self.added, *(each.now for each in self.changed))

    @property
    def only_adds(self) -> bool:
        return not self.changed and not self.removed


NOTHING = KindDifference()


@dataclass(frozen=True, slots=True)
class Difference:
    """By field of Inventory; a kind without a difference is not there. The order of things is none."""

    by_field: Mapping[str, KindDifference] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.by_field)

    def of(self, name: str) -> KindDifference:
        """Of one field of Inventory."""
        return self.by_field.get(name, NOTHING)


def difference_of(before: Inventory, after: Inventory) -> Difference:
    """What must be added to `before`, changed in it and taken out of it for `after`."""
    found = {
        each.name: _of_kind(KEY_OF[each.name], getattr(before, each.name), getattr(after, each.name))
        for each in fields(Inventory)
        if getattr(before, each.name) is not getattr(after, each.name)
    }
    return Difference({name: kind for name, kind in found.items() if kind != NOTHING})


def _of_kind(key_of: KeyOf, before: Sequence[Any], after: Sequence[Any]) -> KindDifference:
    old, new = _but(after, before, key_of), _but(before, after, key_of)
    return KindDifference(
        added=tuple(thing for key, thing in new.items() if key not in old),
        changed=tuple(Changed(old[key], thing) for key, thing in new.items() if key in old and old[key] != thing),
        removed=tuple(thing for key, thing in old.items() if key not in new),
    )


def _but(those: Sequence[Any], things: Sequence[Any], key_of: KeyOf) -> dict[Hashable, Any]:
    """Of `things`, by key, those that are not the very objects of `those`."""
    known = set(map(id, those))
    return {key_of(thing): thing for thing in things if id(thing) not in known}
