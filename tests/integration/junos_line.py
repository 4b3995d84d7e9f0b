"""Three devices in a row, Junos at both ends and EOS between them, and a circuit across them."""

from pydantic import SecretStr

from automation.deploy import NornirDeployer
from automation.hosts import HostAddress
from automation.intents import BandwidthProfile, CircuitIntent, UniIntent
from automation.settings import AutomationSettings
from automation.twin.eapi import Credentials
from automation.twin.fleet import Fleet
from automation.twin.model import TwinDevice, TwinPort
from inventory.devices import PortRef

PASSWORD = "not-a-secret-of-anybody"
CREDENTIALS = Credentials("neutralhost", SecretStr(PASSWORD))
REVERT_AFTER_S = 300
JUNOS_TEXT = """\
version 22.4R3.25;
system {
    host-name NAME;
    root-authentication {
        encrypted-password "$6$abc$SECRETHASH"; ## SECRET-DATA
    }
    services {
        netconf {
            ssh;
            EXTRA
        }
    }
}
interfaces {
    ge-0/0/0 {
        description "Free UNI";
        disable;
    }
    ge-0/0/1 {
        disable;
    }
    xe-0/1/0 {
        flexible-vlan-tagging;
        encapsulation flexible-ethernet-services;
        gigether-options {
            ethernet-switch-profile {
                tag-protocol-id 0x88a8;
            }
        }
    }
    xe-0/1/1 {
        flexible-vlan-tagging;
        encapsulation flexible-ethernet-services;
        gigether-options {
            ethernet-switch-profile {
                tag-protocol-id 0x88a8;
            }
        }
    }
}
protocols {
    lldp {
        interface all;
    }
}
"""
EOS_TEXT = """\
hostname NAME
interface Ethernet1
   switchport trunk allowed vlan none
   switchport mode trunk
interface Ethernet2
   switchport trunk allowed vlan none
   switchport mode trunk
"""
CABLES = {
    PortRef("nte", "xe-0/1/0"): PortRef("dxp", "Ethernet1"),
    PortRef("dxp", "Ethernet2"): PortRef("dx", "xe-0/1/0"),
}
_BOTH_WAYS = CABLES | {far: near for near, far in CABLES.items()}


def _device(number: int, name: str, platform: str, extra: str, ports: tuple[str, ...]) -> TwinDevice:
    made = tuple(TwinPort(port, 10_000, _BOTH_WAYS.get(PortRef(name, port)), True, -7.5) for port in ports)
    text = JUNOS_TEXT if platform == "junos" else EOS_TEXT
    config = text.replace("NAME", name).replace("EXTRA", extra)
    return TwinDevice(name, f"127.1.79.{number}", made, config, model="MX204", serial=f"SIM{number}", platform=platform)


_JUNOS_PORTS = ("ge-0/0/0", "ge-0/0/1", "xe-0/1/0", "xe-0/1/1")
# One Junos frames its messages as NETCONF 1.0 does, the other, told to follow the RFCs, as 1.1.
DEVICES = (
    _device(1, "nte", "junos", "", _JUNOS_PORTS),
    _device(2, "dxp", "eos", "", ("Ethernet1", "Ethernet2")),
    _device(3, "dx", "junos", "rfc-compliant;", _JUNOS_PORTS),
)
NAMES = tuple(device.name for device in DEVICES)
HOSTS = {device.name: HostAddress(device.name, device.address, device.platform) for device in DEVICES}


def circuit(
    label: str = "S-1", s_vlan: int = 2001, port: str = "ge-0/0/0", cir_mbps: int = 100, c_vlan: int | None = None
) -> tuple[CircuitIntent, ...]:
    profile = BandwidthProfile(cir_mbps, 200, 12_500, 25_000)
    uni = UniIntent(port, f"{label} for 10001", profile, c_vlan=c_vlan)
    return (
        CircuitIntent("nte", label, s_vlan, ("xe-0/1/0",), uni),
        CircuitIntent("dxp", label, s_vlan, ("Ethernet1", "Ethernet2")),
        CircuitIntent("dx", label, s_vlan, ("xe-0/1/0", "xe-0/1/1")),
    )


def settings_for(fleet: Fleet, **changed: object) -> AutomationSettings:
    values = {
        "device_username": "neutralhost",
        "device_password": SecretStr(PASSWORD),
        "eapi_transport": "http",
        "eapi_port": fleet.port,
        "netconf_port": fleet.ports["junos"],
        "connect_timeout_s": 3,
        "workers": 3,
        "busy_wait_s": 0,
        "ssh_verify": False,
    }
    return AutomationSettings.model_validate(values | changed)


def deployer_for(fleet: Fleet, **changed: object) -> NornirDeployer:
    return NornirDeployer(lambda: HOSTS, settings_for(fleet, **changed))


def texts(fleet: Fleet) -> dict[str, str]:
    return {name: fleet.running_config(name) for name in NAMES}
