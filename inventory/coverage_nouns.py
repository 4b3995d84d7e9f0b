"""Coverage: its rules, what it is derived from, and its answers. Nouns only: the store imports them, nothing heavy."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from inventory.confidence import Confidence
from inventory.devices import Device, DeviceRole, Lifecycle, PortRole
from inventory.places import PlaceKind
from inventory.readiness import is_there
from inventory.snapshot import Snapshot


class CoverageReason(StrEnum):
    """Why premises got the confidence they have."""

    INSTALLED = "installed"
    DROP_NEEDED = "drop-needed"
    FARTHER_DX = "farther-dx"
    NO_FREE_PORT = "no-free-port"
    NO_ROUTE = "no-route"
    TOO_FAR = "too-far"


CONFIDENCE: Mapping[CoverageReason, Confidence] = {
    CoverageReason.INSTALLED: Confidence.GREEN,
    CoverageReason.DROP_NEEDED: Confidence.YELLOW,
    CoverageReason.FARTHER_DX: Confidence.YELLOW,
    CoverageReason.NO_FREE_PORT: Confidence.RED,
    CoverageReason.NO_ROUTE: Confidence.RED,
    CoverageReason.TOO_FAR: Confidence.RED,
}

REASONS = tuple(CoverageReason)


@dataclass(frozen=True, slots=True)
class CoverageRules:
    """How long a drop may be, in metres, and how many premises one port of a DX serves."""

    drop_limit_m: float = 150.0
    premises_per_port: int = 32


type CoverageRow = tuple[str, str, str, str | None, str | None, float | None, float | None]
"""UPRN, confidence, reason, place, DX, metres of drop, metres to the DX: as `PremisesCoverage`, and as the table."""


@dataclass(frozen=True, slots=True)
class PremisesCoverage:
    """One answer: where a drop would begin, the DX, and how far they are in metres; None where there is none."""

    uprn: str
    confidence: Confidence
    reason: CoverageReason
    place: str | None
    dx: str | None
    drop_m: float | None
    distance_m: float | None


@dataclass(frozen=True, slots=True)
class CoverageRound:
    """What all answers of the table were derived from, and when. `revision` is that of the inventory."""

    revision: int
    day: date
    rules: CoverageRules
    refreshed_at: datetime


@dataclass(frozen=True, slots=True)
class CoverageCount:
    """How many premises have a DX (None: no DX) for a reason."""

    dx: str | None
    confidence: Confidence
    reason: CoverageReason
    premises: int


type PlaceRow = tuple[str, float, float, bool]
"""Code, easting, northing, and whether it is a DX."""


@dataclass(frozen=True, slots=True)
class GroundRows:
    """What coverage is derived from, as plain rows in no order.

    `ducts` are those that are there: two places, and metres. `premises` are UPRN, easting, northing;
    `with_nte` the UPRNs of those with a live NTE. `free_ports` are NNI ports of live switches without a link, by place.
    """

    places: Collection[PlaceRow]
    ducts: Collection[tuple[str, str, float]]
    premises: Collection[tuple[str, float, float]]
    with_nte: Collection[str]
    free_ports: Mapping[str, int]


def ground_rows(snapshot: Snapshot, day: date) -> GroundRows:
    """Return the rows of a snapshot, as it is on a day."""
    inventory = snapshot.inventory
    return GroundRows(
        [(each.code, each.easting_m, each.northing_m, each.kind is PlaceKind.DX) for each in inventory.places],
        [(each.a_place, each.z_place, each.length_m) for each in inventory.ducts if is_there(each, day)],
        [(each.uprn, each.easting_m, each.northing_m) for each in inventory.premises],
        {each.uprn for each in inventory.devices if _is_live_nte(each) and each.uprn is not None},
        free_ports(snapshot),
    )


def _is_live_nte(device: Device) -> bool:
    return device.role is DeviceRole.NTE and device.lifecycle is Lifecycle.LIVE


def free_ports(snapshot: Snapshot) -> Mapping[str, int]:
    """Of each place with live switches, how many NNI ports of theirs no link uses."""
    linked = {end for link in snapshot.inventory.links for end in (link.a, link.z)}
    found: dict[str, int] = {}
    for device in snapshot.inventory.devices:
        if device.role is DeviceRole.SWITCH and device.lifecycle is Lifecycle.LIVE and device.place_code is not None:
            free = sum(port.ref not in linked for port in snapshot.ports_of(device.name, PortRole.NNI))
            found[device.place_code] = found.get(device.place_code, 0) + free
    return found
