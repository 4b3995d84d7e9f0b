"""What an order for strands, or a reservation, may ask for. Pure."""

from datetime import date, timedelta

from inventory.errors import UnknownThing
from inventory.plant_errors import SamePlace
from inventory.snapshot import Snapshot
from inventory.windows import Window
from provisioning.catalogue import Catalogue
from provisioning.errors import RequestInvalid
from provisioning.orders import OrderRequest
from provisioning.rights import LONGEST_CODE, must_be_text
from provisioning.strand_errors import WindowInPast, WindowTooLong
from provisioning.wanted import StrandsWanted

LONGEST_AHEAD = timedelta(days=20 * 366)  # a window begins and ends within twenty years
HIGHEST_LOSS_DB = 100.0


def check_strands(
    catalogue: Catalogue, snapshot: Snapshot, request: OrderRequest, wanted: StrandsWanted, today: date
) -> None:
    """Whether an order for strands may be placed.

    Raises: RequestInvalid, UnknownProduct, TermNotOffered, UnknownThing, SamePlace, WindowInPast, WindowTooLong.
    """
    if request.uprn or request.handover or request.bandwidth_mbps:
        raise RequestInvalid("strands", "an order for strands has no uprn, handover or bandwidth_mbps")
    catalogue.strand_product(request.product).monthly_pence(request.term_months, diverse=wanted.diverse)
    check_ends(snapshot, wanted.a_place, wanted.z_place)
    check_window(wanted.window, today)
    if wanted.max_loss_db is not None and not 0 < wanted.max_loss_db <= HIGHEST_LOSS_DB:
        raise RequestInvalid("max_loss_db", f"it is more than 0 and at most {HIGHEST_LOSS_DB:.0f} dB")


def check_ends(snapshot: Snapshot, a_place: str, z_place: str) -> None:
    """Raises: RequestInvalid, UnknownThing, SamePlace."""
    for field, code in (("a_place", a_place), ("z_place", z_place)):
        must_be_text(field, code, LONGEST_CODE)
        if code not in snapshot.places:
            raise UnknownThing("place", code)
    if a_place == z_place:
        raise SamePlace(a_place)


def check_window(window: Window, today: date) -> None:
    """Raises: WindowInPast, WindowTooLong."""
    if window.first < today:
        raise WindowInPast(window, today)
    last_possible = today + LONGEST_AHEAD
    if max(window.first, window.last or window.first) > last_possible:
        raise WindowTooLong(window, last_possible)
