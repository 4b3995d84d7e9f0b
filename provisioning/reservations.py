"""Reservations: strands, positions and ports kept for somebody for a window of days: research, a festival.

Nobody has a service from it and nobody pays for it by the month; what it holds is given back at its end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from inventory.devices import PortRef
from inventory.plant import PositionRef, StrandRef
from inventory.windows import Window


class ReservationState(StrEnum):
    """Where a reservation is."""

    HELD = "held"  # also before its first day
    RELEASED = "released"  # given back by somebody
    ENDED = "ended"  # given back at its end


RESERVATION_BECOMES: Mapping[ReservationState, frozenset[ReservationState]] = {
    ReservationState.HELD: frozenset({ReservationState.RELEASED, ReservationState.ENDED}),
    ReservationState.RELEASED: frozenset(),
    ReservationState.ENDED: frozenset(),
}
"""Where a reservation may go from each state."""


@dataclass(frozen=True, slots=True)
class ReservationRequest:
    """What to keep, for whom and why. `between` asks for a pair of strands from a place to another, on top of the rest.

    `window` has an end.
    """

    isp_code: str
    purpose: str
    window: Window
    strands: tuple[StrandRef, ...] = ()
    positions: tuple[PositionRef, ...] = ()
    ports: tuple[PortRef, ...] = ()
    between: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Reservation:
    """One reservation. What it names it holds while it is `held`."""

    id: str
    isp_code: str
    purpose: str
    window: Window
    strands: tuple[StrandRef, ...]
    positions: tuple[PositionRef, ...]
    ports: tuple[PortRef, ...]
    state: ReservationState
    made_by: str
    created_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReservationPage:
    """One page of a list, newest first. `next_cursor` is None on the last page."""

    reservations: tuple[Reservation, ...]
    next_cursor: str | None
