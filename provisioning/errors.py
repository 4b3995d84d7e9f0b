"""Why something cannot be sold, ordered or delivered.

NeutralhostError
└── ProvisioningError
    ├── CatalogueInvalid          the price list breaks a rule
    ├── NotFound                  nobody has that, or it is not yours
    │   ├── UnknownProduct
    │   ├── UnknownIsp
    │   ├── UnknownOrder
    │   ├── UnknownService
    │   ├── UnknownUser
    │   └── UnknownToken
    ├── RequestInvalid            a field is missing, too long or not what it should be
    │   └── CursorInvalid         not a cursor that one of our lists gave out
    ├── SpeedNotOffered           the product is not sold at that speed
    ├── TermNotOffered            the product is not sold for that term
    ├── EquipmentNotOffered       no site slot is sold for that kind of equipment
    ├── NotOrderable              qualification said no; carries its reasons
    ├── HandoverNotYours          another ISP's handover, or none: the answer is the same
    ├── HandoverTagsExhausted     every S-VLAN of the handover is in use, there or on the path
    ├── HandoverOversubscribed    the handover has less bandwidth left than asked for
    ├── UniTaken                  no free UNI that is fast enough at the premises
    ├── ReservationConflict       another order was faster; read again and choose again
    │   ├── AlreadyHeld           somebody holds it on a day of the window
    │   └── InventoryReplaced     what was chosen is of an inventory that was replaced meanwhile
    ├── IdempotencyConflict       same key, different request
    ├── WrongState                that cannot be done to an order or service in this state
    ├── SignInRefused             no such name, or another password
    ├── TokenInvalid              no such token, or revoked, or expired
    ├── Forbidden                 known who you are; you may not do this
    ├── UserExists                that sign-in name is taken
    └── WorkerNameTaken           another worker runs under that name
"""

from collections.abc import Sequence
from typing import ClassVar

from inventory.counted import counted
from inventory.errors import NeutralhostError, quoted, shortened
from inventory.windows import Window
from provisioning.orders import Reason


class ProvisioningError(NeutralhostError):
    """Something cannot be sold, ordered or delivered."""

    code = "provisioning-error"


MOST_LISTED = 10


def _listed(names: Sequence[str]) -> str:
    more = [f"{len(names) - MOST_LISTED} more"] if len(names) > MOST_LISTED else []
    return ", ".join([*names[:MOST_LISTED], *more])


class CatalogueInvalid(ProvisioningError):
    """The price list breaks a rule. `field` is where, as a dotted path."""

    code = "catalogue-invalid"
    next_step = "Correct that line of the file (NEUTRALHOST_CATALOGUE_FILE) and start again."

    def __init__(self, file: str, field: str, reason: str) -> None:
        self.file = file
        self.field = field
        self.reason = reason
        super().__init__(f"The catalogue {file} is wrong at {field}: {reason}.", file=file, field=field, reason=reason)


class NotFound(ProvisioningError):
    """Nothing of that kind has that name, as far as whoever asks may know."""

    code = "not-found"
    kind: ClassVar[str] = "thing"

    def __init__(self, name: str, **known: Sequence[str]) -> None:
        self.name = name
        there = "".join(f", but {_listed(names)}" for names in known.values() if names)
        super().__init__(
            f"There is no {self.kind} {quoted(name)}{there}.", kind=self.kind, name=shortened(name), **known
        )


class UnknownProduct(NotFound):
    """The catalogue has no such product. `sold` are the codes of those it has."""

    code = "unknown-product"
    kind = "product"
    next_step = "Choose a product of the catalogue."

    def __init__(self, name: str, sold: Sequence[str] = ()) -> None:
        self.sold = tuple(sold)
        super().__init__(name, sold=self.sold)


class UnknownIsp(NotFound):
    """No member of that code buys wholesale."""

    code = "unknown-isp"
    kind = "ISP"
    next_step = "Check the code, or list the ISPs with `neutralhost isp list`."


class UnknownOrder(NotFound):
    """No order has that id, or it is another ISP's."""

    code = "unknown-order"
    kind = "order"
    next_step = "Check the id, or list your orders."


class UnknownService(NotFound):
    """No service has that id, or it is another ISP's."""

    code = "unknown-service"
    kind = "service"
    next_step = "Check the id, or list your services."


class UnknownUser(NotFound):
    """Nobody signs in by that name."""

    code = "unknown-user"
    kind = "user"
    next_step = "Check the name, or list the users with `neutralhost user list`."


class UnknownToken(NotFound):
    """No token has that key, or it is not yours."""

    code = "unknown-token"
    kind = "API token"
    next_step = "Check the key (the part before the dot, never the secret)."

    def __init__(self, key: str) -> None:
        super().__init__(key.partition(".")[0])  # who gives the whole token by mistake does not read its secret again


class RequestInvalid(ProvisioningError):
    """One field of a request is missing, too long or not what it should be."""

    code = "request-invalid"
    next_step = "Correct that field and send the request again."

    def __init__(self, field: str, reason: str) -> None:
        self.field = field
        self.reason = reason
        super().__init__(f"The field {field} is wrong: {reason}.", field=field, reason=reason)


class CursorInvalid(RequestInvalid):
    """Not a cursor that one of our lists gave out."""

    code = "cursor-invalid"
    next_step = "Start at the first page again, and take each next cursor as it was given."

    def __init__(self) -> None:
        super().__init__("cursor", "it is not one that this list gave out")


class SpeedNotOffered(ProvisioningError):
    """The product is not sold at that speed. Mbit/s."""

    code = "speed-not-offered"
    next_step = "Choose one of the speeds offered."

    def __init__(self, product: str, bandwidth_mbps: int, offered_mbps: Sequence[int]) -> None:
        self.product = product
        self.bandwidth_mbps = bandwidth_mbps
        self.offered_mbps = tuple(offered_mbps)
        offered = tuple(str(speed) for speed in offered_mbps)
        super().__init__(
            f"{product} is not offered at {bandwidth_mbps} Mbit/s, but at {', '.join(offered)} Mbit/s.",
            product=product,
            bandwidth_mbps=bandwidth_mbps,
            offered_mbps=offered,
        )


class TermNotOffered(ProvisioningError):
    """The product is not sold for that term. Months."""

    code = "term-not-offered"
    next_step = "Choose one of the terms offered."

    def __init__(self, product: str, term_months: int, offered_months: Sequence[int]) -> None:
        self.product = product
        self.term_months = term_months
        self.offered_months = tuple(offered_months)
        offered = tuple(str(term) for term in offered_months)
        super().__init__(
            f"{product} is not offered for {counted(term_months, 'month')}, but for {', '.join(offered)} months.",
            product=product,
            term_months=term_months,
            offered_months=offered,
        )


class EquipmentNotOffered(ProvisioningError):
    """The product has no site slot for that kind of equipment."""

    code = "equipment-not-offered"
    next_step = "Choose a kind of equipment that is offered."

    def __init__(self, product: str, equipment: str, offered: Sequence[str]) -> None:
        self.product = product
        self.equipment = equipment
        self.offered = tuple(offered)
        sentence = f"{product} is not offered for a {equipment}, but for: {', '.join(self.offered)}."
        super().__init__(sentence, product=product, equipment=equipment, offered=list(self.offered))


class NotOrderable(ProvisioningError):
    """Qualification said that it cannot be delivered now. `reasons` says why, each with its next step."""

    code = "not-orderable"

    def __init__(self, uprn: str, bandwidth_mbps: int, reasons: Sequence[Reason]) -> None:
        self.uprn = uprn
        self.bandwidth_mbps = bandwidth_mbps
        self.reasons = tuple(reasons)
        super().__init__(
            f"{bandwidth_mbps} Mbit/s cannot be delivered at UPRN {uprn} now: "
            + " ".join(f"{reason.sentence} {reason.next_step}".rstrip() for reason in reasons),
            uprn=uprn,
            bandwidth_mbps=bandwidth_mbps,
            reasons=tuple(reason.code for reason in reasons),
        )


class HandoverNotYours(ProvisioningError):
    """Another ISP's handover, or none at all: the answer is the same, and says nothing of whose it is.

    `own` are the handovers of the ISP that asks, or that is asked for; None where any would do.
    """

    code = "handover-not-yours"
    next_step = "Choose one of the ISP's own handovers."

    def __init__(self, handover: str, isp_code: str | None = None, own: Sequence[str] = ()) -> None:
        self.handover = handover
        self.isp_code = isp_code
        self.own = tuple(own)
        there = f", but {_listed(own)}" if own else ""
        whose = "There is" if isp_code is None else f"{isp_code} has"
        super().__init__(
            f"{whose} no handover {quoted(handover)}{there}.",
            handover=shortened(handover),
            isp_code=isp_code,
            own=self.own,
        )


class HandoverTagsExhausted(ProvisioningError):
    """Every S-VLAN of the handover's range is in use, at the handover or on a device of the path."""

    code = "handover-tags-exhausted"
    next_step = "Cease a service there, choose another handover, or ask the operator for a wider range."

    def __init__(self, handover: str, s_vlans: str, in_use: int) -> None:
        self.handover = handover
        self.s_vlans = s_vlans
        self.in_use = in_use
        super().__init__(
            f"Handover {handover} has no free S-VLAN: all {in_use} of {s_vlans} are in use.",
            handover=handover,
            s_vlans=s_vlans,
            in_use=in_use,
        )


class HandoverOversubscribed(ProvisioningError):
    """The handover has less bandwidth left than is asked for. Mbit/s, committed (CIR)."""

    code = "handover-oversubscribed"
    next_step = "Order less bandwidth, choose another handover, or have this one enlarged."

    def __init__(self, handover: str, cir_mbps: int, free_mbps: int) -> None:
        self.handover = handover
        self.cir_mbps = cir_mbps
        self.free_mbps = free_mbps
        super().__init__(
            f"Handover {handover} has {free_mbps} Mbit/s uncommitted, and {cir_mbps} Mbit/s is asked for.",
            handover=handover,
            cir_mbps=cir_mbps,
            free_mbps=free_mbps,
        )


class UniTaken(ProvisioningError):
    """The premises has no free UNI that is fast enough. Mbit/s."""

    code = "uni-taken"
    next_step = "Cease the service on it, or ask the operator for another NTE."

    def __init__(self, uprn: str, bandwidth_mbps: int) -> None:
        self.uprn = uprn
        self.bandwidth_mbps = bandwidth_mbps
        super().__init__(
            f"No free UNI of {bandwidth_mbps} Mbit/s or more is left at UPRN {uprn}.",
            uprn=uprn,
            bandwidth_mbps=bandwidth_mbps,
        )


class ReservationConflict(ProvisioningError):
    """Another order took a port or tag between our look and our hold. `held` says what we wanted."""

    code = "reservation-conflict"
    next_step = "Send the order again: it chooses anew among what is free."

    def __init__(self, service_id: str, held: str) -> None:
        self.service_id = service_id
        self.held = held
        super().__init__(
            f"Another order took {held} before service {service_id} could.", service_id=service_id, held=held
        )


class AlreadyHeld(ReservationConflict):
    """Strands, positions or ports that somebody holds on a day of the window. It never says who."""

    code = "already-held"
    next_step = "Choose other days, or other strands, positions and ports."

    def __init__(self, things: Sequence[str], window: Window) -> None:
        self.things = tuple(things)
        self.window = window
        self.held = ", ".join(self.things)
        ProvisioningError.__init__(
            self,
            f"Held by somebody on a day of the window {window}: {_listed(self.things)}.",
            things=self.things[:MOST_LISTED],
            window=str(window),
        )


class InventoryReplaced(ReservationConflict):
    """What was chosen is of an inventory that was replaced meanwhile."""

    code = "inventory-replaced"
    next_step = "Send it again: it chooses anew on the inventory as it is."

    def __init__(self) -> None:
        self.held = "the inventory"
        ProvisioningError.__init__(self, "The inventory was replaced while strands were chosen from it.")


class IdempotencyConflict(ProvisioningError):
    """The same idempotency key came with another request before."""

    code = "idempotency-conflict"
    next_step = "Use a new key for a new request; repeat a request with exactly the same content."

    def __init__(self, key: str, order_id: str | None = None) -> None:
        self.key = key
        self.order_id = order_id
        did = "came with another request before" if order_id is None else f"already made order {order_id}"
        whence = "" if order_id is None else " from another request"
        super().__init__(f"The key {key!r} {did}{whence}.", order_id=order_id)


class WrongState(ProvisioningError):
    """That cannot be done to an order or service in this state. `kind` is "order" or "service"."""

    code = "wrong-state"
    next_step = "Look at its page for what happened to it."

    def __init__(self, kind: str, name: str, state: str, wanted: str) -> None:
        self.kind = kind
        self.name = name
        self.state = state
        self.wanted = wanted
        what = f"{state} already" if state == wanted else f"{state} and cannot be {wanted}"
        super().__init__(f"The {kind} {name} is {what}.", kind=kind, name=name, state=state, wanted=wanted)


class SignInRefused(ProvisioningError):
    """No such name, another password, or a user that is disabled: the answer is the same."""

    code = "sign-in-refused"
    next_step = "Check both, or ask the operator for a new password."

    def __init__(self) -> None:
        super().__init__("That name and password do not belong together.")


class TokenInvalid(ProvisioningError):
    """No such token, or it is revoked or expired: the answer is the same."""

    code = "token-invalid"
    next_step = "Send `Authorization: Bearer nh_<key>.<secret>` with a token that is valid now."

    def __init__(self) -> None:
        super().__init__("The API token is not valid.")


class Forbidden(ProvisioningError):
    """We know who is asking, and that one may not do this."""

    code = "forbidden"
    next_step = "Ask somebody with that role."

    def __init__(self, user_name: str, action: str) -> None:
        self.user_name = user_name
        self.action = action
        super().__init__(f"{user_name} may not {action}.", user_name=user_name, action=action)


class UserExists(ProvisioningError):
    """That sign-in name is taken."""

    code = "user-exists"
    next_step = "Choose another name."

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"The sign-in name {name!r} is taken.", name=name)


class WorkerNameTaken(ProvisioningError):
    """Another worker runs under that name; both would go on with the same orders."""

    code = "worker-name-taken"
    next_step = "Stop the other one, or give this one a name of its own (NEUTRALHOST_WORKER_NAME)."

    def __init__(self, worker_name: str) -> None:
        self.worker_name = worker_name
        super().__init__(f"A worker named {worker_name!r} is running already.", worker_name=worker_name)
