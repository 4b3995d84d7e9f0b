"""Playbooks as engineers type them, on a street of simulated devices with a worker."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from automation.twin.eapi import Credentials
from automation.twin.fleet import Fleet
from automation.twin.topology import twin_devices
from inventory.devices import Lifecycle, Port, PortRef, PortRole
from inventory.snapshot import Snapshot
from inventory.store.mirror import read_inventory, replace_inventory
from provisioning import detour_desk, device_desk, front_desk
from provisioning.bootstrap import build, prepare_database
from provisioning.cli.logs import stop_logging
from provisioning.cli.main import command
from provisioning.deeds import DEED
from provisioning.errors import Forbidden, UnknownService
from provisioning.front_desk import SYSTEM
from provisioning.isps import Principal, Role
from provisioning.new_dxp import NewDxp, with_dxp
from provisioning.playbook_errors import PlaybookValueInvalid
from provisioning.playbooks.finding import BUILT_IN, Found
from provisioning.playbooks.ours import OURS
from provisioning.playbooks.running import Asked, run_playbook
from provisioning.qualification import QualificationRequest
from tests.integration.running import PASSWORD, Running, running, settings_of
from tests.integration.street import DX_SWITCH, DXP_SWITCH, HANDOVER, street, uprn_of

OF_THE_PAGE = re.compile(r"<!-- a playbook of one's own -->\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "playbooks.md"
OWN = '''
"""Say which software runs."""

from provisioning.playbooks import DeviceResult, Needs, Parameter, Playbook, Report, Verdict
from provisioning import front_desk

def run(context, values):
    def look(device):
        if device.name == values.text("breaks"):
            raise RuntimeError("no such luck")
        fitness = context.reads.fitness(device.name)
        return DeviceResult(device.name, Verdict.OK, fitness.version)

    results = context.each(look)
    services = context.ask(front_desk.services)
    return Report(f"{len(results)} asked, {len(services.services)} services.", results)

PLAYBOOK = Playbook("versions", "Say which software runs.", run, (Parameter("breaks", "A device to fail on."),))
'''
WILD = """
from provisioning.playbooks import Playbook, Report
from provisioning.device_desk import _on_links

PLAYBOOK = Playbook("wild", "Pass by the desk.", lambda context, values: context.ask(_on_links) or Report(""))
"""


@pytest.fixture
def cli(monkeypatch, tmp_path, database_url):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEUTRALHOST_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("NEUTRALHOST_TOKEN_PEPPER", "pepper")
    monkeypatch.setenv("NEUTRALHOST_DEVICE_PASSWORD", PASSWORD.get_secret_value())
    monkeypatch.setenv("NEUTRALHOST_DATABASE_URL", database_url)
    monkeypatch.setenv("NEUTRALHOST_EAPI_TRANSPORT", "http")

    def call(*arguments, exits=0):
        ended = CliRunner().invoke(command, [str(argument) for argument in arguments])
        assert ended.exit_code == exits, ended.output
        ended.json = json.loads(ended.stdout) if "--json" in arguments else None
        return ended

    yield call
    stop_logging()


@pytest.fixture
def town(database_url, monkeypatch):
    with running(database_url, street(homes=2)) as found:
        monkeypatch.setenv("NEUTRALHOST_EAPI_PORT", str(found.fleet.port))
        yield found


def test_an_engineers_own_playbook_is_listed_shown_run_and_written_into_the_trail(cli, town, monkeypatch, tmp_path):
    folder = tmp_path / "playbooks"
    folder.mkdir(mode=0o755)
    (folder / "versions.py").write_text(OWN)
    (folder / "wild.py").write_text(WILD)
    (folder / "broken.py").write_text("import nothing_like_it")
    monkeypatch.setenv("NEUTRALHOST_PLAYBOOKS_FOLDER", str(folder))

    listed = cli("playbook", "list", "--json").json
    assert listed["sources"]["versions"] == str(folder / "versions.py")
    assert listed["broken"][0]["source"] == str(folder / "broken.py")
    assert "breaks" in cli("playbook", "show", "versions").stdout
    assert "broken.py is no playbook" in cli("playbook", "list").stdout
    assert cli("playbook", "run", "version", "--json", exits=1).json["error"]["code"] == "unknown-playbook"

    ran = cli("playbook", "run", "versions", "--limit", "role=switch", "--json")
    assert [each["device"] for each in ran.json["results"]] == [DX_SWITCH, DXP_SWITCH]
    assert ran.json["says"] == "2 asked, 0 services."
    assert f"{DX_SWITCH}  ok  {ran.json['results'][0]['what']}" in ran.stderr  # progress is no part of the document
    plain = cli("playbook", "run", "versions", "--limit", "nte-1").stdout.splitlines()
    assert plain[0] == "DEVICE  VERDICT  WHAT"
    assert plain[-1] == "1 asked, 0 services."

    failed = cli("playbook", "run", "versions", "--breaks", "nte-1", "--json", exits=1).json["error"]
    assert (failed["code"], failed["facts"]["where"]) == ("playbook-failed", f"{folder / 'versions.py'}, line 10")
    assert "no such luck" in failed["detail"]
    assert cli("playbook", "run", "wild", "--json", exits=1).json["error"]["code"] == "not-at-the-desk"

    trail = front_desk.audit_trail(town.house.tools, SYSTEM)
    kept = [(row.subject, row.facts) for row in trail.entries if row.action == "run a playbook"]
    assert {name for name, _ in kept} == {"versions", "wild"}
    assert any("breaks=nte-1" in str(facts) for _, facts in kept)


def test_the_playbook_of_the_page_about_writing_one_runs_as_it_stands_there(cli, town, monkeypatch, tmp_path):
    [text] = re.findall(
        r"<!-- a playbook of one's own -->\n```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL
    )
    folder = tmp_path / "playbooks"
    folder.mkdir(mode=0o755)
    (folder / "unsaved.py").write_text(text)
    monkeypatch.setenv("NEUTRALHOST_PLAYBOOKS_FOLDER", str(folder))
    town.wait([town.order(1)])
    assert cli("playbook", "run", "unsaved", "--limit", DX_SWITCH, "--json").json["results"][0]["verdict"] == "ok"

    town.fleet.edit(DX_SWITCH, ["vlan 77", "name by-hand"])

    forgets = cli("playbook", "run", "unsaved", "--limit", DX_SWITCH, exits=2).stdout
    assert "2 lines are not saved\n  +vlan 77\n  +   name by-hand\n" in forgets
    assert "Asked: 1; would forget: 1." in forgets
    cli("playbook", "run", "unsaved", "--limit", DX_SWITCH, "--lines", 3)


def test_a_limit_that_cannot_be_read_or_fits_nothing_is_an_error_and_no_empty_success(cli, town):
    unread = cli("playbook", "run", "audit", "--limit", "role=", exits=1).stderr
    assert "The limit cannot be read at character 6" in unread
    nothing = cli("playbook", "run", "audit", "--limit", "role=nte and place=dx", "--json", exits=1).json["error"]
    assert nothing["code"] == "limit-matches-nothing"
    isp = cli("playbook", "run", "audit", "--limit", "isp=quayside", "--json", exits=1).json["error"]
    assert isp["code"] == "limit-unknown-attribute"
    taken = cli("playbook", "run", "rehearse", "S-1", "--limit", "sw-*", exits=1)
    assert "No such option" in taken.stderr


def test_a_service_is_provisioned_checked_before_an_upgrade_and_ceased(cli, town):
    asked = ("--isp", "quayside", "--uprn", uprn_of(1), "--handover", HANDOVER, "--bandwidth", 100)
    before = town.configs()
    foreseen = cli("playbook", "run", "provision", *asked, "--dry-run", exits=2).stdout
    assert "green" in foreseen
    assert front_desk.orders(town.house.tools, SYSTEM).orders == ()

    placed = cli("playbook", "run", "provision", *asked, "--json").json
    assert placed["order"]["state"] == "completed"
    assert {each["device"]: each["verdict"] for each in placed["results"]} == {
        "nte-1": "changed",
        DXP_SWITCH: "changed",
        DX_SWITCH: "changed",
    }
    service = placed["order"]["service_id"]

    assert "there is no backup of it" in cli("playbook", "run", "upgrade-check", "--limit", "nte-2", exits=2).stdout
    town.fleet.edit(DX_SWITCH, ["vlan 77"])
    checked = cli("playbook", "run", "upgrade-check", "--limit", "sw-*", "--json", exits=2).json
    dx = next(each for each in checked["results"] if each["device"] == DX_SWITCH)
    assert any("1 line is not saved" in line for line in dx["lines"])
    assert any(line.startswith(f"{service} would be off while it reboots") for line in dx["lines"])
    assert checked["tables"][0][0] == {
        "device": DX_SWITCH,
        "services off": "1",
        "of these with another path": "0",
        "without": "1",
    }
    town.fleet.edit(DX_SWITCH, ["no vlan 77"])

    assert "would change" in cli("playbook", "run", "cease", service, "--dry-run", exits=2).stdout
    ceased = cli("playbook", "run", "cease", service, "--json").json
    assert ceased["order"]["state"] == "completed"
    assert town.configs() == before


def with_free_ports(inventory, ports=("Ethernet2", "Ethernet3")):
    """The street, with ports for one more link at the exchange."""
    free = tuple(
        Port(PortRef(DX_SWITCH, port), PortRole.NNI, mbps) for port, mbps in zip(ports, (100_000, 10_000), strict=True)
    )
    homes = tuple(replace(each, serving_place=None) if each.uprn == uprn_of(3) else each for each in inventory.premises)
    kept = {each.name for each in inventory.devices if each.name != "nte-3"}
    return replace(
        inventory,
        premises=homes,
        devices=tuple(each for each in inventory.devices if each.name in kept),
        ports=(*(each for each in inventory.ports if each.ref.device in kept), *free),
        links=tuple(each for each in inventory.links if each.a.device in kept),
    )


WANTED = NewDxp(
    "dxp-mill", "The Mill", "", 385_000.0, 398_000.0, ("dx",), "dxp", ntes=(uprn_of(3),), serials=("SN-1", "SN-2")
)
NEW_DEVICES = ("sw-mill-1", f"nte-{uprn_of(3)}")


@pytest.fixture
def growing(database_url, monkeypatch):
    """A town whose devices of a new DXP are racked and cabled, and that no inventory knows yet."""
    old = with_free_ports(street(homes=3))
    new = with_dxp(Snapshot(old), WANTED).inventory
    live = tuple(replace(each, lifecycle=Lifecycle.LIVE) for each in new.devices)
    before = {each.name: each for each in twin_devices(Snapshot(old))}
    devices = tuple(
        replace(each, config=before[each.name].config if each.name in before else bare(each))
        for each in twin_devices(Snapshot(replace(new, devices=live)))
    )
    with Fleet.start(devices, credentials=Credentials("neutralhost", PASSWORD)) as fleet:
        settings = settings_of(database_url, fleet.port)
        prepare_database(settings[0])
        house = build(*settings)
        try:
            replace_inventory(house.engine, old)
            house.start_worker()
            monkeypatch.setenv("NEUTRALHOST_EAPI_PORT", str(fleet.port))
            yield Running(house, fleet, Snapshot(old))
        finally:
            house.close()


def bare(device):
    """What a box says out of its carton, once somebody gave it an address and its API."""
    return (
        "spanning-tree mode none\nmanagement api http-commands\nno protocol https\nprotocol http\nno shutdown\n"
        f"interface Management1\nip address {device.address}/8\n"
    )


def qualified(town):
    request = QualificationRequest("access-eline", uprn_of(3), None, HANDOVER)
    return front_desk.qualify(town.house.tools, SYSTEM, request).confidence.value


ADD = ("place", "add-dxp", "dxp-mill", "--name", "The Mill", "--at", "385000,398000", "--to", "dx", "--like", "dxp")


def test_a_new_dxp_is_added_commissioned_and_its_premises_can_be_ordered_and_is_taken_away_again(cli, growing):
    nte = NEW_DEVICES[1]
    assert qualified(growing) != "green"
    would = cli(*ADD, "--nte", uprn_of(3), "--dry-run", exits=2).stdout
    assert "dxp-mill would be added, and serves 1 premises. Nothing was written." in would
    assert "dxp-mill" not in growing.house.tools.load_snapshot().places
    added = cli(*ADD, "--nte", uprn_of(3), "--json").json
    assert [device["lifecycle"] for device in added["devices"]] == ["planned", "planned"]

    rehearsed = cli("playbook", "run", "commission", "--limit", "place=dxp-mill", "--dry-run", exits=2).stdout
    assert "+hostname sw-mill-1" in rehearsed
    waiting = cli("playbook", "run", "commission", "--limit", "place=dxp-mill", "--json", exits=2).json
    assert {each["device"] for each in waiting["results"]} == {*NEW_DEVICES, DX_SWITCH}
    digest = cli("change-plan", "show", waiting["plan"], "--json", exits=2).json["change_plan"]["digest"]
    cli("change-plan", "approve", waiting["plan"], "--digest", digest)
    done = cli("playbook", "run", "commission", "--limit", "place=dxp-mill", "--approve")
    assert "2 devices are live." in done.stdout
    assert f"{nte}  changed  baseline on, 1 neighbour as designed" in done.stdout

    assert qualified(growing) == "green"
    ordered = cli(
        *("playbook", "run", "provision", "--isp", "quayside", "--uprn", uprn_of(3), "--handover", HANDOVER),
        *("--bandwidth", 100, "--json"),
    ).json
    assert ordered["order"]["state"] == "completed"

    refused = cli("playbook", "run", "decommission", "--limit", "place=dxp-mill", "--json", exits=1).json["error"]
    assert (refused["code"], refused["facts"]["services"]) == ("still-in-use", [ordered["order"]["service_id"]])
    cli("playbook", "run", "cease", ordered["order"]["service_id"])
    retired = cli("playbook", "run", "decommission", "--limit", "place=dxp-mill", "--approve").stdout
    assert "2 devices are retired." in retired
    left = {each.name: each.lifecycle for each in read_inventory(growing.house.engine).devices}
    assert {left[name] for name in NEW_DEVICES} == {Lifecycle.RETIRED}
    assert qualified(growing) != "green"


def test_a_wrong_patch_is_heard_and_nothing_is_made_live(cli, growing):
    cli(*ADD, "--nte", uprn_of(3))
    growing.fleet.miswire("sw-mill-1", "Ethernet1", PortRef("sw-elsewhere", "Ethernet7"))

    ended = cli("playbook", "run", "commission", "--limit", "place=dxp-mill", "--approve", "--json", exits=1).json

    assert any("hears sw-elsewhere:Ethernet7" in line for each in ended["results"] for line in each["lines"])
    devices = growing.house.tools.load_snapshot().devices
    assert {devices[name].lifecycle for name in NEW_DEVICES} == {Lifecycle.PLANNED}


def test_a_box_with_another_serial_is_not_touched(cli, growing):
    cli(*ADD, "--nte", uprn_of(3), "--serial", "SN-OF-ANOTHER-BOX")
    before = growing.configs()

    ended = cli("playbook", "run", "commission", "--limit", "place=dxp-mill", "--json", exits=1).json

    said = {each["device"]: (each["verdict"], each["what"]) for each in ended["results"]}
    assert said["sw-mill-1"] == ("failed", "its serial is SN-1, and the inventory says SN-OF-ANOTHER-BOX")
    assert growing.configs() == before


def test_a_backup_is_kept_once_shown_beside_what_differs_and_restored(cli, town):
    [order] = town.wait([town.order(1)])
    would = cli("playbook", "run", "backup", "--dry-run", "--limit", "sw-*", "--json", exits=2).json
    assert {each["verdict"] for each in would["results"]} == {"pending"}
    kept = cli("playbook", "run", "backup", "--json").json
    assert {each["verdict"] for each in kept["results"]} == {"changed"}
    again = cli("playbook", "run", "backup").stdout
    assert "4 devices: 0 new versions kept, 0 could not be read." in again
    nowhere = cli("playbook", "run", "backup", "/proc/nowhere", "--json", exits=1).json["error"]
    assert nowhere["code"] == "file-unwritable"
    before = town.fleet.running_config(DX_SWITCH)
    assert cli("playbook", "run", "restore", DX_SWITCH, "--dry-run", "--json").json["results"][0]["verdict"] == "ok"

    town.fleet.edit(DX_SWITCH, ["no vlan 2001"])
    differs = cli("playbook", "run", "restore", DX_SWITCH, "--dry-run", exits=2).stdout
    assert f"-   name {order.service_id}" in differs
    restored = cli("playbook", "run", "restore", DX_SWITCH, "--approve", "--json").json

    assert [each["verdict"] for each in restored["results"]] == ["changed"]
    assert town.fleet.running_config(DX_SWITCH) == before


ISP = Principal("ada", Role.ISP_ADMIN, "quayside")
NEEDED = {
    "rehearse": {"service_id": "S-1"},
    "cease": {"service_id": "S-1"},
    "restore": {"device": DX_SWITCH},
    "drain": {"link": "trunk"},
}


def test_an_isps_people_can_run_no_playbook_but_their_own_orders_and_a_refusal_is_in_the_trail(town):
    for playbook in OURS:
        asked = Asked(Found(playbook, BUILT_IN), NEEDED.get(playbook.name, {}))
        is_order = playbook.name in {"provision", "cease"}  # what the portal and the API let them do too
        with pytest.raises((PlaybookValueInvalid, UnknownService) if is_order else Forbidden):
            run_playbook(town.house.tools, ISP, asked)
        if not is_order:
            row = front_desk.audit_trail(town.house.tools, SYSTEM).entries[0]
            assert (row.who, row.action, row.outcome.value) == ("ada", "run a playbook", "refused")
            assert row.facts["asked.name"] == playbook.name


ASKED_OF_THE_DESKS = [
    (device_desk.add_dxp, (WANTED,)),
    (device_desk.set_lifecycle, ([DX_SWITCH], Lifecycle.RETIRED)),
    (device_desk.baseline_of, (DX_SWITCH,)),
    (device_desk.without_device, (DX_SWITCH,)),
    (device_desk.without_link, ("trunk",)),
    (device_desk.services_on, (DX_SWITCH,)),
    (detour_desk.foresee_detour, ("S-1", {"trunk"})),
    (detour_desk.move_service, ("S-1", {"trunk"})),
]


def test_the_desks_of_devices_and_detours_are_shut_to_isps_and_to_who_only_reads(town):
    for function, arguments in ASKED_OF_THE_DESKS:
        more = {"why": "drained"} if function is detour_desk.move_service else {}
        with pytest.raises(Forbidden):
            function(town.house.tools, ISP, *arguments, **more)
        if hasattr(function, DEED):
            with pytest.raises(Forbidden):
                function(town.house.tools, Principal("norman", Role.NOC, None), *arguments, **more)
