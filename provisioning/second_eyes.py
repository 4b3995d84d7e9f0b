"""Dangerous approvals take two different people, neither of whom asked for the thing.

The first approval is kept and changes nothing else; the second lets the thing go ahead. An
approval counts for what was looked at: where that has changed since (another digest), the first
one counts no more.
"""

from collections.abc import Collection
from datetime import datetime

from provisioning.dangers import Danger, GivenApproval, dangers_of
from provisioning.isps import Principal
from provisioning.orders import EventStatus, Order
from provisioning.people_errors import SecondEyesNeeded
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools

PEOPLE_NEEDED = 2


def approved_by_enough(
    work: UnitOfWork,
    who: Principal,
    *,
    about: str,
    why: Collection[Danger],
    digest: str,
    asked_by: str,
    now: datetime,
) -> bool:
    """Count this approval, in the caller's transaction. True: the thing may go ahead. False: it was the first of two.

    Two people who approve at the same moment are counted one after the other. `asked_by` is who
    placed the order, "" where nobody is shut out by that.

    Raises: SecondEyesNeeded: this person asked for it, or has approved it already.
    """
    if not why:
        return True
    words = tuple(sorted(why))
    if who.user_name == asked_by:
        raise SecondEyesNeeded(who.user_name, words, "asked for this")
    while True:
        given = work.approvals.about(about)
        counting = [each for each in given if each.digest == digest]
        if who.user_name in {each.by for each in counting}:
            raise SecondEyesNeeded(who.user_name, words, "has approved this already")
        if work.approvals.add(GivenApproval(about, len(given) + 1, who.user_name, digest, words, now)):
            return len(counting) + 1 >= PEOPLE_NEEDED


def enough_approved(work: UnitOfWork, tools: Tools, who: Principal, order: Order, digest: str) -> bool:
    """Count the approval of an order's plan, and tell in the order's life of the first of two.

    Raises: SecondEyesNeeded.
    """
    why = dangers_of(order, tools.settings)
    about, now = f"order {order.id}", tools.now()
    if approved_by_enough(work, who, about=about, why=why, digest=digest, asked_by=order.requested_by, now=now):
        return True
    reasons = ", ".join(sorted(why))
    text = f"Approved by {who.user_name}, the first of two. A second person has to look at it: {reasons}."
    facts = {"by": who.user_name, "digest": digest, "why": reasons, "of": str(PEOPLE_NEEDED)}
    work.orders.record(order.id, "approve", EventStatus.WAITING, text, facts)
    return False
