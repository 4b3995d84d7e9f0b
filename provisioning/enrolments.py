"""Access points that are expected: each with a key that is good once, and how far it has come. Pure."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from automation.access_points import OPENWRT_PLATFORM
from inventory.devices import Device, DeviceRole, Lifecycle
from provisioning.enrolment_errors import HomeKeyExpired, HomeKeyUsed, NotEnrollable

KEY_PREFIX = "nhap_"  # what every key begins with, so that scanners find leaked ones


class EnrolmentState(StrEnum):
    """How far an access point has come."""

    EXPECTED = "expected"
    EXPIRED = "expired"  # its key was not used in time
    PHONED_HOME = "phoned home"  # it has its configuration, and has not been reached yet
    SERVING = "serving"  # it answers to our account: change plans reach it


@dataclass(frozen=True, slots=True)
class Enrolment:
    """An access point that is, or was, expected. `key_hash` is a keyed hash of its one-time key."""

    device: str
    serial: str
    issued_at: datetime
    issued_by: str
    expires_at: datetime
    key_hash: str = field(repr=False)
    phoned_home_at: datetime | None = None
    phoned_from: str = ""
    serving_at: datetime | None = None

    def state(self, now: datetime) -> EnrolmentState:
        if self.serving_at is not None:
            return EnrolmentState.SERVING
        if self.phoned_home_at is not None:
            return EnrolmentState.PHONED_HOME
        return EnrolmentState.EXPIRED if now >= self.expires_at else EnrolmentState.EXPECTED


def new_enrolment(device: Device, key_hash: str, by: str, now: datetime, good_for: timedelta) -> Enrolment:
    """Raises: NotEnrollable."""
    must_be_enrollable(device)
    return Enrolment(device.name, device.serial, now, by, now + good_for, key_hash)


def can_be_enrolled(device: Device) -> bool:
    try:
        must_be_enrollable(device)
    except NotEnrollable:
        return False
    return True


def must_be_enrollable(device: Device) -> None:
    """Raises: NotEnrollable."""
    lacking = {
        "it is no access point": device.role is not DeviceRole.ACCESS_POINT,
        f"its platform {device.platform} has no phone home": device.platform != OPENWRT_PLATFORM,
        "it has no serial": not device.serial,
        "it has no management address": device.management_address is None,
        "it is retired": device.lifecycle is Lifecycle.RETIRED,
    }
    for why, is_so in lacking.items():
        if is_so:
            raise NotEnrollable(device.name, why)


def phoned_home(enrolment: Enrolment, now: datetime, address: str) -> Enrolment:
    """The enrolment once its key was used. Raises: HomeKeyUsed, HomeKeyExpired."""
    if enrolment.phoned_home_at is not None:
        raise HomeKeyUsed(enrolment.device, enrolment.phoned_home_at)
    if now >= enrolment.expires_at:
        raise HomeKeyExpired(enrolment.device, enrolment.expires_at)
    return replace(enrolment, phoned_home_at=now, phoned_from=address)
