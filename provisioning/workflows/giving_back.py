"""Give back all that a service holds, inside the caller's transaction."""

from provisioning.services import Service
from provisioning.store.plant_work import Holder
from provisioning.store.work import UnitOfWork


def give_back(work: UnitOfWork, service: Service) -> tuple[str, ...]:
    """Give it back, and return what it was. A second time gives back nothing."""
    if service.is_strands:
        held = work.holds.held_by(Holder(service_id=service.id))
        work.holds.give_back(Holder(service_id=service.id))
        work.services.set_legs(service.id, ())
        return held
    if service.by_hand is not None:
        return _give_back_by_hand(work, service)
    held = work.reservations.held_by(service.id)
    work.reservations.release(service.id)
    work.services.set_circuit(service.id, None)
    return held


def _give_back_by_hand(work: UnitOfWork, service: Service) -> tuple[str, ...]:
    """What it was stays readable: nothing but the holds says that others may not have it."""
    tags = (each for each in work.reservations.held_by(service.id) if each.startswith("tag "))
    held = (*work.holds.held_by(Holder(service_id=service.id)), *tags)
    work.reservations.release(service.id)
    return (*held, *work.ssids.release(service.id))
