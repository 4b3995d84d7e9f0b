"""`path`: the best way from a place to another with free strands, or two ways that share nothing. The operator asks."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from inventory.cut import cut
from inventory.cut_target import find_target
from inventory.plant import AssetKind, AssetRef, Duct
from inventory.plant_map import Plant, plant_of
from inventory.routes import BarredPair, Route, RouteAnswer, RouteRequest, SearchLimits, Span
from inventory.routing import find_routes
from inventory.snapshot import Snapshot
from inventory.windows import Window
from provisioning.errors import RequestInvalid
from provisioning.isps import Principal
from provisioning.policy import Action, must
from provisioning.tools import Tools


@dataclass(frozen=True, slots=True)
class PathLeg:
    """One leg, with who owns its ducts and which risks it shares with other ducts. Metres of strand; dB."""

    places: tuple[str, ...]
    spans: tuple[Span, ...]
    ducts: tuple[str, ...]
    owners: tuple[str, ...]
    corridors: tuple[str, ...]
    bridges: tuple[str, ...]
    entries: tuple[str, ...]
    length_m: float
    loss_db: float


@dataclass(frozen=True, slots=True)
class PathAnswer:
    """One leg, or two; see `RouteAnswer` for `shared`, `separation_m`, `closest`, `is_exact`, `method`, `barred`."""

    a_place: str
    z_place: str
    first_day: date
    last_day: date | None
    strands: int
    diverse: bool
    legs: tuple[PathLeg, ...]
    shared: tuple[AssetRef, ...]
    separation_m: float | None
    closest: tuple[str, str] | None
    is_exact: bool
    method: str
    barred: BarredPair | None

    @property
    def sentence(self) -> str:
        """What the two legs have to do with each other, or how long the one is."""
        if not self.diverse:
            return f"{self.legs[0].length_m:,.0f} m of strand, {self.legs[0].loss_db:.2f} dB."
        if self.shared:
            least = "" if self.is_exact else " (the search was cut off: there may be a better pair)"
            shared = ", ".join(str(asset) for asset in self.shared)
            better = "" if self.barred is None else f" {self.barred.sentence}"
            return f"Not fully diverse: both legs use {shared}{least}.{better}"
        shortest = "" if self.is_exact else "; the search was cut off, there may be a shorter pair"
        return f"Diverse: the legs share nothing{self._apart}{shortest}."

    @property
    def _apart(self) -> str:
        if self.separation_m is None or self.closest is None:
            return ""
        return f"; {self.separation_m:,.0f} m apart at the closest ({self.closest[0]} / {self.closest[1]})"


@dataclass(frozen=True, slots=True)
class PathQuestion:
    """What is asked: `avoid` are texts, see `avoided`. `first_day` is None for today, `last_day` for no end."""

    a_place: str
    z_place: str
    first_day: date | None = None
    last_day: date | None = None
    strands: int = 1
    diverse: bool = False
    avoid: tuple[str, ...] = ()
    max_loss_db: float | None = None


def find_path(tools: Tools, who: Principal, question: PathQuestion) -> PathAnswer:
    """Find a path over cables that are there on the first day, with strands that are free all through the window.

    Raises:
        Forbidden: an ISP asks.
        RequestInvalid: a loss that is no number.
        UnknownThing, TargetUnclear, CircleInvalid, CircleOutsideBritain: a place, or something to avoid, is none.
        DatesReversed: the last day is before the first.
        SamePlace, NoRoute, ConsentMissing, PlantNotReady, StrandsExhausted, Avoided, LossTooHigh: see `find_routes`.
    """
    must(who, Action.READ_PLANT, "ask for paths over the plant")
    if question.max_loss_db is not None and not math.isfinite(question.max_loss_db):
        raise RequestInvalid("max_loss_db", "a loss is a number of dB, such as 6.2")
    snapshot = tools.load_snapshot()
    window = Window(question.first_day or tools.now().date(), question.last_day)
    request = RouteRequest(
        question.a_place,
        question.z_place,
        window,
        question.strands,
        question.diverse,
        frozenset(asset for text in question.avoid for asset in avoided(snapshot, text, window.first)),
        question.max_loss_db,
    )
    with tools.open_unit_of_work(reading=True) as work:
        use = work.holds.use(window)
    limits = replace(SearchLimits(), seconds=tools.settings.exact_search_s)
    answer = find_routes(snapshot, use, request, tools.losses, limits)
    return _answer(plant_of(snapshot), request, answer)


def avoided(snapshot: Snapshot, text: str, day: date) -> tuple[AssetRef, ...]:
    """What a text says to avoid: KIND:CODE, the code of a duct or place, or all ducts in EASTING,NORTHING,RADIUS.

    Raises: UnknownThing, TargetUnclear, CircleInvalid, CircleOutsideBritain.
    """
    kind, colon, code = text.partition(":")
    if colon and kind in {each.value for each in AssetKind}:
        return (AssetRef(AssetKind(kind), code),)
    target = find_target(snapshot, plant_of(snapshot), text)
    if isinstance(target, AssetRef):
        return (target,)
    return tuple(AssetRef(AssetKind.DUCT, duct) for duct in cut(snapshot, target, day).ducts)


def _answer(plant: Plant, request: RouteRequest, answer: RouteAnswer) -> PathAnswer:
    return PathAnswer(
        a_place=request.a_place,
        z_place=request.z_place,
        first_day=request.window.first,
        last_day=request.window.last,
        strands=request.strands,
        diverse=request.diverse,
        legs=tuple(_leg(plant, leg) for leg in answer.legs),
        shared=answer.shared,
        separation_m=answer.separation_m,
        closest=answer.closest,
        is_exact=answer.is_exact,
        method=answer.method,
        barred=answer.barred,
    )


def _leg(plant: Plant, route: Route) -> PathLeg:
    ducts = [plant.ducts[code] for code in route.ducts]
    return PathLeg(
        places=route.places,
        spans=route.spans,
        ducts=route.ducts,
        owners=_named(ducts, lambda duct: (duct.owner,)),
        corridors=_named(ducts, lambda duct: (duct.corridor,)),
        bridges=_named(ducts, lambda duct: (duct.bridge,)),
        entries=_named(ducts, lambda duct: (duct.a_entry, duct.z_entry)),
        length_m=route.length_m,
        loss_db=route.loss_db,
    )


def _named(ducts: Sequence[Duct], names: Callable[[Duct], Iterable[str]]) -> tuple[str, ...]:
    """Each name once, in the order in which the leg meets it."""
    return tuple(dict.fromkeys(name for duct in ducts for name in names(duct) if name))
