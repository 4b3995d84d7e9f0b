"""Whether a position of the British national grid is in Great Britain, or in the sea close to it. Pure."""

from inventory.plant import Point

OUTLINE: tuple[Point, ...] = (
    (60_000.0, 0.0),  # south-west of Scilly
    (180_000.0, 0.0),  # the Channel, to Kent
    (300_000.0, 25_000.0),
    (430_000.0, 65_000.0),
    (560_000.0, 85_000.0),
    (660_000.0, 130_000.0),
    (700_000.0, 300_000.0),  # the North Sea, to Shetland
    (640_000.0, 380_000.0),
    (560_000.0, 450_000.0),
    (470_000.0, 600_000.0),
    (440_000.0, 800_000.0),
    (430_000.0, 1_000_000.0),
    (520_000.0, 1_180_000.0),
    (480_000.0, 1_260_000.0),
    (400_000.0, 1_230_000.0),  # Foula, and down the Atlantic, with Rona and St Kilda
    (250_000.0, 1_060_000.0),
    (150_000.0, 1_050_000.0),
    (0.0, 920_000.0),
    (0.0, 780_000.0),
    (100_000.0, 700_000.0),
    (100_000.0, 640_000.0),  # between Islay and Ulster
    (145_000.0, 615_000.0),
    (175_000.0, 590_000.0),
    (180_000.0, 530_000.0),  # the Irish Sea; the Isle of Man has the grid, but not the country
    (230_000.0, 505_000.0),
    (262_000.0, 508_000.0),
    (262_000.0, 440_000.0),
    (200_000.0, 400_000.0),
    (190_000.0, 330_000.0),
    (150_000.0, 200_000.0),
    (60_000.0, 60_000.0),
)
"""Corners in metres, drawn generously through the sea: it tells a swapped or foreign coordinate, not a wet one."""


def is_in_great_britain(easting_m: float, northing_m: float) -> bool:
    """False for what is outside the outline, and for NaN and infinity."""
    if 300_000.0 <= easting_m <= 560_000.0 and 100_000.0 <= northing_m <= 440_000.0:
        return True  # the middle of England, whole: most positions need no more than this
    is_inside = False
    (e1, n1) = OUTLINE[-1]
    for e2, n2 in OUTLINE:
        if (n1 > northing_m) != (n2 > northing_m) and easting_m < (e2 - e1) * (northing_m - n1) / (n2 - n1) + e1:
            is_inside = not is_inside
        e1, n1 = e2, n2
    return is_inside
