"""What can be wrong with a change plan.

ProvisioningError
├── NotFound
│   └── UnknownChangePlan    nobody proposed anything under that id
├── Frozen                   somebody froze what it would change: who, why, and until when
├── LimitsExceeded           it goes beyond what one plan may change; the figures
├── DevicesRefused
│   └── DeployRefused
│       └── DevicesChanged   devices changed since the rehearsal; all are as they were
├── PlanChanged              what is approved is not what the devices said last
├── PlanOutdated             it puts on devices what a service is not to have there any more
└── PlanUnreadable           what it tells its devices was sealed with another key than is set
"""

from collections.abc import Sequence

from automation.limits import BrokenLimit
from inventory.errors import shortened
from provisioning.device_errors import DeployRefused
from provisioning.errors import NotFound, ProvisioningError
from provisioning.pauses import Pause


class UnknownChangePlan(NotFound):
    """No change plan has that id."""

    code = "unknown-change-plan"
    kind = "change plan"
    next_step = "List them with `neutralhost change-plan list`."


class Frozen(ProvisioningError):
    """Somebody froze a place, device or product that this would change."""

    code = "frozen"
    next_step = "Ask whoever froze it, or wait until it is lifted (`neutralhost freeze list`)."

    def __init__(self, freeze: Pause) -> None:
        self.freeze = freeze
        super().__init__(freeze.sentence, freeze=freeze.id, of=freeze.target, by=freeze.by)


class LimitsExceeded(ProvisioningError):
    """It goes beyond what one plan may change."""

    code = "limits-exceeded"
    next_step = (
        "Make it smaller; or lift the limit for this one plan (`neutralhost change-plan lift`), which a second "
        "person has to approve."
    )

    def __init__(self, what: str, broken: Sequence[BrokenLimit]) -> None:
        self.broken = tuple(broken)
        limits = sorted({each.limit.value for each in broken})
        said = " ".join(each.sentence for each in broken[:MOST_SAID])
        more = f" And {len(broken) - MOST_SAID} more." if len(broken) > MOST_SAID else ""
        super().__init__(f"{what} goes beyond the limits. {said}{more}", of=what, limits=limits)


MOST_SAID = 5


class DevicesChanged(DeployRefused):
    """Devices would be changed otherwise than was approved, and all were left as they were: rehearse again."""

    code = "devices-changed"
    next_step = "Nothing has to be done: it is rehearsed again, and waits for approval where it changes something else."


class PlanChanged(ProvisioningError):
    """The digest is not that of what the devices said last."""

    code = "plan-changed"
    next_step = "Look at the plan again (`neutralhost change-plan show`) and approve what it says now."

    def __init__(self, plan_id: str) -> None:
        self.plan_id = plan_id
        super().__init__(f"The plan {shortened(plan_id)} has changed since it was looked at.", plan=plan_id)


class PlanOutdated(ProvisioningError):
    """A service that a plan puts on a device is not to be there, or not so, any more."""

    code = "plan-outdated"
    next_step = "Cancel it, and propose it again when no order is at the service: it is made of what is ordered then."

    def __init__(self, plan_id: str, service_id: str, device: str, state: str) -> None:
        self.plan_id = plan_id
        self.service_id = service_id
        super().__init__(
            f"{shortened(plan_id)} would put {service_id} on {device} as it is not to be there now; it is {state}.",
            plan=plan_id,
            service=service_id,
            device=device,
        )


class PlanUnreadable(ProvisioningError):
    """What a plan tells its devices was sealed with another key than the one that is set."""

    code = "plan-unreadable"
    next_step = "Set the NEUTRALHOST_TOKEN_PEPPER that was set when it was proposed, or cancel it and propose it again."

    def __init__(self, plan_id: str) -> None:
        self.plan_id = plan_id
        super().__init__(
            f"What {shortened(plan_id)} tells its devices cannot be opened with the key that is set.", plan=plan_id
        )
