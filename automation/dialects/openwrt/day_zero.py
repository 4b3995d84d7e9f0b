"""What an access point says before any tenant: its name, its bridge, the way to manage it, its radios. Pure.

The bridge filters VLANs; its management is untagged (VLAN 1 inside). Radios are on, and send nothing.
"""

from collections.abc import Sequence

from automation.baseline import BaselineRules, access_point_intent
from automation.dialects.openwrt.render import render
from automation.intents import AccessPointIntent
from automation.uci import Section, Uci, Value, parse
from inventory.devices import Device, PortRole
from inventory.snapshot import Snapshot

_BANDS: tuple[tuple[str, str, str], ...] = (("2g", "auto", "HE20"), ("5g", "auto", "HE80"), ("6g", "auto", "HE80"))
_LOOPBACK = Section("network", "loopback", "interface", {"device": "lo", "proto": "static", "ipaddr": "127.0.0.1/8"})


def day_zero(
    base: AccessPointIntent,
    radios: Sequence[str],
    *,
    country: str = "GB",
    ntp_servers: Sequence[str] = (),
    syslog_server: str = "",
) -> Uci:
    """The configuration of an access point on its first day. Raises: UnsafeText."""
    return {
        "network": (_LOOPBACK, *parse(render([base]))["network"]),
        "system": _system(base.device, ntp_servers, syslog_server),
        "wireless": tuple(_radio(radio, number, country) for number, radio in enumerate(radios)),
    }


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


def day_zero_of(snapshot: Snapshot, device: Device, rules: BaselineRules, *, country: str = "GB") -> Uci:
    """Day 0 of an access point of the inventory: its uplinks and radios are its ports there."""
    return day_zero(
        access_point_intent(snapshot, device, rules),
        [port.ref.port for port in snapshot.ports_of(device.name) if port.role is PortRole.RADIO],
        country=country,
        ntp_servers=rules.ntp_servers,
        syslog_server=next(iter(rules.syslog_servers), ""),
    )
