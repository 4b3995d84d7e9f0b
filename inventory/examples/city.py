"""Put the plant under the city's devices and links: streets, drops, cables, strands, consents."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from random import Random

from inventory.devices import DeviceRole
from inventory.examples import estate
from inventory.examples.cables import Pulled, pull_cables
from inventory.examples.ground import Ground
from inventory.examples.permits import permit
from inventory.examples.plant_plan import ROADS
from inventory.examples.sites import (
    SECOND_ENTRY_EVERY,
    add_column,
    add_nte_site,
    add_public_site,
    made_up_premises,
    public_sites,
)
from inventory.examples.strands import Joined, Joiner, Wanted
from inventory.examples.streets import lay_roads, lay_streets, open_doors
from inventory.places import Place
from inventory.plant import Strand, StrandState
from inventory.premises import Premises, PremisesKind
from inventory.snapshot import Inventory

PREMISES_MORE = 1_000
FIRST_PUBLIC_UPRN = 999930000001
SPREAD_M = 420.0
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


def build_city(active: Inventory, seed: int, scale: int) -> Inventory:
    """Return the inventory with more premises, public sites and all of the plant that carries its links."""
    random = Random(f"{seed} plant")  # noqa: S311 - an example, no secret
    ground = Ground(random)
    exchanges = active.places
    doors = open_doors(ground, exchanges)
    lay_roads(ground, ROADS, doors, exchanges)
    for place in exchanges:
        lay_streets(ground, place, doors[place.code], STREETS)
    more = tuple(_more_premises(random, ground, exchanges, PREMISES_MORE * scale))
    ends = _add_ends(ground, active)
    pulled = pull_cables(random, ground.ways)
    joined = _join(random, ground, pulled, active, ends)
    return _whole(replace(active, premises=(*active.premises, *more)), ground, pulled, joined)


def _more_premises(random: Random, ground: Ground, exchanges: Sequence[Place], wanted: int) -> Iterator[Premises]:
    """The public sites' premises, with the sites put on the ground, and then as many others as are wanted."""
    count = 0
    for code, name, uprn, near in public_sites(exchanges, FIRST_PUBLIC_UPRN, MADE_UP_NAMES):
        premises = made_up_premises(
            random, uprn, near, PremisesKind.PUBLIC, name, estate.POSTCODE_DISTRICTS[near.code], SPREAD_M
        )
        add_public_site(ground, code, name, premises, near.area, count % SECOND_ENTRY_EVERY == 0)
        count += 1
        yield premises
    for index in range(wanted - count):
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


def _join(random: Random, ground: Ground, pulled: Pulled, active: Inventory, ends: dict[str, str]) -> Joined:
    joiner = Joiner(random, ground.places, pulled)
    joiner.frames()
    switches = {device.name for device in active.devices if device.role is DeviceRole.SWITCH}
    for link in active.links:
        is_inside = link.a.device in switches and link.z.device in switches
        apart_from = link.a.device if is_inside else ""
        joiner.carry(Wanted(link, ends[link.a.device], ends[link.z.device], 2 if is_inside else 1, apart_from))
    joiner.pass_uncut()
    joiner.close()
    return joiner.joined


def _whole(active: Inventory, ground: Ground, pulled: Pulled, joined: Joined) -> Inventory:
    ducts = tuple(chain.from_iterable(way.ducts for way in ground.ways))
    consents, covers = permit(ground.ways, {code: place.area for code, place in ground.places.items()})
    return replace(
        active,
        places=tuple(ground.places.values()),
        links=tuple(joined.links),
        ducts=ducts,
        bores=tuple(pulled.bores),
        cables=tuple(pulled.cables),
        cable_bores=tuple(pulled.cable_bores),
        strands=tuple(_strand(strand, pulled, joined) for strand in pulled.strands),
        closures=tuple(joined.closures),
        splices=tuple(joined.splices),
        odfs=tuple(joined.odfs),
        odf_positions=tuple(joined.positions),
        patches=tuple(joined.patches),
        consents=tuple(consents),
        consent_covers=tuple(covers),
    )


def _strand(strand: Strand, pulled: Pulled, joined: Joined) -> Strand:
    """On a full cable, whatever is not lit is its owner's own."""
    if strand.ref.cable in pulled.full and strand.ref not in joined.lit and strand.state is StrandState.USABLE:
        return replace(strand, state=StrandState.SET_ASIDE)
    return strand
