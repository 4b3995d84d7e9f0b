"""What an access point says before any tenant: its name, its bridge, the way to manage it, its radios. Pure.

The bridge filters VLANs; its management is untagged (VLAN 1 inside). Radios are on, and send nothing.
"""

from collections.abc import Sequence

from automation.baseline import BaselineRules
from automation.uci import Section, Uci, Value
from inventory.devices import Device, PortRole
from inventory.snapshot import Snapshot

BRIDGE = "br-nh"
UNTAGGED_VLAN = 1
_BANDS: tuple[tuple[str, str, str], ...] = (("2g", "auto", "HE20"), ("5g", "auto", "HE80"), ("6g", "auto", "HE80"))


def day_zero(
    name: str,
    address: str,
    netmask: str,
    uplinks: Sequence[str],
    radios: Sequence[str],
    *,
    country: str = "GB",
    gateway: str = "",
    ntp_servers: Sequence[str] = (),
    syslog_server: str = "",
) -> Uci:
    """The configuration of an access point on its first day. `address` is that of its management, IPv4."""
    return {
        "network": _network(address, netmask, gateway, uplinks),
        "system": _system(name, ntp_servers, syslog_server),
        "wireless": tuple(_radio(radio, number, country) for number, radio in enumerate(radios)),
    }


def _network(address: str, netmask: str, gateway: str, uplinks: Sequence[str]) -> tuple[Section, ...]:
    management: dict[str, Value] = {
        "device": f"{BRIDGE}.{UNTAGGED_VLAN}",
        "proto": "static",
        "ipaddr": address,
        "netmask": netmask,
    }
    return (
        Section("network", "loopback", "interface", {"device": "lo", "proto": "static", "ipaddr": "127.0.0.1/8"}),
        Section(
            "network",
            "nh0_bridge",
            "device",
            {"name": BRIDGE, "type": "bridge", "vlan_filtering": "1", "ports": tuple(uplinks)},
        ),
        Section(
            "network",
            "nh0_untagged",
            "bridge-vlan",
            {"device": BRIDGE, "vlan": str(UNTAGGED_VLAN), "ports": tuple(f"{port}:u*" for port in uplinks)},
        ),
        Section("network", "nh0_management", "interface", management | ({"gateway": gateway} if gateway else {})),
    )


def _system(name: str, ntp_servers: Sequence[str], syslog_server: str) -> tuple[Section, ...]:
    options: dict[str, Value] = {"hostname": name, "timezone": "UTC"}
    log: dict[str, Value] = {"log_ip": syslog_server, "log_proto": "udp"} if syslog_server else {}
    found = [Section("system", "nh0_system", "system", options | log)]
    if ntp_servers:
        found.append(Section("system", "ntp", "timeserver", {"enabled": "1", "server": tuple(ntp_servers)}))
    return tuple(found)


def _radio(name: str, number: int, country: str) -> Section:
    band, channel, htmode = _BANDS[min(number, len(_BANDS) - 1)]
    return Section(
        "wireless",
        name,
        "wifi-device",
        {
            "type": "mac80211",
            "band": band,
            "channel": channel,
            "htmode": htmode,
            "country": country,
            "cell_density": "0",
            "disabled": "0",
        },
    )


def day_zero_of(
    snapshot: Snapshot, device: Device, rules: BaselineRules, *, netmask: str, gateway: str = "", country: str = "GB"
) -> Uci:
    """Day 0 of an access point of the inventory: its uplinks and radios are its ports there."""
    ports = snapshot.ports_of(device.name)
    return day_zero(
        device.name,
        device.management_address or "",
        netmask,
        [port.ref.port for port in ports if port.role is PortRole.NNI],
        [port.ref.port for port in ports if port.role is PortRole.RADIO],
        country=country,
        gateway=gateway,
        ntp_servers=rules.ntp_servers,
        syslog_server=next(iter(rules.syslog_servers), ""),
    )
