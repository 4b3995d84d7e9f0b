"""Organisations: the co-operative's members, and what they are to it."""

from dataclasses import dataclass
from enum import StrEnum


class MemberRole(StrEnum):
    """What a member is to the co-operative; one member may be several."""

    CONTRIBUTOR = "contributor"  # owns duct, cable or space and is paid for its use
    USER = "user"  # buys wholesale
    INVESTOR = "investor"  # lends


@dataclass(frozen=True, slots=True)
class Organisation:
    """A member. An ISP is a member that buys wholesale and sells to subscribers.

    `operator_code` is the network operator code used for One Touch Switch, "" where none.
    """

    code: str
    name: str
    roles: frozenset[MemberRole]
    is_isp: bool = False
    operator_code: str = ""
