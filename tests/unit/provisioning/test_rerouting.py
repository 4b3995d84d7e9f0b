"""Another path for an active circuit: the same ends, the same tag, another way between."""

from datetime import UTC, datetime

import pytest

from automation.change_plan import ChangeAction
from automation.intents import BandwidthProfile
from inventory.devices import PortRef
from inventory.errors import NoPath
from inventory.snapshot import Snapshot
from provisioning.playbook_errors import TagTakenOnTheWay
from provisioning.rerouting import changes_between, rerouted
from provisioning.services import Circuit, DeviceHop, Service, ServiceState
from provisioning.usage import Usage
from tests.integration.street import DX_SWITCH, DXP_SWITCH, HANDOVER, uprn_of
from tests.integration.test_playbook_drain import ROUND, ring

SNAPSHOT = Snapshot(ring(homes=1))
"""Two switches joined by "trunk", and by "north" and "south" over a third one; each 100,000 Mbit/s."""
ON_TRUNK = Circuit(
    uni=PortRef("nte-1", "Ethernet1"),
    handover_code=HANDOVER,
    handover_port=PortRef(DX_SWITCH, "Ethernet48"),
    s_vlan=2001,
    hops=(
        DeviceHop("nte-1", ("Ethernet2",)),
        DeviceHop(DXP_SWITCH, ("Ethernet2", "Ethernet1")),
        DeviceHop(DX_SWITCH, ("Ethernet1", "Ethernet48")),
    ),
    link_codes=("drop-1", "trunk"),
    length_m=740.0,
    profile=BandwidthProfile(100, 0, 125_000, 0),
)
CIR = ON_TRUNK.profile.cir_mbps


def test_ends_tag_and_bandwidth_stay_and_only_the_way_between_changes():
    after = rerouted(SNAPSHOT, Usage(), ON_TRUNK, {"trunk"}, None)

    assert after.link_codes == ("drop-1", "south", "north")
    assert [hop.device for hop in after.hops] == ["nte-1", DXP_SWITCH, ROUND, DX_SWITCH]
    assert after.hops[-1].tagged_ports == ("Ethernet2", "Ethernet48")
    assert (after.uni, after.handover_port, after.s_vlan, after.profile) == (
        ON_TRUNK.uni,
        ON_TRUNK.handover_port,
        ON_TRUNK.s_vlan,
        ON_TRUNK.profile,
    )


def test_what_the_circuit_holds_itself_is_free_for_it_and_what_others_hold_is_not():
    full = {"drop-1": 10_000, "north": 100_000 - CIR, "south": 100_000 - CIR}
    assert rerouted(SNAPSHOT, Usage(full), ON_TRUNK, {"trunk"}, None).link_codes == ("drop-1", "south", "north")

    with pytest.raises(NoPath):
        rerouted(SNAPSHOT, Usage(full | {"north": 100_000 - CIR + 1}), ON_TRUNK, {"trunk"}, None)


def test_a_device_on_the_way_that_knows_the_tag_as_anothers_is_named():
    taken = Usage(device_tags={ROUND: frozenset({ON_TRUNK.s_vlan}), DX_SWITCH: frozenset({ON_TRUNK.s_vlan})})

    with pytest.raises(TagTakenOnTheWay) as refused:
        rerouted(SNAPSHOT, taken, ON_TRUNK, {"trunk"}, None)

    assert (refused.value.s_vlan, refused.value.device) == (ON_TRUNK.s_vlan, ROUND)


def test_only_devices_that_change_are_changed_and_none_has_both_ways_at_once():
    service = Service(
        id="S-1",
        isp_code="quayside",
        product="access-eline",
        uprn=uprn_of(1),
        handover=HANDOVER,
        bandwidth_mbps=100,
        term_months=12,
        reference="",
        state=ServiceState.ACTIVE,
        circuit=ON_TRUNK,
        monthly_pence=2400,
        created_at=datetime(2026, 11, 22, tzinfo=UTC),
        activated_at=None,
        ended_at=None,
    )
    after = rerouted(SNAPSHOT, Usage(), ON_TRUNK, {"trunk"}, None)

    changes = {change.device: change for change in changes_between(service, after)}

    assert set(changes) == {DXP_SWITCH, ROUND, DX_SWITCH}  # the NTE says what it said
    assert {change.action for change in changes.values()} == {ChangeAction.REPLACE}
    assert [intent.tagged_ports for intent in changes[DXP_SWITCH].before] == [("Ethernet2", "Ethernet1")]
    assert [intent.tagged_ports for intent in changes[DXP_SWITCH].intents] == [("Ethernet2", "Ethernet41")]
    assert changes[ROUND].before == ()
