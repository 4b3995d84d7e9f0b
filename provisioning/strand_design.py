"""Design an order for strands: routes, their fibres, and the ODF positions they end at. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from inventory.fibres import pick_fibres
from inventory.optics import LossFigures
from inventory.plant import PositionRef, StrandRef
from inventory.plant_errors import LossTooHigh
from inventory.plant_map import plant_of
from inventory.plant_use import PlantUse
from inventory.routes import RouteRequest, StrandLeg
from inventory.routing import find_routes
from inventory.snapshot import Snapshot
from inventory.windows import Window
from provisioning.strand_errors import NoDiverseRoute
from provisioning.wanted import StrandsWanted

PAIR = 2  # strands side by side: one to send on, one to receive on


def design_strands(
    snapshot: Snapshot, use: PlantUse, wanted: StrandsWanted, figures: LossFigures
) -> tuple[StrandLeg, ...]:
    """Return the leg of a pair of strands, or two where they are to be diverse, on what is free in the window.

    Raises:
        RouteRefused: the plant cannot carry it (no route, no consent, not ready, no free strands, too much loss).
        NoDiverseRoute: every two routes share something; it names the consents without which they do.
        UnknownThing: no such place.
    """
    request = RouteRequest(
        wanted.a_place,
        wanted.z_place,
        wanted.window,
        strands=PAIR,
        diverse=wanted.diverse,
        max_loss_db=wanted.max_loss_db,
    )
    answer = find_routes(snapshot, use, request, figures)
    if wanted.diverse and answer.shared:
        raise NoDiverseRoute(wanted.a_place, wanted.z_place, answer.shared, answer.barred)
    legs = [pick_fibres(snapshot, use, wanted.window, route, PAIR, figures) for route in answer.legs]
    if wanted.max_loss_db is not None and (worst_db := max(leg.loss_db for leg in legs)) > wanted.max_loss_db:
        raise LossTooHigh(wanted.a_place, wanted.z_place, wanted.max_loss_db, worst_db)
    return tuple(_with_positions(snapshot, use, legs, wanted.window))


def _with_positions(
    snapshot: Snapshot, use: PlantUse, legs: Sequence[StrandLeg], window: Window
) -> Iterator[StrandLeg]:
    """Name the position each fibre's end is at, or the free one it is to be put on, where its place has an ODF."""
    plant = plant_of(snapshot)
    taken: set[PositionRef] = set()
    for leg in legs:
        there: list[PositionRef] = []
        new: list[tuple[StrandRef, PositionRef]] = []
        for fibre in leg.fibres:
            for strand, place in ((fibre[0], leg.a_place), (fibre[-1], leg.z_place)):
                position = plant.position_at.get((strand, place))
                if position is None:
                    position = _free_position(snapshot, use, place, window, taken)
                    new += [] if position is None else [(strand, position)]
                if position is not None:
                    there.append(position)
                    taken.add(position)
        yield replace(leg, positions=tuple(there), new_positions=tuple(new))


def _free_position(
    snapshot: Snapshot, use: PlantUse, place: str, window: Window, taken: Collection[PositionRef]
) -> PositionRef | None:
    """The lowest position at a place that nothing is behind, in front of, or held for; no ISP's panel has any."""
    plant = plant_of(snapshot)
    for odf in plant.odfs_at.get(place, ()):
        user = snapshot.organisations.get(odf.used_by)
        if user is not None and user.is_isp:
            continue
        for number in range(1, odf.position_count + 1):
            position = PositionRef(odf.code, number)
            is_used = position in taken or position in plant.strand_behind or position in plant.patch_at
            if not is_used and use.is_free_position(position, window) and position in plant.positions:
                return position
    return None
