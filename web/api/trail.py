"""The audit trail: who did what."""

from datetime import datetime
from typing import cast

from pydantic import Field

from provisioning import errors, front_desk
from provisioning.policy import Action
from provisioning.trail import Outcome, TrailEntry, TrailPage
from web.api.fields import AskedInQuery, Cursor, Name, PageSize, ShortText, Shown, UserName
from web.api.operation import Answer, Call, Operation


class TrailQuery(AskedInQuery):
    """Which rows, newest first."""

    by: UserName | None = Field(None, description="only what this user did")
    action: ShortText | None = None
    subject: Name | None = Field(None, description="only what was done on this id")
    cursor: Cursor | None = Field(None, description="`next_cursor` of the page before")
    limit: PageSize = 50


class TrailEntryShown(Shown):
    """One deed. `number`, `previous` and `hash` chain it to the row before; an ISP, which sees only some, has none."""

    at: datetime
    who: str
    role: str
    isp_code: str | None
    action: str
    outcome: Outcome
    kind: str
    subject: str
    facts: dict[str, str]
    number: int | None
    previous: str | None
    hash: str | None

    @classmethod
    def of(cls, entry: TrailEntry, *, is_operator: bool) -> "TrailEntryShown":
        return cls(
            at=entry.at,
            who=entry.who,
            role=entry.role,
            isp_code=entry.isp_code,
            action=entry.action,
            outcome=entry.outcome,
            kind=entry.kind,
            subject=entry.subject,
            facts=dict(entry.facts),
            number=entry.number if is_operator else None,
            previous=entry.previous if is_operator else None,
            hash=entry.hash if is_operator else None,
        )


class TrailPageShown(Shown):
    items: list[TrailEntryShown]
    next_cursor: str | None

    @classmethod
    def of(cls, page: TrailPage, *, is_operator: bool) -> "TrailPageShown":
        items = [TrailEntryShown.of(entry, is_operator=is_operator) for entry in page.entries]
        return cls(items=items, next_cursor=page.next_cursor)


def get_audit_trail(call: Call) -> Answer:
    query = cast("TrailQuery", call.query)
    page = front_desk.audit_trail(
        call.tools,
        call.who,
        by=query.by,
        action=query.action,
        subject=query.subject,
        cursor=query.cursor,
        limit=query.limit,
    )
    return Answer(TrailPageShown.of(page, is_operator=call.who.is_operator))


TRAIL_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "getAuditTrail",
        "GET",
        "/audit-trail",
        "Who did what, newest first (an ISP: its own people)",
        "people",
        get_audit_trail,
        TrailPageShown,
        action=Action.READ_TRAIL,
        query=TrailQuery,
        errors=(errors.CursorInvalid, errors.Forbidden),
    ),
)
