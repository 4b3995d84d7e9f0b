"""The kinds of drift: how what a device says differs from what is intended of it."""

from enum import StrEnum


class DriftKind(StrEnum):
    """One word a kind; docs/explanation/drift.md says each precisely, and what is done about it."""

    MISSING = "missing"  # intended, and the device does not say it
    EXTRA = "extra-ours"  # ours and of something we know, which does not want it there (any more)
    FOREIGN = "foreign"  # not ours, and stands where only ours may
    UNKNOWN = "unknown"  # bears our mark, and nothing we know of claims it
    UNREACHABLE = "unreachable"  # not read, so nothing is known
