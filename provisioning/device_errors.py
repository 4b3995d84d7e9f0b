"""Why devices could not be changed as was meant.

ProvisioningError
├── ChangedSinceApproval      the devices would now change otherwise than was approved
├── DevicesClaimed            another order or change plan is changing them just now
├── NotProven                 they do not say afterwards what was intended
└── DevicesRefused            devices said no; carries which and why
    ├── RehearsalRefused
    ├── DeployRefused
    └── DevicesNotCleared
"""

from collections.abc import Sequence
from typing import ClassVar

from automation.change_plan import Finding, Refusal
from provisioning.errors import ProvisioningError
from provisioning.references import holder_of_claims


def _named(refusal: Refusal) -> str:
    """Why, with the device's name where the words lack it; no full stop, for more may follow."""
    why = refusal.reason.rstrip(".")
    return why if refusal.device in why else f"{refusal.device}: {why}"


class ChangedSinceApproval(ProvisioningError):
    """The devices would now change otherwise than was seen when it was approved."""

    code = "changed-since-approval"
    next_step = "Look at the new change plan, and decide on that one."

    def __init__(self, order_id: str) -> None:
        self.order_id = order_id
        super().__init__(f"What {holder_of_claims(order_id)} would change is not what was approved.", order_id=order_id)


class DevicesClaimed(ProvisioningError):
    """Another order or change plan is changing these devices just now."""

    code = "devices-claimed"
    next_step = "Try again later, or ask the operator what holds the devices for so long."

    def __init__(self, order_id: str, devices: Sequence[str]) -> None:
        self.order_id = order_id
        self.devices = tuple(devices)
        whose = holder_of_claims(order_id)
        super().__init__(
            f"{whose[0].upper()}{whose[1:]} waits for {', '.join(devices)}, which another change holds.",
            order_id=order_id,
            devices=self.devices,
        )


class DevicesRefused(ProvisioningError):
    """Devices said no. `refusals` names them and why."""

    code = "devices-refused"
    said: ClassVar[str] = "refused"

    def __init__(self, order_id: str, refusals: Sequence[Refusal]) -> None:
        self.order_id = order_id
        self.refusals = tuple(refusals)
        devices = tuple(refusal.device for refusal in refusals)
        why = "; ".join(_named(refusal) for refusal in refusals)
        sentence = f"The {self.said} of {holder_of_claims(order_id)} failed: {why}."
        super().__init__(sentence, order_id=order_id, devices=devices)


class RehearsalRefused(DevicesRefused):
    """At least one device would not take the change, or did not answer; none was changed."""

    code = "rehearsal-refused"
    said = "rehearsal"
    next_step = "Nothing was changed. Bring the device back or correct it, then order or propose it again."


class DeployRefused(DevicesRefused):
    """At least one device would not keep the change; all others were sent back."""

    code = "deploy-refused"
    said = "deployment"
    next_step = (
        "All devices were told to go back. Run `neutralhost playbook run audit`, then order or propose it again."
    )


class DevicesNotCleared(DevicesRefused):
    """A failed order could not be taken off a device again: it may still carry the circuit."""

    code = "devices-not-cleared"
    said = "clearing"
    next_step = "Cease its service when the devices named answer again: until then it keeps what it holds."


class NotProven(ProvisioningError):
    """A device does not say, after the change, what was intended. `findings` are the ones that are wrong."""

    code = "not-proven"
    next_step = "Run `neutralhost playbook run audit`, and look at the devices named."

    def __init__(self, order_id: str, findings: Sequence[Finding]) -> None:
        self.order_id = order_id
        self.findings = tuple(finding for finding in findings if not finding.ok)
        devices = tuple(finding.device for finding in self.findings)
        why = "; ".join(f"{finding.device}: {finding.check} {finding.detail}" for finding in self.findings)
        whose = holder_of_claims(order_id)
        super().__init__(f"{whose[0].upper()}{whose[1:]} is not proven: {why}.", order_id=order_id, devices=devices)
