"""Whose things are whose, and which texts may come in. Pure. Who may do what is in `provisioning/policy.py`."""

import re

from inventory.handovers import Handover
from inventory.snapshot import Snapshot
from provisioning.errors import Forbidden, HandoverNotYours, RequestInvalid, UnknownIsp
from provisioning.isps import Principal, Role
from provisioning.policy import Action, must

SYSTEM = Principal("system", Role.OPERATOR, None)
"""The command line on this machine: whoever can read its secrets can do everything anyway."""

LONGEST_REFERENCE = 64
LONGEST_KEY = 128
LONGEST_CODE = 64
LONGEST_REASON = 200
UPRN = re.compile(r"[1-9][0-9]{0,11}")


def may_see(who: Principal, isp_code: str) -> bool:
    """The operator's people see everything, an ISP's what is its own."""
    return who.isp_code is None or who.isp_code == isp_code


def orders_for(who: Principal, isp_code: str | None, snapshot: Snapshot) -> str:
    """The ISP an order is for: one's own, or the one the operator names.

    Raises: Forbidden, RequestInvalid (the operator named none), UnknownIsp.
    """
    must(who, Action.PLACE_ORDERS)
    if who.isp_code is not None:
        if isp_code not in {None, who.isp_code}:
            raise Forbidden(who.user_name, "order for another ISP")
        return who.isp_code
    if isp_code is None:
        raise RequestInvalid("isp_code", "the operator orders for an ISP, and says for which")
    return must_be_isp(snapshot, isp_code)


def must_be_isp(snapshot: Snapshot, isp_code: str) -> str:
    """Raises: UnknownIsp."""
    must_be_text("isp_code", isp_code, LONGEST_CODE)
    organisation = snapshot.organisations.get(isp_code)
    if organisation is None or not organisation.is_isp:
        raise UnknownIsp(isp_code)
    return isp_code


def own_handover(snapshot: Snapshot, isp_code: str | None, code: str) -> Handover:
    """The ISP's handover of that code; any, where `isp_code` is None (the operator looks).

    Raises: HandoverNotYours, whether it is another's or there is none.
    """
    must_be_text("handover", code, LONGEST_CODE)
    handover = snapshot.handovers.get(code)
    if handover is None or isp_code not in {None, handover.isp_code}:
        own = (
            []
            if isp_code is None
            else [each.code for each in snapshot.inventory.handovers if each.isp_code == isp_code]
        )
        raise HandoverNotYours(code, isp_code, own)
    return handover


def open_handover(snapshot: Snapshot, isp_code: str | None, code: str, guests: str) -> Handover:
    """The same, or one of those whose ISP lets guests in (`guests`, with commas between): it is asked for each order.

    Raises: HandoverNotYours.
    """
    if code in {name.strip() for name in guests.split(",")} and code in snapshot.handovers:
        return snapshot.handovers[code]
    return own_handover(snapshot, isp_code, code)


def must_be_uprn(uprn: str) -> None:
    """Raises: RequestInvalid."""
    if UPRN.fullmatch(uprn) is None:
        raise RequestInvalid("uprn", "a UPRN has 1 to 12 digits and does not begin with 0")


def must_be_text(field: str, text: str, longest: int, *, shortest: int = 1) -> None:
    """Refuse a text that is too long or short, or has control, format or line characters in it.

    Raises: RequestInvalid; the text itself is not repeated.
    """
    if not shortest <= len(text) <= longest:
        raise RequestInvalid(field, f"it has {len(text)} characters, and {shortest} to {longest} are allowed")
    if not text.isprintable():
        raise RequestInvalid(field, "it has characters that cannot be printed on one line")
