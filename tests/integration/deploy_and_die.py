"""A process that deploys a circuit and is killed, without a word, at one moment of it. Run by test_*_killed."""

import os
import signal

from ncclient.transport import session

from automation.change_plan import DeviceChange
from automation.deploy import NornirDeployer
from automation.dialects.eos.platform import EOS
from automation.dialects.junos.platform import JUNOS
from automation.dialects.openwrt.platform import OPENWRT
from automation.hosts import HostAddress
from automation.settings import AutomationSettings
from automation.speech.speech import Device, Speech

# The moments: (what is called, on which device, before or after it).
MOMENTS = tuple(
    (step, device, when)
    for step, devices in {
        "load": ("dx",),
        "commit": ("nte", "dx"),
        "running_config": ("dx",),  # as it verifies
        "confirm": ("nte", "dx"),
    }.items()
    for device in devices
    for when in ("before", "after")
)


def _dying(speech: Speech, step: str, victim: str, when: str) -> None:
    """Let the step kill this process when it comes to the victim; reads count only once something is committed."""
    real = getattr(speech, step)
    committed = speech.commit
    seen = {"commits": 0}

    def count(device: Device, revert_after_s: int) -> None:
        committed(device, revert_after_s)
        seen["commits"] += 1

    def deadly(device: Device, *rest: object) -> object:
        mortal = device.name == victim and (step != "running_config" or seen["commits"])
        if mortal and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = real(device, *rest)
        if mortal:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    setattr(speech, "commit", count)  # noqa: B010 - mypy lets no method be assigned to
    setattr(speech, step, deadly)


def deploy_and_die(
    hosts: dict[str, HostAddress],
    settings: AutomationSettings,
    changes: tuple[DeviceChange, ...],
    moment: tuple[str, str, str],
    revert_after_s: int,
) -> None:
    """What the process runs."""
    session.TICK = 0.005  # ncclient otherwise sends ten times a second what waits in its queue
    for platform in (EOS, JUNOS, OPENWRT):
        _dying(platform.speech, *moment)
    NornirDeployer(lambda: hosts, settings).deploy(changes, revert_after_s)
