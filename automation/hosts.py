"""From the inventory to a Nornir that can speak to devices. One Nornir is made for every run.

A Nornir remembers which hosts failed and leaves them out of every later task; a fresh one has
nothing to remember. No YAML: hosts come from the snapshot (10,000 in 0.05 s, from files 17 s).

`Host.dict()` and `vars()` of a driver hold the password in clear: neither is ever logged or shown.
"""

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from napalm import get_network_driver
from nornir.core import Nornir
from nornir.core.configuration import Config
from nornir.core.inventory import ConnectionOptions, Defaults, Groups, Host, Hosts, Inventory
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir_napalm.plugins.connections import CONNECTION_NAME, Napalm

from automation.platforms import PLATFORMS, platform_of
from automation.runner import KeptThreads
from automation.settings import AutomationSettings
from inventory.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class HostAddress:
    """Where automation reaches one device. `platform` is the name of one in `automation/platforms.py`."""

    name: str
    address: str
    platform: str


def host_addresses(snapshot: Snapshot) -> dict[str, HostAddress]:
    """The devices of a snapshot of a platform we know that have a management address, by name."""
    return {
        device.name: HostAddress(device.name, device.management_address, device.platform)
        for device in snapshot.inventory.devices
        if device.platform in PLATFORMS and device.management_address is not None
    }


class SnapshotInventory:
    """Nornir's inventory plug-in: hosts from addresses, one account for all, nothing read from disk."""

    def __init__(self, hosts: Iterable[HostAddress], settings: AutomationSettings) -> None:
        self._hosts = tuple(hosts)
        self._settings = settings

    def load(self) -> Inventory:
        defaults = Defaults(
            username=self._settings.device_username,
            password=self._settings.device_password.get_secret_value(),
        )
        hosts = {host.name: self._host(host, defaults) for host in self._hosts}
        return Inventory(hosts=Hosts(hosts), groups=Groups(), defaults=defaults)

    def _host(self, host: HostAddress, defaults: Defaults) -> Host:
        # Each host gets options of its own: the driver pops from the dictionary it is given.
        extras = platform_of(host.platform, host.name).options(self._settings)
        return Host(
            name=host.name,
            hostname=host.address,
            platform=host.platform,
            defaults=defaults,
            connection_options={CONNECTION_NAME: ConnectionOptions(extras=extras)},
        )


@cache
def _driver_named(name: str) -> Callable[..., Any]:
    """NAPALM looks through every place Python modules come from, each time it is asked."""
    driver: Callable[..., Any] = get_network_driver(name)
    return driver


class Drivers(Napalm):
    """nornir_napalm's plug-in, which knows NAPALM's own drivers only: of ours the platform has the class."""

    def open(
        self,
        hostname: str | None,
        username: str | None,
        password: str | None,
        port: int | None,  # noqa: ARG002 - the plug-in's; the platform's options say it
        platform: str | None,
        extras: dict[str, Any] | None = None,
        configuration: Config | None = None,  # noqa: ARG002 - the plug-in's
    ) -> None:
        driver = platform_of(platform or "").driver
        kind = _driver_named(driver) if isinstance(driver, str) else driver
        connection = kind(hostname=hostname, username=username, password=password, **(extras or {}))
        connection.open()
        self.connection = connection


def fresh_host(address: HostAddress, settings: AutomationSettings) -> Host:
    """A host that no driver was opened for, beside any other of the same device."""
    return SnapshotInventory([address], settings).load().hosts[address.name]


def threads_for(hosts: Collection[HostAddress], settings: AutomationSettings) -> KeptThreads:
    """As many threads as may be used, and no more than there are hosts."""
    return KeptThreads(max(1, min(settings.workers, len(hosts))))


def open_nornir(
    hosts: Collection[HostAddress], settings: AutomationSettings, threads: KeptThreads | None = None
) -> Nornir:
    """Return a fresh Nornir for these hosts. It has spoken to nobody yet."""
    ConnectionPluginRegister.register(CONNECTION_NAME, Drivers)
    # pyeapi logs a traceback for every device that is away; we report each once, in a sentence. ncclient logs every
    # message as information, secrets included.
    for library in ("pyeapi", "ncclient", "paramiko", "jnpr"):
        logging.getLogger(library).setLevel(logging.CRITICAL)
    return Nornir(
        inventory=SnapshotInventory(hosts, settings).load(),
        config=Config(),
        runner=threads,
    )
