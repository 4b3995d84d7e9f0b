"""The whole house, opened for one command. Apart from `surroundings`, because importing all of it takes a second."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from automation.settings import AutomationSettings
from inventory.settings import InventorySettings
from provisioning.bootstrap import House, build
from provisioning.cli.surroundings import read_settings
from provisioning.cli.words import moment
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


def why_silent(house: House) -> str:
    """Return what somebody who waits for an order must know: that no worker was heard of lately. "" where one was."""
    seen = house.worker_seen()
    tools = house.tools
    if seen is not None and tools.now() - seen <= timedelta(seconds=tools.settings.dead_after_s):
        return ""
    heard = "has been heard of yet" if seen is None else f"has been heard of since {moment(seen)}"
    return f"No worker {heard}: start `neutralhost worker`, or `neutralhost serve`, and the order goes on."
