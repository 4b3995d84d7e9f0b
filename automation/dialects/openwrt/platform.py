"""OpenWrt access points over ubus, by a driver of ours."""

from typing import Any

from automation.dialects.openwrt.dialect import OpenwrtDialect
from automation.drivers.openwrt.driver import OpenwrtDriver
from automation.platform import Can, Platform
from automation.sealing import sealer
from automation.settings import AutomationSettings
from automation.speech.openwrt import OpenwrtSpeech


def driver_options(settings: AutomationSettings) -> dict[str, Any]:
    """What the driver is made with. The certificate is held against the authority that is set, else the system's."""
    authority = str(settings.ubus_ca_file) if settings.ubus_ca_file else True
    return {
        "timeout": settings.connect_timeout_s,
        "optional_args": {
            "transport": settings.ubus_transport,
            "port": settings.ubus_port,
            "verify": authority if settings.ubus_verify else False,
            "secrets": sealer(settings.token_pepper),
        },
    }


OPENWRT = Platform(
    name="openwrt",
    driver=OpenwrtDriver,
    can=frozenset({Can.READ, Can.SSIDS, Can.BASELINE, Can.COMMIT_TIMER, Can.REPLACE}),
    timer_step_s=1,
    dialect=OpenwrtDialect(),
    speech=OpenwrtSpeech(),
    options=driver_options,
    driver_words="ours, over ubus",
)
