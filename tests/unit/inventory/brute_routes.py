"""Routes by trying every simple path: an answer written apart from `inventory.routing`, for small plants only."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations_with_replacement

from inventory.optics import LossFigures
from inventory.places import ENDS_ONLY, PlaceKind
from inventory.plant import AssetKind, AssetRef, StrandState
from inventory.plant_map import Plant, plant_of
from inventory.plant_use import PlantUse
from inventory.readiness import is_there
from inventory.routes import RouteRequest
from inventory.snapshot import Snapshot

type Risks = frozenset[AssetRef]


@dataclass(frozen=True)
class Hop:
    """One span: where it leads, how long its shortest usable cable is, what a leg over it uses."""

    place: str
    ducts: tuple[str, ...]
    length_m: float
    risks: Risks


@dataclass(frozen=True)
class Way:
    """One simple path."""

    places: tuple[str, ...]
    length_m: float
    loss_db: float
    risks: Risks
    ducts: tuple[str, ...]


def ways(snapshot: Snapshot, use: PlantUse, request: RouteRequest, figures: LossFigures) -> list[Way]:
    """Every simple path a request allows, shortest first."""
    plant = plant_of(snapshot)
    ends_only = {place.code for place in snapshot.inventory.places if place.kind in ENDS_ONLY}
    hops = _hops(plant, use, request, ends_only - {request.a_place, request.z_place})
    found = (_way(plant, places, row, request, figures) for places, row in _walk(hops, request))
    bound_db = request.max_loss_db
    fitting = (way for way in found if bound_db is None or way.loss_db <= bound_db + 1e-9)
    return sorted(fitting, key=lambda way: way.length_m)


def best_pair(all_ways: list[Way]) -> tuple[int, float]:
    """The least number of risks two of these share, and the least length of two that share no more."""
    return min(
        (len(one.risks & other.risks), round(one.length_m + other.length_m, 2))
        for one, other in combinations_with_replacement(all_ways, 2)
    )


def _walk(hops: Mapping[str, list[Hop]], request: RouteRequest) -> Iterator[tuple[tuple[str, ...], tuple[Hop, ...]]]:
    stack: list[tuple[tuple[str, ...], tuple[Hop, ...]]] = [((request.a_place,), ())]
    while stack:
        places, row = stack.pop()
        if places[-1] == request.z_place:
            yield places, row
            continue
        stack.extend(((*places, hop.place), (*row, hop)) for hop in hops.get(places[-1], ()) if hop.place not in places)


def _way(
    plant: Plant, places: tuple[str, ...], row: tuple[Hop, ...], request: RouteRequest, figures: LossFigures
) -> Way:
    length_m = sum(hop.length_m for hop in row)
    loss_db = length_m / 1000 * figures.per_km_db + 2 * figures.per_connector_db
    for place in places[1:-1]:
        has_box, has_frame = place in plant.closures_at, place in plant.odfs_at
        loss_db += 2 * figures.per_connector_db if has_frame and not has_box else figures.per_splice_db
    passed = {AssetRef(AssetKind.PLACE, place) for place in places}
    ends = {AssetRef(AssetKind.PLACE, place) for place in (request.a_place, request.z_place)}
    risks = passed.union(*(hop.risks for hop in row)) - ends
    return Way(places, length_m, loss_db, frozenset(risks), tuple(duct for hop in row for duct in hop.ducts))


def _hops(plant: Plant, use: PlantUse, request: RouteRequest, closed: set[str]) -> Mapping[str, list[Hop]]:
    shortest: dict[tuple[str, str, tuple[str, ...]], float] = {}
    for cable in plant.inventory.cables:
        if not _is_usable(plant, use, request, cable.code):
            continue
        ducts = plant.ducts_of(cable.code)
        passed = {end for duct in ducts for end in (plant.ducts[duct].a_place, plant.ducts[duct].z_place)}
        if passed & closed or any(kind_of(plant, end) in ENDS_ONLY for end in passed - {cable.a_place, cable.z_place}):
            continue
        for key in ((cable.a_place, cable.z_place, ducts), (cable.z_place, cable.a_place, ducts[::-1])):
            shortest[key] = min(shortest.get(key, float("inf")), plant.length_m(cable.code))
    found: dict[str, list[Hop]] = {}
    for (a, z, ducts), length_m in shortest.items():
        found.setdefault(a, []).append(Hop(z, ducts, round(length_m, 2), _risks(plant, ducts)))
    return found


def kind_of(plant: Plant, code: str) -> PlaceKind:
    return next(place.kind for place in plant.inventory.places if place.code == code)


def _risks(plant: Plant, ducts: tuple[str, ...]) -> Risks:
    found: set[AssetRef] = set()
    for code in ducts:
        duct = plant.ducts[code]
        found |= {duct.ref, *duct.risks}
        found |= {AssetRef(AssetKind.PLACE, place) for place in (duct.a_place, duct.z_place)}
    return frozenset(found)


def _is_usable(plant: Plant, use: PlantUse, request: RouteRequest, code: str) -> bool:
    cable, ducts = plant.cables[code], [plant.ducts[duct] for duct in plant.ducts_of(code)]
    uses = {cable.ref, *_risks(plant, plant.ducts_of(code))}
    for end in (cable.a_place, cable.z_place):
        uses |= {AssetRef(AssetKind.CLOSURE, each.code) for each in plant.closures_at.get(end, ())}
        uses |= {AssetRef(AssetKind.ODF, each.code) for each in plant.odfs_at.get(end, ())}
    free = [
        strand
        for strand in plant.strands_of[code]
        if strand.state is StrandState.USABLE
        and strand.ref not in plant.lit_strands
        and use.is_free(strand.ref, request.window)
        and AssetRef(AssetKind.STRAND, str(strand.ref)) not in request.avoid
    ]
    return (
        all(is_there(each, request.window.first) for each in (cable, *ducts))
        and not any(plant.consents.gap(asset, request.window) for asset in uses)
        and not uses & request.avoid
        and len(free) >= request.strands
    )
