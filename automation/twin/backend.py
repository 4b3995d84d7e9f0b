"""The two ways to run a twin, behind one face: in memory, or with packets."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from automation.settings import AutomationSettings
from automation.twin.eapi import Credentials
from automation.twin.errors import TwinForwardsNothing
from automation.twin.fleet import Fleet
from automation.twin.model import TwinDevice
from automation.twin.ovs.plan import End
from automation.twin.ovs.twin import PacketTwin
from inventory.devices import PortRef
from inventory.errors import UnknownThing
from inventory.links import Link
from inventory.snapshot import Snapshot

MEMORY, OVS = "memory", "ovs"


class Backend(Protocol):
    """A twin that runs."""

    name: str
    fleet: Fleet

    @property
    def ends(self) -> Sequence[End]:
        """What stands outside; nothing where no frames are forwarded."""

    def namespace(self, device: str) -> str:
        """Where a device's interfaces are, "" where it has none."""

    def cut(self, ports: Sequence[PortRef], code: str, *, silently: bool) -> None:
        """Pull a cable by its ports, or lose every frame of the link `code` with the light on."""

    def repair(self, ports: Sequence[PortRef], code: str) -> None:
        """Undo both."""

    def stop(self) -> None: ...


class MemoryTwin:
    """Implements `Backend` without packets."""

    name = MEMORY
    ends: Sequence[End] = ()

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet

    def namespace(self, device: str) -> str:
        del device
        return ""

    def cut(self, ports: Sequence[PortRef], code: str, *, silently: bool) -> None:
        del code
        if silently:
            raise TwinForwardsNothing("lose frames with the light on")
        for port in ports:
            self.fleet.unplug(port.device, port.port)

    def repair(self, ports: Sequence[PortRef], code: str) -> None:
        del code
        for port in ports:
            self.fleet.plug(port.device, port.port)

    def stop(self) -> None:
        self.fleet.stop()


class OvsTwin:
    """Implements `Backend` with packets."""

    name = OVS

    def __init__(self, twin: PacketTwin) -> None:
        self._twin = twin
        self.fleet = twin.fleet

    @property
    def ends(self) -> Sequence[End]:
        return self._twin.plan.ends

    def namespace(self, device: str) -> str:
        return dict(self._twin.plan.namespaces).get(device, "")

    def cut(self, ports: Sequence[PortRef], code: str, *, silently: bool) -> None:
        if silently:
            self._twin.network.cut(code, silently=True)
            return
        for port in ports:
            self.fleet.unplug(port.device, port.port)
            self._twin.network.switch(port.device).cut(port.port)

    def repair(self, ports: Sequence[PortRef], code: str) -> None:
        self._twin.network.repair(code)
        for port in ports:
            self.fleet.plug(port.device, port.port)
            self._twin.network.switch(port.device).repair(port.port)

    def stop(self) -> None:
        self._twin.stop()


def start_backend(
    name: str,
    snapshot: Snapshot,
    devices: Sequence[TwinDevice],
    settings: AutomationSettings,
    *,
    folder: Path,
    startup_dir: Path | None,
) -> Backend:
    """Start a twin of these devices; with packets it takes its names from `folder`.

    Raises: what `Fleet.start` and `PacketTwin.start` raise.
    """
    credentials = Credentials(settings.device_username, settings.device_password)
    ports = {"junos": settings.netconf_port, "openwrt": settings.ubus_port}
    if name == OVS:
        twin = PacketTwin.start(
            snapshot,
            devices,
            folder=folder,
            credentials=credentials,
            port=settings.eapi_port,
            ports=ports,
            startup_dir=startup_dir,
        )
        return OvsTwin(twin)
    fleet = Fleet.start(devices, port=settings.eapi_port, ports=ports, credentials=credentials, startup_dir=startup_dir)
    return MemoryTwin(fleet)


def link_named(snapshot: Snapshot, name: str) -> Link | None:
    """The link of this code, or of one of its ports as DEVICE:PORT; None where a port has a cord and no link.

    Raises: UnknownThing.
    """
    if name in snapshot.links:
        return snapshot.links[name]
    device, _, port = name.partition(":")
    wanted = PortRef(device, port)
    if wanted not in snapshot.ports:
        raise UnknownThing("link or port", name)
    return next((link for link in snapshot.inventory.links if wanted in {link.a, link.z}), None)
