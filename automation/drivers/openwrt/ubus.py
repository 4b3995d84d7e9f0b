"""ubus over HTTPS: one call, one answer. The door to `requests` for access points.

JSON-RPC 2.0 to `POST /ubus` ("ubus (OpenWrt micro bus architecture)", OpenWrt wiki). A device's certificate is
checked, redirects are never followed, and nothing of the environment (proxies, netrc) is used.
"""

import ipaddress
from dataclasses import dataclass
from typing import Any

import requests
from napalm.base.exceptions import CommandErrorException, ConnectAuthError, ConnectionException

UNAUTHENTICATED = "0" * 32
NO_ACCESS = -32002
OK, INVALID, NO_METHOD, NOT_FOUND, NO_DATA, DENIED = 0, 2, 3, 4, 5, 6  # libubus.h, enum ubus_msg_status
_WORDS = {
    1: "invalid command",
    INVALID: "invalid argument",
    NO_METHOD: "method not found",
    NOT_FOUND: "not found",
    NO_DATA: "no data",
    DENIED: "permission denied",
    7: "timeout",
    8: "not supported",
    9: "unknown error",
    10: "connection failed",
}
SESSION_S = 3600  # longer than any commit timer: the session that is to confirm must live


class UbusRefused(CommandErrorException):  # type: ignore[misc]  # napalm is not typed
    """The device will not do it. `code` is ubus's."""

    def __init__(self, call: str, code: int) -> None:
        super().__init__(f"{call}: {_WORDS.get(code, f'code {code}')}")
        self.code = code


class SessionGone(ConnectionException):  # type: ignore[misc]  # napalm is not typed
    """The device does not know our session (any more)."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a device is reached. `verify` is a file of authorities, True for the system's, False for none."""

    url: str
    verify: bool | str
    timeout_s: float


def way_to(hostname: str, port: int, transport: str, verify: bool | str, timeout_s: float) -> Way:
    """Raises: ConnectionException. HTTP without TLS is spoken on loopback only: the password would be read."""
    if transport == "http" and not _is_loopback(hostname):
        raise ConnectionException("plain HTTP is spoken on loopback only")
    return Way(f"{transport}://{_host(hostname)}:{port}/ubus", verify, timeout_s)


def _is_loopback(hostname: str) -> bool:
    try:
        return ipaddress.ip_address(hostname).is_loopback
    except ValueError:
        return False


def _host(hostname: str) -> str:
    return f"[{hostname}]" if ":" in hostname else hostname


class Ubus:
    """One HTTP connection to one device, kept open between calls."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.verify = way.verify
        self._number = 0

    def close(self) -> None:
        self._http.close()

    def login(self, username: str, password: str) -> str:
        """Return the id of a session. Raises: ConnectAuthError, ConnectionException."""
        asked = {"username": username, "password": password, "timeout": SESSION_S}
        try:
            answer = self.call(UNAUTHENTICATED, "session", "login", asked)
        except UbusRefused as refused:
            if refused.code == DENIED:
                raise ConnectAuthError("the account or its password was not accepted") from None
            raise
        return str(answer["ubus_rpc_session"])

    def call(self, sid: str, name: str, method: str, arguments: dict[str, Any] | None = None) -> dict[str, Any]:
        """Do one call. Raises: UbusRefused, SessionGone, ConnectionException."""
        self._number += 1
        params = [sid, name, method, arguments or {}]
        answer = self._post({"jsonrpc": "2.0", "id": self._number, "method": "call", "params": params})
        if "error" in answer:
            if answer["error"].get("code") == NO_ACCESS:
                raise SessionGone(f"{name} {method}: access denied")
            raise ConnectionException(f"{name} {method}: error {answer['error'].get('code')}")
        code, *rest = answer["result"]
        if code != OK:
            raise UbusRefused(f"{name} {method}", int(code))
        return dict(rest[0]) if rest else {}

    def _post(self, asked: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = self._http.post(self._way.url, json=asked, timeout=self._way.timeout_s, allow_redirects=False)
        except requests.exceptions.SSLError:
            raise ConnectionException("its certificate is not one of the authority that is set") from None
        except requests.exceptions.Timeout:
            raise ConnectionException(f"no answer within {self._way.timeout_s:g} s") from None
        except requests.exceptions.RequestException as error:
            raise ConnectionException(_words(error)) from None
        if answer.status_code != requests.codes.ok:
            raise ConnectionException(f"HTTP status {answer.status_code}")
        return _as_json(answer)


def _as_json(answer: requests.Response) -> dict[str, Any]:
    try:
        return dict(answer.json())
    except (ValueError, TypeError):
        raise ConnectionException("what it answers is not JSON") from None


def _words(error: Exception) -> str:
    """What went wrong, without the address and the objects that requests puts around it."""
    inner: BaseException = error
    while (cause := inner.__cause__ or inner.__context__) is not None:
        inner = cause
    return str(getattr(inner, "strerror", "") or "") or "the connection broke"
