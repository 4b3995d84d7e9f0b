"""`capacity`: what of a duct, cable or place is free on a day, and whether a cable can be pulled.

For the operator's people.
"""

from datetime import date

from inventory.capacity import Capacity, capacity_of
from inventory.pulling import PullAnswer, PullRequest, find_pull
from provisioning.errors import RequestInvalid
from provisioning.isps import Principal
from provisioning.policy import Action, must
from provisioning.tools import Tools

THICKEST_MM = 100.0  # what is thicker goes into no bore there is


def capacity(tools: Tools, who: Principal, asset: str, *, day: date | None = None) -> Capacity:
    """Say what is free of the asset of that code on a day (today where left out), and when that changes next.

    Raises: Forbidden, UnknownThing, AssetUnclear.
    """
    must(who, Action.READ_PLANT)
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work(reading=True) as work:
        use = work.holds.use()
    return capacity_of(snapshot, use, asset, day or tools.now().date())


def pull(
    tools: Tools,
    who: Principal,
    a_place: str,
    z_place: str,
    strands: int,
    *,
    diameter_mm: float | None = None,
    day: date | None = None,
) -> PullAnswer:
    """Say whether a cable of so many strands can be pulled from a place to another on a day (today where left out).

    Raises: Forbidden, UnknownThing, SamePlace, CableSizeUnknown, RequestInvalid (a diameter that no cable has).
    """
    must(who, Action.READ_PLANT)
    if diameter_mm is not None and not 0 < diameter_mm <= THICKEST_MM:
        raise RequestInvalid("diameter_mm", f"it must be more than 0 and at most {THICKEST_MM:g} mm")
    request = PullRequest(a_place, z_place, strands, day or tools.now().date(), diameter_mm)
    return find_pull(tools.load_snapshot(), request)
