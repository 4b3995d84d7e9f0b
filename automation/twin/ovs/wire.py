"""Raw frames on an interface of a namespace: sent with any tags, and received with those they came with.

AF_PACKET sockets (packet(7)): the kernel takes the outermost tag out of what it received and hands it over
beside it (PACKET_AUXDATA), so it is put back here.
"""

import os
import select
import socket
import struct
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from automation.twin.errors import TwinProgramFailed
from automation.twin.forwarding import C_TPID, S_TPID

ETHERTYPE = 0x88B5  # IEEE 802 local experimental: nobody else's traffic looks like it
HEADER_BYTES = 14
TAG_BYTES = 4
FCS_BYTES = 4
MOST_BYTES = 9216
_ALL = 0x0003  # ETH_P_ALL
_SOL_PACKET, _AUXDATA, _OUTGOING = 263, 8, 4
_RCVBUFFORCE, _TIMESTAMPNS = 33, 35  # socket(7): past the limit of ordinary programs; the kernel says when it came
_KEPT_BYTES = 64 * 1024 * 1024  # what comes while nobody reads: some seconds of the rates that are tested
_VLAN_VALID, _TPID_VALID = 0x10, 0x40
_BODY = struct.Struct("!8sQQ")  # whose, number, sent at (ns of the one wall clock both ends have)

type Tag = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a probe as it came: its tags, outermost first, its number, nanoseconds on the way, and when
    it came, in seconds of the wall clock."""

    tags: tuple[Tag, ...]
    number: int
    took_ns: int
    size: int
    at_s: float


@contextmanager
def inside(namespace: str) -> Iterator[None]:
    """The calling thread is in the namespace for as long as this lasts. Raises: TwinProgramFailed."""
    try:
        there = os.open(Path("/run/netns") / namespace, os.O_RDONLY)
    except OSError as error:
        raise TwinProgramFailed(("setns", namespace), error.strerror or str(error)) from error
    here = os.open(f"/proc/self/task/{threading.get_native_id()}/ns/net", os.O_RDONLY)
    try:
        os.setns(there, os.CLONE_NEWNET)
        yield
    finally:
        os.setns(here, os.CLONE_NEWNET)
        os.close(there)
        os.close(here)


class Wire:
    """One interface, listened to from the moment this is made."""

    def __init__(self, namespace: str, interface: str) -> None:
        with inside(namespace):
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL))
            self._socket.bind((interface, _ALL))
        self._socket.setsockopt(_SOL_PACKET, _AUXDATA, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, _RCVBUFFORCE, _KEPT_BYTES)
        self._socket.setsockopt(socket.SOL_SOCKET, _TIMESTAMPNS, 1)
        self._socket.setblocking(False)

    def close(self) -> None:
        self._socket.close()

    def send(self, probe: bytes, number: int, tags: Sequence[Tag], size: int, *, source: bytes, to: bytes) -> bool:
        """Send one frame of `size` bytes (without FCS); whether the interface took it."""
        head = to + source + b"".join(struct.pack("!HH", *tag) for tag in tags) + struct.pack("!H", ETHERTYPE)
        body = _BODY.pack(probe, number, time.time_ns())
        try:
            self._socket.send((head + body).ljust(size, b"\0"))
        except (BlockingIOError, OSError):
            return False
        return True

    def received(self, probe: bytes, until: float) -> Iterator[Frame]:
        """The frames of a probe as they come, until a moment of the monotonic clock."""
        while (left := until - time.monotonic()) > 0:
            if select.select([self._socket], [], [], left)[0] and (frame := self._one(probe)) is not None:
                yield frame

    def waiting(self, probe: bytes) -> Iterator[Frame]:
        """The frames of a probe that have come and were not yet fetched."""
        while select.select([self._socket], [], [], 0)[0]:
            if (frame := self._one(probe)) is not None:
                yield frame

    def _one(self, probe: bytes) -> Frame | None:
        try:
            text, ancillary, _flags, address = self._socket.recvmsg(MOST_BYTES, 256)
        except OSError:
            return None
        if address[2] == _OUTGOING:
            return None
        return _read(text, _outermost(ancillary), probe, _arrived_ns(ancillary))


def _arrived_ns(ancillary: Sequence[tuple[int, int, bytes]]) -> int:
    """When the kernel had it, in nanoseconds since 1970."""
    for level, kind, text in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, _TIMESTAMPNS):
            seconds, nanoseconds = struct.unpack("=qq", text[:16])
            return int(seconds) * 1_000_000_000 + int(nanoseconds)
    return time.time_ns()


def _outermost(ancillary: Sequence[tuple[int, int, bytes]]) -> tuple[Tag, ...]:
    for level, kind, text in ancillary:
        if (level, kind) == (_SOL_PACKET, _AUXDATA):
            status, _length, _snapped, _mac, _network, tci, tpid = struct.unpack("=IIIHHHH", text[:20])
            if status & _VLAN_VALID:
                return ((tpid if status & _TPID_VALID else C_TPID, tci & 0xFFF),)
    return ()


def _read(text: bytes, outermost: tuple[Tag, ...], probe: bytes, arrived: int) -> Frame | None:
    tags, at = list(outermost), 12
    while len(text) >= at + 4:
        (kind,) = struct.unpack_from("!H", text, at)
        if kind not in {S_TPID, C_TPID}:
            break
        tags.append((kind, struct.unpack_from("!H", text, at + 2)[0] & 0xFFF))
        at += TAG_BYTES
    if len(text) < at + 2 + _BODY.size or struct.unpack_from("!H", text, at)[0] != ETHERTYPE:
        return None
    whose, number, sent = _BODY.unpack_from(text, at + 2)
    if whose != probe:
        return None
    return Frame(tuple(tags), number, arrived - sent, len(text) + TAG_BYTES * len(outermost), arrived / 1e9)
