"""What one kind of text may be, held before anything is rendered: what all dialects share.

Text that reaches a device is code there: a description with a line feed in it once created an
administrator. So every field of an intent is held against what its place in the configuration
may hold before anything is rendered, and every value a template prints is held against the
platform's own list once more (Jinja2's `finalize`).
"""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from automation.errors import UnsafeText
from automation.intents import BandwidthProfile
from inventory.vlans import HIGHEST_TAG, LOWEST_TAG

_NAME = re.compile(
    r"(?=.{1,253})[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)
_TEMPLATES = Path(__file__).parent.parent / "templates"


@dataclass(frozen=True, slots=True)
class Allowed:
    """What one kind of text may be, and how that is said to a person. `never` are words it may not hold."""

    pattern: re.Pattern[str]
    words: str
    never: tuple[str, ...] = ()

    def check(self, field: str, text: str) -> None:
        """Raises: UnsafeText, naming the field and not repeating the text."""
        if self.pattern.fullmatch(text) is None or any(word in text for word in self.never):
            raise UnsafeText(field, self.words)


def check_server(field: str, text: str) -> None:
    """Raises: UnsafeText. An IP address, or a host's name (RFC 1123, 2.1)."""
    if _NAME.fullmatch(text) is None and not _is_address(text):
        raise UnsafeText(field, "a host's name or IP address")


def _is_address(text: str) -> bool:
    try:
        return str(ipaddress.ip_address(text)) == text and "%" not in text
    except ValueError:
        return False


def check_tag(words: str, tag: int) -> None:
    """Raises: ValueError. `tag` can be a VLAN ID; `words` is what it is for."""
    if not LOWEST_TAG <= tag <= HIGHEST_TAG:
        raise ValueError(f"{words} {tag} is not within {LOWEST_TAG}-{HIGHEST_TAG}")


def check_profile(profile: BandwidthProfile) -> None:
    """Raises: ValueError."""
    if profile.cir_mbps < 1 or profile.cbs_bytes < 1:
        raise ValueError("a bandwidth profile needs a CIR of at least 1 Mbit/s and a CBS of at least 1 byte")
    if profile.eir_mbps < 0 or profile.ebs_bytes < 0:
        raise ValueError("EIR and EBS of a bandwidth profile cannot be negative")


@cache
def templates(platform: str, allowed: Allowed) -> SandboxedEnvironment:
    """The templates of `automation/templates/<platform>/`; every value they print is held against `allowed`."""
    return SandboxedEnvironment(
        loader=FileSystemLoader(_TEMPLATES / platform),
        undefined=StrictUndefined,
        finalize=_finalizer(allowed),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,  # they come with the code, and are looked at for every device otherwise
        autoescape=False,  # device text is not HTML; `finalize` is the guard here
    )


def _finalizer(allowed: Allowed) -> Callable[[object], object]:
    def finalize(value: object) -> object:
        allowed.check("value of a template", str(value))
        return value

    return finalize
