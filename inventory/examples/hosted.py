"""Where ISPs and their equipment may be: a panel of each ISP in every exchange, and positions on columns and roofs."""

from collections.abc import Iterable, Sequence

from inventory.examples.plant_plan import GINNEL
from inventory.hosting import HostingPosition, HostingRef
from inventory.organisations import Organisation
from inventory.places import Place, PlaceKind
from inventory.plant import Odf, OdfPosition, PositionRef

PANEL_POSITIONS = 12
# Metres above ground and watts of each position: a column's supply is a lamp's, a school's roof has a socket outside.
_POSITIONS = {
    PlaceKind.COLUMN: ((4.0, 25), (6.0, 60)),
    PlaceKind.POLE: ((5.0, 15),),
    PlaceKind.SITE: ((9.0, 200), (9.0, 200)),
}


def panels(places: Iterable[Place], isps: Sequence[Organisation]) -> tuple[Odf, ...]:
    """One for each ISP in each exchange: the co-operative's own, used by the ISP, who brings a cable to its back."""
    return tuple(
        Odf(f"panel-{place.code}-{isp.code}", place.code, PANEL_POSITIONS, GINNEL, GINNEL, isp.code)
        for place in places
        if place.kind is PlaceKind.DX
        for isp in isps
        if isp.is_isp
    )


def panel_positions(its: Iterable[Odf]) -> tuple[OdfPosition, ...]:
    """All of a panel's positions, with nothing of the co-operative's behind them."""
    return tuple(
        OdfPosition(PositionRef(odf.code, number)) for odf in its for number in range(1, odf.position_count + 1)
    )


def hosting_positions(places: Iterable[Place]) -> tuple[HostingPosition, ...]:
    """Those of every column, pole and public building."""
    return tuple(
        HostingPosition(HostingRef(place.code, number), height_m, power_w)
        for place in places
        for number, (height_m, power_w) in enumerate(_POSITIONS.get(place.kind, ()), 1)
    )
