"""Who uses the service: people, machines, and on whose behalf they act."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a user may do. An operator's user has no ISP; an ISP's user always has one."""

    OPERATOR = "operator"  # sees everything, approves, audits
    ISP = "isp"  # qualifies, orders and follows for its ISP
    READER = "reader"  # reads what its ISP (or, without one, the operator) may read


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking. `isp_code` is None for the operator's own people.

    What a principal may see is decided in this floor, never in a face: another ISP's order is
    an order that does not exist.
    """

    user_name: str
    role: Role
    isp_code: str | None

    @property
    def is_operator(self) -> bool:
        return self.isp_code is None


@dataclass(frozen=True, slots=True)
class User:
    """A person who signs in. The password's Argon2id hash stays in the store."""

    name: str
    role: Role
    isp_code: str | None
    created_at: datetime
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as it may be shown: its secret was shown once and is kept only as an HMAC."""

    key: str
    user_name: str
    label: str
    created_at: datetime
    expires_at: datetime | None
    revoked: bool = False
