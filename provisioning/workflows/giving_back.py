"""Give back all that a service holds, inside the caller's transaction."""

from provisioning.services import Service
from provisioning.store.work import Holder, UnitOfWork


def give_back(work: UnitOfWork, service: Service) -> tuple[str, ...]:
    """Give it back, and return what it was. A second time gives back nothing."""
    if service.is_strands:
        held = work.holds.held_by(Holder(service_id=service.id))
        work.holds.give_back(Holder(service_id=service.id))
        work.services.set_legs(service.id, ())
        return held
    held = work.reservations.held_by(service.id)
    work.reservations.release(service.id)
    work.services.set_circuit(service.id, None)
    return held
