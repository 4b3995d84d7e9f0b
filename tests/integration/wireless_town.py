"""Two switches and two access points, simulated, each speaking its own protocol: what SSIDs are put on in tests."""

from pathlib import Path

from pydantic import SecretStr

from automation.change_plan import ChangeAction, DeviceChange
from automation.deploy import NornirDeployer
from automation.dialects.openwrt.day_zero import day_zero
from automation.hosts import HostAddress
from automation.intents import AccessPointIntent, CircuitIntent, Intent
from automation.sealing import Sealer
from automation.settings import AutomationSettings
from automation.twin.eapi import Credentials
from automation.twin.fleet import Fleet
from automation.twin.model import TwinDevice, TwinPort
from automation.twin.openwrt.authority import twin_authority
from automation.uci import export
from automation.wireless import SsidIntent, SsidSecurity
from inventory.devices import PortRef

PASSWORD = "not-a-secret-of-anybody"
PEPPER = SecretStr("pepper-of-these-tests")
PASSPHRASE = "correct horse battery"
REVERT_AFTER_S = 300
SSID = 'Bob\'s "käse" $(reboot) `x` #1'
RADIOS = ("radio0", "radio1")
SWITCH_CONFIG = """\
hostname {name}
!
interface Ethernet1
   switchport trunk allowed vlan none
   switchport mode trunk
!
interface Ethernet2
   switchport trunk allowed vlan none
   switchport mode trunk
!
interface Ethernet3
   switchport trunk allowed vlan none
   switchport mode trunk
!
end
"""
CABLES = {
    PortRef("dx", "Ethernet2"): PortRef("dxp", "Ethernet1"),
    PortRef("dxp", "Ethernet2"): PortRef("ap-1", "eth0"),
    PortRef("dxp", "Ethernet3"): PortRef("ap-2", "eth0"),
}
FAR_ENDS = CABLES | {far: near for near, far in CABLES.items()}


def _port(device: str, name: str) -> TwinPort:
    return TwinPort(name, far_end=FAR_ENDS.get(PortRef(device, name)), attached=True)


def switch(number: int, name: str) -> TwinDevice:
    ports = tuple(_port(name, f"Ethernet{port}") for port in (1, 2, 3))
    return TwinDevice(name, f"127.1.78.{number}", ports, SWITCH_CONFIG.format(name=name))


def access_point(number: int, name: str) -> TwinDevice:
    address = f"127.1.78.{number}"
    config = export(day_zero(AccessPointIntent(name, address, "255.0.0.0", ("eth0",)), RADIOS))
    return TwinDevice(name, address, (_port(name, "eth0"),), config, "LW-AP6 outdoor", platform="openwrt")


DEVICES = (switch(1, "dx"), switch(2, "dxp"), access_point(3, "ap-1"), access_point(4, "ap-2"))
NAMES = tuple(device.name for device in DEVICES)


def start_fleet(startup_dir: Path | None = None) -> Fleet:
    account = Credentials("neutralhost", SecretStr(PASSWORD))
    return Fleet.start(DEVICES, credentials=account, startup_dir=startup_dir)


def settings_for(fleet: Fleet, folder: Path, **changed: object) -> AutomationSettings:
    """Access points over HTTPS, their certificates checked; switches over HTTP on loopback."""
    authority = folder / "authority.pem"
    authority.write_text(twin_authority().pem)
    values = {
        "device_username": "neutralhost",
        "device_password": SecretStr(PASSWORD),
        "eapi_transport": "http",
        "eapi_port": fleet.port,
        "ubus_port": fleet.ports["openwrt"],
        "ubus_ca_file": authority,
        "token_pepper": PEPPER,
        "connect_timeout_s": 2,
        "workers": 4,
        "busy_wait_s": 0,
    }
    return AutomationSettings.model_validate(values | changed)


def addresses(fleet: Fleet) -> dict[str, HostAddress]:
    return {device.name: HostAddress(device.name, device.address, device.platform) for device in fleet.devices}


def deployer_for(fleet: Fleet, folder: Path, **changed: object) -> NornirDeployer:
    hosts = addresses(fleet)
    return NornirDeployer(lambda: hosts, settings_for(fleet, folder, **changed))


def texts(fleet: Fleet) -> dict[str, str]:
    return {name: fleet.running_config(name) for name in NAMES}


def ssid(device: str, label: str = "S-1", s_vlan: int = 2001, passphrase: str = PASSPHRASE) -> SsidIntent:
    sealed = Sealer(PEPPER).seal(passphrase, SSID)
    return SsidIntent(device, label, SSID, s_vlan, "eth0", RADIOS, SsidSecurity.SAE, sealed)


def service(label: str = "S-1", s_vlan: int = 2001) -> tuple[Intent, ...]:
    """An SSID on both access points, its traffic brought through the switches to the handover."""
    return (
        CircuitIntent("dx", label, s_vlan, ("Ethernet1", "Ethernet2")),
        CircuitIntent("dxp", label, s_vlan, ("Ethernet1", "Ethernet2", "Ethernet3")),
        ssid("ap-1", label, s_vlan),
        ssid("ap-2", label, s_vlan),
    )


def rehearsed(deployer: NornirDeployer, intents: tuple[Intent, ...], action: ChangeAction) -> tuple[DeviceChange, ...]:
    rehearsal = deployer.rehearse(intents, action)
    assert rehearsal.refusals == ()
    return rehearsal.changes
