"""`coverage`: what all premises could have, looked at all at once and kept. The operator's people only."""

from dataclasses import dataclass

from inventory.confidence import Confidence
from inventory.coverage import cover, make_ground, rows_of
from inventory.coverage_nouns import CoverageCount, CoverageRound, CoverageRules, PremisesCoverage
from inventory.many import many_objects
from inventory.plant_errors import CoverageMissing
from provisioning.deeds import acts
from provisioning.isps import Principal
from provisioning.policy import Action, must
from provisioning.tools import Tools


@dataclass(frozen=True, slots=True)
class CoverageAnswer:
    """How many premises have what, and the first of those that were asked for.

    `is_stale` says that the inventory has changed since. `next_uprn` is where the next page begins
    after; None on the last page.
    """

    round: CoverageRound
    is_stale: bool
    counts: tuple[CoverageCount, ...]
    premises: tuple[PremisesCoverage, ...]
    next_uprn: str | None

    def count(self, confidence: Confidence) -> int:
        return sum(each.premises for each in self.counts if each.confidence is confidence)

    @property
    def sentence(self) -> str:
        """All of it in one line."""
        total = sum(each.premises for each in self.counts)
        parts = ", ".join(f"{self.count(each):,} {each.value}" for each in Confidence)
        stale = " The inventory has changed since: `neutralhost coverage refresh`." if self.is_stale else ""
        return f"Of {total:,} premises: {parts}.{stale}"


@acts("refresh the coverage")
def refresh_coverage(tools: Tools, who: Principal) -> CoverageRound:
    """Look at all premises again, and keep the answers instead of those there are.

    Two transactions, and none is open while it is worked out. Raises: Forbidden.
    """
    must(who, Action.REFRESH_COVERAGE)
    now = tools.now()
    rules = CoverageRules(tools.settings.coverage_drop_limit_m, tools.settings.coverage_premises_per_port)
    with many_objects():
        with tools.open_unit_of_work(reading=True) as work:
            rows, revision = work.coverage.ground(now.date())
        ground = make_ground(rows)
        done = CoverageRound(revision, now.date(), rules, now)
        answers = list(rows_of(ground, cover(ground, rules)))
        with tools.open_unit_of_work() as work:
            work.coverage.replace(answers, done)
            work.commit()
    return done


def show_coverage(
    tools: Tools,
    who: Principal,
    *,
    confidence: Confidence | None = None,
    dx: str | None = None,
    after: str = "",
    limit: int = 50,
) -> CoverageAnswer:
    """Return the counts, and the premises with that confidence and DX whose UPRN as text comes after `after`.

    Raises: Forbidden; CoverageMissing, before the first `refresh_coverage`.
    """
    must(who, Action.READ_COVERAGE)
    with tools.open_unit_of_work(reading=True) as work:
        done = work.coverage.last_round()
        if done is None:
            raise CoverageMissing
        found = work.coverage.page(confidence=confidence, dx=dx, after=after, limit=limit + 1)
        counts, revision = work.coverage.counts(), work.coverage.revision_now()
    shown = found[:limit]
    following = shown[-1].uprn if shown and len(found) > limit else None
    return CoverageAnswer(done, revision != done.revision, counts, shown, following)
