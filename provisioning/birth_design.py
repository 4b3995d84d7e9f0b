"""What a service's circuit was designed as, for its tests: ports, links, what their light may lose. Pure."""

from collections.abc import Iterable

from automation.birth.designed import DesignedCircuit, DesignedLink
from inventory.devices import PortRef, PortRole
from inventory.errors import StrandLoop
from inventory.link_check import link_budget
from inventory.optics import LossBudget, LossFigures
from inventory.plant_map import plant_of
from inventory.snapshot import Snapshot
from provisioning.services import Circuit, Service

MOST_NEIGHBOURS = 6


def designed_circuit(
    snapshot: Snapshot, service: Service, circuit: Circuit, figures: LossFigures, others: Iterable[Service]
) -> DesignedCircuit:
    """The circuit as its tests need it. `others` are services that share a link with it, whose ports must see nothing.

    A link that is no longer in the inventory is left out: its ports cannot be named.
    """
    known = (snapshot.links[code] for code in circuit.link_codes if code in snapshot.links)
    return DesignedCircuit(
        label=service.id,
        uni=circuit.uni,
        far_end=circuit.handover_port,
        is_handover=circuit.z_uni is None,
        s_vlan=circuit.s_vlan,
        c_vlan=circuit.c_vlan,
        z_c_vlan=circuit.z_c_vlan,
        cir_mbps=circuit.profile.cir_mbps,
        eir_mbps=circuit.profile.eir_mbps,
        devices=tuple(hop.device for hop in circuit.hops),
        links=tuple(_link(snapshot, link.code, figures) for link in known),
        neighbours=_neighbours(snapshot, circuit, others),
    )


def _link(snapshot: Snapshot, code: str, figures: LossFigures) -> DesignedLink:
    link = snapshot.links[code]
    try:
        budgets = link_budget(plant_of(snapshot), link, figures)
    except StrandLoop:
        budgets = ()
    worst = max(budgets, key=_loss_db, default=None)
    if worst is None:
        return DesignedLink(code, link.a, link.z)
    return DesignedLink(code, link.a, link.z, worst.loss_db, worst.allowed_db, worst.optic)


def _loss_db(budget: LossBudget) -> float:
    return budget.loss_db


def _neighbours(snapshot: Snapshot, circuit: Circuit, others: Iterable[Service]) -> tuple[PortRef, ...]:
    """The ends of services that share a link, then other ISPs' handovers and other UNIs on the path's devices."""
    used = (
        port
        for other in others
        if other.circuit is not None
        for port in (*other.circuit.unis, other.circuit.handover_port)
    )
    devices = [hop.device for hop in circuit.hops]
    beside = (
        port.ref
        for role in (PortRole.HANDOVER, PortRole.UNI)
        for name in devices
        for port in snapshot.ports_of(name, role)
    )
    own = {*circuit.unis, circuit.handover_port}
    return tuple(port for port in dict.fromkeys((*used, *beside)) if port not in own)[:MOST_NEIGHBOURS]
