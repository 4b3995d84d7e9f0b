"""A new DXP from its plan to its end with NetBox as the record, and what NetBox's own API shows of each playbook."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from automation.twin.eapi import Credentials
from automation.twin.fleet import Fleet
from automation.twin.topology import twin_devices
from inventory.devices import Lifecycle
from inventory.netbox.bootstrap import bootstrap
from inventory.netbox.client import NetBox
from inventory.netbox.push import push
from inventory.netbox.tables import CABLES, DEVICES, INTERFACES, POWER_PORTS, TABLES
from inventory.organisations import MemberRole, Organisation
from inventory.snapshot import Inventory, Snapshot
from inventory.store.mirror import replace_inventory
from provisioning.bootstrap import build, prepare_database
from provisioning.cli.logs import stop_logging
from provisioning.cli.main import command
from provisioning.new_dxp import NewDxp, with_dxp
from tests.integration.running import PASSWORD, settings_of, wait_until
from tests.integration.street import HANDOVER, uprn_of
from tests.integration.test_playbook_commands import bare, with_free_ports
from tests.integration.test_playbook_drain import ring
from tests.system.conftest import TIMEOUT_S

pytestmark = pytest.mark.system

ISP = "brook-net"
SWITCH, NTE = "sw-mill-1", f"nte-{uprn_of(3)}"
WANTED = NewDxp("dxp-mill", "The Mill", "", 385_000.0, 398_000.0, ("dx",), "dxp", ntes=(uprn_of(3),))
SHOWN = ("vpn/l2vpn-terminations", "vpn/l2vpns", "ipam/vlans", "extras/journal-entries")
PARTS = (CABLES, DEVICES, INTERFACES, POWER_PORTS)
type Call = Callable[..., Any]


def town() -> Inventory:
    """Two exchanges and a DXP, joined in a ring; its ISP and its addresses are no other town's in the same NetBox."""
    ours = with_free_ports(ring(homes=3), ("Ethernet3", "Ethernet4"))
    return replace(
        ours,
        organisations=(Organisation(ISP, "Brook Net", frozenset({MemberRole.USER}), is_isp=True),),
        handovers=tuple(replace(each, isp_code=ISP) for each in ours.handovers),
        devices=tuple(
            replace(each, management_address=f"127.7.0.{number}") for number, each in enumerate(ours.devices, 1)
        ),
    )


def ids(client: NetBox, path: str) -> set[int]:
    """Every object of that kind, by NetBox's number."""
    return {int(row["id"]) for row in client.rows(path, ("id",))}


@pytest.fixture
def netbox(netbox_address: tuple[str, SecretStr]) -> Iterator[NetBox]:
    """A NetBox that knows the town besides what it knew before, and forgets it again."""
    client = NetBox(*netbox_address, TIMEOUT_S)
    bootstrap(client)
    # Cables first, then devices, with which their ports go; then what devices need.
    paths = [*SHOWN, CABLES.path, DEVICES.path, *(table.path for table in reversed(TABLES) if table not in PARTS)]
    before = {path: ids(client, path) for path in paths}
    push(client, town())
    yield client
    for path in paths:
        gone = ids(client, path) - before[path]
        if gone:
            client.delete(path, sorted(gone), "a test is over")


@pytest.fixture
def cli(
    netbox: NetBox,
    netbox_address: tuple[str, SecretStr],
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Call]:
    """The command line of a house on that NetBox, with a worker; the boxes of the new DXP are racked and cabled."""
    url, token = netbox_address
    old = town()
    new = with_dxp(Snapshot(old), WANTED).inventory
    live = replace(new, devices=tuple(replace(each, lifecycle=Lifecycle.LIVE) for each in new.devices))
    known = {each.name: each for each in twin_devices(Snapshot(old))}
    boxes = [
        replace(each, config=known[each.name].config if each.name in known else bare(each))
        for each in twin_devices(Snapshot(live))
    ]
    with Fleet.start(boxes, credentials=Credentials("neutralhost", PASSWORD)) as fleet:
        settings = settings_of(database_url, fleet.port, netbox={"netbox_url": url, "netbox_token": token})
        prepare_database(settings[0])
        house = build(*settings)
        replace_inventory(house.engine, old)
        house.start_worker()
        monkeypatch.chdir(tmp_path)
        for name, value in {
            "VAR": str(tmp_path),
            "TOKEN_PEPPER": "pepper",
            "DEVICE_PASSWORD": PASSWORD.get_secret_value(),
            "DATABASE_URL": database_url,
            "EAPI_TRANSPORT": "http",
            "EAPI_PORT": str(fleet.port),
            "NETBOX_URL": url,
            "NETBOX_TOKEN": token.get_secret_value(),
        }.items():
            monkeypatch.setenv(f"NEUTRALHOST_{name}", value)

        def call(*arguments: str, exits: int = 0) -> Any:
            ended = CliRunner().invoke(command, [*arguments, "--json"])
            assert ended.exit_code == exits, ended.output
            return json.loads(ended.stdout)

        yield call
        house.close()
    stop_logging()


def test_a_dxp_is_planned_commissioned_sold_drained_and_retired_and_netbox_shows_each(
    netbox: NetBox, cli: Call
) -> None:
    def statuses() -> dict[str, str]:
        return {
            name: found[0]["status"]["value"]
            for name in (SWITCH, NTE)
            if (found := netbox.find("dcim/devices", name=name))
        }

    def shown(service: str) -> list[str]:
        return [row["status"]["value"] for row in netbox.find("vpn/l2vpns", cf_nh_service_id=service)]

    cli(
        "place",
        "add-dxp",
        "dxp-mill",
        "--name",
        "The Mill",
        "--at",
        "385000,398000",
        "--to",
        "dx",
        "--like",
        "dxp",
        "--nte",
        uprn_of(3),
    )
    assert [site["status"]["value"] for site in netbox.find("dcim/sites", slug="dxp-mill")] == ["active"]
    assert statuses() == {SWITCH: "planned", NTE: "planned"}
    for link in ("mill-1--dx", f"drop-{NTE}"):
        assert len(netbox.find("dcim/cables", cf_nh_link_code=link)) == 1

    commissioned = cli("playbook", "run", "commission", "--limit", "place=dxp-mill", "--approve")
    assert commissioned["says"] == "2 devices are live."
    assert statuses() == {SWITCH: "active", NTE: "active"}

    ordered = cli(
        "playbook", "run", "provision", "--isp", ISP, "--uprn", uprn_of(1), "--handover", HANDOVER, "--bandwidth", "100"
    )["order"]
    sold = cli(
        "playbook", "run", "provision", "--isp", ISP, "--uprn", uprn_of(3), "--handover", HANDOVER, "--bandwidth", "100"
    )["order"]
    assert (ordered["state"], sold["state"]) == ("completed", "completed")
    for order in (ordered, sold):  # a worker tells NetBox when the order is completed
        wait_until(lambda service=order["service_id"]: shown(service) == ["active"])

    drained = cli("playbook", "run", "drain", "trunk", "--approve")
    assert [(each["service"], each["what"]) for each in drained["services"]] == [(ordered["service_id"], "moved")]
    assert drained["services"][0]["how"] == "over drop-1, south, north"
    assert shown(ordered["service_id"]) == ["active"]

    cli("playbook", "run", "cease", sold["service_id"])
    wait_until(lambda: shown(sold["service_id"]) == [])
    cli("playbook", "run", "decommission", "--limit", "place=dxp-mill", "--approve")
    assert statuses() == {SWITCH: "decommissioning", NTE: "decommissioning"}
