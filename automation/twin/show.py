"""What `show` commands answer, as JSON in the shape of EOS's models, and as text.

The keys are those NAPALM's eos driver and EOS's own command API overview read; of counters, the octets.
"""

import difflib
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from automation.twin.config import DeviceConfig, interface_head, natural, render, render_all, tree
from automation.twin.configure import allowed_vlans, boot_config
from automation.twin.model import LAUNCH_DBM, NOTHING_COUNTED, Octets, TwinDevice, TwinPort
from automation.twin.refusals import could_not_run
from automation.twin.sessions import MAX_COMPLETED, MAX_PENDING, Sessions, State
from automation.twin.vlan_lists import parse_vlans
from inventory.devices import PortRef

DARK_DBM = -30.0  # what EOS shows where an optic sees nothing
TWIN_BUILD = "38000000"  # stands where EOS has its build number; not a real build


@dataclass(frozen=True, slots=True)
class Answer:
    """One command's answer. `json` is None where EOS has no JSON for it; `as_json` makes it where that is dear."""

    text: str = ""
    json: Mapping[str, object] | None = None
    as_json: Callable[[], Mapping[str, object]] | None = None


@dataclass(frozen=True, slots=True)
class View:
    """What of a device there is to be shown. `booted_at` is seconds since 1970; `started_s` the same on its clock."""

    device: TwinDevice
    config: DeviceConfig
    startup: str
    sessions: Sessions
    link_up: Callable[[str], bool]
    booted_at: float
    uptime_s: float
    started_s: float
    light_dbm: Callable[[str], float | None] = lambda _port: None
    misheard: Mapping[str, PortRef] = field(default_factory=dict)
    octets: Callable[[str], Octets] = lambda _port: NOTHING_COUNTED


type Arguments = Mapping[str, str]
type Show = Callable[[View, Arguments, Sequence[str]], Answer]


def header(device: TwinDevice, command: str) -> str:
    """The two lines EOS puts above a configuration."""
    return f"! Command: {command}\n! device: {device.name} ({device.model}, EOS-{device.eos_version})\n"


def unified_diff(before: str, after: str, from_name: str, to_name: str) -> str:
    """Return the difference as EOS prints it, "" where there is none."""
    return "\n".join(difflib.unified_diff(before.splitlines(), after.splitlines(), from_name, to_name, lineterm=""))


def version(view: View, _arguments: Arguments, _tokens: Sequence[str]) -> Answer:
    device = view.device
    build = f"{device.eos_version}-{TWIN_BUILD}.{device.eos_version.replace('.', '')}"
    mac = mac_of(device.name, "system")
    answer = {
        "mfgName": "Arista",
        "modelName": device.model,
        "hardwareRevision": "11.00",
        "serialNumber": device.serial,
        "systemMacAddress": mac,
        "hwMacAddress": mac,
        "configMacAddress": "00:00:00:00:00:00",
        "version": device.eos_version,
        "architecture": "x86_64",
        "internalVersion": build,
        "internalBuildId": "neutralhost-twin",
        "imageFormatVersion": "3.0",
        "bootupTimestamp": view.booted_at,
        "uptime": view.uptime_s,
        "memTotal": 8099732,
        "memFree": 5632800,
        "isIntlVersion": False,
    }
    text = f"Arista {device.model}\nSerial number: {device.serial}\nSoftware image version: {device.eos_version}\n"
    return Answer(f"{text}Internal build version: {build}\nSystem MAC address: {mac}\n", answer)


def hostname(view: View, _arguments: Arguments, _tokens: Sequence[str]) -> Answer:
    name = _global(view.config, "hostname ") or "localhost"
    domain = _global(view.config, "dns domain ")
    fqdn = f"{name}.{domain}" if domain else name
    return Answer(f"Hostname: {name}\nFQDN:     {fqdn}\n", {"hostname": name, "fqdn": fqdn})


def running(view: View, _arguments: Arguments, tokens: Sequence[str]) -> Answer:
    body = render_all(view.config) if "all" in tokens else render(view.config, sanitized="sanitized" in tokens)
    return _config_answer(header(view.device, " ".join(tokens)), body)


def running_diffs(view: View, _arguments: Arguments, _tokens: Sequence[str]) -> Answer:
    diff = unified_diff(_booted(view), render(view.config), "flash:/startup-config", "system:/running-config")
    return Answer(f"{diff}\n" if diff else "")


def running_interfaces(view: View, arguments: Arguments, _tokens: Sequence[str]) -> Answer:
    lines: list[str] = []
    for name in arguments["names"].split():
        head = interface_head(name)
        if (head,) in view.config.blocks:
            lines += [head.text, *(f"   {line}" for line in view.config.lines_of(head))]
    return Answer("".join(f"{line}\n" for line in lines), {"cmds": tree(lines)})


def startup(view: View, _arguments: Arguments, _tokens: Sequence[str]) -> Answer:
    # What it has on its first day was written by us: a switch says it in its own way, as all that it writes itself.
    return _config_answer("", _booted(view) if view.startup == view.device.config else view.startup)


def _booted(view: View) -> str:
    """What would run after a reboot."""
    config, _refused = boot_config(view.startup, {*(port.name for port in view.device.ports), "Management1"})
    return render(config)


def sessions(view: View, _arguments: Arguments, _tokens: Sequence[str]) -> Answer:
    shown = {name: _session(view, name) for name in view.sessions.by_name}
    answer: dict[str, object] = {
        "sessions": shown,
        "maxSavedSessions": MAX_COMPLETED,
        "maxOpenSessions": MAX_PENDING,
        "mergeOnCommit": False,
        "saveToStartupConfigOnCommit": False,
    }
    on_timer = view.sessions.on_timer()
    if _names_timer_apart(view.device) and on_timer is not None and on_timer.revert_at_s is not None:
        answer["commitTimerSessionName"] = on_timer.name
        answer["commitTimerExpireTime"] = on_timer.revert_at_s - view.started_s
    rows = "".join(f"  {name}  {session['state']}  {session['commitUser']}\n" for name, session in shown.items())
    counts = (
        f"Maximum number of completed sessions: {MAX_COMPLETED}\nMaximum number of pending sessions: {MAX_PENDING}\n"
    )
    return Answer(f"{counts}\n  Name  State  User\n{rows}", answer)


def _names_timer_apart(device: TwinDevice) -> bool:
    """Since EOS 4.32 the top names the session on a timer, and its state reads "committed" (napalm issue 2166)."""
    numbers = [int(part) for part in device.eos_version.split(".")[:2]]
    return numbers >= [4, 32]


def _session(view: View, name: str) -> dict[str, object]:
    session = view.sessions.by_name[name]
    shown: dict[str, object] = {"state": session.state.value, "commitUser": "", "description": "", "instances": {}}
    if session.completed_s is not None:
        shown["completedTime"] = view.booted_at + session.completed_s - view.started_s
    if session.state is State.COMMIT_TIMER and session.revert_at_s is not None:
        if _names_timer_apart(view.device):
            shown["state"] = "committed"
        else:
            shown["commitBy"] = session.revert_at_s - view.started_s
    return shown


def session_config(view: View, arguments: Arguments, tokens: Sequence[str]) -> Answer:
    session = view.sessions.named(arguments["name"])
    body = render(session.config, sanitized="sanitized" in tokens)
    return _config_answer(header(view.device, " ".join(tokens)), body)


def session_diffs(view: View, arguments: Arguments, _tokens: Sequence[str]) -> Answer:
    session = view.sessions.named(arguments["name"])
    to_name = f"session:/{session.name}-session-config"
    diff = unified_diff(render(view.config), render(session.config), "system:/running-config", to_name)
    return Answer(f"{diff}\n" if diff else "")


def interfaces(view: View, arguments: Arguments, _tokens: Sequence[str]) -> Answer:
    shown = {name: _interface(view, name) for name in _wanted(view, arguments)}
    lines = (
        f"{name} is {one['interfaceStatus']}, line protocol is {one['lineProtocolStatus']}\n"
        for name, one in shown.items()
    )
    return Answer("".join(lines), {"interfaces": shown})


def interfaces_status(view: View, arguments: Arguments, _tokens: Sequence[str]) -> Answer:
    names = [name for name in _wanted(view, arguments) if not name.startswith(("Loopback", "Vlan"))]
    shown = {name: _status(view, name) for name in names}
    rows = (f"{name:<16} {one['description']!s:<32} {one['linkStatus']}\n" for name, one in shown.items())
    return Answer(
        "Port             Name                             Status\n" + "".join(rows), {"interfaceStatuses": shown}
    )


def vlan(view: View, arguments: Arguments, _tokens: Sequence[str]) -> Answer:
    wanted = parse_vlans(arguments["vlans"]) if "vlans" in arguments else None
    ids = {1, *(head.key[0] for head in view.config.heads("vlan"))}
    shown = {str(one): _vlan(view, int(one)) for one in sorted(ids, key=int) if wanted is None or int(one) in wanted}
    rows = (f"{number:<5} {one['name']!s:<32} {one['status']}\n" for number, one in shown.items())
    return Answer(
        "VLAN  Name                             Status\n" + "".join(rows), {"vlans": shown, "sourceDetail": ""}
    )


def lldp_neighbors(view: View, _arguments: Arguments, _tokens: Sequence[str]) -> Answer:
    found = [
        {"port": port.name, "neighborDevice": heard.device, "neighborPort": heard.port, "ttl": 120}
        for port in view.device.ports
        if (heard := view.misheard.get(port.name, port.far_end)) is not None
        and view.link_up(port.name)
        and "no lldp transmit" not in _lines(view, port.name)
    ]
    rows = (f"{one['port']}  {one['neighborDevice']}  {one['neighborPort']}\n" for one in found)
    return Answer("".join(rows), {"lldpNeighbors": found})


def transceiver(view: View, arguments: Arguments, _tokens: Sequence[str]) -> Answer:
    """Light in dBm, and no figures where no optic is, as of a copper port."""
    shown = {name: _optic(view, name) for name in _wanted(view, arguments) if name.startswith("Ethernet")}
    rows = (f"{name:<16} {one['txPower']:>8} {one['rxPower']:>8}\n" for name, one in shown.items() if one)
    return Answer("Port             Tx dBm   Rx dBm\n" + "".join(rows), {"interfaces": shown})


SHOWS: dict[str, Show] = {
    "version": version,
    "hostname": hostname,
    "running": running,
    "running_diffs": running_diffs,
    "running_interfaces": running_interfaces,
    "startup": startup,
    "sessions": sessions,
    "session_config": session_config,
    "session_diffs": session_diffs,
    "interfaces": interfaces,
    "interfaces_status": interfaces_status,
    "vlan": vlan,
    "lldp_neighbors": lldp_neighbors,
    "transceiver": transceiver,
}


@lru_cache(maxsize=65_536)
def mac_of(device: str, port: str) -> str:
    """A locally administered MAC address that is always the same for a port."""
    digest = hashlib.sha256(f"{device}:{port}".encode()).digest()
    return ":".join(f"{byte:02x}" for byte in (0x02, *digest[:5]))


def _config_answer(head: str, body: str) -> Answer:
    return Answer(head + body, as_json=lambda: {"cmds": tree(body.splitlines()), "header": head.splitlines()})


def _global(config: DeviceConfig, beginning: str) -> str:
    return next((line.removeprefix(beginning) for line in config.blocks[()].values() if line.startswith(beginning)), "")


def _lines(view: View, name: str) -> tuple[str, ...]:
    return view.config.lines_of(interface_head(name))


def _argument(lines: Sequence[str], beginning: str, default: str = "") -> str:
    return next((line.removeprefix(beginning) for line in lines if line.startswith(beginning)), default)


def _wanted(view: View, arguments: Arguments) -> list[str]:
    """Raises: CommandRefused, where an interface that was asked for is not there."""
    there = [
        path[0].text.removeprefix("interface ")
        for path in view.config.blocks
        if path and path[0].text.startswith("interface ")
    ]
    if "names" not in arguments:
        return sorted(there, key=natural)
    names = arguments["names"].split()
    if missing := [name for name in names if name not in there]:
        raise could_not_run(f"Interface does not exist: {missing[0]}")
    return names


def _port(view: View, name: str) -> TwinPort:
    return next((port for port in view.device.ports if port.name == name), TwinPort(name))


def _link_status(view: View, name: str) -> str:
    if "shutdown" in _lines(view, name):
        return "disabled"
    if name.startswith("Port-Channel"):
        return "connected" if any(map(view.link_up, _lag_members(view, name))) else "notconnect"
    return "connected" if view.link_up(name) else "notconnect"


def _lag_members(view: View, name: str) -> list[str]:
    """The ports of a port-channel: it is up while one of them is."""
    group = f"channel-group {name.removeprefix('Port-Channel')} mode "
    return [port.name for port in view.device.ports if any(line.startswith(group) for line in _lines(view, port.name))]


def _speed_mbps(view: View, name: str) -> int:
    if name.startswith("Port-Channel"):
        return sum(_port(view, one).speed_mbps for one in _lag_members(view, name) if view.link_up(one))
    return _port(view, name).speed_mbps


def _interface(view: View, name: str) -> dict[str, object]:
    lines = _lines(view, name)
    status = _link_status(view, name)
    ethernet = name.startswith(("Ethernet", "Port-Channel"))
    received, sent = view.octets(name)
    return {
        "name": name,
        "description": _argument(lines, "description "),
        "interfaceStatus": status,
        "lineProtocolStatus": "up" if status == "connected" else "down",
        "forwardingModel": "bridged" if ethernet and "no switchport" not in lines else "routed",
        "hardware": "ethernet" if name.startswith(("Ethernet", "Management")) else name.rstrip("0123456789").lower(),
        "mtu": int(_argument(lines, "mtu ", "1500")),
        "bandwidth": _speed_mbps(view, name) * 1_000_000,
        "physicalAddress": mac_of(view.device.name, name),
        "lastStatusChangeTimestamp": view.booted_at,
        "interfaceAddress": [],
        "interfaceCounters": {"inOctets": received, "outOctets": sent} if ethernet else {},
    }


def _status(view: View, name: str) -> dict[str, object]:
    lines = _lines(view, name)
    status = _link_status(view, name)
    mode = _argument(lines, "switchport mode ", "access")
    vlans: dict[str, object] = {
        "interfaceMode": "trunk" if mode == "trunk" else "bridged",
        "interfaceForwardingModel": "bridged",
    }
    if mode != "trunk":
        vlans["vlanId"] = int(_argument(lines, "switchport access vlan ", "1"))
    return {
        "description": _argument(lines, "description "),
        "linkStatus": status,
        "lineProtocolStatus": "up" if status == "connected" else "down",
        "bandwidth": _speed_mbps(view, name) * 1_000_000,
        "duplex": "duplexFull",
        "autoNegotiateActive": False,
        "interfaceType": "10/100/1000" if _port(view, name).speed_mbps <= 1000 else "10GBASE-LR",
        "vlanInformation": vlans,
    }


def _optic(view: View, name: str) -> dict[str, object]:
    port = _port(view, name)
    if port.light_dbm is None:
        return {}
    light = view.light_dbm(name)
    return {
        "mediaType": "1000BASE-LX" if port.speed_mbps <= 1000 else "10GBASE-LR",
        "vendorSn": f"SIM{mac_of(view.device.name, name).replace(':', '').upper()}",
        "narrowBand": False,
        "updateTime": view.booted_at + view.uptime_s,
        "temperature": 32.0,
        "voltage": 3.3,
        "txBias": 0.0 if "shutdown" in _lines(view, name) else 22.0,
        "txPower": DARK_DBM if "shutdown" in _lines(view, name) else LAUNCH_DBM,
        "rxPower": DARK_DBM if light is None else light,
    }


def _vlan(view: View, number: int) -> dict[str, object]:
    head = next((head for head in view.config.heads("vlan") if head.key == (number,)), None)
    lines = view.config.lines_of(head) if head else ()
    default = "default" if number == 1 else f"VLAN{number:04}"
    return {
        "name": _argument(lines, "name ", default),
        "status": "suspended" if "state suspend" in lines else "active",
        "dynamic": False,
        "interfaces": {name: {"privatePromoted": False, "blocked": None} for name in _members(view, number)},
    }


def _members(view: View, number: int) -> list[str]:
    return [
        port.name for port in view.device.ports if view.link_up(port.name) and _carries(_lines(view, port.name), number)
    ]


def _carries(lines: Sequence[str], number: int) -> bool:
    """Whether a port with these lines is a member of a VLAN. A shut or routed one is of none."""
    if "shutdown" in lines or "no switchport" in lines:
        return False
    if _argument(lines, "switchport mode ") == "trunk":
        return number in allowed_vlans(
            next((line for line in lines if line.startswith("switchport trunk allowed")), None)
        )
    return int(_argument(lines, "switchport access vlan ", "1")) == number
