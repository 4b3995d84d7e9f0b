"""Small random plants for property tests: parallel cables, long cables over short ones, shared risks, taken strands."""

import random
from dataclasses import dataclass
from datetime import date

from inventory.consents import Consent, ConsentCover
from inventory.places import Place, PlaceKind
from inventory.plant import (
    AssetKind,
    AssetRef,
    AssetStatus,
    Bore,
    BoreRef,
    Cable,
    CableBore,
    Closure,
    Duct,
    Odf,
    Strand,
    StrandRef,
    StrandState,
)
from inventory.plant_use import Hold, PlantUse
from inventory.snapshot import Inventory, Snapshot
from inventory.windows import Window

DAY = date(2027, 3, 1)
WINDOW = Window(DAY, date(2027, 3, 31))
PARTIES = ("owner", "coop", "coop")
CITY_M = 1_000


@dataclass(frozen=True)
class Maze:
    """A plant, and what of it is held."""

    snapshot: Snapshot
    use: PlantUse


def maze(seed: int, places: int = 7, ducts: int = 11, *, is_hostile: bool = True) -> Maze:
    """A random plant; a hostile one has bars of every kind: dates, consents, faults and holds."""
    return _Builder(seed, places, ducts, is_hostile).build()


class _Builder:
    def __init__(self, seed: int, places: int, ducts: int, is_hostile: bool) -> None:
        self.rng = random.Random(seed)
        self.is_hostile = is_hostile
        self.places = [
            Place(f"p{number}", f"P{number}", self._kind(), "", self._metres(), self._metres(), "", *PARTIES)
            for number in range(places)
        ]
        self.ducts = self._ducts(ducts)
        self.cables: list[Cable] = []
        self.cable_bores: list[CableBore] = []
        self.strands: list[Strand] = []
        self.held: dict[StrandRef, list[Hold]] = {}

    def build(self) -> Maze:
        for duct in self.ducts:
            for _ in range(self.rng.choice((1, 1, 1, 2)) if self._chance(0.85) else 0):
                self._cable((duct,), duct.a_place)
        for _ in range(len(self.ducts) // 3):
            self._long_cable()
        inventory = Inventory(
            places=tuple(self.places),
            ducts=tuple(self.ducts),
            bores=tuple(Bore(BoreRef(duct.code, 1), 90.0, 10.0, 40.0) for duct in self.ducts),
            cables=tuple(self.cables),
            cable_bores=tuple(self.cable_bores),
            strands=tuple(self.strands),
            closures=tuple(
                Closure(f"box-{place.code}", place.code, 48, *PARTIES) for place in self.places if self._chance(0.6)
            ),
            odfs=tuple(
                Odf(f"odf-{place.code}", place.code, 48, *PARTIES) for place in self.places if self._chance(0.5)
            ),
            **self._consents(),
        )
        return Maze(Snapshot(inventory), PlantUse({strand: tuple(holds) for strand, holds in self.held.items()}))

    def _chance(self, of: float) -> bool:
        return self.rng.random() < of

    def _kind(self) -> PlaceKind:
        return PlaceKind.SITE if self._chance(0.15) else PlaceKind.CHAMBER

    def _metres(self) -> float:
        return float(380_000 + self.rng.randrange(CITY_M))

    def _ducts(self, count: int) -> list[Duct]:
        found = []
        for number in range(count):
            a, z = self.rng.sample(self.places, 2)
            if number < len(self.places) - 1:
                a, z = self.places[self.rng.randrange(number + 1)], self.places[number + 1]
            ends = ((a.easting_m, a.northing_m), (z.easting_m, z.northing_m))
            found.append(
                Duct(
                    f"d{number}",
                    a.code,
                    z.code,
                    ends,
                    self.rng.randrange(1_000, 40_000) / 100,
                    *PARTIES,
                    status=self._status(),
                    ready_from=self._ready(),
                    corridor=self.rng.choice(("", "", "", "tram", "heat")),
                    bridge=self.rng.choice(("", "", "", "", "arch")),
                    a_entry=self._entry(a.code),
                    z_entry=self._entry(z.code),
                )
            )
        return found

    def _entry(self, place: str) -> str:
        return self.rng.choice(("", f"{place}-front", f"{place}-back")) if self._chance(0.3) else ""

    def _status(self) -> AssetStatus:
        if not self.is_hostile or self._chance(0.93):
            return AssetStatus.LIVE
        return self.rng.choice(list(AssetStatus))

    def _ready(self) -> date | None:
        if not self.is_hostile or self._chance(0.9):
            return None
        return date(2027, self.rng.randrange(1, 6), 1)

    def _long_cable(self) -> None:
        """Through several ducts, pulled past the places between them."""
        at = start = self.rng.choice(self.places).code
        way: list[Duct] = []
        for _ in range(self.rng.choice((2, 2, 3))):
            onward = [duct for duct in self.ducts if at in (duct.a_place, duct.z_place) and duct not in way]
            if not onward:
                break
            way.append(self.rng.choice(onward))
            at = way[-1].z_place if way[-1].a_place == at else way[-1].a_place
        if way and at != start:
            self._cable(tuple(way), start)

    def _cable(self, ducts: tuple[Duct, ...], a_place: str) -> None:
        code = f"k{len(self.cables)}"
        z_place = a_place
        for position, duct in enumerate(ducts, start=1):
            z_place = duct.z_place if duct.a_place == z_place else duct.a_place
            self.cable_bores.append(CableBore(code, position, BoreRef(duct.code, 1)))
        slack_m = self.rng.randrange(2_000) / 100
        dates = (self._status(), self._ready())
        self.cables.append(Cable(code, a_place, z_place, 4, 4, 10.0, slack_m, *PARTIES, *dates))
        for number in range(1, 5):
            self._strand(StrandRef(code, number))

    def _strand(self, ref: StrandRef) -> None:
        states = (StrandState.USABLE,) * 6 + ((StrandState.FAULTY, StrandState.SET_ASIDE) if self.is_hostile else ())
        self.strands.append(Strand(ref, self.rng.choice(states)))
        if self.is_hostile and self._chance(0.25):
            month = self.rng.randrange(1, 7)
            window = Window(date(2027, month, 1), date(2027, month, 20) if self._chance(0.8) else None)
            self.held[ref] = [Hold(window, "S-1", True)]

    def _consents(self) -> dict[str, tuple[object, ...]]:
        first = date(2020, 1, 1)
        consents = [Consent("c0", "Council", "L0", "licence", first, None, 0)]
        covers = []
        for number, duct in enumerate(self.ducts, start=1):
            if not self.is_hostile or self._chance(0.85):
                covers.append(ConsentCover("c0", duct.ref))
                continue
            half = date(2027, 3, self.rng.choice((1, 15, 31)))
            consents.append(Consent(f"c{number}", "Farm", "L1", "wayleave", first, half, 0))
            covers.append(ConsentCover(f"c{number}", duct.ref))
            if self._chance(0.6):
                later = half.replace(day=min(half.day + self.rng.choice((0, 1, 2)), 31))
                consents.append(Consent(f"e{number}", "Farm", "L1", "wayleave", later, None, 0))
                covers.append(ConsentCover(f"e{number}", duct.ref))
        if self.is_hostile and self._chance(0.4):
            consents.append(Consent("old", "Mill", "L2", "lease", first, date(2026, 1, 1), 0))
            named = self.rng.choice(
                (
                    AssetRef(AssetKind.PLACE, self.rng.choice(self.places).code),
                    AssetRef(AssetKind.CABLE, "k0"),
                )
            )
            covers.append(ConsentCover("old", named))
        return {"consents": tuple(consents), "consent_covers": tuple(covers)}
