"""Arista EOS over eAPI, by NAPALM's own driver."""

import ssl
from functools import cache
from pathlib import Path
from typing import Any

from automation.dialects.eos.dialect import EosDialect
from automation.drivers.eapi import KeptEapi
from automation.platform import Can, Platform
from automation.settings import AutomationSettings
from automation.speech.eos import EosSpeech


def driver_options(settings: AutomationSettings) -> dict[str, Any]:
    """What NAPALM's eos driver is made with. Nothing is completed by the device: commands are sent in full."""
    return {
        "timeout": settings.connect_timeout_s,
        "optional_args": {
            "transport": KeptEapi,
            "port": settings.eapi_port,
            "eos_autoComplete": False,
            "context": _tls(settings),
        },
    }


def _tls(settings: AutomationSettings) -> ssl.SSLContext | None:
    """How a device's certificate is checked; None with plain HTTP. pyeapi by itself checks nothing."""
    if settings.eapi_transport != "https":
        return None
    authority = settings.eapi_ca_file
    return _context(authority, authority.stat().st_mtime_ns if authority else 0, verify=settings.eapi_verify)


@cache
def _context(authority: Path | None, _changed_ns: int, *, verify: bool) -> ssl.SSLContext:
    """One for all devices, until the authority's file changes: reading the system's takes 20 ms."""
    context = ssl.create_default_context(cafile=authority)
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


EOS = Platform(
    name="eos",
    driver="eos",
    can=frozenset({Can.READ, Can.CIRCUITS, Can.EXCHANGE_PORTS, Can.BASELINE, Can.COMMIT_TIMER, Can.REPLACE}),
    timer_step_s=1,
    dialect=EosDialect(),
    speech=EosSpeech(),
    options=driver_options,
)
