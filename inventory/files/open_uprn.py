"""OS Open UPRN, the Ordnance Survey's open file of every UPRN and where it is: CSV, in and out.

Columns UPRN, X_COORDINATE, Y_COORDINATE (metres of the national grid), LATITUDE, LONGITUDE (ETRS89
degrees, which here are WGS84's), as in its technical specification. It has neither address nor postcode
nor what is there: premises we know get their position from it, and others are added only on wish.

The whole of Great Britain has about 40 million rows: they are read one by one and only those that matter
are kept.
"""

import csv
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from inventory.errors import Fault, InventoryInvalid
from inventory.files.errors import FileUnwritable
from inventory.files.report import Note, Notes, Taken
from inventory.files.sheets import HEADING_ROW, reasons_against
from inventory.geography import is_near_great_britain, to_grid, to_wgs84_exact
from inventory.great_britain import is_in_great_britain
from inventory.plant import Point
from inventory.premises import Premises, PremisesKind
from inventory.rules import find_faults
from inventory.snapshot import Inventory

COLUMNS = ("UPRN", "X_COORDINATE", "Y_COORDINATE", "LATITUDE", "LONGITUDE")
DEGREE_DECIMALS = 7  # as the Ordnance Survey publishes them
MOST_APART_M = 5.0  # between grid and degrees of one row: more is another place, or another reference system
MOST_FAULTS = 1_000  # then the file is not what it should be, and the rest of it is not read
NO_ADDRESS = "Address not known"


@dataclass(frozen=True, slots=True)
class Located:
    """One row: a UPRN and where it is, in metres of the grid."""

    uprn: str
    point: Point


def import_open_uprn(path: Path, present: Inventory, add_within_m: float | None = None) -> Taken:
    """Take the positions of a file into the present inventory; add premises so close to a place, where wished.

    Raises: InventoryInvalid, with every fault by row, up to MOST_FAULTS.
    """
    faults: list[Fault] = []
    taking = _Taking(present, add_within_m)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, row in _rows(path.name, file, faults):
                taking.take(path.name, number, row, faults)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        faults.append(Fault(path.name, None, f"cannot be read ({error})"))
    inventory = taking.inventory()
    faults = faults or list(find_faults(inventory))
    if faults:
        raise InventoryInvalid(path.name, faults)
    return Taken(inventory, taking.report())


def write_open_uprn(premises: Iterable[Premises], path: Path) -> None:
    """Write premises in the shape of OS Open UPRN.

    Raises: FileUnwritable.
    """
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows(map(_cells, premises))
    except OSError as error:
        raise FileUnwritable(str(path), error.strerror or "unknown reason") from error


def _cells(premises: Premises) -> tuple[str, ...]:
    latitude, longitude = to_wgs84_exact(premises.easting_m, premises.northing_m)
    degrees = (f"{value:.{DEGREE_DECIMALS}f}" for value in (latitude, longitude))
    return premises.uprn, repr(premises.easting_m), repr(premises.northing_m), *degrees


def _rows(name: str, lines: Iterable[str], faults: list[Fault]) -> Iterator[tuple[int, Located]]:
    """The rows that can be used; the others are faults."""
    reader = csv.reader(lines, strict=True)
    heading = tuple(next(reader, ()))
    if heading != COLUMNS:
        faults.append(Fault(name, HEADING_ROW, f"the heading is not {','.join(COLUMNS)}"))
        return
    for number, cells in enumerate(reader, HEADING_ROW + 1):
        located = _located(cells) if cells else None
        if isinstance(located, Located):
            yield number, located
        elif located is not None:
            faults.append(Fault(name, number, located))
        if len(faults) >= MOST_FAULTS:
            faults.append(Fault(name, number, f"has {MOST_FAULTS} faults up to here; the rest was not read"))
            return


def _located(cells: list[str]) -> Located | str:
    """What a row says, or why it says nothing."""
    if len(cells) != len(COLUMNS):
        return f"has {len(cells)} cells, and the heading {len(COLUMNS)}"
    uprn, *texts = cells
    if not (uprn.isdecimal() and uprn.isascii() and len(uprn) <= 12 and uprn[0] != "0"):
        return f"{uprn[:20]!r} is no UPRN: 1 to 12 digits, the first not 0"
    try:
        easting, northing, latitude, longitude = map(float, texts)
    except ValueError:
        return f"UPRN {uprn} has a coordinate that is no number"
    if not is_in_great_britain(easting, northing):
        return f"UPRN {uprn} is at {easting} {northing}, which is no position in Great Britain"
    if not is_near_great_britain(latitude, longitude):
        return f"UPRN {uprn} is at latitude {latitude}, longitude {longitude}, outside Great Britain"
    apart_m = math.dist((easting, northing), to_grid(latitude, longitude))
    if apart_m > MOST_APART_M:
        return f"UPRN {uprn} has grid and degrees {apart_m:.0f} m apart"
    return Located(uprn, (easting, northing))


@dataclass
class _Taking:
    """Premises while a file is read."""

    present: Inventory
    add_within_m: float | None
    seen: dict[str, int] = field(default_factory=dict)
    moved: dict[str, Premises] = field(default_factory=dict)
    added: dict[str, Premises] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known: Mapping[str, Premises] = {premises.uprn: premises for premises in self.present.premises}
        places = ((place.easting_m, place.northing_m) for place in self.present.places)
        self.near = None if self.add_within_m is None else _Near(places, self.add_within_m)

    def take(self, name: str, number: int, row: Located, faults: list[Fault]) -> None:
        known = self.known.get(row.uprn)
        if known is None and (self.near is None or not self.near.has(row.point)):
            return
        if row.uprn in self.seen:
            faults.append(Fault(name, number, f"UPRN {row.uprn} stands here again, first at row {self.seen[row.uprn]}"))
            return
        self.seen[row.uprn] = number
        if known is None:
            self._add(name, number, row, faults)
        elif (known.easting_m, known.northing_m) != row.point:
            self.moved[row.uprn] = replace(known, easting_m=row.point[0], northing_m=row.point[1])

    def inventory(self) -> Inventory:
        kept = (self.moved.get(premises.uprn, premises) for premises in self.present.premises)
        return replace(self.present, premises=(*kept, *self.added.values()))

    def report(self) -> tuple[Note, ...]:
        notes = Notes()
        for uprn in self.known.keys() - self.seen.keys():
            notes.add("premises that are not in the file", "They stay as they are.", uprn)
        for uprn in self.added:
            done = f"{NO_ADDRESS!r}, no postcode and the kind {PremisesKind.HOME!r} were taken."
            notes.add("premises added without address, postcode and kind", done, uprn)
        return notes.all()

    def _add(self, name: str, number: int, row: Located, faults: list[Fault]) -> None:
        premises = Premises(row.uprn, NO_ADDRESS, "", PremisesKind.HOME, *row.point)
        faults += [Fault(name, number, reason) for reason in reasons_against("premises", premises)]
        self.added[row.uprn] = premises


class _Near:
    """Whether a point is within so many metres of one of some others: they lie in squares of that width."""

    def __init__(self, points: Iterable[Point], within_m: float) -> None:
        self._within_m = within_m
        self._width_m = max(within_m, 1.0)
        self._squares: dict[tuple[int, int], list[Point]] = {}
        for point in points:
            self._squares.setdefault(self._square(point), []).append(point)

    def has(self, point: Point) -> bool:
        east, north = self._square(point)
        squares = ((east + x, north + y) for x in (-1, 0, 1) for y in (-1, 0, 1))
        near = (other for square in squares for other in self._squares.get(square, ()))
        return any(math.dist(point, other) <= self._within_m for other in near)

    def _square(self, point: Point) -> tuple[int, int]:
        return math.floor(point[0] / self._width_m), math.floor(point[1] / self._width_m)
