"""What a look at an inventory may find: an issue, how bad it is, and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing to look at. `code` is stable and kebab-case; `subject` is the key of what it is about."""

    severity: Severity
    code: str
    subject: str
    sentence: str
    next_step: str


def listed(names: Sequence[str]) -> str:
    """Names as a sentence says them, the first few of many."""
    if len(names) > 5:
        return f"{', '.join(names[:4])} and {len(names) - 4} more"
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
