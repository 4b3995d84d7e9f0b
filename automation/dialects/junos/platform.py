"""Junos on MX Series over NETCONF, by NAPALM's own driver on a connection that checks the host's key."""

from typing import Any

from automation.dialects.junos.dialect import JunosDialect
from automation.drivers.junos import CheckedJunosDriver
from automation.platform import Can, Platform
from automation.settings import AutomationSettings
from automation.speech.junos import JunosSpeech


def driver_options(settings: AutomationSettings) -> dict[str, Any]:
    """What NAPALM's junos driver is made with. It must not lock and unlock by itself: see `JunosSpeech`."""
    return {
        "timeout": settings.connect_timeout_s,
        "optional_args": {"port": settings.netconf_port, "lock_disable": True},
        "verify": settings.ssh_verify,
        "known_hosts": settings.ssh_known_hosts,
    }


JUNOS = Platform(
    name="junos",
    driver=CheckedJunosDriver,
    can=frozenset(
        {Can.READ, Can.CIRCUITS, Can.EXCHANGE_PORTS, Can.BASELINE, Can.COMMIT_TIMER, Can.REPLACE},
    ),
    timer_step_s=60,  # `confirm-timeout` is in minutes, and NAPALM refuses what is no multiple of 60 s
    dialect=JunosDialect(),
    speech=JunosSpeech(),
    options=driver_options,
    driver_words="NAPALM's `junos`, host key checked",
)
