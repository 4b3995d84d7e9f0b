"""Against the vectors of Drepper's paper (those of 5,000 rounds), and against `openssl passwd -6`."""

import pytest

from automation.sha512_crypt import hash_of, matches, new_hash


@pytest.mark.parametrize(
    ("password", "salt", "expected"),
    [
        (
            "Hello world!",
            "saltstring",
            "svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
        ),
        (
            "käse'$x",
            "abcDEF./01234567",
            "/9ZmF/EoJUAWJM5X1iyf/Rf76J3C8tYg5AG3ZRWLyFf7HepWNz27KZyZQYRGqQn2oeFzquAYOU44c4Y6NglvS1",
        ),
        (
            "a" * 100,
            "x",
            "WpTAO0OCjrfq5WnqjJEljeDvcsu0PNdWCxGeUJLDmClf1Zt0W.xoNd1qL42H0.kWnv4lgR66OqWGYd8pDW6v41",
        ),
    ],
)
def test_a_hash_is_the_one_that_others_make(password: str, salt: str, expected: str) -> None:
    assert hash_of(password, salt) == f"$6${salt}${expected}"


def test_a_password_fits_its_own_hash_and_no_other_does() -> None:
    kept = new_hash("twin-only")

    assert matches("twin-only", kept)
    assert not matches("twin-onlx", kept)
    assert not matches("twin-only", "!")
    assert new_hash("twin-only") != kept
