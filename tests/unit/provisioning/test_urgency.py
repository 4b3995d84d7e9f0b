"""In which order work that waits for a worker begins."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from provisioning.urgency import BEGINS_WITHIN, Urgency, due, urgency_of

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
URGENCIES = st.sampled_from(Urgency)


def test_what_makes_safe_goes_before_what_changes_and_that_before_what_adds() -> None:
    in_order = sorted(Urgency, key=lambda urgency: due(urgency, NOON))
    assert in_order == [Urgency.SAFETY, Urgency.CHANGE, Urgency.NEW, Urgency.BULK]


def test_each_workflow_has_the_urgency_of_its_kind_of_work() -> None:
    names = ("abandon", "cease", "cease-strands", "move", "modify", "activate", "activate-strands")
    safety, change, new = Urgency.SAFETY, Urgency.CHANGE, Urgency.NEW
    assert [urgency_of(name) for name in names] == [safety, safety, safety, change, change, new, new]


@given(first=URGENCIES, second=URGENCIES, later_s=st.integers(0, 10**7))
def test_nothing_waits_for_ever_whatever_comes_after_it(first: Urgency, second: Urgency, later_s: int) -> None:
    before, after = due(first, NOON), due(second, NOON + timedelta(seconds=later_s))
    if timedelta(seconds=later_s) > BEGINS_WITHIN[first]:
        assert before < after
    if first is second:
        assert before <= after


def test_the_engine_has_room_for_the_figure_for_decades() -> None:
    assert 0 < due(Urgency.SAFETY, datetime(2020, 1, 1, tzinfo=UTC)) < due(Urgency.BULK, NOON) < 2**31
    assert due(Urgency.BULK, datetime(2200, 1, 1, tzinfo=UTC)) == 2**31 - 1
