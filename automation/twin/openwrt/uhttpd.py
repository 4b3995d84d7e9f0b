"""What uhttpd does for ubus: JSON-RPC 2.0 on POST /ubus, over HTTPS, or over HTTP on the same port.

A real uhttpd listens on two ports; here the first octet of a connection says which it is (a TLS handshake record
begins with 0x16, RFC 8446 clause 5.1). "ubus (OpenWrt micro bus architecture)", OpenWrt wiki, "Access to ubus
over HTTP".
"""

import asyncio
import json
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from automation.twin.eapi import IDLE_S, MAX_HEAD_BYTES, NotHttp, Request, read_request
from automation.twin.faults import Faults
from automation.twin.listening import streams
from automation.twin.traffic import Traffic

HANG_S = 3600.0
_TLS_HANDSHAKE = b"\x16"
_REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 411: "Length Required",
            413: "Content Too Large", 431: "Request Header Fields Too Large"}  # fmt: skip

PARSE_ERROR, INVALID_REQUEST, NO_METHOD, INVALID_PARAMS = -32700, -32600, -32601, -32602  # JSON-RPC 2.0, 5.1
NO_OBJECT, NO_SESSION, NO_ACCESS = -32000, -32001, -32002  # uhttpd's own (ubus.c)
_MESSAGES = {
    PARSE_ERROR: "Parse error",
    INVALID_REQUEST: "Invalid request",
    NO_METHOD: "Method not found",
    INVALID_PARAMS: "Invalid parameters",
    NO_OBJECT: "Object not found",
    NO_ACCESS: "Access denied",
}

type Call = Callable[[str, str, str, dict[str, Any]], "Answered"]


@dataclass(frozen=True, slots=True)
class Answered:
    """What a call came to: an error of JSON-RPC's, or ubus's code with what it answers."""

    error: int = 0
    code: int = 0
    answer: dict[str, Any] = field(default_factory=dict)

    def json(self, identifier: object) -> dict[str, object]:
        head: dict[str, object] = {"jsonrpc": "2.0", "id": identifier}
        if self.error:
            return head | {"error": {"code": self.error, "message": _MESSAGES[self.error]}}
        return head | {"result": [self.code, self.answer] if self.answer or not self.code else [self.code]}


@dataclass(slots=True)
class Uhttpd:
    """The web server of one device. `commits` counts what may be lost behind its answer; `die` then goes away."""

    call: Call
    faults: Faults
    commits: Callable[[], int]
    die: Callable[[], None]
    context: Callable[[], ssl.SSLContext]
    traffic: Traffic = field(default_factory=Traffic)

    async def serve(self, accepted: socket.socket) -> None:
        """Answer the requests of one connection until it ends. Raises: as `Listener.serve` may."""
        if self.faults.admits_nobody:
            return
        self.traffic.connections += 1
        async with asyncio.timeout(IDLE_S):
            context = self.context() if await _first_octet(accepted) == _TLS_HANDSHAKE else None
        async with streams(accepted, MAX_HEAD_BYTES, context) as (reader, writer):
            while await self._one(reader, writer):
                pass

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; return whether to wait for another."""
        try:
            async with asyncio.timeout(IDLE_S):
                request = await read_request(reader)
        except NotHttp as refused:
            await _send(writer, refused.status, _REASONS[refused.status].encode(), keep_alive=False)
            return False
        self.traffic.requests += 1
        await asyncio.sleep(HANG_S if self.faults.hangs else self.faults.answer_after_s)
        before = self.commits()
        status, body = self._answer(request)
        if self.faults.break_answers and status == 200:
            self.faults.break_answers -= 1
            await _send(writer, status, body, keep_alive=False, half=True)
            return False
        await _send(writer, status, body, keep_alive=request.keep_alive)
        if self.faults.die_after_commit and self.commits() > before:
            self.die()
            return False
        return request.keep_alive

    def _answer(self, request: Request) -> tuple[int, bytes]:
        if request.path != "/ubus":
            return 404, b"Not Found"
        if request.method != "POST":
            return 405, b"Method Not Allowed"
        return 200, json.dumps(self._answer_rpc(request.body)).encode()

    def _answer_rpc(self, body: bytes) -> dict[str, object]:
        try:
            asked = json.loads(body)
        except (ValueError, RecursionError):
            return Answered(PARSE_ERROR).json(None)
        if not isinstance(asked, dict) or asked.get("jsonrpc") != "2.0":
            return Answered(INVALID_REQUEST).json(None)
        if asked.get("method") != "call":
            return Answered(NO_METHOD).json(asked.get("id"))
        match asked.get("params"):
            case [str(sid), str(name), str(method), dict(arguments)]:
                return self.call(sid, name, method, arguments).json(asked.get("id"))
        return Answered(INVALID_PARAMS).json(asked.get("id"))


async def _first_octet(accepted: socket.socket) -> bytes:
    """The first octet of a connection, left where it is. Raises: OSError."""
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    loop.add_reader(accepted, readable.set)
    try:
        await readable.wait()
    finally:
        loop.remove_reader(accepted)
    first = accepted.recv(1, socket.MSG_PEEK)
    if not first:
        raise ConnectionResetError
    return first


async def _send(
    writer: asyncio.StreamWriter, status: int, body: bytes, *, keep_alive: bool, half: bool = False
) -> None:
    head = (
        f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: {'keep-alive' if keep_alive else 'close'}\r\n\r\n"
    )
    writer.write(head.encode() + (body[: len(body) // 2] if half else body))
    await writer.drain()
