"""Where the boroughs lie: square cells of the national grid in rings around the city, nearest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice

CELL_M = 8_000.0
CENTRE = (388_500.0, 393_500.0)
CITY_REACH = 1  # cells the city takes on each side of the one in the middle


@dataclass(frozen=True, slots=True)
class Cell:
    """A square: columns count east, rows north, from the city's middle."""

    column: int
    row: int

    @property
    def south_west(self) -> tuple[float, float]:
        """Its corner: easting and northing in metres."""
        return (CENTRE[0] + (self.column - 0.5) * CELL_M, CENTRE[1] + (self.row - 0.5) * CELL_M)

    @property
    def is_city(self) -> bool:
        return max(abs(self.column), abs(self.row)) <= CITY_REACH

    def neighbours(self) -> tuple["Cell", "Cell", "Cell", "Cell"]:
        """West, south, east, north."""
        return (
            Cell(self.column - 1, self.row),
            Cell(self.column, self.row - 1),
            Cell(self.column + 1, self.row),
            Cell(self.column, self.row + 1),
        )


def borough_cells(wanted: int) -> tuple[Cell, ...]:
    """The cells of that many boroughs; each touches the city, or one before it."""
    return tuple(islice(_spiral(), wanted))


def _spiral() -> Iterator[Cell]:
    """Ring after ring; each begins in the middle of its east side, which touches the ring before."""
    for ring in count(CITY_REACH + 1):
        east_side = [Cell(ring, row) for row in range(ring + 1)]
        north_side = [Cell(column, ring) for column in range(ring - 1, -ring - 1, -1)]
        west_side = [Cell(-ring, row) for row in range(ring - 1, -ring - 1, -1)]
        south_side = [Cell(column, -ring) for column in range(-ring + 1, ring + 1)]
        rest = [Cell(ring, row) for row in range(-ring + 1, 0)]
        yield from (*east_side, *north_side, *west_side, *south_side, *rest)
