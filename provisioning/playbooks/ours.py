"""The playbooks that come with neutralhost. Declarations only: what does the work is imported when it is run."""

from pathlib import Path

from provisioning.playbooks.shape import Needs, Parameter, Playbook
from provisioning.policy import Action

SERVICE = Parameter("service_id", "Id of the service.", required=True, positional=True)

OURS = (
    Playbook(
        "audit",
        "Compare what every device should say with what it says.",
        "provisioning.playbooks.auditing:run",
        (
            Parameter("service", "Only what these services need; repeatable.", many=True),
            Parameter("last", "Ask no device: what the last audit by the clock found not as intended.", kind=bool),
        ),
        Needs(Action.AUDIT),
    ),
    Playbook(
        "rehearse",
        "Load a service's configuration on its devices, show the difference, and discard it.",
        "provisioning.playbooks.rehearsing:run",
        (SERVICE, Parameter("remove", "Rehearse taking it off instead of putting it on.", kind=bool)),
        Needs(Action.REHEARSE),
        about_devices=False,
    ),
    Playbook(
        "backup",
        "Save the running configurations, without secrets, one file a device.",
        "provisioning.playbooks.backing_up:run",
        (Parameter("folder", "Where the files are.", kind=Path, required=True, positional=True),),
        Needs(Action.READ_DEVICE_TEXT),
        dry_run="Nothing is written; what would differ is said, with exit code 2.",
    ),
)
