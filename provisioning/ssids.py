"""Hosted SSIDs: an ISP's own SSID on every access point of an area, its traffic given over at its handover. Pure.

An SSID is 1 to 32 octets (IEEE 802.11-2020, 9.4.2.2); ours are UTF-8 that can be printed. Nothing is pushed to
access points yet: an engineer sets what the tasks say, until automation does.
"""

from collections.abc import Mapping

from inventory.devices import Device, DeviceRole, Lifecycle
from inventory.handovers import Handover
from inventory.snapshot import Snapshot
from inventory.windows import Window
from provisioning.allocation import choose_s_vlan
from provisioning.by_hand import ByHand
from provisioning.hand_designs import HandDesign
from provisioning.orders import Reason
from provisioning.product_errors import SsidInvalid, SsidNotHosted
from provisioning.usage import Usage
from provisioning.wanted import SsidWanted

LONGEST_SSID = 32  # octets
PER_RADIO = 8


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


def design_ssid(
    snapshot: Snapshot,
    usage: Usage,
    sent: Mapping[str, Mapping[int, str]],
    handover: Handover,
    wanted: SsidWanted,
    window: Window,
) -> HandDesign:
    """Return what the SSID needs.

    `sent` are the SSIDs (their octets in hexadecimal) by access point and slot; `usage` knows the tags.

    Raises: SsidNotHosted, HandoverTagsExhausted.
    """
    names = tuple(device.name for device in access_points_in(snapshot, wanted.area))
    octets = wanted.ssid.encode().hex()
    if not names:
        raise SsidNotHosted(
            Reason("no-access-point", f"No live access point stands in {wanted.area!r}.", "Choose another area.")
        )
    same = [name for name in names if octets in sent.get(name, {}).values()]
    if same:
        words = f"{same[0]} in {wanted.area} sends an SSID of that name already."
        raise SsidNotHosted(Reason("ssid-taken", words, "Choose another SSID or another area."))
    full = [name for name in names if len(sent.get(name, {})) >= PER_RADIO]
    if full:
        words = f"{full[0]} in {wanted.area} sends {PER_RADIO} SSIDs, which is as many as its radio may."
        raise SsidNotHosted(Reason("radio-full", words, "Choose another area, or wait until one is ceased."))
    s_vlan = choose_s_vlan(handover, (handover.port.device, *names), usage)
    return HandDesign(_by_hand(names, wanted, handover, s_vlan, octets), window)


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
        facts={
            "access points": f"{len(names)} in {wanted.area}",
            "security": wanted.security.value,
            "traffic": f"S-VLAN {s_vlan} at {handover.code}",
        },
    )
