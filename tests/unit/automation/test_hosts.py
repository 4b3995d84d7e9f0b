"""From the inventory to hosts that can be spoken to."""

import ssl

import pytest
from pydantic import SecretStr

from automation.dialects.eos.platform import driver_options
from automation.hosts import HostAddress, host_addresses, open_nornir, threads_for
from automation.settings import AutomationSettings
from inventory.devices import Device, DeviceRole
from inventory.snapshot import Inventory, Snapshot

PASSWORD = "not-a-secret-of-anybody"
HOSTS = [HostAddress("sw-quay", "127.1.0.1", "eos"), HostAddress("sw-park", "127.1.0.2", "eos")]


def settings(**changed: object) -> AutomationSettings:
    return AutomationSettings.model_validate({"device_password": SecretStr(PASSWORD)} | changed)


def device(name: str, platform: str, address: str | None) -> Device:
    return Device(name, DeviceRole.SWITCH, platform, "Arista", "m", "s", None, None, address)


def test_only_devices_we_can_configure_and_reach_are_hosts():
    devices = (device("a", "eos", "127.1.0.1"), device("b", "vrp", "127.1.0.2"), device("c", "eos", None))

    assert host_addresses(Snapshot(Inventory(devices=devices))) == {"a": HostAddress("a", "127.1.0.1", "eos")}


def test_every_host_has_connection_options_of_its_own():
    """NAPALM's driver pops from the dictionary it is given: a shared one would serve the first host only."""
    first, second = open_nornir(HOSTS, settings()).inventory.hosts.values()

    first.get_connection_parameters("napalm").extras["optional_args"].pop("eos_autoComplete")
    assert second.get_connection_parameters("napalm").extras["optional_args"]["eos_autoComplete"] is False


def test_a_fresh_nornir_remembers_no_failed_host():
    nornir = open_nornir(HOSTS, settings())
    nornir.data.failed_hosts.add("sw-quay")

    assert open_nornir(HOSTS, settings()).data.failed_hosts == set()


@pytest.mark.parametrize(("workers", "hosts", "expected"), [(50, 2, 2), (1, 2, 1), (50, 0, 1)])
def test_no_more_workers_than_set_or_needed(workers, hosts, expected):
    assert threads_for(HOSTS[:hosts], settings(workers=workers)).num_workers == expected


def test_certificates_are_checked_unless_somebody_says_not_to():
    checked = driver_options(settings())["optional_args"]["context"]
    unchecked = driver_options(settings(eapi_verify=False))["optional_args"]["context"]

    assert (checked.verify_mode, checked.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert (unchecked.verify_mode, unchecked.check_hostname) == (ssl.CERT_NONE, False)
    assert driver_options(settings(eapi_transport="http"))["optional_args"]["context"] is None


def test_all_devices_certificates_are_held_against_one_authority_that_is_read_once():
    first, second = (driver_options(settings())["optional_args"]["context"] for _ in range(2))

    assert first is second


def test_the_password_is_in_no_repr():
    nornir = open_nornir(HOSTS, settings())

    shown = f"{settings()!r}{HOSTS!r}{nornir!r}{list(nornir.inventory.hosts.values())!r}{nornir.inventory!r}"
    assert PASSWORD not in shown
