"""Deeds: what somebody does at the front desk just now, so that what is committed meanwhile is in the audit trail.

Every function of the front desk that writes carries `@acts(...)`. It says what is being done, on what, and which of
the arguments may be kept; a unit of work that is committed inside it adds the row to the trail, in the same
transaction. What is refused for want of a right, and a sign-in that fails, leaves a row too.
"""

import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import Enum
from functools import wraps
from typing import Any

from provisioning.errors import Forbidden, ProvisioningError, SignInRefused
from provisioning.isps import Principal
from provisioning.people_errors import ClientRefused
from provisioning.trail import Outcome, fact

REFUSALS: tuple[type[ProvisioningError], ...] = (Forbidden, SignInRefused, ClientRefused)
DEED = "__deed__"
"""Where a function that acts carries the name of its action."""


@dataclass
class Deed:
    """Who does what, on what. `subject` "" where it is only known once it is made."""

    who: str
    role: str
    isp_code: str | None
    action: str
    kind: str = ""
    subject: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    outcome: Outcome = Outcome.DONE


_now: ContextVar[Deed | None] = ContextVar("deed", default=None)


def deed_now() -> Deed | None:
    """What is being done in this context."""
    return _now.get()


def about(kind: str, subject: str, **facts: object) -> None:
    """Say on what it is done, where that is made only now: before the transaction is committed."""
    deed = _now.get()
    if deed is not None:
        deed.kind, deed.subject = kind, subject
        deed.facts |= {name: fact(value) for name, value in facts.items()}


def done_by(who: Principal) -> None:
    """Say who it is, where that is known only now: at a sign-in."""
    deed = _now.get()
    if deed is not None:
        deed.who, deed.role, deed.isp_code = who.user_name, who.role.value, who.isp_code


def acts[**P, R](
    action: str, kind: str = "", subject: str = "", *, says: Sequence[str] = ()
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a function of the front desk that writes.

    `subject` names the parameter with the id of what it is done on, which is of that `kind`; without, it is what
    `about` names, or the first thing whose state the transaction changes. `says` names parameters, and fields of
    them ("request.product"), that are kept as facts. Everything else, secrets above all, is not.
    """

    def mark(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)

        @wraps(function)
        def acting(*args: P.args, **kwargs: P.kwargs) -> R:
            given = signature.bind(*args, **kwargs).arguments
            deed = _deed(action, kind, subject, says, given)
            token = _now.set(deed)
            try:
                return function(*args, **kwargs)
            except REFUSALS as refused:
                _note_refusal(given["tools"], deed, refused)
                raise
            finally:
                _now.reset(token)

        setattr(acting, DEED, action)
        return acting

    return mark


def _deed(action: str, kind: str, subject: str, says: Sequence[str], given: Mapping[str, Any]) -> Deed:
    who = given.get("who")
    found = {name: _fact(given, name) for name in says}
    facts = {name: value for name, value in found.items() if value is not None}
    subject_id = fact(given[subject]) if subject else ""
    if isinstance(who, Principal):
        return Deed(who.user_name, who.role.value, who.isp_code, action, kind, subject_id, facts)
    return Deed(subject_id, "", None, action, kind, subject_id, facts)


def _fact(given: Mapping[str, Any], name: str) -> str | None:
    first, *rest = name.split(".")
    value = given.get(first)
    for part in rest:
        value = getattr(value, part, None)
    if value is None:
        return None
    if isinstance(value, Collection) and not isinstance(value, str | bytes):
        return fact(", ".join(sorted(str(_plain(each)) for each in value)))
    return fact(_plain(value))


def _plain(value: object) -> object:
    return value.value if isinstance(value, Enum) else value


def _note_refusal(tools: Any, deed: Deed, refused: ProvisioningError) -> None:
    """In a transaction of its own: the one that was refused left nothing."""
    deed.outcome = Outcome.REFUSED
    deed.facts["code"] = refused.code
    with tools.open_unit_of_work() as work:
        work.commit()
