"""Pull the example's cables through its ducts: bores and how full they are, cables, and every strand of them."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from inventory.examples.ground import Way
from inventory.examples.plant_plan import FULL, GINNEL, SET_ASIDE_TUBE, SPINE
from inventory.plant import AssetStatus, Bore, BoreRef, Cable, CableBore, Strand, StrandRef, StrandState

OUTER_MM = {2: 3.0, 4: 4.0, 12: 6.0, 24: 8.0, 48: 10.0, 96: 13.0, 144: 15.5}
BORES_MM = {"trunk": (50.0, 50.0, 50.0, 50.0), "distribution": (50.0, 50.0), "drop": (25.0,), "none": (90.0, 90.0)}
OLD_BORES_MM = (90.0, 90.0, 50.0)  # of the Corridor duct: others' cables lie in them
FILL_LIMIT_PERCENT = 53.0
FULL_OLD_BORE = 3
TUBE = 12
FAULTY_ONE_IN = 25  # cables that have a faulty strand


@dataclass(slots=True)
class Pulled:
    """What has been pulled. Strands may pass uncut between the cables of one run: of one way, and of one size."""

    bores: list[Bore] = field(default_factory=list)
    cables: list[Cable] = field(default_factory=list)
    cable_bores: list[CableBore] = field(default_factory=list)
    strands: list[Strand] = field(default_factory=list)
    lengths_m: dict[str, float] = field(default_factory=dict)
    ducts_of: dict[str, tuple[str, ...]] = field(default_factory=dict)
    run_of: dict[str, int] = field(default_factory=dict)
    unusable: set[StrandRef] = field(default_factory=set)
    full: set[str] = field(default_factory=set)
    spine: set[str] = field(default_factory=set)
    way_count: int = 0


def pull_cables(random: Random, ways: Sequence[Way], pulled: Pulled) -> None:
    """Pull a cable through every stretch of these ways between two places where strands can be reached."""
    trunk_stops, stops = _stops(ways)
    for number, way in enumerate(ways, pulled.way_count):
        if way.trunk:
            _pull(random, pulled, way, "tr", way.trunk, trunk_stops, 1, 2 * number)
        if way.distribution:
            _pull(random, pulled, way, "ca", way.distribution, stops, 2, 2 * number + 1)
        if way.drop:
            _pull(random, pulled, way, "dr", way.drop, stops, 1, 2 * number)
        pulled.bores.extend(_bores(random, way))
    pulled.way_count += len(ways)


def _stops(ways: Sequence[Way]) -> tuple[set[str], set[str]]:
    """The places where a trunk cable ends, and where any other does."""
    trunks: Counter[str] = Counter()
    others: Counter[str] = Counter()
    ends: set[str] = set()
    trunk_ends: set[str] = set()
    for way in ways:
        if way.trunk:
            trunks.update(set(way.places))
            trunk_ends.update((way.places[0], way.places[-1], *way.junctions))
        if way.distribution or way.drop:
            others.update(set(way.places))
            ends.update((way.places[0], way.places[-1], *way.junctions))
    trunk_stops = trunk_ends | {place for place, count in trunks.items() if count > 1}
    return trunk_stops, trunk_stops | ends | {place for place, count in others.items() if count > 1}


def _pull(
    random: Random, pulled: Pulled, way: Way, prefix: str, count: int, stops: set[str], bore: int, run: int
) -> None:
    begin = 0
    number = way.first_cable
    for end in range(1, len(way.places)):
        if end < len(way.places) - 1 and way.places[end] not in stops:
            continue
        name = way.code.removeprefix("drop-") if prefix == "dr" else f"{way.code}-{number:02d}"
        cable = _cable(random, way, f"{prefix}-{name}", way.places[begin], way.places[end], count)
        ducts = way.ducts[begin:end]
        pulled.cables.append(cable)
        pulled.run_of[cable.code] = run
        if way.code in SPINE:
            pulled.spine.add(cable.code)
        pulled.ducts_of[cable.code] = tuple(duct.code for duct in ducts)
        pulled.lengths_m[cable.code] = sum(duct.length_m for duct in ducts) + cable.slack_m
        pulled.cable_bores.extend(
            CableBore(cable.code, position, BoreRef(duct.code, bore)) for position, duct in enumerate(ducts, 1)
        )
        pulled.strands.extend(_strands(random, pulled, way, cable))
        begin, number = end, number + 1


def _cable(random: Random, way: Way, code: str, a: str, z: str, count: int) -> Cable:
    slack_m = float(random.randint(4, 20)) if count > TUBE else float(random.randint(1, 5))
    used_by = GINNEL
    return Cable(
        code,
        a,
        z,
        count,
        min(TUBE, count),
        OUTER_MM[count],
        slack_m,
        way.owner,
        GINNEL,
        used_by,
        way.status,
        way.ready_from,
    )


def _strands(random: Random, pulled: Pulled, way: Way, cable: Cable) -> Iterator[Strand]:
    """Every strand: a few are faulty, and the last tube of some is its owner's own."""
    faulty = random.randint(cable.strand_count // 2 + 1, cable.strand_count - TUBE) if _may_fault(random, cable) else 0
    if way.code in FULL:
        pulled.full.add(cable.code)
    for number in range(1, cable.strand_count + 1):
        ref = StrandRef(cable.code, number)
        if number == faulty:
            yield Strand(ref, StrandState.FAULTY)
            pulled.unusable.add(ref)
        elif way.code in SET_ASIDE_TUBE and number > cable.strand_count - TUBE:
            yield Strand(ref, StrandState.SET_ASIDE, way.owner)
            pulled.unusable.add(ref)
        else:
            yield Strand(ref)


def _may_fault(random: Random, cable: Cable) -> bool:
    return random.randrange(FAULTY_ONE_IN) == 0 and cable.strand_count > 2 * TUBE and cable.status is AssetStatus.LIVE


def _bores(random: Random, way: Way) -> Iterator[Bore]:
    """Four in a trunk road, two in others, one in a drop. In the old duct other people's cables lie as well."""
    is_old = way.code in SET_ASIDE_TUBE
    tier = "trunk" if way.trunk else "distribution" if way.distribution else "drop" if way.drop else "none"
    diameters_mm = OLD_BORES_MM if is_old else BORES_MM[tier]
    ours = {1: way.trunk or way.drop, 2: way.distribution}
    for duct in way.ducts:
        for number, diameter_mm in enumerate(diameters_mm, 1):
            own = ours.get(number, 0)
            percent = _share_percent(OUTER_MM[own], diameter_mm) if own else 0.0
            if is_old:
                percent += FILL_LIMIT_PERCENT if number == FULL_OLD_BORE else random.randint(12, 40)
            used_by = way.owner if is_old and number == FULL_OLD_BORE else ""
            yield Bore(BoreRef(duct.code, number), diameter_mm, round(percent, 1), FILL_LIMIT_PERCENT, used_by)


def _share_percent(outer_mm: float, inner_mm: float) -> float:
    """The share of a bore's cross-section that a cable takes, upwards to a tenth."""
    return math.ceil(1000 * (outer_mm / inner_mm) ** 2) / 10
