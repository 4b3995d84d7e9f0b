"""What may stand where a command's syntax has an argument: each kind returns the canonical text, or None.

A kind is written in a syntax as `<name:KIND>`; `<name:68..65535>` is a whole number within bounds.
"""

import ipaddress
import re
from collections.abc import Callable

from automation.twin.vlan_lists import HIGHEST, LOWEST, compress, parse_vlans

type Parse = Callable[[str], str | None]

INTERFACE_KINDS = ("Port-Channel", "Ethernet", "Loopback", "Management", "Vlan")  # in the order EOS prints them
_INTERFACE = re.compile(r"([A-Za-z-]+?)(\d+(?:/\d+){0,2})((?:[,-]\d+)*)")
_VIRTUAL_BOUNDS = {"Port-Channel": (1, 2000), "Loopback": (0, 2100), "Vlan": (LOWEST, HIGHEST)}


def _matching(pattern: str) -> Parse:
    compiled = re.compile(pattern)
    return lambda token: token if compiled.fullmatch(token) else None


def number(low: int, high: int) -> Parse:
    """A whole number from `low` to `high`, both included."""

    def parse(token: str) -> str | None:
        if not (token.isascii() and token.isdigit() and len(token) <= 12):
            return None
        return str(int(token)) if low <= int(token) <= high else None

    return parse


def _vlan_list(token: str) -> str | None:
    ids = parse_vlans(token)
    return None if ids is None else compress(ids)


def _address(token: str) -> str | None:
    try:
        return str(ipaddress.IPv4Address(token))
    except ValueError:
        return None


def _interface_address(token: str) -> str | None:
    address, slash, length = token.partition("/")
    if not slash or number(0, 32)(length) is None or _address(address) is None:
        return None
    return f"{_address(address)}/{int(length)}"


def _network(token: str) -> str | None:
    if "/" not in token:
        return None
    try:
        return str(ipaddress.IPv4Network(token, strict=False))
    except ValueError:
        return None


def _ethertype(token: str) -> str | None:
    """A TPID, decimal or hexadecimal, printed as hexadecimal: 0x600 to 0xffff."""
    try:
        value = int(token, 0)
    except ValueError:
        return None
    return f"0x{value:04x}" if 0x600 <= value <= 0xFFFF else None


def _timer(token: str) -> str | None:
    """HH:MM:SS of `commit timer`."""
    match = re.fullmatch(r"(\d{1,2}):(\d{1,2}):(\d{1,2})", token, re.ASCII)
    if match is None or int(match[2]) > 59 or int(match[3]) > 59:
        return None
    return ":".join(f"{int(part):02}" for part in match.groups())


def _line(text: str) -> str | None:
    return text if text.isprintable() else None


def interface_names(token: str) -> tuple[str, ...] | None:
    """Return the full names a token like `ethernet1/2`, `Ethernet1-4` or `Et1,3` stands for, or None.

    A range runs over the last number. A kind may be shortened as far as it is unique.
    """
    match = _INTERFACE.fullmatch(token)
    kinds = [kind for kind in INTERFACE_KINDS if match and kind.lower().startswith(match[1].lower())]
    if match is None or len(kinds) != 1:
        return None
    front, _, last = match[2].rpartition("/")
    numbers = parse_vlans(last + match[3]) if match[3] else frozenset({int(last)})
    if numbers is None:
        return None
    low, high = _VIRTUAL_BOUNDS.get(kinds[0], (0, 9999))
    if (front and kinds[0] in _VIRTUAL_BOUNDS) or not all(low <= one <= high for one in numbers):
        return None
    return tuple(f"{kinds[0]}{front}{'/' if front else ''}{one}" for one in sorted(numbers))


def _interfaces(token: str) -> str | None:
    names = interface_names(token)
    return None if names is None else " ".join(names)


KINDS: dict[str, Parse] = {
    "VLAN": number(LOWEST, HIGHEST),
    "VLANS": _vlan_list,
    "INTERFACES": _interfaces,
    "WORD": _matching(r"[!-~]{1,64}"),
    "NAME": _matching(r"[A-Za-z0-9_.:{}\[\]-]{1,64}"),
    "VLANNAME": _matching(r"[A-Za-z0-9_.:{}\[\]-]{1,32}"),
    "HOSTNAME": _matching(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?"),
    "HOST": _matching(r"[A-Za-z0-9.:-]{1,253}"),
    "HASH": _matching(r"[!-~]{1,256}"),
    "FILE": _matching(r"(flash|file):[A-Za-z0-9_./-]{1,100}"),
    "TRAFFIC": _matching(r"broadcast|multicast|unknown-unicast|all"),
    "ADDRESS": _address,
    "IFADDRESS": _interface_address,
    "NETWORK": _network,
    "TPID": _ethertype,
    "TIMER": _timer,
    "LINE": _line,
}


def kind_called(name: str) -> Parse:
    """Return the kind called `name`, or the number kind of bounds like `68..65535`."""
    low, dots, high = name.partition("..")
    return number(int(low), int(high)) if dots else KINDS[name]
