"""Put into an inventory what the mirror was given, at the places where reading the mirror would put it. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from inventory.difference import Difference, KindDifference
from inventory.keys import KEY_OF
from inventory.snapshot import Inventory
from inventory.store.kinds import Kind, Row
from inventory.store.rows import KINDS


def in_mirror_order(before: Inventory, difference: Difference) -> Inventory:
    """Return what the mirror holds after a difference, of what was read from it before."""
    kinds = {kind.field: kind for kind in KINDS}
    things = {
        name: tuple(_with(kinds[name], getattr(before, name), kind)) for name, kind in difference.by_field.items()
    }
    return replace(before, **things)


def _with(kind: Kind, things: Sequence[Any], difference: KindDifference) -> list[Any]:
    key_of = KEY_OF[kind.field]
    gone = set(map(key_of, difference.removed))
    now = {key_of(each.now): each.now for each in difference.changed}
    found = [now.get(key, thing) for thing in things if (key := key_of(thing)) not in gone]
    for thing in difference.added:
        found.insert(_position(kind, found, kind.to_row(thing)), thing)
    return found


def _position(kind: Kind, things: Sequence[Any], row: Row) -> int:
    """Where a row comes among things that are in order: halved until one is left, for telling the order is dear."""
    first, behind = 0, len(things)
    while first < behind:
        middle = (first + behind) // 2
        if kind.in_order((kind.to_row(things[middle]), row))[0] == row:
            behind = middle
        else:
            first = middle + 1
    return first
