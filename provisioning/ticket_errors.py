"""Why a ticket or an incident cannot be had or changed.

ProvisioningError
├── NotFound
│   ├── UnknownTicket         none has that id, or it is another ISP's
│   └── UnknownIncident       none has that id, or it hits no service of yours
└── NothingAffected           an incident that hits no service
"""

from provisioning.errors import NotFound, ProvisioningError


class UnknownTicket(NotFound):
    """No ticket has that id, or it is another ISP's."""

    code = "unknown-ticket"
    kind = "ticket"
    next_step = "Check the id, or list the tickets."


class UnknownIncident(NotFound):
    """No incident has that id, or it hits no service of yours."""

    code = "unknown-incident"
    kind = "incident"
    next_step = "Check the id, or list the incidents."


class NothingAffected(ProvisioningError):
    """An incident names no service, and what it says is cut carries none."""

    code = "nothing-affected"
    next_step = "Name the services that feel it, or what is cut; `neutralhost cut` shows whom that hits."

    def __init__(self, cut: str | None) -> None:
        self.cut = cut
        what = "It names no service" if cut is None else f"No live service hangs on {cut}"
        super().__init__(f"{what}: there would be nobody to tell.", cut=cut)
