"""Design the backhaul of a site slot on what is taken at this moment, and lock it. Inside the caller's transaction."""

from inventory.snapshot import Snapshot
from provisioning.backhauls import (
    BackhaulDesign,
    BackhaulWanted,
    allocate_backhaul,
    design_backhaul,
    still_has_room,
    switches_at,
)
from provisioning.errors import ReservationConflict
from provisioning.hosting import SlotBackhaul
from provisioning.store.work import UnitOfWork
from provisioning.usage import Usage


def backhaul_now(
    work: UnitOfWork, snapshot: Snapshot, place: str, wanted: BackhaulWanted, *, lock_for: str = ""
) -> SlotBackhaul:
    """Return the backhaul as it could be had now. To hold it, name who wants it (`lock_for`).

    Then its links and its handover are locked, and looked at once more.

    Raises:
        HostingRefused, NoPath, NotCarried, HandoverOversubscribed, HandoverTagsExhausted: it cannot be had.
        ReservationConflict: between look and lock another order took what we wanted. Try again in a new unit of work.
    """
    free = work.reservations.usage(switches_at(snapshot, place), None, wanted.handover.code)
    design = design_backhaul(snapshot, place, wanted, free)
    usage = _usage_of(work, snapshot, design, lock=bool(lock_for))
    if lock_for and not still_has_room(snapshot, usage, design):
        raise ReservationConflict(lock_for, f"a port at {place} or bandwidth on the way to {wanted.handover.code}")
    return SlotBackhaul(wanted.handover, allocate_backhaul(snapshot, usage, design))


def _usage_of(work: UnitOfWork, snapshot: Snapshot, design: BackhaulDesign, *, lock: bool) -> Usage:
    devices = sorted({*switches_at(snapshot, design.place), *design.devices})
    return work.reservations.usage(devices, design.links, design.wanted.handover.code, lock=lock)
