"""Coverage: what could be delivered to all premises at once, over the ducts that are there. Pure.

Of each premises:

- its place is the nearest one, as the crow flies, that is a DX or at an end of a duct that is there, and
  at most `drop_limit_m` away; of equally near ones the first by code;
- its distance to a DX is that drop and the shortest way over ducts from the place;
- premises with a live NTE take no port: their DX is the nearest;
- other premises take a port. A DX takes as many premises as its live switches have NNI ports that no
  link uses, times `premises_per_port`, and of all that would come the nearest, equally near ones by
  UPRN. So the DX of premises is the nearest (of equally near ones the first by code) that still takes them:
  that has room, or took premises that are farther away or equally near with a higher UPRN. As both
  sides go by the same distance, exactly one such assignment exists (Gale and Shapley, "College admissions
  and the stability of marriage", Amer. Math. Monthly 69, 1962; both sides rank by one key).

Distances are whole centimetres, so that equal is equal.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from inventory.coverage_nouns import CONFIDENCE, REASONS, CoverageReason, CoverageRow, CoverageRules, GroundRows
from inventory.coverage_ports import take_ports
from inventory.duct_distances import DuctDistances, Integers

CM = 100
NEAREST = 4  # candidates looked at for a drop; more only where all of these are equally near
NONE = -1


@dataclass(frozen=True)
class Ground:
    """What coverage is derived from, as arrays. Places and DXs in the order of their codes, premises of their UPRNs.

    `places` are those a drop may begin at; shapes (places, 2) and (premises, 2) in metres. `free_ports` and
    `exchange_nodes` (positions in `places`) are those of each DX. `has_nte` says which premises have a live NTE.
    """

    places: Sequence[str]
    place_positions: NDArray[np.float64]
    duct_ends: NDArray[np.int32]  # (ducts, 2), positions in `places`
    duct_lengths_cm: Integers
    exchanges: Sequence[str]
    exchange_nodes: NDArray[np.int32]
    free_ports: Integers
    uprns: Sequence[str]
    premises_positions: NDArray[np.float64]
    has_nte: NDArray[np.bool_]


@dataclass(frozen=True)
class Coverage:
    """The answer for each premises of a ground: positions in its `places` and `exchanges` (-1: none), and figures.

    `drops_cm` and `distances_cm` mean nothing where there is no place or no DX; `reasons` are positions in `REASONS`.
    """

    places: NDArray[np.int32]
    exchanges: NDArray[np.int32]
    drops_cm: Integers
    distances_cm: Integers
    reasons: NDArray[np.int8]


def cover(ground: Ground, rules: CoverageRules) -> Coverage:
    """Return the answer for all premises."""
    places, drops_cm = _drops(ground, rules)
    distances = DuctDistances(len(ground.places), ground.duct_ends, ground.duct_lengths_cm, ground.exchange_nodes)
    near, near_cm = distances.nearest()
    # What has no place looks at the last element: none.
    first = np.append(near, np.int32(NONE))[places]
    first_cm = np.where(first != NONE, np.append(near_cm, 0)[places] + drops_cm, 0)
    takes_port = (first != NONE) & ~ground.has_nte
    capacities = ground.free_ports * rules.premises_per_port
    wanting = np.flatnonzero(takes_port)
    taken, taken_cm = take_ports(distances, capacities, places[wanting], drops_cm[wanting])
    exchanges, distances_cm = first.copy(), first_cm.copy()
    exchanges[wanting], distances_cm[wanting] = taken, taken_cm
    return Coverage(places, exchanges, drops_cm, distances_cm, _reasons(ground, places, first, exchanges))


def _reasons(
    ground: Ground, places: NDArray[np.int32], first: NDArray[np.int32], exchanges: NDArray[np.int32]
) -> NDArray[np.int8]:
    conditions = [
        (places == NONE, CoverageReason.TOO_FAR),
        (first == NONE, CoverageReason.NO_ROUTE),
        (ground.has_nte, CoverageReason.INSTALLED),
        (exchanges == NONE, CoverageReason.NO_FREE_PORT),
        (exchanges != first, CoverageReason.FARTHER_DX),
    ]
    codes = [REASONS.index(reason) for _, reason in conditions]
    default = REASONS.index(CoverageReason.DROP_NEEDED)
    return np.select([condition for condition, _ in conditions], codes, default).astype(np.int8)


def _drops(ground: Ground, rules: CoverageRules) -> tuple[NDArray[np.int32], Integers]:
    """Of each premises its place, or -1, and how far that is in centimetres."""
    count, limit_cm = len(ground.uprns), round(rules.drop_limit_m * CM)
    if not ground.places or not count:
        return np.full(count, NONE, dtype=np.int32), np.zeros(count, dtype=np.int64)
    tree = KDTree(ground.place_positions)
    among = min(NEAREST, len(ground.places))
    _, found = tree.query(ground.premises_positions, k=among, distance_upper_bound=rules.drop_limit_m + 1, workers=1)
    found = found.reshape(count, among)
    away_cm = _away_cm(ground, found)
    best = np.lexsort((found, away_cm), axis=1)[:, 0]
    rows = np.arange(count)
    places, drops_cm = found[rows, best].astype(np.int32), away_cm[rows, best]
    for row in np.flatnonzero((away_cm.max(axis=1) == drops_cm) & (drops_cm <= limit_cm)) if among == NEAREST else ():
        places[row] = _first_of_equals(ground, tree, int(row), int(drops_cm[row]))
    return np.where(drops_cm <= limit_cm, places, NONE).astype(np.int32), np.where(drops_cm <= limit_cm, drops_cm, 0)


def _away_cm(ground: Ground, found: NDArray[np.int64]) -> Integers:
    """Whole centimetres from each premises to each of its candidates; what is no place is endlessly far."""
    is_place = found < len(ground.places)
    positions = ground.place_positions[np.where(is_place, found, 0)]
    difference = positions - ground.premises_positions[:, None, :]
    away_cm = np.rint(np.hypot(difference[..., 0], difference[..., 1]) * CM).astype(np.int64)
    return np.where(is_place, away_cm, np.iinfo(np.int64).max)


def _first_of_equals(ground: Ground, tree: KDTree, row: int, drop_cm: int) -> int:
    near: list[int] = sorted(tree.query_ball_point(ground.premises_positions[row], drop_cm / CM + 1))
    away_cm = _away_cm_of_one(ground, row, near)
    return next(place for place, cm in zip(near, away_cm, strict=True) if cm == drop_cm)


def _away_cm_of_one(ground: Ground, row: int, near: Sequence[int]) -> list[int]:
    difference = ground.place_positions[list(near)] - ground.premises_positions[row]
    return [int(cm) for cm in np.rint(np.hypot(difference[:, 0], difference[:, 1]) * CM)]


def make_ground(rows: GroundRows) -> Ground:
    """Return the ground of these rows, as arrays."""
    joined = {end for a_place, z_place, _ in rows.ducts for end in (a_place, z_place)}
    used = sorted(place for place in rows.places if place[3] or place[0] in joined)
    numbers = {place[0]: number for number, place in enumerate(used)}
    exchanges = [place[0] for place in used if place[3]]
    ordered = sorted(rows.premises, key=lambda row: int(row[0]))
    lengths_m = np.fromiter((length_m for _, _, length_m in rows.ducts), np.float64, len(rows.ducts))
    ends = [(numbers[a_place], numbers[z_place]) for a_place, z_place, _ in rows.ducts]
    return Ground(
        places=[place[0] for place in used],
        place_positions=np.array([place[1:3] for place in used], dtype=np.float64).reshape(-1, 2),
        duct_ends=np.array(ends, dtype=np.int32).reshape(-1, 2),
        duct_lengths_cm=np.maximum(1, np.rint(lengths_m * CM)).astype(np.int64),
        exchanges=exchanges,
        exchange_nodes=np.array([numbers[code] for code in exchanges], dtype=np.int32),
        free_ports=np.array([rows.free_ports.get(code, 0) for code in exchanges], dtype=np.int64),
        uprns=[row[0] for row in ordered],
        premises_positions=_pairs([row[1] for row in ordered], [row[2] for row in ordered]),
        has_nte=np.fromiter((row[0] in rows.with_nte for row in ordered), np.bool_, len(ordered)),
    )


def _pairs(eastings_m: list[float], northings_m: list[float]) -> NDArray[np.float64]:
    """Positions as an array: two columns are made several times as fast as a row at a time."""
    return np.column_stack((np.array(eastings_m, dtype=np.float64), np.array(northings_m, dtype=np.float64)))


def rows_of(ground: Ground, found: Coverage) -> Iterator[CoverageRow]:
    """Return the answers one by one, in metres, in the order of the ground's premises."""
    places, exchanges = [*ground.places, None], [*ground.exchanges, None]
    names = [(CONFIDENCE[reason].value, reason.value) for reason in REASONS]
    each = (found.places, found.exchanges, found.reasons, found.drops_cm, found.distances_cm)
    for uprn, place, dx, reason, drop_cm, distance_cm in zip(
        ground.uprns, *(array.tolist() for array in each), strict=True
    ):
        yield (
            uprn,
            *names[reason],
            places[place],
            exchanges[dx],
            None if place == NONE else drop_cm / CM,
            None if dx == NONE else distance_cm / CM,
        )
