"""From the inventory to a Nornir that can speak to devices. One Nornir is made for every run.

A Nornir remembers which hosts failed and leaves them out of every later task; a fresh one has
nothing to remember. No YAML: hosts come from the snapshot (10,000 in 0.05 s, from files 17 s).

`Host.dict()` and `vars()` of a driver hold the password in clear: neither is ever logged or shown.
"""

import logging
import ssl
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from nornir.core import Nornir
from nornir.core.configuration import Config
from nornir.core.inventory import ConnectionOptions, Defaults, Groups, Host, Hosts, Inventory
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir.plugins.runners import ThreadedRunner
from nornir_napalm.plugins.connections import CONNECTION_NAME, Napalm

from automation.render import PLATFORMS
from automation.settings import AutomationSettings
from inventory.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class HostAddress:
    """Where automation reaches one device. `platform` is the name of a NAPALM driver and of a folder of templates."""

    name: str
    address: str
    platform: str


def host_addresses(snapshot: Snapshot) -> dict[str, HostAddress]:
    """The devices of a snapshot that we configure and that have a management address, by name."""
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
        options = ConnectionOptions(port=self._settings.eapi_port, extras=driver_extras(self._settings))
        return Host(
            name=host.name,
            hostname=host.address,
            platform=host.platform,
            defaults=defaults,
            connection_options={CONNECTION_NAME: options},
        )


def driver_extras(settings: AutomationSettings) -> dict[str, object]:
    """What NAPALM's eos driver is made with. Nothing is completed by the device: commands are sent in full."""
    return {
        "timeout": settings.connect_timeout_s,
        "optional_args": {
            "transport": settings.eapi_transport,
            "port": settings.eapi_port,
            "eos_autoComplete": False,
            "context": _tls(settings),
        },
    }


def _tls(settings: AutomationSettings) -> ssl.SSLContext | None:
    """How a device's certificate is checked; None with plain HTTP. pyeapi by itself checks nothing."""
    if settings.eapi_transport != "https":
        return None
    context = ssl.create_default_context(cafile=settings.eapi_ca_file)
    if not settings.eapi_verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def open_nornir(hosts: Collection[HostAddress], settings: AutomationSettings) -> Nornir:
    """Return a fresh Nornir for these hosts. It has spoken to nobody yet."""
    ConnectionPluginRegister.register(CONNECTION_NAME, Napalm)
    # pyeapi logs a traceback for every device that is away; we report each once, in a sentence.
    logging.getLogger("pyeapi").setLevel(logging.CRITICAL)
    return Nornir(
        inventory=SnapshotInventory(hosts, settings).load(),
        config=Config(),
        runner=ThreadedRunner(num_workers=max(1, min(settings.workers, len(hosts)))),
    )
