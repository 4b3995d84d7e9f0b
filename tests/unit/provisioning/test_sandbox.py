"""What goes with which failure of a sandbox."""

import pytest

from provisioning.sandbox import MEANING, Failure, FailureKind, check_failure
from provisioning.sandbox_errors import FailureUnfit

FIT = (
    Failure(FailureKind.DEVICES_AWAY),
    Failure(FailureKind.DEVICES_AWAY, device="sw-quay"),
    Failure(FailureKind.DEVICES_SLOW, seconds=0.5),
    Failure(FailureKind.API_SLOW, seconds=60),
    Failure(FailureKind.API_UNAVAILABLE, times=1000),
    Failure(FailureKind.OPERATOR_DECLINES),
)
UNFIT = (
    (Failure(FailureKind.API_SLOW, seconds=0), "for how many seconds"),
    (Failure(FailureKind.API_SLOW, seconds=61), "at most 60"),
    (Failure(FailureKind.DEVICES_AWAY, seconds=1), "takes no seconds"),
    (Failure(FailureKind.API_SLOW, device="sw-quay", seconds=1), "not about a device"),
    (Failure(FailureKind.DEVICES_REFUSE, times=2), "no number of times"),
    (Failure(FailureKind.API_UNAVAILABLE, times=1001), "at most 1000 requests"),
    (Failure(FailureKind.API_UNAVAILABLE, times=-1), "at most 1000 requests"),
)


@pytest.mark.parametrize("failure", FIT)
def test_a_failure_that_fits_is_taken(failure: Failure) -> None:
    check_failure(failure)


@pytest.mark.parametrize(("failure", "why"), UNFIT)
def test_a_failure_that_does_not_fit_is_refused_with_the_reason(failure: Failure, why: str) -> None:
    with pytest.raises(FailureUnfit, match=why):
        check_failure(failure)


def test_every_failure_says_what_it_does() -> None:
    assert set(MEANING) == set(FailureKind)
