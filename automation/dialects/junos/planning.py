"""Plan the `set` and `delete` lines that take a device from some intents to others. Pure.

What the device should say is rendered, what it says is read, both flat; of what is the intents' own, the difference
is commanded. It is one transaction, so the order within it does not matter to traffic: deletions come first.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from automation.dialects.dialect import DevicePlan
from automation.dialects.junos.ownership import (
    PEERING,
    ROOM,
    Service,
    Taken,
    begins,
    check_idle_lines,
    check_peering,
    check_tag,
    check_tagged_port,
    check_taken,
    holds_port,
    idle_lines,
    leaves_free,
    members,
    name_of,
    partly,
    services,
    taken,
    unit_owner,
    whole,
)
from automation.dialects.junos.render import wanted_tree
from automation.dialects.junos.text import Config, Words, joined, words_of, written
from automation.errors import PlanOutOfBounds, PortNotIdle, TagNotFree
from automation.intents import (
    BaselineIntent,
    CircuitIntent,
    HandoverIntent,
    Intent,
    LagMemberIntent,
    TrunkIntent,
    found_lines,
    with_found_lines,
)

type Intents = Sequence[Intent]

# Statements of one value each: a new one takes the old one's place, and a deletion need not name it.
ONE_VALUE = frozenset(
    {"description", "encapsulation", "host-name", "vlan-id", "domain-type", "outer", "any", "input-policer",
     "input-three-color", "bandwidth-limit", "burst-size-limit", "committed-information-rate", "committed-burst-size",
     "peak-information-rate", "peak-burst-size", "packet-action", "interface-mac-limit", "802.3ad", "periodic",
     "device-count"}
)  # fmt: skip
_FILTERS = ("firewall", "family", "inet", "filter")


@dataclass(frozen=True, slots=True)
class _Change:
    """One plan in the making."""

    config: Config
    before: Intents
    after: Intents

    @property
    def all(self) -> Intents:
        return (*self.before, *self.after)


def plan(running: str, before: Intents, after: Intents) -> DevicePlan:
    """See `Dialect.plan`."""
    change = _Change(Config(running), before, after)
    wanted = Config(written(wanted_tree(after)))
    wanted_tree(before)  # raises where a field of what goes could not reach the device
    _check(change)
    kept = after or before
    found = tuple(_as_found(change, intent) for intent in kept)
    commands = "".join(f"{line}\n" for line in _commands(change, wanted))
    check_bounds(commands, change.all)
    return DevicePlan(commands, found)


def check_bounds(commands: str, intents: Intents) -> None:
    """Raises: PlanOutOfBounds. Every line of `commands` is about what the intents own on that device."""
    roots = [root for intent in intents for root in (*whole(intent), *partly(intent), *_entries(intent))]
    gone = [root for intent in intents for root in _entries(intent, whole_port=True)]
    outside = []
    for line in commands.splitlines():
        verb, *words = words_of(line)
        inside = begins(tuple(words), roots) or (tuple(words) in gone)
        if verb not in ("set", "delete") or not inside:
            outside.append(line)
    if outside:
        raise PlanOutOfBounds(intents[0].device if intents else "a device", outside)


def _check(change: _Change) -> None:
    """Raises: TagNotFree, PortUnfit, PortNotIdle, UnsafeText."""
    going, coming = services(change.before), services(change.after)
    for intent in coming:
        leaving = [one for one in going if isinstance(one, CircuitIntent)]
        if isinstance(intent, CircuitIntent):
            same_tag = [one for one in leaving if one.s_vlan == intent.s_vlan]
            for port in intent.tagged_ports:
                check_tagged_port(change.config, intent.device, port, intent.c_tagged_ports)
            check_tag(change.config, intent, same_tag)
        else:
            check_peering(change.config, intent)
    ports = {own.port for one in coming if (own := taken(one))}
    for service in (*coming, *going):
        own = taken(service)
        if own is not None:
            check_idle_lines(own.idle_lines)
            if own.port in ports or holds_port(change.config, own):
                check_taken(change.config, own, (*coming, *going))
    for service in going:
        if isinstance(service, CircuitIntent):
            _check_leaving(change, service)
    _check_baseline(change)


def _check_leaving(change: _Change, intent: CircuitIntent) -> None:
    """Raises: TagNotFree. No unit of the circuit's number on its ports has become somebody else's."""
    names = {name_of(one) for one in change.all}
    for port in intent.tagged_ports:
        owner = unit_owner(change.config, port, str(intent.s_vlan))
        if owner is not None and owner not in names:
            raise TagNotFree(intent.device, intent.s_vlan, f"{port} has a unit {intent.s_vlan} that is not ours")


def _check_baseline(change: _Change) -> None:
    """Raises: PortNotIdle, TagNotFree. No service is on what an old baseline has and the new one has not."""
    trunks = {one.port for one in change.after if isinstance(one, TrunkIntent | HandoverIntent)}
    for intent in change.before:
        if isinstance(intent, TrunkIntent | HandoverIntent) and intent.port not in trunks:
            units = [line for line in change.config.ports.get(intent.port, []) if line[:1] == ("unit",)]
            if units:
                raise PortNotIdle(intent.device, intent.port, [joined(line) for line in units])
    kept = {vlan for one in change.after if isinstance(one, BaselineIntent) for vlan in one.peering_vlans}
    for intent in change.before:
        for vlan in intent.peering_vlans if isinstance(intent, BaselineIntent) else ():
            if vlan not in kept and (found := members(change.config, vlan)):
                raise TagNotFree(intent.device, vlan, f"it is carried by {', '.join(sorted(found))}")
    for intent in change.after:
        if isinstance(intent, TrunkIntent | HandoverIntent):
            _check_trunk(change.config, intent)
        elif isinstance(intent, LagMemberIntent):
            _check_lag_member(change, intent)


def _check_trunk(config: Config, intent: TrunkIntent | HandoverIntent) -> None:
    """Raises: PortNotIdle. The port is free, or one for tagged units already."""
    lines = config.ports.get(intent.port, [])
    other = ("encapsulation", "flexible-ethernet-services") not in lines and [
        line for line in lines if line and line[0] in ("unit", "encapsulation", "vlan-tagging", "family")
    ]
    if other:
        raise PortNotIdle(intent.device, intent.port, [joined(line) for line in other])


def _check_lag_member(change: _Change, intent: LagMemberIntent) -> None:
    """Raises: PortNotIdle. The port says nothing of its own but what goes with this change: its port-channel does."""
    roots = [root for one in change.before for root in partly(one)]
    other = [
        line
        for line in change.config.ports.get(intent.port, [])
        if line[:1] in {("unit",), ("encapsulation",), ("vlan-tagging",), ("flexible-vlan-tagging",)}
        and not begins(("interfaces", intent.port, *line), roots)
    ]
    if other:
        raise PortNotIdle(intent.device, intent.port, [joined(line) for line in other])


def _commands(change: _Change, wanted: Config) -> Iterator[str]:
    roots = list(_roots(change))
    target = dict.fromkeys((*_wanted_lines(change, wanted), *_given_back(change)))
    anew = [root for root in _read_in_order(change) if change.config.below(root) != _below(target, root)]
    gone = [line for line in change.config.lines if (line not in target and begins(line, roots)) or begins(line, anew)]
    entries = [entry for intent in change.all for entry in _entries(intent, whole_port=True)]
    yield from _deletions(
        change.config, gone, dict.fromkeys(line for line in target if not begins(line, anew)), entries
    )
    for line in target:
        if line not in change.config.lines or begins(line, anew):
            yield f"set {joined(line)}"


def _roots(change: _Change) -> Iterator[Words]:
    """What may be taken away: of ports that a service has left already, nothing."""
    coming = {own.port for intent in change.after if (own := taken(intent))}
    for intent in change.all:
        own = taken(intent)
        left = own is not None and own.port not in coming and not holds_port(change.config, own)
        for root in (*whole(intent), *_removable(intent)):
            if not (left and own is not None and root[:2] == ("interfaces", own.port)):
                yield root


def _read_in_order(change: _Change) -> Iterator[Words]:
    """What is read from the top down, filters: one that differs in anything is said anew, in its right order."""
    yield from (root for intent in change.all for root in whole(intent) if root[:4] == _FILTERS)


def _below(lines: Iterable[Words], root: Words) -> list[Words]:
    return [line for line in lines if line[: len(root)] == root]


def _removable(intent: Intent) -> tuple[Words, ...]:
    """Of what is partly the intent's: not that an idle port is shut, which stays as it is whatever becomes of it."""
    if isinstance(intent, BaselineIntent):
        return tuple(root for root in partly(intent) if root[-1] != "disable" and root[0] != "bridge-domains") + tuple(
            ("bridge-domains", f"{PEERING}{vlan}", word)
            for vlan in intent.peering_vlans
            for word in ("vlan-id", "domain-type")
        )
    return tuple(root for root in partly(intent) if root != ROOM)  # others' port-channels may need it by now


def _wanted_lines(change: _Change, wanted: Config) -> Iterator[Words]:
    """What the intents say, but that a port is shut which a service has taken, and less room than there is."""
    idle = {port for one in change.after if isinstance(one, BaselineIntent) for port in one.idle_ports}
    in_use = {port for port in idle if not leaves_free(change.config, port)}
    room = _room(change.config)
    for line in wanted.lines:
        is_taken = line[1] in in_use and line[2:] == ("disable",)
        has_room = line[: len(ROOM)] == ROOM and int(line[-1]) <= room
        if not (is_taken or has_room):
            yield line


def _room(config: Config) -> int:
    """How many port-channels the device has room for already: more than ours need, where there are others'."""
    return max((int(line[-1]) for line in config.below(ROOM) if line[-1].isdecimal()), default=0)


def _given_back(change: _Change) -> Iterator[Words]:
    """What ports said that services now leave."""
    coming = {own.port for intent in change.after if (own := taken(intent))}
    for intent in change.before:
        own = taken(intent)
        if own is not None and own.port not in coming and holds_port(change.config, own):
            yield from (("interfaces", own.port, *words_of(line)) for line in own.idle_lines)


def _entries(intent: Intent, *, whole_port: bool = False) -> tuple[Words, ...]:
    """What is deleted by its name, where nothing of it is left; a whole port only where it was not there before."""
    own = taken(intent)
    ports = tuple(("interfaces", port) for port in [own.port] if whole_port) if own else ()
    if isinstance(intent, TrunkIntent | LagMemberIntent | HandoverIntent) and whole_port:
        ports = (("interfaces", intent.port),)
    domains = (
        tuple(("bridge-domains", f"{PEERING}{vlan}") for vlan in intent.peering_vlans)
        if isinstance(intent, BaselineIntent)
        else ()
    )
    return (*ports, *domains, *whole(intent))


def _deletions(
    config: Config, gone: Sequence[Words], target: dict[Words, None], entries: Sequence[Words]
) -> Iterator[str]:
    """As few deletions as say it: whole entries by name, single statements where something of the entry stays."""
    left = dict.fromkeys(gone)
    for entry in dict.fromkeys(entries):
        inside = config.below(entry)
        stays = any(line not in left for line in inside) or any(line[: len(entry)] == entry for line in target)
        if inside and not stays:
            yield f"delete {joined(entry)}"
            left = {line: None for line in left if line[: len(entry)] != entry}
    replaced = {line[:-1] for line in target if line[-2] in ONE_VALUE}
    for line in left:
        single = len(line) > 1 and line[-2] in ONE_VALUE
        if not (single and line[:-1] in replaced):
            yield f"delete {joined(line[:-1] if single else line)}"


def _as_found(change: _Change, intent: Intent) -> Intent:
    """The intent with the lines its cease puts back: its predecessor's where it takes over its port."""
    own = taken(intent)
    if own is None or not change.after:
        return intent
    here: list[tuple[Service, Taken]] = [
        (one, place) for one in services(change.all) if (place := taken(one)) and place.port == own.port
    ]
    if not any(holds_port(change.config, place) for _, place in here):
        return with_found_lines(intent, idle_lines(change.config, own.port))
    left = next((one for one, _ in here if one in change.before), None)
    return intent if left is None else with_found_lines(intent, found_lines(left))
