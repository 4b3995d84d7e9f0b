"""Every platform there is, and what it can do. A platform of its own is a module that ends in a `Platform`.

Those of `READ` only are NAPALM's other core drivers: their devices are read (facts, backup, drift) and never
written, because nobody here has tried their commit timers (NAPALM's ios takes a change back by a scheduled
job, nxos and iosxr refuse `revert_in`).
"""

from collections.abc import Iterable

from automation.dialects.eos.platform import EOS
from automation.dialects.junos.platform import JUNOS
from automation.dialects.openwrt.platform import OPENWRT
from automation.dialects.reading import READ_ONLY
from automation.errors import PlatformCannot, PlatformUnsupported
from automation.platform import Can, Platform

_ALL: tuple[Platform, ...] = (EOS, JUNOS, OPENWRT, *READ_ONLY)
PLATFORMS = {platform.name: platform for platform in _ALL}


def platform_of(name: str, device: str = "a device") -> Platform:
    """Raises: PlatformUnsupported."""
    if name not in PLATFORMS:
        raise PlatformUnsupported(device, name)
    return PLATFORMS[name]


def must_be_able(device: str, platform: Platform, needs: Iterable[Can]) -> None:
    """Raises: PlatformCannot, naming what is lacking and which platforms can do it all."""
    needed = frozenset(needs)
    lacking = sorted(needed - platform.can)
    if lacking:
        able = [other.name for other in _ALL if needed <= other.can]
        raise PlatformCannot(device, platform.name, lacking, able)
