"""The rules of what lies in the ground: places, ducts, bores, cables and strands. Pure.

What joins them has its rules in `inventory.joint_rules`. Each rule is looked at once a thing, so a
city is checked in seconds; what is dear (why a route crosses itself) is worked out for faults only.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from inventory.breaches import Breach, Known, Reason
from inventory.great_britain import is_in_great_britain
from inventory.places import Place, PlaceKind
from inventory.plant import Bore, Cable, CableBore, Duct, Point, StrandRef
from inventory.route_shapes import crossings

ROUTE_END_TOLERANCE_M = 25.0  # a place is a point, and a duct begins at the edge of it
LENGTH_TOLERANCE = 0.02  # of the route: a survey's length may be that much shorter
FILL_TOLERANCE_PERCENT = 0.05  # surveys are written with one decimal
LONGEST_M = 10_000_000.0
WITH_PARTIES = frozenset({PlaceKind.CHAMBER, PlaceKind.POLE, PlaceKind.COLUMN})
NAMED = 5  # how many of many things a sentence names


def find_plant_breaches(known: Known) -> Iterator[Breach]:
    """Yield every broken rule of places, ducts, bores, cables and strands."""
    yield from find_place_breaches(known)
    yield from _ducts(known)
    yield from _bores(known)
    yield from _cables(known)
    yield from _strands(known)


def find_place_breaches(known: Known) -> Iterator[Breach]:
    """Yield every broken rule of places, and of where premises stand."""
    uprns = {premises.uprn for premises in known.inventory.premises}
    for position, place in enumerate(known.inventory.places):
        for reason, lacks in _wrong_place(place, known, uprns):
            yield Breach("places", position, f"{place.kind} {place.code} {reason}", lacks)
    for position, premises in enumerate(known.inventory.premises):
        if not is_in_great_britain(premises.easting_m, premises.northing_m):
            at = _written(premises.easting_m, premises.northing_m)
            yield Breach("premises", position, f"UPRN {premises.uprn} stands at {at}, no position in Great Britain")


def _wrong_place(place: Place, known: Known, uprns: set[str]) -> Iterator[Reason]:
    if not is_in_great_britain(place.easting_m, place.northing_m):
        yield f"stands at {_written(place.easting_m, place.northing_m)}, no position in Great Britain", None
    parties = {"owner": place.owner, "operator": place.operator, "user": place.used_by}
    for what, code in parties.items():
        if code:
            yield from known.no_organisation(what, code)
    missing = [what for what, code in parties.items() if not code]
    if missing and place.kind in WITH_PARTIES:
        yield f"names no {' and no '.join(missing)}", None
    if place.uprn is not None and place.kind is not PlaceKind.SITE:
        yield f"is at UPRN {place.uprn}, which only a site may be", None
    elif place.uprn is not None and place.uprn not in uprns:
        yield f"is at UPRN {place.uprn}, no known premises", ("premises", place.uprn)


def _ducts(known: Known) -> Iterator[Breach]:
    ducts = known.inventory.ducts
    for position, duct in enumerate(ducts):
        for reason, lacks in _wrong_duct(duct, known):
            yield Breach("ducts", position, f"duct {duct.code} {reason}", lacks)
    for position, (easting, northing) in crossings([duct.route for duct in ducts]):
        reason = f"has a route that crosses itself at {easting:.1f} {northing:.1f}"
        yield Breach("ducts", position, f"duct {ducts[position].code} {reason}")


def _wrong_duct(duct: Duct, known: Known) -> Iterator[Reason]:
    yield from known.no_places(duct.a_place, duct.z_place)
    yield from known.no_parties(duct.owner, duct.operator, duct.used_by)
    if not 0 < duct.length_m <= LONGEST_M:
        yield f"is {duct.length_m:g} m long, which is no length", None
    if len(duct.route) < 2:
        yield f"has a route of {len(duct.route)} points, and two at least are a route", None
        return
    outside = next((point for point in duct.route if not is_in_great_britain(*point)), None)
    if outside is not None:
        yield f"passes {_written(*outside)}, no position in Great Britain", None
        return
    yield from _wrong_length(duct)
    yield from _wrong_end(duct.route[0], known.places.get(duct.a_place), "begins")
    yield from _wrong_end(duct.route[-1], known.places.get(duct.z_place), "ends")


def _wrong_length(duct: Duct) -> Iterator[Reason]:
    route_m = sum(math.dist(one, other) for one, other in pairwise(duct.route))
    if route_m == 0:
        yield "has a route of no length: all its points are one", None
    elif duct.length_m < route_m * (1 - LENGTH_TOLERANCE):
        yield f"is said to be {duct.length_m:.1f} m long, and its route is {route_m:.1f} m", None


def _wrong_end(end: Point, place: Place | None, verb: str) -> Iterator[Reason]:
    if place is not None:
        apart_m = math.dist(end, (place.easting_m, place.northing_m))
        if apart_m > ROUTE_END_TOLERANCE_M:
            yield f"{verb} {apart_m:.0f} m away from {place.code}, where it should", None


def _bores(known: Known) -> Iterator[Breach]:
    cables_in: dict[tuple[str, int], list[Cable]] = {}
    for each in known.inventory.cable_bores:
        cable = known.cables.get(each.cable)
        if cable is not None:
            cables_in.setdefault((each.bore.duct, each.bore.number), []).append(cable)
    for position, bore in enumerate(known.inventory.bores):
        for reason, lacks in _wrong_bore(bore, cables_in.get((bore.ref.duct, bore.ref.number), ()), known):
            yield Breach("bores", position, f"bore {bore.ref} {reason}", lacks)


def _wrong_bore(bore: Bore, cables: Sequence[Cable], known: Known) -> Iterator[Reason]:
    if bore.ref.duct not in known.ducts:
        yield f"is of duct {bore.ref.duct!r}, no known duct", ("ducts", bore.ref.duct)
    if bore.used_by:
        yield from known.no_organisation("user", bore.used_by)
    if bore.ref.number < 1:
        yield "has a number below 1", None
    if not 0 < bore.diameter_mm < math.inf:
        yield f"is {bore.diameter_mm:g} mm wide, which is no width", None
        return
    if not 0 <= bore.fill_limit_percent <= 100:
        yield f"may be filled to {bore.fill_limit_percent:g} %, which is no share", None
    elif not 0 <= bore.fill_percent <= bore.fill_limit_percent:
        yield f"is filled to {bore.fill_percent:g} %, and may be to {bore.fill_limit_percent:g} %", None
    elif cables:
        yield from _overfull(bore, cables)


def _overfull(bore: Bore, cables: Sequence[Cable]) -> Iterator[Reason]:
    """The share of a bore that a cable takes is that of their cross-sections: (d / D) squared."""
    taken = 100 * sum(cable.diameter_mm**2 for cable in cables) / bore.diameter_mm**2
    named = [f"{cable.code} ({cable.diameter_mm:g} mm)" for cable in cables[:NAMED]]
    more = f" and {len(cables) - NAMED} more" if len(cables) > NAMED else ""
    take = f"{', '.join(named)}{more} {'take' if len(cables) > 1 else 'takes'} {taken:.1f} %"
    if taken > bore.fill_limit_percent + FILL_TOLERANCE_PERCENT:
        yield f"({bore.diameter_mm:g} mm) may be filled to {bore.fill_limit_percent:g} %, and {take} of it", None
    elif taken > bore.fill_percent + FILL_TOLERANCE_PERCENT:
        yield f"({bore.diameter_mm:g} mm) is said to be filled to {bore.fill_percent:g} %, and {take} of it", None


def _cables(known: Known) -> Iterator[Breach]:
    for position, each in enumerate(known.inventory.cable_bores):
        for reason, lacks in _wrong_cable_bore(each, known):
            yield Breach("cable_bores", position, f"cable {each.cable} {reason}", lacks)
    laid: dict[str, list[CableBore]] = {}
    for each in known.inventory.cable_bores:
        laid.setdefault(each.cable, []).append(each)
    for position, cable in enumerate(known.inventory.cables):
        for reason, lacks in _wrong_cable(cable, laid.get(cable.code, ()), known):
            yield Breach("cables", position, f"cable {cable.code} {reason}", lacks)


def _wrong_cable_bore(each: CableBore, known: Known) -> Iterator[Reason]:
    if each.cable not in known.cables:
        yield f"lies in bore {each.bore}, and is no known cable", ("cables", each.cable)
    if each.bore not in known.bores:
        yield f"lies in bore {each.bore}, no known bore", ("bores", each.bore)


def _wrong_cable(cable: Cable, laid: Sequence[CableBore], known: Known) -> Iterator[Reason]:
    yield from known.no_places(cable.a_place, cable.z_place)
    yield from known.no_parties(cable.owner, cable.operator, cable.used_by)
    yield from _wrong_figures(cable)
    for place in (cable.a_place, cable.z_place):
        at = known.places.get(place)
        if at is not None and place not in known.where_strands_are_reached:
            box = "closures" if at.kind in WITH_PARTIES else "odfs"  # what is most likely missing
            yield f"ends at {place}, where there is no closure and no ODF", (box, None)
    if not laid:
        yield "lies in no bore", ("cable_bores", None)
    elif all(each.bore in known.bores for each in laid):
        yield from _wrong_walk(cable, sorted(laid, key=lambda each: each.position), known)


def _wrong_figures(cable: Cable) -> Iterator[Reason]:
    if cable.strand_count < 1 or cable.strands_per_tube < 1:
        yield f"has {cable.strand_count} strands, {cable.strands_per_tube} a tube, and there is one at least", None
    if not 0 < cable.diameter_mm < math.inf:
        yield f"is {cable.diameter_mm:g} mm thick, which is no thickness", None
    if not 0 <= cable.slack_m <= LONGEST_M:
        yield f"has {cable.slack_m:g} m of slack, which is no length", None


def _wrong_walk(cable: Cable, laid: Sequence[CableBore], known: Known) -> Iterator[Reason]:
    """Bores must lead, one after the other, from `a_place` to `z_place`."""
    gap = next((number for number, each in enumerate(laid, 1) if each.position != number), None)
    if gap is not None:
        yield f"has {len(laid)} bores, and none of them at position {gap}", ("cable_bores", (cable.code, gap))
        return
    if len({each.bore for each in laid}) < len(laid):
        twice = next(each.bore for each in laid if sum(other.bore == each.bore for other in laid) > 1)
        yield f"passes bore {twice} twice", None
        return
    at = cable.a_place
    for each in laid:
        duct = known.ducts.get(each.bore.duct)
        if duct is None:
            return
        if at not in (duct.a_place, duct.z_place):
            joins = f"joins {duct.a_place} and {duct.z_place}"
            yield f"is at {at} when it comes to bore {each.bore}, which {joins}", None
            return
        at = duct.z_place if at == duct.a_place else duct.a_place
    if at != cable.z_place:
        yield f"should end at {cable.z_place}, and its bores lead to {at}", None


def _strands(known: Known) -> Iterator[Breach]:
    """Each cable has exactly the strands 1 to its count. That none stands there twice is another rule's subject."""
    found: dict[str, int] = {}
    for position, strand in enumerate(known.inventory.strands):
        cable, number = strand.ref.cable, strand.ref.number
        found[cable] = found.get(cable, 0) + 1
        owner = known.cables.get(cable)
        if owner is None:
            yield Breach("strands", position, f"strand {strand.ref} is of no known cable", ("cables", cable))
        elif not 1 <= number <= owner.strand_count:
            reason = f"strand {strand.ref} is none of the {owner.strand_count} its cable has"
            yield Breach("strands", position, reason)
        if strand.used_by and strand.used_by not in known.organisations:
            for reason, lacks in known.no_organisation("user", strand.used_by):
                yield Breach("strands", position, f"strand {strand.ref} {reason}", lacks)
    short = {cable.code for cable in known.inventory.cables if found.get(cable.code, 0) < cable.strand_count}
    if short:
        yield from _missing_strands(known, short)


def _missing_strands(known: Known, short: set[str]) -> Iterator[Breach]:
    there: dict[str, set[int]] = {}
    for strand in known.inventory.strands:
        if strand.ref.cable in short:
            there.setdefault(strand.ref.cable, set()).add(strand.ref.number)
    for position, cable in enumerate(known.inventory.cables):
        if cable.code in short:
            wanted = range(1, cable.strand_count + 1)
            missing = [number for number in wanted if number not in there.get(cable.code, ())]
            if missing:
                named = ", ".join(map(str, missing[:NAMED])) + (", ..." if len(missing) > NAMED else "")
                reason = f"cable {cable.code} has {cable.strand_count} strands, and {len(missing)} are missing: {named}"
                yield Breach("cables", position, reason, ("strands", StrandRef(cable.code, missing[0])))


def _written(easting_m: float, northing_m: float) -> str:
    return f"{easting_m:.10g} {northing_m:.10g}"
