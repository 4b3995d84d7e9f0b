"""One order at a time on any device."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from provisioning.errors import DevicesClaimed
from provisioning.tools import Tools


@contextmanager
def claimed_devices(order_id: str, devices: Sequence[str], tools: Tools) -> Iterator[None]:
    """Keep every other order off these devices meanwhile; all or none are claimed.

    A crash leaves the claim with the order, which claims again when it goes on, or lets go at
    its end. Raises: DevicesClaimed.
    """
    with tools.open_unit_of_work() as work:
        others = work.claims.claim(order_id, devices)
        if others:
            raise DevicesClaimed(order_id, others)
        work.commit()
    try:
        yield
    finally:
        with tools.open_unit_of_work() as work:
            work.claims.release(order_id)
            work.commit()
