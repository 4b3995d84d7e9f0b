"""Shapes of routes: which of them cross themselves, and where. Pure, and without any library.

A route that always goes on towards its end cannot cross itself, and nearly all streets do: only the
others are looked at piece by piece.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from inventory.plant import Point

type Piece = tuple[Point, Point]


def crossings(routes: Sequence[tuple[Point, ...]]) -> Iterator[tuple[int, Point]]:
    """Yield the position in `routes` of each that crosses or touches itself, and a point where it does.

    A closed one (it ends where it begins) does not cross itself there.
    """
    for position, route in enumerate(routes):
        if len(route) > 2 and not _goes_on(route):
            point = _crossing(route)
            if point is not None:
                yield position, point


def _goes_on(route: tuple[Point, ...]) -> bool:
    """Whether every step has a part in the direction from the first point to the last."""
    (x, y), (end_x, end_y) = route[0], route[-1]
    dx, dy = end_x - x, end_y - y
    return all((q[0] - p[0]) * dx + (q[1] - p[1]) * dy > 0 for p, q in pairwise(route))


def _crossing(route: tuple[Point, ...]) -> Point | None:
    """A point where a piece meets one that is not its neighbour, or its neighbour elsewhere than at their joint."""
    pieces = [(p, q) for p, q in pairwise(route) if p != q]
    last = len(pieces) - 1
    for (i, one), (j, other) in combinations(enumerate(pieces), 2):
        if j == i + 1:
            point = one[1] if _turns_back(one, other) else None
        elif i == 0 and j == last and one[0] == other[1]:
            point = one[0] if _turns_back(other, one) else None
        else:
            point = _meeting(one, other)
        if point is not None:
            return point
    return None


def _turns_back(one: Piece, following: Piece) -> bool:
    (p, q), (_, r) = one, following
    ahead = (q[0] - p[0]) * (r[0] - q[0]) + (q[1] - p[1]) * (r[1] - q[1])
    return ahead < 0 and _side(p, q, r) == 0


def _meeting(one: Piece, other: Piece) -> Point | None:
    """Where two pieces meet, if they do; of a stretch they share, one end."""
    (p, q), (r, s) = one, other
    side_p, side_q, side_r, side_s = _side(r, s, p), _side(r, s, q), _side(p, q, r), _side(p, q, s)
    if side_p * side_q < 0 and side_r * side_s < 0:
        share = side_p / (side_p - side_q)
        return p[0] + share * (q[0] - p[0]), p[1] + share * (q[1] - p[1])
    touching = ((side_p, p, other), (side_q, q, other), (side_r, r, one), (side_s, s, one))
    return next((point for side, point, piece in touching if side == 0 and _is_beside(point, piece)), None)


def _side(p: Point, q: Point, r: Point) -> float:
    """Above 0 where r is left of the line from p to q, below where it is right, 0 on it."""
    return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])


def _is_beside(point: Point, piece: Piece) -> bool:
    """Whether a point on the line of a piece is on the piece."""
    (x, y), ((x1, y1), (x2, y2)) = point, piece
    return min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2)
