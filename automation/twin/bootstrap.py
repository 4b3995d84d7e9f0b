"""What a device says before anybody has commissioned it: enough to be reached, and nothing more.

An engineer (or zero-touch) puts this on; the rest is the baseline's (`automation/baseline.py`). The address
is the twin's own: a loopback address, reached without encryption.
"""

from collections.abc import Callable, Mapping

from automation.baseline import BaselineRules
from automation.dialects.openwrt.day_zero import day_zero_of
from automation.twin.junos.show import JUNOS_VERSION
from automation.uci import export
from inventory.devices import Device
from inventory.snapshot import Snapshot


def _eos(_snapshot: Snapshot, device: Device, _rules: BaselineRules) -> str:
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


def _junos(_snapshot: Snapshot, device: Device, _rules: BaselineRules) -> str:
    return f"""\
version {JUNOS_VERSION};
system {{
    host-name {device.name};
    services {{
        netconf {{
            ssh;
        }}
    }}
}}
interfaces {{
    fxp0 {{
        unit 0 {{
            family {{
                inet {{
                    address {device.management_address}/8;
                }}
            }}
        }}
    }}
}}
"""


def _openwrt(snapshot: Snapshot, device: Device, rules: BaselineRules) -> str:
    """As phone home would put it on: name, bridge, management, radios."""
    return export(day_zero_of(snapshot, device, rules))


type Bootstrap = Callable[[Snapshot, Device, BaselineRules], str]
BOOTSTRAPS: Mapping[str, Bootstrap] = {"eos": _eos, "junos": _junos, "openwrt": _openwrt}
"""By platform: the twin has simulators of these, and of no other."""
