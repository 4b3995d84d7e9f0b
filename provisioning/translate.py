"""Say what each device of a service's circuit should do, in no vendor's words. Pure."""

from collections.abc import Mapping

from automation.intents import CircuitIntent, UniIntent
from provisioning.services import Circuit, DeviceHop, Service


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
