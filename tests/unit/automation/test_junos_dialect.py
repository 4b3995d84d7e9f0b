"""What a plan for a Junos device commands, and what it refuses to stand beside."""

from dataclasses import replace

import pytest

from automation.dialects.dialect import UNKNOWN
from automation.dialects.junos.platform import JUNOS
from automation.errors import PlanOutOfBounds, PortNotIdle, PortUnfit, TagNotFree, UnsafeText
from automation.intents import (
    BandwidthProfile,
    BaselineIntent,
    CircuitIntent,
    ExchangePortIntent,
    TrunkIntent,
    UniIntent,
)
from tests.unit.automation.bench_junos import JUNOS_BENCH

DIALECT = JUNOS.dialect
FRESH, apply = JUNOS_BENCH.fresh, JUNOS_BENCH.apply
PROFILE = BandwidthProfile(100, 100, 12_500, 12_500)
CIRCUIT = CircuitIntent("bench", "S-1", 2001, ("xe-0/1/0",), UniIntent("ge-0/0/0", "S-1 for 1", PROFILE))
MEMBER = ExchangePortIntent("bench", "S-2", "ge-0/0/1", 900, "S-2 member", 1000)
BASELINE = BaselineIntent(
    "bench", "bench", ("ge-0/0/0", "ge-0/0/2"), ("192.0.2.1",), ("192.0.2.2",), ("192.0.2.0/24",), (900,)
)
TRUNK = TrunkIntent("bench", "xe-0/1/0", "to dx")


def commands(running: str, *after: object, before: tuple[object, ...] = ()) -> list[str]:
    return DIALECT.plan(running, before, after).commands.splitlines()  # type: ignore[arg-type]  # intents


def on(running: str, *intents: object) -> str:
    return apply(running, "\n".join(commands(running, *intents)))


def test_a_circuit_is_a_bridge_domain_units_and_a_policer() -> None:
    assert commands(FRESH, CIRCUIT) == [
        "delete interfaces ge-0/0/0 disable",
        "set firewall three-color-policer nh-S-1 logical-interface-policer",
        "set firewall three-color-policer nh-S-1 action loss-priority high then discard",
        "set firewall three-color-policer nh-S-1 two-rate color-blind",
        "set firewall three-color-policer nh-S-1 two-rate committed-information-rate 100m",
        "set firewall three-color-policer nh-S-1 two-rate committed-burst-size 12500",
        "set firewall three-color-policer nh-S-1 two-rate peak-information-rate 200m",
        "set firewall three-color-policer nh-S-1 two-rate peak-burst-size 25000",
        "set interfaces xe-0/1/0 unit 2001 description nh-S-1",
        "set interfaces xe-0/1/0 unit 2001 encapsulation vlan-bridge",
        "set interfaces xe-0/1/0 unit 2001 vlan-tags outer 0x88a8.2001",
        'set interfaces ge-0/0/0 description "S-1 for 1"',
        "set interfaces ge-0/0/0 encapsulation ethernet-bridge",
        "set interfaces ge-0/0/0 unit 0 description nh-S-1",
        "set interfaces ge-0/0/0 unit 0 layer2-policer input-three-color nh-S-1",
        "set bridge-domains nh-S-1 domain-type bridge",
        "set bridge-domains nh-S-1 vlan-id 2001",
        "set bridge-domains nh-S-1 interface xe-0/1/0.2001",
        "set bridge-domains nh-S-1 interface ge-0/0/0.0",
    ]


def test_its_removal_names_what_goes_and_says_again_what_the_port_said() -> None:
    plan = DIALECT.plan(FRESH, (), (CIRCUIT,))
    assert plan.idle_lines == ('description "Free UNI"', "disable")

    assert commands(apply(FRESH, plan.commands), before=plan.intents) == [
        "delete bridge-domains nh-S-1",
        "delete interfaces xe-0/1/0 unit 2001",
        "delete interfaces ge-0/0/0 unit 0",
        "delete firewall three-color-policer nh-S-1",
        "delete interfaces ge-0/0/0 encapsulation",
        'set interfaces ge-0/0/0 description "Free UNI"',
        "set interfaces ge-0/0/0 disable",
    ]


@pytest.mark.parametrize(("port", "idle"), [("ge-0/0/2", ()), ("ge-0/0/3", ("",)), ("ge-0/0/4", ())])
def test_a_port_that_was_not_named_or_said_nothing_is_left_as_it_was(port: str, idle: tuple[str, ...]) -> None:
    uni = UniIntent(port, "S-1 for 1", PROFILE)
    plan = DIALECT.plan(FRESH, (), (replace(CIRCUIT, uni=uni),))
    assert plan.idle_lines == idle

    there = apply(FRESH, plan.commands)

    assert apply(there, DIALECT.plan(there, plan.intents, ()).commands) == FRESH


def test_half_a_circuit_gets_the_other_half() -> None:
    whole = commands(FRESH, CIRCUIT)
    half = apply(FRESH, "\n".join(line for line in whole if "bridge-domains" not in line))

    assert commands(half, CIRCUIT) == [line for line in whole if "bridge-domains" in line]


def test_another_rate_is_only_the_policer() -> None:
    there = on(FRESH, CIRCUIT)
    faster = replace(CIRCUIT, uni=UniIntent("ge-0/0/0", "S-1 for 1", replace(PROFILE, cir_mbps=150)))

    assert commands(there, faster, before=(CIRCUIT,)) == [
        "set firewall three-color-policer nh-S-1 two-rate committed-information-rate 150m",
        "set firewall three-color-policer nh-S-1 two-rate peak-information-rate 250m",
    ]


@pytest.mark.parametrize(
    ("by_hand", "error", "words"),
    [
        ("set bridge-domains theirs vlan-id 2001", TagNotFree, "the bridge domain named 'theirs'"),
        (
            (
                "set interfaces xe-0/1/0 unit 2001 encapsulation vlan-bridge\n"
                "set interfaces xe-0/1/0 unit 2001 vlan-tags outer 0x88a8.2001"
            ),
            TagNotFree,
            "xe-0/1/0 has a unit 2001 that is not ours",
        ),
        (
            (
                "set interfaces xe-0/1/1 unit 77 encapsulation vlan-bridge\n"
                "set interfaces xe-0/1/1 unit 77 vlan-tags outer 0x88a8.2001"
            ),
            TagNotFree,
            "it is carried by xe-0/1/1",
        ),
        ("set interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/24", PortNotIdle, "family inet address"),
        ("set interfaces ge-0/0/0 gigether-options 802.3ad ae0", PortNotIdle, "802.3ad ae0"),
        (
            "delete interfaces xe-0/1/0 flexible-vlan-tagging\ndelete interfaces xe-0/1/0 encapsulation",
            PortUnfit,
            "flex",
        ),
        ("delete interfaces xe-0/1/0 gigether-options", PortUnfit, "does not take the TPID 0x88a8"),
        ("delete interfaces xe-0/1/0", PortUnfit, "is not configured"),
    ],
)
def test_what_stands_where_ours_should_go_is_refused(by_hand: str, error: type[Exception], words: str) -> None:
    running = apply(FRESH, by_hand)

    with pytest.raises(error, match=words):
        commands(running, CIRCUIT)


@pytest.mark.parametrize("emptied", ["set bridge-domains somebodys", "set interfaces ge-0/0/3 unit 0"])
def test_a_level_of_somebody_elses_that_says_nothing_stands_in_no_ones_way(emptied: str) -> None:
    assert commands(apply(FRESH, emptied), CIRCUIT) == commands(FRESH, CIRCUIT)


def test_a_unit_that_says_nothing_where_ours_should_go_is_refused() -> None:
    with pytest.raises(PortNotIdle):
        commands(apply(FRESH, "set interfaces ge-0/0/0 unit 0"), CIRCUIT)


def test_a_member_needs_the_exchange_on_the_device() -> None:
    assert "set bridge-domains nh-peering-900 interface ge-0/0/1.0" in commands(FRESH, MEMBER)

    with pytest.raises(PortUnfit, match="no nh-peering-900"):
        commands(apply(FRESH, "delete bridge-domains nh-peering-900"), MEMBER)


def test_a_port_another_service_took_over_is_not_touched_by_the_first_ones_removal() -> None:
    taken_over = on(FRESH, replace(CIRCUIT, label="S-9", s_vlan=2009))

    assert commands(taken_over, before=(CIRCUIT,)) == []


def test_a_tag_that_has_become_somebody_elses_is_not_taken_off() -> None:
    theirs = apply(on(FRESH, CIRCUIT), "set interfaces xe-0/1/0 unit 2001 description theirs")

    with pytest.raises(TagNotFree, match="not ours"):
        commands(theirs, before=(CIRCUIT,))


@pytest.mark.parametrize(
    "line",
    [
        "set system host-name mine",
        "delete interfaces xe-0/1/0",
        "set interfaces xe-0/1/0 unit 2002 vlan-tags outer 0x88a8.2002",
        "delete bridge-domains nh-S-2",
        "set interfaces ge-0/0/0 mtu 1500",
        "rollback 1",
    ],
)
def test_a_plan_outside_its_intents_is_not_sent(line: str) -> None:
    with pytest.raises(PlanOutOfBounds):
        DIALECT.check_bounds(f"{line}\n", (CIRCUIT,))


def test_an_idle_line_that_is_no_idle_line_is_never_sent_back() -> None:
    there = on(FRESH, CIRCUIT)
    uni = UniIntent("ge-0/0/0", "S-1 for 1", PROFILE, idle_lines=("unit 0 family inet",))

    with pytest.raises(UnsafeText):
        commands(there, before=(replace(CIRCUIT, uni=uni),))


def test_the_baseline_shuts_what_is_idle_and_leaves_open_what_a_service_took() -> None:
    there = on(FRESH, CIRCUIT)

    found = commands(there, BASELINE)

    assert "set interfaces ge-0/0/2 disable" in found
    assert "set interfaces ge-0/0/0 disable" not in found
    assert commands(on(there, BASELINE), BASELINE) == []


def test_a_filter_whose_terms_stand_in_another_order_is_said_anew() -> None:
    there = on(FRESH, BASELINE)
    filter_ = "firewall family inet filter nh-management"
    saved = [line for line in commands(FRESH, BASELINE) if f"{filter_} term people" in line]
    moved = apply(there, "\n".join([f"delete {filter_} term people", *saved]))
    assert not DIALECT.same(there, moved)

    again = apply(moved, "\n".join(commands(moved, BASELINE)))

    assert again == there


def test_the_baseline_does_not_go_while_a_service_stands_on_it() -> None:
    there = on(FRESH, BASELINE, TRUNK)
    with pytest.raises(PortNotIdle):
        commands(on(there, replace(CIRCUIT, uni=None)), before=(TRUNK,))
    with pytest.raises(TagNotFree, match="carried by"):
        commands(on(there, MEMBER), before=(BASELINE,))


def test_a_baseline_comes_off_and_leaves_no_names_of_ours() -> None:
    bare = apply(FRESH, "delete bridge-domains nh-peering-900")
    there = on(bare, BASELINE)

    gone = apply(there, "\n".join(commands(there, before=(BASELINE,))))

    assert "nh-" not in gone


def test_every_statement_is_blamed_on_whose_it_is() -> None:
    orphan = replace(CIRCUIT, label="S-9", s_vlan=2009, uni=None)
    there = on(on(FRESH, CIRCUIT), orphan)

    found = DIALECT.blame(there, (CIRCUIT,))
    owners = {" ".join((*one.statement.path, one.statement.line)): one.owners for one in found}

    assert owners["bridge-domains nh-S-1 vlan-id 2001"] == ("S-1",)
    assert owners['interfaces ge-0/0/0 description "S-1 for 1"'] == ("S-1",)
    assert owners["interfaces xe-0/1/0 unit 2009 vlan-tags outer 0x88a8.2009"] == (UNKNOWN,)
    assert owners["system host-name bench"] == ()
    assert owners["interfaces ge-0/0/0 mtu 9000"] == ()
    assert [one.statement for one in found] == list(DIALECT.statements(there))


def test_what_is_ours_and_nobodys_is_a_finding() -> None:
    there = on(on(FRESH, CIRCUIT), replace(CIRCUIT, label="S-9", s_vlan=2009, uni=None))

    found = DIALECT.strays("bench", there, (CIRCUIT,))

    assert [(one.check, one.detail) for one in found] == [
        ("foreign tag", "xe-0/1/0 carries 2009, which is nobody's"),
        ("foreign tag", "xe-0/1/1 carries 10, which is nobody's"),
        ("orphan", "the bridge domain nh-S-9 is left behind"),
    ]


def test_the_ports_that_carry_a_tag_are_those_of_its_bridge_domain_and_of_its_units() -> None:
    there = on(FRESH, replace(CIRCUIT, uni=UniIntent("ge-0/0/0", "S-1 for 1", PROFILE, c_vlan=101)))

    assert DIALECT.carriers(there, 2001) == {"xe-0/1/0", "ge-0/0/0"}
    assert DIALECT.carriers(there, 101) == frozenset()
    assert DIALECT.carriers(there, 10) == {"xe-0/1/1"}


def test_secrets_are_hidden_and_order_that_does_not_matter_is_none() -> None:
    hidden = DIALECT.without_secrets(FRESH)

    assert "$6$" not in hidden
    assert DIALECT.same(FRESH, FRESH.replace("    ", "  "))
    assert not DIALECT.same(FRESH, FRESH.replace("mtu 9000", "mtu 9001"))


def test_a_description_with_all_that_may_stand_in_it_comes_back_as_it_went() -> None:
    text = "10 Acacia Avenue, #4 (rear): a/b; c_d @e & f='g' * h+i.j"
    uni = UniIntent("ge-0/0/0", text, PROFILE)

    there = on(FRESH, replace(CIRCUIT, uni=uni))

    assert f'description "{text}";' in there
    assert commands(there, replace(CIRCUIT, uni=uni)) == []


def test_a_glance_tells_a_circuit_that_is_as_it_should_be_and_suspects_every_other() -> None:
    other = replace(CIRCUIT, label="S-3", s_vlan=2003, uni=UniIntent("ge-0/0/2", "S-3 for 1", PROFILE, c_vlan=103))
    there = on(on(on(FRESH, CIRCUIT), other), MEMBER)
    assert DIALECT.suspects(there, (CIRCUIT, other, MEMBER)) == [MEMBER]

    for damage in (
        "set interfaces ge-0/0/0 disable",
        "delete interfaces ge-0/0/0 description",
        "set interfaces xe-0/1/0 unit 2001 disable",
        "delete bridge-domains nh-S-1 interface xe-0/1/0.2001",
        "set firewall three-color-policer nh-S-1 two-rate committed-information-rate 99m",
        "set interfaces xe-0/1/1 unit 9 vlan-tags outer 0x88a8.2001",
        "delete interfaces ge-0/0/0 unit 0 layer2-policer",
    ):
        assert CIRCUIT in DIALECT.suspects(apply(there, damage), (CIRCUIT, other)), damage
        assert other not in DIALECT.suspects(apply(there, damage), (CIRCUIT, other)), damage
