"""What an approval is bound to."""

import hashlib
from collections.abc import Iterable

from automation.change_plan import DeviceChange


def plan_digest(changes: Iterable[DeviceChange]) -> str:
    """SHA-256 (hex) over all that would be loaded on all devices; the devices' order does not matter."""
    digests = sorted(change.digest for change in changes)
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()
