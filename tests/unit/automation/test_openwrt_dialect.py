"""What an access point is told: whose sections they are, what is refused, and what nobody gets to see."""

from dataclasses import replace

import pytest

from automation.dialects.dialect import UNKNOWN
from automation.dialects.openwrt.dialect import OpenwrtDialect
from automation.dialects.openwrt.names import network_name
from automation.errors import PlanOutOfBounds, PlatformCannot, PortUnfit, TagNotFree, UnsafeText
from automation.intents import CircuitIntent, Intent
from automation.twin.forwarding import PortMode
from automation.twin.openwrt.forwarding import forwarding_of
from automation.uci import parse
from automation.wireless import SSIDS_PER_RADIO, RadiusServer, SsidIntent, SsidSecurity, SsidTenantIntent
from automation.wireless_errors import RadioFull, SsidTaken
from tests.unit.automation.bench_openwrt import OPENWRT_BENCH, apply

DIALECT = OpenwrtDialect()
FRESH = OPENWRT_BENCH.fresh
OPEN = SsidIntent("bench", "S-1", "Mill", 2001, "eth0", ("radio0",))
KEYED = replace(OPEN, security=SsidSecurity.PSK2, sealed_key="c2VhbGVk")


def added(intent: Intent, running: str = FRESH) -> str:
    return apply(running, DIALECT.plan(running, (), (intent,)).commands)


def removed(intent: Intent, running: str) -> str:
    return apply(running, DIALECT.plan(running, (intent,), ()).commands)


def options(running: str, section: str) -> dict[str, object]:
    found = next(one for one in parse(running)["wireless"] if one.name == section)
    return dict(found.options)


@pytest.mark.parametrize(
    "ssid",
    [
        "Bob's place",
        "'; reboot '",
        'say "hi"',
        "$(reboot) `x` \\",
        "# no comment",
        "naïve ☕ Wi-Fi",
        "config wifi-iface",
        " ",
    ],
)
def test_any_text_that_can_be_printed_is_an_ssid_and_nothing_but_an_ssid(ssid: str) -> None:
    running = added(replace(OPEN, ssid=ssid))

    assert options(running, "nh_S__1_radio0")["ssid"] == ssid
    plain = added(OPEN)
    assert len(DIALECT.statements(running)) == len(DIALECT.statements(plain))


@pytest.mark.parametrize(
    "ssid", ["", "two\nlines", "tab\there", "nul\0", "x" * 33, "☕" * 11, "line\u2028break", "\ud800"]
)
def test_what_is_no_ssid_is_refused_without_being_repeated(ssid: str) -> None:
    with pytest.raises(UnsafeText) as refused:
        DIALECT.render([replace(OPEN, ssid=ssid)])

    assert refused.value.field == "SSID"
    assert not ssid or ssid not in str(refused.value)


def test_an_ssid_has_a_vlan_of_its_own_tagged_towards_the_network() -> None:
    network = {one.name: one for one in parse(added(OPEN))["network"]}

    assert network["nh_S__1_vlan"].options == {"device": "br-nh", "vlan": "2001", "ports": ("eth0:t",)}
    assert network["nh_S__1"].options == {"device": "br-nh.2001", "proto": "none"}
    assert options(added(OPEN), "nh_S__1_radio0")["network"] == "nh_S__1"


@pytest.mark.parametrize(
    ("security", "encryption", "protected"),
    [
        (SsidSecurity.OPEN, "none", None),
        (SsidSecurity.OWE, "owe", "2"),
        (SsidSecurity.PSK2, "psk2+ccmp", None),
        (SsidSecurity.SAE, "sae", "2"),
        (SsidSecurity.WPA2_ENTERPRISE, "wpa2+ccmp", None),
        (SsidSecurity.WPA3_ENTERPRISE, "wpa3", "2"),
    ],
)
def test_each_security_is_said_as_openwrt_says_it(
    security: SsidSecurity, encryption: str, protected: str | None
) -> None:
    key = "c2VhbGVk" if security.needs_key else ""
    radius = (RadiusServer("192.0.2.1", "c2VhbGVk", accounting_port=1813),) if security.needs_radius else ()

    found = options(added(replace(OPEN, security=security, sealed_key=key, radius=radius)), "nh_S__1_radio0")

    assert (found["encryption"], found.get("ieee80211w")) == (encryption, protected)
    assert ("key" in found) == security.needs_key
    assert (found.get("auth_server"), found.get("acct_port")) == ((("192.0.2.1",), "1813") if radius else (None, None))


def test_tenants_of_a_shared_ssid_have_networks_of_their_own_and_no_default() -> None:
    radius = (RadiusServer("radius.example", "c2VhbGVk"),)
    shared = added(replace(OPEN, security=SsidSecurity.WPA2_ENTERPRISE, radius=radius, is_shared=True))
    tenants = [SsidTenantIntent("bench", f"S-{tag}", "S-1", tag, "eth0", ("radio0",)) for tag in (2101, 2102)]
    running = added(tenants[1], added(tenants[0], shared))

    assert options(running, "nh_S__1_radio0")["dynamic_vlan"] == "2"
    for name, tag in (("nh_S__2102", "2102"), ("nh_S__1", "2001")):
        assert options(running, f"{name}_on_radio0") == {
            "iface": "nh_S__1_radio0",
            "name": f"v{tag}",
            "vid": tag,
            "network": name,
        }
    assert DIALECT.carriers(running, 2102) == {"eth0", "nh_S__1_radio0"}
    assert DIALECT.carriers(running, 2001) == {"eth0", "nh_S__1_radio0"}
    gone = removed(tenants[0], removed(tenants[1], running))
    assert gone == shared


def test_an_ssid_that_is_shared_carries_nobody_but_whom_radius_gave_a_vlan() -> None:
    radius = (RadiusServer("radius.example", "c2VhbGVk"),)
    shared = added(replace(OPEN, security=SsidSecurity.WPA2_ENTERPRISE, radius=radius, is_shared=True))
    running = added(SsidTenantIntent("bench", "S-2", "S-1", 2101, "eth0", ("radio0",)), shared)

    def inside(text: str) -> dict[str, int | None]:
        return {one.port: one.vlan for one in forwarding_of(parse(text)).ports if one.mode is PortMode.ACCESS}

    assert inside(added(OPEN)) == {"nh_S__1_radio0": 2001}
    assert inside(running) == {"nh_S__1_on_radio0": 2001, "nh_S__2_on_radio0": 2101}
    assert inside(running.replace("option device 'radio0'", "option device 'radio0'\n\toption disabled '1'")) == {}


def test_a_tenant_of_an_ssid_that_is_not_shared_there_is_refused() -> None:
    with pytest.raises(PortUnfit, match="does not send the shared SSID of S-1"):
        added(SsidTenantIntent("bench", "S-2", "S-1", 2101, "eth0", ("radio0",)), added(OPEN))


@pytest.mark.parametrize(
    "wrong",
    [
        replace(OPEN, security=SsidSecurity.SAE),
        replace(OPEN, sealed_key="c2VhbGVk"),
        replace(OPEN, security=SsidSecurity.WPA2_ENTERPRISE),
        replace(OPEN, security=SsidSecurity.PASSPOINT, radius=(RadiusServer("a.example", "x"),)),
        replace(OPEN, is_shared=True),
        replace(OPEN, radios=()),
        replace(OPEN, radios=("radio0", "radio0")),
        replace(OPEN, s_vlan=4095),
    ],
)
def test_what_does_not_go_together_is_no_intent(wrong: SsidIntent) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        DIALECT.render([wrong])


def test_a_radio_sends_so_many_ssids_and_says_so_with_figures() -> None:
    running = FRESH  # one there already, made by hand
    for number in range(1, SSIDS_PER_RADIO):
        running = added(replace(OPEN, label=f"S-{number}", ssid=f"net {number}", s_vlan=2000 + number), running)

    with pytest.raises(RadioFull, match="bench radio0 would send 9 SSIDs, and may send 8"):
        DIALECT.plan(running, (), (replace(OPEN, label="S-9", ssid="one more", s_vlan=2900),))


def test_what_is_not_there_or_is_somebody_elses_is_refused() -> None:
    with pytest.raises(SsidTaken, match="engineer"):
        DIALECT.plan(FRESH, (), (replace(OPEN, ssid="Bob's place", radios=("radio1",)),))
    with pytest.raises(PortUnfit, match="is not a port of the bridge"):
        DIALECT.plan(FRESH, (), (replace(OPEN, uplink="eth7"),))
    with pytest.raises(PortUnfit, match="is not a radio"):
        DIALECT.plan(FRESH, (), (replace(OPEN, radios=("radio7",)),))
    theirs = apply(FRESH, "set network.lab='interface'\nset network.lab.device='eth0.2001'\n")
    with pytest.raises(TagNotFree, match=r"network\.lab"):
        DIALECT.plan(theirs, (), (OPEN,))
    with pytest.raises(PlatformCannot):
        DIALECT.render([CircuitIntent("bench", "S-1", 2001, ("eth0",))])


def test_every_line_of_ours_is_blamed_on_its_service_on_day_zero_or_on_nobody_known() -> None:
    running = added(OPEN)
    known = {(blamed.statement.path[-1], blamed.owners) for blamed in DIALECT.blame(running, [OPEN])}
    forgotten = {blamed.owners for blamed in DIALECT.blame(running, [])}

    assert ("config wifi-iface 'nh_S__1_radio0'", ("S-1",)) in known
    assert ("config device 'nh0_bridge'", ("baseline",)) in known
    assert ("config wifi-iface 'engineer'", ()) in known
    assert forgotten == {(UNKNOWN,), ("baseline",), ()}


def test_what_is_left_behind_and_what_somebody_put_there_are_told_apart() -> None:
    running = apply(added(OPEN), "set network.lab='bridge-vlan'\nset network.lab.vlan='77'\n")

    assert DIALECT.strays("bench", FRESH, []) == ()
    assert [(one.check, one.label) for one in DIALECT.strays("bench", running, [OPEN])] == [("foreign tag", "")]
    assert {(one.check, one.label) for one in DIALECT.strays("bench", running, [])} >= {
        ("orphan", "S-1"),
        ("foreign tag", ""),
    }


def test_a_plan_that_touches_another_section_is_not_sent() -> None:
    with pytest.raises(PlanOutOfBounds, match=r"set wireless\.radio0"):
        DIALECT.check_bounds("set wireless.radio0.disabled='1'\n", [OPEN])


def test_order_that_means_nothing_is_no_difference_and_another_value_is_one() -> None:
    running = added(KEYED)
    package, *sections = running.split("\n\n")
    assert DIALECT.same(running, running.replace("\n\n", "\n\n\n"))
    assert not DIALECT.same(running, running.replace("'Mill'", "'Hill'"))
    assert package.startswith("package network")
    assert sections


def test_no_secret_is_shown_in_a_configuration_a_change_or_a_diff() -> None:
    commands = DIALECT.plan(FRESH, (), (KEYED,)).commands
    said = (added(KEYED), commands, "+wireless.nh_S__1_radio0.key='hunter22'", "-wireless.x.auth_secret='hunter22'")

    shown = [DIALECT.without_secrets(text) for text in said]

    assert all("<removed>" in text for text in shown)
    assert not any("hunter22" in text or "c2VhbGVk" in text for text in shown)
    assert "c2VhbGVk" not in repr(KEYED)


def test_no_two_labels_give_one_name() -> None:
    labels = ("a-b", "a_b", "a.b", "a--b", "a-ub", "a_ub", "a__b", "a-pb")

    assert len({network_name(label) for label in labels}) == len(labels)
