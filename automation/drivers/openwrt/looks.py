"""What an access point says of itself, in the shapes of NAPALM's models (napalm.base.models). Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any


def facts(board: Mapping[str, Any], info: Mapping[str, Any], interface_list: Sequence[str]) -> dict[str, Any]:
    """`get_facts`. rpcd tells no serial number: it is on the label, and in the inventory."""
    release = board.get("release", {})
    hostname = str(board.get("hostname", ""))
    return {
        "vendor": str(release.get("distribution", "OpenWrt")),
        "model": str(board.get("model", "")),
        "hostname": hostname,
        "fqdn": hostname,
        "os_version": str(release.get("version", "")),
        "serial_number": "",
        "uptime": float(info.get("uptime", 0)),
        "interface_list": sorted(interface_list),
    }


def interfaces(devices: Mapping[str, Mapping[str, Any]], radios: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """`get_interfaces`: wires, bridges, what is sent, and the radios themselves."""
    return {
        **{name: _device(shown) for name, shown in devices.items()},
        **{name: _radio(shown) for name, shown in radios.items()},
    }


def on_air(
    radios: Mapping[str, Mapping[str, Any]],
    devices: Mapping[str, Mapping[str, Any]],
    stations_on: Callable[[str], int],
) -> list[dict[str, Any]]:
    """Each SSID on each radio, by its section: how many devices are on it, and the octets it has passed on.

    On a shared SSID hostapd has a network device for each tenant, which netifd lists as the SSID's `vlans`: those
    who are in a tenant's VLAN are on that, and on no other.
    """
    return [
        {
            "section": str(sent.get("section", "")),
            "radio": radio,
            "stations": stations_on(str(sent["ifname"])),
            "rx_bytes": _counted(devices, str(sent["ifname"]), "rx_bytes"),
            "tx_bytes": _counted(devices, str(sent["ifname"]), "tx_bytes"),
        }
        for radio, shown in radios.items()
        for interface in shown.get("interfaces", ())
        for sent in (interface, *interface.get("vlans", ()))
        if sent.get("ifname")
    ]


def sent_on(radios: Mapping[str, Mapping[str, Any]]) -> list[dict[str, str]]:
    """Each SSID on each radio that is up: its section, its text, and how it is secured, in UCI's words.

    netifd tells the passphrase beside them; it is not looked at.
    """
    return [
        {
            "section": str(sent.get("section", "")),
            "radio": radio,
            "ssid": str(sent.get("config", {}).get("ssid", "")),
            "encryption": str(sent.get("config", {}).get("encryption", "")),
        }
        for radio, shown in radios.items()
        if shown.get("up")
        for sent in shown.get("interfaces", ())
    ]


def _counted(devices: Mapping[str, Mapping[str, Any]], name: str, counter: str) -> int:
    return int(devices.get(name, {}).get("statistics", {}).get(counter, 0))


def _device(shown: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "is_up": bool(shown.get("up")) and bool(shown.get("carrier")),
        "is_enabled": bool(shown.get("up")),
        "description": "",
        "last_flapped": -1.0,
        "mtu": int(shown.get("mtu", 0)),
        "speed": _mbps(str(shown.get("speed", ""))),
        "mac_address": str(shown.get("macaddr", "")).upper(),
    }


def _radio(shown: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "is_up": bool(shown.get("up")) and not shown.get("pending") and not shown.get("retry_setup_failed"),
        "is_enabled": not shown.get("disabled"),
        "description": "",
        "last_flapped": -1.0,
        "mtu": 0,
        "speed": -1.0,
        "mac_address": "",
    }


def _mbps(speed: str) -> float:
    """Such as 2500F or 100H; -1.0 where there is no link."""
    match = re.fullmatch(r"([0-9]+)[FH]", speed)
    return float(match[1]) if match else -1.0
