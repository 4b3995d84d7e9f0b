"""What can be wrong with a playbook, and with running one.

ProvisioningError
├── NotFound
│   └── UnknownPlaybook       nobody wrote one of that name
├── PlaybookBroken            a file or entry point that holds none: it was not taken, and the others work
├── PlaybookFailed            it raised what it should not have
├── PlaybookValueInvalid      a parameter was given what it cannot be
├── LimitNotTaken             it is about one thing, not about chosen devices
├── NotAtTheDesk              it asked a function that is none of the front desk's
├── DryRun                    it would change something, and nothing may be changed
├── RecordNotWritable         nothing here keeps what exists
├── NotReady                  what must be so before is not: every reason is named
├── TagTakenOnTheWay          another path has a device where a service's S-VLAN is another's
└── StillInUse                services cross what is to be taken away
"""

from collections.abc import Sequence

from provisioning.errors import NotFound, ProvisioningError


class UnknownPlaybook(NotFound):
    """No playbook has that name."""

    code = "unknown-playbook"
    kind = "playbook"
    next_step = "List the playbooks with `neutralhost playbook list`; those that are broken are named there too."


class PlaybookBroken(ProvisioningError):
    """A file or entry point that should hold a playbook, and does not. `why` has the line where there is one."""

    code = "playbook-broken"
    next_step = "Put it right by docs/how-to/playbooks.md; all other playbooks work."

    def __init__(self, source: str, why: str) -> None:
        self.source = source
        self.why = why
        super().__init__(f"{source} is no playbook: {why}.", source=source, why=why)


class PlaybookFailed(ProvisioningError):
    """It raised what is no error of ours. `where` is the last line of its own file that was at work."""

    code = "playbook-failed"
    next_step = (
        "The fault is in the playbook: look at the line that is named. Read what stands with `playbook run audit`."
    )

    def __init__(self, name: str, words: str, where: str) -> None:
        self.name = name
        self.words = words
        self.where = where
        super().__init__(f"The playbook {name} failed at {where}: {words}.", playbook=name, words=words, where=where)


class PlaybookValueInvalid(ProvisioningError):
    """A parameter was given what it cannot be, or not given."""

    code = "playbook-value-invalid"
    next_step = "See what the playbook takes with `neutralhost playbook show NAME`."

    def __init__(self, playbook: str, parameter: str, why: str) -> None:
        self.playbook = playbook
        self.parameter = parameter
        self.why = why
        super().__init__(f"{parameter} of {playbook}: {why}.", playbook=playbook, parameter=parameter, why=why)


class LimitNotTaken(ProvisioningError):
    """It is about one thing, and chooses its devices by that."""

    code = "limit-not-taken"
    next_step = "Leave --limit out."

    def __init__(self, playbook: str) -> None:
        self.playbook = playbook
        super().__init__(f"{playbook} finds its devices by what it is about, and takes no limit.", playbook=playbook)


class NotAtTheDesk(ProvisioningError):
    """A playbook asked a function that is none of the front desk's: rights and audit trail would be passed by."""

    code = "not-at-the-desk"
    next_step = "Ask functions of provisioning.front_desk, and change devices with context.propose_change."

    def __init__(self, function: str) -> None:
        self.function = function
        super().__init__(f"{function} is no function of the front desk.", function=function)


class DryRun(ProvisioningError):
    """It would change something, and nothing may be changed."""

    code = "dry-run"
    next_step = "Run it without --dry-run to do it."

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"Nothing is changed in a dry run: {what}.", what=what)


class RecordNotWritable(ProvisioningError):
    """Nothing here keeps what exists: this house was wired without."""

    code = "record-not-writable"
    next_step = "Run it where the database of the inventory is, as `neutralhost` commands do."

    def __init__(self) -> None:
        super().__init__("The inventory cannot be written from here.")


class NotReady(ProvisioningError):
    """What must be so before is not. `reasons` are sentences."""

    code = "not-ready-yet"
    next_step = "Put right what is named, and run it again: what was done already is found done."

    def __init__(self, what: str, reasons: Sequence[str]) -> None:
        self.what = what
        self.reasons = tuple(reasons)
        super().__init__(f"{what}: {' '.join(reasons)}", what=what, reasons=self.reasons)


class TagTakenOnTheWay(ProvisioningError):
    """A device of the other path knows the service's S-VLAN as another's; with another tag its ISP would see it."""

    code = "tag-taken-on-the-way"
    next_step = "Move or cease the other service on that device, or leave this one where it is."

    def __init__(self, s_vlan: int, device: str) -> None:
        self.s_vlan = s_vlan
        self.device = device
        super().__init__(f"S-VLAN {s_vlan} is another's on {device}.", s_vlan=s_vlan, device=device)


class StillInUse(ProvisioningError):
    """Services cross what is to be taken away. `services` are their ids."""

    code = "still-in-use"
    next_step = "Move them with `neutralhost playbook run drain`, or cease them; then run it again."

    def __init__(self, what: str, services: Sequence[str]) -> None:
        self.what = what
        self.services = tuple(services)
        count = "1 service crosses" if len(services) == 1 else f"{len(services)} services cross"
        super().__init__(f"{count} {what}: {', '.join(services)}.", what=what, services=self.services)
