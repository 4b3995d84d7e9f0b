"""One operation of the Sonata face, and one API of it, as data: routes, our document and the tests come from them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from provisioning.isps import Principal
from provisioning.policy import Action
from provisioning.tools import Tools
from web.sonata.payload import Payload, SonataQuery

SONATA_ROOT = "/mefApi/sonata"


@dataclass(frozen=True, slots=True)
class Seller:
    """Who sells, and whom a buyer may write to or call about it; "" where nobody was named."""

    id: str
    contact_name: str = ""
    contact_email: str = ""
    contact_number: str = ""


@dataclass(frozen=True, slots=True)
class SonataCall:
    """One request, all of it checked. `buyer` is the ISP that asks, `seller` who answers."""

    tools: Tools
    who: Principal
    buyer: str
    seller: Seller
    path: Mapping[str, str]
    query: SonataQuery
    body: Payload | None = None
    sent: Mapping[str, Any] | None = None  # the body as it came, to be shown again
    idempotency_key: str = ""


@dataclass(frozen=True, slots=True)
class SonataAnswer:
    """What a handler gives back. `body` is a list for a list; `total` counts what the list was cut from."""

    body: Payload | Sequence[Payload] | None
    total: int | None = None


G = HTTPStatus
ALWAYS = frozenset({G.BAD_REQUEST, G.UNAUTHORIZED, G.FORBIDDEN, G.INTERNAL_SERVER_ERROR})
"""What every operation of the standard may refuse with."""
READS_ONE = ALWAYS | {G.NOT_FOUND}
LISTS = ALWAYS
CREATES = ALWAYS | {G.UNPROCESSABLE_ENTITY}
NOT_OFFERED = frozenset({G.NOT_IMPLEMENTED})


@dataclass(frozen=True, slots=True)
class SonataOperation:
    """One method on one path below its API's root. `refuses` holds the statuses that the standard gives it."""

    name: str
    method: str
    path: str
    summary: str
    handler: Callable[[SonataCall], SonataAnswer]
    shows: type[Payload] | None
    refuses: frozenset[HTTPStatus]
    many: bool = False
    query: type[SonataQuery] = SonataQuery
    body: type[Payload] | None = None
    status: HTTPStatus = HTTPStatus.OK
    action: Action | None = None  # None: nobody may
    offered: bool = True  # False: it is always refused with 501
    takes_idempotency_key: bool = False  # every POST does; this one passes it on


@dataclass(frozen=True, slots=True)
class SonataApi:
    """One API of the standard, in the version we offer. `file` is the standard's own, below `productApi/`."""

    name: str
    version: str
    file: str
    operations: tuple[SonataOperation, ...]

    @property
    def root(self) -> str:
        return f"{SONATA_ROOT}/{self.name}/{self.version}"


def href(api_root: str, *parts: str) -> str:
    """The address of one thing below an API."""
    return "/".join((api_root, *parts))
