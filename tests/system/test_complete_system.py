"""One order through the complete system: NetBox, PostgreSQL, worker, API, simulated switches, Prometheus."""

import json
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import sqlalchemy
import yaml

from tests.postgres import cluster
from tests.system.complete import ROOT, Api, Complete, complete_system, prometheus, wait_until
from tests.system.conftest import LoadedNetBox

pytestmark = pytest.mark.system

UPRN = "999909000001"  # green: an NTE with free UNIs
ISP = "quayside"
HANDOVER = "ho-quayside-1"
WATCHED = ("vpn/l2vpns", "vpn/l2vpn-terminations", "ipam/vlans")


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory, netbox: LoadedNetBox) -> Iterator[Complete]:
    folder = tmp_path_factory.mktemp("complete")
    with cluster() as admin_url:
        admin = sqlalchemy.create_engine(admin_url, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(sqlalchemy.text("CREATE DATABASE complete"))
        admin.dispose()
        database_url = admin_url.rsplit("/", 1)[0] + "/complete"
        with complete_system(folder, database_url, netbox.url, netbox.token.get_secret_value()) as running:
            yield running


@pytest.fixture(scope="module")
def isp(system: Complete) -> Api:
    system.run(
        "user", "add", "orders", "--role", "isp-user", "--isp", ISP, "--password-stdin", stdin=secrets.token_urlsafe(20)
    )
    made = json.loads(system.run("user", "token", "add", "orders", "--label", "test", "--json"))
    return Api(system.url, made["token"])


@pytest.fixture
def inside_netbox(netbox: LoadedNetBox):
    """NetBox's own API, without any of our code."""

    def count_or_rows(path: str, **filters: str) -> list[dict[str, Any]]:
        answer = requests.get(
            f"{netbox.url}/api/{path}/",
            params={"limit": 500, **filters},
            headers={"Authorization": f"Bearer {netbox.token.get_secret_value()}"},
            timeout=60,
        )
        assert answer.ok, answer.text
        return answer.json()["results"]

    return count_or_rows


def place(isp: Api, key: str) -> Any:
    request = {
        "product": "access-eline",
        "uprn": UPRN,
        "handover": HANDOVER,
        "bandwidth_mbps": 500,
        "term_months": 12,
        "reference": "first circuit",
    }
    answer = isp.post("/orders", request, key)
    assert answer.status_code == 201, answer.text
    return answer.json()


@contextmanager
def delivered(isp: Api, key: str) -> Iterator[None]:
    """A circuit that is there for a while: NetBox is left as it was found, for the tests after this one."""
    order = isp.ended(place(isp, key)["id"])
    assert order["state"] == "completed", order
    try:
        yield
    finally:
        answer = isp.post(f"/services/{order['service_id']}/cease", {}, f"{key}-cease")
        assert isp.ended(answer.json()["id"])["state"] == "completed"


def alerts_written() -> list[str]:
    groups = yaml.safe_load((ROOT / "monitoring" / "rules" / "neutralhost.yml").read_text())["groups"]
    return [rule["alert"] for group in groups for rule in group["rules"]]


def test_an_order_reaches_devices_and_netbox_and_its_cease_leaves_no_trace(system: Complete, isp: Api, inside_netbox):
    before = {path: len(inside_netbox(path)) for path in WATCHED}
    offer = isp.post("/qualifications", {"product": "access-eline", "uprn": UPRN, "handover": HANDOVER}).json()
    assert offer["confidence"] == "green"
    devices = [
        row["name"] for row in json.loads(system.run("device", "list", "--json"))["devices"] if row["platform"] == "eos"
    ]
    assert len(devices) > 50
    nte = offer["nte"]
    untouched = {nte: system.config(nte)}

    order = isp.ended(place(isp, "key-1")["id"])
    assert order["state"] == "completed", order
    service = isp.get(f"/services/{order['service_id']}")
    assert service["state"] == "active"
    s_vlan = service["circuit"]["s_vlan"]

    def told() -> Any:
        """An order is completed when it is proven; NetBox is told in the step after."""
        (found,) = inside_netbox("vpn/l2vpns", cf_nh_service_id=service["id"])
        return found if found["status"]["value"] == "active" else None

    l2vpn = wait_until("NetBox shows the circuit as active", told)
    assert l2vpn["type"]["value"] == "evpl"
    assert l2vpn["tenant"]["slug"] == ISP
    ends = inside_netbox("vpn/l2vpn-terminations", l2vpn_id=str(l2vpn["id"]))
    assert {end["assigned_object_type"] for end in ends} == {"dcim.interface", "ipam.vlan"}
    (vlan,) = inside_netbox("ipam/vlans", cf_nh_service_id=service["id"])
    assert (vlan["vid"], vlan["status"]["value"], vlan["tenant"]["slug"]) == (s_vlan, "active", ISP)
    assert f"vlan {s_vlan}" in system.config(nte)
    assert json.loads(system.run("netbox", "show", "--json"))["services"] == [service["id"]]

    answer = isp.post(f"/services/{service['id']}/cease", {}, "key-2")
    assert answer.status_code == 201, answer.text
    ceased = isp.ended(answer.json()["id"])

    assert ceased["state"] == "completed", ceased
    assert isp.get(f"/services/{service['id']}")["state"] == "terminated"
    assert {path: len(inside_netbox(path)) for path in WATCHED} == before
    assert {nte: system.config(nte)} == untouched
    audit = json.loads(system.run("playbook", "run", "audit", "--json"))
    assert not [finding for finding in audit["findings"] if not finding["ok"]]


def test_prometheus_scrapes_it_loads_its_rules_and_answers_every_query_of_the_dashboard(system: Complete, isp: Api):
    with delivered(isp, "key-3"), prometheus(system) as url:

        def ask(expression: str) -> list[Any]:
            answer = requests.get(f"{url}/api/v1/query", params={"query": expression}, timeout=30).json()
            assert answer["status"] == "success", (expression, answer)
            return answer["data"]["result"]

        wait_until("both targets are up", lambda: len(ask('up{job="neutralhost"} == 1')) == 2)
        (completed,) = wait_until("orders are counted", lambda: ask('neutralhost_orders{state="completed"}')[:1])
        assert float(completed["value"][1]) >= 1
        wait_until("a look at the devices", lambda: ask("neutralhost_device_up == 1"))
        assert ask("neutralhost_order_step_seconds_count") != []
        assert ask("neutralhost_worker_heartbeat_timestamp_seconds") != []

        panels = json.loads((ROOT / "monitoring" / "dashboards" / "overview.json").read_text())["panels"]
        for expression in (target["expr"] for panel in panels for target in panel.get("targets", [])):
            ask(expression)
        rules = requests.get(f"{url}/api/v1/rules", timeout=30).json()["data"]["groups"]
        assert {rule["health"] for group in rules for rule in group["rules"]} <= {"ok", "unknown"}
        assert sorted(rule["name"] for group in rules for rule in group["rules"]) == sorted(alerts_written())


def test_configurations_pass_the_checkers_of_prometheus_and_alertmanager(tmp_path: Path):
    shown = (ROOT / "docker" / "prometheus" / "prometheus.yml").read_text()
    (tmp_path / "prometheus.yml").write_text(shown.replace("/etc/prometheus/rules", str(ROOT / "monitoring" / "rules")))
    for words in (
        ["promtool", "check", "config", str(tmp_path / "prometheus.yml")],
        ["promtool", "test", "rules", str(ROOT / "monitoring" / "rules" / "neutralhost.test.yml")],
        ["amtool", "check-config", str(ROOT / "docker" / "alertmanager" / "alertmanager.yml")],
    ):
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_no_secret_stands_in_any_log_or_in_the_database_in_clear(system: Complete, isp: Api):
    values = [
        system.environment[name]
        for name in (
            "NEUTRALHOST_TOKEN_PEPPER",
            "NEUTRALHOST_CERTIFICATE_KEY",
            "NEUTRALHOST_DEVICE_PASSWORD",
            "NEUTRALHOST_NETBOX_TOKEN",
        )
    ]
    token = isp._headers["Authorization"].removeprefix("Bearer ").split(".", 1)[1]
    dump = _dump(system.environment["NEUTRALHOST_DATABASE_URL"])
    logs = "".join(system.log(service) for service in ("twin", "worker", "web"))

    assert "orders" in dump
    for value in (*values, token):
        assert value not in dump
        assert value not in logs


def _dump(url: str) -> str:
    """All rows of all our tables as text."""
    engine = sqlalchemy.create_engine(url)
    try:
        with engine.connect() as connection:
            tables = [
                f'"{schema}"."{table}"'
                for schema in ("public", "dbos")
                for table in sqlalchemy.inspect(connection).get_table_names(schema=schema)
            ]
            rows = (connection.execute(sqlalchemy.text(f"SELECT t::text FROM {table} t")).scalars() for table in tables)  # noqa: S608 - names from the catalogue itself
            return "\n".join([*tables, *(str(row) for found in rows for row in found)])
    finally:
        engine.dispose()
