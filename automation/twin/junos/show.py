"""What a simulated Junos device shows besides its configuration: the answers NAPALM's junos driver reads.

Element names are those of the Junos XML API (Junos XML API Explorer, operational tags), as PyEZ's and NAPALM's own
tables look for them.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from xml.etree.ElementTree import Element

from automation.twin.junos.database import Commit, Database
from automation.twin.junos.forwarding import channels_of
from automation.twin.junos.refusals import Refused, refuse
from automation.twin.junos.tree import Node
from automation.twin.junos.xml import element, local
from automation.twin.model import NOTHING_COUNTED, Octets, TwinDevice, TwinPort
from automation.twin.show import mac_of
from inventory.devices import PortRef

JUNOS_VERSION = "22.4R3.25"
_MTU = 1514  # an Ethernet port's, where none is configured: CLI, "mtu"
_EXPECTED_DBM = -2.0  # what an SFP's own laser sends


@dataclass(frozen=True, slots=True)
class View:
    """What of a device there is to be shown. `booted_s` is seconds since 1970.

    `misheard` are the ports where LLDP hears another neighbour than is there (a fault door).
    """

    device: TwinDevice
    database: Database
    epoch: Callable[[], float]
    booted_s: float
    link_up: Callable[[str], bool]
    light_dbm: Callable[[str], float | None]
    misheard: Mapping[str, PortRef] = field(default_factory=dict)
    octets: Callable[[str], Octets] = lambda _port: NOTHING_COUNTED


type Show = Callable[[View, Element], Element]


def software(view: View, _rpc: Element) -> Element:
    return element(
        "software-information",
        "",
        element("host-name", _host_name(view)),
        element("product-model", view.device.model.lower()),
        element("product-name", view.device.model.lower()),
        element("junos-version", JUNOS_VERSION),
    )


def command(view: View, rpc: Element) -> Element:
    """A command of the CLI instead of its RPC: those that PyEZ sends itself."""
    text = (rpc.text or "").strip()
    if text.startswith("show version"):
        return software(view, rpc)
    raise refuse("syntax error", text)


def inventory(view: View, _rpc: Element) -> Element:
    chassis = element("chassis", "", element("name", "Chassis"), element("serial-number", view.device.serial))
    chassis.append(element("description", view.device.model))
    return element("chassis-inventory", "", chassis)


def uptime(view: View, _rpc: Element) -> Element:
    now = view.epoch()
    up_s = int(now - view.booted_s)
    return element(
        "system-uptime-information",
        "",
        element("current-time", "", _moment("date-time", now)),
        element(
            "system-booted-time",
            "",
            _moment("date-time", view.booted_s),
            element("time-length", f"{up_s // 60} mins", seconds=str(up_s)),
        ),
    )


def commits(view: View, _rpc: Element) -> Element:
    """`show system commit`."""
    made = element("commit-information")
    for number, commit in enumerate(view.database.history):
        entry = element("commit-history", "", element("sequence-number", str(number)), *_of_commit(commit))
        if number == 0 and view.database.pending is not None:
            entry.append(element("commit-confirmed", "rollback pending"))
        made.append(entry)
    return made


def revision(view: View, _rpc: Element) -> Element:
    """`show system commit revision detail`: the newest commit."""
    commit = next(iter(view.database.history), Commit(view.booted_s, "root", "other"))
    number = len(view.database.history)
    return element(
        "commit-revision-information", "", element("revision", f"re0-{int(commit.at_s)}-{number}"), *_of_commit(commit)
    )


def _of_commit(commit: Commit) -> Iterator[Element]:
    yield element("user", commit.user)
    yield element("client", commit.client)
    yield _moment("date-time", commit.at_s)
    if commit.minutes is not None:
        yield element("comment", f"commit confirmed, rollback in {commit.minutes}mins")
    if commit.log:
        yield element("log", commit.log)


def interfaces(view: View, rpc: Element) -> Element:
    """`show interfaces`, or of those a name with wildcards means; `extensive` has what they counted.

    Those of the private routing instances are not shown.
    """
    options = {local(one): (one.text or "").strip() for one in rpc}
    if "routing-instance" in options:
        raise refuse("routing instance not found", options["routing-instance"])
    only = options.get("interface-name", "")
    made = element("interface-information")
    made.extend(_physical(view, port) for port in view.device.ports if _is_meant(only, port.name))
    made.extend(_channel(view, name, members) for name, members in _channels(view).items() if _is_meant(only, name))
    if "extensive" in options:
        for one in made:
            one.append(_counted(view, one.findtext("name") or ""))
    return made


def _is_meant(only: str, name: str) -> bool:
    return not only or fnmatchcase(name, only)


def _counted(view: View, name: str) -> Element:
    received, sent = view.octets(name)
    figures = element("input-bytes", str(received)), element("output-bytes", str(sent))
    return element("traffic-statistics", "", *figures)


def _channels(view: View) -> Mapping[str, tuple[str, ...]]:
    return channels_of(view.database.committed)


def _channel(view: View, name: str, members: Sequence[str]) -> Element:
    """A port-channel: up while a member is, as fast as those that are."""
    rates = {port.name: port.speed_mbps for port in view.device.ports}
    up = [member for member in members if view.link_up(member)]
    return _physical(view, TwinPort(name, sum(rates.get(one, 0) for one in up)), is_linked=bool(up))


def _physical(view: View, port: TwinPort, *, is_linked: bool | None = None) -> Element:
    config = view.database.committed.find("interfaces", port.name)
    enabled = config is None or config.child("disable") is None
    is_up = enabled and (view.link_up(port.name) if is_linked is None else is_linked)
    made = element(
        "physical-interface",
        "",
        element("name", port.name),
        element("admin-status", "up" if enabled else "down"),
        element("oper-status", "up" if is_up else "down"),
    )
    if config is not None and config.leaf("description"):
        made.append(element("description", config.leaf("description")))
    made.append(element("mtu", (config.leaf("mtu") if config else "") or str(_MTU)))
    made.append(element("speed", _speed(port)))
    made.append(element("current-physical-address", mac_of(view.device.name, port.name)))
    made.append(_moment("interface-flapped", view.booted_s))
    made.extend(_logical(port, unit, is_up=is_up) for unit in (config.entries("unit") if config else ()))
    return made


def _logical(port: TwinPort, unit: Node, *, is_up: bool) -> Element:
    made = element("logical-interface", "", element("name", f"{port.name}.{unit.value}"))
    if unit.leaf("description"):
        made.append(element("description", unit.leaf("description")))
    down = unit.child("disable") is not None or not is_up
    made.append(element("if-config-flags", "", element("iff-down" if down else "iff-up")))
    return made


def lldp(view: View, _rpc: Element) -> Element:
    """`show lldp neighbors`: of ports that speak it (`protocols lldp interface`), where the far end is known."""
    made = element("lldp-neighbors-information")
    channels = {member: name for name, members in _channels(view).items() for member in members}
    for port in view.device.ports:
        heard = view.misheard.get(port.name, port.far_end)
        if heard is not None and _speaks_lldp(view, port):
            made.append(_neighbour(port.name, channels.get(port.name, "-"), heard))
    return made


def _neighbour(port: str, channel: str, heard: PortRef) -> Element:
    return element(
        "lldp-neighbor-information",
        "",
        element("lldp-local-port-id", port),
        element("lldp-local-parent-interface-name", channel),
        element("lldp-remote-chassis-id-subtype", "Mac address"),
        element("lldp-remote-chassis-id", mac_of(heard.device, "system")),
        element("lldp-remote-port-id", heard.port),
        element("lldp-remote-system-name", heard.device),
    )


def _speaks_lldp(view: View, port: TwinPort) -> bool:
    if not view.link_up(port.name):
        return False
    spoken = view.database.committed.find("protocols", "lldp")
    found = {one.value: one for one in spoken.entries("interface")} if spoken else {}
    own = found.get(port.name) or found.get("all")
    return own is not None and own.child("disable") is None


def optics(view: View, _rpc: Element) -> Element:
    """`show interfaces diagnostics optics`: of ports whose optic is known."""
    made = element("interface-information")
    for port in view.device.ports:
        level = view.light_dbm(port.name)
        if level is not None:
            values = element(
                "optics-diagnostics",
                "",
                element("laser-bias-current", "6.000"),
                element("laser-output-power-dbm", f"{_EXPECTED_DBM:.2f}"),
                element("rx-signal-avg-optical-power-dbm", f"{level:.2f}"),
            )
            made.append(element("physical-interface", "", element("name", port.name), values))
    return made


def file(_view: View, rpc: Element) -> Element:
    """No file of the device's is here to be read; PyEZ goes on without."""
    name = next((one.text or "" for one in rpc if local(one) == "filename"), "")
    raise Refused((refuse(f"could not resolve file: {name}", name).errors[0],))


SHOWS: dict[str, Show] = {
    "get-software-information": software,
    "command": command,
    "get-chassis-inventory": inventory,
    "get-system-uptime-information": uptime,
    "get-commit-information": commits,
    "get-commit-revision-information": revision,
    "get-interface-information": interfaces,
    "get-lldp-neighbors-information": lldp,
    "get-interface-optics-diagnostics-information": optics,
    "file-show": file,
}


def _host_name(view: View) -> str:
    system = view.database.committed.child("system")
    return (system.leaf("host-name") if system else "") or "Amnesiac"


def _moment(tag: str, at_s: float) -> Element:
    return element(tag, time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(at_s)), seconds=str(int(at_s)))


def _speed(port: TwinPort) -> str:
    return f"{port.speed_mbps // 1000}Gbps" if port.speed_mbps >= 10_000 else f"{port.speed_mbps}mbps"
