"""What of a duct, a cable or a place is free, held and sold on a day, and when that changes. Pure.

A strand or position counts once: a faulty strand is faulty whoever has it, one that is set aside is set
aside; of the others those that a service holds are sold, those that a reservation holds are held, those that a
port lights are lit, and the rest is free.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from inventory.cable_sizes import room_mm, usual_strands
from inventory.errors import UnknownThing
from inventory.plant import AssetKind, AssetRef, Bore, BoreRef, Cable, Odf, PositionRef, Strand, StrandRef, StrandState
from inventory.plant_errors import AssetUnclear
from inventory.plant_map import Plant, plant_of
from inventory.plant_use import Hold, PlantUse
from inventory.readiness import why_not_there
from inventory.snapshot import Snapshot

MOST_CHANGES = 10


@dataclass(frozen=True, slots=True)
class BoreRoom:
    """A bore, the cables of ours in it, and the thickest cable that still fits: its diameter, and its usual strands."""

    bore: BoreRef
    diameter_mm: float
    fill_percent: float
    fill_limit_percent: float
    used_by: str
    cables: tuple[str, ...]
    room_mm: float
    room_strands: int


@dataclass(frozen=True, slots=True)
class StrandCounts:
    """Of `total` strands, `usable` are neither faulty nor set aside: these are lit, held, sold or free."""

    total: int
    usable: int
    lit: int
    held: int
    sold: int
    free: int
    faulty: int
    set_aside: int


@dataclass(frozen=True, slots=True)
class CableRoom:
    """A cable and its strands. `away` says why it cannot be used on that day, "" where it can."""

    cable: str
    a_place: str
    z_place: str
    away: str
    strands: StrandCounts


@dataclass(frozen=True, slots=True)
class OdfRoom:
    """An ODF's positions: `used` have a patch in front and are neither held nor sold. `idle` are the free ones that
    have no strand behind."""

    odf: str
    place: str
    total: int
    used: int
    held: int
    sold: int
    free: int
    idle: int


@dataclass(frozen=True, slots=True)
class Change:
    """A day on which holds begin or end: how many strands and positions become taken, and how many free."""

    day: date
    strands_taken: int
    strands_freed: int
    positions_taken: int
    positions_freed: int


@dataclass(frozen=True, slots=True)
class Capacity:
    """The answer about one asset on one day, and the next days on which something of it changes."""

    asset: AssetRef
    day: date
    away: str
    bores: tuple[BoreRoom, ...]
    cables: tuple[CableRoom, ...]
    odfs: tuple[OdfRoom, ...]
    changes: tuple[Change, ...]


def capacity_of(snapshot: Snapshot, use: PlantUse, text: str, day: date) -> Capacity:
    """Say what is free of a duct (its bores and cables), a cable (its strands, the bores it lies in) or a place
    (its ODFs, and the cables and bores that end there). `use` has the holds of all days, for the changes.

    Raises: UnknownThing, AssetUnclear.
    """
    plant = plant_of(snapshot)
    asset = named_asset(snapshot, plant, text)
    ducts, cables = _around(plant, asset)
    odfs = plant.odfs_at.get(asset.code, ()) if asset.kind is AssetKind.PLACE else ()
    bores = (bore for duct in ducts for bore in plant.bores_of.get(duct, ()))
    if asset.kind is AssetKind.CABLE:
        bores = (plant.bores[ref] for ref in plant.route_of.get(asset.code, ()))
    positions = [ref for odf in odfs for ref in plant.positions_of.get(odf.code, ())]
    strands = [strand.ref for cable in cables for strand in plant.strands_of.get(cable.code, ())]
    return Capacity(
        asset,
        day,
        _why_away(plant, asset, day),
        tuple(_bore_room(plant, bore) for bore in bores),
        tuple(_cable_room(plant, use, cable, day) for cable in cables),
        tuple(_odf_room(plant, use, odf, day) for odf in odfs),
        tuple(_changes(use, strands, positions, day))[:MOST_CHANGES],
    )


def named_asset(snapshot: Snapshot, plant: Plant, text: str) -> AssetRef:
    """The duct, cable or place of that code; "duct:CODE" and the like say which kind.

    Raises: UnknownThing, AssetUnclear.
    """
    known: Mapping[AssetKind, Mapping[str, object]] = {
        AssetKind.DUCT: plant.ducts,
        AssetKind.CABLE: plant.cables,
        AssetKind.PLACE: snapshot.places,
    }
    for kind, things in known.items():
        if text.startswith(f"{kind}:"):
            code = text.removeprefix(f"{kind}:")
            if code not in things:
                raise UnknownThing(kind.value, code)
            return AssetRef(kind, code)
    found = [AssetRef(kind, text) for kind, things in known.items() if text in things]
    if not found:
        raise UnknownThing("duct, cable or place", text)
    if len(found) > 1:
        raise AssetUnclear(text, [each.kind.value for each in found])
    return found[0]


def count_strands(plant: Plant, use: PlantUse, strands: Iterable[Strand], day: date) -> StrandCounts:
    """Count strands by what they are on a day."""
    counts = Counter(_state_of(plant, use, strand, day) for strand in strands)
    faulty, set_aside = counts["faulty"], counts["set-aside"]
    total = sum(counts.values())
    usable = total - faulty - set_aside
    return StrandCounts(total, usable, counts["lit"], counts["held"], counts["sold"], counts["free"], faulty, set_aside)


def _state_of(plant: Plant, use: PlantUse, strand: Strand, day: date) -> str:
    if strand.state is not StrandState.USABLE:
        return strand.state.value
    return _taken(use.strands.get(strand.ref, ()), day) or ("lit" if strand.ref in plant.lit_strands else "free")


def _taken(holds: Sequence[Hold], day: date) -> str:
    """ "sold" or "held" on that day, "" where neither."""
    of_day = [hold.is_sold for hold in holds if hold.window.has(day)]
    if not of_day:
        return ""
    return "sold" if any(of_day) else "held"


def _around(plant: Plant, asset: AssetRef) -> tuple[Sequence[str], Sequence[Cable]]:
    """The ducts whose bores, and the cables whose strands, an answer about an asset has."""
    if asset.kind is AssetKind.DUCT:
        return (asset.code,), [plant.cables[code] for code in plant.cables_in_duct.get(asset.code, ())]
    if asset.kind is AssetKind.CABLE:
        return (), [plant.cables[asset.code]]
    return [duct.code for duct in plant.ducts_at.get(asset.code, ())], plant.cables_at.get(asset.code, ())


def _why_away(plant: Plant, asset: AssetRef, day: date) -> str:
    if asset.kind is AssetKind.PLACE:
        return ""
    return why_not_there(plant.ducts[asset.code] if asset.kind is AssetKind.DUCT else plant.cables[asset.code], day)


def _bore_room(plant: Plant, bore: Bore) -> BoreRoom:
    fitting_mm = room_mm(bore)
    return BoreRoom(
        bore.ref,
        bore.diameter_mm,
        bore.fill_percent,
        bore.fill_limit_percent,
        bore.used_by or plant.ducts[bore.ref.duct].used_by,
        tuple(plant.cables_in_bore.get(bore.ref, ())),
        fitting_mm,
        usual_strands(fitting_mm),
    )


def _cable_room(plant: Plant, use: PlantUse, cable: Cable, day: date) -> CableRoom:
    counts = count_strands(plant, use, plant.strands_of.get(cable.code, ()), day)
    return CableRoom(cable.code, cable.a_place, cable.z_place, why_not_there(cable, day), counts)


def _odf_room(plant: Plant, use: PlantUse, odf: Odf, day: date) -> OdfRoom:
    counts: Counter[str] = Counter()
    for ref in plant.positions_of.get(odf.code, ()):
        state = _taken(use.positions.get(ref, ()), day) or ("used" if ref in plant.patch_at else "free")
        counts[state] += 1
        counts["idle"] += state == "free" and ref not in plant.strand_behind
    total = counts["used"] + counts["held"] + counts["sold"] + counts["free"]
    taken = counts["used"], counts["held"], counts["sold"]
    return OdfRoom(odf.code, odf.place, total, *taken, counts["free"], counts["idle"])


def _changes(
    use: PlantUse, strands: Iterable[StrandRef], positions: Iterable[PositionRef], day: date
) -> Iterator[Change]:
    """The days after `day` on which a hold begins, or the first on which one has ended, in order."""
    counts: dict[date, Counter[str]] = {}
    holds = [("strands", hold) for ref in strands for hold in use.strands.get(ref, ())]
    holds += [("positions", hold) for ref in positions for hold in use.positions.get(ref, ())]
    for kind, hold in holds:
        for what, on in (("taken", hold.window.first), ("freed", _day_after(hold.window.last))):
            if on is not None and on > day:
                counts.setdefault(on, Counter())[f"{kind} {what}"] += 1
    for on, found in sorted(counts.items()):
        yield Change(
            on, found["strands taken"], found["strands freed"], found["positions taken"], found["positions freed"]
        )


def _day_after(day: date | None) -> date | None:
    return None if day is None or day == date.max else day + timedelta(days=1)
