"""How NETCONF messages stand in a stream of bytes: RFC 6242 section 4. Pure."""

import re
from collections.abc import Iterator

END = b"]]>]]>"  # section 4.3: end-of-message framing, base:1.0
_CHUNK = re.compile(rb"\n#([1-9][0-9]{0,9})\n")
_END_OF_CHUNKS = b"\n##\n"
_LONGEST_MESSAGE = 16 * 1024 * 1024


class BrokenFraming(Exception):
    """What came is no NETCONF message: the connection is of no further use."""


class Framing:
    """One end of a connection. It begins with the 1.0 framing; `use_chunks` changes to that of 1.1 (section 4.2)."""

    def __init__(self) -> None:
        self._came = b""
        self._chunks = b""
        self._chunked = False

    def use_chunks(self) -> None:
        self._chunked = True

    def wrap(self, message: bytes) -> bytes:
        if self._chunked:
            return b"\n#%d\n%s%s" % (len(message), message, _END_OF_CHUNKS)
        return message + END

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The messages that are complete with these bytes. Raises: BrokenFraming."""
        self._came += data
        if len(self._came) + len(self._chunks) > _LONGEST_MESSAGE:
            raise BrokenFraming("a message longer than 16 MiB")
        while (message := self._next()) is not None:
            yield message

    def _next(self) -> bytes | None:
        return self._next_chunked() if self._chunked else self._next_ended()

    def _next_ended(self) -> bytes | None:
        message, end, rest = self._came.partition(END)
        if not end:
            return None
        self._came = rest
        return message

    def _next_chunked(self) -> bytes | None:
        while self._came:
            if self._came.startswith(_END_OF_CHUNKS):
                message, self._chunks = self._chunks, b""
                self._came = self._came[len(_END_OF_CHUNKS) :]
                return message
            found = _CHUNK.match(self._came)
            if found is None:
                if len(self._came) < len(_END_OF_CHUNKS) + 10 and b"\n" not in self._came[1:]:
                    return None
                raise BrokenFraming("a chunk without its size")
            end = found.end() + int(found[1])
            if len(self._came) < end:
                return None
            self._chunks += self._came[found.end() : end]
            self._came = self._came[end:]
        return None
