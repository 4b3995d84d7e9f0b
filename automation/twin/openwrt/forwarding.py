"""What an access point does with frames: its bridge's VLANs, and the VLAN each SSID is put in. Pure."""

from automation.twin.forwarding import C_TPID, Forwarding, PortForwarding, PortMode
from automation.uci import Section, Uci

_REQUIRED = "2"


def forwarding_of(config: Uci) -> Forwarding:
    """Ports of the bridge with their VLANs, and every SSID as a port of its own, called as its section is.

    An SSID on which RADIUS names everybody's VLAN is a port for each of these instead: hostapd makes a network device
    of each, which netifd puts in the VLAN's network.
    An access point tags with 0x8100: Linux's bridge as netifd makes it knows no 802.1ad.
    """
    network = config.get("network", ())
    vlans = [section for section in network if section.type == "bridge-vlan"]
    return Forwarding((*_wires(vlans), *_ssids(config, network)))


def _wires(vlans: list[Section]) -> list[PortForwarding]:
    tagged: dict[str, set[int]] = {}
    for section in vlans:
        for port, _, marks in (one.partition(":") for one in section.many("ports")):
            tagged.setdefault(port, set())
            if "u" not in marks:
                tagged[port].add(int(section.one("vlan")))
    return [
        PortForwarding(port, PortMode.TRUNK, vlans=frozenset(tags), tpid=C_TPID)
        for port, tags in tagged.items()
        if tags
    ]


def _ssids(config: Uci, network: tuple[Section, ...]) -> list[PortForwarding]:
    wireless = config.get("wireless", ())
    disabled = {one.name for one in wireless if one.type == "wifi-device" and one.one("disabled") == "1"}
    sent = [
        section
        for section in wireless
        if section.type == "wifi-iface" and section.one("disabled") != "1" and section.one("device") not in disabled
    ]
    # Whom RADIUS names no VLAN for is not let on at all (hostapd.conf, dynamic_vlan=2).
    own = [one for one in sent if one.one("dynamic_vlan") != _REQUIRED]
    shared = {one.name for one in sent} - {one.name for one in own}
    vlans = [one for one in wireless if one.type == "wifi-vlan" and one.one("iface") in shared]
    found = ((section.name, _vlan_of(section.one("network"), network)) for section in (*own, *vlans))
    return [PortForwarding(name, PortMode.ACCESS, vlan=vlan) for name, vlan in found if vlan is not None]


def _vlan_of(name: str, network: tuple[Section, ...]) -> int | None:
    """The VLAN of a network, by its device's name such as br-nh.2001."""
    device = next((one.one("device") for one in network if one.type == "interface" and one.name == name), "")
    _, dot, vlan = device.rpartition(".")
    return int(vlan) if dot and vlan.isdigit() else None
