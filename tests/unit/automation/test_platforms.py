"""Which platforms there are, what each can, and what is refused."""

from typing import get_args

import pytest
from pydantic import SecretStr

from automation.errors import PlatformCannot, PlatformUnsupported
from automation.hosts import HostAddress, open_nornir
from automation.intents import Intent
from automation.platform import Can, needs_of
from automation.platform_table import PAGE, with_table
from automation.platforms import PLATFORMS, must_be_able, platform_of
from automation.settings import AutomationSettings
from tests.unit.provisioning.test_stored_intents import EVERY_KIND

SETTINGS = AutomationSettings.model_validate({"device_password": SecretStr("nobodys")})
EVERY_PLATFORM = sorted(PLATFORMS)


def test_the_page_has_the_table_as_it_is() -> None:
    assert with_table(PAGE.read_text()) == PAGE.read_text(), "make docs"


def test_every_kind_of_intent_needs_one_thing_and_some_platform_can_do_it() -> None:
    assert {type(intent) for intent in EVERY_KIND} == set(get_args(Intent.__value__))
    for intent in EVERY_KIND:
        [need] = needs_of([intent])
        assert any(need in platform.can for platform in PLATFORMS.values())


@pytest.mark.parametrize("name", EVERY_PLATFORM)
def test_what_is_written_to_can_take_back_by_itself_and_everything_can_be_read(name: str) -> None:
    can = PLATFORMS[name].can

    assert Can.READ in can
    assert can == {Can.READ} or Can.COMMIT_TIMER in can


def test_a_plan_that_needs_more_is_refused_with_what_lacks_and_who_can() -> None:
    with pytest.raises(PlatformCannot) as caught:
        must_be_able("ap-1", platform_of("openwrt"), {Can.CIRCUITS, Can.SSIDS, Can.READ})
    assert (caught.value.device, caught.value.lacking, caught.value.able) == ("ap-1", ("circuits",), ())

    with pytest.raises(
        PlatformCannot, match=r"^r1 runs ios, which cannot be used here for: circuits; eos, junos can\."
    ):
        must_be_able("r1", platform_of("ios"), {Can.CIRCUITS})


def test_a_plan_that_needs_no_more_is_not() -> None:
    must_be_able("sw-1", platform_of("eos"), {Can.CIRCUITS, Can.COMMIT_TIMER})


def test_a_platform_nobody_knows_is_refused_by_name() -> None:
    with pytest.raises(PlatformUnsupported, match="sw-9 runs 'vrp'"):
        platform_of("vrp", "sw-9")


@pytest.mark.parametrize("name", EVERY_PLATFORM)
def test_every_host_gets_options_of_its_own_and_no_option_holds_the_password(name: str) -> None:
    hosts = [HostAddress(f"d{number}", f"127.1.0.{number}", name) for number in (1, 2)]
    first, second = open_nornir(hosts, SETTINGS).inventory.hosts.values()

    mine, theirs = (host.get_connection_parameters("napalm").extras for host in (first, second))
    assert mine == theirs or name == "eos"  # its TLS contexts are two objects
    assert mine["optional_args"] is not theirs["optional_args"]
    assert mine["timeout"] == SETTINGS.connect_timeout_s
    assert "nobodys" not in repr(mine)


@pytest.mark.parametrize("name", ["ios", "iosxr"])
def test_host_keys_are_checked_unless_somebody_says_not_to(name: str) -> None:
    def asked(**changed: object) -> dict[str, object]:
        settings = AutomationSettings.model_validate({"device_password": SecretStr("x")} | changed)
        return PLATFORMS[name].options(settings)["optional_args"]

    assert asked() == {"ssh_strict": True, "system_host_keys": True}
    assert asked(ssh_known_hosts="/etc/keys")["alt_key_file"] == "/etc/keys"
    assert asked(ssh_verify=False) == {}


def test_certificates_of_nx_api_are_checked_unless_somebody_says_not_to() -> None:
    def asked(**changed: object) -> object:
        settings = AutomationSettings.model_validate({"device_password": SecretStr("x")} | changed)
        return PLATFORMS["nxos"].options(settings)["optional_args"]["ssl_verify"]

    assert (asked(), asked(eapi_ca_file="/etc/ca.pem"), asked(eapi_verify=False)) == (True, "/etc/ca.pem", False)
