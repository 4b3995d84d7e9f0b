"""Port-channels as intents: rendered, planned, taken off byte for byte, and refused where something stands."""

from dataclasses import replace

import pytest

from automation.baseline import BaselineRules, baseline_intents
from automation.errors import PortNotIdle, UnsafeText
from automation.intents import BaselineIntent, CircuitIntent, Intent, LagMemberIntent, TrunkIntent
from automation.platforms import platform_of
from automation.twin.junos.database import text_of
from automation.twin.model import TwinPort
from automation.twin.topology import twin_devices
from inventory.snapshot import Snapshot
from tests.channels import CHANNEL, protected_town
from tests.unit.automation import bench_eos, bench_junos

EOS, JUNOS = platform_of("eos").dialect, platform_of("junos").dialect
TRUNK = TrunkIntent("bench", CHANNEL, "to sw-b:Port-Channel1")
MEMBERS = tuple(LagMemberIntent("bench", f"Ethernet{n}", CHANNEL, f"to sw-b:Ethernet{n}") for n in (11, 12))
EOS_LAG: tuple[Intent, ...] = (TRUNK, *MEMBERS)
EOS_BLANK = bench_eos.apply("", "hostname bench\nspanning-tree mode none\n")
JUNOS_BLANK = text_of(bench_junos.database("system {\n    host-name bench;\n}\n").committed)
JUNOS_LAG: tuple[Intent, ...] = (
    replace(TRUNK, port="ae0"),
    *(replace(one, port=f"ge-0/0/{at}", lag="ae0") for at, one in enumerate(MEMBERS, 6)),
)
CIRCUIT = CircuitIntent("bench", "S-1", 2001, (CHANNEL,))


def test_the_baseline_of_a_switch_has_a_trunk_for_the_port_channel_and_a_member_for_each_cable() -> None:
    intents = baseline_intents(Snapshot(protected_town()), "sw-quay", BaselineRules())

    base = next(one for one in intents if isinstance(one, BaselineIntent))
    assert base.idle_ports == ()
    assert [(one.port, one.description) for one in intents if isinstance(one, TrunkIntent)] == [
        (CHANNEL, "to sw-mill:Port-Channel1")
    ]
    assert [(one.port, one.lag, one.description) for one in intents if isinstance(one, LagMemberIntent)] == [
        ("Ethernet49", CHANNEL, "to sw-mill:Ethernet49"),
        ("Ethernet50", CHANNEL, "to sw-mill:Ethernet50"),
    ]


def test_a_port_channel_is_no_hardware_of_the_twin_and_its_members_are() -> None:
    quay = next(one for one in twin_devices(Snapshot(protected_town())) if one.name == "sw-quay")

    ports: dict[str, TwinPort] = {port.name: port for port in quay.ports}
    assert CHANNEL not in ports
    assert str(ports["Ethernet50"].far_end) == "sw-mill:Ethernet50"
    assert ports["Ethernet50"].light_dbm is not None


@pytest.mark.parametrize(
    ("dialect", "bench", "blank", "intents"),
    [
        (EOS, bench_eos, EOS_BLANK, EOS_LAG),
        (JUNOS, bench_junos, JUNOS_BLANK, JUNOS_LAG),
    ],
    ids=["eos", "junos"],
)
def test_a_port_channel_goes_on_is_then_there_and_comes_off(dialect, bench, blank, intents) -> None:  # type: ignore[no-untyped-def]  # two benches of one shape
    plan = dialect.plan(blank, (), intents)
    dialect.check_bounds(plan.commands, intents)
    added = bench.apply(blank, plan.commands)
    gone = dialect.plan(added, intents, ()).commands
    dialect.check_bounds(gone, intents)
    back = bench.apply(added, gone)

    assert dialect.plan(added, (), intents).commands == ""
    assert dialect.same(dialect.render(intents), dialect.render(tuple(reversed(intents))))
    assert not [one for one in dialect.blame(added, intents) if one.owners == ("unknown",)]
    again = bench.apply(back, dialect.plan(back, (), intents).commands)
    assert again == added
    assert bench.apply(again, dialect.plan(again, intents, ()).commands) == back


def test_on_eos_nothing_is_left_of_a_port_channel_on_ports_that_were_open() -> None:
    blank = bench_eos.apply(EOS_BLANK, "interface Ethernet11\nno shutdown\ninterface Ethernet12\nno shutdown\n")
    added = bench_eos.apply(blank, EOS.plan(blank, (), EOS_LAG).commands)

    assert "channel-group 1 mode active" in added
    assert bench_eos.apply(added, EOS.plan(added, EOS_LAG, ()).commands) == blank


def test_a_port_channel_that_carries_a_service_is_not_taken_away() -> None:
    added = bench_eos.apply(EOS_BLANK, EOS.plan(EOS_BLANK, (), EOS_LAG).commands)
    served = bench_eos.apply(added, EOS.plan(added, (), (CIRCUIT,)).commands)

    assert EOS.carriers(served, 2001) == {CHANNEL}
    with pytest.raises(PortNotIdle, match="2001"):
        EOS.plan(served, EOS_LAG, ())


def test_a_trunk_becomes_a_member_in_one_plan_once_nothing_is_on_it() -> None:
    trunk = TrunkIntent("bench", "Ethernet11", "to sw-b:Ethernet11")
    running = bench_eos.apply(EOS_BLANK, EOS.plan(EOS_BLANK, (), (trunk,)).commands)

    moved = bench_eos.apply(running, EOS.plan(running, (trunk,), EOS_LAG).commands)

    assert EOS.plan(moved, (), EOS_LAG).commands == ""
    back = bench_eos.apply(moved, EOS.plan(moved, EOS_LAG, (trunk,)).commands)
    assert EOS.plan(back, (), (trunk,)).commands == ""
    found = EOS.plan(running, (), EOS_LAG).commands  # as the fix of an audit does, which knows what is to be only
    EOS.check_bounds(found, EOS_LAG)
    assert bench_eos.apply(running, found) == moved
    served = bench_eos.apply(running, "vlan 10\ninterface Ethernet11\nswitchport trunk allowed vlan add 10\n")
    with pytest.raises(PortNotIdle, match="switchport mode trunk"):
        EOS.plan(served, (), EOS_LAG)


def test_on_junos_a_port_with_units_is_not_made_a_member_and_more_room_for_port_channels_stays() -> None:
    by_hand = bench_junos.apply(
        JUNOS_BLANK,
        "set interfaces ge-0/0/6 flexible-vlan-tagging\nset interfaces ge-0/0/6 unit 5 vlan-id 5\n",
    )
    roomy = bench_junos.apply(JUNOS_BLANK, "set chassis aggregated-devices ethernet device-count 8\n")

    with pytest.raises(PortNotIdle, match="unit 5"):
        JUNOS.plan(by_hand, (), JUNOS_LAG)
    assert "device-count" not in JUNOS.plan(roomy, (), JUNOS_LAG).commands
    assert "device-count 1" in JUNOS.plan(JUNOS_BLANK, (), JUNOS_LAG).commands


@pytest.mark.parametrize("name", ["Port-Channel0", "Ethernet1", "Port-Channel1\n!", "ae0"])
def test_a_name_that_is_no_port_channel_reaches_no_device(name: str) -> None:
    with pytest.raises(UnsafeText, match="name of the port-channel"):
        EOS.render((replace(MEMBERS[0], lag=name),))
