"""Products of ours in MEF's words: what an item's product says back. The way in is `web.sonata.products`."""

from collections.abc import Callable, Mapping

from inventory.devices import PortRef
from inventory.plant import PositionRef
from provisioning.catalogue import Catalogue, Product
from provisioning.orders import OrderRequest
from provisioning.wanted import CrossConnectWanted, ELineWanted, ProductKind, SiteHostingWanted, StrandsWanted
from web.sonata.common import INSTALL_LOCATION, LabelPlace, ProductRelationship, Ref, RelatedPlace, SiteRefPlace
from web.sonata.configurations import (
    AccessELine,
    Configuration,
    CrossConnect,
    DarkFibrePair,
    EndPointVlans,
    Epl,
    EvcEnd,
    Evpl,
    EvplEnd,
    Flow,
    FlowOfClass,
    OvcEnniEnd,
    OvcUniEnd,
    PatchEnd,
    Rate,
    RateUnit,
    SiteHosting,
    Size,
    SizeUnit,
    STagMap,
)
from web.sonata.products import CONNECTS_TO_ENNI, INSTALL_LOCATION_A, INSTALL_LOCATION_Z, ProductSent


def told_product(request: OrderRequest, catalogue: Catalogue, *, s_vlan: int | None = None) -> ProductSent:
    """A product in MEF's words, from what was asked for. `s_vlan` is told where it is known."""
    return ProductSent(
        product_offering=Ref(id=request.product),
        product_configuration=told_configuration(request, catalogue, s_vlan=s_vlan),
        product_relationship=told_relationships(request),
        place=told_places(request),
    )


def told_relationships(request: OrderRequest) -> list[ProductRelationship] | None:
    """The handover, of what has one."""
    if not request.handover:
        return None
    return [ProductRelationship(relationship_type=CONNECTS_TO_ENNI, id=request.handover)]


def told_places(request: OrderRequest) -> list[RelatedPlace] | None:
    """Where it is: premises by UPRN, places by their site."""
    match request.wanted:
        case None:
            return [_label(request.uprn, INSTALL_LOCATION)]
        case ELineWanted(z_uprn=z_uprn):
            return [_label(request.uprn, INSTALL_LOCATION_A), _label(z_uprn, INSTALL_LOCATION_Z)]
        case StrandsWanted(a_place=a_place, z_place=z_place):
            return [_site(a_place, INSTALL_LOCATION_A), _site(z_place, INSTALL_LOCATION_Z)]
        case SiteHostingWanted(place=place):
            return [_site(place, INSTALL_LOCATION)]
    return None


def _label(uprn: str, role: str) -> LabelPlace:
    return LabelPlace(
        type="GeographicAddressLabel", role=role, external_reference_id=uprn, external_reference_type="UPRN"
    )


def _site(code: str, role: str) -> SiteRefPlace:
    return SiteRefPlace(type="GeographicSiteRef", role=role, id=code)


def told_configuration(
    request: OrderRequest, catalogue: Catalogue, *, s_vlan: int | None = None
) -> Configuration | None:
    """The product configuration; None of a kind that the face does not sell.

    Raises: UnknownProduct, SpeedNotOffered: the list does not have it.
    """
    match request.wanted:
        case None:
            return _told_access_e_line(catalogue.product(request.product), request.bandwidth_mbps, s_vlan)
        case ELineWanted():
            return _told_e_line(catalogue.e_line_product(request.product), request.bandwidth_mbps, request.wanted)
        case _:
            tell = _TOLD.get(request.kind)
            return None if tell is None else tell(request.wanted)


def _told_access_e_line(product: Product, bandwidth_mbps: int, s_vlan: int | None) -> AccessELine:
    tags = None if s_vlan is None else STagMap(map_type="FORM_E", ovc_end_point_map_form_e=[s_vlan])
    uni = OvcUniEnd(ingress_bandwidth_profile_per_class_of_service_name=[_told_flow(product, bandwidth_mbps)])
    return AccessELine(
        uni_ep=uni,
        enni_ep=OvcEnniEnd(ovc_end_point_map=tags),
        list_of_class_of_service_names=[product.class_of_service],
        ce_vlan_id_preservation="PRESERVE",
    )


def _told_e_line(product: Product, bandwidth_mbps: int, wanted: ELineWanted) -> Epl | Evpl:
    flows = [_told_flow(product, bandwidth_mbps)]
    names = [product.class_of_service]
    if not wanted.is_vlan_based:
        end = EvcEnd(ingress_bandwidth_profile_per_classof_service_name=flows)
        return Epl(evc_end_point_a=end, evc_end_point_z=end, list_of_cos_names=names)
    a, z = (
        EvplEnd(
            ingress_bandwidth_profile_per_classof_service_name=flows,
            evc_end_point_map=EndPointVlans(vlan_type="LIST", vlan_id=list(vlans)),
        )
        for vlans in (wanted.a_c_vlans, wanted.z_c_vlans)
    )
    return Evpl(evc_end_point_a=a, evc_end_point_z=z, list_of_cos_names=names)


def _told_flow(product: Product, bandwidth_mbps: int) -> FlowOfClass:
    profile = product.offer(bandwidth_mbps).profile
    return FlowOfClass(
        class_of_service_name=product.class_of_service,
        bwp_flow=Flow(
            cir=_mbps(profile.cir_mbps),
            cbs=_bytes(profile.cbs_bytes),
            eir=_mbps(profile.eir_mbps),
            ebs=_bytes(profile.ebs_bytes),
        ),
    )


def _mbps(rate: int) -> Rate:
    return Rate(ir_value=rate, ir_units=RateUnit.MBPS)


def _bytes(size: int) -> Size:
    return Size(data_size_value=size, data_size_units=SizeUnit.BYTES)


def _told_strands(wanted: StrandsWanted) -> DarkFibrePair:
    window = wanted.window
    return DarkFibrePair(
        first_day=window.first, last_day=window.last, diverse=wanted.diverse, max_loss_db=wanted.max_loss_db
    )


def _told_cross_connect(wanted: CrossConnectWanted) -> CrossConnect:
    window = wanted.window
    return CrossConnect(
        first_day=window.first, last_day=window.last, end_a=_told_end(wanted.a), end_z=_told_end(wanted.z)
    )


def _told_end(end: PositionRef | PortRef) -> PatchEnd:
    if isinstance(end, PositionRef):
        return PatchEnd(odf=end.odf, position=end.number)
    return PatchEnd(device=end.device, port=end.port)


def _told_hosting(wanted: SiteHostingWanted) -> SiteHosting:
    window = wanted.window
    return SiteHosting(first_day=window.first, last_day=window.last, equipment=wanted.equipment, power_w=wanted.power_w)


_TOLD: Mapping[ProductKind, Callable[..., Configuration]] = {
    ProductKind.STRANDS: _told_strands,
    ProductKind.CROSS_CONNECT: _told_cross_connect,
    ProductKind.SITE_HOSTING: _told_hosting,
}
"""How each of our own kinds is told."""
