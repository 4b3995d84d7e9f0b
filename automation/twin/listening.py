"""Where a simulated device is reached: a TCP port that can be closed at any moment with nothing left behind.

asyncio's own Server forgets a connection that was accepted but is not attached yet when it is closed, and leaves its
socket open (CPython issue 109564). Here each accepted socket belongs to a task from its first moment.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

_BACKLOG = 128

type Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(slots=True)
class Listener:
    """Runs `serve` for each connection, as a task: it may raise CancelledError and OSError, and the socket is closed
    behind it however it ends. All of this is called on the event loop's thread.
    """

    serve: Callable[[socket.socket], Coroutine[object, object, None]]
    _listening: socket.socket | None = None
    _serving: dict[asyncio.Task[None], socket.socket] = field(default_factory=dict)

    def listen(self, address: str, port: int) -> int:
        """Listen unless it does already, and return the TCP port; 0 takes a free one. Raises: OSError."""
        if self._listening is None:
            listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            try:
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listening.setblocking(False)
                listening.bind((address, port))
                listening.listen(_BACKLOG)
            except OSError:
                listening.close()
                raise
            asyncio.get_running_loop().add_reader(listening, self._accept, listening)
            self._listening = listening
        return int(self._listening.getsockname()[1])

    def close(self) -> None:
        """Stop listening and break all connections, also one that calls this. Twice is the same as once."""
        if self._listening is not None:
            asyncio.get_running_loop().remove_reader(self._listening)
            self._listening.close()
            self._listening = None
        for task, accepted in tuple(self._serving.items()):
            task.cancel()
            with suppress(OSError):  # now, for the far side to see: the task comes to its end a little later
                accepted.shutdown(socket.SHUT_RDWR)

    def _accept(self, listening: socket.socket) -> None:
        with suppress(BlockingIOError, InterruptedError, ConnectionAbortedError):  # it came and went before we looked
            accepted, _ = listening.accept()
            accepted.setblocking(False)
            self._begin(accepted)

    def _begin(self, accepted: socket.socket) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(accepted))
        self._serving[task] = accepted
        # Not in the coroutine: a task that is cancelled before its first step never comes to its `finally`.
        task.add_done_callback(lambda done: self._serving.pop(done).close())

    async def _serve(self, accepted: socket.socket) -> None:
        # The other side went away, or the device is switched off: nobody is left to tell.
        with suppress(OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await self.serve(accepted)


@asynccontextmanager
async def streams(accepted: socket.socket, limit: int, context: ssl.SSLContext | None = None) -> AsyncIterator[Streams]:
    """Read and write an accepted socket, over TLS with a context; what is written is sent unless the task is cancelled.

    `limit` is the longest line or head that is read, in bytes. Raises: OSError; TimeoutError: TLS came to nothing.
    """
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=limit, loop=loop)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    transport, _ = await loop.connect_accepted_socket(lambda: protocol, accepted, ssl=context)
    writer = asyncio.StreamWriter(transport, protocol, reader, loop)
    try:
        yield reader, writer
        writer.close()
        await writer.wait_closed()
    finally:
        transport.abort()  # an answer nobody fetches would keep it open for ever
