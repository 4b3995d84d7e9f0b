"""Plan what a device says before any service: name, time, logging, links and handovers. Pure.

What the baseline would write and the device does not say is commanded, what another baseline wrote and this
one does not is taken off. What services put on a port is never touched: a trunk's list of tags is made only
where there is none, a port in use is not shut, and a port that carries tags does not lose its trunk.
"""

from collections.abc import Iterable, Iterator, Sequence

from automation.dialects.eos.ownership import (
    TRUNK_LIST,
    TRUNK_MODE,
    RunningConfig,
    kind_of,
    leaves_port_free,
    read_running,
    tags_of,
)
from automation.dialects.eos.planning import Block
from automation.dialects.eos.render import CHANNEL, render
from automation.dialects.eos.secrets import without_secrets
from automation.errors import PortNotIdle, PortUnfit, TagNotFree
from automation.intents import BaselineIntent, HandoverIntent, LagMemberIntent, TrunkIntent
from automation.redaction import printable

type Base = BaselineIntent | TrunkIntent | LagMemberIntent | HandoverIntent
type Bases = Sequence[Base]

# What EOS takes in a negation without what it names: one of each there can be.
_SINGLE = ("hostname", "spanning-tree mode")
_PORT_KINDS = (
    "switchport trunk allowed vlan",
    "switchport dot1q ethertype",
    "switchport mode",
    "channel-group",
    "lacp timer",
    "description",
)
_TRUNK_KINDS = _PORT_KINDS[:3]  # what a port says as a trunk, and only its port-channel says once it is a member
_IDLE = ("shutdown",)  # all that the baseline says of a port that nothing is plugged in
_NO_LLDP = "no lldp run"


def plan_baseline(running: str, before: Bases, after: Bases) -> list[Block]:
    """Return the blocks of commands that take a device from one baseline to another; none of either is no baseline.

    Raises: PortUnfit, PortNotIdle, TagNotFree, UnsafeText.
    """
    if not before and not after:
        return []
    config, device = read_running(running), (*before, *after)[0].device
    old, new = RunningConfig(render(before)), RunningConfig(render(after))
    _check_left(config, device, old, new)
    blocks = [*_gone(config, old, new), *_added(config, device, old, new)]
    if _wants_lldp(after) and _NO_LLDP in config.blocks:
        blocks.append(("lldp run", ()))
    return blocks


def may_say(block: Block, bases: Bases) -> bool:
    """Is this block of commands within what these intents own?"""
    wanted = RunningConfig(render(bases))
    header, lines = block
    if header == "lldp run":
        return _wants_lldp(bases)
    if header not in wanted.blocks:
        return header in {_negated(one) for one in wanted.blocks}
    known = wanted.blocks[header]
    was_trunk = (f"no {kind}" for kind in _TRUNK_KINDS if any(line.startswith("channel-group ") for line in known))
    allowed = {*known, *was_trunk, *map(_negated_in_port if header.startswith("interface ") else _negated, known)}
    return not set(lines) - allowed


def _check_left(config: RunningConfig, device: str, old: RunningConfig, new: RunningConfig) -> None:
    """Raises: PortNotIdle, TagNotFree. No service is on what the old baseline has and the new one has not."""
    for port, lines in old.ports.items():
        tags = config.carried.get(port)
        if TRUNK_MODE in lines and TRUNK_MODE not in new.ports.get(port, ()) and tags:
            raise PortNotIdle(device, port, [f"{TRUNK_LIST}{','.join(map(str, sorted(tags)))}"])
    for vlan in old.vlans.keys() - new.vlans.keys():
        members = config.carriers(vlan)
        if members:
            raise TagNotFree(device, vlan, f"it is carried by {', '.join(sorted(members))}")


def _wants_lldp(bases: Bases) -> bool:
    return any(isinstance(intent, BaselineIntent) for intent in bases)


def _added(config: RunningConfig, device: str, old: RunningConfig, new: RunningConfig) -> Iterator[Block]:
    for header, lines in new.blocks.items():
        if header.startswith("interface "):
            port = header.removeprefix("interface ")
            missing = _port_added(config, device, port, (old.ports.get(port, ()), lines))
        else:
            missing = tuple(line for line in lines if line not in config.blocks.get(header, ()))
        if missing or header not in config.blocks:
            yield header, missing


def _port_added(
    config: RunningConfig, device: str, port: str, says: tuple[Sequence[str], Sequence[str]]
) -> tuple[str, ...]:
    """What is missing of what a port is to say; `says` is of the old baseline, which goes first, and of the new.

    A port-channel is made by being named. Raises: PortUnfit, PortNotIdle.
    """
    gone, wanted = says
    if port not in config.ports and not port.startswith(CHANNEL):
        raise PortUnfit(device, port, "does not exist")
    present = config.ports.get(port, ())
    if tuple(wanted) == _IDLE:
        return _shut(present)
    left = _trunk_left(present, gone) if any(line.startswith("channel-group ") for line in wanted) else []
    foreign = [line for line in present if line not in (*wanted, *gone, *left) and not _fits_trunk(line)]
    if foreign:
        raise PortNotIdle(device, port, [printable(without_secrets(line)) for line in foreign])
    missing = [
        line for line in wanted if line != "no shutdown" and line not in present and not _has_list(line, present)
    ]
    missing = [*(f"no {_kind_of_trunk(line)}" for line in left), *missing]
    return tuple([*missing, "no shutdown"] if "shutdown" in present else missing)


def _trunk_left(present: Sequence[str], gone: Sequence[str]) -> list[str]:
    """The lines of a trunk that carries nothing, and becomes a member: those that no old baseline takes off."""
    if tags_of(present) != frozenset():
        return []
    return [line for line in present if _kind_of_trunk(line) and line not in gone]


def _kind_of_trunk(line: str) -> str | None:
    return next((kind for kind in _TRUNK_KINDS if line.startswith(f"{kind} ")), None)


def _shut(present: Sequence[str]) -> tuple[str, ...]:
    """An idle port is shut; one that a service has taken is not idle, whatever the baseline thinks."""
    is_free = all(map(leaves_port_free, present))
    return ("shutdown",) if is_free and "shutdown" not in present else ()


def _fits_trunk(line: str) -> bool:
    return line.startswith(TRUNK_LIST) or leaves_port_free(line)


def _has_list(line: str, present: Iterable[str]) -> bool:
    return line.startswith(TRUNK_LIST) and any(one.startswith(TRUNK_LIST) for one in present)


def _gone(config: RunningConfig, old: RunningConfig, new: RunningConfig) -> Iterator[Block]:
    """What the old baseline says, the new one does not, and the device still does."""
    for header, lines in reversed(list(old.blocks.items())):
        kept = new.blocks.get(header, ())
        left = [line for line in lines if line not in kept and line in config.blocks.get(header, ())]
        if header.startswith(f"interface {CHANNEL}") and not kept:
            if header in config.blocks:
                yield f"no {header}", ()
        elif header.startswith("interface "):
            yield from _port_gone(header.removeprefix("interface "), left, kept)
        elif header in config.blocks and header not in new.blocks and header != "management ssh":
            if _key(header) not in map(_key, new.blocks):
                yield _negated(header), ()
        elif left:
            yield header, tuple(map(_negated, reversed(left)))


def _port_gone(port: str, left: Sequence[str], kept: Sequence[str]) -> Iterator[Block]:
    """A trunk that is one no longer, without its tags: those are gone already."""
    kinds = {kind_of(line) for line in kept} - {None}
    lines = [line for line in reversed(left) if line not in {"shutdown", "no shutdown"} and kind_of(line) not in kinds]
    if lines:
        yield f"interface {port}", tuple(map(_negated_in_port, lines))


def _key(line: str) -> str:
    """As much of a line as EOS needs to take it off."""
    return next((kind for kind in _SINGLE if line.startswith(f"{kind} ")), line)


def _negated(line: str) -> str:
    return line.removeprefix("no ") if line.startswith("no ") else f"no {_key(line)}"


def _negated_in_port(line: str) -> str:
    kind = next((kind for kind in _PORT_KINDS if line.startswith(f"{kind} ")), None)
    return f"no {kind}" if kind else _negated(line)
