"""Turn what an access point should serve into UCI. Pure, but for reading the templates."""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from jinja2.sandbox import SandboxedEnvironment

from automation.dialects.openwrt.names import BRIDGE, UNTAGGED_VLAN, network_name
from automation.dialects.text import Allowed, check_tag, templates
from automation.errors import PlatformCannot, UnsafeText
from automation.intents import AccessPointIntent, Intent
from automation.uci import quoted
from automation.wireless import Passpoint, RadiusServer, SsidIntent, SsidSecurity, SsidTenantIntent

LONGEST_SSID = 32  # octets (IEEE 802.11-2020, 9.4.2.2)
_LONGEST_OPERATOR = 252  # octets (Hotspot 2.0 specification, operator friendly name)
_LABEL = Allowed(
    re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}"), "1 to 32 letters, digits, dots, dashes and underscores"
)
_DEVICE = Allowed(re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"), "1 to 64 letters, digits, dots and dashes")
_UPLINK = Allowed(re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,14}"), "a port name such as eth0")
_RADIO = Allowed(re.compile(r"[A-Za-z][A-Za-z0-9_]{0,14}"), "a radio's name such as radio0")
_SEALED = Allowed(re.compile(r"[A-Za-z0-9_=-]{1,400}"), "a sealed secret")
_HOST = Allowed(
    re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"), "a host's or domain's name, or an address"
)
_CONSORTIUM = Allowed(re.compile(r"[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{4})?"), "6 or 10 hexadecimal digits")
_PRINTED = Allowed(re.compile(r"[A-Za-z0-9_.+-]*|'(?:[^'\x00-\x1f\x7f]|'\\'')*'"), "a word, or a text in quotes")
_ENCRYPTION = {
    SsidSecurity.OPEN: "none",
    SsidSecurity.OWE: "owe",
    SsidSecurity.PSK2: "psk2+ccmp",
    SsidSecurity.SAE: "sae",
    SsidSecurity.WPA2_ENTERPRISE: "wpa2+ccmp",
    SsidSecurity.WPA3_ENTERPRISE: "wpa3",
    SsidSecurity.PASSPOINT: "wpa2+ccmp",
}
_PROTECTED = frozenset({SsidSecurity.OWE, SsidSecurity.SAE, SsidSecurity.WPA3_ENTERPRISE})  # they demand 802.11w


@dataclass(frozen=True, slots=True)
class _Network:
    name: str
    s_vlan: int
    uplink: str


@dataclass(frozen=True, slots=True)
class _Ssid:
    """An intent as the templates take it."""

    intent: SsidIntent
    name: str
    encryption: str
    protects_management: bool
    nas: str


@dataclass(frozen=True, slots=True)
class _Tenant:
    """A tenant of a shared SSID as the templates take it: `iface` is the SSID's name without its radio."""

    name: str
    iface: str
    s_vlan: int
    radios: tuple[str, ...]


def render(intents: Sequence[Intent]) -> str:
    """Return what the access point's configuration says for these intents, as `uci export` prints it.

    Raises:
        UnsafeText: a field holds what may not reach the device.
        ValueError: a tag is no possible one, or security and what it needs do not go together.
        PlatformCannot: an access point has nothing of that kind.
    """
    wanted, tenants = ssids_of(intents), tenants_of(intents)
    for intent in wanted:
        check_intent(intent)
    for tenant in tenants:
        check_tenant(tenant)
    bases = [intent for intent in intents if isinstance(intent, AccessPointIntent)]
    for base in bases:
        _check_base(base)
    shown = [_shown(intent) for intent in wanted]
    networks = [*map(_own_network, wanted), *map(_own_network, tenants)]
    vlans = [*(_own_people(one) for one in wanted if one.is_shared), *map(_tenant, tenants)]
    template = _templates().get_template("device.j2")
    return template.render(
        bases=bases, networks=networks, ssids=shown, tenants=vlans, bridge=BRIDGE, untagged=UNTAGGED_VLAN
    )


def encryption_of(security: SsidSecurity) -> str:
    """How UCI says it ("Wi-Fi /etc/config/wireless", OpenWrt wiki: encryption modes)."""
    return _ENCRYPTION[security]


def ssids_of(intents: Sequence[Intent]) -> tuple[SsidIntent, ...]:
    """Raises: PlatformCannot."""
    for intent in intents:
        if not isinstance(intent, SsidIntent | SsidTenantIntent | AccessPointIntent):
            raise PlatformCannot(intent.device, "openwrt", [intent.kind], [])
    return tuple(intent for intent in intents if isinstance(intent, SsidIntent))


def tenants_of(intents: Sequence[Intent]) -> tuple[SsidTenantIntent, ...]:
    return tuple(intent for intent in intents if isinstance(intent, SsidTenantIntent))


def _check_base(base: AccessPointIntent) -> None:
    """Raises: UnsafeText."""
    for field, text in (("address", base.address), ("netmask", base.netmask), ("gateway", base.gateway)):
        if text is not None and not _is_ipv4(text):
            raise UnsafeText(f"{field} of an access point", "an IPv4 address")
    for uplink in base.uplinks:
        _UPLINK.check("name of the uplink", uplink)


def _is_ipv4(text: str) -> bool:
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


@cache
def _templates() -> SandboxedEnvironment:
    environment = templates("openwrt", _PRINTED)
    environment.filters["uci"] = quoted
    return environment


def _shown(intent: SsidIntent) -> _Ssid:
    return _Ssid(
        intent,
        network_name(intent.label),
        encryption_of(intent.security),
        intent.security in _PROTECTED,
        f"{intent.device}.{intent.label}",
    )


def _own_network(intent: SsidIntent | SsidTenantIntent) -> _Network:
    return _Network(network_name(intent.label), intent.s_vlan, intent.uplink)


def _own_people(intent: SsidIntent) -> _Tenant:
    """Those of whom a shared SSID is are a tenant of it too: RADIUS names their VLAN like everybody's."""
    name = network_name(intent.label)
    return _Tenant(name, name, intent.s_vlan, intent.radios)


def _tenant(intent: SsidTenantIntent) -> _Tenant:
    return _Tenant(network_name(intent.label), network_name(intent.shared), intent.s_vlan, intent.radios)


def check_intent(intent: SsidIntent) -> None:
    """Raises: UnsafeText, ValueError."""
    _LABEL.check("label of the SSID", intent.label)
    _check_ssid(intent.ssid)
    _check_place(intent)
    _check_security(intent)


def check_tenant(intent: SsidTenantIntent) -> None:
    """Raises: UnsafeText, ValueError."""
    _LABEL.check("label of a tenant", intent.label)
    _LABEL.check("label of a shared SSID", intent.shared)
    _check_place(intent)


def _check_place(intent: SsidIntent | SsidTenantIntent) -> None:
    """Raises: UnsafeText, ValueError."""
    _DEVICE.check("name of the device", intent.device)
    _UPLINK.check("name of the uplink", intent.uplink)
    for radio in intent.radios:
        _RADIO.check("name of a radio", radio)
    if not intent.radios or len(set(intent.radios)) != len(intent.radios):
        raise ValueError("an SSID is sent on one radio or more, on each once")
    check_tag("S-VLAN of an SSID", intent.s_vlan)


def _check_ssid(ssid: str) -> None:
    octets = len(ssid.encode("utf-8", "surrogatepass"))
    if not 1 <= octets <= LONGEST_SSID or not ssid.isprintable():
        raise UnsafeText("SSID", f"1 to {LONGEST_SSID} octets of UTF-8 that can be printed")


def _check_security(intent: SsidIntent) -> None:
    if intent.security.needs_key != bool(intent.sealed_key):
        raise ValueError(f"security {intent.security} and a passphrase do not go together, or lack each other")
    if intent.security.needs_radius != bool(intent.radius):
        raise ValueError(f"security {intent.security} and a RADIUS server do not go together, or lack each other")
    if (intent.security is SsidSecurity.PASSPOINT) != (intent.passpoint is not None):
        raise ValueError(f"security {intent.security} and a Passpoint profile do not go together, or lack each other")
    if intent.is_shared and not intent.security.needs_radius:
        raise ValueError("tenants of a shared SSID are told apart by RADIUS, and there is none")
    for field, text in _secrets(intent):
        _SEALED.check(field, text)
    _check_radius(intent.radius)
    if intent.passpoint is not None:
        _check_passpoint(intent.passpoint)


def _secrets(intent: SsidIntent) -> Iterator[tuple[str, str]]:
    if intent.sealed_key:
        yield "passphrase", intent.sealed_key
    for server in intent.radius:
        yield "secret of a RADIUS server", server.sealed_secret


def _check_radius(servers: Sequence[RadiusServer]) -> None:
    if len({(one.port, one.accounting_port, one.sealed_secret) for one in servers}) > 1:
        raise ValueError("all RADIUS servers of an SSID have the same ports and the same secret")
    for server in servers:
        if not _is_address(server.address):
            _HOST.check("address of a RADIUS server", server.address)
        for port in filter(None, (server.port, server.accounting_port)):
            if not 1 <= port <= 65535:
                raise ValueError(f"{port} is no port of a RADIUS server")


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text


def _check_passpoint(profile: Passpoint) -> None:
    octets = len(profile.operator.encode("utf-8", "surrogatepass"))
    if not 1 <= octets <= _LONGEST_OPERATOR or not profile.operator.isprintable():
        raise UnsafeText("operator of a Passpoint profile", f"1 to {_LONGEST_OPERATOR} octets that can be printed")
    for consortium in profile.consortiums:
        _CONSORTIUM.check("consortium of a Passpoint profile", consortium)
    for name in (*profile.realms, *profile.domains):
        _HOST.check("realm or domain of a Passpoint profile", name)
