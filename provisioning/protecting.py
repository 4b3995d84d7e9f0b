"""Protected circuits: between switches only links that go on when one cable is cut. Pure.

The drop to an NTE is one cable unless it is a port-channel too, so what is protected is the way between the switches,
and the answer says from which to which. Who asks is no input.
"""

from collections.abc import Iterable
from weakref import WeakKeyDictionary

from inventory.devices import DeviceRole
from inventory.errors import NoPath
from inventory.graph import NetworkPath, PathHop
from inventory.links import Link
from inventory.plant_map import plant_of
from inventory.protection import why_not_protected
from inventory.snapshot import Snapshot
from provisioning.orders import Reason
from provisioning.strand_errors import NotCarried, NotProtected

NOT_PROTECTED = NotProtected.code
_NEXT = "Order it without protection, choose another handover, or ask the operator for a second cable there."

_singles: WeakKeyDictionary[Snapshot, frozenset[str]] = WeakKeyDictionary()


def single_links(snapshot: Snapshot) -> frozenset[str]:
    """The links between switches that are one cable: no protected circuit is put on them."""
    found = _singles.get(snapshot)
    if found is None:
        between = (link for link in snapshot.circuit_links if _is_between_switches(snapshot, link))
        found = frozenset(link.code for link in between if len(snapshot.members.get(link.code, ())) < 2)
        _singles[snapshot] = found
    return found


def why_unprotected(snapshot: Snapshot, code: str) -> Reason | None:
    """Why a protected circuit may not be on a link, None where it may: also where it is the drop to an NTE."""
    link = snapshot.links[code]
    if not _is_between_switches(snapshot, link):
        return None
    words = why_not_protected(plant_of(snapshot), link)
    return Reason(NOT_PROTECTED, f"Link {code} {words}.", _NEXT) if words else None


def nothing_to_protect(a_device: str, z_device: str) -> Reason:
    """No switch lies between the drops and the other end: there is no way that could be protected."""
    return Reason(NOT_PROTECTED, f"Between {a_device} and {z_device} there is nothing but the drop.", _NEXT)


def protected_between(snapshot: Snapshot, path: NetworkPath) -> tuple[str, ...]:
    """The first and the last device of the part of a path that goes on when any one cable of it is cut, () for none."""
    return protected_over(snapshot, path.hops)


def protected_over(snapshot: Snapshot, hops: Iterable[PathHop]) -> tuple[str, ...]:
    plant = plant_of(snapshot)
    found = [hop for hop in hops if not why_not_protected(plant, snapshot.links[hop.link_code])]
    return (found[0].out_port.device, found[-1].in_port.device) if found else ()


def words_of(between: tuple[str, ...]) -> str:
    """How a protected circuit is told: "" where nothing of it is."""
    if not between:
        return ""
    return f"protected from {between[0]} to {between[1]}: goes on when any one cable between them is cut"


def why_no_path(a_device: str, z_device: str, cir_mbps: int, left_out: Iterable[Reason]) -> NoPath | NotCarried:
    """Why a circuit has no path: full links, or the first of these reasons."""
    reason = next(iter(left_out), None)
    if reason is None:
        return NoPath(a_device, z_device, cir_mbps)
    kind = NotProtected if reason.code == NOT_PROTECTED else NotCarried
    return kind(a_device, z_device, reason)


def _is_between_switches(snapshot: Snapshot, link: Link) -> bool:
    ends = (snapshot.devices.get(end.device) for end in (link.a, link.z))
    return all(device is not None and device.role is DeviceRole.SWITCH for device in ends)
