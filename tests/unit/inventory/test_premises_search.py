"""Finding premises by index answers as reading them all does, in the same order."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory import premises_search
from inventory.premises import Premises, PremisesKind
from inventory.premises_search import PremisesSearch

# Few letters, so that most searches find something; with case, spaces of every sort and letters that fold into two.
LETTERS = "aAbB1 \t\u00a0\u2028\nßſ\U0010ffff"
WORDS = st.text(LETTERS, max_size=6)


def a_premises(uprn: int, address: str, postcode: str) -> Premises:
    return Premises(str(uprn), address, postcode, PremisesKind.HOME, 0.0, 0.0)


def read_all(premises: Sequence[Premises], postcode: str, text: str) -> list[Premises]:
    def squeezed(words: str) -> str:
        return "".join(words.split()).casefold()

    return [
        each
        for each in premises
        if squeezed(each.postcode).startswith(squeezed(postcode)) and squeezed(text) in squeezed(each.address)
    ]


@pytest.mark.parametrize("few", [0, 2, premises_search.FEW])
@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(WORDS, st.text("aB1 \U0010ffff", max_size=3)), max_size=12), WORDS, WORDS)
def test_the_index_finds_what_reading_all_finds(
    few: int, rows: list[tuple[str, str]], postcode: str, text: str
) -> None:
    premises = [a_premises(number, *row) for number, row in enumerate(rows)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(premises_search, "FEW", few)
        found = list(PremisesSearch(premises).find(postcode, text))
    assert found == read_all(premises, postcode, text)


def test_a_part_that_runs_over_the_end_of_an_address_is_not_found() -> None:
    search = PremisesSearch([a_premises(1, "1 Mill", "M1 1AA"), a_premises(2, "2 Lane", "M1 1AB")])
    assert list(search.find("", "Mill 2")) == []
