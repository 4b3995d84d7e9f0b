"""NETCONF over SSH (RFC 6242) for one simulated Junos device."""

import asyncio
import base64
import itertools
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import asyncssh
import structlog

from automation.twin.eapi import Credentials
from automation.twin.faults import Faults
from automation.twin.junos.database import User
from automation.twin.junos.framing import BrokenFraming, Framing
from automation.twin.junos.rpcs import BASE_1_1, Answer, Rpcs
from automation.twin.junos.show import View
from automation.twin.junos.xml import NotXml
from automation.twin.listening import Listener
from automation.twin.traffic import Traffic

_log = structlog.get_logger(__name__)
SUBSYSTEM = "netconf"
_FIRST_SESSION = 10_000  # Junos numbers sessions by the process that serves them
# One of each kind: what paramiko and OpenSSH agree on first, so that a thousand of them cost little.
_ALGORITHMS: dict[str, Any] = {
    "kex_algs": ["curve25519-sha256", "ecdh-sha2-nistp256"],
    "encryption_algs": ["aes128-ctr", "aes256-ctr", "aes128-gcm@openssh.com"],
    "compression_algs": ["none"],
}


class NetconfServer:
    """The management of one device: who is connected, and the socket it listens on unless it is away."""

    def __init__(
        self, view: View, credentials: Credentials, faults: Faults, on_death: Callable[[], None], traffic: Traffic
    ) -> None:
        self.view = view
        self.faults = faults
        self.traffic = traffic
        self.on_death = on_death
        self.sessions: dict[int, NetconfSession] = {}
        self.connections: set[asyncssh.SSHServerConnection] = set()
        self._credentials = credentials
        self._numbers = itertools.count(_FIRST_SESSION)
        self._options = asyncssh.SSHServerConnectionOptions(
            server_factory=partial(_Connection, self),
            server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
            encoding=None,
            login_timeout=30,
            **_ALGORITHMS,
        )
        self._listener = Listener(self._serve)

    def listen(self, address: str, port: int) -> int:
        """Raises: OSError."""
        return self._listener.listen(address, port)

    def close(self) -> None:
        self._listener.close()
        for connection in list(self.connections):
            connection.abort()
        for session in list(self.sessions.values()):
            session.over()

    async def _serve(self, accepted: socket.socket) -> None:
        with suppress(asyncssh.Error):  # who it was did not say what it must, or went away: nobody is left to tell
            connection = await asyncssh.run_server(accepted, options=self._options)
            try:
                await connection.wait_closed()
            finally:
                connection.abort()

    def admits(self, username: str, password: str) -> bool:
        account = base64.b64encode(f"{username}:{password}".encode()).decode()
        return self._credentials.admit(f"Basic {account}")

    def begin(self, session: "NetconfSession", username: str) -> Rpcs:
        number = next(self._numbers)
        self.sessions[number] = session
        return Rpcs(User(username, number, self.view.epoch()), self.view, self._kill)

    def end(self, rpcs: Rpcs) -> None:
        self.sessions.pop(rpcs.user.session, None)
        self.view.database.end(rpcs.user)

    def _kill(self, number: int) -> bool:
        session = self.sessions.get(number)
        if session is not None:
            session.hang_up()
        return session is not None


class _Connection(asyncssh.SSHServer):
    """One SSH connection: a password, and then sessions of the subsystem `netconf`."""

    def __init__(self, server: NetconfServer) -> None:
        self._server = server
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        if self._server.faults.admits_nobody:
            conn.abort()
            return
        self._server.traffic.connections += 1
        self._server.connections.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (asyncssh's signature)
        if self._connection is not None:
            self._server.connections.discard(self._connection)

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return self._server.admits(username, password)

    def session_requested(self) -> "NetconfSession":
        username = self._connection.get_extra_info("username") if self._connection else ""
        return NetconfSession(self._server, str(username))


class NetconfSession(asyncssh.SSHServerSession[bytes]):
    """One NETCONF session: hello, then one answer to each message, in order."""

    def __init__(self, server: NetconfServer, username: str) -> None:
        self._server = server
        self._framing = Framing()
        self._rpcs = server.begin(self, username)
        self._channel: asyncssh.SSHServerChannel[bytes] | None = None
        self._said_hello = False
        self._delayed: asyncio.TimerHandle | None = None

    def connection_made(self, chan: "asyncssh.SSHServerChannel[bytes]") -> None:
        self._channel = chan

    def subsystem_requested(self, subsystem: str) -> bool:
        return subsystem == SUBSYSTEM

    def session_started(self) -> None:
        self._write(self._framing.wrap(self._rpcs.hello()))

    def data_received(self, data: bytes, datatype: int | None) -> None:  # noqa: ARG002 (asyncssh's signature)
        try:
            for message in self._framing.feed(data):
                self._take(message)
        except (BrokenFraming, NotXml) as error:
            _log.info("twin.netconf_message_refused", device=self._server.view.device.name, words=str(error))
            self.hang_up()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (asyncssh's signature)
        self.over()

    def over(self) -> None:
        """Whatever this session had locked or not committed is let go. Twice is the same as once."""
        if self._delayed is not None:
            self._delayed.cancel()
        self._server.end(self._rpcs)

    def hang_up(self) -> None:
        self.over()
        if self._channel is not None:
            self._channel.abort()

    def _take(self, message: bytes) -> None:
        if not self._said_hello:
            self._said_hello = True
            if BASE_1_1.encode() in message and self._rpcs.speaks_chunks():
                self._framing.use_chunks()
            return
        self._server.traffic.requests += 1
        faults = self._server.faults
        if faults.hangs:
            return
        answer = self._rpcs.answer(message)
        if faults.answer_after_s:
            loop = asyncio.get_running_loop()
            self._delayed = loop.call_later(faults.answer_after_s, self._give, answer)
        else:
            self._give(answer)

    def _give(self, answer: Answer) -> None:
        """Send an answer, as far as the faults let it."""
        faults = self._server.faults
        data = self._framing.wrap(answer.message)
        if answer.ends:
            self.over()
        if faults.break_answers:
            faults.break_answers -= 1
            self._write(data[: len(data) // 2])
            self.hang_up()
            return
        self._write(data)
        if answer.committed and faults.die_after_commit:
            faults.die_after_commit = False
            asyncio.get_running_loop().call_soon(self._server.on_death)
        elif answer.ends and self._channel is not None:
            self._channel.exit(0)

    def _write(self, data: bytes) -> None:
        if self._channel is not None:
            self._channel.write(data)
