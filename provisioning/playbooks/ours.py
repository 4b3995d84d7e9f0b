"""The playbooks that come with neutralhost. Declarations only: what does the work is imported when it is run."""

from pathlib import Path

from provisioning.playbooks.shape import Needs, Parameter, Playbook
from provisioning.policy import Action

APPROVE = Parameter("approve", "Approve what the devices said they would change, and go on.", kind=bool)
KEY = Parameter("key", "Idempotency key: the same key never orders twice.")
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
        "Keep the running configurations, without secrets: a new version where one changed, or a file a device.",
        "provisioning.playbooks.backing_up:run",
        (Parameter("folder", "Write a file a device into it, in place of a version.", kind=Path, positional=True),),
        Needs(Action.KEEP_BACKUPS),
        dry_run="Nothing is written; what would differ is said, with exit code 2.",
    ),
    Playbook(
        "restore",
        "Take a device back to what a backup of it says.",
        "provisioning.playbooks.restoring:run",
        (
            Parameter("device", "Name of the device.", required=True, positional=True),
            Parameter("version", "Number of the backup (`device history`); the last one where left out.", kind=int),
            Parameter("whole", "The whole text, and not only what is ours of it.", kind=bool),
            Parameter("why", "Why, in one line.", default="restore a backup"),
            APPROVE,
        ),
        Needs(Action.PROPOSE_CHANGES),
        about_devices=False,
        dry_run="What differs between the backup and the device is shown; no plan is made.",
    ),
    Playbook(
        "provision",
        "Place an order, or take one up by its id, and follow its technical part to its end.",
        "provisioning.playbooks.ordering:provision",
        (
            Parameter("order_id", "Id of an order that is under way; left out, one is placed.", positional=True),
            Parameter("isp", "Code of the ISP that orders."),
            Parameter("uprn", "UPRN of the premises."),
            Parameter("handover", "Code of the ISP's handover."),
            Parameter("bandwidth", "Mbit/s.", kind=int),
            Parameter("product", "Product code.", default="access-eline"),
            Parameter("term", "Months.", kind=int, default=12),
            Parameter("reference", "The ISP's own text, at most 64 characters."),
            KEY,
            APPROVE,
        ),
        Needs(Action.PLACE_ORDERS),
        about_devices=False,
        dry_run="A new order is only qualified; of one that was rehearsed, what its devices said is shown.",
        more="The order is the record: rehearsal, approval, deployment and proof are its steps.",
    ),
    Playbook(
        "cease",
        "End a service: what its devices carry for it is taken off, and they say what they said before.",
        "provisioning.playbooks.ordering:cease",
        (SERVICE, KEY, APPROVE),
        Needs(Action.PLACE_ORDERS),
        about_devices=False,
        dry_run="The devices are asked what they would change, and nothing is left on them.",
    ),
    Playbook(
        "drain",
        "Move the traffic off a link, and name the services that have no other path.",
        "provisioning.playbooks.draining:run",
        (
            Parameter("link", "Code of the link.", required=True, positional=True),
            Parameter("avoid", "Another link that is not to be used either; repeatable.", many=True),
            APPROVE,
        ),
        Needs(Action.PROPOSE_CHANGES),
        about_devices=False,
        dry_run="The devices are asked what they would change, and nothing is left on them.",
        more="Each service keeps its ends, its S-VLAN and its bandwidth, and is a change plan of its own. Without "
        "--approve it is as a dry run.",
    ),
    Playbook(
        "upgrade-check",
        "Say which devices can be rebooted into other software now, and whom that would touch.",
        "provisioning.playbooks.upgrading:run",
        (
            Parameter("software", "What they are to run: a device that runs it already is fine."),
            Parameter(
                "free_mb", "Megabytes that must be free on the device, where it can say.", kind=int, default=2000
            ),
        ),
        Needs(Action.READ_DEVICE_TEXT),
        more="Looked at: the version, what is not saved, open sessions, room, the backup, and the services that would "
        "be off while the device reboots.",
    ),
    Playbook(
        "commission",
        "Put the baseline on planned devices and the far ends of their links, hear the neighbours, make them live.",
        "provisioning.playbooks.commissioning:commission",
        (APPROVE,),
        Needs(Action.WRITE_RECORD, frozenset({"baseline"})),
        dry_run="The devices are asked what they would change, and nothing is left on them.",
        more="What was done is found done: run it again after an approval, or once what was named is put right.",
    ),
    Playbook(
        "decommission",
        "Take the ports that lead to devices out of use and retire them; refused while services cross them.",
        "provisioning.playbooks.commissioning:decommission",
        (APPROVE,),
        Needs(Action.WRITE_RECORD),
        dry_run="The neighbours are asked what they would change, and nothing is left on them.",
    ),
)
