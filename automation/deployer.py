"""What the rest of the house may ask of the devices."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from automation.change_plan import ChangeAction, DeployReport, DeviceChange, Proof, Rehearsal
from automation.intents import Intent
from automation.scanning import Audit, Expectations
from automation.standing import NONE_STANDING, Standing
from automation.verifying import Check


class Deployer(Protocol):
    """Devices, spoken to. A device that is away or refuses is an answer in the result, not an exception."""

    def rehearse(self, intents: Sequence[Intent], action: ChangeAction, *, before: Sequence[Intent] = ()) -> Rehearsal:
        """Load, compare and discard on every device. A REPLACE takes devices from `before` to `intents`."""

    def rehearse_changes(
        self, changes: Sequence[DeviceChange], standing: Mapping[str, Standing] = NONE_STANDING
    ) -> Rehearsal:
        """The same for changes of any kind, given lines among them: each planned on what its device says now.

        What would harm what is `standing`, by device, is among the rehearsal's findings.
        """

    def deploy(
        self,
        changes: Sequence[DeviceChange],
        revert_after_s: int,
        checks: Sequence[Check] = (),
        standing: Mapping[str, Standing] = NONE_STANDING,
    ) -> DeployReport:
        """Commit on all with a revert timer, verify on all, then confirm on all; one refusal sends all back.

        `checks` are part of the verifying, also where no device had anything to change; so is what is `standing`.

        Safe to repeat: a device that already has its change gets an empty diff, and no commit.
        """

    def prove(self, intents: Sequence[Intent], action: ChangeAction, *, before: Sequence[Intent] = ()) -> Proof:
        """Read every device and say whether it does (ADD), or no longer does (REMOVE), what the intents say.

        After a REPLACE it does what the intents say, and nothing more of `before`.
        """

    def audit(self, expected: Expectations) -> Audit:
        """Read these devices, and compare what each is meant to say with what it says.

        What nobody intends (a tag on a trunk, a bandwidth profile left behind) is a finding too.
        """

    def running_config(self, device: str) -> str:
        """The device's running configuration, secrets removed.

        Raises: DeviceUnreachable, UnknownThing.
        """

    def reachable(self, devices: Sequence[str]) -> dict[str, bool]:
        """Which of these devices answer now."""
