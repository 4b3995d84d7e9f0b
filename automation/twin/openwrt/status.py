"""What an access point shows of its ports and radios (`network.device status`, `network.wireless status`)."""

import hashlib
from collections.abc import Callable
from typing import Any

from automation.twin.station import Site
from automation.uci import Section, Uci


def device_status(site: Site, config: Callable[[], Uci], arguments: dict[str, Any]) -> dict[str, Any]:
    """Every network device, or the one called `name`."""
    found = {
        port.name: _ethernet(site, port.name, port.speed_mbps) for port in site.device.ports if _is_wire(port.name)
    }
    bridges = [one for one in config().get("network", ()) if one.type == "device" and one.one("type") == "bridge"]
    found |= {one.one("name"): _bridge(site, one) for one in bridges}
    for radio in wireless_status(config()).values():
        for interface in _listed(radio):
            found[interface["ifname"]] = _wireless(site, interface, radio["up"])
    name = arguments.get("name")
    return found if name is None else found.get(str(name), {})


def wireless_status(config: Uci) -> dict[str, Any]:
    """Every radio with what it sends, by the names netifd gives interfaces: `phy0-ap0` (OpenWrt 23.05 and later)."""
    sections = config.get("wireless", ())
    radios = [section for section in sections if section.type == "wifi-device"]
    return {radio.name: _radio(number, radio, sections) for number, radio in enumerate(radios)}


def _radio(number: int, radio: Section, sections: tuple[Section, ...]) -> dict[str, Any]:
    is_up = radio.one("disabled") != "1"
    sent = [
        one
        for one in sections
        if one.type == "wifi-iface" and radio.name in one.many("device") and one.one("disabled") != "1"
    ]
    return {
        "up": is_up,
        "pending": False,
        "autostart": True,
        "disabled": not is_up,
        "retry_setup_failed": False,
        "interfaces": [
            {
                "section": one.name,
                "ifname": f"phy{number}-ap{index}",
                "config": _sent(one),
                "vlans": _vlans(one, f"phy{number}-ap{index}", sections),
            }
            for index, one in enumerate(sent)
        ]
        if is_up
        else [],
    }


def _vlans(ssid: Section, ifname: str, sections: tuple[Section, ...]) -> list[dict[str, str]]:
    """The network devices that hostapd makes for an SSID's VLANs, called by their names (netifd, wireless.c)."""
    vlans = [one for one in sections if one.type == "wifi-vlan" and one.one("iface") == ssid.name]
    return [{"section": one.name, "ifname": f"{ifname}-{one.one('name')}"} for one in vlans]


def _listed(radio: dict[str, Any]) -> list[dict[str, Any]]:
    """What a radio sends, and the VLANs on that."""
    return [each for interface in radio["interfaces"] for each in (interface, *interface["vlans"])]


def _sent(section: Section) -> dict[str, str]:
    """What netifd tells of one SSID, the passphrase with it."""
    return {"mode": "ap"} | {name: section.one(name) for name in ("ssid", "encryption", "key") if section.one(name)}


def _is_wire(name: str) -> bool:
    return not name.startswith("radio")


def _ethernet(site: Site, name: str, speed_mbps: int) -> dict[str, Any]:
    has_link = site.link_up(name)
    speed = {"speed": f"{speed_mbps}F"} if has_link else {}
    return {
        "type": "Network device",
        "up": True,
        "carrier": has_link,
        "mtu": 1500,
        "macaddr": _mac(site, name),
        **speed,
    }


def _bridge(site: Site, section: Section) -> dict[str, Any]:
    name = section.one("name")
    members = list(section.many("ports"))
    return {
        "type": "bridge",
        "up": True,
        "carrier": any(site.link_up(port) for port in members),
        "mtu": 1500,
        "macaddr": _mac(site, name),
        "bridge-members": members,
    }


def _wireless(site: Site, interface: dict[str, Any], is_up: bool) -> dict[str, Any]:
    _, received, sent = site.faults.associated.get(interface["section"], (0, 0, 0))
    return {
        "type": "Network device",
        "up": is_up,
        "carrier": is_up,
        "mtu": 1500,
        "macaddr": _mac(site, interface["ifname"]),
        "statistics": {"rx_bytes": received, "tx_bytes": sent},
    }


def assoclist(site: Site, config: Uci, arguments: dict[str, Any]) -> dict[str, Any]:
    """`iwinfo assoclist` of one interface: those who are on it."""
    for radio in wireless_status(config).values():
        for interface in _listed(radio):
            if interface["ifname"] == arguments.get("device"):
                count, _, _ = site.faults.associated.get(interface["section"], (0, 0, 0))
                macs = (f"02:00:5e:00:{number >> 8:02x}:{number & 255:02x}" for number in range(count))
                return {"results": [{"mac": mac, "signal": -60} for mac in macs]}
    return {"results": []}


def _mac(site: Site, name: str) -> str:
    digest = hashlib.sha256(f"{site.device.name}:{name}".encode()).digest()
    return ":".join(f"{octet:02x}" for octet in (0x02, *digest[:5]))
