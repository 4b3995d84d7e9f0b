"""How our nouns and NetBox's fields say the same thing. Pure."""

import re
from itertools import count

from inventory.devices import Lifecycle, PortRole

RADIO_TYPE = "ieee802.11ax"
OTHER_TYPE = "other"
LAG_TYPE = "lag"
MANAGEMENT_PORT = "Management1"  # the port that carries a device's management address where no other does

_TYPES = {
    100: "100base-tx",
    1_000: "1000base-t",
    2_500: "2.5gbase-t",
    10_000: "10gbase-x-sfpp",
    25_000: "25gbase-x-sfp28",
    40_000: "40gbase-x-qsfpp",
    50_000: "50gbase-x-sfp56",
    100_000: "100gbase-x-qsfp28",
    200_000: "200gbase-x-qsfp56",
    400_000: "400gbase-x-qsfpdd",
}
_STATUSES = {Lifecycle.PLANNED: "planned", Lifecycle.LIVE: "active", Lifecycle.RETIRED: "decommissioning"}
_LIFECYCLES = {
    "planned": Lifecycle.PLANNED,
    "staged": Lifecycle.PLANNED,
    "inventory": Lifecycle.PLANNED,
    "active": Lifecycle.LIVE,
    "failed": Lifecycle.LIVE,  # broken is an incident, not an end
    "offline": Lifecycle.LIVE,
    "decommissioning": Lifecycle.RETIRED,
}


def interface_type(role: PortRole, speed_mbps: int) -> str:
    """The type a new interface is given; people correct it to the optic that is in it."""
    return RADIO_TYPE if role is PortRole.RADIO else _TYPES.get(speed_mbps, OTHER_TYPE)


def speed_mbps(type_name: str, speed_kbps: int | None) -> int | None:
    """An interface's line rate in Mbit/s; None where neither its speed nor its type says."""
    if speed_kbps:
        return speed_kbps // 1000
    return next((speed for speed, name in _TYPES.items() if name == type_name), None)


def status_of(lifecycle: Lifecycle) -> str:
    """The NetBox device status that says it."""
    return _STATUSES[lifecycle]


def lifecycle_of(status: str) -> Lifecycle | None:
    """What a NetBox device status means here; None for a status somebody made up."""
    return _LIFECYCLES.get(status)


def slug(name: str) -> str:
    """A NetBox slug: lower case letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "unnamed"


def free_slug(name: str, taken: set[str]) -> str:
    """The slug of a new object that none of those `taken` has; it is taken then.

    People's names may differ in what no slug has ("KERLINK" and "Kerlink"), and NetBox wants each slug once.
    """
    first = slug(name)
    found = next(each for number in count(1) if (each := first if number == 1 else f"{first}-{number}") not in taken)
    taken.add(found)
    return found
