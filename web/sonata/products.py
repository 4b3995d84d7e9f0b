"""Products in MEF's words <-> requests in ours: the one place where both are known.

What we do not sell is refused with the place in the body. `path` is always the JSON Pointer of the item's product.
"""

from dataclasses import dataclass

from automation.intents import BandwidthProfile
from inventory.devices import PortRef
from inventory.plant import PositionRef
from inventory.snapshot import Snapshot
from inventory.windows import Window
from provisioning.catalogue import Catalogue, Offer, Product
from provisioning.orders import OrderRequest
from provisioning.wanted import (
    CrossConnectWanted,
    ELineWanted,
    ProductKind,
    SiteHostingWanted,
    StrandsWanted,
    Wanted,
)
from web.sonata.common import (
    INSTALL_LOCATION,
    AddressRefPlace,
    Fielded,
    Formatted,
    LabelPlace,
    Point,
    ProductRelationship,
    Ref,
    RelatedPlace,
    SiteRefPlace,
)
from web.sonata.configurations import (
    AccessELine,
    ClassFromEndPoint,
    Configuration,
    CrossConnect,
    DarkFibrePair,
    Epl,
    EvcEnd,
    Evpl,
    EvplEnd,
    Flow,
    FlowOfClass,
    PatchEnd,
    SiteHosting,
    Windowed,
    port_of,
)
from web.sonata.faults import Code, refused_at, wrong
from web.sonata.matching import at_point, by_words, premises_of_label
from web.sonata.payload import Payload, Text

CONNECTS_TO_ENNI = "CONNECTS_TO_ENNI"
"""The relationship of an Access E-Line to the handover it ends at (MEF 106)."""
INSTALL_LOCATION_A = "INSTALL_LOCATION_A"
INSTALL_LOCATION_Z = "INSTALL_LOCATION_Z"
"""The roles of the two places of a product between two, ours: MEF gives each UNI an item of its own."""


class ProductSent(Payload):
    """MEFProductRefOrValue of an item: what it is to be, or which one it is."""

    id: Text | None = None
    href: Text | None = None
    product_configuration: Configuration | None = None
    product_offering: Ref | None = None
    product_specification: Ref | None = None
    product_relationship: list[ProductRelationship] | None = None
    place: list[RelatedPlace] | None = None


@dataclass(frozen=True, slots=True)
class AskedProduct:
    """A product that is asked for, in our words; what an order adds to it comes from elsewhere in the item."""

    product: str
    uprn: str
    handover: str
    bandwidth_mbps: int
    wanted: Wanted | None = None

    def request(self, term_months: int) -> OrderRequest:
        """The order request of it, for a term in months."""
        return OrderRequest(
            self.product, self.uprn, self.handover, self.bandwidth_mbps, term_months, wanted=self.wanted
        )


def asked_product(snapshot: Snapshot, catalogue: Catalogue, sent: ProductSent, path: str) -> AskedProduct:
    """What a product of the standard is in our words.

    Raises: PayloadRefused, with the place of what is missing, not sold or not known.
    """
    configuration = sent.product_configuration
    if configuration is None:
        raise wrong(Code.MISSING_PROPERTY, f"{path}/productConfiguration", "it says what is asked for")
    match configuration:
        case AccessELine():
            return _access_e_line(snapshot, catalogue, sent, configuration, path)
        case Epl() | Evpl():
            return _e_line(snapshot, catalogue, sent, configuration, path)
        case DarkFibrePair():
            return _strands(snapshot, catalogue, sent, configuration, path)
        case CrossConnect():
            return _cross_connect(catalogue, sent, configuration, path)
        case SiteHosting():
            return _site_hosting(snapshot, catalogue, sent, configuration, path)


def _access_e_line(
    snapshot: Snapshot, catalogue: Catalogue, sent: ProductSent, asked: AccessELine, path: str
) -> AskedProduct:
    place = f"{path}/productConfiguration"
    if asked.enni_ep.ovc_end_point_map is not None:
        why = "the S-VLAN is chosen here and told in the inventory; leave it out"
        raise wrong(Code.UNEXPECTED_PROPERTY, f"{place}/enniEp/ovcEndPointMap", why)
    c_tags = asked.uni_ep.ovc_end_point_map
    if c_tags is not None and len(set(c_tags.ovc_end_point_map_form_u)) < ALL_VLANS:
        why = "an Access E-Line takes every C-VLAN of its UNI: all of 1 to 4094, or leave it out"
        raise wrong(Code.INVALID_VALUE, f"{place}/uniEp/ovcEndPointMap/ovcEndPointMapFormU", why)
    flows = f"{place}/uniEp/ingressBandwidthProfilePerClassOfServiceName/0"
    flow = asked.uni_ep.ingress_bandwidth_profile_per_class_of_service_name[0]
    product = _circuit_of(catalogue.products, sent, flow.class_of_service_name, path)
    _same_class(product, asked.list_of_class_of_service_names, f"{place}/listOfClassOfServiceNames")
    _mapped_to(product, asked.uni_ep.ingress_class_of_service_map, f"{place}/uniEp")
    offer = _offer(product, flow, flows)
    uprn = place_uprn(snapshot, sent, INSTALL_LOCATION, path)
    return AskedProduct(product.code, uprn, _handover(sent, path), offer.bandwidth_mbps)


ALL_VLANS = 4094


def _e_line(snapshot: Snapshot, catalogue: Catalogue, sent: ProductSent, asked: Epl | Evpl, path: str) -> AskedProduct:
    place = f"{path}/productConfiguration"
    name, flow = _flow_of_e_line(asked, place)
    products = [each for each in catalogue.e_line_products if each.is_vlan_based is isinstance(asked, Evpl)]
    product = _circuit_of(products, sent, flow.class_of_service_name, path)
    _same_class(product, asked.list_of_cos_names, f"{place}/listOfCosNames")
    offer = _offer(product, flow, f"{place}/{name}/ingressBandwidthProfilePerClassofServiceName/0")
    a_uprn = place_uprn(snapshot, sent, INSTALL_LOCATION_A, path)
    z_uprn = place_uprn(snapshot, sent, INSTALL_LOCATION_Z, path)
    wanted = ELineWanted(z_uprn, _vlans(asked.evc_end_point_a), _vlans(asked.evc_end_point_z))
    return AskedProduct(product.code, a_uprn, "", offer.bandwidth_mbps, wanted)


def _flow_of_e_line(asked: Epl | Evpl, place: str) -> tuple[str, FlowOfClass]:
    """The bandwidth, said at one end or alike at both."""
    ends = {"evcEndPointA": asked.evc_end_point_a, "evcEndPointZ": asked.evc_end_point_z}
    said = [
        (name, flows[0])
        for name, end in ends.items()
        if (flows := end.ingress_bandwidth_profile_per_classof_service_name)
    ]
    if not said:
        path = f"{place}/evcEndPointA/ingressBandwidthProfilePerClassofServiceName"
        raise wrong(Code.MISSING_PROPERTY, path, "it says the bandwidth")
    if said[-1][1] != said[0][1]:
        path = f"{place}/evcEndPointZ/ingressBandwidthProfilePerClassofServiceName/0"
        raise wrong(Code.INVALID_VALUE, path, "the bandwidth is the same at both ends here")
    return said[0]


def _vlans(end: EvcEnd) -> tuple[int, ...]:
    return tuple(sorted(set(end.evc_end_point_map.vlan_id))) if isinstance(end, EvplEnd) else ()


def _strands(
    snapshot: Snapshot, catalogue: Catalogue, sent: ProductSent, asked: DarkFibrePair, path: str
) -> AskedProduct:
    code = _code(sent, [each.code for each in catalogue.strand_products], path)
    a_place, z_place = (place_code(snapshot, sent, role, path) for role in (INSTALL_LOCATION_A, INSTALL_LOCATION_Z))
    wanted = StrandsWanted(a_place, z_place, _window(asked, path), asked.diverse, asked.max_loss_db)
    return AskedProduct(code, "", "", 0, wanted)


def _cross_connect(catalogue: Catalogue, sent: ProductSent, asked: CrossConnect, path: str) -> AskedProduct:
    code = _code(sent, _by_hand(catalogue, ProductKind.CROSS_CONNECT), path)
    a = _patch_end(asked.end_a, f"{path}/productConfiguration/endA")
    z = _patch_end(asked.end_z, f"{path}/productConfiguration/endZ")
    return AskedProduct(code, "", "", 0, CrossConnectWanted(a, z, _window(asked, path)))


def _site_hosting(
    snapshot: Snapshot, catalogue: Catalogue, sent: ProductSent, asked: SiteHosting, path: str
) -> AskedProduct:
    code = _code(sent, _by_hand(catalogue, ProductKind.SITE_HOSTING), path)
    place = place_code(snapshot, sent, INSTALL_LOCATION, path)
    wanted = SiteHostingWanted(place, asked.equipment, asked.power_w, _window(asked, path))
    return AskedProduct(code, "", "", 0, wanted)


def _by_hand(catalogue: Catalogue, kind: ProductKind) -> list[str]:
    return [each.code for each in catalogue.hand_products if each.kind is kind]


def _window(asked: Windowed, path: str) -> Window:
    with refused_at(f"{path}/productConfiguration/lastDay"):
        return Window(asked.first_day, asked.last_day)


def _patch_end(end: PatchEnd, path: str) -> PositionRef | PortRef:
    port = port_of(end)
    if end.odf is not None and end.position is not None and port is None:
        return PositionRef(end.odf, end.position)
    if port is not None and end.odf is None and end.position is None:
        return port
    raise wrong(Code.MISSING_PROPERTY, path, "odf and position, or device and port")


def _code(sent: ProductSent, codes: list[str], path: str) -> str:
    """The code of the product that is meant: the offering's id, else the only or first one of that kind."""
    if not codes:
        raise wrong(Code.INVALID_VALUE, f"{path}/productConfiguration/@type", "nothing of that kind is sold now")
    if sent.product_offering is None:
        return codes[0]
    if sent.product_offering.id not in codes:
        why = f"of that kind are sold: {', '.join(codes)}"
        raise wrong(Code.REFERENCE_NOT_FOUND, f"{path}/productOffering/id", why)
    return sent.product_offering.id


def _circuit_of(products: "list[Product] | tuple[Product, ...]", sent: ProductSent, cos: str, path: str) -> Product:
    """The circuit that is meant: the offering named, else the first with that class of service."""
    by_code = {each.code: each for each in products}
    if sent.product_offering is not None or not products:
        return by_code[_code(sent, list(by_code), path)]
    return next((each for each in products if each.class_of_service == cos), products[0])


def _same_class(product: Product, names: list[str] | None, path: str) -> None:
    if names is not None and names != [product.class_of_service]:
        raise wrong(Code.INVALID_VALUE, f"{path}/0", f"{product.code} is of class {product.class_of_service}")


def _mapped_to(product: Product, mapped: ClassFromEndPoint | None, path: str) -> None:
    if mapped is not None and mapped.class_name != product.class_of_service:
        why = f"{product.code} is of class {product.class_of_service}"
        raise wrong(Code.INVALID_VALUE, f"{path}/ingressClassOfServiceMap/map_M", why)


def _offer(product: Product, flow: FlowOfClass, path: str) -> Offer:
    """The speed with these rates and bursts."""
    if flow.class_of_service_name != product.class_of_service:
        why = f"{product.code} is of class {product.class_of_service}"
        raise wrong(Code.INVALID_VALUE, f"{path}/classOfServiceName", why)
    asked = flow.bwp_flow
    rates = (asked.cir.mbps, 0 if asked.eir is None else asked.eir.mbps)
    offer = next((each for each in product.offers if rates == (each.profile.cir_mbps, each.profile.eir_mbps)), None)
    if offer is None:
        sold = ", ".join(f"{each.profile.cir_mbps}+{each.profile.eir_mbps}" for each in product.offers)
        raise wrong(Code.INVALID_VALUE, f"{path}/bwpFlow/cir", f"CIR+EIR in Mbit/s that are sold: {sold}")
    _check_bursts(asked, offer.profile, path)
    return offer


def _check_bursts(asked: Flow, profile: BandwidthProfile, path: str) -> None:
    for name, size, ours in (("cbs", asked.cbs, profile.cbs_bytes), ("ebs", asked.ebs, profile.ebs_bytes)):
        if size is not None and size.in_bytes != ours:
            raise wrong(Code.INVALID_VALUE, f"{path}/bwpFlow/{name}", f"it is {ours} bytes at that rate")


def _handover(sent: ProductSent, path: str) -> str:
    for each in sent.product_relationship or ():
        if each.relationship_type == CONNECTS_TO_ENNI:
            return each.id
    why = f"one of type {CONNECTS_TO_ENNI} names your handover"
    raise wrong(Code.MISSING_PROPERTY, f"{path}/productRelationship", why)


def _placed(sent: ProductSent, role: str, path: str) -> tuple[RelatedPlace, str]:
    for number, place in enumerate(sent.place or ()):
        if place.role == role:
            return place, f"{path}/place/{number}"
    raise wrong(Code.MISSING_PROPERTY, f"{path}/place", f"one place has the role {role}")


def place_uprn(snapshot: Snapshot, sent: ProductSent, role: str, path: str) -> str:
    """The premises that a place of the standard means, by UPRN; refused unless it is certain which."""
    place, where = _placed(sent, role, path)
    uprn = _uprn(snapshot, place, where)
    if uprn is None or uprn not in snapshot.premises:
        raise wrong(Code.REFERENCE_NOT_FOUND, where, "these premises are not known here, or not for certain")
    return uprn


def _uprn(snapshot: Snapshot, place: RelatedPlace, path: str) -> str | None:
    match place:
        case AddressRefPlace():
            return place.id
        case SiteRefPlace():
            site = snapshot.places.get(place.id)
            return None if site is None else site.uprn
        case LabelPlace():
            found = premises_of_label(snapshot, place, path)
        case Point():
            match = at_point(snapshot, place, path)
            found = match.best if match.exact else None
        case Fielded() | Formatted():
            match = by_words(snapshot, place)
            found = match.best if match.exact else None
    return None if found is None else found.uprn


def place_code(snapshot: Snapshot, sent: ProductSent, role: str, path: str) -> str:
    """The place of our inventory that a site reference names."""
    place, where = _placed(sent, role, path)
    if not isinstance(place, SiteRefPlace):
        raise wrong(Code.INVALID_VALUE, f"{where}/@type", "a GeographicSiteRef with the id of one of our sites")
    if place.id not in snapshot.places:
        raise wrong(Code.REFERENCE_NOT_FOUND, f"{where}/id", "no site of ours has that id")
    return place.id
