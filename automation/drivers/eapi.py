"""eAPI over a connection that is kept open: pyeapi's own way to a device, told to NAPALM's unmodified eos driver.

pyeapi opens a connection for every request and closes it behind the answer; with TLS that is a handshake each. Here
it stays open from one request to the next. A request is sent once and never again: one whose answer was lost may have
been done. What is surely not sent yet may be sent over a new connection: so a connection that the far side has closed
meanwhile, or that was idle for longer than firewalls and web servers bear, is opened anew *before* the request.

pyeapi also writes every request and every answer into the debug log, and to keep one password out of there walks
through all commands before they are sent, which for a hundred lines of configuration is most of what a deploy costs.
Nothing of a request or an answer is logged here.
"""

import json
import select
import ssl
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPResponse
from typing import Any

from pyeapi.eapilib import CommandError, EapiConnection, HttpConnection, HttpsConnection
from pyeapi.eapilib import ConnectionError as EapiConnectionError

IDLE_S = 15.0
"""How long a connection may have been idle and still be used: less than any web server's or firewall's patience."""

_PATH = "/command-api"
_HTTP, _HTTPS = 80, 443
_UNAUTHORIZED = 401


class KeptEapi(EapiConnection):  # type: ignore[misc]  # pyeapi is not typed
    """One device's eAPI: over HTTPS as `context` checks it, over plain HTTP without one. `timeout` in seconds."""

    def __init__(
        self,
        host: str,
        port: int | None = None,
        username: str = "",
        password: str = "",
        context: ssl.SSLContext | None = None,
        timeout: float = 60,
    ) -> None:
        super().__init__()
        if context is None:
            self.transport = HttpConnection(_PATH, host, port or _HTTP, timeout=timeout)
        else:
            self.transport = HttpsConnection(_PATH, host, port or _HTTPS, timeout=timeout, context=context)
        self.authentication(username, password)
        self._used_s = 0.0
        self._together: tuple[str, ...] = ()
        self._ahead: dict[str, dict[str, Any]] = {}
        # A driver that could not be opened is never closed.
        weakref.finalize(self, self.transport.close)

    def close(self) -> None:
        """Close the connection. What is asked next opens it anew."""
        self.transport.close()

    @contextmanager
    def asking_together(self, commands: Sequence[str]) -> Iterator[None]:
        """Inside, the first that asks one of these show commands gets its answer from one request for all of them.

        For drivers that ask them one by one, as JSON. Where the device refuses one, each is asked by itself. The
        request is sent with the first of them, so that it fails where theirs would.
        """
        self._together = tuple(commands)
        try:
            yield
        finally:
            self._together, self._ahead = (), {}

    def execute(self, commands: Sequence[Any], encoding: str = "json", **kwargs: Any) -> Any:
        match commands:
            case ["enable", str(command)] if encoding == "json":
                if command in self._together:
                    self._ask_together()
                if command in self._ahead:
                    return {"result": [{}, self._ahead.pop(command)]}
        return super().execute(commands, encoding, **kwargs)

    def send(self, data: str) -> Any:
        """Send one request, and return the answer. Raises: what pyeapi raises; http.client.HTTPException."""
        with ExitStack() as on_fault:
            on_fault.callback(self.close)
            answer = self._answer(data.encode())
            if "error" in answer:
                code, message, error, output = self._parse_error_message(answer)
                raise CommandError(code, message, command_error=error, output=output)
            on_fault.pop_all()
        return answer

    def _ask_together(self) -> None:
        commands, self._together = self._together, ()
        with suppress(CommandError):
            answers = super().execute(["enable", *commands], "json")["result"][1:]
            self._ahead = dict(zip(commands, answers, strict=True))

    def _answer(self, body: bytes) -> Any:
        try:
            response = self._exchange(body)
            said = response.read()
            self._used_s = time.monotonic()
            if response.status == _UNAUTHORIZED:
                raise EapiConnectionError(str(self), f"{response.reason}. {said.decode()}")
            return json.loads(said)
        except OSError as error:
            raise EapiConnectionError(str(self), f"Socket error during eAPI connection: {error}") from error
        except ValueError as error:
            raise EapiConnectionError(str(self), "unable to connect to eAPI") from error

    def _exchange(self, body: bytes) -> HTTPResponse:
        if not self._is_usable():
            self.close()
        self.transport.putrequest("POST", _PATH)
        self.transport.putheader("Content-type", "application/json-rpc")
        self.transport.putheader("Content-length", str(len(body)))
        self.transport.putheader(*self._auth)
        self.transport.endheaders(message_body=body)
        response: HTTPResponse = self.transport.getresponse()
        return response

    def _is_usable(self) -> bool:
        """Whether the connection is open at the far side too. What can be read before anything was asked is its end."""
        if self.transport.sock is None or time.monotonic() - self._used_s > IDLE_S:
            return False
        poll = select.poll()
        poll.register(self.transport.sock, select.POLLIN)
        return not poll.poll(0)
