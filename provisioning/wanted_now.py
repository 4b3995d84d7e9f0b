"""What a service is to be, by its orders: as it was added, or as the last change that was carried out left it."""

from provisioning.orders import Order, OrderAction, OrderState
from provisioning.store.work import UnitOfWork
from provisioning.wanted import Wanted


def order_behind(work: UnitOfWork, service_id: str) -> Order | None:
    """The order that made the service what it is; None of one that no order made."""
    its = work.orders.of_service(service_id)
    changes = [each for each in its if each.action is OrderAction.MODIFY and each.state is OrderState.COMPLETED]
    return next(reversed((*its[:1], *changes)), None)


def wanted_of(work: UnitOfWork, service_id: str) -> Wanted | None:
    """What is wanted of its product; None of an Access E-Line, and of a service that no order made."""
    made_by = order_behind(work, service_id)
    return None if made_by is None else made_by.request.wanted
