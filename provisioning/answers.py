"""An answer kept under its idempotency key, and what a request with a key that is there already leads to. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from provisioning.errors import IdempotencyConflict

GIVEN_UP_AFTER = timedelta(seconds=60)  # no request runs longer: web servers in front give up before


@dataclass(frozen=True, slots=True)
class Given:
    """An answer: status, body (None: it held a secret and was not kept) and the headers that belong to it."""

    status: int
    body: str | None
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class KeptKey:
    """A key as it stands: whose it is now, whether anything was committed under it, and the answer, if given."""

    caller: str
    key: str
    digest: str
    attempt: str  # "": nobody's; the request ended without an answer that could be kept
    begun_at: datetime
    has_effect: bool = False
    answer: Given | None = None


class Next(Enum):
    """What a request with a key that is there already leads to."""

    GIVE_AGAIN = auto()
    COME_AGAIN = auto()
    RUN = auto()
    LOST = auto()


def what_next(kept: KeptKey, digest: str, now: datetime, *, is_repeatable: bool) -> Next:
    """Pure. Raises: IdempotencyConflict: another request with the same key."""
    if kept.digest != digest:
        raise IdempotencyConflict(kept.key)
    if kept.answer is not None:
        return Next.GIVE_AGAIN
    if kept.attempt and kept.begun_at > now - GIVEN_UP_AFTER:
        return Next.COME_AGAIN
    return Next.RUN if is_repeatable or not kept.has_effect else Next.LOST
