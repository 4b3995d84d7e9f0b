"""A whole house on the packet twin of the example's inner part: real devices' protocols, real frames, the real product.

Made once a module. Where root or a program is missing, the reason is shown and the tests are skipped.
"""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from automation.change_plan import DeployReport
from automation.deployer import Deployer
from automation.intents import CircuitIntent
from automation.twin.eapi import Credentials
from automation.twin.errors import TwinLacksPrograms, TwinNeedsRoot
from automation.twin.ovs.ends import Outlet
from automation.twin.ovs.plan import End
from automation.twin.ovs.programs import require_packets
from automation.twin.ovs.twin import PacketTwin
from automation.twin.topology import twin_devices
from inventory.devices import PortRef
from inventory.examples import example_folder
from inventory.files.bundle import read_bundle
from inventory.parts import INNER, part_of
from inventory.snapshot import Inventory, Snapshot
from inventory.store.mirror import replace_inventory
from provisioning import front_desk
from provisioning.bootstrap import House, build, prepare_database
from provisioning.front_desk import SYSTEM
from provisioning.orders import ENDED, Order, OrderRequest, OrderState
from provisioning.services import Circuit, Service
from provisioning.translate import circuit_intents
from tests.integration.running import PASSWORD, settings_of

ROOT = Path(__file__).parents[2]
PRODUCT = "access-eline"


MBPS = 20  # the twin forwards 150 Mbit/s in software; 20 Mbit/s is the speed the tests sell
_SOLD = "bandwidth_mbps = 100\ncir_mbps = 100\neir_mbps = 0\ncbs_bytes = 125000"
_INSTEAD = f"bandwidth_mbps = {MBPS}\ncir_mbps = {MBPS}\neir_mbps = 0\ncbs_bytes = 25000"


def price_list(folder: Path) -> Path:
    """The product's own price list with the slowest speed made slower."""
    text = (ROOT / "provisioning" / "price_lists" / "2026-11.toml").read_text(encoding="utf-8")
    path = folder / "prices.toml"
    path.write_text(text.replace(_SOLD, _INSTEAD), encoding="utf-8")
    return path


def skip_without_packets() -> None:
    """Skip the whole module, with the reason, where packets cannot be had."""
    try:
        require_packets()
    except (TwinNeedsRoot, TwinLacksPrograms) as missing:
        pytest.skip(str(missing), allow_module_level=True)


def inner() -> Inventory:
    return part_of(read_bundle(example_folder("manchester")), INNER)


@dataclass
class PacketTown:
    """The house, its twin, and what a test asks of them."""

    house: House
    twin: PacketTwin
    snapshot: Snapshot
    url: str
    taken: int = field(default=0)

    def order(self, uprn: str, handover: str, mbps: int = MBPS, **more: Any) -> Order:
        self.taken += 1
        isp = self.snapshot.handover(handover).isp_code
        request = OrderRequest(PRODUCT, uprn, handover, mbps, 12, **more)
        order, _ = front_desk.place_order(
            self.house.tools, SYSTEM, request, idempotency_key=f"order-{self.taken}", isp_code=isp
        )
        return order

    def wait(self, order: Order, timeout_s: float = 60.0) -> Order:
        deadline = time.monotonic() + timeout_s
        while (now := front_desk.order(self.house.tools, SYSTEM, order.id)).state not in ENDED:
            assert time.monotonic() < deadline, f"{order.id} still at {now.step}"
            time.sleep(0.02)
        return now

    def deliver(self, uprn: str, handover: str, mbps: int = MBPS, **more: Any) -> Service:
        """Order, and wait until it is delivered."""
        done = self.wait(self.order(uprn, handover, mbps, **more))
        assert (done.state, done.reasons) == (OrderState.COMPLETED, ())
        return self.service(done.service_id or "")

    def service(self, service_id: str) -> Service:
        return front_desk.service(self.house.tools, SYSTEM, service_id)

    def cease(self, service: Service) -> Order:
        self.taken += 1
        order, _ = front_desk.cease_service(self.house.tools, SYSTEM, service.id, idempotency_key=f"cease-{self.taken}")
        return order

    def intents(self, service: Service) -> tuple[CircuitIntent, ...]:
        return circuit_intents(service)

    def end(self, port: PortRef) -> End:
        return next(end for end in self.twin.plan.ends if end.port == port)

    def configs(self, devices: Sequence[str] = ()) -> dict[str, str]:
        names = devices or [device.name for device in self.twin.fleet.devices]
        return {name: self.twin.fleet.running_config(name) for name in names}


@contextmanager
def packet_town(url: str, folder: Path, **more: Any) -> Iterator[PacketTown]:
    """Bring it up, and take it down."""
    inventory = inner()
    snapshot = Snapshot(inventory)
    credentials = Credentials("neutralhost", PASSWORD)
    with PacketTwin.start(snapshot, twin_devices(snapshot), folder=folder, credentials=credentials) as twin:
        settings = settings_of(url, twin.fleet.port, catalogue_file=price_list(folder), **more)
        prepare_database(settings[0])
        house = build(*settings)
        try:
            replace_inventory(house.engine, inventory)
            house.start_worker()
            yield PacketTown(house, twin, snapshot, url)
        finally:
            house.close()


def circuit_of(service: Service) -> Circuit:
    assert service.circuit is not None
    return service.circuit


def in_namespace(outlet: Outlet, *words: str) -> tuple[str, ...]:
    return ("ip", "netns", "exec", outlet.namespace, *words)


def ping(outlet: Outlet, address: str, count: int = 3, every_s: float = 0.05) -> int:
    """How many of so many echoes came back. Neighbours that are just being found get a second chance."""
    for _ in range(2):
        words = ("ping", "-n", "-q", "-c", str(count), "-i", str(every_s), "-W", "1", "-I", outlet.interface, address)
        said = subprocess.run(in_namespace(outlet, *words), capture_output=True, text=True, check=False).stdout
        found = re.search(r"(\d+) received", said)
        got = int(found[1]) if found else 0
        if got:
            break
    return got


@dataclass
class Capture:
    """A tcpdump that runs."""

    program: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    def stop(self) -> list[str]:
        time.sleep(0.2)
        self.program.send_signal(signal.SIGINT)
        self.lines = self.program.communicate(timeout=10)[0].splitlines()
        return self.lines


@contextmanager
def capture(namespace: str, interface: str, what: str = "") -> Iterator[Capture]:
    """Let tcpdump look at an interface. `-Z root`: it may not read namespaces as another user."""
    words = ["tcpdump", "-i", interface, "-e", "-n", "-l", "-Z", "root", "--immediate-mode", *what.split()]
    program = subprocess.Popen(
        ["ip", "netns", "exec", namespace, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert program.stderr is not None
    for line in program.stderr:
        if "listening on" in line:
            break
    taken = Capture(program)
    try:
        yield taken
    finally:
        if program.poll() is None:
            program.kill()
            program.communicate()


def deployer_of(town: PacketTown) -> Deployer:
    return town.house.tools.deployer


def refused(report: DeployReport) -> set[str]:
    return {refusal.device for refusal in report.refusals}


def is_root() -> bool:
    return os.geteuid() == 0
