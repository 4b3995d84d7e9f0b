"""What a service is to be, by its orders: as it was added, or as the last change that was carried out left it."""

from provisioning.orders import OrderAction, OrderState
from provisioning.store.work import UnitOfWork
from provisioning.wanted import Wanted


def wanted_of(work: UnitOfWork, service_id: str) -> Wanted | None:
    """What is wanted of its product; None of an Access E-Line, and of a service that no order made."""
    made_by = work.orders.of_service(service_id)
    changes = [each for each in made_by if each.action is OrderAction.MODIFY and each.state is OrderState.COMPLETED]
    found = (*made_by[:1], *changes)
    return found[-1].request.wanted if found else None
