"""Where a message goes: a listener's address, taken apart and checked, and the addresses its host has at this moment.

The host is resolved once, every answer is checked, and what sends connects to one of exactly these addresses:
a name that answers otherwise a moment later changes nothing.
"""

import socket
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from provisioning.listener_errors import ListenerRefused
from provisioning.public_addresses import why_not_public

LONGEST_URL = 500
HTTPS_PORT = 443
HTTP_PORT = 80

type Resolve = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Target:
    """A listener's address in parts. `is_allowed`: the operator named this host and port, and nothing is refused."""

    host: str
    port: int
    path: str  # with the query
    is_tls: bool
    is_allowed: bool

    @property
    def host_header(self) -> str:
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return shown if self.port == (HTTPS_PORT if self.is_tls else HTTP_PORT) else f"{shown}:{self.port}"

    def below(self, path: str) -> "Target":
        """The same host, at a path below this one."""
        own, mark, query = self.path.partition("?")
        return Target(self.host, self.port, own.rstrip("/") + path + mark + query, self.is_tls, self.is_allowed)


def read_target(url: str, allowed: Collection[str]) -> Target:
    """Take an address apart; `allowed` are the operator's exceptions, "host:port".

    Raises: ListenerRefused: it is not https, or not an address one can send to.
    """
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise ListenerRefused(url, f"it is not an address of at most {LONGEST_URL} plain characters")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ListenerRefused(url, "it is not an address") from None
    if parts.scheme not in {"https", "http"} or not host:
        raise ListenerRefused(url, "it does not begin with https:// and a host")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise ListenerRefused(host, "a name, password or fragment does not belong into the address")
    is_tls = parts.scheme == "https"
    port = port or (HTTPS_PORT if is_tls else HTTP_PORT)
    is_allowed = f"{host}:{port}" in allowed
    if not (is_tls or is_allowed):
        raise ListenerRefused(host, "it is not https")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(host, port, path, is_tls, is_allowed)


def addresses_of(target: Target, resolve: Resolve) -> tuple[str, ...]:
    """The addresses the host has now, every one of them fit to be sent to.

    Raises: ListenerRefused: the name is not known, or one of its addresses is not public.
    """
    try:
        found = tuple(dict.fromkeys(resolve(target.host, target.port)))
    except (OSError, UnicodeError):
        found = ()
    if not found:
        raise ListenerRefused(target.host, "its name is not known")
    if not target.is_allowed:
        for address in found:
            if why := why_not_public(address):
                raise ListenerRefused(target.host, why)
    return found


def resolve_by_system(host: str, port: int) -> tuple[str, ...]:
    """What this machine's resolver says. Raises: OSError."""
    return tuple(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
