"""Our plans against hier-config, which compares two configurations and knows nothing of circuits.

It is given the text before and the text after; what it would send must be what we send, block by
block, but for the trunk lists: it sets the whole list, which depends on every other circuit (and
on the way says `no switchport trunk allowed vlan`, which on EOS means all of them). See
docs/decisions/planning-device-changes.md.
"""

import re
from collections.abc import Iterable

from hier_config import Platform, WorkflowRemediation, get_hconfig
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.change_plan import ChangeAction
from automation.dialects.eos.planning import plan_device
from automation.intents import BandwidthProfile, CircuitIntent, UniIntent
from tests.unit.automation.eos import BASE, merge

_KEYWORD_ONLY = re.compile(r"no (description|switchport mode|switchport access vlan) .+")


@st.composite
def circuits(draw: st.DrawFn) -> CircuitIntent:
    profile = BandwidthProfile(draw(st.integers(1, 10_000)), draw(st.sampled_from([0, 50, 1000])), 12_500, 25_000)
    uni = UniIntent(draw(st.sampled_from(["Ethernet1", "Ethernet2"])), "S-1 for 10001", profile)
    ports = draw(st.sampled_from([("Ethernet3",), ("Ethernet4",), ("Ethernet3", "Ethernet4"), ()]))
    tag = draw(st.integers(2, 4094).filter(lambda tag: tag != 10))
    return CircuitIntent("sw-quay", "S-1", tag, ports, draw(st.sampled_from([None, uni])))


@settings(max_examples=30, deadline=None)
@given(circuit=circuits())
def test_hier_config_would_send_the_same(circuit):
    add = plan_device(BASE, [circuit], ChangeAction.ADD)
    after = merge(BASE, add.commands)
    remove = plan_device(after, add.intents, ChangeAction.REMOVE)

    assert _meaning(add.commands.splitlines()) == _meaning(_opinion(BASE, after))
    assert _meaning(remove.commands.splitlines()) == _meaning(_opinion(after, BASE))


def _opinion(before: str, after: str) -> list[str]:
    workflow = WorkflowRemediation(get_hconfig(Platform.ARISTA_EOS, before), get_hconfig(Platform.ARISTA_EOS, after))
    return [child.cisco_style_text() for child in workflow.remediation_config.all_children_sorted()]


def _meaning(lines: Iterable[str]) -> dict[str, set[str]]:
    """Each block with what is said in it; the trunk lists, and a description that is replaced, left out."""
    blocks: dict[str, set[str]] = {}
    said: set[str] = set()
    for line in lines:
        if not line.startswith(" "):
            said = blocks.setdefault(line, set())
        elif "trunk allowed vlan" not in line:
            said.add(_KEYWORD_ONLY.sub(r"no \1", line.strip()))
    for said in blocks.values():
        if any(line.startswith("description ") for line in said):
            said.discard("no description")
    return blocks
