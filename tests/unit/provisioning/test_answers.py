"""What a request with an idempotency key that is there already leads to, without any database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from provisioning.answers import GIVEN_UP_AFTER, Given, KeptKey, Next, what_next
from provisioning.errors import IdempotencyConflict

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
FRESH = KeptKey("anna", "k1", "digest", "first", NOW - timedelta(seconds=1))
OLD = replace(FRESH, begun_at=NOW - GIVEN_UP_AFTER)
ANSWERED = replace(OLD, answer=Given(201, "{}", {}), has_effect=True)


@pytest.mark.parametrize(
    ("kept", "is_repeatable", "expected"),
    [
        (FRESH, False, Next.COME_AGAIN),
        (replace(FRESH, has_effect=True), True, Next.COME_AGAIN),
        (OLD, False, Next.RUN),
        (replace(OLD, has_effect=True), False, Next.LOST),
        (replace(OLD, has_effect=True), True, Next.RUN),
        (replace(FRESH, attempt=""), False, Next.RUN),
        (replace(FRESH, attempt="", has_effect=True), False, Next.LOST),
        (ANSWERED, False, Next.GIVE_AGAIN),
        (replace(ANSWERED, begun_at=NOW), True, Next.GIVE_AGAIN),
    ],
)
def test_what_was_done_under_a_key_decides_what_happens_next(
    kept: KeptKey, is_repeatable: bool, expected: Next
) -> None:
    assert what_next(kept, "digest", NOW, is_repeatable=is_repeatable) is expected


@pytest.mark.parametrize("kept", [FRESH, OLD, ANSWERED])
def test_another_request_with_the_key_is_refused_whatever_became_of_the_first(kept: KeptKey) -> None:
    with pytest.raises(IdempotencyConflict, match="k1"):
        what_next(kept, "another digest", NOW, is_repeatable=True)
