"""Why something cannot be done to a product order, its charges, or what is asked beside it.

ProvisioningError
├── NotFound
│   ├── UnknownProductOrder
│   ├── UnknownCharge
│   ├── UnknownCancellation
│   ├── UnknownDateChange
│   └── NothingAsked          no far end was asked about that order, or it is not you
├── ItemsInvalid              the items of a product order do not fit together
├── ItemRefused               one of them cannot be ordered; carries which and why
├── TooLateToStop             the walk has begun what is brought to its end
├── TooLateToAmend            it has begun to change devices, or has ended
├── DateInPast                the day asked for is over
└── BuildLacking              what was to be built is not there yet; carries what lacks
"""

from collections.abc import Sequence
from datetime import date

from inventory.errors import NeutralhostError
from provisioning.errors import NotFound, ProvisioningError
from provisioning.orders import Reason


class UnknownProductOrder(NotFound):
    """No product order has that id, or it is another ISP's."""

    code = "unknown-product-order"
    kind = "product order"
    next_step = "Check the id, or list your product orders."


class UnknownCharge(NotFound):
    """No charge has that id, or it is another ISP's."""

    code = "unknown-charge"
    kind = "charge"
    next_step = "Check the id, or list the charges of the order."


class UnknownCancellation(NotFound):
    """No cancellation has that id, or it is another ISP's."""

    code = "unknown-cancellation"
    kind = "cancellation"
    next_step = "Check the id, or look at the product order."


class UnknownDateChange(NotFound):
    """No change of date has that id, or it is another ISP's."""

    code = "unknown-date-change"
    kind = "change of date"
    next_step = "Check the id, or look at the product order."


class NothingAsked(NotFound):
    """No far end is asked about that order, or it is not you who is asked."""

    code = "nothing-asked"
    kind = "question to you about order"
    next_step = "List what you are asked with `neutralhost order far-ends`."


class ItemsInvalid(ProvisioningError):
    """The items of a product order do not fit together. `item` is the one that does not."""

    code = "items-invalid"
    next_step = "Give each item an id of its own, and let none wait for itself or for one that is not there."

    def __init__(self, item: str, why: str) -> None:
        self.item = item
        super().__init__(f"Item {item!r} of the product order cannot be as it is: {why}.", item=item)


class ItemRefused(ProvisioningError):
    """An item of a product order cannot be ordered, and with it none of them. `cause` says why."""

    code = "item-refused"
    next_step = "Correct the item, and send the product order again."

    def __init__(self, item: str, cause: NeutralhostError) -> None:
        self.item = item
        self.cause = cause
        super().__init__(f"Item {item!r}: {cause.sentence}", item=item, cause=cause.code)


class TooLateToStop(ProvisioningError):
    """It cannot be stopped any more."""

    code = "too-late-to-stop"
    next_step = "Let it complete, and cease the service then."

    def __init__(self, order_id: str, step: str) -> None:
        self.order_id = order_id
        self.step = step
        super().__init__(
            f"{order_id} cannot be stopped any more: it has come to its step {step!r}, which is brought to its end.",
            order=order_id,
            step=step,
        )


class TooLateToAmend(ProvisioningError):
    """It cannot be changed any more."""

    code = "too-late-to-amend"
    next_step = "Order the change of the service when it is active."

    def __init__(self, order_id: str, why: str) -> None:
        self.order_id = order_id
        super().__init__(f"{order_id} cannot be amended any more: {why}.", order=order_id)


class DateInPast(ProvisioningError):
    """The day that was asked for is over, or before another that it must not be before."""

    code = "date-in-past"
    next_step = "Choose a day from today on, and an end that is not before the beginning."

    def __init__(self, what: str, day: date, earliest: date) -> None:
        self.day = day
        self.earliest = earliest
        super().__init__(
            f"The {what} {day} is before {earliest}.", what=what, day=day.isoformat(), earliest=earliest.isoformat()
        )


class BuildLacking(ProvisioningError):
    """What was to be built is not there yet. `reasons` say what lacks."""

    code = "build-lacking"
    next_step = "Build what lacks, record it in the inventory, and confirm again."

    def __init__(self, order_id: str, reasons: Sequence[Reason]) -> None:
        self.order_id = order_id
        self.reasons = tuple(reasons)
        why = " ".join(reason.sentence for reason in reasons)
        super().__init__(f"{order_id} cannot be delivered yet: {why}", order=order_id)
