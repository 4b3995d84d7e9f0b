"""Whose the sections of an access point are, and what of ours is nobody's. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from automation.change_plan import Finding
from automation.dialects.dialect import UNKNOWN, Blamed, Statement
from automation.dialects.openwrt.names import DAY_ZERO, OURS, label_of
from automation.dialects.openwrt.planning import names_of
from automation.dialects.openwrt.render import render
from automation.intents import BASELINE, Intent
from automation.uci import Section, Uci, parse, quoted

type Owners = Mapping[tuple[str, str], str]


def statements(text: str) -> tuple[Statement, ...]:
    """Every section, and every option and list value below it. Raises: UciUnreadable."""
    return tuple(statement for section in sections(parse(text)) for statement in said(section))


def sections(config: Uci) -> Iterator[Section]:
    return (section for package in sorted(config) for section in config[package])


def said(section: Section) -> Iterator[Statement]:
    package = f"package {section.package}"
    header = f"config {section.type} '{section.name}'"
    yield Statement((package,), header)
    for option, value in section.options.items():
        if isinstance(value, str):
            yield Statement((package, header), f"option {option} {quoted(value)}")
        else:
            yield from (Statement((package, header), f"list {option} {quoted(one)}") for one in value)


def same(one: str, other: str) -> bool:
    """Sections with names and options may stand in any order, a list's values may not. Raises: UciUnreadable."""
    return _meaning(parse(one)) == _meaning(parse(other))


def _meaning(config: Uci) -> dict[tuple[str, str], tuple[str, Mapping[str, object]]]:
    return {(one.package, one.name): (one.type, dict(one.options)) for one in sections(config)}


def blame(running: str, intents: Sequence[Intent]) -> tuple[Blamed, ...]:
    """Every statement, in order, and whose it is by these intents."""
    owners = owners_of(intents)
    return tuple(
        Blamed(statement, _blamed(section, owners))
        for section in sections(parse(running))
        for statement in said(section)
    )


def owners_of(intents: Iterable[Intent]) -> Owners:
    return {name: intent.label for intent in intents for name in names_of(parse(render([intent])))}


def _blamed(section: Section, owners: Owners) -> tuple[str, ...]:
    owner = owners.get((section.package, section.name))
    if owner is not None:
        return (owner,)
    if section.name.startswith(DAY_ZERO):
        return (BASELINE,)
    if not section.name.startswith(OURS):
        return ()
    named = label_of(section.name)  # of a service that is here, and that does not want this one
    return (named,) if named in owners.values() else (UNKNOWN,)


def carriers(running: str, tag: int) -> frozenset[str]:
    """The wires that carry a tag, and the SSIDs (by their sections) that are put in it."""
    config = parse(running)
    network, wireless = config.get("network", ()), config.get("wireless", ())
    vlans = [one for one in network if one.type == "bridge-vlan" and one.one("vlan") == str(tag)]
    wires = {port.partition(":")[0] for one in vlans for port in one.many("ports")}
    networks = {one.name for one in network if one.type == "interface" and one.one("device").endswith(f".{tag}")}
    ssids = {one.name for one in wireless if one.type == "wifi-iface" and networks.intersection(one.many("network"))}
    shared = {one.one("iface") for one in wireless if one.type == "wifi-vlan" and one.one("vid") == str(tag)}
    return frozenset(wires | ssids | shared)


def strays(device: str, running: str, intents: Sequence[Intent]) -> tuple[Finding, ...]:
    """Sections of ours whose service is gone, and tags on the bridge that nobody put there."""
    config, owners = parse(running), owners_of(intents)
    return (*_orphans(device, config, owners), *_foreign_tags(device, config, owners))


def _orphans(device: str, config: Uci, owners: Owners) -> Iterator[Finding]:
    for section in sections(config):
        if _blamed(section, owners) == (UNKNOWN,):
            yield Finding(
                device,
                "orphan",
                False,
                f"section {section.package}.{section.name} is left behind",
                label=label_of(section.name),
            )


def _foreign_tags(device: str, config: Uci, owners: Owners) -> Iterator[Finding]:
    for section in config.get("network", ()):
        if section.type == "bridge-vlan" and not _blamed(section, owners):
            ports = ", ".join(section.many("ports")) or "no port"
            words = f"{ports} carries {section.one('vlan')}, which is nobody's"
            yield Finding(device, "foreign tag", False, words)
