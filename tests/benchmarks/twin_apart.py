"""Simulated devices in a process of their own, so that what they cost is not taken for what ours costs.

`python -m tests.benchmarks.twin_apart COUNT ANSWER_AFTER_S KIND` prints one line of JSON when all
listen (port, seconds to get there, megabytes it took), and stays until its standard input ends. For every line it
is sent there it prints what its devices have counted (`Counted`).
KIND is `twin`, or `bare`: as many asyncio servers that answer nothing, the lower bound.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import SecretStr

from automation.twin.eapi import Credentials
from automation.twin.fleet import Fleet
from automation.twin.limits import allow_devices
from automation.twin.model import TwinDevice, TwinPort
from provisioning.long_lived import pass_over_what_stays

USER, PASSWORD = "neutralhost", SecretStr("twin-only")
PORTS = 12


@dataclass(frozen=True, slots=True)
class Apart:
    """What the other process said when it was ready."""

    port: int
    start_s: float
    megabytes: float
    counted: Callable[[], "Counted"]
    """What its devices have counted until now."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Of all devices: sessions that were opened on one that had one, connections and requests."""

    crowded: int
    connections: int
    requests: int


@contextmanager
def twin_apart(count: int, answer_after_s: float = 0.0, kind: str = "twin") -> Iterator[Apart]:
    """Start the other process, and end it."""
    command = [sys.executable, "-m", __name__, str(count), str(answer_after_s), kind]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        told, into = other.stdout, other.stdin

        def counted() -> Counted:
            into.write("count\n")
            into.flush()
            return Counted(**json.loads(told.readline()))

        yield Apart(**json.loads(told.readline()), counted=counted)
        into.close()


def address_of(number: int) -> str:
    """Where device `number` (from 1) listens."""
    return f"127.1.{160 + number // 250}.{number % 250 + 1}"


def name_of(number: int) -> str:
    return f"sw-{number}"


def _device(number: int) -> TwinDevice:
    lines = [f"hostname {name_of(number)}"]
    for port in range(1, PORTS + 1):
        lines += [f"interface Ethernet{port}", "switchport trunk allowed vlan none", "switchport mode trunk"]
    ports = tuple(TwinPort(f"Ethernet{port}", attached=True) for port in range(1, PORTS + 1))
    return TwinDevice(name_of(number), address_of(number), ports, "\n".join(lines) + "\n")


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def main(count: int, answer_after_s: float, kind: str) -> None:
    """Listen, say so, and wait for the end of standard input."""
    allow_devices(count)
    before_mb, began = _resident_mb(), time.perf_counter()
    if kind == "bare":
        asyncio.run(_bare(count, began, before_mb))
        return
    devices = [_device(number) for number in range(1, count + 1)]
    with Fleet.start(devices, credentials=Credentials(USER, PASSWORD)) as fleet:
        _say(fleet.port, began, before_mb)
        for device in devices if answer_after_s else ():
            fleet.answer_after(device.name, answer_after_s)
        pass_over_what_stays()  # a thousand devices do not stand still together while one process collects garbage
        for _ in sys.stdin:
            print(json.dumps(asdict(_counted(fleet))), flush=True)


def _counted(fleet: Fleet) -> Counted:
    traffic = [fleet.traffic(device.name) for device in fleet.devices]
    return Counted(
        sum(fleet.commits(device.name).crowded for device in fleet.devices),
        sum(each.connections for each in traffic),
        sum(each.requests for each in traffic),
    )


async def _bare(count: int, began: float, before_mb: float) -> None:
    servers = [await asyncio.start_server(lambda *_: None, address_of(number), 0) for number in range(1, count + 1)]
    _say(0, began, before_mb)
    await asyncio.to_thread(sys.stdin.read)
    for server in servers:
        server.close()


def _say(port: int, began: float, before_mb: float) -> None:
    ready = {"port": port, "start_s": time.perf_counter() - began, "megabytes": _resident_mb() - before_mb}
    print(json.dumps(ready), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3])
