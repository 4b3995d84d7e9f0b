"""A new access point out of its box: it phones home over HTTP, puts on what it is told, and serves a tenant's SSID.

The server, the database, the worker, the access point's own call and the change plan's way to it are real; its
radio and its command line are the simulator's.
"""

import json
import time
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import requests
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

from automation.change_plan import ChangeAction
from automation.device_certificate_errors import SigningRequestInvalid
from automation.settings import AutomationSettings
from automation.twin.eapi import Credentials
from automation.twin.fleet import Fleet
from automation.twin.openwrt.authority import twin_authority
from automation.twin.openwrt.homing import Home, NotWelcome, boxed, call_home, commands_of
from automation.twin.topology import twin_devices
from automation.wireless import SsidIntent, SsidSecurity
from inventory.devices import Device, DeviceRole, Lifecycle, Port, PortRef, PortRole
from inventory.snapshot import Inventory, Snapshot
from inventory.store.mirror import read_inventory, replace_inventory
from provisioning import enrolment_desk
from provisioning.bootstrap import House, build, prepare_database
from provisioning.cli.logs import stop_logging
from provisioning.cli.main import command
from provisioning.enrolments import EnrolmentState
from provisioning.front_desk import SYSTEM
from provisioning.sealing import seal
from tests.integration.running import PASSWORD, settings_of, wait_until
from tests.integration.street import DXP_SWITCH, street
from tests.unit.automation.test_device_certificates import authority, request_of
from web.app import create_app
from web.server import serve
from web.settings import WebSettings

pytestmark = pytest.mark.system
NEW, LIKE, ADDRESS, SERIAL = "ap-mill-2", "ap-mill-1", "127.1.0.77", "LW6-0042-77"
PEPPER = SecretStr("pepper")
UNDER_S = 120  # issue: serving in under two minutes


def town() -> Inventory:
    """A street with room for access points: one that is planned, as the likeness of others, and free switch ports."""
    base = street(homes=1)
    like = Device(LIKE, DeviceRole.ACCESS_POINT, "openwrt", "Maker", "AP6", "LW6-0042-01", "dxp", None, None)
    ports = (
        Port(PortRef(LIKE, "eth0"), PortRole.NNI, 2_500),
        Port(PortRef(LIKE, "radio0"), PortRole.RADIO, 1_200),
        Port(PortRef(LIKE, "radio1"), PortRole.RADIO, 2_400),
        *(Port(PortRef(DXP_SWITCH, f"Ethernet{number}"), PortRole.NNI, 10_000) for number in (40, 41)),
    )
    planned = replace(like, lifecycle=Lifecycle.PLANNED)
    return replace(base, devices=(*base.devices, planned), ports=(*base.ports, *ports))


@dataclass(frozen=True)
class Here:
    """All of it, running."""

    house: House
    fleet: Fleet
    url: str
    cli: object

    def call(self, serial=SERIAL, key=""):
        return call_home(Home(self.url), serial, key)

    def state(self):
        now = self.house.tools.now()
        [found] = enrolment_desk.enrolments(self.house.tools, SYSTEM)
        return found.state(now)


@pytest.fixture
def here(database_url, tmp_path, monkeypatch):
    authority = tmp_path / "authority.pem"
    authority.write_text(twin_authority().pem)
    inventory = town()
    devices = (*twin_devices(Snapshot(inventory)), boxed(NEW, ADDRESS, SERIAL))
    with Fleet.start(devices, credentials=Credentials("neutralhost", PASSWORD)) as fleet:
        fleet.go_away(NEW)  # nobody routes its address yet
        inventory_settings, automation, provisioning = settings_of(
            database_url, fleet.port, look_at_new_devices_every_s=0.1
        )
        more = {"ubus_port": fleet.ports["openwrt"], "ubus_ca_file": authority, "token_pepper": PEPPER}
        automation = AutomationSettings.model_validate(automation.model_dump() | more)
        prepare_database(inventory_settings)
        house = build(inventory_settings, automation, provisioning)
        replace_inventory(house.engine, inventory)
        house.start_worker()
        settings = WebSettings(_env_file=None, listen_port=0, cookies_secure=False)
        server = serve(create_app(house.tools, settings, metrics=house.metrics), settings)
        for name, value in {
            "DATABASE_URL": database_url,
            "TOKEN_PEPPER": PEPPER.get_secret_value(),
            "DEVICE_PASSWORD": PASSWORD.get_secret_value(),
            "VAR": str(tmp_path / "var"),
        }.items():
            monkeypatch.setenv(f"NEUTRALHOST_{name}", value)
        monkeypatch.chdir(tmp_path)
        try:
            yield Here(house, fleet, server.url, cli)
        finally:
            server.close()
            house.close()
            stop_logging()


def cli(*arguments, exits=0):
    ended = CliRunner().invoke(command, [str(argument) for argument in arguments])
    assert ended.exit_code == exits, ended.output
    return json.loads(ended.stdout) if "--json" in arguments else ended.stdout


def added(here):
    """The access point as the operator adds it: planned, and given a key."""
    to = ("--place", "dxp", "--serial", SERIAL, "--like", LIKE, "--to", DXP_SWITCH, "--address", ADDRESS)
    return cli("device", "add-ap", NEW, *to, "--json")


def plug_in(here, key):
    """What the access point does by itself: phone home, put on what it is told, restart."""
    first = here.call(key=key)
    here.fleet.edit(NEW, commands_of(first))
    here.fleet.reboot(NEW)
    here.fleet.come_back(NEW)
    return first


def test_a_new_access_point_phones_home_and_serves_a_tenants_ssid_in_time(here, capsys):
    document = added(here)
    assert document["device"]["lifecycle"] == "planned"
    assert here.state() is EnrolmentState.EXPECTED
    began = time.monotonic()

    first = plug_in(here, document["key"])
    wait_until(lambda: here.state() is EnrolmentState.SERVING, UNDER_S)
    serving_s = time.monotonic() - began
    assert "option hostname 'ap-mill-2'" in first.config
    assert first.authority == twin_authority().pem
    assert Snapshot(read_inventory(here.house.engine)).device(NEW).lifecycle is Lifecycle.LIVE

    sealed = seal("correct horse", "Mill Wi-Fi", PEPPER)
    wanted = (SsidIntent(NEW, "S-1", "Mill Wi-Fi", 2001, "eth0", ("radio0", "radio1"), SsidSecurity.SAE, sealed),)
    deployer = here.house.tools.deployer
    report = deployer.deploy(deployer.rehearse(wanted, ChangeAction.ADD).changes, 60)
    whole_s = time.monotonic() - began

    assert (report.confirmed, report.refusals) == ((NEW,), ())
    assert whole_s < UNDER_S
    with capsys.disabled():
        print(f"\n    first call to reached: {serving_s:.1f} s; to an SSID on the air: {whole_s:.1f} s")
    assert "serving" in cli("device", "enrolments")


def test_the_password_of_the_account_reaches_the_access_point_only_as_a_hash(here):
    first = plug_in(here, added(here)["key"])

    assert PASSWORD.get_secret_value() not in f"{first.config}{first.acl}"
    assert "option password '$6$" in first.config
    assert set(first.acl["neutralhost"]["write"]["uci"]) == {"network", "wireless"}


@pytest.mark.parametrize(
    ("serial", "key", "status", "code"),
    [
        ("LW6-nobody", "", 403, "serial-unknown"),
        (SERIAL, "nhap_wrong", 403, "home-key-wrong"),
        (SERIAL, "x" * 201, 422, "request-fields-invalid"),
    ],
)
def test_who_is_not_expected_or_has_another_key_is_not_let_in(here, serial, key, status, code):
    issued = added(here)["key"]

    with pytest.raises(NotWelcome) as refused:
        here.call(serial, key or issued)

    assert (refused.value.status, refused.value.problem["code"]) == (status, code)
    assert refused.value.problem["detail"].endswith(".")
    assert here.state() is EnrolmentState.EXPECTED


def test_a_key_is_good_once_and_a_new_one_ends_the_old_one(here):
    key = added(here)["key"]
    here.call(key=key)

    with pytest.raises(NotWelcome, match="was used at") as refused:
        here.call(key=key)
    assert refused.value.status == 410
    another = cli("device", "enrol", NEW, "--json")["key"]
    with pytest.raises(NotWelcome, match="not the key"):
        here.call(key=key)
    assert here.call(key=another).device == NEW


def test_a_key_that_was_not_used_in_time_is_good_no_more(here):
    key = added(here)["key"]
    later = replace(here.house.tools, now=lambda: datetime_of(here) + timedelta(days=15))

    with pytest.raises(Exception, match="was good until") as refused:
        enrolment_desk.phone_home(later, SERIAL, key, "127.0.0.1")

    assert refused.value.code == "home-key-expired"


def datetime_of(here):
    return here.house.tools.now()


def test_calls_about_one_serial_are_counted_and_nothing_secret_is_logged(here, caplog, capsys):
    key = added(here)["key"]
    answers = [
        requests.post(f"{here.url}/phone-home", json={"serial": SERIAL, "key": "nhap_guess"}, timeout=5)
        for _ in range(11)
    ]

    assert [answer.status_code for answer in answers] == [403] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    said = caplog.text + str(capsys.readouterr())
    assert key not in said
    assert "nhap_guess" not in said + "".join(answer.text for answer in answers)


def test_with_an_authority_that_signs_it_gets_a_certificate_and_a_bad_request_costs_no_key(here):
    key = added(here)["key"]
    rules = replace(here.house.tools.access_points, signs=authority())
    tools = replace(here.house.tools, access_points=rules)

    with pytest.raises(SigningRequestInvalid):
        enrolment_desk.phone_home(tools, SERIAL, key, "127.0.0.1", "no request")
    csr = request_of(ec.generate_private_key(ec.SECP256R1()))
    first = enrolment_desk.phone_home(tools, SERIAL, key, "127.0.0.1", csr)

    certificate = x509.load_pem_x509_certificate(first.certificate.encode())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(one) for one in names.get_values_for_type(x509.IPAddress)] == [ADDRESS]


def test_an_access_point_that_never_answers_stays_where_it_is(here):
    here.call(key=added(here)["key"])

    time.sleep(0.4)  # the worker has looked a few times

    assert here.state() is EnrolmentState.PHONED_HOME
    assert Snapshot(read_inventory(here.house.engine)).device(NEW).lifecycle is Lifecycle.PLANNED


def test_what_cannot_phone_home_is_not_enrolled_and_says_why(here):
    switch = cli("device", "enrol", DXP_SWITCH, "--json", exits=1)["error"]
    assert (switch["code"], switch["detail"]) == (
        "not-enrollable",
        f"{DXP_SWITCH} cannot be enrolled: it is no access point.",
    )
    twice = ("--place", "dxp", "--serial", "LW6-0042-01", "--like", LIKE, "--to", DXP_SWITCH, "--json")
    assert "known already" in cli("device", "add-ap", NEW, *twice, exits=1)["error"]["detail"]
