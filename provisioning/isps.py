"""Who uses the service: people, machines, and on whose behalf they act."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What somebody does here. What each role may do stands in `provisioning/policy.py`, and nowhere else.

    An auditor is of one side or the other; every other role belongs to the operator's side or to an ISP's.
    """

    OPERATOR = "operator"  # runs the neutral host: may do all of it
    ENGINEER = "engineer"  # plant and devices
    APPROVER = "approver"  # decides on orders
    NOC = "noc"  # reads everything operational, pauses and resumes
    COUNCIL = "council"  # the city: coverage, resilience and consents, and no ISP's orders
    AUDITOR = "auditor"  # reads all of its side, the audit trail too, and writes nothing
    ISP_ADMIN = "isp-admin"  # its ISP's users, tokens, clients and listeners, and all an ISP's user may
    ISP_USER = "isp-user"  # qualifies, orders and follows for its ISP
    ISP = "isp-admin"
    READER = "auditor"


ISP_ROLES = frozenset({Role.ISP_ADMIN, Role.ISP_USER, Role.AUDITOR})
STAFF_ROLES = frozenset(Role) - {Role.ISP_ADMIN, Role.ISP_USER}


class Scope(StrEnum):
    """What a token or client may be limited to: a subset of what its user may do. One word a subject, read or write."""

    CATALOGUE_READ = "catalogue:read"
    ORDERS_READ = "orders:read"
    ORDERS_WRITE = "orders:write"
    ORDERS_APPROVE = "orders:approve"
    SERVICES_READ = "services:read"
    SERVICES_WRITE = "services:write"
    TICKETS_READ = "tickets:read"
    TICKETS_WRITE = "tickets:write"
    LISTENERS_READ = "listeners:read"
    LISTENERS_WRITE = "listeners:write"
    PLANT_READ = "plant:read"
    PLANT_WRITE = "plant:write"
    DEVICES_READ = "devices:read"
    DEVICES_WRITE = "devices:write"
    OPERATIONS_READ = "operations:read"
    OPERATIONS_WRITE = "operations:write"
    TRAIL_READ = "trail:read"
    PEOPLE_READ = "people:read"
    PEOPLE_WRITE = "people:write"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking. `isp_code` is None for the operator's own people.

    `also` are further roles of the same person. `scopes` are what the token it came with is
    limited to; None where it is not limited. What a principal may see is decided in this
    floor, never in a face: another ISP's order is an order that does not exist.
    """

    user_name: str
    role: Role
    isp_code: str | None
    also: frozenset[Role] = frozenset()
    scopes: frozenset[Scope] | None = None

    @property
    def is_operator(self) -> bool:
        """Whether it is of the operator's side; what it may do there its roles say."""
        return self.isp_code is None

    @property
    def roles(self) -> frozenset[Role]:
        return self.also | {self.role}


@dataclass(frozen=True, slots=True)
class User:
    """A person who signs in. The password's Argon2id hash stays in the store; `also` are further roles.

    `email` is the address by which it may sign in elsewhere (OpenID Connect), where that address is verified.
    """

    name: str
    role: Role
    isp_code: str | None
    created_at: datetime
    disabled: bool = False
    also: frozenset[Role] = frozenset()
    email: str | None = None

    @property
    def roles(self) -> frozenset[Role]:
        return self.also | {self.role}


def principal_of(user: User) -> Principal:
    """Who a user is when it asks for something, without a token that would limit it."""
    return Principal(user.name, user.role, user.isp_code, user.also)


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as it may be shown: its secret was shown once and is kept only as an HMAC.

    `scopes` None: all that its user may do. `last_used_at` is true to the minute.
    """

    key: str
    user_name: str
    label: str
    created_at: datetime
    expires_at: datetime | None
    revoked: bool = False
    scopes: frozenset[Scope] | None = None
    last_used_at: datetime | None = None


CLIENT_PREFIX = "nhc_"
"""What every client's id begins with, and no user's name."""


@dataclass(frozen=True, slots=True)
class Client:
    """A program of an ISP that signs in by OAuth2 client credentials, as it may be shown: without its secret.

    It is the ISP's and nobody's in particular: it goes on when whoever made it has left.
    """

    id: str
    isp_code: str
    label: str
    scopes: frozenset[Scope]
    created_by: str
    created_at: datetime
    revoked: bool = False
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a client was given for a while: its scopes are some or all of the client's."""

    key: str
    client_id: str
    scopes: frozenset[Scope]
    expires_at: datetime
