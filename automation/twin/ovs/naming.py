"""What namespaces, interfaces and folders of one packet twin are called: from its folder, so that they are found again.

A twin whose server was killed is taken down by these names alone.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

RUN = Path("/run/neutralhost-twin")  # short: the path of a socket may have 107 letters (unix(7))
MAX_INTERFACE = 15  # letters: IFNAMSIZ is 16 with the end
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]")
_SHORT = {"Ethernet": "et", "Port-Channel": "po"}


@dataclass(frozen=True, slots=True)
class Naming:
    """The names of one twin. `tag` is six letters that belong to its folder."""

    tag: str

    @classmethod
    def of(cls, folder: Path) -> "Naming":
        return cls(hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:6])

    @property
    def prefix(self) -> str:
        """How every namespace of it begins."""
        return f"nh-{self.tag}-"

    @property
    def run_folder(self) -> Path:
        return RUN / self.tag

    def device(self, name: str) -> str:
        return f"{self.prefix}{_safe(name)}"

    def premises(self, uprn: str) -> str:
        return f"{self.prefix}uprn-{_safe(uprn)}"

    def handover(self, code: str) -> str:
        return f"{self.prefix}isp-{_safe(code)}"


def interface_name(port: str) -> str:
    """The interface that stands for a port: Ethernet41 is et41, ge-0/0/1 is ge-0-0-1."""
    for long, short in _SHORT.items():
        port = port.replace(long, short)
    name = _safe(port.replace("/", "-")).lower()
    if len(name) <= MAX_INTERFACE:
        return name
    return f"p{hashlib.sha256(port.encode()).hexdigest()[:10]}"


def _safe(text: str) -> str:
    return _UNSAFE.sub("_", text)
