"""Arista's command API over HTTP/1.1: JSON-RPC 2.0, method runCmds, on POST /command-api.

Only what a device must understand is understood: one request at a time on a connection, bodies with a
length, HTTP Basic. Everything has a limit; what is not a request gets a status, and the connection is closed.
"""

import asyncio
import base64
import hmac
import json
import socket
from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic import SecretStr

from automation.twin.device import Command, CommandsFailed, TwinSwitch
from automation.twin.faults import Faults
from automation.twin.listening import streams
from automation.twin.traffic import Traffic

MAX_HEAD_BYTES = 16 * 1024
MAX_BODY_BYTES = 4 * 1024 * 1024
MAX_COMMANDS = 20_000
IDLE_S = 75.0
HANG_S = 3600.0  # longer than anybody waits
_REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    405: "Method Not Allowed",
    411: "Length Required",
    413: "Content Too Large",
    431: "Request Header Fields Too Large",
}


@dataclass(frozen=True, slots=True)
class Credentials:
    """The one account of a device. The password is never shown."""

    username: str
    password: SecretStr

    def admit(self, header: str) -> bool:
        """Whether an Authorization header names this account; takes equally long whichever part is wrong."""
        expected = f"{self.username}:{self.password.get_secret_value()}".encode()
        scheme, _, encoded = header.partition(" ")
        try:
            given = base64.b64decode(encoded, validate=True) if scheme.lower() == "basic" else b""
        except ValueError:
            given = b""
        return hmac.compare_digest(given, expected)


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request: its first line's parts, its headers (names in lower case), its body."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def keep_alive(self) -> bool:
        return self.headers.get("connection", "").lower() != "close"


class NotHttp(Exception):
    """What came is not a request we take; `status` says so."""

    def __init__(self, status: int) -> None:
        super().__init__(_REASONS[status])
        self.status = status


@dataclass(slots=True)
class EapiServer:
    """The management agent of one device."""

    switch: TwinSwitch
    credentials: Credentials
    on_death: Callable[[], None]
    faults: Faults = field(default_factory=Faults)
    traffic: Traffic = field(default_factory=Traffic)

    async def serve(self, accepted: socket.socket) -> None:
        """Answer the requests of one connection until it ends. Raises: as `Listener.serve` may."""
        if self.faults.admits_nobody:
            return
        self.traffic.connections += 1
        async with streams(accepted, MAX_HEAD_BYTES) as (reader, writer):
            while await self._one(reader, writer):
                pass

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; return whether to wait for another."""
        try:
            async with asyncio.timeout(IDLE_S):
                request = await read_request(reader)
        except NotHttp as refused:
            await _send(writer, refused.status, _REASONS[refused.status].encode(), "text/plain", keep_alive=False)
            return False
        self.traffic.requests += 1
        if self.faults.answer_after_s:
            await asyncio.sleep(self.faults.answer_after_s)
        if self.faults.hangs:
            await asyncio.sleep(HANG_S)
            return False
        before = self.switch.counts.commits + self.switch.counts.timed
        status, body = self._answer(request)
        if self.faults.break_answers and status == 200:
            self.faults.break_answers -= 1
            await _send_half(writer, body)
            return False
        await _send(writer, status, body, "application/json" if status == 200 else "text/plain", request.keep_alive)
        if self.faults.die_after_commit and self.switch.counts.commits + self.switch.counts.timed > before:
            self.on_death()
            return False
        return request.keep_alive

    def _answer(self, request: Request) -> tuple[int, bytes]:
        if request.path != "/command-api":
            return 404, b"Not Found"
        if request.method != "POST":
            return 405, b"Method Not Allowed"
        if not self.credentials.admit(request.headers.get("authorization", "")):
            return 401, b"Unable to authenticate user: Bad username/password combination"
        return 200, json.dumps(answer_rpc(self.switch, request.body)).encode()


async def read_request(reader: asyncio.StreamReader) -> Request:
    """Read one request. Raises: NotHttp; asyncio.IncompleteReadError at the end of the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError:
        raise NotHttp(431) from None
    first, *rest = head.decode("latin-1").split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise NotHttp(400)
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    return Request(parts[0], parts[1], headers, await reader.readexactly(_length(headers)))


def _length(headers: dict[str, str]) -> int:
    length = headers.get("content-length", "0")
    if "transfer-encoding" in headers:
        raise NotHttp(411)
    if not (length.isascii() and length.isdigit()):
        raise NotHttp(400)
    if len(length) > 10 or int(length) > MAX_BODY_BYTES:
        raise NotHttp(413)
    return int(length)


async def _send(writer: asyncio.StreamWriter, status: int, body: bytes, kind: str, keep_alive: bool) -> None:
    writer.write(_head(status, len(body), kind, keep_alive) + body)
    await writer.drain()


async def _send_half(writer: asyncio.StreamWriter, body: bytes) -> None:
    writer.write(_head(200, len(body), "application/json", keep_alive=False) + body[: len(body) // 2])
    await writer.drain()


def _head(status: int, length: int, kind: str, keep_alive: bool) -> bytes:
    challenge = 'WWW-Authenticate: Basic realm="COMMAND_API_AUTH"\r\n' if status == 401 else ""
    lines = f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n{challenge}"
    return f"{lines}Connection: {'keep-alive' if keep_alive else 'close'}\r\n\r\n".encode()


def answer_rpc(switch: TwinSwitch, body: bytes) -> dict[str, object]:
    """Return the JSON-RPC answer to one request body. Error codes: JSON-RPC 2.0 section 5.1, and eAPI's own."""
    try:
        request = json.loads(body)
    except (ValueError, RecursionError):
        return _error(None, -32700, "Parse error")
    if not isinstance(request, dict) or request.get("jsonrpc") != "2.0":
        return _error(None, -32600, "Invalid Request")
    identifier = request.get("id")
    if request.get("method") != "runCmds":
        return _error(identifier, -32601, "Method not found")
    commands = _commands(request.get("params"))
    if commands is None:
        return _error(identifier, -32602, "Invalid params")
    return _run(switch, identifier, commands, request["params"])


def _commands(params: object) -> tuple[Command, ...] | None:
    if not isinstance(params, dict) or params.get("version") not in (1, "latest"):
        return None
    given = params.get("cmds")
    if not isinstance(given, list) or len(given) > MAX_COMMANDS:
        return None
    commands = [_command(one) for one in given]
    return None if None in commands else tuple(one for one in commands if one is not None)


def _command(given: object) -> Command | None:
    if isinstance(given, str):
        return Command(given)
    if isinstance(given, dict) and isinstance(given.get("cmd"), str):
        return Command(given["cmd"], str(given.get("input", "")))
    return None


def _run(
    switch: TwinSwitch, identifier: object, commands: tuple[Command, ...], params: dict[str, object]
) -> dict[str, object]:
    try:
        results = switch.run(
            commands, as_text=params.get("format") == "text", auto_complete=params.get("autoComplete") is True
        )
    except CommandsFailed as failed:
        refusal = failed.refusal
        shown = commands[failed.index].text
        message = f"CLI command {failed.index + 1} of {len(commands)} '{shown}' failed: {refusal.summary}"
        return _error(identifier, refusal.code, message, [*failed.results, {"errors": [refusal.text]}])
    return {"jsonrpc": "2.0", "id": identifier, "result": results}


def _error(identifier: object, code: int, message: str, data: list[object] | None = None) -> dict[str, object]:
    error: dict[str, object] = {"code": code, "message": message}
    if data is not None:
        error["data"] = data
    return {"jsonrpc": "2.0", "id": identifier, "error": error}
