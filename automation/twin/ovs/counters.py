"""What the kernel has counted at the interfaces of one simulated device: real octets, of real frames."""

from collections.abc import Mapping
from pathlib import Path

from automation.twin.model import Octets
from automation.twin.ovs.wire import inside

_RECEIVED, _SENT = 0, 8  # columns of /proc/net/dev (proc(5)), behind the name


def read_octets(namespace: str) -> Mapping[str, Octets]:
    """Octets by interface. Raises: TwinProgramFailed, where there is no such namespace."""
    with inside(namespace):
        lines = Path("/proc/thread-self/net/dev").read_text(encoding="ascii").splitlines()
    rows = (line.split(":", 1) for line in lines if ":" in line)
    figures = {name.strip(): words.split() for name, words in rows}
    return {name: (int(each[_RECEIVED]), int(each[_SENT])) for name, each in figures.items()}
