"""What goes wrong with listeners.

ProvisioningError
├── NotFound
│   ├── UnknownListener    no listener of that id, or another ISP's
│   ├── UnknownDelivery    no delivery of that id, or another ISP's
│   └── NoHistory          nothing of that id ever changed, or it is another ISP's
├── ListenerRefused        nothing may be sent to that address
├── TooManyListeners       this ISP has as many as it may have
└── NotReplayable          the delivery is on its way still
"""

from inventory.errors import quoted, shortened
from provisioning.errors import NotFound, ProvisioningError


class UnknownListener(NotFound):
    """No listener has that id, or it is another ISP's."""

    code = "unknown-listener"
    kind = "listener"
    next_step = "Check the id, or list the listeners."


class UnknownDelivery(NotFound):
    """No delivery has that id, or it is another ISP's."""

    code = "unknown-delivery"
    kind = "delivery"
    next_step = "Check the id, or list the deliveries."


class NoHistory(NotFound):
    """Nothing of that kind and id ever changed, or it is another ISP's."""

    code = "no-history"
    kind = "history of"
    next_step = "Check the id."


class ListenerRefused(ProvisioningError):
    """Nothing may be sent to that address: it is not a public HTTPS address. `reason` says what it is instead."""

    code = "listener-refused"
    next_step = (
        "Give an https address with a public host; a sandbox's own hosts are named in NEUTRALHOST_WEBHOOK_ALLOW."
    )

    def __init__(self, host: str, reason: str) -> None:
        self.host = host
        self.reason = reason
        super().__init__(f"Nothing may be sent to {quoted(host)}: {reason}.", host=shortened(host), reason=reason)


class TooManyListeners(ProvisioningError):
    """An ISP has a limited number of listeners."""

    code = "too-many-listeners"
    next_step = "Remove one that is not needed any more."

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(f"There are {most} listeners already, and that is as many as there may be.", most=most)


class NotReplayable(ProvisioningError):
    """Only what was delivered or given up can be sent again."""

    code = "not-replayable"
    next_step = "Wait: it is tried until it is taken or given up."

    def __init__(self, delivery_id: str) -> None:
        self.delivery_id = delivery_id
        super().__init__(f"Delivery {delivery_id} is on its way still.", delivery=delivery_id)
