"""Site hosting: room and power for somebody's LoRa gateway or small cell on a column, pole or roof. Pure."""

from collections.abc import Collection

from inventory.errors import UnknownThing
from inventory.hosting import HostingPosition
from inventory.plant import AssetKind, AssetRef
from inventory.plant_map import plant_of
from inventory.snapshot import Snapshot
from provisioning.by_hand import ByHand
from provisioning.errors import RequestInvalid
from provisioning.hand_designs import HandDesign
from provisioning.orders import Reason
from provisioning.plant_state import words_of_gap
from provisioning.product_errors import HostingRefused
from provisioning.wanted import SiteHostingWanted

MOST_W = 100_000


def check_hosting(snapshot: Snapshot, wanted: SiteHostingWanted) -> None:
    """Raises: UnknownThing, RequestInvalid."""
    if wanted.place not in snapshot.places:
        raise UnknownThing("place", wanted.place)
    if not 1 <= wanted.power_w <= MOST_W:
        raise RequestInvalid("power_w", f"it is 1 to {MOST_W:,} watts")


def design_hosting(snapshot: Snapshot, taken: Collection[int], wanted: SiteHostingWanted) -> HandDesign:
    """Return the lowest free position of the place whose supply is enough.

    `taken` are the numbers held on a day of the window.

    Raises: HostingRefused.
    """
    there = [each for each in snapshot.inventory.hosting_positions if each.ref.place == wanted.place]
    position = _choose(there, taken, wanted)
    gaps = plant_of(snapshot).consents.gaps([AssetRef(AssetKind.PLACE, wanted.place)], wanted.window)
    if gaps:
        words = f"Nothing may hang at {wanted.place} {wanted.window}: {words_of_gap(gaps[0])}."
        raise HostingRefused(Reason("consent-missing", words, "Choose days that a consent covers, or another place."))
    place = snapshot.place(wanted.place)
    what = wanted.equipment.value.replace("-", " ")
    at = f"hosting position {position.ref}, {position.height_m:g} m above ground"
    return HandDesign(
        ByHand(
            tasks=(
                f"Put up the {what} at {at}.",
                f"Connect its supply, and measure that it draws {wanted.power_w} W at most.",
            ),
            removal=(f"Take the {what} down from {at}, and cap its supply.",),
            hosting=position.ref,
            facts={
                "place": f"{place.name} ({place.code}), a {place.kind}",
                "position": f"{position.ref}, {position.height_m:g} m above ground",
                "power": f"{wanted.power_w} W of {position.power_w} W",
            },
        ),
        wanted.window,
    )


def _choose(there: Collection[HostingPosition], taken: Collection[int], wanted: SiteHostingWanted) -> HostingPosition:
    """Raises: HostingRefused, saying which of three things there is none of."""
    free = [each for each in there if each.ref.number not in taken]
    enough = [each for each in free if each.power_w >= wanted.power_w]
    if enough:
        return min(enough, key=lambda each: each.ref)
    if not there:
        words = f"{wanted.place} has no hosting position."
        raise HostingRefused(Reason("no-hosting-position", words, "Choose another place, or ask for one to be built."))
    if not free:
        words = f"All {len(there)} hosting positions at {wanted.place} are held on a day of {wanted.window}."
        raise HostingRefused(Reason("hosting-taken", words, "Choose other days or another place."))
    most_w = max(each.power_w for each in free)
    words = f"Free positions at {wanted.place} have {most_w} W at most, less than {wanted.power_w} W."
    raise HostingRefused(Reason("too-little-power", words, "Choose equipment that draws less, or another place."))
