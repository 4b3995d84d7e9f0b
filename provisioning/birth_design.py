"""What a service was designed as, for its tests: ports, links, what their light may lose. Pure.

One place for every kind of service that is put on devices.
"""

from collections.abc import Iterable

from automation.birth.designed import DesignedLink, DesignedService, DesignedSsid, Shape
from inventory.devices import PortRef, PortRole
from inventory.errors import StrandLoop
from inventory.link_check import link_budget
from inventory.links import Link
from inventory.optics import LossBudget, LossFigures
from inventory.plant_map import Plant, plant_of
from inventory.snapshot import Snapshot
from provisioning.air_detours import links_carrying
from provisioning.carried import Carried
from provisioning.services import Circuit, Service

MOST_NEIGHBOURS = 6


def designed_service(
    snapshot: Snapshot, service: Service, figures: LossFigures, others: Iterable[Service] = ()
) -> DesignedService | None:
    """What devices do for the service, as its tests need it; None where they do nothing for it.

    `others` share a device or link with it: their ports must see nothing. A link that is no longer in the
    inventory is left out: its ports cannot be named.
    """
    carried = _carried_of(service)
    if service.circuit is not None:
        return _of_circuit(snapshot, service, service.circuit, figures, others)
    return None if carried is None else _of_carried(snapshot, service, carried, figures, others)


def _carried_of(service: Service) -> Carried | None:
    """What devices carry for it; of an SSID that is being changed, what they will."""
    by_hand = service.by_hand
    return None if by_hand is None else (by_hand.becomes or by_hand).carried


def first_devices(service: Service) -> tuple[str, ...]:
    """The devices at which its frames get in, each once."""
    if service.circuit is not None:
        return tuple(dict.fromkeys(uni.device for uni in service.circuit.unis))
    carried = _carried_of(service)
    if carried is None:
        return ()
    return tuple(one.device for one in carried.stations) or carried.devices[:1]


def links_of(snapshot: Snapshot, service: Service) -> tuple[str, ...]:
    """The codes of the links that carry a service, as far as they are in the inventory."""
    if service.circuit is not None:
        return tuple(code for code in service.circuit.link_codes if code in snapshot.links)
    carried = _carried_of(service)
    return () if carried is None else links_carrying(snapshot, carried)


def _of_circuit(
    snapshot: Snapshot, service: Service, circuit: Circuit, figures: LossFigures, others: Iterable[Service]
) -> DesignedService:
    devices = tuple(hop.device for hop in circuit.hops)
    return DesignedService(
        label=service.id,
        shape=Shape.ACCESS_LINE if circuit.z_uni is None else Shape.E_LINE,
        starts=(circuit.uni,),
        far_end=circuit.handover_port,
        s_vlan=circuit.s_vlan,
        devices=devices,
        links=_links(snapshot, links_of(snapshot, service), figures),
        c_vlan=circuit.c_vlan,
        z_c_vlan=circuit.z_c_vlan,
        cir_mbps=circuit.profile.cir_mbps,
        eir_mbps=circuit.profile.eir_mbps,
        neighbours=_neighbours(snapshot, devices, {*circuit.unis, circuit.handover_port}, others),
    )


def _of_carried(
    snapshot: Snapshot, service: Service, carried: Carried, figures: LossFigures, others: Iterable[Service]
) -> DesignedService | None:
    """An SSID, or equipment's backhaul: the tree of its switches is its path."""
    handover = snapshot.handovers.get(service.handover)
    radios = tuple(PortRef(one.device, radio) for one in carried.stations for radio in one.radios)
    starts = radios if carried.backhaul is None else (carried.backhaul.uni,)
    if handover is None or not starts:
        return None
    profile = None if carried.backhaul is None else carried.backhaul.profile
    return DesignedService(
        label=service.id,
        shape=_shape_of(carried),
        starts=starts,
        far_end=handover.port,
        s_vlan=carried.s_vlan,
        devices=carried.devices,
        links=_links(snapshot, links_of(snapshot, service), figures),
        cir_mbps=0 if profile is None else profile.cir_mbps,
        eir_mbps=0 if profile is None else profile.eir_mbps,
        neighbours=_neighbours(snapshot, carried.devices, {*starts, handover.port}, others),
        on_air=_ssid(carried),
        uplinks={station.device: station.uplink for station in carried.stations},
        shares="" if carried.tenancy is None else carried.tenancy.shared,
        realm="" if carried.tenancy is None else carried.tenancy.realm,
    )


def _shape_of(carried: Carried) -> Shape:
    if carried.backhaul is not None:
        return Shape.BACKHAUL
    return Shape.SSID if carried.tenancy is None else Shape.REALM


def _ssid(carried: Carried) -> DesignedSsid | None:
    if carried.on_air is None:
        return None
    return DesignedSsid(carried.on_air.ssid, carried.on_air.security)


def _links(snapshot: Snapshot, codes: Iterable[str], figures: LossFigures) -> tuple[DesignedLink, ...]:
    """Each cable by itself: a port-channel has no neighbour and no light of its own, its members do."""
    plant = plant_of(snapshot)
    return tuple(_link(plant, cable, figures) for code in codes for cable in plant.cables_of(snapshot.links[code]))


def _link(plant: Plant, link: Link, figures: LossFigures) -> DesignedLink:
    try:
        budgets = link_budget(plant, link, figures)
    except StrandLoop:
        budgets = ()
    worst = max(budgets, key=_loss_db, default=None)
    if worst is None:
        return DesignedLink(link.code, link.a, link.z)
    return DesignedLink(link.code, link.a, link.z, worst.loss_db, worst.allowed_db, worst.optic)


def _loss_db(budget: LossBudget) -> float:
    return budget.loss_db


def _neighbours(
    snapshot: Snapshot, devices: Iterable[str], own: set[PortRef], others: Iterable[Service]
) -> tuple[PortRef, ...]:
    """The ends of services that share a link, then other ISPs' handovers and other UNIs on the path's devices."""
    used = (port for other in others for port in _ends(snapshot, other))
    beside = (
        port.ref
        for role in (PortRole.HANDOVER, PortRole.UNI)
        for name in devices
        for port in snapshot.ports_of(name, role)
    )
    return tuple(port for port in dict.fromkeys((*used, *beside)) if port not in own)[:MOST_NEIGHBOURS]


def _ends(snapshot: Snapshot, service: Service) -> tuple[PortRef, ...]:
    if service.circuit is not None:
        return (*service.circuit.unis, service.circuit.handover_port)
    carried = _carried_of(service)
    backhaul = () if carried is None or carried.backhaul is None else (carried.backhaul.uni,)
    handover = snapshot.handovers.get(service.handover)
    return (*backhaul, *(() if handover is None else (handover.port,)))
