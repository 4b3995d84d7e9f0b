"""The audit trail: who did what, one row for every deed, each chained to the one before. Pure.

How a row is hashed and a trail is checked stands in `verify_audit`, which needs nothing of ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from provisioning.verify_audit import FORMAT, hash_of

LONGEST_FACT = 200


class Outcome(StrEnum):
    """What became of it."""

    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """One row. `role` and `isp_code` are those of whoever did it; "" and None where nobody is known by that name."""

    number: int
    at: datetime
    who: str
    role: str
    isp_code: str | None
    action: str
    outcome: Outcome
    kind: str
    subject: str
    facts: Mapping[str, str]
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Rows, newest first."""

    entries: tuple[TrailEntry, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class TrailHead:
    """How many rows there are, and the hash of the last: what to keep elsewhere."""

    count: int
    hash: str

    def __str__(self) -> str:
        return f"{self.count}:{self.hash}"


def row_of(entry: TrailEntry) -> dict[str, object]:
    """The row as it is hashed and exported."""
    return {
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "who": entry.who,
        "role": entry.role,
        "isp_code": entry.isp_code,
        "action": entry.action,
        "outcome": entry.outcome.value,
        "kind": entry.kind,
        "subject": entry.subject,
        "facts": dict(entry.facts),
        "previous": entry.previous,
        "hash": entry.hash,
    }


def head_row(head: TrailHead) -> dict[str, object]:
    """The last line of an export."""
    return {"format": FORMAT, "count": head.count, "hash": head.hash}


def hash_of_entry(entry: TrailEntry) -> str:
    """What its `hash` must be."""
    return hash_of(row_of(entry))


def fact(value: object) -> str:
    """A fact as it is kept: one line, not too long."""
    text = str(value)[:LONGEST_FACT]
    return "".join(letter if letter.isprintable() else " " for letter in text)
