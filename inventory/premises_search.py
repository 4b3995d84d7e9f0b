"""Find premises by the beginning of a postcode and by words of an address, without reading them all.

Spaces and case do not matter. Postcodes are sorted once, so that a beginning is a slice of them.
Addresses are joined into one text, a line each: a part of one is found at the speed of the C
library's search, and its line says whose it is. Answers come in inventory order.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from inventory.premises import Premises

# Up to so many premises of one beginning are looked at one by one; more are met soon enough by reading on.
FEW = 4_096


class PremisesSearch:
    """The index of one inventory's premises. Never changes; safe in several threads."""

    def __init__(self, premises: Sequence[Premises]) -> None:
        self._premises = premises
        self._postcodes = [squeezed(each.postcode) for each in premises]
        self._by_postcode = sorted(range(len(premises)), key=self._postcodes.__getitem__)
        self._sorted_postcodes = [self._postcodes[position] for position in self._by_postcode]
        lines = [squeezed(each.address) for each in premises]  # no line break is left in any
        self._text = "\n".join(lines)
        self._starts = array("q", accumulate((len(line) + 1 for line in lines), initial=0))

    def find(self, postcode: str, text: str) -> Iterator[Premises]:
        """Each of the premises whose postcode begins with `postcode` and whose address contains `text`."""
        begins, contains = squeezed(postcode), squeezed(text)
        low = bisect_left(self._sorted_postcodes, begins)
        high = bisect_right(self._sorted_postcodes, begins, lo=low, key=lambda code: code[: len(begins)])
        positions: Iterable[int]
        if high - low <= FEW:
            positions = (each for each in sorted(self._by_postcode[low:high]) if contains in self._address(each))
        else:
            positions = (each for each in self._containing(contains) if self._postcodes[each].startswith(begins))
        return (self._premises[position] for position in positions)

    def _address(self, position: int) -> str:
        return self._text[self._starts[position] : self._starts[position + 1] - 1]

    def _containing(self, part: str) -> Iterator[int]:
        position = -1
        while position + 1 < len(self._premises):
            found = self._text.find(part, self._starts[position + 1])
            if found < 0:
                return
            position = bisect_right(self._starts, found) - 1
            yield position


def squeezed(text: str) -> str:
    """The text as it is compared: without spaces, in one case."""
    return "".join(text.split()).casefold()
