"""Another path for an active circuit, between the same ends and with the same tag: pure.

What an ISP has ordered stays: its UNI, its handover, its S-VLAN, its bandwidth. Only the way between changes.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from automation.change_plan import ChangeAction, DeviceChange
from automation.intents import Intent
from inventory.graph import NO_ROOM
from inventory.snapshot import Snapshot
from provisioning.carrying import Carrying, carried_path
from provisioning.circuits import hops_between, hops_to_handover
from provisioning.playbook_errors import TagTakenOnTheWay
from provisioning.protecting import why_no_path
from provisioning.services import Circuit, Service
from provisioning.translate import circuit_intents
from provisioning.usage import Usage


@dataclass(frozen=True, slots=True)
class Detour:
    """A service's circuit as it is, as it will be, and what takes its devices from one to the other."""

    service_id: str
    before: Circuit
    after: Circuit
    changes: tuple[DeviceChange, ...]

    @property
    def links(self) -> tuple[str, ...]:
        """The codes of the links that carry it then."""
        return self.after.link_codes


def rerouted(
    snapshot: Snapshot, usage: Usage, circuit: Circuit, avoid: Collection[str], carrying: Carrying | None
) -> Circuit:
    """Return the circuit on the shortest path that uses none of the links to avoid; protected where it is so.

    `usage` has what is committed on all links and the tags of all devices; what the circuit itself holds counts as
    free. Raises: NoPath, NotCarried; TagTakenOnTheWay, where a device of the path knows its S-VLAN as another's.
    """
    target = circuit.handover_port.device
    taken = _without_own(usage.link_committed_mbps, circuit) | dict.fromkeys(avoid, NO_ROOM)
    cir_mbps, protected = circuit.profile.cir_mbps, bool(circuit.protected_between)
    found = carried_path(snapshot, circuit.uni.device, (target,), cir_mbps, taken, carrying, protected=protected)
    if found.path is None:
        raise why_no_path(circuit.uni.device, target, cir_mbps, found.left_out.values())
    own = {hop.device for hop in circuit.hops}
    if circuit.z_uni is None:
        hops = hops_to_handover(circuit.uni.device, found.path, circuit.handover_port)
    else:
        hops = hops_between(circuit.uni.device, found.path)
    for hop in hops:
        if hop.device not in own and circuit.s_vlan in usage.device_tags.get(hop.device, frozenset()):
            raise TagTakenOnTheWay(circuit.s_vlan, hop.device)
    return replace(
        circuit,
        hops=hops,
        link_codes=tuple(hop.link_code for hop in found.path.hops),
        length_m=found.path.length_m,
        strands=found.strands,
        loss_db=found.loss_db,
        protected_between=found.protected_between,
    )


def changes_between(service: Service, after: Circuit) -> tuple[DeviceChange, ...]:
    """What takes the devices of both paths from the one to the other, in one plan.

    No device ever carries the tag on both ways at once: each is taken from its old ports to its new ones in one
    commit, so there is no loop while the others have not got there yet.
    """
    return replacements(circuit_intents(service), circuit_intents(replace(service, circuit=after)))


def replacements(before: Iterable[Intent], after: Iterable[Intent]) -> tuple[DeviceChange, ...]:
    """The change of each device that does something else after than before: its old intents for its new ones."""
    old, new = _by_device(before), _by_device(after)
    return tuple(
        DeviceChange(device, ChangeAction.REPLACE, "", "", new.get(device, ()), before=old.get(device, ()))
        for device in dict.fromkeys((*new, *old))
        if new.get(device, ()) != old.get(device, ())
    )


def _by_device(intents: Iterable[Intent]) -> Mapping[str, tuple[Intent, ...]]:
    found: dict[str, tuple[Intent, ...]] = {}
    for intent in intents:
        found[intent.device] = (*found.get(intent.device, ()), intent)
    return found


def _without_own(committed: Mapping[str, int], circuit: Circuit) -> dict[str, int]:
    """What others hold: its own committed rate is given back on every link it has."""
    own = set(circuit.link_codes)
    return {code: mbps - circuit.profile.cir_mbps if code in own else mbps for code, mbps in committed.items()}
