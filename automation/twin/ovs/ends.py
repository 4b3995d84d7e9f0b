"""What stands outside the network: a subscriber's or an ISP's router with an address in a circuit, to ping from and to.

The kernel here may know no VLANs, so an end that sends tags has an Open vSwitch of its own, started when the
first address with tags is asked for. Untagged, the address is the interface's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from automation.twin.ovs.bridge import create_bridge
from automation.twin.ovs.daemons import OpenVswitch
from automation.twin.ovs.plan import FABRIC_MTU, End
from automation.twin.ovs.programs import ip_batch, run

_OWN_MTU = 1400  # bytes, of an end that tags by itself: two tags more, and still no fragments


@dataclass(frozen=True, slots=True)
class Outlet:
    """Where an address is: what `ping -I` and `tcpdump -i` take there."""

    namespace: str
    interface: str


class Router:
    """One end's router."""

    def __init__(self, end: End, folder: Path, template: Path) -> None:
        self._end = end
        self._switch = OpenVswitch(end.namespace, folder)
        self._template = template
        self._is_open = False

    def plain(self, address: str) -> Outlet:
        """An address without tags; `address` with its prefix length. Raises: TwinProgramFailed."""
        if self._is_open:
            return self.tagged(address, c_vlan=0)
        ip_batch([f"address replace {address} dev {self._end.interface}"], namespace=self._end.namespace)
        return Outlet(self._end.namespace, self._end.interface)

    def tagged(self, address: str, *, s_vlan: int | None = None, c_vlan: int | None = None) -> Outlet:
        """An address behind a C-tag, an S-tag (802.1ad), or a C-tag in an S-tag. Raises: TwinProgramFailed."""
        self._open()
        name = f"s{s_vlan or 0}c{c_vlan or 0}"
        self._switch.change(_outlet(name, s_vlan, c_vlan))
        lines = [f"link set dev {name} mtu {_OWN_MTU} up", f"address replace {address} dev {name}"]
        ip_batch(lines, namespace=self._end.namespace)
        run("ip", "netns", "exec", self._end.namespace, "ethtool", "-K", name, "tx", "off")
        return Outlet(self._end.namespace, name)

    def _open(self) -> None:
        if self._is_open:
            return
        self._switch.start(self._template)
        cord = self._end.interface
        self._switch.change((*create_bridge(), "--", "add-port", "br0", cord))
        ip_batch([f"link set dev {cord} mtu {FABRIC_MTU} up"], namespace=self._end.namespace)
        self._is_open = True


def _outlet(name: str, s_vlan: int | None, c_vlan: int | None) -> tuple[str, ...]:
    """The words that make one internal port with these tags in front of it."""
    made = ("--", "--may-exist", "add-port", "{bridge}", name, "--", "set", "interface", name, "type=internal")
    if s_vlan is None:
        words: Sequence[str] = (*made, "--", "set", "port", name, "vlan_mode=access", f"tag={c_vlan}")
        return tuple(word.format(bridge="br0") for word in words)  # VLAN 0 is what has no tag
    pushes = ("vlan_mode=dot1q-tunnel", f"tag={s_vlan}", "other_config:qinq-ethtype=802.1ad")
    if c_vlan is None:
        words = (*made, "--", "set", "port", name, *pushes)
        return tuple(word.format(bridge="br0") for word in words)
    inner, near, far = f"b{s_vlan}", f"i{s_vlan}", f"o{s_vlan}"
    words = (
        *("--", "--may-exist", "add-br", inner),
        *("--", "set", "bridge", inner, "datapath_type=netdev"),
        *(word.format(bridge=inner) for word in made),
        *("--", "set", "port", name, "vlan_mode=access", f"tag={c_vlan}"),
        *("--", "--may-exist", "add-port", inner, near),
        *("--", "set", "interface", near, "type=patch", f"options:peer={far}"),
        *("--", "--may-exist", "add-port", "br0", far),
        *("--", "set", "interface", far, "type=patch", f"options:peer={near}"),
        *("--", "set", "port", far, *pushes),
    )
    return tuple(words)
