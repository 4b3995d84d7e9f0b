"""One list of NetBox made to hold what is wanted: read, compared, and only what differs written, in bulk."""

import time
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched
from typing import Any, Protocol

from inventory.netbox.bootstrap import TAG
from inventory.netbox.client import WRITE_ROWS, NetBox, Row
from inventory.netbox.tables import IdRow, Table, read_table

MESSAGE = "neutralhost inventory push"
OWN_IDS = frozenset({"scope_id", "assigned_object_id"})  # fields whose API name ends in _id too
CONTENT_TYPES = {"site": "dcim.site", "interface": "dcim.interface"}

type Fields = Collection[str] | None
"""Fields of a row that may be changed; None: all."""


class OnProgress(Protocol):
    """Told after each batch: how many of this list's writes are done."""

    def __call__(self, path: str, done: int, total: int) -> None: ...


@dataclass(frozen=True, slots=True)
class PushedTable:
    """What a push did to one list of NetBox."""

    path: str
    created: int
    changed: int
    unchanged: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """One object NetBox should hold: fields as in its table's row, and what is given only to a new one.

    Where it is there already, only the fields of `may` are changed.
    """

    fields: Row
    only_new: Row
    may: Fields = None

    def difference(self, row: IdRow) -> Row:
        """What must be changed of what is there."""
        fields = (
            self.fields if self.may is None else {name: self.fields[name] for name in self.fields if name in self.may}
        )
        return difference(row, fields)


@dataclass
class Upserts:
    """Writes list after list, and counts. `read` is what reads one."""

    netbox: NetBox
    on_progress: OnProgress
    read: Callable[[Table[Any]], Sequence[Any]]
    done: list[PushedTable] = field(default_factory=list)

    @classmethod
    def of_all(cls, netbox: NetBox, on_progress: OnProgress) -> "Upserts":
        """Reads each list whole."""
        return cls(netbox, on_progress, lambda table: read_table(netbox, table).rows)

    def upsert[R: IdRow, K: Hashable](
        self,
        table: Table[R],
        wanted: Mapping[K, Wanted],
        key_of: Callable[[R], Any],
        present: Sequence[R] | None = None,
    ) -> dict[K, int]:
        """Create what is missing and change what differs; return the id of each object there is, by key."""
        started = time.monotonic()
        by_key = {key_of(row): row for row in (self.read(table) if present is None else present)}
        new = [key for key in wanted if key not in by_key]
        changes = [
            {"id": row.id, **different}
            for key, want in wanted.items()
            if (row := by_key.get(key)) is not None and (different := want.difference(row))
        ]
        made = self.create(table.path, [wanted[key] for key in new])
        self._change(table.path, changes)
        spent = time.monotonic() - started
        self.done.append(PushedTable(table.path, len(new), len(changes), len(wanted) - len(new) - len(changes), spent))
        return {key: row.id for key, row in by_key.items()} | dict(zip(new, made, strict=True))

    def create(self, path: str, wanted: Sequence[Wanted]) -> list[int]:
        """Create objects; return their ids in the same order."""
        made: list[int] = []
        for batch in batched(wanted, WRITE_ROWS):
            rows = [sent({**want.fields, **want.only_new, "tags": [{"slug": TAG}]}) for want in batch]
            made += [row["id"] for row in self.netbox.create(path, rows, MESSAGE)]
            self.on_progress(path, len(made), len(wanted))
        return made

    def _change(self, path: str, changes: Sequence[Row]) -> None:
        for done, batch in enumerate(batched(changes, WRITE_ROWS)):
            self.netbox.update(path, [sent(change) for change in batch], MESSAGE)
            self.on_progress(path, done * WRITE_ROWS + len(batch), len(changes))


def difference(row: IdRow, wanted: Mapping[str, object]) -> Row:
    """The fields in which a row is not as wanted, as they should be."""
    return {name: value for name, value in wanted.items() if getattr(row, name) != value}


def sent(fields: Mapping[str, Any]) -> Row:
    """Fields as rows have them -> as NetBox's API takes them."""
    found: Row = {}
    for name, value in fields.items():
        if name.startswith("nh_"):
            found.setdefault("custom_fields", {})[name] = value
        elif name in ("scope_type", "assigned_object_type"):
            found[name] = CONTENT_TYPES[value]
        else:
            found[name if name in OWN_IDS else name.removesuffix("_id")] = value
    return found
