"""Which premises an address of the standard means, as sure as that can be said. Pure: reads the snapshot only."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from math import hypot, isfinite

from inventory.geography import is_near_great_britain, to_grid
from inventory.premises import Premises
from inventory.premises_search import squeezed
from inventory.snapshot import Snapshot
from web.sonata.common import COUNTRY, UPRN, Fielded, Formatted, Label, Point
from web.sonata.faults import Code, wrong

BRITISH_GRID = "EPSG:27700"
WGS84 = "EPSG:4326"
NEAR_M = 30.0
"""Metres from a point within which premises are meant; the nearest of them is the best."""
SURE_M = 5.0
"""Metres within which they are meant for certain."""
MOST_OTHERS = 10
LOOKED_AT = 200
COUNTRIES = frozenset({squeezed(name) for name in (COUNTRY, "GBR", "UK", "United Kingdom", "Great Britain", "England")})


@dataclass(frozen=True, slots=True)
class Match:
    """The premises that are meant (None: none that we know), whether for certain, and which others may be."""

    best: Premises | None
    exact: bool = False
    others: tuple[Premises, ...] = ()


NOTHING = Match(None)


def by_words(snapshot: Snapshot, address: Fielded | Formatted) -> Match:
    """Match a street address: certain where one premises has that street line and postcode."""
    if squeezed(address.country) not in COUNTRIES:
        return NOTHING
    line = _street_line(address)
    postcode = address.postcode or ""
    found = _find(snapshot, postcode, line)
    same = [each for each in found if _first_line(each) == squeezed(line)]
    if len(same) == 1:
        return Match(same[0], exact=bool(postcode) and squeezed(same[0].postcode) == squeezed(postcode))
    nearly = same or found or (_find(snapshot, "", line) if postcode else [])
    return _nearly(nearly)


def premises_of_label(snapshot: Snapshot, label: Label, path: str) -> Premises | None:
    """The premises with that UPRN; None where we know none. Raises: PayloadRefused."""
    if label.external_reference_type != UPRN:
        raise wrong(Code.INVALID_VALUE, f"{path}/externalReferenceType", "only UPRN is known here")
    return snapshot.premises.get(label.external_reference_id)


def at_point(snapshot: Snapshot, point: Point, path: str) -> Match:
    """Match a position: the nearest premises within 30 m, certain within 5 m.

    Raises: PayloadRefused, for a system we do not know or what is no position in it.
    """
    easting_m, northing_m = _position(point, path)
    near = sorted(
        (hypot(each.easting_m - easting_m, each.northing_m - northing_m), each.uprn, each)
        for each in snapshot.inventory.premises
        if abs(each.easting_m - easting_m) <= NEAR_M and abs(each.northing_m - northing_m) <= NEAR_M
    )
    near = [found for found in near if found[0] <= NEAR_M]
    if not near:
        return NOTHING
    sure = near[0][0] <= SURE_M and (len(near) == 1 or near[1][0] > SURE_M)
    others = tuple(each for _, _, each in near[1 : MOST_OTHERS + 1])
    return Match(near[0][2], exact=sure, others=() if sure else others)


def _position(point: Point, path: str) -> tuple[float, float]:
    try:
        x, y = float(point.x), float(point.y)
    except ValueError:
        raise wrong(Code.INVALID_FORMAT, f"{path}/x", "x and y are decimal numbers") from None
    if not (isfinite(x) and isfinite(y)):
        raise wrong(Code.INVALID_FORMAT, f"{path}/x", "x and y are decimal numbers")
    if point.spatial_ref == BRITISH_GRID:
        return x, y
    if point.spatial_ref != WGS84:
        raise wrong(Code.INVALID_VALUE, f"{path}/spatialRef", f"{BRITISH_GRID} and {WGS84} are known here")
    if not is_near_great_britain(y, x):
        raise wrong(Code.INVALID_VALUE, f"{path}/x", "x is the longitude and y the latitude, in Great Britain")
    return to_grid(y, x)


def _nearly(found: Iterable[Premises]) -> Match:
    best = tuple(islice(found, MOST_OTHERS + 1))
    return Match(best[0], others=best[1:]) if best else NOTHING


def _find(snapshot: Snapshot, postcode: str, line: str) -> list[Premises]:
    return list(islice(snapshot.premises_search.find(postcode, line), LOOKED_AT))


def _first_line(premises: Premises) -> str:
    return squeezed(premises.address.partition(",")[0])


def _street_line(address: Fielded | Formatted) -> str:
    if isinstance(address, Formatted):
        return address.addr_line1
    number = f"{address.street_nr or ''}{address.street_nr_suffix or ''}"
    parts = (number, address.street_name, address.street_type, address.street_suffix)
    return " ".join(part for part in parts if part)
