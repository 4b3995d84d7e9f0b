"""Listeners: the addresses at which others want to be told what changed; and what is delivered to them.

A listener hears the changes of its ISP; one of the operator's own (`isp_code` None) hears all. Every
change it hears is one delivery, tried until it is taken or given up. Deliveries of one order to one
listener go out one after the other, in the order in which things happened.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from provisioning.changes import ChangeKind, StateChange

FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 6 * 3600.0
LONGEST_QUIET_S = 300.0
JITTER = 0.2
"""A pause is up to a fifth longer or shorter, so that listeners that were away are not all asked at one moment."""


class Face(StrEnum):
    """In whose words a listener is told."""

    V1 = "v1"  # our own webhooks
    SONATA = "sonata"  # a hub registration of the Sonata face


@dataclass(frozen=True, slots=True)
class Listener:
    """One address. `kinds` are what it wants to hear of; none: everything.

    `api` and `query` are a Sonata hub registration's. `quiet_until`: it failed, and nothing is sent to it
    until then. `off_since`: it said (410) that it is gone, and nothing is kept for it any more.
    """

    id: str
    face: Face
    isp_code: str | None
    url: str
    kinds: tuple[ChangeKind, ...]
    made_by: str
    made_at: datetime
    secret_since: datetime
    secret_number: int = 1
    api: str = ""
    query: str = ""
    failures: int = 0
    quiet_until: datetime | None = None
    off_since: datetime | None = None

    @property
    def is_off(self) -> bool:
        return self.off_since is not None

    def hears(self, kind: ChangeKind) -> bool:
        return not self.kinds or kind in self.kinds


class DeliveryState(StrEnum):
    """Where a delivery is."""

    WAITING = "waiting"  # for its first try, for its next one, or for the one before it
    DELIVERED = "delivered"
    GIVEN_UP = "given-up"  # tried for days; can be replayed
    NOTHING = "nothing-to-say"  # the listener's own query leaves it out


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: the bytes, and what is put behind the listener's own address ("" : nothing)."""

    path: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """One change told to one listener. A replay is a delivery of its own, with the message id of the first."""

    number: int
    id: str
    message_id: str
    listener_id: str
    isp_code: str | None  # whose listener it is
    change: StateChange | None  # None for a test
    state: DeliveryState
    attempts: int
    next_at: datetime
    made_at: datetime
    ended_at: datetime | None
    replay_of: str | None = None
    messages: tuple[Message, ...] | None = None  # None until the first try writes them
    sent: int = 0  # how many of them were taken


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: the HTTP status (None where there was no answer), seconds, and the first of what was said."""

    number: int
    at: datetime
    status: int | None
    seconds: float
    said: str


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """Deliveries, newest first."""

    deliveries: tuple[Delivery, ...]
    next_cursor: str | None


def pause_after(attempts: int, chance: float) -> timedelta:
    """How long to wait after so many failed tries; `chance` in [0, 1) decides where within the jitter."""
    pause_s = min(FIRST_PAUSE_S * 3 ** min(attempts - 1, 20), LONGEST_PAUSE_S)
    return timedelta(seconds=pause_s * (1 - JITTER + 2 * JITTER * chance))


def quiet_after(failures: int) -> timedelta:
    """How long a listener is left alone after so many failures one after the other, whatever they were of."""
    return timedelta(seconds=min(2.0 ** min(failures, 20), LONGEST_QUIET_S) if failures > 1 else 0.0)
