"""`GET /plant/coverage`: what all premises could have, as last worked out. For the operator's people."""

from datetime import date, datetime
from typing import cast

from pydantic import Field

from inventory.confidence import Confidence
from inventory.coverage_nouns import CoverageReason
from inventory.plant_errors import CoverageMissing
from provisioning.errors import Forbidden
from provisioning.policy import Action
from provisioning.questions.coverage import CoverageAnswer, show_coverage
from web.api.fields import AskedInQuery, Name, PageSize, Shown, Uprn
from web.api.operation import Answer, Call, Operation


class CoverageQuery(AskedInQuery):
    """Which premises to list, in the order of their UPRNs as text."""

    confidence: Confidence | None = None
    dx: Name | None = Field(None, description="code of the DX")
    after: Uprn | None = Field(None, description="`next_uprn` of the page before")
    limit: PageSize = 50


class PremisesCoverageShown(Shown):
    """One premises: where a drop would begin, the nearest DX that takes it, metres to both."""

    uprn: str
    confidence: Confidence
    reason: CoverageReason
    place: str | None
    dx: str | None
    drop_m: float | None
    distance_m: float | None


class CoverageCountShown(Shown):
    """How many premises have a DX (null: none) for a reason."""

    dx: str | None
    confidence: Confidence
    reason: CoverageReason
    premises: int


class CoverageShown(Shown):
    """When and by which rules it was worked out, the counts of all, and the premises that were asked for."""

    sentence: str
    day: date
    refreshed_at: datetime
    is_stale: bool = Field(description="the inventory has changed since")
    drop_limit_m: float
    premises_per_port: int
    counts: list[CoverageCountShown]
    items: list[PremisesCoverageShown]
    next_uprn: str | None

    @classmethod
    def of(cls, answer: CoverageAnswer) -> "CoverageShown":
        return cls(
            sentence=answer.sentence,
            day=answer.round.day,
            refreshed_at=answer.round.refreshed_at,
            is_stale=answer.is_stale,
            drop_limit_m=answer.round.rules.drop_limit_m,
            premises_per_port=answer.round.rules.premises_per_port,
            counts=[CoverageCountShown.model_validate(each) for each in answer.counts],
            items=[PremisesCoverageShown.model_validate(each) for each in answer.premises],
            next_uprn=answer.next_uprn,
        )


def get_coverage(call: Call) -> Answer:
    query = cast("CoverageQuery", call.query)
    answer = show_coverage(
        call.tools,
        call.who,
        confidence=query.confidence,
        dx=query.dx,
        after=query.after or "",
        limit=query.limit,
    )
    return Answer(CoverageShown.of(answer))


OPERATIONS = (
    Operation(
        "getCoverage",
        "GET",
        "/plant/coverage",
        "What all premises could have: nearest DX with a free port, distance, confidence",
        "plant",
        get_coverage,
        CoverageShown,
        action=Action.READ_COVERAGE,
        query=CoverageQuery,
        errors=(Forbidden, CoverageMissing),
        notes="Worked out by `neutralhost coverage refresh`; `is_stale` says that the inventory has changed since.",
    ),
)
