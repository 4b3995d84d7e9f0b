"""What a buyer's system reads of what it has: its products, by filter and offset. The front desk's part."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from provisioning.changes import STATE, ChangeKind, StateChange
from provisioning.errors import UnknownService
from provisioning.isps import Principal
from provisioning.listings import ProductsWanted
from provisioning.orders import Order, OrderAction, OrderRequest
from provisioning.policy import Action, must
from provisioning.rights import may_see
from provisioning.services import Service
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools


@dataclass(frozen=True, slots=True)
class ServiceStory:
    """A service with the orders that made or are about it, oldest first, and every change of its state."""

    service: Service
    orders: tuple[Order, ...]
    changes: tuple[StateChange, ...]

    @property
    def updated_at(self) -> datetime:
        """When its state last changed."""
        return self.changes[-1].at if self.changes else self.service.created_at

    @property
    def request(self) -> OrderRequest:
        """What it is now, as the request that would order it so."""
        service = self.service
        made = next((each.request for each in self.orders if each.action is OrderAction.ADD), None)
        base = made or OrderRequest(service.product, service.uprn, service.handover, 0, service.term_months)
        return replace(
            base,
            product=service.product,
            uprn=service.uprn,
            handover=service.handover,
            bandwidth_mbps=service.bandwidth_mbps,
            term_months=service.term_months,
        )


def service_story(tools: Tools, who: Principal, service_id: str) -> ServiceStory:
    """A service with what made it what it is. Raises: UnknownService, also where it is another ISP's."""
    must(who, Action.READ_SERVICES)
    with tools.open_unit_of_work(reading=True) as work:
        found = work.services.get(service_id)
        if not may_see(who, found.isp_code):
            raise UnknownService(service_id)
        return _story(work, found)


def some_services(
    tools: Tools, who: Principal, wanted: ProductsWanted, *, offset: int, limit: int
) -> tuple[tuple[ServiceStory, ...], int]:
    """Services from an offset on, newest first, and how many there are in all: an ISP's own."""
    must(who, Action.READ_SERVICES)
    own = wanted if who.isp_code is None else replace(wanted, isp_code=who.isp_code)
    with tools.open_unit_of_work(reading=True) as work:
        ids, total = work.listings.products(own, offset, limit)
        found = {each.id: each for each in work.services.some(ids)}
        return tuple(_stories(work, (found[each] for each in ids))), total


def _stories(work: UnitOfWork, services: Iterable[Service]) -> Iterable[ServiceStory]:
    return (_story(work, each) for each in services)


def _story(work: UnitOfWork, service: Service) -> ServiceStory:
    changes = work.changes.of(ChangeKind.SERVICE, service.id)
    own = tuple(each for each in changes if each.about == STATE)
    return ServiceStory(service, work.orders.of_service(service.id), own)
