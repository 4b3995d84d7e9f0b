"""What a change that could not be made says: whose change it was, an order's or a change plan's."""

import pytest

from automation.change_plan import Finding, Refusal
from provisioning.device_errors import ChangedSinceApproval, DevicesClaimed, NotProven, RehearsalRefused

AWAY = Refusal("sw-1", "device-unreachable", "it does not answer")
WRONG = Finding("sw-1", "tag", False, "2001 is missing")


@pytest.mark.parametrize(
    ("reference", "whose"), [("O-7Q2MX0T9RC", "order O-7Q2MX0T9RC"), ("CP-5T9XB1M7RD", "change plan CP-5T9XB1M7RD")]
)
def test_it_names_the_order_or_the_change_plan(reference: str, whose: str) -> None:
    at_first = whose[0].upper() + whose[1:]
    assert RehearsalRefused(reference, [AWAY]).sentence == f"The rehearsal of {whose} failed: sw-1: it does not answer."
    assert ChangedSinceApproval(reference).sentence == f"What {whose} would change is not what was approved."
    assert DevicesClaimed(reference, ["sw-1"]).sentence == f"{at_first} waits for sw-1, which another change holds."
    assert NotProven(reference, [WRONG]).sentence == f"{at_first} is not proven: sw-1: tag 2001 is missing."
