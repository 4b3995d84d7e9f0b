"""What may be ordered in the model's town, of every kind there is."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from sqlalchemy import Engine

from inventory.devices import PortRef
from inventory.errors import DatabaseUnavailable
from inventory.plant import PositionRef
from inventory.snapshot import Inventory
from inventory.windows import Window
from provisioning.catalogue import Fees
from provisioning.catalogues import only
from provisioning.changes import RULE
from provisioning.orders import OrderRequest
from provisioning.wanted import (
    CrossConnectWanted,
    ELineWanted,
    HostedEquipment,
    SiteHostingWanted,
    SsidSecurity,
    SsidWanted,
    StrandsWanted,
    Wanted,
)
from tests.integration.order_model.devices import ReplacingDevices
from tests.integration.product_town import product_town
from tests.integration.walking import Town, build_town
from tests.towns import TownPlan

HOMES = ("1", "2", "3")
ISPS = ("alder", "birch")
SPEEDS = (100, 250, 1000)  # the last one waits for a person
BY_HAND = ("dark fibre", "diverse", "own panel", "other's panel", "port", "ssid", "hosting", "big hosting")
E_LINES = ("epl", "evpl")


class Locked:
    """A database that is locked for its next `writers` transactions."""

    def __init__(self, town: Town) -> None:
        self.writers = 0
        self._open = town.tools.open_unit_of_work

    def __call__(self, *, reading: bool = False, by: str = RULE) -> object:
        if not reading and self.writers:
            self.writers -= 1
            raise DatabaseUnavailable("SQLite town.db", "another program has it locked")
        return self._open(reading=reading, by=by)


def model_town(engine: Engine) -> tuple[Town, Locked, ReplacingDevices]:
    """Two ISPs, three homes of one UNI each, panels, strands, access points, a column; every consent is for ever."""
    town = build_town(engine, _for_ever(product_town(TownPlan(unis=1))), claim_wait_s=0.05)
    catalogue = town.tools.catalogue
    products = tuple(
        replace(
            product,
            offers=tuple(replace(offer, needs_approval=offer.bandwidth_mbps >= SPEEDS[-1]) for offer in product.offers),
        )
        for product in catalogue.products
    )
    fees = Fees(cancellation_pence=0, expedite_pence=900)
    locked, devices = Locked(town), ReplacingDevices()
    town.devices = devices
    town.tools = replace(
        town.tools,
        catalogues=only(replace(catalogue, products=products, fees=fees)),
        open_unit_of_work=locked,  # type: ignore[arg-type]  # as `locked` of the order tests: any unit of work
        deployer=devices,
    )
    return town, locked, devices


def _for_ever(inventory: Inventory) -> Inventory:
    return replace(inventory, consents=tuple(replace(consent, last_day=None) for consent in inventory.consents))


def circuit(isp: str, home: str, mbps: int, start: date | None = None, stop: date | None = None) -> OrderRequest:
    return OrderRequest("access-eline", home, f"quay-{isp}", mbps, 12, start=start, stop=stop)


def e_line(kind: str, ends: Iterable[str], mbps: int) -> OrderRequest:
    a, z, *_ = ends
    c_vlans = ((100,), (200,)) if kind == "evpl" else ((), ())
    return OrderRequest(kind, a, "", mbps, 12, wanted=ELineWanted(z, *c_vlans))


def by_hand(kind: str, isp: str, number: int, today: date) -> OrderRequest:
    """Something that no device is configured for, in a window from today on."""
    window = Window(today)
    other = next(each for each in ISPS if each != isp)
    mine = PositionRef(f"panel-{isp}", number)
    wanted: dict[str, tuple[str, Wanted]] = {
        "dark fibre": ("dark-fibre-pair", StrandsWanted("quay", "mill", window)),
        "diverse": ("dark-fibre-pair", StrandsWanted("quay", "mill", window, diverse=True)),
        "own panel": ("cross-connect", CrossConnectWanted(mine, PositionRef("odf-bank-quay", 4 + number), window)),
        "other's panel": ("cross-connect", CrossConnectWanted(mine, PositionRef(f"panel-{other}", number), window)),
        "port": ("cross-connect", CrossConnectWanted(mine, PortRef("sw-quay", "Ethernet1"), window)),
        "ssid": ("hosted-ssid", SsidWanted(f"net {number}", "Mills", SsidSecurity.OPEN)),
        "hosting": ("site-hosting", SiteHostingWanted("column-1", HostedEquipment.LORAWAN_GATEWAY, 20, window)),
        "big hosting": ("site-hosting", SiteHostingWanted("column-1", HostedEquipment.LORAWAN_GATEWAY, 50, window)),
    }
    product, asked = wanted[kind]
    return OrderRequest(product, "", f"quay-{isp}" if kind == "ssid" else "", 0, 12, "our ref", asked)
