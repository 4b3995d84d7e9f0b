"""Which approvals are dangerous, and so take two people: data, and a pure function."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from provisioning.orders import Order
from provisioning.settings import ProvisioningSettings


class Danger(StrEnum):
    """Why one person's word is not enough, in the words that people read."""

    TAKES_FROM_OTHERS = "it takes service away from somebody who did not ask for it"
    LARGE = "it is large"
    MANY_LINES = "it moves many lines at once"
    RESUMES_ALL = "it lets all work go on"
    LIFTS_LIMIT = "it goes beyond a safety limit"


@dataclass(frozen=True, slots=True)
class GivenApproval:
    """One person's approval of one thing, such as "order O-...", as it was then (`digest`)."""

    about: str
    number: int
    by: str
    digest: str
    why: tuple[str, ...]
    at: datetime


def dangers_of(order: Order, settings: ProvisioningSettings) -> frozenset[Danger]:
    """What makes the approval of an order dangerous; none: one person may approve it. The ISP is no input."""
    found = {
        Danger.LARGE: order.request.bandwidth_mbps >= settings.two_approvals_from_mbps,
        Danger.TAKES_FROM_OTHERS: bool(order.request.takes_over),
    }
    return frozenset(danger for danger, holds in found.items() if holds)
