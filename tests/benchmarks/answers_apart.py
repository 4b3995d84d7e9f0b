"""An answerer of eAPI in a process of its own, for measuring what reading many devices costs: it only knows texts.

`python -m tests.benchmarks.answers_apart FOLDER COUNT ANSWER_AFTER_S` listens as `COUNT` devices (`twin_apart`'s
addresses) on one port, prints that port, and stays until its standard input ends. Each device answers `show
running-config` with the text of FOLDER named after it, after so many seconds. Not a simulated device: it keeps no
configuration, and is there so that what a device costs is not taken for what reading and comparing cost.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from automation.twin.limits import allow_devices
from tests.benchmarks.twin_apart import address_of, name_of

_VERSION = {"version": "4.31.2F", "modelName": "DCS-7280SR3-48YC8", "serialNumber": "SIM", "systemMacAddress": "02:00"}


@contextmanager
def answers_apart(folder: Path, count: int, answer_after_s: float) -> Iterator[int]:
    """Start the other process, give its port, and end it."""
    command = [sys.executable, "-m", __name__, str(folder), str(count), str(answer_after_s)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        yield int(other.stdout.readline())
        other.stdin.close()


class _Answerer:
    def __init__(self, folder: Path, count: int, answer_after_s: float) -> None:
        self._names = {address_of(number): name_of(number) for number in range(1, count + 1)}
        self._folder = folder
        self._answer_after_s = answer_after_s

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Requests of one connection, one after the other."""
        device = self._names[writer.get_extra_info("sockname")[0]]
        while head := await self._head(reader):
            length = next(int(line[15:]) for line in head.split("\r\n") if line.lower().startswith("content-length:"))
            asked = json.loads(await reader.readexactly(length))
            await asyncio.sleep(self._answer_after_s)
            writer.write(_http(self._answer(device, asked)))
            await writer.drain()
        writer.close()

    async def _head(self, reader: asyncio.StreamReader) -> str:
        try:
            return (await reader.readuntil(b"\r\n\r\n")).decode()
        except (asyncio.IncompleteReadError, ConnectionResetError):
            return ""

    def _answer(self, device: str, asked: dict[str, object]) -> bytes:
        params = asked["params"]
        assert isinstance(params, dict)
        commands = [one if isinstance(one, str) else one["cmd"] for one in params["cmds"]]
        results = [self._result(device, command, as_text=params["format"] == "text") for command in commands]
        return json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": results}).encode()

    def _result(self, device: str, command: str, *, as_text: bool) -> dict[str, object]:
        if command.startswith("show running-config"):
            return {"output": (self._folder / device).read_text(encoding="ascii")}
        return {"output": ""} if as_text else dict(_VERSION)


def _http(body: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def _main(folder: Path, count: int, answer_after_s: float) -> None:
    answerer = _Answerer(folder, count, answer_after_s)
    servers = [await asyncio.start_server(answerer.serve, address_of(1), 0, backlog=256)]
    port = servers[0].sockets[0].getsockname()[1]
    for number in range(2, count + 1):
        server = await asyncio.start_server(answerer.serve, address_of(number), port, backlog=256)
        servers.append(server)
    print(port, flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    allow_devices(int(sys.argv[2]))
    asyncio.run(_main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
