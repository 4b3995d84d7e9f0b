"""The commands a simulated device accepts outside configuration: show, copy, write, configure."""

from dataclasses import dataclass
from functools import cache, lru_cache

from automation.twin.matching import Match, Variant, match_line, variants

_SESSION = "UM: Configure Session"
_MANAGE = "UM: Managing Switch Configuration Settings"
_STATE = "UM: Switch Environment / Administration"
_PORTS = "UM: Ethernet Ports Commands"


@dataclass(frozen=True, slots=True)
class ExecRule:
    """One command. `does` names what `device.TwinSwitch` or `show` does for it; `in_config` where it may be typed."""

    syntax: str
    does: str
    source: str
    in_config: bool = False


EXEC_RULES: tuple[ExecRule, ...] = (
    ExecRule("enable", "nothing", "UM: Command-Line Interface, enable"),
    ExecRule("configure [terminal]", "configure", "UM: Command-Line Interface, configure"),
    ExecRule("configure session <name:NAME>", "enter_session", _SESSION),
    ExecRule("configure session <name:NAME> commit", "commit_session", _SESSION),
    ExecRule("configure session <name:NAME> commit timer <time:TIMER>", "commit_session_timer", _SESSION),
    ExecRule("configure session <name:NAME> abort", "abort_session", _SESSION),
    ExecRule("no configure session <name:NAME>", "abort_session", _SESSION),
    ExecRule("configure replace <file:FILE>", "replace", _MANAGE),
    ExecRule("copy startup-config <file:FILE>", "copy_startup", _MANAGE),
    ExecRule("copy running-config startup-config", "write", _MANAGE),
    ExecRule("copy running-config <file:FILE>", "copy_running", _MANAGE),
    ExecRule("write [memory]", "write", _MANAGE, in_config=True),
    ExecRule("show version", "version", _STATE, in_config=True),
    ExecRule("show hostname", "hostname", _STATE, in_config=True),
    ExecRule("show running-config [all] [sanitized]", "running", _MANAGE, in_config=True),
    ExecRule("show running-config diffs", "running_diffs", _MANAGE, in_config=True),
    ExecRule("show running-config interfaces <names:INTERFACES>", "running_interfaces", _MANAGE, in_config=True),
    ExecRule("show startup-config", "startup", _MANAGE, in_config=True),
    ExecRule("show configuration sessions [detail]", "sessions", _SESSION, in_config=True),
    ExecRule("show session-config named <name:NAME> [sanitized]", "session_config", _SESSION, in_config=True),
    ExecRule("show session-config named <name:NAME> diffs", "session_diffs", _SESSION, in_config=True),
    ExecRule("show interfaces [<names:INTERFACES>]", "interfaces", f"{_PORTS}, show interfaces", in_config=True),
    ExecRule(
        "show interfaces [<names:INTERFACES>] status",
        "interfaces_status",
        f"{_PORTS}, show interfaces status",
        in_config=True,
    ),
    ExecRule(
        "show interfaces [<names:INTERFACES>] transceiver",
        "transceiver",
        f"{_PORTS}, show interfaces transceiver",
        in_config=True,
    ),
    ExecRule("show vlan [<vlans:VLANS>]", "vlan", "UM: VLANs, show vlan", in_config=True),
    ExecRule("show lldp neighbors", "lldp_neighbors", "UM: LLDP Commands, show lldp neighbors", in_config=True),
)

SESSION_RULES: tuple[ExecRule, ...] = (
    ExecRule("commit", "commit_here", _SESSION),
    ExecRule("commit timer <time:TIMER>", "commit_timer_here", _SESSION),
    ExecRule("abort", "abort_here", _SESSION),
    ExecRule("rollback clean-config", "clean_here", f"{_SESSION}, rollback clean-config"),
    ExecRule("show session-config [sanitized]", "session_config_here", _SESSION),
    ExecRule("show session-config diffs", "session_diffs_here", _SESSION),
)


@cache
def _syntaxes(rules: tuple[ExecRule, ...]) -> tuple[tuple[int, Variant], ...]:
    """Every way to write each rule, with the rule's number."""
    return tuple((order, one) for order, rule in enumerate(rules) for one in variants(rule.syntax))


@dataclass(frozen=True, slots=True, eq=False)
class CommandSet:
    """The commands that are known at one kind of prompt."""

    rules: tuple[ExecRule, ...]

    @property
    def first_words(self) -> frozenset[str]:
        return _first_words(self)


AT_EXEC = CommandSet(EXEC_RULES)
IN_CONFIG = CommandSet(tuple(rule for rule in EXEC_RULES if rule.in_config))
IN_SESSION = CommandSet(SESSION_RULES + IN_CONFIG.rules)


@lru_cache(maxsize=1024)
def match_exec(known: CommandSet, line: str, *, auto_complete: bool) -> Match:
    """The one command a line is. The same few are typed on every device. Raises: CommandRefused."""
    return match_line(line, _syntaxes(known.rules), auto_complete=auto_complete)


@cache
def _first_words(known: CommandSet) -> frozenset[str]:
    return frozenset(rule.syntax.split()[0] for rule in known.rules)
