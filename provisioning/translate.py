"""Say what each device of a service's circuit should do, in no vendor's words. Pure."""

from collections.abc import Mapping

from automation.intents import CircuitIntent, Intent, UniIntent
from automation.wireless import RadiusServer, SsidIntent, SsidTenantIntent
from provisioning.carried import Carried, CarriedHop, OnAir, Station
from provisioning.services import Circuit, DeviceHop, Service


def service_intents(service: Service, idle_lines: Mapping[str, tuple[str, ...]] | None = None) -> tuple[Intent, ...]:
    """All that devices do for a service: its circuit, its SSID or its backhaul; none where they do nothing for it."""
    return (*circuit_intents(service, idle_lines), *carried_intents(service, idle_lines))


def carried_intents(
    service: Service, idle_lines: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[SsidIntent | SsidTenantIntent | CircuitIntent, ...]:
    """What access points send, where equipment is plugged in, and what the switches carry to the handover.

    None where the service has nothing of that. An SSID is the ISP's text: it is in the intent as it is, and each
    platform's dialect renders it so that it says nothing else.
    """
    carried = service.carried
    if carried is None:
        return ()
    sent = [_ssid(service.id, carried.s_vlan, carried.on_air, one) for one in carried.stations if carried.on_air]
    let_in = [
        SsidTenantIntent(one.device, service.id, carried.tenancy.shared, carried.s_vlan, one.uplink, one.radios)
        for one in carried.stations
        if carried.tenancy
    ]
    return (*sent, *let_in, *(_carrying(service.id, carried, hop, idle_lines or {}) for hop in carried.hops))


def _carrying(
    label: str, carried: Carried, hop: CarriedHop, idle_lines: Mapping[str, tuple[str, ...]]
) -> CircuitIntent:
    uni = None
    backhaul = carried.backhaul
    if backhaul is not None and backhaul.uni.device == hop.device:
        lines = idle_lines.get(hop.device, ())
        uni = UniIntent(backhaul.uni.port, f"{label} hosted equipment", backhaul.profile, lines)
    return CircuitIntent(hop.device, label, carried.s_vlan, hop.tagged_ports, uni, hop.point_ports)


def _ssid(label: str, s_vlan: int, on_air: OnAir, station: Station) -> SsidIntent:
    return SsidIntent(
        device=station.device,
        label=label,
        ssid=on_air.ssid,
        s_vlan=s_vlan,
        uplink=station.uplink,
        radios=station.radios,
        security=on_air.security,
        sealed_key=on_air.sealed_key,
        radius=tuple(RadiusServer(address, station.sealed_secret) for address in on_air.radius_servers),
        passpoint=on_air.passpoint,
        is_shared=on_air.passpoint is not None,
    )


def circuit_intents(
    service: Service, idle_lines: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[CircuitIntent, ...]:
    """One intent a device, UNI first; none where the service has no circuit.

    `idle_lines` are, by device, the UNI's lines as found before the circuit came: a cease
    puts them back. No text an ISP typed ever gets into an intent.
    """
    if service.circuit is None:
        return ()
    circuit = service.circuit
    return tuple(_intent(service, circuit, hop, idle_lines or {}) for hop in circuit.hops)


def _intent(
    service: Service, circuit: Circuit, hop: DeviceHop, idle_lines: Mapping[str, tuple[str, ...]]
) -> CircuitIntent:
    uni = None
    for port, c_vlan in ((circuit.uni, circuit.c_vlan), (circuit.z_uni, circuit.z_c_vlan)):
        if port is not None and port.device == hop.device:
            description = f"{service.id} UPRN {service.uprn}" if port == circuit.uni else f"{service.id} far end"
            uni = UniIntent(port.port, description, circuit.profile, idle_lines.get(hop.device, ()), c_vlan)
    return CircuitIntent(hop.device, service.id, circuit.s_vlan, hop.tagged_ports, uni)
