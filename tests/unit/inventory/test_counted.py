"""How many of something, in words."""

import pytest

from inventory.counted import counted


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0 new versions"), (1, "1 new version"), (2, "2 new versions"), (1200, "1,200 new versions")],
)
def test_one_of_something_is_not_said_as_many(number: int, words: str) -> None:
    assert counted(number, "new version") == words


def test_a_word_with_a_plural_of_its_own_has_it_said() -> None:
    assert counted(1, "has link", "have link") == "1 has link"
    assert counted(3, "has link", "have link") == "3 have link"
