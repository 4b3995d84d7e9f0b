"""What a device says before anybody has commissioned it: enough to be reached, and nothing more.

An engineer (or zero-touch) puts this on; the rest is the baseline's (`automation/baseline.py`). The address
is the twin's own: a loopback address, reached without encryption.
"""

from collections.abc import Callable, Mapping

from inventory.devices import Device


def _eos(device: Device) -> str:
    return f"""\
hostname {device.name}
management api http-commands
   no protocol https
   protocol http
   no shutdown
interface Management1
   description management
   ip address {device.management_address}/8
"""


BOOTSTRAPS: Mapping[str, Callable[[Device], str]] = {"eos": _eos}
"""By platform: the twin has simulators of these, and of no other."""
