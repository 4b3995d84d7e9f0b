"""What a file of others gave, and what it lacks that we need: what was taken in its place, or left out. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from inventory.snapshot import Inventory

SHOWN_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Note:
    """One thing a document lacks or says otherwise: where it does so, and what was done about it."""

    lacks: str
    done: str
    ids: Sequence[str]

    @property
    def count(self) -> int:
        return len(self.ids)

    def __str__(self) -> str:
        more = f" and {self.count - SHOWN_EXAMPLES} more" if self.count > SHOWN_EXAMPLES else ""
        return f"{self.lacks} ({self.count:,}): {', '.join(self.ids[:SHOWN_EXAMPLES])}{more}. {self.done}"


@dataclass(slots=True)
class Notes:
    """Notes while they are made."""

    _ids: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def add(self, lacks: str, done: str, thing: str) -> None:
        self._ids.setdefault((lacks, done), []).append(thing)

    def all(self) -> tuple[Note, ...]:
        return tuple(Note(lacks, done, tuple(ids)) for (lacks, done), ids in self._ids.items())


@dataclass(frozen=True, slots=True)
class Taken:
    """The inventory with the file in it, and what the file lacks."""

    inventory: Inventory
    notes: tuple[Note, ...] = ()
