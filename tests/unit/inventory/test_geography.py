"""Positions, against the Ordnance Survey's own worked example, and there and back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.geography import to_grid, to_wgs84

# Caister water tower, in "A guide to coordinate systems in Great Britain" (Ordnance Survey), by OSTN15.
CAISTER = (52 + 39 / 60 + 28.8282 / 3600, 1 + 42 / 60 + 57.8663 / 3600)


def test_caister_water_tower_stands_where_the_ordnance_survey_says() -> None:
    assert to_grid(*CAISTER) == pytest.approx((651409.804, 313177.450), abs=0.01)


@settings(max_examples=50, deadline=None)
@given(easting_m=st.integers(370_000, 400_000), northing_m=st.integers(380_000, 410_000))
def test_a_position_in_greater_manchester_on_whole_metres_survives_six_decimals_of_a_degree(
    easting_m: int, northing_m: int
) -> None:
    there = to_wgs84(easting_m, northing_m)

    assert [round(metres) for metres in to_grid(*there)] == [easting_m, northing_m]
