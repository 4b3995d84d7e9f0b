"""Keep the inventory from lighting what is sold: a strand that somebody holds is nobody's link.

A new inventory is looked at under the lock that every seller of strands takes too: whoever is first is seen by the
other. What is lit was sold for no service, and what is sold is lit for none.
"""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Connection, or_, select

from inventory.devices import PortRef
from inventory.plant import StrandRef
from inventory.plant_map import Plant, plant_of
from inventory.snapshot import Inventory, Snapshot
from provisioning.store.hold_tables import held_strands
from provisioning.strand_errors import StrandsSold

LIGHT_IS_LED_BY = frozenset({"cables", "strands", "splices", "closures", "odfs", "odf_positions", "patches"})
"""The fields of Inventory that say where the light of a port goes: where none of these changed, it goes as it went."""


def refuse_lighting_what_is_held(connection: Connection, inventory: Inventory, today: date) -> None:
    """Raises: StrandsSold, where the light of a port would be on a strand that is held, today or later."""
    held = held_strands.c
    open_ones = or_(held.last_day.is_(None), held.last_day >= today)
    rows = connection.execute(select(held.cable, held.strand).where(open_ones).distinct())
    strands = sorted(StrandRef(row.cable, row.strand) for row in rows)
    if strands:
        lit = tuple(_lit(plant_of(Snapshot(inventory)), strands))
        if lit:
            raise StrandsSold(lit)


def _lit(plant: Plant, strands: list[StrandRef]) -> Iterator[str]:
    """Of these strands, those that a walk from either end leads to a port; one that is gone is not ours to say."""
    for strand in strands:
        cable = plant.cables.get(strand.cable)
        if cable is not None and any(_meets_port(plant, strand, place) for place in (cable.a_place, cable.z_place)):
            yield f"strand {strand}"


def _meets_port(plant: Plant, strand: StrandRef, place: str) -> bool:
    return any(isinstance(step, PortRef) for step in plant.walk_strand(strand, place))
