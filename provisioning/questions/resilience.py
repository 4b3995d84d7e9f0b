"""`resilience`: how well every DX, DXP and public site is joined, and what would cut most people off.

The operator's people only.
"""

from dataclasses import dataclass, replace
from datetime import date
from weakref import WeakKeyDictionary

from inventory.errors import UnknownThing
from inventory.places import PlaceKind
from inventory.resilience import PlaceResilience, Resilience, resilience
from inventory.snapshot import Snapshot
from provisioning.isps import Principal
from provisioning.policy import Action, must
from provisioning.tools import Tools

_kept: WeakKeyDictionary[Snapshot, Resilience] = WeakKeyDictionary()
"""The last answer about each snapshot: the next page of the same day asks for no new search."""


@dataclass(frozen=True, slots=True)
class ResilienceAnswer:
    """The answer, and the same in one sentence; with a place, its own line and the points that it hangs on."""

    sentence: str
    found: Resilience


def ask_resilience(tools: Tools, who: Principal, place: str | None = None, day: date | None = None) -> ResilienceAnswer:
    """Judge all places that count on a day (None: today), or one of them.

    Raises:
        Forbidden: an ISP asks.
        UnknownThing: no place of that code, or neither a DX, a DXP nor a public site.
    """
    must(who, Action.READ_RESILIENCE)
    snapshot, on_day = tools.load_snapshot(), day or tools.now().date()
    found = _kept.get(snapshot)
    if found is None or found.day != on_day:
        found = _kept[snapshot] = resilience(snapshot, on_day)
    if place is None:
        return ResilienceAnswer(_of_all(found), found)
    own = next((each for each in found.places if each.place == place), None)
    if own is None:
        raise UnknownThing("DX, DXP or public site", place)
    hangs_on = {*own.hangs_on, *own.risks}
    points = tuple(point for point in found.points if point.asset in hangs_on)
    return ResilienceAnswer(_of_one(own), replace(found, places=(own,), points=points))


def _of_all(found: Resilience) -> str:
    kinds = {kind: sum(place.kind is kind for place in found.places) for kind in PlaceKind}
    what = f"{kinds[PlaceKind.DX]} DXs, {kinds[PlaceKind.DXP]} DXPs and {kinds[PlaceKind.SITE]} public sites"
    sentence = (
        f"Of {what}, {found.with_paths(0):,} reach no DX, {found.with_paths(1):,} have one path"
        f" and {found.with_paths(2):,} have two or more to two DXs."
    )
    if not found.points:
        return sentence
    worst = found.points[0]
    behind = f"{worst.premises:,} premises ({worst.public:,} of them public)"
    return f"{sentence} The worst single point of failure is {worst.asset}: {behind} lose every DX with it."


def _of_one(own: PlaceResilience) -> str:
    paths = ("reaches no DX", "has one path to a DX", "has two or more disjoint paths to two DXs")[own.paths]
    named = [str(asset) for asset in (*own.hangs_on, *own.risks)]
    return f"{own.place} ({own.name}) {paths}" + (f" and hangs on {', '.join(named)}." if named else ".")
