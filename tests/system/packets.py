"""A whole house on the packet twin of the example's inner part: real devices' protocols, real frames, the real product.

Made once a module. Where root or a program is missing, the reason is shown and the tests are skipped.
"""

import itertools
import json
import re
import secrets
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from napalm import get_network_driver
from pydantic import SecretStr

from automation.birth.prober import Probed, ProbeTask, When
from automation.deployer import Deployer
from automation.intents import BandwidthProfile, CircuitIntent
from automation.settings import AutomationSettings
from automation.twin.eapi import Credentials
from automation.twin.errors import TwinLacksPrograms, TwinNeedsRoot
from automation.twin.forwarding import S_TPID
from automation.twin.openwrt.authority import twin_authority
from automation.twin.ovs.ends import Outlet
from automation.twin.ovs.naming import interface_name
from automation.twin.ovs.plan import End
from automation.twin.ovs.probes import OvsProber
from automation.twin.ovs.programs import require_packets, run
from automation.twin.ovs.twin import PacketTwin
from automation.twin.ovs.wire import Wire
from automation.twin.topology import twin_devices
from inventory.devices import PortRef, PortRole
from inventory.examples import example_folder
from inventory.files.bundle import read_bundle
from inventory.links import Link
from inventory.parts import INNER, part_of
from inventory.snapshot import Inventory, Snapshot
from inventory.store.mirror import replace_inventory
from provisioning import front_desk
from provisioning.bootstrap import House, build, prepare_database
from provisioning.front_desk import SYSTEM
from provisioning.orders import ENDED, Order, OrderRequest, OrderState, WaitsFor
from provisioning.services import Circuit, Service
from provisioning.translate import circuit_intents
from tests.integration.running import PASSWORD, settings_of, wait_until

ROOT = Path(__file__).parents[2]
PEPPER = SecretStr("pepper-of-these-tests")
PRODUCT = "access-eline"


HOME_UNI, ISP_PORT = PortRef("nte-0014", "Ethernet1"), PortRef("sw-science-park-1", "Ethernet41")
MBPS = 20  # the twin forwards 150 Mbit/s in software; 20 Mbit/s is the speed the tests sell
_SOLD = "bandwidth_mbps = 100\ncir_mbps = 100\neir_mbps = 0\ncbs_bytes = 125000"
# The burst stays: what queues while a busy machine holds a switch up for some hundredths of a second must not be lost.
_INSTEAD = f"bandwidth_mbps = {MBPS}\ncir_mbps = {MBPS}\neir_mbps = 0\ncbs_bytes = 125000"


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
    """The inner part, its access points with the addresses they get when they phone home."""
    found = part_of(read_bundle(example_folder("manchester")), INNER)
    numbers = itertools.count(1)
    return replace(
        found,
        devices=tuple(
            replace(one, management_address=f"127.1.20.{next(numbers)}") if one.platform == "openwrt" else one
            for one in found.devices
        ),
    )


def automation_of(town: "PacketTown", folder: Path) -> AutomationSettings:
    """How every device of the twin is spoken to: access points over HTTPS, by the twin's own authority."""
    return _spoken(settings_of(town.url, town.twin.fleet.port)[1], town.twin, folder)


def _spoken(settings: AutomationSettings, twin: PacketTwin, folder: Path) -> AutomationSettings:
    authority = folder / "authority.pem"
    authority.write_text(twin_authority().pem)
    changed = {"ubus_port": twin.fleet.ports["openwrt"], "ubus_ca_file": authority, "token_pepper": PEPPER}
    return settings.model_copy(update=changed)


@dataclass
class PacketTown:
    """The house, its twin, and what a test asks of them."""

    house: House
    twin: PacketTwin
    snapshot: Snapshot
    url: str
    taken: int = field(default=0)

    def order(self, uprn: str, handover: str, mbps: int = MBPS, product: str = PRODUCT, **more: Any) -> Order:
        self.taken += 1
        isp = self.snapshot.handover(handover).isp_code
        request = OrderRequest(product, uprn, handover, mbps, 12, **more)
        order, _ = front_desk.place_order(
            self.house.tools, SYSTEM, request, idempotency_key=f"order-{self.taken}", isp_code=isp
        )
        return order

    def wait(self, order: Order, timeout_s: float = 180.0) -> Order:
        deadline = time.monotonic() + timeout_s
        while (now := front_desk.order(self.house.tools, SYSTEM, order.id)).state not in ENDED:
            assert time.monotonic() < deadline, f"{order.id} still at {now.step}"
            time.sleep(0.02)
        return now

    def until_it_waits(self, order: Order, timeout_s: float = 120.0) -> None:
        """Until it waits for somebody's yes."""
        deadline = time.monotonic() + timeout_s
        while (now := front_desk.order(self.house.tools, SYSTEM, order.id)).waits_for is not WaitsFor.APPROVAL:
            assert time.monotonic() < deadline, f"{order.id} at {now.step}: {now.reasons}"
            assert now.state not in ENDED, now.reasons
            time.sleep(0.02)

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
def packet_town(url: str, folder: Path, *, probing: bool = False, **more: Any) -> Iterator[PacketTown]:
    """Bring it up, and take it down; where it is `probing`, every circuit is tested with frames before it is kept."""
    inventory = inner()
    snapshot = Snapshot(inventory)
    credentials = Credentials("neutralhost", PASSWORD)
    with PacketTwin.start(snapshot, twin_devices(snapshot), folder=folder, credentials=credentials) as twin:
        kept, spoken, sold = settings_of(url, twin.fleet.port, catalogue_file=price_list(folder), **more)
        prepare_database(kept)
        sold = sold.model_copy(update={"token_pepper": PEPPER})
        house = build(
            kept,
            _spoken(spoken, twin, folder),
            sold,
            prober=OvsProber(twin.plan.ends, dict(twin.plan.namespaces)) if probing else None,
        )
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


def ping(outlet: Outlet, address: str, count: int = 3, every_s: float = 0.05, tries: int = 2) -> int:
    """How many of so many echoes came back. Neighbours that are just being found get a second chance."""
    for _ in range(tries):
        words = ("ping", "-n", "-q", "-c", str(count), "-i", str(every_s), "-W", "1", "-I", outlet.interface, address)
        said = subprocess.run(in_namespace(outlet, *words), capture_output=True, text=True, check=False).stdout
        found = re.search(r"(\d+) received", said)
        got = int(found[1]) if found else 0
        if got == count:
            break
    return got


@dataclass
class Capture:
    """A tcpdump that runs."""

    program: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    def stop(self) -> list[str]:
        time.sleep(0.5)
        self.program.send_signal(signal.SIGINT)
        self.lines = self.program.communicate(timeout=60)[0].splitlines()
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


type EchoTags = set[tuple[str, ...]]


def echo_tags(lines: Sequence[str]) -> EchoTags:
    """How the echoes of a capture were tagged: direction, the outer tag's TPID, and the VLAN ids, outermost first."""
    echoes = [line for line in lines if "ICMP echo" in line]
    return {
        (
            "request" if "echo request" in line else "reply",
            *re.findall(r"\((0x88a8|0x8100)\)", line)[:1],
            *re.findall(r"vlan (\d+)", line),
        )
        for line in echoes
    }


def both_ways(*tags: object) -> EchoTags:
    """The same tags on requests and replies."""
    return {(way, *map(str, tags)) for way in ("request", "reply")}


def wait_for_lacp(twin: PacketTwin, members: Sequence[Link]) -> None:
    """Until both ends send on every one of these cables: LACP takes its time to join them to their port-channel."""
    naming = twin.network.naming

    def is_sent_on(end: PortRef) -> bool:
        folder = naming.run_folder / f"d-{naming.device(end.device).removeprefix(naming.prefix)}"
        bonds = run("ovs-appctl", "-t", str(folder / "ovs-vswitchd.ctl"), "bond/show")
        return f" {interface_name(end.port)}: enabled\n" in bonds

    wait_until(lambda: all(is_sent_on(end) for link in members for end in (link.a, link.z)), 60.0)


def deployer_of(town: PacketTown) -> Deployer:
    return town.house.tools.deployer


def circuit_to_be(town: PacketTown, uprn: str, handover: str) -> Circuit:
    """What is to be probed before there is a service: its UNI and handover, and a tag nobody has."""
    [nte] = town.snapshot.ntes_at(uprn)
    uni = town.snapshot.ports_of(nte.name, PortRole.UNI)[0].ref
    there = town.snapshot.handover(handover)
    return Circuit(uni, handover, there.port, there.s_vlans.last, (), (), 0.0, BandwidthProfile(MBPS, 0, 25_000, 0))


def probed(town: PacketTown, circuit: Circuit, when: When, *, seconds: float = 1.0) -> Probed:
    """Measure a circuit, with every other end of the twin listening for what strays."""
    others = tuple(end.port for end in town.twin.plan.ends if end.port not in {circuit.uni, circuit.handover_port})
    profile = circuit.profile
    task = ProbeTask(
        "test", when, circuit.uni, circuit.handover_port, True, circuit.s_vlan, None, None,
        profile.cir_mbps, profile.eir_mbps, 1518, seconds, seconds < 1, others,
    )  # fmt: skip
    return OvsProber(town.twin.plan.ends).probe(task)


def open_driver(town: PacketTown, device: str) -> Any:
    """NAPALM's own driver, open."""
    address = town.snapshot.device(device).management_address
    options = {"transport": "http", "port": town.twin.fleet.port}
    driver = get_network_driver("eos")(address, "neutralhost", PASSWORD.get_secret_value(), optional_args=options)
    driver.open()
    return driver


def udp_mbps(near: Outlet, far: Outlet, address: str, offered_mbps: int, *, enough_mbps: float) -> float:
    """What iperf3 counts, the best of a few tries where it is too little: a busy machine cannot offer so much."""
    best = 0.0
    for _ in range(4):
        best = max(best, _udp_mbps(near, far, address, offered_mbps))
        if best >= enough_mbps:
            break
    return best


def _udp_mbps(near: Outlet, far: Outlet, address: str, offered_mbps: int) -> float:
    """What iperf3 counts at the far end of two seconds of UDP, without what the first burst let through."""
    server = subprocess.Popen(
        in_namespace(far, "iperf3", "-s", "-1", "--forceflush"), stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    for line in server.stdout:
        if "listening" in line:
            break
    words = ("iperf3", "-c", address, "-u", "-b", f"{offered_mbps}M", "-t", "2", "-l", "1200", "-O", "1", "-J")
    said = subprocess.run(in_namespace(near, *words), capture_output=True, text=True, check=True).stdout
    server.communicate(timeout=60)
    total = json.loads(said)["end"]["sum_received"]
    frame, payload = 1200 + 8 + 20 + 14 + 4, 1200  # UDP, IP, Ethernet, C-tag: the profile counts frames
    return float(total["bits_per_second"]) / 1e6 * frame / payload


class Stream:
    """Frames at a steady rate from a UNI to a handover, and how many came. The handover says something now and then."""

    fps = 200

    def __init__(self, uni: End, isp: End, s_vlan: int) -> None:
        self._probe = secrets.token_bytes(8)
        self._near, self._far = Wire(uni.namespace, uni.interface), Wire(isp.namespace, isp.interface)
        self._tag = (S_TPID, s_vlan)
        self._stop = threading.Event()
        self._numbers: set[int] = set()
        self.sent = 0

    @property
    def received(self) -> int:
        return len(self._numbers)

    def wait_for_frames(self, timeout_s: float = 60.0) -> None:
        """Until ten frames in a row pass: spanning trees take their time to agree."""
        deadline, passed, probe = time.monotonic() + timeout_s, 0, secrets.token_bytes(8)
        while passed < 10:
            assert time.monotonic() < deadline, "no frame passes"
            self._back(probe)
            self._near.send(probe, 0, (), 100, source=NEAR, to=FAR)
            came = any(True for _ in self._far.received(probe, time.monotonic() + 0.1))
            passed = passed + 1 if came else 0

    def __enter__(self) -> "Stream":
        self._threads = [threading.Thread(target=self._send), threading.Thread(target=self._receive)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._near.close()
        self._far.close()

    def _back(self, probe: bytes) -> None:
        self._far.send(probe, 0, (self._tag,), 100, source=FAR, to=NEAR)

    def _send(self) -> None:
        next_at = time.monotonic()
        while not self._stop.is_set():
            if self.sent % 20 == 0:
                self._back(secrets.token_bytes(8))
            self.sent += self._near.send(self._probe, self.sent, (), 100, source=NEAR, to=FAR)
            next_at += 1 / self.fps
            time.sleep(max(0.0, next_at - time.monotonic()))

    def _receive(self) -> None:
        while not self._stop.is_set():
            self._numbers |= {one.number for one in self._far.received(self._probe, time.monotonic() + 0.1)}
        self._numbers |= {one.number for one in self._far.received(self._probe, time.monotonic() + 0.3)}


NEAR, FAR = bytes.fromhex("02bb00000001"), bytes.fromhex("02bb00000002")
