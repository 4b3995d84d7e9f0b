"""Our NAPALM driver for access points, spoken to the simulator of ubus over HTTPS; no simulator is needed for TLS."""

import time
from typing import get_type_hints

import pytest
import requests
from napalm.base import models
from napalm.base.base import NetworkDriver
from napalm.base.exceptions import (
    CommitError,
    ConnectAuthError,
    ConnectionException,
    MergeConfigException,
    ReplaceConfigException,
    SessionLockedException,
)

from automation.drivers.openwrt.driver import OpenwrtDriver
from automation.sealing import Sealer
from automation.twin.openwrt.authority import TwinAuthority, twin_authority
from tests.integration.wireless_town import PASSWORD, PEPPER, start_fleet

NAME = "ap-1"
ADDRESS = "127.1.78.3"
CHANNEL = "set wireless.radio0.channel='40'\n"


@pytest.fixture(scope="module")
def town():
    with start_fleet() as fleet:
        yield fleet


@pytest.fixture
def fleet(town):
    """One fleet for all tests: each leaves the access point as on its first day."""
    yield town
    town.heal(NAME)
    town.lose_startup(NAME)
    town.reboot(NAME)


@pytest.fixture
def authority(tmp_path):
    path = tmp_path / "authority.pem"
    path.write_text(twin_authority().pem)
    return str(path)


@pytest.fixture
def driver(fleet, authority):
    with driver_for(fleet, verify=authority) as driver:
        yield driver


def driver_for(fleet, password=PASSWORD, **options):
    return OpenwrtDriver(ADDRESS, "neutralhost", password, 2, {"port": fleet.ports["openwrt"], **options})


def channel(fleet):
    config = fleet.running_config(NAME)
    return config.split("option channel '")[1].split("'")[0]


def wait_until(true, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "still not"
        time.sleep(0.02)


def ask(fleet, sid, thing, method, **arguments):
    body = {"jsonrpc": "2.0", "id": 1, "method": "call", "params": [sid, thing, method, arguments]}
    return requests.post(f"http://{ADDRESS}:{fleet.ports['openwrt']}/ubus", json=body, timeout=5).json()


def login(fleet, password=PASSWORD):
    code, *rest = ask(fleet, "0" * 32, "session", "login", username="neutralhost", password=password)["result"]
    return rest[0]["ubus_rpc_session"] if code == 0 else code


def test_its_answers_have_the_shapes_of_napalms_models(driver):
    driver.load_merge_candidate(config=CHANNEL)

    facts, found = driver.get_facts(), driver.get_interfaces()

    assert is_like(models.FactsDict, facts)
    assert all(is_like(models.InterfaceDict, one) for one in found.values())
    assert is_like(models.ConfigurationDict, driver.get_config())
    assert is_like(models.AliveDict, driver.is_alive())
    assert set(facts["interface_list"]) == set(found) >= {"eth0", "br-nh", "radio0", "radio1"}
    assert (facts["vendor"], facts["hostname"]) == ("OpenWrt", NAME)
    assert found["eth0"]["speed"] == 1000.0


def is_like(model, answer):
    """As NAPALM's own tests of drivers look at it (napalm.base.test.helpers.test_model)."""
    hints = get_type_hints(model)
    return set(hints) == set(answer) and all(
        isinstance(answer[key], getattr(kind, "__origin__", kind)) for key, kind in hints.items()
    )


def test_it_does_all_that_changes_a_configuration_in_napalms_base_class():
    loads = ["load_merge_candidate", "load_replace_candidate", "compare_config", "discard_config", "get_config"]
    commits = ["commit_config", "confirm_commit", "has_pending_commit", "rollback"]
    verbs = ["open", "close", "is_alive", *loads, *commits]

    assert issubclass(OpenwrtDriver, NetworkDriver)
    assert [verb for verb in verbs if getattr(OpenwrtDriver, verb) is getattr(NetworkDriver, verb)] == []


def test_what_is_loaded_is_seen_in_the_diff_and_the_candidate_and_nowhere_else(fleet, driver):
    driver.load_merge_candidate(config=CHANNEL + "add_list network.nh0_bridge.ports='eth1'\n")

    diff = driver.compare_config().splitlines()
    config = driver.get_config()
    driver.discard_config()

    assert diff == [
        "-network.nh0_bridge.ports",
        "+network.nh0_bridge.ports+='eth0'",
        "+network.nh0_bridge.ports+='eth1'",
        "+wireless.radio0.channel='40'",
    ]
    assert "channel '40'" in config["candidate"]
    assert "channel '40'" not in config["running"]
    assert driver.compare_config() == ""
    assert channel(fleet) == "auto"


def test_a_commit_that_is_not_confirmed_goes_back_by_itself_and_leaves_nothing_staged(fleet, driver):
    driver.load_merge_candidate(config=CHANNEL)
    driver.commit_config(revert_in=1)
    assert (channel(fleet), driver.has_pending_commit()) == ("40", True)

    wait_until(lambda: channel(fleet) == "auto")

    assert not driver.has_pending_commit()
    with pytest.raises(CommitError, match="time was up"):
        driver.confirm_commit()
    assert "channel '40'" in driver.get_config()["candidate"]  # rpcd stages it again
    driver.discard_config()
    assert driver.get_config()["candidate"] == ""


def test_a_confirmed_commit_stays_and_is_confirmed_over_a_new_connection(fleet, driver):
    driver.load_merge_candidate(config=CHANNEL)
    driver.commit_config(revert_in=60)
    old = driver._ubus

    driver.confirm_commit()

    assert driver._ubus is not old
    assert not driver.has_pending_commit()
    assert (fleet.commits(NAME).confirmed, channel(fleet)) == (fleet.commits(NAME).timed, "40") or channel(
        fleet
    ) == "40"
    with pytest.raises(CommitError, match="no commit waits"):
        driver.confirm_commit()


def test_one_who_cannot_connect_again_cannot_confirm(fleet, driver):
    driver.load_merge_candidate(config=CHANNEL)
    driver.commit_config(revert_in=1)
    fleet.go_away(NAME)

    with pytest.raises(ConnectionException):
        driver.confirm_commit()

    wait_until(lambda: channel(fleet) == "auto")
    fleet.come_back(NAME)


def test_a_rollback_takes_a_pending_commit_back_at_once_and_one_for_good_too(fleet, driver):
    for revert_in in (60, None):
        driver.load_merge_candidate(config=CHANNEL)
        driver.commit_config(revert_in=revert_in)
        assert channel(fleet) == "40"

        driver.rollback()

        assert channel(fleet) == "auto"
        assert (driver.compare_config(), driver.has_pending_commit()) == ("", False)


def test_a_driver_that_closes_takes_back_what_it_did_not_confirm(fleet, driver):
    driver.load_merge_candidate(config=CHANNEL)
    driver.commit_config(revert_in=60)

    driver.close()

    assert channel(fleet) == "auto"
    driver.open()


def test_while_one_commit_is_pending_nobody_loads_another(fleet, driver, authority):
    driver.load_merge_candidate(config=CHANNEL)
    driver.commit_config(revert_in=60)

    with driver_for(fleet, verify=authority) as other:
        with pytest.raises(SessionLockedException):
            other.load_merge_candidate(config=CHANNEL)
        assert not other.has_pending_commit()
    with pytest.raises(CommitError):
        driver.commit_config(revert_in=60)


def test_a_device_that_boots_while_a_commit_is_pending_keeps_it_and_says_so(fleet, driver):
    driver.load_merge_candidate(config=CHANNEL)
    driver.commit_config(revert_in=60)
    fleet.reboot(NAME)

    assert not driver.has_pending_commit()
    assert "channel '40'" in driver.get_config()["running"]
    with pytest.raises(CommitError, match="booted"):
        driver.confirm_commit()


@pytest.mark.parametrize(
    ("commands", "words"),
    [
        ("set wireless.radio0.chanel='40'", "invalid argument"),
        ("set wireless.radio9.channel='40'", "not found"),
        ("set system.nh0_system.hostname='mine'", "permission denied"),
        ("set wireless.radio0.channel='40'; reboot", "Line 1"),
        ("set wireless.radio0.channel='4\n0'", "Line 1"),
        ("delete wireless.nobody", "not found"),
    ],
)
def test_what_cannot_be_done_is_refused_and_leaves_nothing_loaded(fleet, driver, commands, words):
    with pytest.raises(MergeConfigException, match=words):
        driver.load_merge_candidate(config=f"{CHANNEL}{commands}" if "Line" not in words else commands)

    assert driver.compare_config() == ""
    assert channel(fleet) == "auto"


def test_a_whole_configuration_takes_the_place_of_the_one_there_is(fleet, driver):
    was = driver.get_config()["running"]
    driver.load_merge_candidate(config=CHANNEL + "delete wireless.radio1\n")
    driver.commit_config()

    driver.load_replace_candidate(config=was)
    driver.commit_config()

    assert driver.get_config()["running"] == was
    with pytest.raises(ReplaceConfigException):
        driver.load_replace_candidate(config="config what")


def test_secrets_are_sealed_on_the_way_out_and_opened_on_the_way_in(fleet, authority):
    sealer = Sealer(PEPPER)
    iface = "set wireless.nh_x='wifi-iface'\nset wireless.nh_x.ssid='Mill'\nset wireless.nh_x.key='{}'\n"
    with driver_for(fleet, verify=authority, secrets=sealer) as driver:
        driver.load_merge_candidate(config=iface.format(f"sealed:{sealer.seal('hunter22', 'Mill')}"))
        diff = driver.compare_config()
        driver.commit_config()
        shown = driver.get_config()["running"]

        assert "option key 'hunter22'" in fleet.running_config(NAME)
        assert "hunter22" not in diff + shown
        assert f"sealed:{sealer.seal('hunter22', 'Mill')}" in shown
        assert "<removed>" in driver.get_config(sanitized=True)["running"]
        for not_ours in ("hunter22", f"sealed:{sealer.seal('hunter22', 'Elsewhere')}"):
            with pytest.raises(MergeConfigException, match="cannot be opened") as refused:
                driver.load_merge_candidate(config=iface.format(not_ours))
            assert "hunter22" not in str(refused.value)


def test_a_certificate_of_another_authority_is_refused_before_the_password_is_sent(fleet, tmp_path):
    other = tmp_path / "other.pem"
    other.write_text(TwinAuthority().pem)

    for verify in (str(other), True):
        with pytest.raises(ConnectionException, match="certificate"):
            driver_for(fleet, verify=verify).open()


def test_a_wrong_password_is_a_refusal_of_its_own(fleet, authority):
    with pytest.raises(ConnectAuthError) as refused:
        driver_for(fleet, password="wrong-password", verify=authority).open()

    assert "wrong-password" not in str(refused.value)


def test_http_without_tls_is_spoken_on_loopback_only(fleet):
    with driver_for(fleet, transport="http") as driver:
        assert driver.is_alive() == {"is_alive": True}
    with pytest.raises(ConnectionException, match="loopback only"):
        OpenwrtDriver("192.0.2.1", "neutralhost", PASSWORD, 1, {"transport": "http"}).open()


def test_a_redirect_is_not_followed(fleet, driver, monkeypatch):
    asked = []

    def redirecting(session, url, **options):
        asked.append(options["allow_redirects"])
        answer = requests.Response()
        answer.status_code, answer.headers["Location"] = 302, "http://192.0.2.66/ubus"
        return answer

    monkeypatch.setattr(requests.Session, "post", redirecting)

    with pytest.raises(ConnectionException, match="HTTP status 302"):
        driver.get_facts()
    assert asked == [False]
    monkeypatch.undo()


def test_an_access_point_that_hangs_is_given_up(fleet):
    fleet.hang(NAME)
    options = {"port": fleet.ports["openwrt"], "transport": "http"}

    with pytest.raises(ConnectionException, match=r"within 0\.2 s"):
        OpenwrtDriver(ADDRESS, "neutralhost", PASSWORD, 0.2, options).open()


def test_what_rpcd_answers_is_what_was_measured(fleet):
    """Section 4 of the notes on real devices: codes of ubus, and who may do what while an apply is pending."""
    assert login(fleet, "wrong") == 6
    assert ask(fleet, "f" * 32, "uci", "get", config="network")["error"]["code"] == -32002
    sid, other = login(fleet), login(fleet)
    assert sid != other
    assert ask(fleet, sid, "uci", "get", config="network", section="nobody")["result"] == [4]
    assert ask(fleet, sid, "uci", "frobnicate")["result"] == [3]
    assert ask(fleet, sid, "uci", "get", config="system")["result"] == [6]  # no right to it
    assert ask(fleet, sid, "file", "read", path="/etc/shadow")["error"]["code"] == -32000
    assert ask(fleet, sid, "uci", "apply", rollback=True, timeout=60)["result"] == [5]
    ask(fleet, sid, "uci", "set", config="wireless", section="radio0", values={"channel": "40"})
    assert ask(fleet, sid, "uci", "changes")["result"][1] == {
        "changes": {"wireless": [["set", "radio0", "channel", "40"]]}
    }
    assert ask(fleet, other, "uci", "changes")["result"][1] == {"changes": {}}
    assert ask(fleet, sid, "uci", "apply", rollback=True, timeout=60)["result"][0] == 0
    for method in ("apply", "commit", "revert"):
        assert ask(fleet, other, "uci", method, config="wireless", rollback=True)["result"] == [6]
    assert ask(fleet, other, "uci", "confirm")["result"] == [6]
    assert login(fleet) == sid
    assert ask(fleet, sid, "uci", "confirm")["result"][0] == 0
    assert ask(fleet, sid, "uci", "confirm")["result"] == [5]


def test_a_rollback_stages_again_what_was_staged(fleet):
    sid = login(fleet)
    ask(fleet, sid, "uci", "set", config="wireless", section="radio0", values={"channel": "40"})
    ask(fleet, sid, "uci", "apply", rollback=True, timeout=60)
    assert ask(fleet, sid, "uci", "changes")["result"][1] == {"changes": {}}

    assert ask(fleet, sid, "uci", "rollback")["result"][0] == 0

    assert ask(fleet, sid, "uci", "changes")["result"][1]["changes"]["wireless"]
    assert channel(fleet) == "auto"
