"""The whole house, opened for one command. Apart from `surroundings`, because importing all of it takes a second."""

from collections.abc import Iterator
from contextlib import contextmanager

from automation.settings import AutomationSettings
from inventory.settings import InventorySettings
from provisioning.bootstrap import House, build
from provisioning.cli.surroundings import read_settings
from provisioning.settings import ProvisioningSettings


@contextmanager
def open_house() -> Iterator[House]:
    """Open everything an order needs, from the settings; closing it stops the worker that was started, if any."""
    house = build(
        read_settings(InventorySettings), read_settings(AutomationSettings), read_settings(ProvisioningSettings)
    )
    try:
        yield house
    finally:
        house.close()
