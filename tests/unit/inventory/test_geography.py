"""Positions, against the Ordnance Survey's own worked example, and there and back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.geography import is_near_great_britain, to_grid, to_wgs84, to_wgs84_exact

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


@settings(max_examples=200, deadline=None)
@given(
    easting_mm=st.integers(250_000_000, 600_000_000),
    northing_mm=st.integers(100_000_000, 560_000_000),
)
def test_every_millimetre_over_england_and_wales_comes_back_from_exact_degrees(
    easting_mm: int, northing_mm: int
) -> None:
    point = easting_mm / 1_000, northing_mm / 1_000

    assert to_grid(*to_wgs84_exact(*point)) == point


@pytest.mark.parametrize(
    ("latitude", "longitude", "is_near"),
    [(53.47, -2.24, True), (-2.24, 53.47, False), (60.8, -0.8, True), (48.85, 2.35, False), (5.6, -0.2, False)],
)
def test_degrees_are_near_great_britain_or_not(latitude: float, longitude: float, is_near: bool) -> None:
    assert is_near_great_britain(latitude, longitude) is is_near
