"""The packet twin: simulated devices that are configured over their real protocols, and forward as they are told."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

from automation.twin.eapi import Credentials
from automation.twin.errors import TwinProgramFailed
from automation.twin.fleet import Fleet
from automation.twin.forwarding import DeviceState
from automation.twin.model import TwinDevice
from automation.twin.ovs.naming import Naming
from automation.twin.ovs.network import PacketNetwork, remove_all
from automation.twin.ovs.plan import PacketPlan, plan_packets
from automation.twin.ovs.programs import require_packets
from inventory.devices import PortRef
from inventory.snapshot import Snapshot

_log = structlog.get_logger(__name__)


class PacketTwin:
    """A fleet and the network it forwards in: made with `PacketTwin.start`, ended with `stop` or by `with`."""

    def __init__(self, fleet: Fleet, network: PacketNetwork) -> None:
        self.fleet = fleet
        self.network = network

    @classmethod
    def start(
        cls,
        snapshot: Snapshot,
        devices: Sequence[TwinDevice],
        *,
        folder: Path,
        credentials: Credentials,
        port: int = 0,
        ports: Mapping[str, int] | None = None,
        startup_dir: Path | None = None,
    ) -> Self:
        """Make the network of these devices, switch them on, and let them forward. `folder` gives it its names.

        Raises:
            TwinNeedsRoot, TwinLacksPrograms, TwinProgramFailed, TwinNeedsFiles, TwinCannotListen.
        """
        require_packets()
        naming = Naming.of(folder)
        network = PacketNetwork(plan_packets(snapshot, devices, naming), naming)
        try:
            network.up()
            fleet = Fleet.start(devices, port=port, ports=ports, credentials=credentials, startup_dir=startup_dir)
            twin = cls(fleet, network)
            fleet.watch(twin._forward)
            fleet.count_by(network.octets)
        except BaseException:
            remove_all(naming)
            raise
        return twin

    @property
    def plan(self) -> PacketPlan:
        return self.network.plan

    def cut(self, a: PortRef, z: PortRef, code: str, *, silently: bool = False) -> None:
        """Cut a link between two ports."""
        if silently:
            self.network.cut(code, silently=True)
            return
        for end in (a, z):
            self.fleet.unplug(end.device, end.port)
            self.network.switch(end.device).cut(end.port)

    def repair(self, a: PortRef, z: PortRef, code: str) -> None:
        """Undo every cut of a link."""
        self.network.repair(code)
        for end in (a, z):
            self.fleet.plug(end.device, end.port)
            self.network.switch(end.device).repair(end.port)

    def stop(self) -> None:
        """Switch everything off and remove it. Twice is the same as once."""
        self.fleet.stop()
        remove_all(self.network.naming)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _forward(self, device: str, state: DeviceState) -> None:
        """On the devices' own thread: a commit is answered when its packets go the new way, as a prompt would be.

        A switch that cannot be told goes on as it was, and says so in the log: its management must stay up.
        """
        try:
            self.network.apply(device, state)
        except TwinProgramFailed as failed:
            _log.error("twin.not_forwarding", device=device, words=str(failed))
