"""The audit trail, read, checked and exported. Part of the front desk."""

import json
from collections.abc import Callable, Sequence

from provisioning.errors import Forbidden
from provisioning.isps import Principal
from provisioning.policy import Action, must
from provisioning.tools import Tools
from provisioning.trail import TrailHead, TrailPage, head_row, row_of
from provisioning.verify_audit import Head, find_faults

READ_ALL = "read the whole audit trail"


def audit_trail(
    tools: Tools,
    who: Principal,
    *,
    by: str | None = None,
    action: str | None = None,
    subject: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> TrailPage:
    """One page of what was done, newest first: an ISP's overseers see what its own people did, the operator's all.

    Raises: Forbidden, CursorInvalid.
    """
    must(who, Action.READ_TRAIL)
    with tools.open_unit_of_work(reading=True) as work:
        return work.trail.page(
            isp_code=who.isp_code, who=by, action=action, subject=subject, cursor=cursor, limit=limit
        )


def trail_head(tools: Tools, who: Principal) -> TrailHead:
    """How many rows there are, and the hash of the last: to be kept where nobody can write who writes the database.

    Raises: Forbidden.
    """
    _must_read_all(who)
    with tools.open_unit_of_work(reading=True) as work:
        return work.trail.head()


def verify_trail(tools: Tools, who: Principal, heads: Sequence[Head] = ()) -> tuple[TrailHead, tuple[str, ...]]:
    """Read all of it and say what is wrong; `heads` are such as were kept elsewhere. Returns the head there is now too.

    Raises: Forbidden.
    """
    _must_read_all(who)
    with tools.open_unit_of_work(reading=True) as work:
        head = work.trail.head()
        faults = find_faults(map(row_of, work.trail.all()), [(head.count, head.hash), *heads])
        return head, tuple(faults)


def export_trail(tools: Tools, who: Principal, write: Callable[[str], object]) -> TrailHead:
    """Write every row and then the head, one JSON object a line: what `verify_audit` checks.

    Raises: Forbidden.
    """
    _must_read_all(who)
    with tools.open_unit_of_work(reading=True) as work:
        head = work.trail.head()
        for entry in work.trail.all():
            write(_line(row_of(entry)))
    write(_line(head_row(head)))
    return head


def _line(row: dict[str, object]) -> str:
    return f"{json.dumps(row, sort_keys=True, separators=(',', ':'))}\n"


def _must_read_all(who: Principal) -> None:
    must(who, Action.READ_TRAIL, READ_ALL)
    if not who.is_operator:
        raise Forbidden(who.user_name, READ_ALL)
