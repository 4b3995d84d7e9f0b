"""The baseline's and the exchange's plans against hier-config, as `test_second_opinion` does for circuits."""

import re
from dataclasses import replace

import pytest
from hier_config import Platform, WorkflowRemediation, get_hconfig

from automation.dialects.eos.platform import EOS
from tests.unit.automation.bench_eos import apply
from tests.unit.automation.test_eos_baseline import ALL, BASE, BLANK, HANDOVER, MEMBER, TRUNK

# hier-config names what it takes away in full where EOS needs the keyword only, and we say only that.
_KEYWORD_ONLY = re.compile(
    r"^no (hostname|spanning-tree mode|description|switchport mode|switchport access vlan|switchport dot1q ethertype"
    r"|switchport trunk allowed vlan|switchport port-security mac-address maximum|police) .+"
)


def said(lines: list[str]) -> set[tuple[str, str]]:
    """Each command with the block it stands in, without the blocks' own lines, and without `no x` where `x` follows."""
    found: set[tuple[str, str]] = set()
    header = ""
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if not line.startswith(" "):
            header = line
        if line.startswith(" ") or not following.startswith(" "):
            found.add((header if line.startswith(" ") else "", _KEYWORD_ONLY.sub(r"no \1", line.strip())))
    return {(block, line) for block, line in found if not _is_replaced(block, line, found)}


def _is_replaced(block: str, line: str, found: set[tuple[str, str]]) -> bool:
    """EOS replaces what there is one of when it is said anew; hier-config takes it away first."""
    what = line.removeprefix("no ")
    return what != line and any(other.startswith(f"{what} ") for where, other in found if where == block)


def opinion(before: str, after: str) -> list[str]:
    workflow = WorkflowRemediation(get_hconfig(Platform.ARISTA_EOS, before), get_hconfig(Platform.ARISTA_EOS, after))
    return [child.cisco_style_text() for child in workflow.remediation_config.all_children_sorted()]


OTHER = (
    replace(BASE, name="dx-new", ntp_servers=("192.0.2.9",), management_from=("198.51.100.0/24",)),
    TRUNK,
    HANDOVER,
)
COMMISSIONED = apply(BLANK, EOS.dialect.plan(BLANK, (), ALL).commands)
WITH_MEMBER = apply(COMMISSIONED, EOS.dialect.plan(COMMISSIONED, (), (MEMBER,)).commands)


@pytest.mark.parametrize(
    ("running", "before", "after"),
    [
        (BLANK, (), ALL),
        (COMMISSIONED, ALL, OTHER),
        (COMMISSIONED, (), (MEMBER,)),
        (WITH_MEMBER, EOS.dialect.plan(COMMISSIONED, (), (MEMBER,)).intents, (replace(MEMBER, rate_mbps=10_000),)),
        (COMMISSIONED, (), (replace(MEMBER, tagged=True, mac_addresses=2),)),
    ],
    ids=["baseline", "another baseline", "member", "faster member", "member that tags"],
)
def test_hier_config_would_send_the_same(running, before, after):
    commands = EOS.dialect.plan(running, before, after).commands

    theirs = opinion(running, apply(running, commands))
    assert said(commands.splitlines()) == said(theirs)
