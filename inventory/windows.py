"""Windows: the days a thing is wanted, held or permitted for."""

from dataclasses import dataclass
from datetime import date

from inventory.errors import DatesReversed


@dataclass(frozen=True, slots=True)
class Window:
    """Days from `first` to `last`, both included; `last` is None where it goes on until further notice.

    Raises: DatesReversed.
    """

    first: date
    last: date | None = None

    def __post_init__(self) -> None:
        if self.last is not None and self.last < self.first:
            raise DatesReversed(self.first, self.last)

    def __str__(self) -> str:
        return f"from {self.first}" if self.last is None else f"{self.first} to {self.last}"

    def has(self, day: date) -> bool:
        """Whether the day is one of them."""
        return self.first <= day and (self.last is None or day <= self.last)

    def overlaps(self, other: "Window") -> bool:
        """Whether any day is in both."""
        return (self.last is None or other.first <= self.last) and (other.last is None or self.first <= other.last)

    def covers(self, other: "Window") -> bool:
        """Whether every day of the other is in this one."""
        if self.first > other.first:
            return False
        return self.last is None or (other.last is not None and other.last <= self.last)


def on(day: date) -> Window:
    """The window of one day."""
    return Window(day, day)
