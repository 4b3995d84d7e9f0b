"""E-Lines: circuits between two UNIs (MEF 6.3: EPL and EVPL). Qualify, design and choose the tag. Pure.

No handover is used. The S-VLAN is one that no handover on the network may give out and that is free on every
device of the path: so an E-Line never takes a tag from an ISP's own range.
"""

from collections.abc import Iterable, Iterator, Sequence

from inventory.confidence import Confidence
from inventory.devices import PortRef
from inventory.errors import NoPath
from inventory.snapshot import Snapshot
from inventory.vlans import HIGHEST_TAG, LOWEST_TAG, TagRange
from provisioning.allocation import NO_TAGS, free_unis
from provisioning.carrying import CarriedPath, Carrying
from provisioning.catalogue import Offer, Product
from provisioning.circuits import Design, hops_between
from provisioning.errors import RequestInvalid, UniTaken
from provisioning.findings import Finding, at_the_premises, no_path, not_served, starts
from provisioning.offered_paths import first_path
from provisioning.orders import OrderRequest
from provisioning.product_errors import NetworkTagsExhausted, NotMultiplexed, SameUprn
from provisioning.protecting import why_no_path
from provisioning.usage import Usage
from provisioning.wanted import ELineWanted

# EOS keeps VLAN 1 as its default and 1006 to 1199 for its own use (UM: VLANs, vlan internal order).
NETWORK_TAGS = TagRange(2, 4094)
KEPT_BY_DEVICES = frozenset({1, *range(1006, 1200)})


def check_e_line(product: Product, request: OrderRequest, wanted: ELineWanted) -> None:
    """Whether the request fits the product, without a look at the network.

    Raises:
        RequestInvalid: C-VLAN ids where the product is port based, none where it is VLAN based, or no possible ids.
        NotMultiplexed: more than one C-VLAN id at a UNI.
        SameUprn: both UNIs at one UPRN.
    """
    if request.handover:
        raise RequestInvalid("handover", "an E-Line has two UNIs and no handover")
    if request.uprn == wanted.z_uprn:
        raise SameUprn(request.uprn)
    for field, c_vlans in (("a_c_vlans", wanted.a_c_vlans), ("z_c_vlans", wanted.z_c_vlans)):
        if not product.is_vlan_based and c_vlans:
            raise RequestInvalid(field, f"{product.code} takes all that a UNI sends, so it names no C-VLANs")
        if product.is_vlan_based and not c_vlans:
            raise RequestInvalid(field, f"{product.code} needs the C-VLAN id that the UNI sends")
        if len(c_vlans) > 1:
            raise NotMultiplexed(field, len(c_vlans))
        if any(not LOWEST_TAG <= c_vlan <= HIGHEST_TAG for c_vlan in c_vlans):
            raise RequestInvalid(field, f"a C-VLAN id is {LOWEST_TAG} to {HIGHEST_TAG}")


def e_line_findings(
    snapshot: Snapshot, usage: Usage, uprn: str, z_uprn: str, offer: Offer, carrying: Carrying | None
) -> Iterator[Finding]:
    """What stands in the way of an E-Line at that speed: at either end, and between them."""
    ends = (uprn, z_uprn)
    for end in ends:
        yield from at_the_premises(snapshot, usage, end, offer)
    begins, aims = (starts(snapshot, usage, end, offer) for end in ends)
    missing = [end for end, found in ((uprn, begins), (z_uprn, aims)) if not found]
    if missing:
        yield from ((Confidence.RED, not_served(end)) for end in missing)
    else:
        yield from _between(snapshot, usage, begins, aims, offer, carrying, (uprn, z_uprn))


def _between(
    snapshot: Snapshot,
    usage: Usage,
    begins: Sequence[str],
    aims: Sequence[str],
    offer: Offer,
    carrying: Carrying | None,
    ends: tuple[str, str],
) -> Iterator[Finding]:
    _, found = first_path(snapshot, usage, begins, aims, offer, carrying)
    if found.path is None:
        reasons = found.left_out.values() or [no_path(ends[0], offer.profile.cir_mbps, f"UPRN {ends[1]}")]
        yield from ((Confidence.RED, reason) for reason in reasons)


def design_e_line(
    snapshot: Snapshot, usage: Usage, request: OrderRequest, offer: Offer, carrying: Carrying | None = None
) -> Design:
    """Return the shortest path between the first free UNIs of both premises that the plant carries.

    Raises:
        UniTaken: no free UNI at one of the premises is fast enough.
        NoPath, NotCarried: nothing with the committed rate left joins them, or only what the plant does not carry.
    """
    wanted = _wanted(request)
    a_unis = _unis(snapshot, usage, request.uprn, offer)
    z_unis = _unis(snapshot, usage, wanted.z_uprn, offer)
    a_uni, z_uni, found = _first_path(snapshot, usage, a_unis, z_unis, offer, carrying)
    path = found.path
    if path is None:
        raise NoPath(a_uni.device, z_uni.device, offer.profile.cir_mbps)
    return Design(
        uni=a_uni,
        handover_code="",
        handover_port=z_uni,
        hops=hops_between(a_uni.device, path),
        link_codes=tuple(hop.link_code for hop in path.hops),
        length_m=path.length_m,
        profile=offer.profile,
        strands=found.strands,
        loss_db=found.loss_db,
        protected_between=found.protected_between,
        z_uni=z_uni,
        c_vlan=_only(wanted.a_c_vlans),
        z_c_vlan=_only(wanted.z_c_vlans),
    )


def choose_network_tag(snapshot: Snapshot, devices: Iterable[str], usage: Usage) -> int:
    """The lowest S-VLAN that is in no handover's range and free on every device.

    Raises: NetworkTagsExhausted.
    """
    in_use = KEPT_BY_DEVICES.union(*(usage.device_tags.get(device, NO_TAGS) for device in devices))
    ranges = [handover.s_vlans for handover in snapshot.inventory.handovers]
    for s_vlan in NETWORK_TAGS:
        if s_vlan not in in_use and not any(s_vlan in tags for tags in ranges):
            return s_vlan
    raise NetworkTagsExhausted(tuple(devices))


def _wanted(request: OrderRequest) -> ELineWanted:
    if not isinstance(request.wanted, ELineWanted):
        raise TypeError("the request is for no E-Line")
    return request.wanted


def _unis(snapshot: Snapshot, usage: Usage, uprn: str, offer: Offer) -> tuple[PortRef, ...]:
    snapshot.premises_at(uprn)
    unis = free_unis(snapshot, usage, uprn, offer.bandwidth_mbps)
    if not unis:
        raise UniTaken(uprn, offer.bandwidth_mbps)
    return unis


def _first_path(
    snapshot: Snapshot,
    usage: Usage,
    a_unis: Sequence[PortRef],
    z_unis: Sequence[PortRef],
    offer: Offer,
    carrying: Carrying | None,
) -> tuple[PortRef, PortRef, CarriedPath]:
    a_by_nte = {uni.device: uni for uni in reversed(a_unis)}
    z_by_nte = {uni.device: uni for uni in reversed(z_unis)}
    nte, found = first_path(snapshot, usage, sorted(a_by_nte), tuple(z_by_nte), offer, carrying)
    if found.target is None:
        cir_mbps = offer.profile.cir_mbps
        raise why_no_path(a_unis[0].device, z_unis[0].device, cir_mbps, found.left_out.values())
    return a_by_nte[nte], z_by_nte[found.target], found


def _only(c_vlans: tuple[int, ...]) -> int | None:
    return c_vlans[0] if c_vlans else None
