"""Site hosting: a site slot for somebody's LoRaWAN gateway or small cell on a column, pole or roof. Pure.

Ordered with a handover it has a backhaul too (`backhauls`), at the same price for everybody.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from inventory.errors import UnknownThing
from inventory.handovers import Handover
from inventory.hosting import HostingPosition
from inventory.plant import AssetKind, AssetRef
from inventory.plant_map import plant_of
from inventory.snapshot import Snapshot
from provisioning.by_hand import ByHand
from provisioning.carried import Carried
from provisioning.errors import RequestInvalid
from provisioning.hand_designs import HandDesign
from provisioning.orders import Reason
from provisioning.plant_state import words_of_gap
from provisioning.product_errors import HostingRefused
from provisioning.wanted import SiteHostingWanted

MOST_W = 100_000
_TEXT = re.compile(r"(\w([\w .,/()+&'-]{0,62}[\w.,/()+&'-])?)?")
"""What a maker, a model and a serial are written with: they go into the inventory, and from there into spreadsheets."""


def check_hosting(snapshot: Snapshot, wanted: SiteHostingWanted) -> None:
    """Raises: UnknownThing, RequestInvalid."""
    if wanted.place not in snapshot.places:
        raise UnknownThing("place", wanted.place)
    if not 1 <= wanted.power_w <= MOST_W:
        raise RequestInvalid("power_w", f"it is 1 to {MOST_W:,} watts")
    for field in ("manufacturer", "model", "serial"):
        if not _TEXT.fullmatch(getattr(wanted, field)):
            raise RequestInvalid(
                field,
                "it begins with a letter or digit, ends with no space, and has up to 64 of these and . , / ( ) + & ' -",
            )


@dataclass(frozen=True, slots=True)
class SlotBackhaul:
    """A backhaul as it was designed, and the handover it leads to."""

    handover: Handover
    carried: Carried


def design_hosting(
    snapshot: Snapshot, taken: Collection[int], wanted: SiteHostingWanted, backhaul: SlotBackhaul | None = None
) -> HandDesign:
    """Return the lowest free position of the place whose supply is enough, with the backhaul that was designed for it.

    `taken` are the numbers held on a day of the window. Raises: HostingRefused.
    """
    there = [each for each in snapshot.inventory.hosting_positions if each.ref.place == wanted.place]
    position = _choose(there, taken, wanted)
    gaps = plant_of(snapshot).consents.gaps([AssetRef(AssetKind.PLACE, wanted.place)], wanted.window)
    if gaps:
        words = f"Nothing may hang at {wanted.place} {wanted.window}: {words_of_gap(gaps[0])}."
        raise HostingRefused(Reason("consent-missing", words, "Choose days that a consent covers, or another place."))
    carried = None if backhaul is None else backhaul.carried
    what = wanted.equipment.words
    at = f"hosting position {position.ref}, {position.height_m:g} m above ground"
    return HandDesign(
        ByHand(
            tasks=(
                f"Put up the {what} at {at}.",
                *_plugging(carried),
                f"Connect its supply, and measure that it draws {wanted.power_w} W at most.",
            ),
            removal=(f"Take the {what} down from {at}, and cap its supply.",),
            hosting=position.ref,
            ports=() if carried is None or carried.backhaul is None else (carried.backhaul.uni,),
            handover="" if backhaul is None else backhaul.handover.code,
            s_vlan=None if carried is None else carried.s_vlan,
            facts={**_facts(snapshot, position, wanted), **_backhaul_facts(backhaul)},
            carried=carried,
        ),
        wanted.window,
    )


def _plugging(carried: Carried | None) -> tuple[str, ...]:
    if carried is None or carried.backhaul is None:
        return ()
    return (f"Plug it into {carried.backhaul.uni}.",)


def _facts(snapshot: Snapshot, position: HostingPosition, wanted: SiteHostingWanted) -> dict[str, str]:
    place = snapshot.place(wanted.place)
    made = " ".join(filter(None, (wanted.manufacturer, wanted.model)))
    serial = f", serial {wanted.serial}" if wanted.serial else ""
    return {
        "place": f"{place.name} ({place.code}), a {place.kind}",
        "position": f"{position.ref}, {position.height_m:g} m above ground",
        "equipment": f"{wanted.equipment.words}{f', {made}' if made else ''}{serial}",
        "power": f"{wanted.power_w} W of {position.power_w} W",
    }


def _backhaul_facts(backhaul: SlotBackhaul | None) -> dict[str, str]:
    if backhaul is None or backhaul.carried.backhaul is None:
        return {}
    its = backhaul.carried.backhaul
    where = f"{its.uni}, S-VLAN {backhaul.carried.s_vlan} at {backhaul.handover.code}"
    return {"backhaul": f"{where}, {its.profile.cir_mbps} Mbit/s"}


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
