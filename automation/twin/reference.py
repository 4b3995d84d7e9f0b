"""The page `docs/reference/twin-grammar.md`, made from the tables the simulator runs on.

Write it with `python -m automation.twin.reference > docs/reference/twin-grammar.md`; a test compares the two.
"""

import sys

from automation.twin.exec_grammar import EXEC_RULES, SESSION_RULES, ExecRule
from automation.twin.grammar import INTERFACE_MODES, RULES, Rule
from automation.twin.junos.reference import junos_reference

_TOP = """# What the twin accepts

EOS first, [Junos](#junos) below. The EOS part is made from the tables in `automation/twin/grammar.py` and
`exec_grammar.py`; do not edit by hand (`python -m automation.twin.reference > docs/reference/twin-grammar.md`).

Every command stands with the document it was taken from. **UM** is the EOS User Manual by chapter
(arista.com/en/um-eos), **TOI** a Transfer of Information note by title (arista.com/en/support/toi), **AVD** the
spelling and order of Arista's own generator, pyavd 6. What is not here is refused, as EOS refuses what it does
not know: eAPI error 1002 and `Invalid input (at token 1: 'x')`, `Incomplete command`, `Ambiguous command`; a shortened
word is refused with `Incomplete token` unless the request says `autoComplete`, as over eAPI.

Words stand as typed. `<name:KIND>` is an argument, `*` marks one that tells lines of the same command apart,
`(a|b)` is a choice, `[...]` may be left out. Any line may begin with `no` or `default`, where EOS ignores what
follows behind the command's own words. Lines are printed in the order of this page.
"""
_MODES = {
    "config": "Global configuration",
    "vlan": "VLAN (`vlan ...`)",
    "vrf": "VRF (`vrf instance ...`)",
    "http-commands": "Command API (`management api http-commands`)",
    "http-commands-vrf": "Command API in a VRF",
    "interface": "Every interface",
    "port": "Switch ports: Ethernet and Port-Channel",
    "ethernet": "Ethernet and Management",
    "port-channel": "Port-Channel",
    "policy-map": "QoS policy (`policy-map type quality-of-service ...`)",
    "class": "Class of a QoS policy",
    "acl": "IPv4 access list (`ip access-list standard ...`)",
    "ssh": "SSH (`management ssh`)",
}


def reference() -> str:
    """Return the page, in Markdown."""
    parts = [_TOP, f"## Outside configuration\n\n{_exec_table(EXEC_RULES)}"]
    parts.append(f"## In a configuration session, besides configuration\n\n{_exec_table(SESSION_RULES)}")
    parts += [
        f"## {title}\n\n{_table([rule for rule in RULES if rule.mode == mode])}" for mode, title in _MODES.items()
    ]
    kinds = ", ".join(f"{kind} ({', '.join(groups)})" for kind, groups in INTERFACE_MODES.items())
    parts.append(f"## Which interface takes which\n\n{kinds}.\n")
    parts.append(junos_reference())
    return "\n".join(parts)


def _exec_table(rules: tuple[ExecRule, ...]) -> str:
    rows = (f"| {_code(rule.syntax)} | {rule.source} |\n" for rule in rules)
    return "| Command | Source |\n|---|---|\n" + "".join(rows)


def _table(rules: list[Rule]) -> str:
    rows = (f"| {_code(rule.syntax)} | {_kept(rule)} | {rule.source} |\n" for rule in rules)
    return "| Command | Kept as | Source |\n|---|---|---|\n" + "".join(rows)


def _kept(rule: Rule) -> str:
    if rule.kind.value == "negative":
        return "only its `no` is printed"
    if rule.default:
        return f"default {_code(rule.default)}{', printed all the same' if rule.shown else ''}"
    return rule.kind.value


def _code(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`"


if __name__ == "__main__":
    sys.stdout.write(reference())
