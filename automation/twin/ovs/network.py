"""Make and take down what a packet twin consists of: namespaces, cables, switches; also what a killed one left."""

import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from automation.twin.errors import TwinProgramFailed
from automation.twin.forwarding import DeviceState
from automation.twin.model import NOTHING_COUNTED, Octets
from automation.twin.ovs.counters import read_octets
from automation.twin.ovs.daemons import OpenVswitch, make_template
from automation.twin.ovs.ending import Running, end, running
from automation.twin.ovs.ends import Router
from automation.twin.ovs.naming import Naming, interface_name
from automation.twin.ovs.plan import OUTSIDE_MTU, Cable, PacketPlan
from automation.twin.ovs.programs import ip_batch, run
from automation.twin.ovs.switch import PacketSwitch
from inventory.devices import PortRef
from inventory.errors import UnknownThing

_AT_A_TIME = 4
_PROGRAMS = frozenset({"ovsdb-server", "ovs-vswitchd"})
NAMESPACES = Path("/run/netns")


class PacketNetwork:
    """The network of one packet twin, while it is up."""

    def __init__(self, plan: PacketPlan, naming: Naming) -> None:
        self.plan = plan
        self.naming = naming
        self._vswitches = {
            name: OpenVswitch(namespace, naming.run_folder / f"d-{namespace.removeprefix(naming.prefix)}")
            for name, namespace in plan.namespaces
        }
        self._switches = {
            name: PacketSwitch(one, plan.interfaces(one.namespace), has_radios=name in plan.wireless)
            for name, one in self._vswitches.items()
        }
        self._lossy: set[tuple[str, str]] = set()
        self._routers: dict[PortRef, Router] = {}
        self._cables = {cable.code: cable for cable in plan.cables if cable.code}

    def up(self) -> None:
        """Make it all. Raises: TwinProgramFailed; what was made by then is left for `remove_all`."""
        remove_all(self.naming)
        template = make_template(self.naming.run_folder)
        ends = dict.fromkeys(end.namespace for end in self.plan.ends)
        ip_batch([f"netns add {name}" for name in (*dict(self.plan.namespaces).values(), *ends)])
        ip_batch([line for cable in self.plan.cables for line in _made(cable)])
        _at_once(lambda one: one.start(template), self._vswitches.values())
        _at_once(PacketSwitch.start, self._switches.values())
        _at_once(self._open_end, ends)

    def apply(self, device: str, state: DeviceState) -> None:
        """Let a device forward so. Raises: TwinProgramFailed."""
        self._switches[device].apply(state)
        for namespace, interface in tuple(self._lossy):
            if namespace == self.plan.namespace(device):  # a port that joins a bridge is given another queue
                self._lose_all(namespace, interface)

    def cut(self, code: str, *, silently: bool = False) -> None:
        """Cut a link: no carrier at either end, or `silently` with the light on and every frame lost."""
        cable = self._cables[code]
        if silently:
            for namespace, interface in cable.ends:
                self._lossy.add((namespace, interface))
                self._lose_all(namespace, interface)
            return
        ip_batch([f"link set dev {cable.a_interface} down"], namespace=cable.a_namespace)
        ip_batch([f"link set dev {cable.z_interface} down"], namespace=cable.z_namespace)

    def repair(self, code: str) -> None:
        """Undo both kinds of cut."""
        for namespace, interface in self._cables[code].ends:
            self._lossy.discard((namespace, interface))
            with suppress(TwinProgramFailed):  # it has no queue of ours
                run("ip", "netns", "exec", namespace, "tc", "qdisc", "del", "dev", interface, "root")
            self._in_namespace(namespace).give_queue(interface)

    def router(self, port: PortRef) -> Router:
        """The router at a subscriber's or an ISP's port; the same one every time. Raises: UnknownThing."""
        if port not in self._routers:
            end = next((end for end in self.plan.ends if end.port == port), None)
            if end is None:
                raise UnknownThing("end of the twin at port", str(port))
            folder = self.naming.run_folder / f"e-{len(self._routers)}"
            self._routers[port] = Router(end, folder, make_template(self.naming.run_folder))
        return self._routers[port]

    def octets(self, port: PortRef) -> Octets:
        """What a port has counted: received by its device, sent by it. Nothing where it has no cable."""
        try:
            counted = read_octets(self.naming.device(port.device))
        except TwinProgramFailed:
            return NOTHING_COUNTED
        return counted.get(interface_name(port.port), NOTHING_COUNTED)

    def switch(self, device: str) -> PacketSwitch:
        return self._switches[device]

    def _lose_all(self, namespace: str, interface: str) -> None:
        """Drop every frame that is sent, and keep the carrier: a bucket smaller than any frame."""
        self._in_namespace(namespace).keep_queue(interface)
        words = ("root", "tbf", "rate", "8bit", "burst", "10b", "limit", "10b")
        run("ip", "netns", "exec", namespace, "tc", "qdisc", "replace", "dev", interface, *words)

    def _in_namespace(self, namespace: str) -> PacketSwitch:
        return next(one for name, one in self._switches.items() if self.plan.namespace(name) == namespace)

    def _open_end(self, namespace: str) -> None:
        interfaces = [end.interface for end in self.plan.ends if end.namespace == namespace]
        lines = [f"link set dev {name} mtu {OUTSIDE_MTU} up" for name in interfaces if name != "net0"]
        ip_batch(["link set dev lo up", *lines, *_up(interfaces)], namespace=namespace)
        for name in interfaces:  # the far side forwards in user space and knows no checksum left to hardware
            run("ip", "netns", "exec", namespace, "ethtool", "-K", name, "tx", "off")


def remove_all(naming: Naming) -> tuple[str, ...]:
    """End every process and namespace of this twin, whoever made them and whether or not it still runs.

    Returns the names of what could not be removed; none is the rule.
    """
    end(_daemons(naming))
    namespaces = [name for name in _namespaces() if name.startswith(naming.prefix)]
    end(one for name in namespaces for one in _inside(name))
    for name in namespaces:
        with suppress(TwinProgramFailed):  # said below, by its being there still
            run("ip", "netns", "delete", name)
    shutil.rmtree(naming.run_folder, ignore_errors=True)
    return tuple(name for name in _namespaces() if name.startswith(naming.prefix))


def _made(cable: Cable) -> tuple[str, ...]:
    a = f"{cable.a_interface} netns {cable.a_namespace} mtu {cable.mtu}"
    z = f"{cable.z_interface} netns {cable.z_namespace} mtu {cable.mtu}"
    return (f"link add {a} type veth peer name {z}",)


def _up(interfaces: Iterable[str]) -> list[str]:
    return [f"link set dev {name} up" for name in interfaces]


def _at_once[T](act: Callable[[T], None], things: Iterable[T]) -> None:
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        list(pool.map(act, things))


def _namespaces() -> list[str]:
    return sorted(one.name for one in NAMESPACES.iterdir()) if NAMESPACES.is_dir() else []


def _daemons(naming: Naming) -> list[Running]:
    """Our switches and databases: by the program's name and our folder in its words, never by the name alone."""
    mark = f"{naming.run_folder}/".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with suppress(OSError):  # it ended while we looked
            one = running(int(entry.name))  # before its words are read: they are those of this one, or it is gone
            words = (entry / "cmdline").read_bytes()
            if one and mark in words and words.split(b"\0")[0].rsplit(b"/")[-1].decode() in _PROGRAMS:
                found.append(one)
    return found


def _inside(namespace: str) -> list[Running]:
    with suppress(TwinProgramFailed):
        return [one for pid in run("ip", "netns", "pids", namespace).split() if (one := running(int(pid)))]
    return []
