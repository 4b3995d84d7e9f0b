"""Two hundred orders at one moment for the last tag of a handover, the last port of a premises, the last strands."""

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from inventory.snapshot import Inventory
from inventory.store.mirror import replace_inventory
from inventory.windows import Window
from provisioning import front_desk
from provisioning.bootstrap import House, prepare_database
from provisioning.front_desk import SYSTEM
from provisioning.orders import ENDED, Order, OrderRequest, OrderState
from provisioning.wanted import StrandsWanted
from tests.integration.chaos import SharedDevices, house_on
from tests.integration.running import settings_of, wait_until
from tests.integration.strand_town import strand_town
from tests.integration.street import HANDOVER, street, uprn_of

RIVALS = int(os.environ.get("NEUTRALHOST_TEST_RIVALS", "200"))


def compete(url: str, inventory: Inventory, requests: list[OrderRequest], isp: str) -> list[Order]:
    """Place all at one moment, and return what became of each: ended, or waiting for a person or for what is built."""
    with tempfile.TemporaryDirectory() as folder:
        devices = SharedDevices(str(Path(folder) / "devices.db"), 0.0)
        devices.create()
        prepare_database(settings_of(url, 1)[0])
        house = house_on(url, devices, orders_at_a_time=32)
        replace_inventory(house.engine, inventory)
        house.start_worker()

        def place(numbered: tuple[int, OrderRequest]) -> Order:
            number, request = numbered
            return front_desk.place_order(
                house.tools, SYSTEM, request, idempotency_key=f"rival-{number}", isp_code=isp
            )[0]

        with ThreadPoolExecutor(32) as pool:
            placed = list(pool.map(place, enumerate(requests)))
        wait_until(lambda: all(_settled(house, order) for order in placed), timeout_s=240.0)
        ended = [front_desk.order(house.tools, SYSTEM, order.id) for order in placed]
        assert devices.faults() == []
        house.close()
    return ended


def _settled(house: House, order: Order) -> bool:
    found = front_desk.order(house.tools, SYSTEM, order.id)
    return found.state in ENDED or found.waits_for is not None


def codes(orders: list[Order]) -> set[str]:
    return {reason.code for order in orders for reason in order.reasons}


@pytest.mark.system
def test_the_last_tag_of_a_handover_is_one_orders(database_url: str) -> None:
    wanted = [OrderRequest("access-eline", uprn_of(home), HANDOVER, 100, 12) for home in range(1, RIVALS + 1)]
    ended = compete(database_url, street(homes=RIVALS, tags=1), wanted, "quayside")
    assert [order.state for order in ended].count(OrderState.COMPLETED) == 1
    assert codes(ended) == {"handover-tags-exhausted"}


@pytest.mark.system
def test_the_last_port_of_a_premises_is_one_orders(database_url: str) -> None:
    wanted = [OrderRequest("access-eline", uprn_of(1), HANDOVER, 100, 12)] * RIVALS
    ended = compete(database_url, street(homes=1, tags=RIVALS), wanted, "quayside")
    assert [order.state for order in ended].count(OrderState.COMPLETED) == 1


@pytest.mark.system
def test_the_last_strands_of_a_cable_are_one_orders(database_url: str) -> None:
    """Each wants two diverse pairs; the town has as many as its shortest cable has, and no more win."""
    day = datetime.now(UTC).date() + timedelta(days=30)
    strands = StrandsWanted("quay", "mill", Window(day, day), diverse=True)
    wanted = [OrderRequest("dark-fibre-pair", "", "", 0, 12, "", strands)] * RIVALS
    ended = compete(database_url, strand_town(), wanted, "alder")
    won = [order for order in ended if order.awaiting_approval]
    assert 1 <= len(won) < RIVALS
    assert len({order.service_id for order in won}) == len(won)
