"""What searches for two legs are given and what they give back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

type Legs = tuple[list[int], list[int]]
"""Two legs as rows of nodes."""


@dataclass(frozen=True, slots=True)
class LossBound:
    """What each arc loses, what a leg may, and what its two ends lose of that."""

    arcs_db: NDArray[np.float64]
    allowed_db: float
    ends_db: float

    @property
    def bound_db(self) -> float:
        """What is left for a leg's arcs."""
        return self.allowed_db - self.ends_db


@dataclass(frozen=True, slots=True)
class Solved:
    """The best legs that were found (None: none), and whether there are no better ones."""

    legs: Legs | None
    is_exact: bool
