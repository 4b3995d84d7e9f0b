"""Settings of the automation floor, from the environment (`NEUTRALHOST_...`) or a `.env` file."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class AutomationSettings(BaseSettings):
    """Read once by the entry point, passed by value. Times in seconds."""

    model_config = SettingsConfigDict(env_prefix="NEUTRALHOST_", env_file=".env", extra="ignore", frozen=True)

    device_username: str = Field("neutralhost", description="account on the devices")
    device_password: SecretStr = Field(description="its password")
    eapi_transport: str = Field(
        "https", pattern="^https?$", description="how eAPI is spoken to: https, or http on loopback"
    )
    eapi_port: int = Field(443, ge=1, le=65535, description="TCP port of eAPI on every device")
    eapi_verify: bool = Field(True, description="hold the devices' certificates against a certificate authority")
    eapi_ca_file: Path | None = Field(
        None, description="the certificate authority that signed the devices' certificates; the system's where unset"
    )
    ssh_verify: bool = Field(
        True, description="refuse devices spoken to over SSH (Junos, IOS, IOS XR) whose host key is not known"
    )
    ssh_known_hosts: Path | None = Field(
        None, description="the host keys that are known, as in known_hosts; those of the account we run as where unset"
    )
    netconf_port: int = Field(830, ge=1, le=65535, description="TCP port of NETCONF over SSH on every Junos device")
    ubus_port: int = Field(443, ge=1, le=65535, description="TCP port of ubus over HTTPS on every access point")
    ubus_transport: str = Field(
        "https", pattern="^https?$", description="how ubus is spoken to: https, or http (on loopback only)"
    )
    ubus_verify: bool = Field(True, description="hold access points' certificates against a certificate authority")
    ubus_ca_file: Path | None = Field(
        None, description="the certificate authority that signed access points' certificates; the system's where unset"
    )
    ubus_ca_key_file: Path | None = Field(
        None,
        description="that authority's private key: with it access points that phone home get a certificate; "
        "where unset, they bring their own",
    )
    access_point_netmask: str = Field(
        "255.255.255.0",
        pattern=r"^[0-9]{1,3}(\.[0-9]{1,3}){3}$",
        description="netmask of access points' management addresses, given when they phone home",
    )
    access_point_gateway: str = Field(
        "", pattern=r"^([0-9]{1,3}(\.[0-9]{1,3}){3})?$", description="their gateway; none where it is empty"
    )
    access_point_country: str = Field(
        "GB", pattern=r"^[A-Z]{2}$", description="country whose rules access points' radios keep, as ISO 3166 has it"
    )
    token_pepper: SecretStr | None = Field(
        None, description="also the key that passphrases are sealed with: opens them on their way to access points"
    )
    ntp_servers: tuple[str, ...] = Field((), description="time servers of every device, as JSON: part of its baseline")
    syslog_servers: tuple[str, ...] = Field((), description="log servers of every device, as JSON")
    management_from: tuple[str, ...] = Field(
        (), description="IPv4 prefixes from which people may sign in to devices, as JSON; not limited where empty"
    )
    peering_vlan: int | None = Field(
        None, ge=1, le=4094, description="VLAN of the exchange's LAN on every DX; none where nobody peers"
    )
    connect_timeout_s: int = Field(10, ge=1, description="how long to wait for one answer of a device")
    workers: int = Field(50, ge=1, le=200, description="devices spoken to at a time")
    busy_wait_s: int = Field(
        10, ge=0, description="how long to wait for somebody else's configuration session to be finished"
    )
