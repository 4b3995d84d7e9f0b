"""What a platform gives to be tested with: a device without a network, and orders to put on it.

The device is the configuration engine of the platform's own simulator: it takes commands as the platform
does, refuses what that would refuse, and writes its running-config as that would write it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from automation.dialects.dialect import Statement
from automation.intents import Intent
from automation.platform import Platform


@dataclass(frozen=True)
class Bench:
    """A bench device of one platform.

    `fresh` is what it says before any order, with `ports` ports that a service may take. `apply` returns the
    running text after commands were loaded and committed on a device that said `running`; it raises where the
    platform would refuse one. `samples` are harmless intents: at least one of every kind the platform can, every
    text field filled. `makers` return the intent of order number N (a label, tags and names of its own) on
    the free port with this index, in one of many variants (rates, tags, kinds of port): any numbers will do.
    `baseline` is what `fresh` says already of what intents can say before any service, or is to say besides.
    `by_hand` are changes of somebody else, each of things that are not ours; `without` is the running text after
    somebody took one statement off.
    """

    platform: Platform
    fresh: str
    ports: int
    apply: Callable[[str, str], str]
    samples: tuple[Intent, ...]
    makers: tuple[Callable[[int, int, int], Intent], ...]
    baseline: tuple[Intent, ...]
    by_hand: tuple[str, ...]
    without: Callable[[str, Statement], str]

    def __str__(self) -> str:
        return self.platform.name
