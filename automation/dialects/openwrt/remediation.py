"""The commands that take an access point from one whole text to another. Pure."""

from automation.errors import PlatformCannot
from automation.uci import difference, parse, text_of


def remediation(device: str, running: str, target: str) -> str:
    """Return `uci batch` lines, "" where both say the same.

    Raises: PlatformCannot (a section without a name differs: nothing can point at it safely).
    """
    try:
        return text_of(difference(parse(running), parse(target)))
    except ValueError:
        raise PlatformCannot(device, "openwrt", ["another text of a section without a name"], []) from None
