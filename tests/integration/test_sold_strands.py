"""Selling strands and writing the inventory at the same moment: whoever is first is seen by the other."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from inventory.devices import Port, PortRef, PortRole
from inventory.plant import Patch, PositionRef, StrandRef
from inventory.snapshot import Inventory
from inventory.store.mirror import read_inventory
from inventory.windows import Window
from provisioning import front_desk
from provisioning.errors import InventoryReplaced
from provisioning.front_desk import SYSTEM
from provisioning.plant_writes import write_plant
from provisioning.reservations import ReservationRequest
from provisioning.strand_errors import NotReservable, StrandsSold
from provisioning.tools import Tools
from tests.integration.desk import desk_on
from tests.integration.strand_town import strand_town

NOW = datetime.now(UTC)
SOON = Window(NOW.date() + timedelta(days=1), NOW.date() + timedelta(days=9))
STRAND = StrandRef("k-bank", 3)
KEEP = ReservationRequest("alder", "A trial", SOON, strands=(STRAND,))


@pytest.fixture
def tools(engine: Engine) -> Tools:
    return desk_on(engine, inventory=strand_town(), now=lambda: NOW)


def lighting(inventory: Inventory, *numbers: int) -> Inventory:
    """The inventory with a new port at the exchange patched to these strands along the bank."""
    ports = tuple(Port(PortRef("sw-quay", f"New{number}"), PortRole.NNI, 10_000) for number in numbers)
    patches = tuple(
        Patch(PositionRef("odf-bank-quay", number), PortRef("sw-quay", f"New{number}"), None, "10GBASE-LR")
        for number in numbers
    )
    return replace(inventory, ports=(*inventory.ports, *ports), patches=(*inventory.patches, *patches))


def test_an_inventory_that_lights_what_is_held_is_refused_by_name_and_loads_nothing(
    tools: Tools, engine: Engine
) -> None:
    made = front_desk.make_reservation(tools, SYSTEM, KEEP)
    before = read_inventory(engine)

    with pytest.raises(StrandsSold, match="strand k-bank:3"):
        write_plant(engine, lighting(before, 3, 4), "a file", None)

    assert read_inventory(engine) == before
    write_plant(engine, lighting(before, 4), "a file", None)
    front_desk.release_reservation(tools, SYSTEM, made.id)
    write_plant(engine, lighting(before, 3, 4), "a file", None)


def test_what_is_chosen_from_an_inventory_that_was_replaced_is_chosen_anew(tools: Tools, engine: Engine) -> None:
    stale = tools.load_snapshot()
    write_plant(engine, lighting(stale.inventory, 3), "a file", None)
    late = replace(tools, load_snapshot=lambda: stale)

    with pytest.raises(InventoryReplaced):
        front_desk.make_reservation(late, SYSTEM, KEEP)
    with pytest.raises(NotReservable, match="strand k-bank:3 is patched"):
        front_desk.make_reservation(tools, SYSTEM, KEEP)


def test_of_a_seller_and_a_writer_at_one_moment_exactly_one_is_let_in(tools: Tools, engine: Engine) -> None:
    lit = lighting(read_inventory(engine), 3)

    def sell() -> bool:
        try:
            front_desk.make_reservation(tools, SYSTEM, KEEP)
        except NotReservable:
            return False
        return True

    def write() -> bool:
        try:
            write_plant(engine, lit, "a file", None)
        except StrandsSold:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        sold, written = (each.result() for each in [pool.submit(sell), pool.submit(write)])

    assert sold is not written
