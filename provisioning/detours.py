"""Ways round what a cut takes: for each two places whose cables or links are lost, the shortest that are left. Pure.

A way round needs as many free strands side by side as the lost thing had lit (at least one), with
consents for the day. It is where light could go after splicing, not where it goes by itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from inventory.cut import Cut, lit_strands_in
from inventory.optics import LossFigures
from inventory.plant_errors import PlantError
from inventory.plant_map import Plant, plant_of
from inventory.plant_use import PlantUse
from inventory.routes import Route, RouteRequest
from inventory.routing import rank_routes
from inventory.snapshot import Snapshot
from inventory.windows import on

MOST_SPANS = 10
"""How many pairs of places a cut's answer looks at: those with most lit strands first."""


@dataclass(frozen=True, slots=True)
class Detour:
    """The ways from one place to another, best first, for so many strands; `why_none` where there is none.

    `instead_of` are the cables and links that are lost between the two.
    """

    a_place: str
    z_place: str
    instead_of: tuple[str, ...]
    strands: int
    routes: tuple[Route, ...]
    why_none: str = ""


@dataclass(frozen=True, slots=True)
class _Span:
    """Two places that lost a cable or a link, and how many lit strands it had."""

    a_place: str
    z_place: str
    lost: str
    strands: int


def detours(
    snapshot: Snapshot, use: PlantUse, cut: Cut, day: date, count: int, figures: LossFigures
) -> tuple[Detour, ...]:
    """Return up to `count` ways round for each of the first `MOST_SPANS` pairs of places, most lit strands first."""
    found: dict[tuple[str, str], list[_Span]] = {}
    for span in _lost_spans(plant_of(snapshot), _places_of_devices(snapshot), cut):
        found.setdefault((span.a_place, span.z_place), []).append(span)
    ordered = sorted(found.items(), key=lambda item: (*_urgency(item[1]), item[0]))
    return tuple(_detour(snapshot, use, cut, day, count, figures, spans) for _, spans in ordered[:MOST_SPANS])


def _urgency(spans: list[_Span]) -> tuple[int, bool]:
    """Most lit strands first; of equally many, what lost a link before what lost a piece of cable."""
    return -max(span.strands for span in spans), not any(span.lost.startswith("link ") for span in spans)


def _lost_spans(plant: Plant, places: Mapping[str, str | None], cut: Cut) -> Iterator[_Span]:
    gone = set(cut.places)
    lit = lit_strands_in(plant, cut.cables)
    for code in cut.cables:
        cable = plant.cables[code]
        if gone.isdisjoint({cable.a_place, cable.z_place}):
            a_place, z_place = sorted((cable.a_place, cable.z_place))
            yield _Span(a_place, z_place, f"cable {code}", lit[code])
    for code in cut.links:
        link = plant.links[code]
        ends = {place for place in (places.get(link.a.device), places.get(link.z.device)) if place is not None}
        if len(ends) == 2 and gone.isdisjoint(ends):
            a_place, z_place = sorted(ends)
            yield _Span(a_place, z_place, f"link {code}", len(plant.fibres_of_link.get(code, ())))


def _detour(
    snapshot: Snapshot, use: PlantUse, cut: Cut, day: date, count: int, figures: LossFigures, spans: list[_Span]
) -> Detour:
    first = spans[0]
    strands = max(1, *(span.strands for span in spans))
    request = RouteRequest(first.a_place, first.z_place, on(day), strands=strands, avoid=cut.lost)
    lost = tuple(span.lost for span in spans)
    try:
        routes = rank_routes(snapshot, use, request, count, figures)
    except PlantError as error:
        return Detour(first.a_place, first.z_place, lost, strands, (), error.sentence)
    return Detour(first.a_place, first.z_place, lost, strands, routes)


def _places_of_devices(snapshot: Snapshot) -> Mapping[str, str | None]:
    return {device.name: device.place_code for device in snapshot.inventory.devices}
