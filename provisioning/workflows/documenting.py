"""What the record of what exists is told about a circuit. Pure."""

from inventory.delivered import DeliveredCircuit, DeliveryStatus
from provisioning.catalogue import Catalogue
from provisioning.errors import WrongState
from provisioning.orders import Order
from provisioning.services import Service


def delivered_circuit(service: Service, order: Order, catalogue: Catalogue, status: DeliveryStatus) -> DeliveredCircuit:
    """Return the service's circuit as the record is to show it.

    Raises: WrongState, where the service has no circuit; UnknownProduct.
    """
    if service.circuit is None:
        raise WrongState("service", service.id, service.state, "documented: it has no circuit")
    circuit = service.circuit
    return DeliveredCircuit(
        service_id=service.id,
        order_id=order.id,
        isp_code=service.isp_code,
        uprn=service.uprn,
        uni=circuit.uni,
        handover_code=circuit.handover_code,
        handover_port=circuit.handover_port,
        z_uni=circuit.z_uni,
        is_vlan_based=circuit.z_uni is None or circuit.c_vlan is not None,
        s_vlan=circuit.s_vlan,
        cir_mbps=circuit.profile.cir_mbps,
        class_of_service=catalogue.circuit_product(service.product).class_of_service,
        status=status,
    )
