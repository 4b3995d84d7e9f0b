"""Plan the commands that take an access point from some SSIDs to others. Pure.

What is ours are whole sections with names of our making (names.py): they come and go, and no other section is
touched. So what is left after a cease is byte for byte what was there before.
"""

from collections.abc import Mapping, Sequence

from automation.dialects.dialect import DevicePlan
from automation.dialects.openwrt.names import BRIDGE, network_name
from automation.dialects.openwrt.render import render, ssids_of, tenants_of
from automation.errors import PlanOutOfBounds, PortUnfit, TagNotFree
from automation.intents import Intent
from automation.uci import Section, Uci, difference, parse, parse_commands, text_of
from automation.wireless import SSIDS_PER_RADIO, SsidIntent, SsidTenantIntent
from automation.wireless_errors import RadioFull, SsidTaken

type Names = frozenset[tuple[str, str]]  # package and section


def plan(running: str, before: Sequence[Intent], after: Sequence[Intent]) -> DevicePlan:
    """See `Dialect.plan`. Raises also: RadioFull, SsidTaken, UciUnreadable."""
    config, old, new = parse(running), parse(render(before)), parse(render(after))
    ours = names_of(old) | names_of(new)
    others = {name: tuple(one for one in config[name] if (name, one.name) not in ours) for name in config}
    for intent in ssids_of(after):
        _check_room(config, others, intent)
    for tenant in tenants_of(after):
        _check_shared((config, new), others, tenant)
    _check_radios(others, new, after)
    commands = text_of(difference(_only(config, ours), new))
    check_bounds(commands, (*before, *after))
    return DevicePlan(commands, tuple(after or before))


def names_of(config: Uci) -> Names:
    return frozenset((package, section.name) for package, sections in config.items() for section in sections)


def _only(config: Uci, names: Names) -> Uci:
    return {
        package: tuple(section for section in sections if (package, section.name) in names)
        for package, sections in config.items()
    }


def check_bounds(commands: str, intents: Sequence[Intent]) -> None:
    """Raises: PlanOutOfBounds. Every command is about a section that these intents own."""
    owned = names_of(parse(render(intents)))
    outside = [
        f"{one.verb} {one.package}.{one.section}"
        for one in parse_commands(commands)
        if (one.package, one.section) not in owned
    ]
    if outside:
        raise PlanOutOfBounds(intents[0].device if intents else "a device", list(dict.fromkeys(outside)))


def _check_room(config: Uci, others: Uci, intent: SsidIntent) -> None:
    """Raises: PortUnfit, TagNotFree, SsidTaken. The bridge, the radios and the tags are there to be used."""
    bridge = next((one for one in config.get("network", ()) if one.one("name") == BRIDGE), None)
    if bridge is None or intent.uplink not in bridge.many("ports"):
        raise PortUnfit(intent.device, intent.uplink, f"is not a port of the bridge {BRIDGE}")
    radios = {one.name for one in config.get("wireless", ()) if one.type == "wifi-device"}
    for radio in intent.radios:
        if radio not in radios:
            raise PortUnfit(intent.device, radio, "is not a radio of the device")
        _check_name_free(others, intent, radio)
    _check_tag_free(others, intent)


def _check_shared(sending: Sequence[Uci], others: Uci, intent: SsidTenantIntent) -> None:
    """Raises: PortUnfit, TagNotFree. The shared SSID is sent on each of the radios, or comes with this plan."""
    found = (one for config in sending for one in config.get("wireless", ()))
    sent = {one.name for one in found if one.type == "wifi-iface" and one.one("dynamic_vlan")}
    for radio in intent.radios:
        if f"{network_name(intent.shared)}_{radio}" not in sent:
            raise PortUnfit(intent.device, radio, f"does not send the shared SSID of {intent.shared}")
    _check_tag_free(others, intent)


def _check_tag_free(others: Uci, intent: SsidIntent | SsidTenantIntent) -> None:
    """Raises: TagNotFree."""
    if holder := holder_of(others, intent.s_vlan):
        raise TagNotFree(intent.device, intent.s_vlan, f"it is used by network.{holder} there")


def _check_name_free(others: Uci, intent: SsidIntent, radio: str) -> None:
    for section in _sent(others, radio):
        if section.one("ssid") == intent.ssid:
            raise SsidTaken(intent.device, radio, f"wireless.{section.name}")


def holder_of(config: Uci, tag: int) -> str:
    """The section that uses a tag, "" where none does: a VLAN of a bridge, or anything on a device such as eth0.7."""
    for section in config.get("network", ()):
        if section.type == "bridge-vlan" and section.one("vlan") == str(tag):
            return section.name
        if section.type in {"interface", "device"} and _is_on_tag(section, tag):
            return section.name
    return ""


def _is_on_tag(section: Section, tag: int) -> bool:
    named = (*section.many("device"), *section.many("ports"), section.one("name"))
    return any(one.partition(":")[0].rpartition(".")[2] == str(tag) and "." in one for one in named)


def _sent(config: Uci, radio: str) -> list[Section]:
    found = config.get("wireless", ())
    return [one for one in found if one.type == "wifi-iface" and radio in one.many("device")]


def _check_radios(others: Uci, new: Uci, after: Sequence[Intent]) -> None:
    """Raises: RadioFull. SSIDs that are not ours count as well."""
    counts: Mapping[str, int] = {
        radio: len(_sent(others, radio)) + len(_sent(new, radio))
        for intent in ssids_of(after)
        for radio in intent.radios
    }
    for radio, wanted in counts.items():
        if wanted > SSIDS_PER_RADIO:
            raise RadioFull(after[0].device, radio, wanted, SSIDS_PER_RADIO)
