"""How thick cables usually are, by their strands, and what fits into a bore. Millimetres.

The table is of a single-jacket, stranded loose-tube cable with twelve strands of 250 µm a tube, for
pulling into duct: nominal outer diameters as distributors publish them (Allied Wire and Cable, series
LES, "Loose Tube, for duct"). Other makes differ by 2 mm or so; a cable's own diameter overrules it.
"""

import math

from inventory.plant import Bore
from inventory.plant_errors import CableSizeUnknown

USUAL_DIAMETERS_MM: tuple[tuple[int, float], ...] = (
    (60, 10.1),
    (72, 10.7),
    (96, 12.5),
    (120, 14.1),
    (144, 15.7),
    (216, 15.7),
    (240, 16.2),
    (288, 18.0),
)
"""(at most so many strands, outer diameter). Two layers of tubes make 216 strands as thin as 144 in one."""

MOST_STRANDS = USUAL_DIAMETERS_MM[-1][0]
EXACT = 1e-9  # of a percent: what rounding alone may put a cable over a bore's limit by


def usual_diameter_mm(strands: int) -> float:
    """The outer diameter of a usual cable with that many strands.

    Raises: CableSizeUnknown.
    """
    if strands >= 1:
        for most, diameter_mm in USUAL_DIAMETERS_MM:
            if strands <= most:
                return diameter_mm
    raise CableSizeUnknown(strands, MOST_STRANDS)


def usual_strands(diameter_mm: float) -> int:
    """The most strands a usual cable no thicker than that has; 0 where none is as thin."""
    return max((most for most, usual_mm in USUAL_DIAMETERS_MM if usual_mm <= diameter_mm), default=0)


def fill_with(bore: Bore, diameter_mm: float) -> float:
    """The share of a bore's cross-section, in percent, that is taken once a cable more is in it."""
    return bore.fill_percent + 100.0 * (diameter_mm / bore.diameter_mm) ** 2


def fits(bore: Bore, diameter_mm: float) -> bool:
    """Whether one cable more of that diameter keeps the bore within its limit."""
    return fill_with(bore, diameter_mm) <= bore.fill_limit_percent + EXACT


def room_mm(bore: Bore) -> float:
    """The diameter of the thickest cable that still fits, rounded down to a tenth of a millimetre."""
    left_percent = max(0.0, bore.fill_limit_percent - bore.fill_percent)
    tenths = math.floor(bore.diameter_mm * math.sqrt(left_percent / 100.0) * 10 + EXACT)
    return (tenths if fits(bore, tenths / 10) else tenths - 1) / 10
