"""What the record of what exists is told about a circuit, or a hosted SSID. Pure."""

from collections.abc import Mapping

from inventory.delivered import DeliveredCircuit, DeliveredSsid, DeliveryStatus, SsidAuth
from inventory.devices import PortRef
from inventory.snapshot import Snapshot
from provisioning.by_hand import ByHand
from provisioning.catalogue import Catalogue
from provisioning.errors import WrongState
from provisioning.orders import Order
from provisioning.services import Service
from provisioning.wanted import SsidSecurity, SsidWanted
from provisioning.wireless_paths import station_of

_AUTHS: Mapping[SsidSecurity, SsidAuth] = {
    SsidSecurity.OPEN: SsidAuth.OPEN,
    SsidSecurity.WPA2_PERSONAL: SsidAuth.PERSONAL,
    SsidSecurity.WPA3_PERSONAL: SsidAuth.PERSONAL,
    SsidSecurity.ENTERPRISE: SsidAuth.ENTERPRISE,
    SsidSecurity.PASSPOINT: SsidAuth.ENTERPRISE,
}


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


def delivered_ssid(
    snapshot: Snapshot, service: Service, order: Order, ssid: SsidWanted, status: DeliveryStatus
) -> DeliveredSsid:
    """Return an SSID, or a realm on one, as the record is to show it; `order` is the one by which it is shown now.

    For a realm `ssid` is the one that it shares: it is shown once more, in the realm's own S-VLAN.

    Raises: WrongState, where the service has no S-VLAN for it.
    """
    its = service.by_hand
    if its is None or its.s_vlan is None:
        raise WrongState("service", service.id, service.state, "documented: it has no S-VLAN")
    return DeliveredSsid(
        service_id=service.id,
        order_id=order.id,
        isp_code=service.isp_code,
        ssid=ssid.ssid,
        auth=_AUTHS[ssid.security],
        area=ssid.area,
        handover_code=its.handover,
        s_vlan=its.s_vlan,
        radios=_radios(snapshot, its),
        status=status,
    )


def _radios(snapshot: Snapshot, its: ByHand) -> tuple[PortRef, ...]:
    """Those that are told to send it; all of its access points' where it is set by hand."""
    stations = its.carried.stations if its.carried else [station_of(snapshot, name) for name in its.access_points]
    return tuple(PortRef(station.device, radio) for station in stations for radio in station.radios)
