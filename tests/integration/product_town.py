"""A small town in which every product can be had: panels of two ISPs in the exchange, access points, and a column."""

from dataclasses import replace
from datetime import date

from inventory.consents import Consent, ConsentCover
from inventory.devices import Device, DeviceRole
from inventory.hosting import HostingPosition, HostingRef
from inventory.places import Place, PlaceKind
from inventory.plant import AssetKind, AssetRef, Odf, OdfPosition, PositionRef
from inventory.snapshot import Inventory
from tests.integration.strand_town import strand_town
from tests.towns import TownPlan

PANEL = 4  # positions of each ISP's panel
COLUMN_DAYS = (date(2020, 1, 1), date(2027, 12, 31))
ACCESS_POINTS = ("ap-mill-1", "ap-mill-2")


def product_town(plan: TownPlan | None = None) -> Inventory:
    """Panels "panel-alder" and "panel-birch" at quay; two access points at mill; "column-1" with two positions.

    The column's consent ends on 31 December 2027.
    """
    town = strand_town(plan)
    panels = tuple(Odf(f"panel-{isp}", "quay", PANEL, "coop", "coop", isp) for isp in ("alder", "birch"))
    positions = tuple(
        OdfPosition(PositionRef(panel.code, number)) for panel in panels for number in range(1, PANEL + 1)
    )
    column = Place("column-1", "Column 1", PlaceKind.COLUMN, "Mills", 381_010.0, 397_500.0, "", "coop", "coop", "coop")
    return replace(
        access_points_at(town, "mill"),
        places=(*town.places, column),
        odfs=(*town.odfs, *panels),
        odf_positions=(*town.odf_positions, *positions),
        consents=(
            *town.consents,
            Consent("c-column", "The city", "C1", "licence", date(2020, 1, 1), date(2027, 12, 31), 0),
        ),
        consent_covers=(*town.consent_covers, ConsentCover("c-column", AssetRef(AssetKind.PLACE, "column-1"))),
        hosting_positions=(
            HostingPosition(HostingRef("column-1", 1), 4.0, 30),
            HostingPosition(HostingRef("column-1", 2), 6.5, 60),
        ),
    )


def access_points_at(inventory: Inventory, place: str) -> Inventory:
    """The inventory with two live access points at a place."""
    points = (
        Device(name, DeviceRole.ACCESS_POINT, "openwrt", "Loomworks (made up)", "AP6", name, place, None, None)
        for name in ACCESS_POINTS
    )
    return replace(inventory, devices=(*inventory.devices, *points))
