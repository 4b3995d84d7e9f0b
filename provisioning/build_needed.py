"""What must be built before a product can be delivered somewhere: what, for how much, and how long it takes.

A pure function of the plant, the reasons of a qualification and the price list. Lengths in metres, rounded
up to whole ones; money in pence without VAT; lead times in working days, Monday to Friday.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import hypot

from inventory.places import Place, PlaceKind
from inventory.premises import Premises
from inventory.snapshot import Snapshot
from provisioning.catalogue import Catalogue
from provisioning.orders import Reason
from provisioning.pricing import PriceLine, build_lines

SATURDAY = 5
DROP_STARTS = frozenset({PlaceKind.CHAMBER, PlaceKind.POLE, PlaceKind.CABINET, PlaceKind.DXP, PlaceKind.DX})
NEEDS_DROP = frozenset({"nte-missing"})
"""Reasons whose building begins with a drop from the nearest place where one can begin."""


@dataclass(frozen=True, slots=True)
class BuildItem:
    """One thing to build. `what` says it in words, with the metres where there are any."""

    code: str
    what: str
    once_pence: int
    lead_days: int


@dataclass(frozen=True, slots=True)
class BuildNeeded:
    """All that must be built. They are built beside each other: the slowest says when it is done."""

    items: tuple[BuildItem, ...]
    lines: tuple[PriceLine, ...]

    @property
    def once_pence(self) -> int:
        return sum(item.once_pence for item in self.items)

    @property
    def lead_days(self) -> int:
        """Working days."""
        return max((item.lead_days for item in self.items), default=0)

    def ready_on(self, begun: date) -> date:
        """The day it is there, where it is begun on that day."""
        return after_working_days(begun, self.lead_days)


def build_needed(snapshot: Snapshot, catalogue: Catalogue, uprn: str, reasons: Sequence[Reason]) -> BuildNeeded | None:
    """What answers these reasons; None where the price list has nothing that does."""
    length_m, origin = _drop(snapshot, uprn)
    items, lines = [], []
    for code in dict.fromkeys(reason.code for reason in reasons):
        sold = catalogue.build_item(code)
        if sold is None:
            continue
        metres = length_m if code in NEEDS_DROP else 0.0
        [line] = build_lines((code,), metres, catalogue)
        what = f"{sold.name}{f', a drop of {_whole(metres)} m from {origin}' if metres else ''}"
        items.append(BuildItem(sold.code, what, line.once_pence, sold.lead_days))
        lines.append(PriceLine(line.code, what, line.quantity, line.once_pence, line.monthly_pence))
    return BuildNeeded(tuple(items), tuple(lines)) if items else None


def after_working_days(begun: date, days: int) -> date:
    """The working day that is so many after another day; that day itself, or the next working one, for none."""
    day = begun
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    for _ in range(days):
        day += timedelta(days=1)
        while day.weekday() >= SATURDAY:
            day += timedelta(days=1)
    return day


def _drop(snapshot: Snapshot, uprn: str) -> tuple[float, str]:
    """How far it is, as the crow flies, from the nearest place where a drop can begin, and which that is."""
    premises = snapshot.premises_at(uprn)
    found = min(_starts(snapshot), key=lambda place: (_distance_m(premises, place), place.code), default=None)
    return (0.0, "") if found is None else (_distance_m(premises, found), found.code)


def _starts(snapshot: Snapshot) -> Iterator[Place]:
    return (place for place in snapshot.inventory.places if place.kind in DROP_STARTS)


def _distance_m(premises: Premises, place: Place) -> float:
    return hypot(premises.easting_m - place.easting_m, premises.northing_m - place.northing_m)


def _whole(metres: float) -> int:
    return -int(-round(metres, 3) // 1)
