"""An SSID that is sold, with another name, passphrase, security or area: in its S-VLAN, at its handover. Pure.

Access points that go on sending it keep their way to the handover; new ones join it where they first meet it. A name
that changes takes a place more on each access point until the change is proven.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from inventory.handovers import Handover
from inventory.snapshot import Snapshot
from provisioning.by_hand import ByHand
from provisioning.carried import Carried, CarriedHop
from provisioning.orders import Reason
from provisioning.product_errors import SsidNotHosted
from provisioning.ssids import WirelessRules, access_points_in, carried_for, must_have_room, told
from provisioning.usage import Usage
from provisioning.wanted import SsidSecurity, SsidWanted
from provisioning.wireless_paths import can_be_told, tree_to_handover

_REALMS_FIRST = "Have the realms ceased first."
_BY_HAND = "Cease it and order it anew, or have all of its access points enrolled first."


@dataclass(frozen=True, slots=True)
class SsidChange:
    """What is to be otherwise; None is as it was."""

    ssid: str | None = None
    area: str | None = None
    security: SsidSecurity | None = None

    def of(self, wanted: SsidWanted, sealed_passphrase: str) -> SsidWanted:
        """What is wanted after the change; the passphrase is sealed about its SSID."""
        said = {name: value for name in ("ssid", "area", "security") if (value := getattr(self, name)) is not None}
        return replace(wanted, sealed_passphrase=sealed_passphrase, **said)


def becomes(
    snapshot: Snapshot,
    usage: Usage,
    sent: Mapping[str, Mapping[int, str]],
    its: ByHand,
    handover: Handover,
    wanted: SsidWanted,
    rules: WirelessRules,
) -> ByHand:
    """Return what the service becomes.

    `sent` are the SSIDs (their octets in hexadecimal) by access point and slot, its own among them; `usage` knows
    the tags of the devices that it would come to.

    Raises: SsidNotHosted, NoPath.
    """
    names = tuple(device.name for device in access_points_in(snapshot, wanted.area))
    octets = wanted.ssid.encode().hex()
    must_have_room(names, wanted, sent, rules, its.access_points if octets == its.ssid else ())
    was = _told_already(snapshot, its, names, wanted, rules)
    hops = _hops(snapshot, was, names, handover)
    _tag_must_be_free(was, (*names, *(hop.device for hop in hops)), usage)
    carried = carried_for(snapshot, names, hops, wanted, was.s_vlan, rules)
    return told(names, wanted, handover, octets, carried)


def devices_to_come(snapshot: Snapshot, its: ByHand, handover: Handover, area: str) -> tuple[str, ...]:
    """The devices that an SSID of this area would be on, on the way that it would take. Raises: NoPath."""
    names = tuple(device.name for device in access_points_in(snapshot, area))
    hops = () if its.carried is None else _hops(snapshot, its.carried, names, handover)
    return (*names, *(hop.device for hop in hops))


def must_stay_shared(its: ByHand, coming: ByHand) -> None:
    """An SSID that realms are on goes on being sent where they are, and on telling their people apart by realm.

    Without that their people would get on to the S-VLAN of whoever ordered the SSID, if they get on at all.

    Raises: SsidNotHosted.
    """
    if {*coming.access_points} != {*its.access_points}:
        words = "Realms of others are on it, and its access points would be others."
        raise SsidNotHosted(Reason("still-shared", words, _REALMS_FIRST))
    if coming.carried is None or coming.carried.on_air is None or coming.carried.on_air.passpoint is None:
        words = "Realms of others are on it, and with this security nobody could tell their people apart."
        raise SsidNotHosted(Reason("still-shared", words, _REALMS_FIRST))


def _told_already(
    snapshot: Snapshot, its: ByHand, names: tuple[str, ...], wanted: SsidWanted, rules: WirelessRules
) -> Carried:
    """Raises: SsidNotHosted, where hands have set it, or would have to."""
    needs_hands = wanted.security.needs_radius and not rules.radius_servers
    if its.carried is None or needs_hands or not all(can_be_told(snapshot, snapshot.device(name)) for name in names):
        words = "It is set by hand, or would have to be, and only what devices are told of can be changed in its place."
        raise SsidNotHosted(Reason("set-by-hand", words, _BY_HAND))
    return its.carried


def _hops(snapshot: Snapshot, was: Carried, names: tuple[str, ...], handover: Handover) -> tuple[CarriedHop, ...]:
    """The way as it is, grown by that of new access points; sought anew where some go. Raises: NoPath."""
    before = {station.device for station in was.stations}
    if before - {*names}:
        return tree_to_handover(snapshot, names, handover)
    more = [name for name in names if name not in before]
    return tree_to_handover(snapshot, more, handover, tree=was.hops) if more else was.hops


def _tag_must_be_free(was: Carried, devices: tuple[str, ...], usage: Usage) -> None:
    """Raises: SsidNotHosted."""
    for device in devices:
        if device not in was.devices and was.s_vlan in usage.device_tags.get(device, ()):
            words = f"S-VLAN {was.s_vlan} is taken on {device}, and a change keeps the S-VLAN."
            raise SsidNotHosted(Reason("tag-not-free", words, "Choose another area, or cease it and order it anew."))
