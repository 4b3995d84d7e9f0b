"""What an order for a realm on a shared SSID takes, on what is free at this moment."""

from dataclasses import replace

from inventory.handovers import Handover
from inventory.snapshot import Snapshot
from inventory.windows import Window
from provisioning.errors import UnknownService
from provisioning.hand_designs import HandDesign
from provisioning.orders import Reason
from provisioning.product_errors import SsidNotHosted
from provisioning.shared_ssids import design_realm, way_of
from provisioning.store.work import UnitOfWork
from provisioning.wanted import RealmWanted


def realm_design(
    work: UnitOfWork, snapshot: Snapshot, handover: Handover, wanted: RealmWanted, window: Window
) -> HandDesign:
    """Raises: SsidNotHosted, HandoverTagsExhausted, NoPath."""
    try:
        shared = work.services.get(wanted.shared)
    except UnknownService:
        words = "There is no SSID of that id that ISPs share."
        raise SsidNotHosted(Reason("not-shared", words, "Name one that `neutralhost wifi shared` lists.")) from None
    hops = way_of(snapshot, shared, handover)
    points = () if shared.by_hand is None else shared.by_hand.access_points
    devices = sorted({handover.port.device, *points, *(hop.device for hop in hops)})
    usage = work.reservations.usage(devices, (), handover.code)
    return design_realm(usage, shared, work.services.carried(), hops, handover, wanted, window)


def to_be_known(designed: HandDesign) -> HandDesign:
    """The design of a realm that RADIUS does not know as that ISP's: without it nobody of the realm gets on."""
    realm = designed.by_hand.facts["realm"]
    task = (
        f"Have RADIUS know {realm} as the ISP's own: name it in NEUTRALHOST_RADIUS_FILE,"
        " where nobody has yet, and write the files again once the order is completed: `neutralhost wifi radius`."
    )
    return replace(designed, by_hand=replace(designed.by_hand, tasks=(task,)))
