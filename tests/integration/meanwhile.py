"""What happens to devices while a deploy has its change on all of them, and has confirmed it on none."""

from collections.abc import Callable
from dataclasses import dataclass

from automation.change_plan import Refusal
from automation.verifying import Look


@dataclass(frozen=True)
class Meanwhile:
    """A check of a deploy that finds nothing wrong, and at whose moment something happens. Implements `Check`."""

    happens: Callable[[], object]
    name: str = "something happens"

    def __call__(self, look: Look) -> tuple[Refusal, ...]:
        self.happens()
        return ()
