"""What can be wrong with backups of devices, and with what is put back from them.

ProvisioningError
├── NotFound
│   └── UnknownBackup        the device has no version of that number, or none at all
├── BackupHoldsSecrets       it cannot be put back: what was masked in it would be lost
├── NothingToRestore         the device says already all that would be put back
└── NothingToFix             no finding of that device can be put right by a change of ours
"""

from collections.abc import Sequence

from inventory.errors import shortened
from provisioning.errors import NotFound, ProvisioningError


class UnknownBackup(NotFound):
    """The device has no version of that number, or none at all."""

    code = "unknown-backup"
    kind = "backup"
    next_step = "List them with `neutralhost device history NAME`; take one with `neutralhost device backup`."


class BackupHoldsSecrets(ProvisioningError):
    """What was masked in it would be lost."""

    code = "backup-holds-secrets"
    next_step = "Restore what is ours of it (leave out `--whole`), or put the whole back by hand, secrets included."

    def __init__(self, device: str, number: int) -> None:
        self.device = device
        self.number = number
        super().__init__(
            f"Backup {number} of {shortened(device)} cannot be put back whole: its secrets were masked.",
            device=device,
            number=number,
        )


class NothingToRestore(ProvisioningError):
    """The device says already all that would be put back."""

    code = "nothing-to-restore"
    next_step = "Compare them with `neutralhost device diff NAME`."

    def __init__(self, device: str, number: int) -> None:
        self.device = device
        self.number = number
        super().__init__(
            f"{shortened(device)} says already what its backup {number} would bring back.", device=device, number=number
        )


class NothingToFix(ProvisioningError):
    """No finding there can be put right by a change of ours. `left` are the findings a person must look at."""

    code = "nothing-to-fix"
    next_step = "Look at the findings with `neutralhost drift list`: what is foreign or unknown is a person's to judge."

    def __init__(self, devices: Sequence[str], left: Sequence[str]) -> None:
        self.devices = tuple(devices)
        self.left = tuple(left)
        super().__init__(
            f"There is nothing to put right on {', '.join(map(shortened, self.devices[:10])) or 'any device'}.",
            devices=self.devices,
            left=self.left,
        )
