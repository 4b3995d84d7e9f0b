"""What can be wrong with how work goes on.

ProvisioningError
├── NotFound
│   ├── UnknownPause       nobody paused anything under that id
│   └── UnknownSchedule    nothing of that name is done by the clock
├── PauseOver              it was lifted, or its time is over, already
├── ScheduleHeld           somebody does it at this moment
└── NotYetAudited          no audit was done by the clock so far
"""

from inventory.errors import shortened
from provisioning.errors import NotFound, ProvisioningError


class UnknownPause(NotFound):
    """No pause or freeze has that id."""

    code = "unknown-pause"
    kind = "pause or freeze"
    next_step = "List the pauses with `neutralhost pause list`, and the freezes with `neutralhost freeze list`."


class UnknownSchedule(NotFound):
    """Nothing of that name is done by the clock here."""

    code = "unknown-schedule"
    kind = "schedule"
    next_step = "List them with `neutralhost schedule list`; `mirror` and `tell` are there where a NetBox is set."


class PauseOver(ProvisioningError):
    """It holds nothing any more."""

    code = "pause-over"
    next_step = "List the pauses that stand; nothing has to be lifted here."

    def __init__(self, pause_id: str) -> None:
        self.pause_id = pause_id
        super().__init__(f"The pause {shortened(pause_id)} is over already.", pause=pause_id)


class ScheduleHeld(ProvisioningError):
    """Somebody does it at this moment: it is done once in the whole system."""

    code = "schedule-held"
    next_step = "Wait until it has ended, and see `neutralhost schedule list`."

    def __init__(self, name: str, held_by: str) -> None:
        self.name = name
        self.held_by = held_by
        super().__init__(f"{name} is being done by {shortened(held_by)} just now.", schedule=name, held_by=held_by)


class NotYetAudited(ProvisioningError):
    """No audit was done by the clock so far."""

    code = "not-yet-audited"
    next_step = "Start one now with `neutralhost schedule run audit`."

    def __init__(self) -> None:
        super().__init__("No audit has been done by the clock so far.")
