"""Devices an acceptance run speaks to: those of a YAML file, real ones too, or simulated ones of the tests' own.

docs/how-to/live.md describes the file. A device needs one free UNI or one trunk that is ready, or both; what is
put on them is one circuit on an S-VLAN nobody uses, and every test takes it off again.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from automation.deploy import NornirDeployer
from automation.hosts import HostAddress
from automation.intents import BandwidthProfile, CircuitIntent, UniIntent
from automation.settings import AutomationSettings

LABEL = "S-ACCEPTANCE"
PROFILE = BandwidthProfile(20, 0, 25_000, 0)


class LiveDevice(BaseModel):
    """One device of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    address: str
    platform: str
    uni: str | None = Field(None, description="a port nobody uses, as found")
    trunks: tuple[str, ...] = Field((), description="ports ready to carry an S-VLAN")


class LiveFile(BaseModel):
    """The whole file. `settings` are the product's own of the automation floor, by their names in small letters."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    username: str
    password_env: str
    s_vlan: int = Field(3999, ge=1, le=4094)
    revert_after_s: int = Field(60, ge=1)
    settings: Mapping[str, str | int | bool] = Field(default_factory=dict)
    devices: tuple[LiveDevice, ...] = Field(min_length=1)


class _OfFile(AutomationSettings):
    """Nothing but what the file says: what stands in the environment or in a `.env` is another network's."""

    @classmethod
    def settings_customise_sources(  # pydantic-settings' own way to say where settings come from
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        **_others: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del settings_cls
        return (init_settings,)


@dataclass(frozen=True)
class Bench:
    """The devices under test, and how they are spoken to. `revert_after_s` is the timer that tests wait out."""

    hosts: Mapping[str, HostAddress]
    intents: tuple[CircuitIntent, ...]
    settings: AutomationSettings
    revert_after_s: int

    @property
    def deployer(self) -> NornirDeployer:
        return NornirDeployer(lambda: self.hosts, self.settings)

    def texts(self) -> dict[str, str]:
        """What every device says now, without secrets."""
        return {name: self.deployer.running_config(name) for name in self.hosts}


def read_bench(path: Path) -> Bench:
    """The devices of a file. The password comes from the environment. Raises: ValidationError, KeyError."""
    read = LiveFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    given: dict[str, Any] = {**read.settings, "device_username": read.username}
    settings = _OfFile(device_password=SecretStr(os.environ[read.password_env]), **given)
    hosts = {one.name: HostAddress(one.name, one.address, one.platform) for one in read.devices}
    return Bench(hosts, tuple(_intent(one, read.s_vlan) for one in read.devices), settings, read.revert_after_s)


def _intent(device: LiveDevice, s_vlan: int) -> CircuitIntent:
    uni = None if device.uni is None else UniIntent(device.uni, f"{LABEL} acceptance", PROFILE)
    return CircuitIntent(device.name, LABEL, s_vlan, device.trunks, uni)
