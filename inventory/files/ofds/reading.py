"""What the readers of nodes and spans share while a document is read: codes, faults, notes, positions."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from inventory.errors import Fault
from inventory.files.ofds.shapes import Reference
from inventory.files.report import Notes
from inventory.geography import is_near_great_britain, to_grid
from inventory.great_britain import is_in_great_britain
from inventory.plant import Point

SAME_M = 0.0015  # a position that went to degrees and back is less than that away from where it was


@dataclass(frozen=True, slots=True)
class Reading:
    """One network being read. `owner` is who owns what no owner is named for, "" where nobody does."""

    file: str
    path: str
    owner: str
    node_codes: Mapping[str, str]
    span_codes: Mapping[str, str]
    organisation_codes: Mapping[str, str]
    notes: Notes = field(default_factory=Notes)
    faults: list[Fault] = field(default_factory=list)

    def refuse(self, path: str, reason: str) -> None:
        self.faults.append(Fault(f"{self.file} {self.path}{path}", None, reason))

    def party(self, reference: Reference | None) -> str:
        """Our code of an organisation that is referred to, "" where none is."""
        return "" if reference is None else self.organisation_codes[reference.id]

    def point(self, position: list[float], path: str) -> Point | None:
        """The point on the grid; None, and a fault, where it is outside Great Britain."""
        longitude, latitude = position[:2]
        point = _on_grid(latitude, longitude)
        if point is None:
            swapped = "; are longitude and latitude swapped?" if _on_grid(longitude, latitude) else ""
            self.refuse(path, f"longitude {longitude}, latitude {latitude} is outside Great Britain{swapped}")
        return point


def _on_grid(latitude: float, longitude: float) -> Point | None:
    if not is_near_great_britain(latitude, longitude):
        return None
    point = to_grid(latitude, longitude)
    return point if is_in_great_britain(*point) else None


def is_same(a: Point, z: Point) -> bool:
    """Whether two points are one, but for the rounding of degrees."""
    return math.dist(a, z) < SAME_M


def are_same(a: tuple[Point, ...], z: tuple[Point, ...]) -> bool:
    """Whether two routes are one, but for the rounding of degrees."""
    return len(a) == len(z) and all(map(is_same, a, z))
