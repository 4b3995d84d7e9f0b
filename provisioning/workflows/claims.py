"""One order or change plan at a time on any device, and one order at any handover."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from provisioning.device_errors import DevicesClaimed
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools


@contextmanager
def claimed_devices(order_id: str, devices: Sequence[str], tools: Tools) -> Iterator[None]:
    """Keep every other order off these devices and the order's handover meanwhile; all or none are claimed.

    A crash leaves the claim with the order, which claims again when it goes on, or lets go at
    its end. Raises: DevicesClaimed.
    """
    with tools.open_unit_of_work(reading=True) as work:
        handovers = _handovers_of(work, order_id)
    with claimed(order_id, devices, handovers, tools):
        yield


@contextmanager
def claimed(holder: str, devices: Sequence[str], handovers: Sequence[str], tools: Tools) -> Iterator[None]:
    """The same for whoever `holder` is, an order or a change plan. Raises: DevicesClaimed."""
    with tools.open_unit_of_work() as work:
        others = work.claims.claim(holder, devices, handovers)
        if others:
            raise DevicesClaimed(holder, others)
        work.commit()
    try:
        yield
    finally:
        with tools.open_unit_of_work() as work:
            work.claims.release(holder)
            work.commit()


def _handovers_of(work: UnitOfWork, order_id: str) -> tuple[str, ...]:
    """Where the order's traffic is handed over: as asked for now, and as it is."""
    order = work.orders.get(order_id)
    service = None if order.service_id is None else work.services.get(order.service_id)
    now = service.circuit.handover_code if service is not None and service.circuit is not None else ""
    return tuple(sorted({code for code in (order.request.handover, now) if code}))
