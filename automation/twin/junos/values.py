"""What may stand where a statement takes a value, by the kind the grammar names."""

import ipaddress
import re

_WORD = r"[A-Za-z0-9._:/+@%*-]{1,128}"
_PATTERNS = {
    "WORD": re.compile(_WORD),
    "NAME": re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}"),
    "HOSTNAME": re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}"),
    "HOST": re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,254})"),
    "TEXT": re.compile(r"[^\x00-\x1f\x7f]{1,900}"),
    "SECRET": re.compile(r"[!-~]{1,256}"),
    # Junos CLI Reference, "Interface Naming Overview": type-fpc/pic/port, aggregates, management and loopback.
    "IFD": re.compile(r"((ge|xe|et|mge)-[0-9]{1,2}/[0-9]/[0-9]{1,3}(:[0-9])?|ae[0-9]{1,4}|fxp0|em[01]|me0|lo0|irb)"),
    "IFL": re.compile(
        r"((ge|xe|et|mge)-[0-9]{1,2}/[0-9]/[0-9]{1,3}(:[0-9])?|ae[0-9]{1,4}|fxp0|em[01]|me0|lo0|irb)\.[0-9]{1,10}"
    ),
    "PORTS": re.compile(
        r"(all|((ge|xe|et|mge)-[0-9]{1,2}/[0-9]/[0-9]{1,3}(:[0-9])?|ae[0-9]{1,4}|fxp0)(\.[0-9]{1,10})?)"
    ),
    "TPID": re.compile(r"0x[0-9a-f]{4}"),
    "OUTER": re.compile(r"(0x[0-9a-f]{4}\.)?[0-9]{1,4}"),
    "RATE": re.compile(r"[0-9]{1,12}[kmg]?"),
    "BYTES": re.compile(r"[0-9]{1,10}[kmg]?"),
    "SPEED": re.compile(r"(auto|10m|100m|1g|2\.5g|5g|10g|25g|40g|50g|100g|400g)"),
    "VLANID": re.compile(r"(none|all|[1-9][0-9]{0,2}|[1-3][0-9]{3}|40[0-8][0-9]|409[0-4])"),
    "VLANS": re.compile(r"[0-9]{1,4}(-[0-9]{1,4})?"),
}
_RANGE = re.compile(r"([0-9]+)\.\.([0-9]+)")
_SCALE = {"k": 1_000, "m": 1_000_000, "g": 1_000_000_000}


def fits(kind: str, text: str) -> bool:
    """Whether `text` may stand where the grammar says `kind`: a name of a kind, `1..4094`, or `(one|of|these)`."""
    if kind.startswith("("):
        return text in kind[1:-1].split("|")
    if found := _RANGE.fullmatch(kind):
        return text.isdecimal() and len(text) < 12 and int(found[1]) <= int(text) <= int(found[2])
    if kind in ("ADDRESS", "PREFIX"):
        return _is_address(kind, text)
    if kind == "OUTER":
        return _PATTERNS[kind].fullmatch(text) is not None and 1 <= int(text.rsplit(".", 1)[-1]) <= 4094
    return _PATTERNS[kind].fullmatch(text) is not None


def number(text: str) -> int:
    """A rate or a size as Junos writes it: `50m` is 50,000,000."""
    return int(text[:-1]) * _SCALE[text[-1]] if text[-1] in _SCALE else int(text)


def _is_address(kind: str, text: str) -> bool:
    try:
        if kind == "ADDRESS":
            ipaddress.ip_address(text)
        else:
            ipaddress.ip_interface(text)
    except ValueError:
        return False
    return kind == "ADDRESS" or "/" in text
