"""Access line ids: made whole, read as they are spoken, and refused where a digit is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.access_line_ids import new_access_line_id, parse_access_line_id, with_check_digits
from provisioning.line_errors import AccessLineIdInvalid

numbers = st.integers(0, 10**8 - 1)


def test_a_known_one() -> None:
    """794 with check digits 44: the worked example of ISO/IEC 7064 MOD 97-10."""
    assert with_check_digits(794) == "NH0000079444"


def test_a_new_one_can_be_read_as_people_say_it() -> None:
    made = new_access_line_id()

    assert parse_access_line_id(f" {made[:2].lower()} {made[2:6]}-{made[6:]}\n") == made


@given(number=numbers, at=st.integers(0, 9), digit=st.integers(0, 9))
def test_every_single_wrong_digit_is_found(number: int, at: int, digit: int) -> None:
    right = with_check_digits(number)
    wrong = right[: 2 + at] + str(digit) + right[3 + at :]

    if wrong == right:
        assert parse_access_line_id(wrong) == right
    else:
        with pytest.raises(AccessLineIdInvalid, match="check digits"):
            parse_access_line_id(wrong)


@given(number=numbers, at=st.integers(0, 8))
def test_two_digits_that_were_exchanged_are_found(number: int, at: int) -> None:
    right = with_check_digits(number)
    wrong = right[: 2 + at] + right[3 + at] + right[2 + at] + right[4 + at :]

    if wrong != right:
        with pytest.raises(AccessLineIdInvalid, match="check digits"):
            parse_access_line_id(wrong)


@pytest.mark.parametrize(
    "text", ["", "NH", "XX0000079444", "NH000007944", "NH00000794444", "NH٠٠٠٠٠٧٩٤٤٤", "NH0000079444\x00"]
)
def test_what_is_no_access_line_id_is_refused(text: str) -> None:
    with pytest.raises(AccessLineIdInvalid):
        parse_access_line_id(text)
