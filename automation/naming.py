"""Whether a device is the one that it is taken for: management addresses are swapped easily. Pure."""

import re
from collections.abc import Collection

from automation.errors import OtherDevice

_NAMED = re.compile(r"""^[ \t]*(?:hostname|host-name|option hostname)[ \t]+['"]?([^'";\s]+)""", re.MULTILINE)
"""EOS, Junos and UCI. A domain may stand behind the name, or be part of it."""


def must_be_itself(device: str, running: str, known: Collection[str]) -> None:
    """Raises: OtherDevice, where a configuration bears the name of another device that is `known`, and not its own.

    One that bears no name, or nobody's, may be new: nothing is said of it.
    """
    found = _NAMED.findall(running)
    names = [*found, *(name.partition(".")[0] for name in found)]
    others = [name for name in names if name in known]
    if others and device not in names:
        raise OtherDevice(device, others[0])
