"""Send one message to one listener: no redirect is followed, no proxy asked, and nothing waits longer than it may.

The connection goes to an address that was checked (`targets`), with the listener's own name in TLS and in
the Host header. One deadline holds for all of it: a listener that answers a byte a second gets no more of it.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from provisioning.listener_errors import ListenerRefused
from provisioning.targets import Resolve, Target, addresses_of, resolve_by_system

MOST_READ = 2_000  # bytes of an answer
MOST_KEPT = 500  # characters of it
MOST_ADDRESSES = 3  # tried one after the other
GONE = 410


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _open_socket(address: str, port: int, timeout_s: float) -> socket.socket:
    return socket.create_connection((address, port), timeout=timeout_s)


@dataclass(frozen=True)
class Wire:
    """What leads out of the house: names, sockets and TLS. Tests put their own in its place."""

    resolve: Resolve = resolve_by_system
    open_socket: Callable[[str, int, float], socket.socket] = _open_socket
    tls: Callable[[], ssl.SSLContext] = field(default=_tls)


@dataclass(frozen=True, slots=True)
class Sent:
    """How it went. `status` None: there was no answer, and `said` is why."""

    status: int | None
    seconds: float
    said: str

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        return self.status == GONE


def send(wire: Wire, target: Target, headers: Mapping[str, str], body: bytes, timeout_s: float) -> Sent:
    """Post the body, and say how it went; whatever the other side does is an answer, and never an error."""
    began = time.monotonic()
    try:
        addresses = addresses_of(target, wire.resolve)
        status, said = _post(wire, target, addresses, headers, body, began + timeout_s)
    except ListenerRefused as refused:
        return Sent(None, time.monotonic() - began, refused.sentence[:MOST_KEPT])
    except (OSError, http.client.HTTPException, ValueError) as error:
        seconds = time.monotonic() - began
        why = f"no answer within {timeout_s:g} s" if seconds >= timeout_s else _words(error)
        return Sent(None, seconds, why)
    if 300 <= status < 400:
        said = "Redirects are not followed. " + said
    return Sent(status, time.monotonic() - began, said[:MOST_KEPT])


def _post(
    wire: Wire, target: Target, addresses: Sequence[str], headers: Mapping[str, str], body: bytes, deadline: float
) -> tuple[int, str]:
    # TLS takes the socket over, so that what may have to be cut from outside is a second handle on it.
    with _connect(wire, target, addresses, deadline) as opened, opened.dup() as handle:
        watch = threading.Timer(max(0.0, deadline - time.monotonic()), _cut, (handle,))
        watch.daemon = True
        watch.start()
        try:
            with wire.tls().wrap_socket(opened, server_hostname=target.host) if target.is_tls else opened as wrapped:
                answer = _exchange(wrapped, target, headers, body)
        finally:
            watch.cancel()
    if time.monotonic() >= deadline:
        raise TimeoutError  # what was cut off in the middle may look like an answer
    return answer


def _exchange(opened: socket.socket, target: Target, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.sock = opened
    own = {"Host": target.host_header, "User-Agent": "neutralhost", "Connection": "close"}
    connection.request("POST", target.path, body, {**own, "Content-Type": "application/json", **headers})
    answer = connection.getresponse()
    read = answer.read(MOST_READ)
    return answer.status, "".join(letter if letter.isprintable() else " " for letter in read.decode(errors="replace"))


def _connect(wire: Wire, target: Target, addresses: Sequence[str], deadline: float) -> socket.socket:
    """Connect to the first of the addresses that lets us. Raises: OSError, of the last one."""
    last: OSError = TimeoutError()
    for address in addresses[:MOST_ADDRESSES]:
        left_s = deadline - time.monotonic()
        if left_s <= 0:
            break
        try:
            return wire.open_socket(address, target.port, left_s)
        except OSError as error:
            last = error
    raise last


def _cut(opened: socket.socket) -> None:
    """End whatever waits on this socket, in whichever thread."""
    try:
        opened.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it ended by itself


def _words(error: Exception) -> str:
    """What happened, in words that hold nothing of ours."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return "TLS failed"
    if isinstance(error, ConnectionRefusedError):
        return "it refuses the connection"
    if isinstance(error, TimeoutError):
        return "no connection in time"
    if isinstance(error, http.client.HTTPException | ValueError):
        return "its answer is not HTTP"
    return error.__class__.__name__ if not isinstance(error, OSError) else (error.strerror or "the connection broke")
