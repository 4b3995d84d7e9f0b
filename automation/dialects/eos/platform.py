"""Arista EOS over eAPI, by NAPALM's own driver."""

import ssl
from typing import Any

from automation.dialects.eos.dialect import EosDialect
from automation.platform import Can, Platform
from automation.settings import AutomationSettings
from automation.speech.eos import EosSpeech


def driver_options(settings: AutomationSettings) -> dict[str, Any]:
    """What NAPALM's eos driver is made with. Nothing is completed by the device: commands are sent in full."""
    return {
        "timeout": settings.connect_timeout_s,
        "optional_args": {
            "transport": settings.eapi_transport,
            "port": settings.eapi_port,
            "eos_autoComplete": False,
            "context": _tls(settings),
        },
    }


def _tls(settings: AutomationSettings) -> ssl.SSLContext | None:
    """How a device's certificate is checked; None with plain HTTP. pyeapi by itself checks nothing."""
    if settings.eapi_transport != "https":
        return None
    context = ssl.create_default_context(cafile=settings.eapi_ca_file)
    if not settings.eapi_verify:
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
