"""A thousand devices in one process, and what a device makes of bytes that are no request."""

import asyncio
import gc
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from napalm import get_network_driver
from pydantic import SecretStr

from automation.errors import TwinNeedsFiles
from automation.settings import AutomationSettings
from automation.twin import limits
from automation.twin.eapi import MAX_BODY_BYTES, MAX_HEAD_BYTES, Credentials
from automation.twin.fleet import Fleet
from automation.twin.listening import Listener
from automation.twin.model import TwinDevice, TwinPort
from automation.twin.run import run_twin, twin_rows
from inventory.devices import Device, DeviceRole
from inventory.snapshot import Inventory, Snapshot
from tests.integration.running import wait_until

ACCOUNT = Credentials("nh", SecretStr("pw"))
DAY_ZERO = "management api http-commands\n   no shutdown\ninterface Ethernet1\n   switchport mode trunk\n"


def devices(count: int) -> tuple[TwinDevice, ...]:
    ports = tuple(TwinPort(f"Ethernet{number}") for number in range(1, 5))
    return tuple(
        TwinDevice(
            f"sw{number}", f"127.1.{80 + number // 250}.{number % 250 + 1}", ports, f"hostname sw{number}\n{DAY_ZERO}"
        )
        for number in range(count)
    )


def test_a_thousand_devices_run_in_one_process_and_each_is_its_own() -> None:
    with Fleet.start(devices(1000), credentials=ACCOUNT) as fleet:
        sample = fleet.devices[::20]
        options = {"transport": "http", "port": fleet.port}

        def configure(device: TwinDevice) -> str:
            driver = get_network_driver("eos")(device.address, "nh", "pw", optional_args=options)
            driver.open()
            driver.load_merge_candidate(config=f"vlan 7\nname {device.name}")
            driver.commit_config()
            driver.close()
            return str(driver.get_facts()["hostname"])

        with ThreadPoolExecutor(10) as pool:
            names = list(pool.map(configure, sample))

        assert names == [device.name for device in sample]
        assert all(f"   name {device.name}\n" in fleet.running_config(device.name) for device in sample)
        assert "vlan 7" not in fleet.running_config("sw1")


def test_too_few_open_files_are_told_before_anything_starts() -> None:
    command = (
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (256, 300))\n"
        "from automation.twin.limits import allow_devices\n"
        "allow_devices(1)\n"
        "allow_devices(1000)"
    )
    ended = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=False)

    assert ended.returncode != 0
    assert "1000 simulated devices need 4256 open files, and this system allows 300." in ended.stderr
    assert str(TwinNeedsFiles(1, 2, 3)).endswith("or simulate fewer devices.")
    assert limits.FILES_A_DEVICE == 4


@pytest.fixture(scope="module")
def fleet() -> Iterator[Fleet]:
    with Fleet.start(devices(1), credentials=ACCOUNT) as fleet:
        yield fleet


def send(fleet: Fleet, sent: bytes) -> bytes:
    """What the device answers to these bytes, until it closes."""
    with socket.create_connection((fleet.devices[0].address, fleet.port), timeout=5) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received


def post(body: bytes, *headers: str, path: str = "/command-api") -> bytes:
    lines = [f"POST {path} HTTP/1.1", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET /command-api HTTP/1.1\r\n\r\n", 405),
        (post(b"{}", path="/"), 404),
        (post(b"{}"), 401),
        (post(b"{}", "Authorization: Basic bmg6d3Jvbmc="), 401),
        (b"POST /command-api HTTP/1.1\r\nContent-Length: minus\r\n\r\n", 400),
        (f"POST /command-api HTTP/1.1\r\nContent-Length: {MAX_BODY_BYTES + 1}\r\n\r\n".encode(), 413),
        (b"POST /command-api HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", 413),
        (b"POST /command-api HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
        (b"POST /command-api HTTP/1.1\r\nX: " + b"a" * (2 * MAX_HEAD_BYTES) + b"\r\n\r\n", 431),
    ],
)
def test_what_is_not_a_request_is_answered_with_a_status(fleet: Fleet, sent: bytes, status: int) -> None:
    assert send(fleet, sent).startswith(f"HTTP/1.1 {status} ".encode())


def test_half_a_request_gets_no_answer_and_harms_nobody(fleet: Fleet) -> None:
    assert send(fleet, b"POST /command-api HTTP/1.1\r\nContent-Le") == b""
    assert send(fleet, b"POST /command-api HTTP/1.1\r\nContent-Length: 50\r\n\r\n{") == b""
    assert send(fleet, post(b"{}")).startswith(b"HTTP/1.1 401")


def test_a_connection_is_kept_for_the_next_request(fleet: Fleet) -> None:
    once = post(b"{}", "Authorization: Basic bmg6cHc=")

    assert send(fleet, once * 3).count(b"HTTP/1.1 200 OK") == 3
    assert send(fleet, post(b"{}", "Authorization: Basic bmg6cHc=", "Connection: close") * 3).count(b"200 OK") == 1


def test_the_command_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    with socket.create_server(("127.1.90.1", 0)) as probe:
        port = probe.getsockname()[1]
    switch = Device("sw", DeviceRole.SWITCH, "eos", "Arista", "7050", "SN1", "quay", None, "127.1.90.1")
    snapshot = Snapshot(Inventory(devices=(switch,)))
    settings = AutomationSettings(device_password=SecretStr("pw"), eapi_port=port, _env_file=None)  # type: ignore[call-arg]  # pydantic-settings' own
    stop = threading.Event()
    seen: list[str] = []

    def ready(fleet: Fleet) -> None:
        seen.append(fleet.running_config("sw"))
        stop.set()

    run_twin(snapshot, settings, startup_dir=tmp_path, on_ready=ready, stop=stop)

    assert "hostname sw\n" in seen[0]
    assert [(row.name, row.address, row.port) for row in twin_rows(snapshot, settings)] == [("sw", "127.1.90.1", port)]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.1.90.1", port), timeout=1)


@pytest.mark.parametrize("platform", ["eos", "junos", "openwrt"])
def test_a_device_that_reboots_again_and_again_while_people_come_leaves_no_socket_open(platform: str) -> None:
    before = open_sockets()
    config = DAY_ZERO if platform == "eos" else ""
    with Fleet.start((TwinDevice("box", "127.1.92.1", (), config, platform=platform),), credentials=ACCOUNT) as fleet:
        with ThreadPoolExecutor(4) as pool:
            over = threading.Event()
            callers = [pool.submit(call_until, over, fleet.devices[0].address, fleet.ports[platform]) for _ in range(4)]
            for _ in range(150):
                fleet.reboot("box")
            over.set()
        assert sum(caller.result() for caller in callers) > 0
        assert fleet.answers("box")
        # Nothing but the listening socket, and what the loop itself needs.
        wait_until(lambda: open_sockets() <= before + 3, 10.0)
    gc.collect()  # a socket that was forgotten tells now, and a warning is an error here
    assert open_sockets() <= before


def test_a_connection_is_broken_before_the_loop_goes_on_so_that_nobody_asks_over_it_again() -> None:
    async def scene() -> bytes:
        begun = asyncio.Event()

        async def serve(_accepted: socket.socket) -> None:
            begun.set()
            await asyncio.Event().wait()

        listener = Listener(serve)
        with socket.create_connection(("127.0.0.1", listener.listen("127.0.0.1", 0)), timeout=5) as client:
            await begun.wait()
            listener.close()
            said = client.recv(1)  # the loop stands still meanwhile
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})
        return said

    assert asyncio.run(scene()) == b""


def call_until(over: threading.Event, address: str, port: int) -> int:
    """Connect and go again, until told; return how often somebody was there."""
    came = 0
    while not over.is_set():
        with suppress(OSError), socket.create_connection((address, port), timeout=5):
            came += 1
    return came


def open_sockets() -> int:
    """How many sockets this process has open."""
    count = 0
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            count += str(entry.readlink()).startswith("socket:")
    return count
