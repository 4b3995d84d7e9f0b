"""Why strands cannot be sold or reserved, or a circuit's links cannot carry it.

ProvisioningError
├── StrandsError
│   ├── NoDiverseRoute        no two routes share nothing; carries what the best pair shares, and a better one lacks
│   ├── WindowInPast          it ends before today
│   ├── WindowTooLong         it begins or ends too far ahead
│   ├── StrandsLost           what a service was to get is not in the plant as it was designed
│   ├── NothingReserved       a reservation of nothing
│   ├── NotReservable         lit, patched, linked or out of order: it cannot be kept for anybody
│   └── NotCarried            the plant does not carry the links that a circuit needs
│       └── NotProtected      one cut could take a link that a protected circuit needs
└── NotFound
    └── UnknownReservation
"""

from collections.abc import Sequence
from datetime import date

from inventory.plant import AssetRef
from inventory.routes import BarredPair
from inventory.windows import Window
from provisioning.errors import NotFound, ProvisioningError
from provisioning.orders import Reason

MOST_NAMED = 10


class StrandsError(ProvisioningError):
    """It cannot be had of the plant."""

    code = "strands-error"


class NoDiverseRoute(StrandsError):
    """The best pair of routes shares something other than its ends."""

    code = "no-diverse-route"
    next_step = (
        "Order one leg, or choose other ends or days; `neutralhost path A B --diverse` shows the best pair there is."
    )

    def __init__(
        self, a_place: str, z_place: str, shared: Sequence[AssetRef], barred: BarredPair | None = None
    ) -> None:
        self.a_place = a_place
        self.z_place = z_place
        self.shared = tuple(shared)
        self.barred = barred
        names = tuple(str(asset) for asset in self.shared)
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        super().__init__(
            f"Every two routes from {a_place} to {z_place} share something; the best pair shares "
            f"{', '.join(names[:MOST_NAMED])}{more}.{'' if barred is None else f' {barred.sentence}'}",
            a_place=a_place,
            z_place=z_place,
            shared=names,
        )


class WindowInPast(StrandsError):
    """The window is over, or began before today."""

    code = "window-in-past"
    next_step = "Choose a window that begins today or later."

    def __init__(self, window: Window, today: date) -> None:
        self.window = window
        self.today = today
        super().__init__(f"The window {window} begins before today, {today}.", window=str(window), today=str(today))


class WindowTooLong(StrandsError):
    """The window begins or ends further ahead than anybody plans."""

    code = "window-too-long"
    next_step = "Leave the last day out where there is none."

    def __init__(self, window: Window, last_possible: date) -> None:
        self.window = window
        super().__init__(
            f"The window {window} reaches beyond {last_possible}.", window=str(window), last_possible=str(last_possible)
        )


class StrandsLost(StrandsError):
    """The plant has changed since the design, so that it does not carry the service as designed."""

    code = "strands-lost"
    next_step = "Order again: the design begins anew on the plant as it is."

    def __init__(self, service_id: str, why: Sequence[str]) -> None:
        self.service_id = service_id
        self.why = tuple(why)
        super().__init__(
            f"{service_id} cannot be delivered as designed: {'; '.join(self.why[:MOST_NAMED])}.",
            service_id=service_id,
            why=self.why,
        )


class NothingReserved(StrandsError):
    """A reservation names nothing to reserve."""

    code = "nothing-reserved"
    next_step = "Name strands, positions or ports, or two places to have a pair of strands between."

    def __init__(self) -> None:
        super().__init__("A reservation is of at least one strand, position or port.")


class NotReservable(StrandsError):
    """Things that nobody can have for a while: lit, patched, linked, or out of order."""

    code = "not-reservable"
    next_step = "Choose others; `neutralhost capacity` and `neutralhost trace` show what is free."

    def __init__(self, why: Sequence[str]) -> None:
        self.why = tuple(why)
        super().__init__(f"It cannot be reserved: {'; '.join(self.why[:MOST_NAMED])}.", why=self.why)


class StrandsSold(StrandsError):
    """A new inventory patches, splices or links to the network what somebody holds; nothing of it was loaded."""

    code = "strands-sold"
    next_step = "Patch other ones, or cease the service or release the reservation that holds them first."

    def __init__(self, things: Sequence[str]) -> None:
        self.things = tuple(things)
        super().__init__(
            f"The new inventory lights for the network what somebody holds: {', '.join(self.things[:MOST_NAMED])}.",
            things=self.things,
        )


class NotCarried(StrandsError):
    """Every path would need a link that the plant does not carry; `reason` says which and why."""

    code = "not-carried"
    next_step = "Ask the operator when the plant will carry it, or choose another handover."
    words = "is carried by the plant"

    def __init__(self, a_device: str, z_device: str, reason: Reason) -> None:
        self.a_device = a_device
        self.z_device = z_device
        self.reason = reason
        super().__init__(
            f"No path from {a_device} to {z_device} {self.words}: {reason.sentence}",
            a_device=a_device,
            z_device=z_device,
            reason=reason.code,
        )


class NotProtected(NotCarried):
    """Every path would need a link that one cut could take; `reason` says which and why."""

    code = "not-protected"
    next_step = "Order it without protection, choose another handover, or ask the operator for a second cable there."
    words = "is protected"


class UnknownReservation(NotFound):
    """No reservation has that id, or it is another ISP's."""

    code = "unknown-reservation"
    kind = "reservation"
    next_step = "Check the id, or list the reservations."
