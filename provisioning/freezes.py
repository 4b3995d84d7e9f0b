"""Freezes, as the front desk takes and lifts them: no change reaches what is frozen.

A freeze is a pause that also refuses (`provisioning/pauses.py`): orders wait for its end, change plans are refused.
"""

from datetime import datetime

from provisioning.deeds import about, acts
from provisioning.isps import Principal
from provisioning.operations import MOST_LISTED, lifted_by_enough, must_be_possible
from provisioning.pauses import Pause, PauseKind, PauseScope
from provisioning.policy import Action, must
from provisioning.references import new_freeze_id
from provisioning.tools import Tools


def freezes(tools: Tools, who: Principal, *, standing_only: bool = True) -> tuple[Pause, ...]:
    """Those that stand, oldest first; or the last ones there were, newest first. Raises: Forbidden."""
    must(who, Action.READ_OPERATIONS)
    with tools.open_unit_of_work(reading=True) as work:
        if standing_only:
            return tuple(each for each in work.pauses.standing(tools.now()) if each.kind is PauseKind.FREEZE)
        return work.pauses.newest(MOST_LISTED, PauseKind.FREEZE)


@acts("freeze what devices say", says=("scope", "name", "why"))
def add_freeze(
    tools: Tools, who: Principal, scope: PauseScope, name: str = "", *, why: str, until: datetime | None = None
) -> Pause:
    """Let no change reach a place, a device, what a product is on, or anything, from now on.

    Raises: Forbidden; RequestInvalid; UnknownProduct, UnknownThing: there is nothing of that name to freeze.
    """
    must(who, Action.FREEZE)
    must_be_possible(tools, scope, name, why, until)
    freeze = Pause(new_freeze_id(), scope, name, why, who.user_name, tools.now(), until, kind=PauseKind.FREEZE)
    with tools.open_unit_of_work(by=who.user_name) as work:
        work.pauses.add(freeze)
        about("freeze", freeze.id)
        work.commit()
    return freeze


@acts("lift a freeze", "freeze", "freeze_id")
def lift_freeze(tools: Tools, who: Principal, freeze_id: str) -> Pause:
    """End a freeze; orders that nothing else holds go on at once. That of everything ends when two people say so.

    Raises: Forbidden, UnknownPause, PauseOver; SecondEyesNeeded, where this person has said so already.
    """
    must(who, Action.FREEZE)
    return lifted_by_enough(tools, who, freeze_id)
