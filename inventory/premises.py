"""Premises: where a service can be delivered, by UPRN (Unique Property Reference Number)."""

from dataclasses import dataclass
from enum import StrEnum


class PremisesKind(StrEnum):
    """Who is at the premises."""

    HOME = "home"
    BUSINESS = "business"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Premises:
    """One addressable building or part of it.

    `uprn` is a string of 1 to 12 digits without leading zeros, `postcode` is "" where it is not
    known. `serving_place` is the code of the DXP or DX whose drop reaches it, None where no drop has
    been planned.
    """

    uprn: str
    address: str
    postcode: str
    kind: PremisesKind
    easting_m: float
    northing_m: float
    serving_place: str | None = None
