"""Why an access point cannot send an SSID.

AutomationError
├── RadioFull   the radio sends as many SSIDs as it may
└── SsidTaken   the radio sends another's SSID of that name
"""

from automation.errors import AutomationError


class RadioFull(AutomationError):
    """The radio sends as many SSIDs as it may: every one takes its share of the air for beacons."""

    code = "radio-full"
    next_step = "Cease one of the SSIDs there, serve the new one by another access point, or share one by Passpoint."

    def __init__(self, device: str, radio: str, wanted: int, most: int) -> None:
        self.device = device
        self.radio = radio
        self.wanted = wanted
        self.most = most
        super().__init__(
            f"{device} {radio} would send {wanted} SSIDs, and may send {most}.",
            device=device,
            radio=radio,
            wanted=wanted,
            most=most,
        )


class SsidTaken(AutomationError):
    """The radio sends another's SSID of that name. `holder` is the section that does."""

    code = "ssid-taken-on-radio"
    next_step = "Find out whose it is; choose another SSID or another access point."

    def __init__(self, device: str, radio: str, holder: str) -> None:
        self.device = device
        self.radio = radio
        self.holder = holder
        super().__init__(
            f"{device} {radio} sends an SSID of that name already ({holder}).",
            device=device,
            radio=radio,
            holder=holder,
        )
