"""Sets of VLAN tags. A tag is an IEEE 802.1Q VLAN ID, 1 to 4094."""

from collections.abc import Iterator
from dataclasses import dataclass

LOWEST_TAG = 1
HIGHEST_TAG = 4094


@dataclass(frozen=True, slots=True)
class TagRange:
    """The tags from `first` to `last`, both included.

    Raises:
        ValueError: the range is empty or leaves 1 to 4094.
    """

    first: int
    last: int

    def __post_init__(self) -> None:
        if not LOWEST_TAG <= self.first <= self.last <= HIGHEST_TAG:
            raise ValueError(f"tags {self.first}-{self.last} are not within {LOWEST_TAG}-{HIGHEST_TAG}")

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.first, self.last + 1))

    def __len__(self) -> int:
        return self.last - self.first + 1

    def __contains__(self, tag: object) -> bool:
        return isinstance(tag, int) and self.first <= tag <= self.last

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"
