"""Why a device does not say what it should.

NeutralhostError
└── AutomationError
    ├── DeviceUnreachable     no answer, or the connection broke
    ├── DeviceRefused         the device answered that it will not do this
    │   └── DeviceSignInRefused   it does not know our account, or not by this password
    ├── OtherDevice           another device of ours answers at its address
    ├── DeviceBusy            somebody else holds the device's configuration session
    ├── PortNotIdle           a port that should be free carries configuration nobody of ours put there
    ├── PortUnfit             a port is missing, or is not the kind of port a circuit can be carried on
    ├── TagNotFree            an S-VLAN already means something else on the device
    ├── ChangedSinceApproval  the device would now be changed otherwise than was approved
    ├── NotApplied            a device took the change, and does not say it afterwards
    ├── NotAsPromised         a device says after a change other than the rehearsal's diff promised
    ├── HarmsWhatStands       given lines take away what active services or the baseline need
    ├── NotCabledAsDesigned   LLDP hears somebody else at a port of a change than the inventory says
    ├── CheckFailed           a device has its change, and lost something else by it
    ├── NoTimeLeft            the checks took so long that devices may be going back by themselves
    ├── PlanOutOfBounds       a plan touches what its circuits do not own: a fault of ours
    ├── UnsafeText            a text that may not reach a device's configuration
    ├── PlatformUnsupported   no templates or driver for this platform
    ├── PlatformCannot        this platform cannot do all that a plan needs of it
    ├── TwinNeedsFiles       the system allows too few open files for so many simulated devices
    └── TwinCannotListen     a simulated device's address or port cannot be had
"""

from collections.abc import Sequence

from inventory.errors import NeutralhostError


class AutomationError(NeutralhostError):
    """A device does not say what it should."""

    code = "automation-error"


class DeviceUnreachable(AutomationError):
    """No answer, or the connection broke. `words` is what the transport said, without secrets."""

    code = "device-unreachable"
    next_step = "Check its power, its management link and that its API (eAPI, NETCONF, ubus) is on, then try again."

    def __init__(self, device: str, words: str) -> None:
        self.device = device
        self.words = words
        super().__init__(f"{device} does not answer: {words}.", device=device, words=words)


class DeviceRefused(AutomationError):
    """The device answered that it will not do this. `words` are its own, shortened and made printable."""

    code = "device-refused"
    next_step = "Read the device's words, and compare its software with what the templates were proven on."

    def __init__(self, device: str, words: str) -> None:
        self.device = device
        self.words = words
        super().__init__(f"{device} refused: {words}.", device=device, words=words)


class DeviceSignInRefused(DeviceRefused):
    """The device does not accept our account, or not with this password."""

    code = "device-sign-in-refused"
    next_step = "Check NEUTRALHOST_DEVICE_USERNAME and NEUTRALHOST_DEVICE_PASSWORD against the accounts on the device."

    def __init__(self, device: str) -> None:
        super().__init__(device, "it does not accept our account or password")


class OtherDevice(AutomationError):
    """Another device of ours answers at the address that the inventory has for this one."""

    code = "other-device"
    next_step = (
        "Nothing was changed. Compare the management addresses in the inventory with the devices; a device that was "
        "made from another's configuration gets its own host name first."
    )

    def __init__(self, device: str, found: str) -> None:
        self.device = device
        self.found = found
        super().__init__(f"What answers at the address of {device} calls itself {found}.", device=device, found=found)


class DeviceBusy(AutomationError):
    """Somebody else holds a configuration session that is not finished."""

    code = "device-busy"
    next_step = "Wait until it is finished or its timer has run out, or abort it on the device, then try again."

    def __init__(self, device: str, session: str, waited_s: int) -> None:
        self.device = device
        self.session = session
        self.waited_s = waited_s
        super().__init__(
            f"{device} is held by configuration session {session!r}, still after {waited_s} s.",
            device=device,
            session=session,
            waited_s=waited_s,
        )


class PortNotIdle(AutomationError):
    """A port that should be free carries configuration nobody of ours put there."""

    code = "port-not-idle"
    next_step = "Find out who configured the port; clear it by hand or take another port."

    def __init__(self, device: str, port: str, lines: Sequence[str]) -> None:
        self.device = device
        self.port = port
        self.lines = tuple(lines)
        super().__init__(
            f"{device} {port} is not free, it says: {'; '.join(self.lines)}.",
            device=device,
            port=port,
            lines=self.lines,
        )


class PortUnfit(AutomationError):
    """A port is missing, or is not the kind of port a circuit can be carried on."""

    code = "port-unfit"
    next_step = "Compare the inventory with the device, and prepare the port as the operator's guide says."

    def __init__(self, device: str, port: str, reason: str) -> None:
        self.device = device
        self.port = port
        self.reason = reason
        super().__init__(f"{device} {port} {reason}.", device=device, port=port, reason=reason)


class TagNotFree(AutomationError):
    """An S-VLAN already means something else on the device."""

    code = "tag-not-free"
    next_step = "Run the audit: the device holds a tag that our records call free."

    def __init__(self, device: str, s_vlan: int, holder: str) -> None:
        self.device = device
        self.s_vlan = s_vlan
        self.holder = holder
        super().__init__(
            f"S-VLAN {s_vlan} is not free on {device}: {holder}.", device=device, s_vlan=s_vlan, holder=holder
        )


class ChangedSinceApproval(AutomationError):
    """The device would now be changed otherwise than was approved."""

    code = "changed-since-approval"
    next_step = "Rehearse and approve again."

    def __init__(self, device: str) -> None:
        self.device = device
        super().__init__(f"{device} has changed since the change was approved; nothing was sent.", device=device)


class NotApplied(AutomationError):
    """A device took the change, and does not say it afterwards. `missing` are the commands still to do."""

    code = "not-applied"
    next_step = "The change was sent back. Compare the device's software with what the templates were proven on."

    def __init__(self, device: str, missing: Sequence[str]) -> None:
        self.device = device
        self.missing = tuple(missing)
        super().__init__(
            f"{device} took the change but lacks: {'; '.join(self.missing)}.", device=device, missing=self.missing
        )


class NotAsPromised(AutomationError):
    """A device says after a change other than its rehearsal's diff promised. `wrong` is what, without secrets."""

    code = "not-as-promised"
    next_step = "The change was sent back. See what else changes the device, or what its software makes of the lines."

    def __init__(self, device: str, wrong: Sequence[str]) -> None:
        self.device = device
        self.wrong = tuple(wrong)
        super().__init__(
            f"{device} does not say what its rehearsal promised: {'; '.join(self.wrong)}.",
            device=device,
            wrong=self.wrong,
        )


class HarmsWhatStands(AutomationError):
    """A change of given lines takes away what active services or the baseline need. `wrong` are they, and what."""

    code = "harms-what-stands"
    next_step = (
        "Nothing of it is left. Propose it without those lines, or have the limit `standing-services` lifted for it."
    )

    def __init__(self, device: str, wrong: Sequence[str]) -> None:
        self.device = device
        self.wrong = tuple(wrong)
        super().__init__(
            f"{device} would no longer say what is intended of it: {'; '.join(self.wrong)}.",
            device=device,
            wrong=self.wrong,
        )


class NotCabledAsDesigned(AutomationError):
    """At a port of a change LLDP hears somebody other than the inventory says. `wrong` are the ports, and whom."""

    code = "not-cabled-as-designed"
    next_step = (
        "Nothing of it is left. Put the cables or the inventory right, and propose it again; or have the limit "
        "`cabling` lifted for it."
    )

    def __init__(self, device: str, wrong: Sequence[str]) -> None:
        self.device = device
        self.wrong = tuple(wrong)
        super().__init__(
            f"{device} is not cabled as designed: {'; '.join(self.wrong)}.", device=device, wrong=self.wrong
        )


class CheckFailed(AutomationError):
    """A device has its change, and something beside it is not as before. `wrong` are the checks and what they found."""

    code = "check-failed"
    next_step = "The change was sent back. Find out why the device lost this by it, before it is tried again."

    def __init__(self, device: str, wrong: Sequence[str]) -> None:
        self.device = device
        self.wrong = tuple(wrong)
        super().__init__(
            f"{device} has the change, and its checks failed: {'; '.join(self.wrong)}.", device=device, wrong=self.wrong
        )


class NoTimeLeft(AutomationError):
    """Verifying took so long that the device's timer may run out before it is confirmed. Seconds."""

    code = "no-time-left"
    next_step = "The change was sent back. Give devices more time (NEUTRALHOST_REVERT_AFTER_S), or fewer at once."

    def __init__(self, device: str, took_s: float, revert_after_s: int) -> None:
        self.device = device
        self.took_s = took_s
        self.revert_after_s = revert_after_s
        super().__init__(
            f"The checks took {took_s:.0f} s, and {device} goes back by itself {revert_after_s} s after its commit.",
            device=device,
            took_s=round(took_s),
            revert_after_s=revert_after_s,
        )


class PlanOutOfBounds(AutomationError):
    """A plan touches what its circuits do not own. A fault of ours: nothing is sent."""

    code = "plan-out-of-bounds"
    next_step = "Report this as a fault; the change must not be applied."

    def __init__(self, device: str, lines: Sequence[str]) -> None:
        self.device = device
        self.lines = tuple(lines)
        super().__init__(
            f"The plan for {device} has {len(self.lines)} lines outside its circuits: {'; '.join(self.lines)}.",
            device=device,
            lines=self.lines,
        )


class UnsafeText(AutomationError):
    """A text that may not reach a device's configuration. The text itself is not repeated."""

    code = "unsafe-text"
    next_step = "Use letters, digits, spaces and plain punctuation."

    def __init__(self, field: str, allowed: str) -> None:
        self.field = field
        self.allowed = allowed
        super().__init__(
            f"The {field} may not go to a device: only {allowed} may.",
            field=field,
            allowed=allowed,
        )


class PlatformUnsupported(AutomationError):
    """No templates or driver for this platform."""

    code = "platform-unsupported"
    next_step = "Correct the platform in the inventory, or serve the circuit by another device."

    def __init__(self, device: str, platform: str) -> None:
        self.device = device
        self.platform = platform
        super().__init__(
            f"{device} runs {platform!r}, which nothing here can configure.", device=device, platform=platform
        )


class PlatformCannot(AutomationError):
    """This platform cannot do all that a plan needs of it. `able` are the platforms that can."""

    code = "platform-cannot"
    next_step = "Serve it by a device of a platform that can, or compare the inventory with what stands there."

    def __init__(self, device: str, platform: str, lacking: Sequence[str], able: Sequence[str]) -> None:
        self.device = device
        self.platform = platform
        self.lacking = tuple(lacking)
        self.able = tuple(able)
        who = f"; {', '.join(able)} can" if able else ""
        super().__init__(
            f"{device} runs {platform}, which cannot be used here for: {', '.join(lacking)}{who}.",
            device=device,
            platform=platform,
            lacking=self.lacking,
            able=self.able,
        )


class TwinNeedsFiles(AutomationError):
    """The system allows too few open files for so many simulated devices."""

    code = "twin-needs-files"
    next_step = "Raise the hard limit (`ulimit -Hn`, or LimitNOFILE of the service), or simulate fewer devices."

    def __init__(self, devices: int, needed: int, allowed: int) -> None:
        self.devices = devices
        self.needed = needed
        self.allowed = allowed
        super().__init__(
            f"{devices} simulated devices need {needed} open files, and this system allows {allowed}.",
            devices=devices,
            needed=needed,
            allowed=allowed,
        )


class TwinCannotListen(AutomationError):
    """A simulated device's address or port cannot be had."""

    code = "twin-cannot-listen"
    next_step = (
        "End what listens there (another twin?), or choose another eAPI port; where only 127.0.0.1 is loopback"
        " (macOS), add the address to lo0 first."
    )

    def __init__(self, address: str, port: int, words: str) -> None:
        self.address = address
        self.port = port
        self.words = words
        super().__init__(
            f"The twin cannot listen on {address}, port {port}: {words}.", address=address, port=port, words=words
        )
