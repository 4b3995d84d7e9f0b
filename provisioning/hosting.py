"""Site hosting: room and power for somebody's LoRa gateway or small cell on a column, pole or roof. Pure.

Ordered with a handover it has a backhaul too, at the same price for everybody: a port of the place's own switch, in an
S-VLAN of its own to that handover. Each tenant of a site has its own port and its own S-VLAN.
"""

from collections.abc import Collection
from dataclasses import dataclass

from automation.intents import BandwidthProfile
from inventory.devices import DeviceRole, Lifecycle, PortRole
from inventory.errors import NoPath, UnknownThing
from inventory.handovers import Handover
from inventory.hosting import HostingPosition
from inventory.plant import AssetKind, AssetRef
from inventory.plant_map import plant_of
from inventory.snapshot import Snapshot
from provisioning.allocation import choose_s_vlan, natural_order
from provisioning.by_hand import ByHand
from provisioning.carried import Backhaul, Carried, CarriedHop
from provisioning.carrying import carried_path
from provisioning.circuits import hops_to_handover
from provisioning.errors import RequestInvalid
from provisioning.hand_designs import HandDesign
from provisioning.orders import Reason
from provisioning.plant_state import words_of_gap
from provisioning.product_errors import HostingRefused
from provisioning.usage import Usage
from provisioning.wanted import SiteHostingWanted

MOST_W = 100_000
BACKHAUL = BandwidthProfile(cir_mbps=100, eir_mbps=0, cbs_bytes=125_000, ebs_bytes=0)
"""What is in the price: 100 Mbit/s, both for gateways and for cells."""


def check_hosting(snapshot: Snapshot, wanted: SiteHostingWanted) -> None:
    """Raises: UnknownThing, RequestInvalid."""
    if wanted.place not in snapshot.places:
        raise UnknownThing("place", wanted.place)
    if not 1 <= wanted.power_w <= MOST_W:
        raise RequestInvalid("power_w", f"it is 1 to {MOST_W:,} watts")


@dataclass(frozen=True, slots=True)
class BackhaulRoom:
    """Where a backhaul is handed over, and what of tags and ports others hold."""

    handover: Handover
    usage: Usage


def switches_at(snapshot: Snapshot, place: str) -> tuple[str, ...]:
    """The live devices with subscribers' ports that stand at a place, or at its premises, and can be told; by name."""
    uprn = snapshot.place(place).uprn
    return tuple(
        sorted(
            device.name
            for device in snapshot.inventory.devices
            if (device.place_code == place or (uprn is not None and device.uprn == uprn))
            and device.role in {DeviceRole.SWITCH, DeviceRole.NTE}
            and device.lifecycle is Lifecycle.LIVE
            and device.management_address
        )
    )


def backhaul_hops(snapshot: Snapshot, switch: str, handover: Handover) -> tuple[CarriedHop, ...]:
    """The switches from the place's to the handover. Raises: NoPath."""
    found = carried_path(snapshot, switch, (handover.port.device,), BACKHAUL.cir_mbps, {}, None)
    if found.path is None:
        raise NoPath(switch, handover.port.device, BACKHAUL.cir_mbps)
    hops = hops_to_handover(switch, found.path, handover.port)
    return tuple(CarriedHop(hop.device, hop.tagged_ports) for hop in hops)


def _backhaul(snapshot: Snapshot, place: str, room: BackhaulRoom) -> Carried:
    """Raises: HostingRefused, HandoverTagsExhausted, NoPath."""
    for switch in switches_at(snapshot, place):
        ports = (port for port in snapshot.ports_of(switch, PortRole.UNI) if port.speed_mbps >= BACKHAUL.cir_mbps)
        free = sorted((port.ref for port in ports if str(port.ref) not in room.usage.unis_taken), key=natural_order)
        if free:
            hops = backhaul_hops(snapshot, switch, room.handover)
            s_vlan = choose_s_vlan(room.handover, [hop.device for hop in hops], room.usage)
            return Carried(s_vlan, hops, backhaul=Backhaul(free[0], BACKHAUL))
    words = f"No live switch at {place} has a free port of {BACKHAUL.cir_mbps} Mbit/s for a backhaul."
    raise HostingRefused(Reason("no-backhaul", words, "Order it without a handover, or choose another place."))


def design_hosting(
    snapshot: Snapshot, taken: Collection[int], wanted: SiteHostingWanted, room: BackhaulRoom | None = None
) -> HandDesign:
    """Return the lowest free position of the place whose supply is enough.

    `taken` are the numbers held on a day of the window.

    Raises: HostingRefused; HandoverTagsExhausted, NoPath, of its backhaul.
    """
    there = [each for each in snapshot.inventory.hosting_positions if each.ref.place == wanted.place]
    position = _choose(there, taken, wanted)
    gaps = plant_of(snapshot).consents.gaps([AssetRef(AssetKind.PLACE, wanted.place)], wanted.window)
    if gaps:
        words = f"Nothing may hang at {wanted.place} {wanted.window}: {words_of_gap(gaps[0])}."
        raise HostingRefused(Reason("consent-missing", words, "Choose days that a consent covers, or another place."))
    place = snapshot.place(wanted.place)
    what = wanted.equipment.value.replace("-", " ")
    carried = None if room is None else _backhaul(snapshot, wanted.place, room)
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
            handover="" if room is None else room.handover.code,
            s_vlan=None if carried is None else carried.s_vlan,
            facts={
                "place": f"{place.name} ({place.code}), a {place.kind}",
                "position": f"{position.ref}, {position.height_m:g} m above ground",
                "power": f"{wanted.power_w} W of {position.power_w} W",
                **_backhaul_facts(carried, room),
            },
            carried=carried,
        ),
        wanted.window,
    )


def _plugging(carried: Carried | None) -> tuple[str, ...]:
    if carried is None or carried.backhaul is None:
        return ()
    return (f"Plug it into {carried.backhaul.uni}.",)


def _backhaul_facts(carried: Carried | None, room: BackhaulRoom | None) -> dict[str, str]:
    if carried is None or carried.backhaul is None or room is None:
        return {}
    where = f"{carried.backhaul.uni}, S-VLAN {carried.s_vlan} at {room.handover.code}"
    return {"backhaul": f"{where}, {carried.backhaul.profile.cir_mbps} Mbit/s"}


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
