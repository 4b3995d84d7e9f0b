"""What is in Great Britain and what is not: capes and islands of all its corners, and its neighbours."""

import math

import pytest

from inventory.great_britain import is_in_great_britain


@pytest.mark.parametrize(
    ("easting_m", "northing_m"),
    [
        pytest.param(384_000, 397_000, id="Manchester"),
        pytest.param(88_000, 8_000, id="St Agnes, Scilly"),
        pytest.param(170_000, 11_300, id="the Lizard"),
        pytest.param(282_900, 37_000, id="Start Point"),
        pytest.param(367_700, 68_300, id="Portland Bill"),
        pytest.param(449_800, 75_300, id="St Catherine's Point"),
        pytest.param(609_000, 116_800, id="Dungeness"),
        pytest.param(639_800, 169_500, id="North Foreland"),
        pytest.param(655_500, 293_700, id="Lowestoft Ness"),
        pytest.param(525_000, 371_000, id="Flamborough Head"),
        pytest.param(413_000, 845_500, id="Peterhead"),
        pytest.param(461_000, 1_219_500, id="Muckle Flugga"),
        pytest.param(396_000, 1_140_000, id="Foula"),
        pytest.param(10_000, 899_500, id="St Kilda"),
        pytest.param(127_000, 641_000, id="the Oa, Islay"),
        pytest.param(158_500, 607_500, id="the Mull of Kintyre"),
        pytest.param(195_000, 531_000, id="the Mull of Galloway, nearly"),
        pytest.param(221_000, 382_500, id="Holyhead"),
        pytest.param(171_500, 225_500, id="St Davids"),
    ],
)
def test_its_corners_are_in_it(easting_m: float, northing_m: float) -> None:
    assert is_in_great_britain(easting_m, northing_m)


@pytest.mark.parametrize(
    ("easting_m", "northing_m"),
    [
        pytest.param(146_000, 529_000, id="Belfast"),
        pytest.param(112_000, 590_000, id="the north coast of Ulster"),
        pytest.param(10_000, 400_000, id="Leinster"),
        pytest.param(675_000, 95_000, id="Calais"),
        pytest.param(0, 0, id="the origin of the grid"),
        pytest.param(397_000, 38_400, id="the Channel: a digit is missing"),
        pytest.param(700_000, 1_300_000, id="the far corner of the grid"),
        pytest.param(-2.24, 53.48, id="degrees"),
        pytest.param(math.nan, 397_000, id="NaN"),
        pytest.param(384_000, math.nan, id="NaN to the north"),
        pytest.param(math.inf, 397_000, id="infinity"),
        pytest.param(384_000, -math.inf, id="infinity to the south"),
    ],
)
def test_what_is_elsewhere_is_not(easting_m: float, northing_m: float) -> None:
    assert not is_in_great_britain(easting_m, northing_m)
