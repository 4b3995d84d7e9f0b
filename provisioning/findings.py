"""What stands in the way of a circuit at premises, as reasons with a confidence. Pure."""

from collections.abc import Iterator

from inventory.confidence import Confidence
from inventory.devices import Device, DeviceRole, Lifecycle
from inventory.places import PlaceKind
from inventory.snapshot import Snapshot
from provisioning.allocation import free_unis, live_unis
from provisioning.catalogue import Offer
from provisioning.orders import Reason
from provisioning.usage import Usage

type Finding = tuple[Confidence, Reason]
"""Something in the way, and how much of a way it bars."""


def at_the_premises(snapshot: Snapshot, usage: Usage, uprn: str, offer: Offer) -> Iterator[Finding]:
    """What is wrong with the UNIs there, for a circuit at that speed."""
    unis = live_unis(snapshot, uprn)
    fastest_mbps = max((port.speed_mbps for port in unis), default=0)
    if not unis:
        if snapshot.premises_at(uprn).serving_place is not None:
            yield Confidence.YELLOW, _no_nte(uprn)
    elif offer.bandwidth_mbps > fastest_mbps:
        yield Confidence.RED, _too_fast(uprn, offer.bandwidth_mbps, fastest_mbps)
    elif not free_unis(snapshot, usage, uprn, offer.bandwidth_mbps):
        yield Confidence.YELLOW, _no_free_uni(uprn, offer.bandwidth_mbps)


def starts(snapshot: Snapshot, usage: Usage, uprn: str, offer: Offer) -> tuple[str, ...]:
    """The devices a circuit would begin at: the NTEs there are, else the switches an NTE would hang on."""
    unis = free_unis(snapshot, usage, uprn, offer.bandwidth_mbps) or [port.ref for port in live_unis(snapshot, uprn)]
    if unis:
        return tuple(sorted({uni.device for uni in unis}))
    place = snapshot.premises_at(uprn).serving_place
    return (
        () if place is None else tuple(switch.name for switch in _live_switches(snapshot) if switch.place_code == place)
    )


def exchange_switches(snapshot: Snapshot) -> tuple[str, ...]:
    """The live switches of every Digital Exchange."""
    exchanges = {place.code for place in snapshot.inventory.places if place.kind is PlaceKind.DX}
    return tuple(switch.name for switch in _live_switches(snapshot) if switch.place_code in exchanges)


def _live_switches(snapshot: Snapshot) -> Iterator[Device]:
    return (
        device
        for device in snapshot.inventory.devices
        if device.role is DeviceRole.SWITCH and device.lifecycle is Lifecycle.LIVE
    )


def not_served(uprn: str) -> Reason:
    """Nothing is near enough to hang an NTE on."""
    sentence = f"No exchange or neighbourhood point of presence with a live switch serves UPRN {uprn}."
    return Reason("not-served", sentence, "Ask the operator whether a drop can be planned.")


def _no_nte(uprn: str) -> Reason:
    sentence = f"No NTE is installed and live at UPRN {uprn}."
    return Reason("nte-missing", sentence, "Ask the operator for a drop and a visit; order when the NTE is live.")


def _no_free_uni(uprn: str, bandwidth_mbps: int) -> Reason:
    sentence = f"Every UNI of {bandwidth_mbps} Mbit/s or more at UPRN {uprn} is taken."
    return Reason("uni-taken", sentence, "Cease the service on one, or ask the operator for another NTE.")


def _too_fast(uprn: str, bandwidth_mbps: int, fastest_mbps: int) -> Reason:
    sentence = f"The fastest UNI at UPRN {uprn} does {fastest_mbps} Mbit/s, less than {bandwidth_mbps} Mbit/s."
    return Reason("speed-above-uni", sentence, f"Choose {fastest_mbps} Mbit/s or less, or ask for a faster NTE.")


def no_path(uprn: str, cir_mbps: int, towards: str) -> Reason:
    """No chain of links with room leads there."""
    sentence = f"No path with {cir_mbps} Mbit/s uncommitted leads from UPRN {uprn} to {towards}."
    return Reason("no-path", sentence, "Choose less bandwidth or another handover, or ask the operator for capacity.")
