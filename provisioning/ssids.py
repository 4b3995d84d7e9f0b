"""Hosted SSIDs: an ISP's own SSID on every access point of an area, its traffic given over at its handover. Pure.

An SSID is 1 to 32 octets (IEEE 802.11-2020, 9.4.2.2); ours are UTF-8 that can be printed. Where every access point of
the area can be configured from here they and the switches to the handover are told; an area with one that cannot (no
address yet, another make) is set by an engineer, who does what the tasks say: half an area is no area.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic import SecretStr

from automation.wireless import SSIDS_PER_RADIO, Passpoint
from automation.wireless import SsidSecurity as OnAirSecurity
from inventory.devices import Device, DeviceRole, Lifecycle
from inventory.handovers import Handover
from inventory.snapshot import Snapshot
from inventory.windows import Window
from provisioning.allocation import choose_s_vlan
from provisioning.by_hand import ByHand
from provisioning.carried import Carried, CarriedHop, OnAir, Station
from provisioning.hand_designs import HandDesign
from provisioning.orders import Reason
from provisioning.product_errors import SsidInvalid, SsidNotHosted
from provisioning.radius_secrets import secret_of
from provisioning.sealing import seal
from provisioning.usage import Usage
from provisioning.wanted import SsidSecurity, SsidWanted
from provisioning.wireless_paths import can_be_told, station_of, tree_to_handover

LONGEST_SSID = 32  # octets

_ON_AIR: Mapping[SsidSecurity, OnAirSecurity] = {
    SsidSecurity.OPEN: OnAirSecurity.OPEN,
    SsidSecurity.WPA2_PERSONAL: OnAirSecurity.PSK2,
    SsidSecurity.WPA3_PERSONAL: OnAirSecurity.SAE,
    SsidSecurity.ENTERPRISE: OnAirSecurity.WPA2_ENTERPRISE,
    SsidSecurity.PASSPOINT: OnAirSecurity.PASSPOINT,
}
_SOLD_AS = {on_air: sold for sold, on_air in _ON_AIR.items()}


def sold_as(security: OnAirSecurity) -> str:
    """How devices get on, in the word that it is ordered by."""
    return str(_SOLD_AS.get(security, security))


@dataclass(frozen=True, slots=True)
class WirelessRules:
    """What holds for all SSIDs: how many a radio may send, and which RADIUS servers (IP addresses) decide who gets on.

    `consortiums` are what phones with a Passpoint profile know a shared SSID by. From `key` come the secrets that
    access points share with the servers, one each.
    """

    key: SecretStr = field(repr=False)
    per_radio: int = SSIDS_PER_RADIO
    radius_servers: tuple[str, ...] = ()
    consortiums: tuple[str, ...] = ()


def check_ssid(ssid: str, needs_passphrase: bool, has_passphrase: bool) -> None:
    """Raises: SsidInvalid."""
    octets = len(ssid.encode("utf-8", "surrogatepass"))
    if not 1 <= octets <= LONGEST_SSID:
        raise SsidInvalid("ssid", f"it has {octets} octets of UTF-8, and 1 to {LONGEST_SSID} are allowed")
    if not ssid.isprintable() or ssid != ssid.strip():
        raise SsidInvalid("ssid", "it has characters that cannot be printed, or spaces at an end")
    if needs_passphrase and not has_passphrase:
        raise SsidInvalid("passphrase", "there is none, and this security needs one")
    if has_passphrase and not needs_passphrase:
        raise SsidInvalid("passphrase", "there is one, and this security uses none")


def check_passphrase(passphrase: str) -> None:
    """A WPA passphrase is 8 to 63 printable ASCII characters (IEEE 802.11-2020, J.4.1). Raises: SsidInvalid."""
    if not 8 <= len(passphrase) <= 63:
        raise SsidInvalid("passphrase", "it must have 8 to 63 characters")
    if not (passphrase.isascii() and passphrase.isprintable()):
        raise SsidInvalid("passphrase", "it has characters other than printable ASCII")


def access_points_in(snapshot: Snapshot, area: str) -> tuple[Device, ...]:
    """The live access points at the places of an area, or at the one place of that code, by name."""
    places = {place.code for place in snapshot.inventory.places if area in (place.area, place.code)}
    found = (
        device
        for device in snapshot.inventory.devices
        if device.role is DeviceRole.ACCESS_POINT and device.lifecycle is Lifecycle.LIVE and device.place_code in places
    )
    return tuple(sorted(found, key=lambda device: device.name))


def switches_of(
    snapshot: Snapshot, wanted: SsidWanted, handover: Handover, rules: WirelessRules
) -> tuple[CarriedHop, ...]:
    """The switches that will carry the SSID to the handover; none where an engineer sets it.

    Raises: NoPath.
    """
    points = access_points_in(snapshot, wanted.area)
    needs_radius = wanted.security.needs_radius
    if not all(can_be_told(snapshot, each) for each in points) or (needs_radius and not rules.radius_servers):
        return ()
    return tree_to_handover(snapshot, [each.name for each in points], handover) if points else ()


def design_ssid(
    snapshot: Snapshot,
    usage: Usage,
    sent: Mapping[str, Mapping[int, str]],
    handover: Handover,
    wanted: SsidWanted,
    window: Window,
    rules: WirelessRules,
) -> HandDesign:
    """Return what the SSID needs.

    `sent` are the SSIDs (their octets in hexadecimal) by access point and slot; `usage` knows the tags, of the
    switches too.

    Raises: SsidNotHosted, HandoverTagsExhausted, NoPath.
    """
    names = tuple(device.name for device in access_points_in(snapshot, wanted.area))
    octets = wanted.ssid.encode().hex()
    must_have_room(names, wanted, sent, rules)
    hops = switches_of(snapshot, wanted, handover, rules)
    devices = {handover.port.device, *names, *(hop.device for hop in hops)}
    s_vlan = choose_s_vlan(handover, sorted(devices), usage)
    if not hops:
        return HandDesign(_by_hand(names, wanted, handover, s_vlan, octets), window)
    carried = carried_for(snapshot, names, hops, wanted, s_vlan, rules)
    return HandDesign(told(names, wanted, handover, octets, carried), window)


def must_have_room(
    names: Sequence[str],
    wanted: SsidWanted,
    sent: Mapping[str, Mapping[int, str]],
    rules: WirelessRules,
    sending: Collection[str] = (),
) -> None:
    """Every access point must have a place for the SSID; those that are `sending` it for this service have one.

    Raises: SsidNotHosted.
    """
    if not names:
        raise SsidNotHosted(
            Reason("no-access-point", f"No live access point stands in {wanted.area!r}.", "Choose another area.")
        )
    more, octets = [name for name in names if name not in sending], wanted.ssid.encode().hex()
    same = [name for name in more if octets in sent.get(name, {}).values()]
    if same:
        words = f"{same[0]} in {wanted.area} sends an SSID of that name already."
        raise SsidNotHosted(Reason("ssid-taken", words, "Choose another SSID or another area."))
    full = [name for name in more if len(sent.get(name, {})) >= rules.per_radio]
    if full:
        count = len(sent[full[0]])
        words = f"{full[0]} in {wanted.area} sends {count} SSIDs, and a radio may send {rules.per_radio}."
        raise SsidNotHosted(Reason("radio-full", words, "Choose another area, or wait until one is ceased."))


def carried_for(
    snapshot: Snapshot,
    names: tuple[str, ...],
    hops: tuple[CarriedHop, ...],
    wanted: SsidWanted,
    s_vlan: int,
    rules: WirelessRules,
) -> Carried:
    """What devices do for the SSID, on these access points and switches."""
    stations = [station_of(snapshot, name) for name in names]
    servers: tuple[str, ...] = ()
    if wanted.security.needs_radius:
        servers = rules.radius_servers
        stations = [_with_secret(station, wanted.ssid, rules) for station in stations]
    passpoint = None
    if wanted.security is SsidSecurity.PASSPOINT:
        passpoint = Passpoint(wanted.ssid, consortiums=rules.consortiums)
    on_air = OnAir(wanted.ssid, _ON_AIR[wanted.security], wanted.sealed_passphrase, servers, passpoint)
    return Carried(s_vlan, hops, tuple(stations), on_air)


def with_access_point(
    snapshot: Snapshot, carried: Carried, handover: Handover, name: str, rules: WirelessRules
) -> Carried:
    """What carries an SSID, grown by an access point of its area and the way to it. Raises: NoPath."""
    station = station_of(snapshot, name)
    if carried.on_air is not None and carried.on_air.radius_servers:
        station = _with_secret(station, carried.on_air.ssid, rules)
    hops = tree_to_handover(snapshot, [name], handover, tree=carried.hops)
    return replace(carried, stations=(*carried.stations, station), hops=hops)


def _with_secret(station: Station, ssid: str, rules: WirelessRules) -> Station:
    return replace(station, sealed_secret=seal(secret_of(station.device, rules.key), ssid, rules.key))


def told(names: tuple[str, ...], wanted: SsidWanted, handover: Handover, octets: str, carried: Carried) -> ByHand:
    """An SSID that devices are told of: nothing is left for hands to do."""
    facts = _facts(names, wanted, handover, carried.s_vlan) | {
        "switches": ", ".join(hop.device for hop in carried.hops)
    }
    return ByHand(
        tasks=(),
        removal=(),
        access_points=names,
        ssid=octets,
        handover=handover.code,
        s_vlan=carried.s_vlan,
        facts=facts,
        carried=carried,
    )


def _facts(names: tuple[str, ...], wanted: SsidWanted, handover: Handover, s_vlan: int) -> dict[str, str]:
    return {
        "access points": f"{len(names)} in {wanted.area}",
        "security": wanted.security.value,
        "traffic": f"S-VLAN {s_vlan} at {handover.code}",
    }


def _by_hand(names: tuple[str, ...], wanted: SsidWanted, handover: Handover, s_vlan: int, octets: str) -> ByHand:
    on = f"on {len(names)} access point{'s' if len(names) > 1 else ''} in {wanted.area}"
    passphrase = ", with the passphrase that `neutralhost service passphrase` gives" if wanted.sealed_passphrase else ""
    return ByHand(
        tasks=(
            f"Set the SSID of octets {octets} ({wanted.security}{passphrase}) {on}: {', '.join(names)}.",
            f"Bring its traffic to S-VLAN {s_vlan} at {handover.code}.",
        ),
        removal=(f"Take the SSID of octets {octets} off {len(names)} access points in {wanted.area}.",),
        access_points=names,
        ssid=octets,
        handover=handover.code,
        s_vlan=s_vlan,
        facts=_facts(names, wanted, handover, s_vlan),
    )
