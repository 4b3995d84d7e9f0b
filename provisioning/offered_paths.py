"""The path that a product at one speed would have, from the first of some devices that has one. Pure."""

from collections.abc import Collection, Iterable

from inventory.snapshot import Snapshot
from provisioning.carrying import CarriedPath, Carrying, carried_path
from provisioning.catalogue import Offer
from provisioning.orders import Reason
from provisioning.usage import Usage


def first_path(
    snapshot: Snapshot,
    usage: Usage,
    begins: Iterable[str],
    targets: Collection[str],
    offer: Offer,
    carrying: Carrying | None,
) -> tuple[str, CarriedPath]:
    """Return the first of `begins` that has a path, and the path; protected, where the product is.

    Where none has one, "" and no path: `left_out` says then why of the links of all of them. Raises: UnknownThing.
    """
    left_out: dict[str, Reason] = {}
    cir_mbps, taken = offer.profile.cir_mbps, usage.link_committed_mbps
    for start in begins:
        found = carried_path(snapshot, start, targets, cir_mbps, taken, carrying, protected=offer.protected)
        if found.path is not None:
            return start, found
        left_out |= found.left_out
    return "", CarriedPath(None, None, left_out)
