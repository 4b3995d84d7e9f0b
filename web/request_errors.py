"""What is wrong with a request, or with us who should answer it.

NeutralhostError
└── WebError
    ├── PageNotFound          nothing lives at this address
    ├── MethodNotAllowed      it does, but not for this method
    ├── HostNotServed         the Host header names somebody else
    ├── BodyUnreadable        not JSON, or not the form it says it is
    ├── BodyInvalid           a field of the body, query or headers is missing or not what it should be
    ├── BodyTooLarge          more bytes than are read
    ├── MediaTypeUnsupported  a body that is not application/json
    ├── SignInNeeded          no token, or no session any more
    ├── FormExpired           a form without this session's own token
    ├── TooManySignIns        slow down
    ├── PayloadRefused        a Sonata body says something that is not taken, and says it at these places
    ├── QueryRefused          a Sonata query parameter is missing or not what it should be
    ├── BuyerNotYours         a buyer asks in another's name, or is none
    ├── NotOffered            an optional part of the standard that is not offered
    ├── NotReady              a thing this service cannot work without is away
    └── InternalFault         a fault of ours; the log has the rest
"""

from collections.abc import Sequence
from dataclasses import dataclass

from inventory.errors import NeutralhostError, quoted, shortened


class WebError(NeutralhostError):
    """A request could not be understood or is not allowed."""

    code = "web-error"


class PageNotFound(WebError):
    """Nothing lives at this address."""

    code = "page-not-found"
    next_step = "Check the address, or start at / (portal) or /api/v1/openapi.json (API)."

    def __init__(self, path: str) -> None:
        super().__init__(f"Nothing lives at {quoted(path)}.", path=shortened(path))


class MethodNotAllowed(WebError):
    """The address does not take this method."""

    code = "method-not-allowed"
    next_step = "Use one of the methods in the Allow header."

    def __init__(self, method: str, allowed: Sequence[str]) -> None:
        self.allowed = tuple(sorted(allowed))
        super().__init__(f"{method} is not possible here, only {', '.join(self.allowed)}.", allowed=self.allowed)


class HostNotServed(WebError):
    """The Host header names a host that is not served here."""

    code = "host-not-served"
    next_step = "Use the service's own name; its operator lists it in NEUTRALHOST_TRUSTED_HOSTS."

    def __init__(self) -> None:
        super().__init__("This service does not answer to that host name.")


class BodyUnreadable(WebError):
    """The body could not be read."""

    code = "body-unreadable"
    next_step = "Send a JSON object in UTF-8."

    def __init__(self, why: str) -> None:
        super().__init__(f"The body could not be read: {why}.")


class BodyInvalid(WebError):
    """A field of the request is missing or not what it should be."""

    code = "request-fields-invalid"
    next_step = "Correct the fields named and send the request again."

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"The request has {_count(len(self.faults))}: {'; '.join(self.faults)}.", faults=self.faults)


class BodyTooLarge(WebError):
    """The body has more bytes than are read."""

    code = "body-too-large"
    next_step = "Send less."

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"The body is larger than {limit_bytes} bytes.", limit_bytes=limit_bytes)


class MediaTypeUnsupported(WebError):
    """The body is of a type that is not taken."""

    code = "media-type-unsupported"
    next_step = "Send the body with Content-Type: application/json."

    def __init__(self) -> None:
        super().__init__("The body is not application/json.")


class SignInNeeded(WebError):
    """The request says nothing about who is asking."""

    code = "sign-in-needed"
    next_step = "Send `Authorization: Bearer nh_...` with a token, or sign in to the portal."

    def __init__(self) -> None:
        super().__init__("This needs a sign-in or a token.")


class FormExpired(WebError):
    """A form came without the token of this session."""

    code = "form-expired"
    next_step = "Open the page again and send the form once more."

    def __init__(self) -> None:
        super().__init__("This form belongs to another or an ended session; nothing was done.")


class TooManySignIns(WebError):
    """Too many sign-in attempts in a short time."""

    code = "too-many-sign-ins"
    next_step = "Wait, then try again."

    def __init__(self, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(f"Too many sign-in attempts; wait {retry_after_s} seconds.", retry_after_s=retry_after_s)


@dataclass(frozen=True, slots=True)
class PayloadFault:
    """One thing wrong with a body: the standard's code for it, where (a JSON Pointer, RFC 6901), and why."""

    code: str
    path: str
    reason: str


class PayloadRefused(WebError):
    """A body says something that is not taken here."""

    code = "payload-refused"
    next_step = "Correct the properties named and send the request again."

    def __init__(self, faults: Sequence[PayloadFault]) -> None:
        self.faults = tuple(faults)
        listed = tuple(f"{fault.path or '/'}: {fault.reason}" for fault in self.faults)
        super().__init__(f"The body has {_count(len(listed))}: {'; '.join(listed)}.", faults=listed)


class QueryRefused(WebError):
    """A query parameter is missing or not what it should be."""

    code = "query-refused"
    next_step = "Correct the parameter named and send the request again."

    def __init__(self, parameter: str, why: str, *, missing: bool = False) -> None:
        self.missing = missing
        name = shortened(parameter)
        super().__init__(f"The query parameter {quoted(parameter)}: {why}.", parameter=name)


class BuyerNotYours(WebError):
    """Somebody asks in a buyer's name who does not buy for it."""

    code = "buyer-not-yours"
    next_step = "Leave buyerId out or give your own ISP's code, with a token of one of its users."

    def __init__(self) -> None:
        super().__init__("This token does not buy for that buyer.")


class NotOffered(WebError):
    """An optional part of the standard that is not offered here."""

    code = "not-offered"
    next_step = "The reference of the Sonata face lists what is offered and what is not, and why."

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"{what} is not offered.", what=what)


class NotReady(WebError):
    """Something this service cannot work without is away."""

    code = "not-ready"
    next_step = "Try again shortly; the operator sees the same at /readyz."

    def __init__(self, what: str) -> None:
        super().__init__(f"The service is not ready: {what}.", what=what)


class InternalFault(WebError):
    """A fault of this service."""

    code = "internal-fault"
    next_step = "Try again; where it stays, tell the operator the reference."

    def __init__(self, reference: str) -> None:
        super().__init__(f"Something went wrong on our side (reference {reference}).", reference=reference)


def _count(faults: int) -> str:
    return "a fault" if faults == 1 else f"{faults} faults"
