"""What the audit last saw of a device, so that one that says the same is answered without reading its text. Pure.

What is kept of the text are digests under a key of ours: a plain digest of a text would let whoever
has the rest of it try its secrets until it fits.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

_PURPOSE = b"digests of devices' texts"


@dataclass(frozen=True, slots=True)
class SeenDevice:
    """A device as the audit left it. `findings` are those of then, as JSON."""

    device: str
    at: datetime
    text_digest: str
    canonical_digest: str
    intents_digest: str
    findings: Sequence[dict[str, Any]]


def key_of(pepper: str) -> bytes:
    """The key of the digests: derived, so that it is no other purpose's."""
    return hmac.new(pepper.encode(), _PURPOSE, sha256).digest()
