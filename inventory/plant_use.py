"""What of the plant is taken, and when, as pure functions are told. It never says whose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from inventory.devices import PortRef
from inventory.plant import PositionRef, StrandRef
from inventory.windows import Window


@dataclass(frozen=True, slots=True)
class Hold:
    """One claim on a thing for a window: a service's (`is_sold`), or a reservation's. `by` is its id."""

    window: Window
    by: str
    is_sold: bool


@dataclass(frozen=True, slots=True)
class PlantUse:
    """Every hold there is, by thing; what is not in here is free of holds. Strands that links light are not in here."""

    strands: Mapping[StrandRef, Sequence[Hold]] = field(default_factory=dict)
    positions: Mapping[PositionRef, Sequence[Hold]] = field(default_factory=dict)
    ports: Mapping[PortRef, Sequence[Hold]] = field(default_factory=dict)

    def is_free(self, strand: StrandRef, window: Window) -> bool:
        """Whether nobody holds the strand on any day of the window."""
        return not any(hold.window.overlaps(window) for hold in self.strands.get(strand, ()))

    def is_free_position(self, position: PositionRef, window: Window) -> bool:
        """The same for a position."""
        return not any(hold.window.overlaps(window) for hold in self.positions.get(position, ()))
