"""A span of an OFDS document as a duct. Pure.

Of a duct that is known already only what the span says otherwise is changed.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from inventory.files.ofds.reading import Reading, are_same, is_same
from inventory.files.ofds.shapes import Span
from inventory.files.ofds.words import STATUS_READ
from inventory.places import Place
from inventory.plant import AssetStatus, Duct, Point

LENGTH_DECIMALS = 3

type Route = tuple[Point, ...]


def duct_of(span: Span, path: str, old: Duct | None, places: Mapping[str, Place], reading: Reading) -> Duct | None:
    """The duct a span stands for; None, and faults, where it cannot be one."""
    ends = _ends(span, path, places, reading)
    if ends is None:
        return None
    route = _route(span, path, ends, reading)
    if route is None:
        return None
    if old is None:
        return _new_duct(span, path, ends, route, reading)
    if are_same(route, old.route):
        route, length_m = old.route, old.length_m
    else:
        length_m = length_of(route)
    return replace(
        old,
        a_place=ends[0].code,
        z_place=ends[1].code,
        route=route,
        length_m=length_m,
        owner=reading.party(span.supporting_infrastructure.owner) or old.owner,
        status=STATUS_READ[span.status] if span.status else old.status,
        ready_from=span.ready_for_service,
    )


def length_of(route: Route) -> float:
    """Metres along a route, to the millimetre."""
    return round(math.fsum(math.dist(a, z) for a, z in pairwise(route)), LENGTH_DECIMALS)


def _new_duct(span: Span, path: str, ends: tuple[Place, Place], route: Route, reading: Reading) -> Duct | None:
    owner = reading.party(span.owner) or reading.owner
    if not owner:
        reading.refuse(path, f"span {span.id!r} names no owner, and no default owner was given")
        return None
    _note(span, reading)
    return Duct(
        code=reading.span_codes[span.id],
        a_place=ends[0].code,
        z_place=ends[1].code,
        route=route,
        length_m=length_of(route),
        owner=owner,
        operator=owner,
        used_by=reading.party(span.user) or owner,
        status=STATUS_READ[span.status] if span.status else AssetStatus.PROPOSED,
        ready_from=span.ready_for_service,
    )


def _note(span: Span, reading: Reading) -> None:
    add = reading.notes.add
    if span.owner is None:
        add("spans without an owner", f"{reading.owner!r} was taken.", span.id)
    if span.status is None:
        add("spans without a status", "Each is a proposed duct: nothing is planned over it.", span.id)
    if span.status == "inactive":
        add("spans that are inactive", "Each is a retired duct: nothing is planned over it.", span.id)
    if span.fibre_count:
        add("spans with fibres, and no word of the cable's ends", "No cable was made, only the duct.", span.id)
    if span.media and "fibre" not in span.media:
        add("spans without fibre", "Each is a duct like any other.", span.id)


def _ends(span: Span, path: str, places: Mapping[str, Place], reading: Reading) -> tuple[Place, Place] | None:
    a = _end(span, path, "start", span.start, places, reading)
    z = _end(span, path, "end", span.end, places, reading)
    return None if a is None or z is None else (a, z)


def _end(
    span: Span, path: str, end: str, node: str | None, places: Mapping[str, Place], reading: Reading
) -> Place | None:
    if node is None:
        reading.refuse(path, f"span {span.id!r} has no {end}")
        return None
    if node not in reading.node_codes:
        reading.refuse(f"{path}/{end}", f"span {span.id!r} has its {end} at {node!r}, no node of the network")
        return None
    return places.get(reading.node_codes[node])  # None: the node itself was refused


def _route(span: Span, path: str, ends: tuple[Place, Place], reading: Reading) -> Route | None:
    """The route from end to end, as a duct has it: from its first place to its last."""
    a, z = ((place.easting_m, place.northing_m) for place in ends)
    if span.route is None:
        reading.notes.add("spans without a route", "A straight line was taken.", span.id)
        return a, z
    where = f"{path}/route/coordinates"
    points = [reading.point(position, f"{where}/{number}") for number, position in enumerate(span.route.coordinates)]
    known = tuple(point for point in points if point is not None)
    return _joined(known, a, z, span, reading) if len(known) == len(points) else None


def _joined(route: Route, a: Point, z: Point, span: Span, reading: Reading) -> Route:
    if math.dist(route[0], a) + math.dist(route[-1], z) > math.dist(route[0], z) + math.dist(route[-1], a):
        reading.notes.add("spans whose route runs from end to start", "It was turned round.", span.id)
        route = route[::-1]
    before = () if is_same(route[0], a) else (a,)
    after = () if is_same(route[-1], z) else (z,)
    if before or after:
        reading.notes.add("spans whose route does not reach its nodes", "It was led on to them.", span.id)
    return (*before, *route, *after)
