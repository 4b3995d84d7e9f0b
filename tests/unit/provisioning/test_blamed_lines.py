"""Whose a line of a device is, as its sheet says it."""

import pytest

from provisioning.drift_desk import BlamedLine


@pytest.mark.parametrize(
    ("owners", "whose"), [((), ""), (("baseline",), "baseline"), (("S-1", "S-2", "S-3"), "S-1 +2")]
)
def test_a_list_that_many_share_names_the_first_and_how_many_more(owners: tuple[str, ...], whose: str) -> None:
    assert BlamedLine(0, "switchport trunk allowed vlan 2001-2003", owners).whose == whose
