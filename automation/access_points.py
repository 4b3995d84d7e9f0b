"""What a new access point is given when it phones home: its place's configuration, and who may manage it. Pure."""

from dataclasses import dataclass, field
from datetime import datetime

from automation.baseline import BaselineRules, rules_of
from automation.device_certificates import Authority
from automation.dialects.openwrt.account import acl, login
from automation.dialects.openwrt.day_zero import day_zero_of
from automation.settings import AutomationSettings
from automation.sha512_crypt import new_hash
from automation.uci import export
from inventory.devices import Device
from inventory.snapshot import Snapshot

OPENWRT_PLATFORM = "openwrt"


@dataclass(frozen=True, slots=True)
class AccessPointRules:
    """What holds for all access points. `authority` is the PEM of who signs certificates, "" where none is set."""

    account: str = ""
    password_hash: str = field(default="", repr=False)
    authority: str = ""
    signs: Authority | None = None
    country: str = "GB"
    baseline: BaselineRules = field(default_factory=BaselineRules)


@dataclass(frozen=True, slots=True)
class FirstConfig:
    """What an access point puts on. `config` is for `uci import`; `acl` is the file of the account's rights."""

    device: str
    config: str = field(repr=False)
    acl: dict[str, object]
    authority: str
    certificate: str = ""


def access_point_rules(settings: AutomationSettings) -> AccessPointRules:
    """The account's password leaves here as a hash, and in no other form."""
    authority = settings.ubus_ca_file.read_text(encoding="utf-8") if settings.ubus_ca_file else ""
    key = settings.ubus_ca_key_file.read_text(encoding="utf-8") if settings.ubus_ca_key_file else ""
    return AccessPointRules(
        settings.device_username,
        new_hash(settings.device_password.get_secret_value()),
        authority,
        Authority(authority, key) if key else None,
        settings.access_point_country,
        rules_of(settings),
    )


def first_config(
    snapshot: Snapshot, device: Device, rules: AccessPointRules, request: str, now: datetime
) -> FirstConfig:
    """Day 0 of an access point, its account, and the certificate it asks for in `request`, "" where it does not.

    Raises: SigningRequestInvalid, AuthorityUnusable.
    """
    signs = rules.signs if request else None
    certificate = signs.sign(request, device.name, device.management_address or "", now) if signs else ""
    config = day_zero_of(snapshot, device, rules.baseline, country=rules.country)
    whole = {**config, "rpcd": (login(rules.account, rules.password_hash),)}
    return FirstConfig(device.name, export(whole), acl(rules.account), rules.authority, certificate)
