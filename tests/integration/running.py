"""A whole house that runs: simulated devices on loopback, the real database, deployer, engine and worker."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from automation.birth.prober import Prober
from automation.settings import AutomationSettings
from automation.twin.eapi import Credentials
from automation.twin.fleet import Fleet
from automation.twin.topology import twin_devices
from inventory.settings import InventorySettings
from inventory.snapshot import Inventory, Snapshot
from inventory.store.mirror import replace_inventory
from provisioning import front_desk
from provisioning.bootstrap import House, build, prepare_database
from provisioning.front_desk import SYSTEM
from provisioning.orders import ENDED, Order, OrderRequest
from provisioning.settings import ProvisioningSettings
from tests.integration.street import HANDOVER, uprn_of

PASSWORD = SecretStr("twin-only")


@dataclass(frozen=True)
class Running:
    """A house and its devices."""

    house: House
    fleet: Fleet
    snapshot: Snapshot

    def order(self, home: int, mbps: int = 100, key: str = "") -> Order:
        """Place an order for a home."""
        request = OrderRequest("access-eline", uprn_of(home), HANDOVER, mbps, 12)
        key = key or f"home-{home}"
        order, _new = front_desk.place_order(
            self.house.tools, SYSTEM, request, idempotency_key=key, isp_code="quayside"
        )
        return order

    def cease(self, service_id: str) -> Order:
        order, _new = front_desk.cease_service(
            self.house.tools, SYSTEM, service_id, idempotency_key=f"cease-{service_id}"
        )
        return order

    def look(self, order_id: str) -> Order:
        return front_desk.order(self.house.tools, SYSTEM, order_id)

    def wait(self, orders: Sequence[Order], timeout_s: float = 60.0) -> list[Order]:
        """Wait until all have ended, and return what became of them."""
        deadline = time.monotonic() + timeout_s
        while True:
            found = [self.look(order.id) for order in orders]
            if all(order.state in ENDED for order in found):
                return found
            open_ones = [(order.id, order.step) for order in found if order.state not in ENDED]
            assert time.monotonic() < deadline, f"still open: {open_ones}"
            time.sleep(0.05)

    def configs(self) -> dict[str, str]:
        """What every device says now."""
        return {device.name: self.fleet.running_config(device.name) for device in self.fleet.devices}

    def events(self, order_id: str) -> list[str]:
        story = front_desk.order_story(self.house.tools, SYSTEM, order_id)
        return [f"{event.step} {event.status}" for event in story.events]

    def held(self) -> dict[str, tuple[str, ...]]:
        """What every service of any order holds."""
        page = front_desk.orders(self.house.tools, SYSTEM, limit=100)
        with self.house.tools.open_unit_of_work(reading=True) as work:
            services = sorted({order.service_id for order in page.orders if order.service_id})
            return {service: held for service in services if (held := work.reservations.held_by(service))}


def wait_until(true: Callable[[], object], timeout_s: float = 60.0) -> None:
    """Wait until it is true."""
    deadline = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


def settings_of(
    url: str, port: int, *, netbox: Mapping[str, Any] | None = None, **more: Any
) -> tuple[InventorySettings, AutomationSettings, ProvisioningSettings]:
    """Settings of a house on this database and these devices; `more` overrules the provisioning floor's."""
    provisioning: dict[str, Any] = {
        "token_pepper": SecretStr("pepper"),
        "poll_s": 0.05,
        "first_pause_s": 0.05,
        "longest_pause_s": 0.2,
        "step_tries": 3,
        "undo_tries": 5,
        "look_at_devices_every_s": 3600.0,
        "away_limit_s": 0.0,
        "look_at_clock_every_s": 0.2,
        "stop_patience_s": 10,
    }
    return (
        InventorySettings(_env_file=None, database_url=SecretStr(url), **(netbox or {})),
        AutomationSettings(
            _env_file=None, device_password=PASSWORD, eapi_transport="http", eapi_port=port, connect_timeout_s=5
        ),
        ProvisioningSettings(_env_file=None, **(provisioning | more)),
    )


@contextmanager
def running(
    url: str,
    inventory: Inventory,
    *,
    works: bool = True,
    netbox: Mapping[str, Any] | None = None,
    prober: Prober | None = None,
    **more: Any,
) -> Iterator[Running]:
    """Bring up devices, database and, where it `works`, a worker; and take them down.

    `netbox` are the settings of a NetBox, where there is one.
    """
    snapshot = Snapshot(inventory)
    credentials = Credentials("neutralhost", PASSWORD)
    with Fleet.start(twin_devices(snapshot), credentials=credentials) as fleet:
        settings = settings_of(url, fleet.port, netbox=netbox, **more)
        prepare_database(settings[0])
        house = build(*settings, prober=prober)
        try:
            replace_inventory(house.engine, inventory)
            if works:
                house.start_worker()
            yield Running(house, fleet, snapshot)
        finally:
            house.close()
