"""Made-up estates of any size, from a seed: a grid of switches, and streets of premises."""

import random

from inventory.devices import Device, DeviceRole, PortRef
from inventory.links import Link
from inventory.places import Place, PlaceKind
from inventory.premises import Premises, PremisesKind
from inventory.snapshot import Inventory

SEED = 1904


def network(devices: int, links: int) -> Inventory:
    """A connected network of switches: each joined to one before it, and links between neighbours in number."""
    rng = random.Random(SEED)
    pairs = [(number, rng.randrange(max(0, number - 50), number)) for number in range(1, devices)]
    while len(pairs) < links:
        a = rng.randrange(devices)
        z = min(devices - 1, max(0, a + rng.randrange(-200, 200)))
        if a != z:
            pairs.append((a, z))
    return Inventory(
        devices=tuple(_switch(number) for number in range(devices)),
        links=tuple(
            Link(f"l{number}", _port(a, number), _port(z, number), 100_000, rng.randrange(5_000, 300_000) / 100)
            for number, (a, z) in enumerate(pairs)
        ),
    )


def premises(count: int) -> Inventory:
    """Premises of one city, twenty to a postcode, all reached from one place."""
    rng = random.Random(SEED)
    place = Place("dxp", "A neighbourhood", PlaceKind.DXP, "North", 384_500.0, 397_500.0)
    return Inventory(places=(place,), premises=tuple(_premises(rng, number) for number in range(count)))


def _switch(number: int) -> Device:
    return Device(f"sw-{number}", DeviceRole.SWITCH, "eos", "Maker", "M1", f"S{number}", "dxp", None, None)


def _port(device: int, link: int) -> PortRef:
    return PortRef(f"sw-{device}", f"Ethernet{link}")


def _premises(rng: random.Random, number: int) -> Premises:
    sector = number // 20
    area, inward = divmod(sector, 4_000)
    postcode = f"M{area + 1} {inward // 400}{chr(65 + inward // 20 % 20)}{chr(65 + inward % 20)}"
    address = f"{number % 20 + 1} {rng.choice(_FIRST)}{rng.choice(_LAST)} {rng.choice(_WAYS)}, Manchester (made up)"
    easting_m, northing_m = 380_000.0 + number % 1_000, 390_000.0 + number // 1_000
    return Premises(str(999_900_000_000 + number), address, postcode, PremisesKind.HOME, easting_m, northing_m, "dxp")


_FIRST = ("Loom", "Mill", "Bee", "Canal", "Cotton", "Weaver", "Quay", "Brick", "Tram", "Moss", "Ash", "Birch")
_LAST = ("field", "gate", "side", "wood", "bank", "ton", "ley", "brook", "dale", "croft")
_WAYS = ("Street", "Road", "Lane", "Avenue", "Close", "Way")
