"""Why the inventory could not answer.

    NeutralhostError                 every error of ours, on every floor
    └── InventoryError
        ├── UnknownThing             a place, device, port, link, handover or organisation nobody knows
        │   └── UnknownPremises      a UPRN nobody knows
        ├── InventoryInvalid         a set of files or a NetBox whose content breaks a rule
        ├── NoPath                   no links with room join two devices
        ├── NetBoxUnavailable        NetBox did not answer, or answered with its own failure
        ├── NetBoxRefused            NetBox answered that it will not do this
        └── DatabaseUnavailable      the database is locked, away or not migrated

Every error is one sentence with the facts, and one with the next step. The facts are
attributes and also stand in `facts`, so that CLI, API and portal print the same thing.
"""

from collections.abc import Sequence
from typing import ClassVar

type Fact = str | int | float | bool | None | Sequence[str]


class NeutralhostError(Exception):
    """One reason why something was not done.

    `code` is stable and kebab-case: it is the last part of the problem type URI of the API.
    `next_step` tells the reader what to do. Nothing secret may ever be put in `facts`.
    """

    code: ClassVar[str] = "error"
    next_step: ClassVar[str] = ""

    def __init__(self, sentence: str, **facts: Fact) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.facts: dict[str, Fact] = facts

    def __str__(self) -> str:
        return f"{self.sentence} {self.next_step}".rstrip()


class InventoryError(NeutralhostError):
    """The inventory could not answer."""

    code = "inventory-error"


class UnknownThing(InventoryError):
    """Nothing of that kind has that name."""

    code = "unknown-thing"
    next_step = "Check the spelling, or list what there is with `neutralhost inventory show`."

    def __init__(self, kind: str, name: str) -> None:
        self.kind = kind
        self.name = name
        super().__init__(f"No {kind} is called {name!r}.", kind=kind, name=name)


class UnknownPremises(UnknownThing):
    """No premises has that UPRN."""

    code = "unknown-premises"
    next_step = "Check the UPRN (up to 12 digits), or search the premises by postcode."

    def __init__(self, uprn: str) -> None:
        super().__init__("premises", uprn)
        self.uprn = uprn


class NoPath(InventoryError):
    """No chain of links with enough room joins two devices."""

    code = "no-path"
    next_step = "Order less bandwidth, choose another handover, or ask the operator to add capacity."

    def __init__(self, a_device: str, z_device: str, bandwidth_mbps: int) -> None:
        self.a_device = a_device
        self.z_device = z_device
        self.bandwidth_mbps = bandwidth_mbps
        super().__init__(
            f"No path with {bandwidth_mbps} Mbit/s uncommitted joins {a_device} and {z_device}.",
            a_device=a_device,
            z_device=z_device,
            bandwidth_mbps=bandwidth_mbps,
        )
