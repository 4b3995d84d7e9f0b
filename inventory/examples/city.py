"""Put the plant under the city's devices and links: streets, drops, cables, strands, consents."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from random import Random

from inventory.devices import Device, DeviceRole
from inventory.examples import estate
from inventory.examples.borough_devices import Equipment, equip
from inventory.examples.boroughs import Borough, lay_borough, lay_joins
from inventory.examples.cables import Pulled, pull_cables
from inventory.examples.cells import Cell, borough_cells
from inventory.examples.equipment import Patching
from inventory.examples.estate import switch_name
from inventory.examples.ground import Ground, PublicSite, Way
from inventory.examples.hosted import hosting_positions, panel_positions, panels
from inventory.examples.neighbourhood import lay_streets
from inventory.examples.permits import leases, permit
from inventory.examples.plant_plan import APART, OUTSKIRTS, ROADS
from inventory.examples.second_cables import SecondCable, second_cables, with_port_channels
from inventory.examples.sites import (
    SECOND_ENTRY_EVERY,
    add_column,
    add_nte_site,
    add_public_site,
    made_up_premises,
    public_buildings,
    two_nearest,
)
from inventory.examples.strands import Joined, Joiner, Wanted
from inventory.examples.streets import apart_m, lay_roads, open_doors
from inventory.links import Link
from inventory.places import Place, PlaceKind
from inventory.plant import Strand, StrandState
from inventory.premises import Premises, PremisesKind
from inventory.snapshot import Inventory

PREMISES_MORE = 1_000
FIRST_PUBLIC_UPRN = 999930000001
SPREAD_M = 420.0
DARK_STRANDS = 2  # that are spliced through from a public site to an exchange, for whoever wants them
MADE_UP_NAMES = (
    "Spindlewick",
    "Weftmere",
    "Shuttlebrook",
    "Heddleford",
    "Twillgate",
    "Carderyle",
    "Selvedgeham",
    "Bobbinshaw",
    "Ginnelthorpe",
    "Fustianfield",
    "Calicoby",
)
STREETS = tuple(f"{name} Street" for name in MADE_UP_NAMES)


def build_estate(active: Inventory, seed: int, scale: int) -> Inventory:
    """Return the inventory with more premises, public sites and all of the plant under it, and with boroughs."""
    made = Made(seed)
    made.add_city(active)
    made.add_boroughs(scale - 1)
    return made.inventory()


class Made:
    """What has been made so far: the city first, then one borough after the other."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._random = Random(f"{seed} plant")  # noqa: S311 - an example, no secret
        self._places: dict[str, Place] = {}
        self._premises: list[Premises] = []
        self._ways: list[Way] = []
        self._pulled = Pulled()
        self._joiner = Joiner(self._random, self._places, self._pulled)
        self._patching = Patching()
        self._active = Inventory()
        self._equipment: list[Equipment] = []
        self._seconds: tuple[SecondCable, ...] = ()
        self._ends: Mapping[str, str] = {}

    def add_city(self, active: Inventory) -> None:
        """Put streets, drops, cables and strands under the city's devices and links."""
        random, exchanges = self._random, active.places
        ground = Ground(random, self._places)
        doors = open_doors(ground, exchanges)
        lay_roads(ground, ROADS, doors, exchanges)
        for place in exchanges:
            lay_streets(ground, place, doors[place.code], STREETS)
        more = _more_premises(random, ground, exchanges)
        self._premises = [*active.premises, *more]
        ends = _add_ends(ground, active)
        self._lay(ground, active.devices, active.links, ends)
        self._patching.skip_used(active.links)
        self._seconds = second_cables(active.links, self._patching)
        self._ends = ends
        self._active = active

    def add_boroughs(self, wanted: int) -> None:
        """Put so many boroughs around it, each joined with those before it."""
        junctions = [self._places[f"ch-{name}"] for name in OUTSKIRTS] if wanted else []
        laid: dict[Cell, Borough] = {}
        for number, cell in enumerate(borough_cells(wanted), 1):
            borough = lay_borough(number, cell, self._seed, self._places)
            lay_joins(borough, laid, junctions)
            equipment = equip(borough, self._patching, self._parent(borough, laid))
            self._lay(borough.ground, equipment.devices, equipment.links, equipment.ends)
            self._premises.extend(borough.premises)
            self._equipment.append(equipment)
            laid[cell] = borough

    def _parent(self, borough: Borough, laid: Mapping[Cell, Borough]) -> tuple[str, str]:
        """The second DX of a neighbour, or the city's nearest with room for it."""
        neighbours = [laid[cell] for cell in borough.cell.neighbours() if cell in laid]
        if neighbours:
            dx = min(neighbours, key=lambda other: other.number).exchanges[1]
            return switch_name(dx.code), dx.code
        dxs = [place for place in self._active.places if place.kind is PlaceKind.DX]
        near = sorted(dxs, key=lambda place: apart_m(place, borough.exchanges[0]))
        dx = next(dx for dx in near if self._patching.inwards_left(switch_name(dx.code)))
        return switch_name(dx.code), dx.code

    def _lay(self, ground: Ground, devices: Iterable[Device], links: Iterable[Link], ends: Mapping[str, str]) -> None:
        pull_cables(ground.random, ground.ways, self._pulled)
        carry_links(self._joiner, devices, links, ends, ground.public_sites)
        self._ways.extend(ground.ways)

    def inventory(self) -> Inventory:
        """All of it."""
        seconds = self._carry_seconds()
        self._joiner.close()
        whole = _whole(self._active, self._places, self._ways, self._pulled, self._joiner.joined)
        found = replace(
            whole,
            premises=tuple(self._premises),
            devices=(*whole.devices, *chain.from_iterable(each.devices for each in self._equipment)),
            ports=(*whole.ports, *chain.from_iterable(each.ports for each in self._equipment)),
            handovers=(*whole.handovers, *chain.from_iterable(each.handovers for each in self._equipment)),
        )
        return with_port_channels(found, seconds)

    def _carry_seconds(self) -> Mapping[str, Link]:
        """The second cables, by the code of the link they are the second of."""
        random = Random(f"{self._seed} second cables")  # noqa: S311 - an example, no secret
        found: dict[str, Link] = {}
        for each in self._seconds:
            a_place, z_place = self._ends[each.link.a.device], self._ends[each.link.z.device]
            wanted = Wanted(each.link.code, a_place, z_place, 2, False)
            found[each.first] = self._joiner.carry_elsewhere(each.link, wanted, each.first, random)
        return found


def _more_premises(random: Random, ground: Ground, exchanges: Sequence[Place]) -> Iterator[Premises]:
    """The public sites' premises, with the sites put on the ground, and then as many others as are wanted."""
    count = 0
    for code, name, uprn, near in public_buildings(exchanges, FIRST_PUBLIC_UPRN, MADE_UP_NAMES):
        premises = made_up_premises(
            random, uprn, near, PremisesKind.PUBLIC, name, estate.POSTCODE_DISTRICTS[near.code], SPREAD_M
        )
        exchanges_of = two_nearest(near, exchanges) if count % SECOND_ENTRY_EVERY == 0 else (near.code,)
        add_public_site(ground, code, name, premises, near.area, exchanges_of)
        count += 1
        yield premises
    for index in range(PREMISES_MORE - count):
        yield _home(random, exchanges, index)


def _home(random: Random, exchanges: Sequence[Place], index: int) -> Premises:
    number, turn = index % len(exchanges), index // len(exchanges)
    near = exchanges[number]
    street = f"{random.choice(MADE_UP_NAMES)} {random.choice(('Avenue', 'Court', 'Row', 'Place'))}"
    address = f"{random.randint(1, 199)} {street}, {near.code.split('-', 1)[1].replace('-', ' ').title()} (made up)"
    kind = random.choices((PremisesKind.HOME, PremisesKind.BUSINESS), weights=(88, 12))[0]
    uprn = int(f"9999{number + 1:02d}{81 + turn:06d}")
    return made_up_premises(random, uprn, near, kind, address, estate.POSTCODE_DISTRICTS[near.code], SPREAD_M)


def _add_ends(ground: Ground, active: Inventory) -> dict[str, str]:
    """Put what NTEs are in and access points hang on on the ground; returns the place of each device."""
    places = {place.code: place for place in active.places}
    premises = {each.uprn: each for each in active.premises}
    found: dict[str, str] = {}
    for device in active.devices:
        if device.role is DeviceRole.NTE:
            at = premises[device.uprn or ""]
            found[device.name] = add_nte_site(ground, device, at, places[at.serving_place or ""].area)
        elif device.role is DeviceRole.ACCESS_POINT:
            found[device.name] = add_column(ground, device, places[device.place_code or ""])
        else:
            found[device.name] = device.place_code or ""
    return found


def carry_links(
    joiner: Joiner,
    devices: Iterable[Device],
    links: Iterable[Link],
    ends: Mapping[str, str],
    public_sites: Iterable[PublicSite],
) -> None:
    """Carry links, also over the cables just pulled, and splice public sites through to exchanges.

    `ends` is the place of each device.
    """
    cables = joiner.take_in()
    ends_of_drops = {device.name for device in devices if device.role is not DeviceRole.SWITCH}
    for link in links:
        is_inside = link.a.device not in ends_of_drops
        apart_from = APART.get(link.code, link.a.device) if is_inside else ""
        a_place, z_place = ends[link.a.device], ends[link.z.device]
        joiner.carry(link, Wanted(link.code, a_place, z_place, 2 if is_inside else 1, not is_inside, apart_from))
    for public in public_sites:
        for exchange in public.exchanges:
            joiner.join_if_free(Wanted(public.site, public.site, exchange, DARK_STRANDS, True, public.site))
    joiner.pass_uncut(cables)


def _whole(
    active: Inventory, places: Mapping[str, Place], ways: Sequence[Way], pulled: Pulled, joined: Joined
) -> Inventory:
    consents, covers = permit(ways, {code: place.area for code, place in places.items()})
    for consent, cover in leases():
        consents.append(consent)
        covers.append(cover)
    of_isps = panels(places.values(), active.organisations)
    return replace(
        active,
        places=tuple(places.values()),
        links=tuple(joined.links),
        ducts=tuple(chain.from_iterable(way.ducts for way in ways)),
        bores=tuple(pulled.bores),
        cables=tuple(pulled.cables),
        cable_bores=tuple(pulled.cable_bores),
        strands=tuple(_strand(strand, pulled, joined) for strand in pulled.strands),
        closures=tuple(joined.closures),
        splices=tuple(joined.splices),
        odfs=(*joined.odfs, *of_isps),
        odf_positions=(*joined.positions, *panel_positions(of_isps)),
        patches=tuple(joined.patches),
        consents=tuple(consents),
        consent_covers=tuple(covers),
        hosting_positions=hosting_positions(places.values()),
    )


def _strand(strand: Strand, pulled: Pulled, joined: Joined) -> Strand:
    """On a full cable, whatever is not lit is its owner's own."""
    if strand.ref.cable in pulled.full and strand.ref not in joined.taken and strand.state is StrandState.USABLE:
        return replace(strand, state=StrandState.SET_ASIDE)
    return strand
