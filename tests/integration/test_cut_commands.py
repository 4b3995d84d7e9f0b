"""`cut`, `resilience` and `coverage` on the command line and in the API, with services in the ground."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from automation.intents import BandwidthProfile
from inventory.devices import PortRef
from inventory.plant import StrandRef
from inventory.routes import StrandLeg
from inventory.store.engine import let_go, open_engine
from inventory.store.mirror import replace_inventory
from inventory.windows import Window
from provisioning.cli.logs import stop_logging
from provisioning.cli.main import command
from provisioning.services import Circuit, DeviceHop, Service, ServiceState
from provisioning.store.plant_work import Holder
from provisioning.store.unit import open_store
from provisioning.workflows.engine import prepare_tables
from tests.integration.desk import NotedJobs
from tests.integration.strand_town import strand_town
from tests.web_town import Town

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DAY = "2026-11-21"

type Cli = Callable[..., Result]


def sell(engine: Engine) -> None:
    """An E-Line of premises 1 over the trunk, and strands of birch on both ways from the quay to the mill."""
    replace_inventory(engine, strand_town())
    line = Circuit(
        uni=PortRef("nte-1", "Ethernet1"),
        handover_code="quay-alder",
        handover_port=PortRef("sw-quay", "Ethernet1"),
        s_vlan=2001,
        hops=(DeviceHop("nte-1", ("Ethernet9",)), DeviceHop("sw-mill", ("Drop1", "Ethernet49"))),
        link_codes=("drop-1", "trunk"),
        length_m=1280.0,
        profile=BandwidthProfile(100, 0, 1, 1),
    )
    spliced = StrandLeg("quay", "mill", ((StrandRef("k-east", 3), StrandRef("k-west", 3)),), ("d-east",), 1.0, 1.0)
    bank = StrandLeg("quay", "mill", ((StrandRef("k-bank", 1),),), ("d-bank",), 1.0, 1.0)
    window = Window(date(2026, 1, 1))
    with open_store(engine, jobs=lambda _: NotedJobs(), now=lambda: NOON)() as work:
        work.services.add(_service("S-LINE", "alder", "1", line, (), None))
        work.reservations.hold("S-LINE", line)
        work.services.add(_service("S-PAIR", "birch", "", None, (spliced, bank), window))
        strands = [strand for leg in (spliced, bank) for fibre in leg.fibres for strand in fibre]
        work.holds.take(Holder(service_id="S-PAIR"), window, strands=strands)
        work.commit()


def _service(
    name: str, isp: str, uprn: str, circuit: Circuit | None, legs: tuple[StrandLeg, ...], window: Window | None
) -> Service:
    asked = (isp, "access-eline", uprn, f"quay-{isp}", 100, 12, "")
    return Service(name, *asked, ServiceState.ACTIVE, circuit, 2400, NOON, NOON, None, legs, window)


@pytest.fixture(scope="module")
def database(module_database_url: str) -> Iterator[str]:
    engine = open_engine(module_database_url)
    prepare_tables(engine)
    sell(engine)
    yield module_database_url
    let_go(engine)


@pytest.fixture
def cli(database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[Cli]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEUTRALHOST_DATABASE_URL", database)
    monkeypatch.setenv("NEUTRALHOST_TOKEN_PEPPER", "pepper")
    monkeypatch.setenv("NEUTRALHOST_DEVICE_PASSWORD", "twin-only")

    def call(*arguments: str, exits: int = 0) -> Result:
        ended = CliRunner().invoke(command, list(arguments))
        assert ended.exit_code == exits, ended.output
        return ended

    yield call
    stop_logging()


CUT = """\
Cut of d-west (mill to pit, owner canal (fictional)): 12 strands, 1 link, 2 services of 2 ISPs, 1 premises, \
0 public sites; 1 loses only its diversity.

ducts    1: d-west
cables   1: k-west
strands  12, of which 2 lit and 1 held
links    1: trunk

ISP    SERVICES  LOST  OTHER-LINKS  DIVERSITY
alder         1     1            0          0
birch         1     0            0          1

WAY ROUND     STRANDS      M    DB  OVER
mill to quay        2  2,500  1.48  direct
mill to pit         2  3,000  2.25  quay

SERVICE  ISP    LEFT       STATE   PREMISES
S-LINE   alder  lost       active  1
S-PAIR   birch  diversity  active
"""


def test_a_cut_says_in_its_first_line_what_is_lost_and_then_what_to_act_on(cli: Cli) -> None:
    assert cli("cut", "d-west", "--date", DAY).stdout.strip() == CUT.strip()


def test_a_cut_without_a_way_round_says_why(cli: Cli) -> None:
    told = cli("cut", "quay", "--date", DAY, "--limit", "1").stdout

    assert "places   1: quay" in told
    assert "S-LINE   alder  lost" in told
    assert "... and 1 more: --limit, or --json for all." in told
    assert "way round" not in told.lower()  # whatever ended at the quay has no other end any more


def test_a_cut_as_json_has_everything(cli: Cli) -> None:
    told = json.loads(cli("cut", "380700,397350,5", "--date", DAY, "--detours", "1", "--json").stdout)

    assert told["sentence"].startswith("Cut of all within 5 m around 380700,397350: 12 strands, 1 link, ")
    assert told["cut"]["cut"]["ducts"] == ["d-west"]
    assert [hit["fate"] for hit in told["cut"]["impact"]["services"]] == ["lost", "diversity"]
    assert told["cut"]["detours"][0]["routes"][0]["places"] == ["mill", "quay"]


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("d-nowhere", "unknown-thing"),
        ("nan,397350,5", "circle-invalid"),
        ("380700,397350,-1", "circle-invalid"),
        ("1,1,1", "circle-outside-britain"),
    ],
)
def test_what_cannot_be_cut_is_refused_in_one_sentence(cli: Cli, target: str, code: str) -> None:
    told = json.loads(cli("cut", target, "--json", exits=1).stdout)

    assert told["error"]["code"] == code
    assert told["error"]["next_step"]


def test_resilience_names_the_worst_points_and_the_least_joined_places(cli: Cli) -> None:
    told = cli("resilience").stdout.splitlines()
    one = cli("resilience", "--place", "mill").stdout

    assert told[0].startswith("Of 1 DXs, 1 DXPs and 0 public sites, 1 reach no DX, 1 have one path and 0 have two")
    assert "mill   dxp       1         4  place:quay" in told
    assert one.startswith("mill (Mill neighbourhood) has one path to a DX and hangs on place:quay.")
    assert "No DX, DXP or public site is called 'pit'." in cli("resilience", "--place", "pit", exits=1).stderr


def test_coverage_is_worked_out_once_and_then_shown(cli: Cli) -> None:
    refreshed = cli("coverage", "refresh").stdout
    shown = cli("coverage", "show", "--confidence", "green", "--limit", "2").stdout

    assert refreshed.startswith("Of 5 premises: 3 green, 0 yellow, 2 red.\n")
    assert "quay  green   installed            3" in refreshed
    assert shown.splitlines()[-3:] == [
        "1         green   installed  mill   quay     100    1,300",
        "2         green   installed  mill   quay     100    1,300",
        "... and more: --after 2",
    ]


def test_the_api_answers_with_the_same_figures(engine: Engine) -> None:
    town = Town(engine)
    sell(engine)
    olga = town.machine("olga")

    cut = olga.get(f"/plant/cuts?target=d-west&date={DAY}&detours=1&limit=1").json
    assert cut is not None
    assert (cut["sentence"], cut["impact"]["service_count"]) == (CUT.splitlines()[0], 2)
    assert [hit["id"] for hit in cut["impact"]["services"]] == ["S-LINE"]
    assert cut["detours"][0]["routes"][0]["spans"] == [{"ducts": ["d-bank"], "cables": ["k-bank"]}]
    joined = olga.get("/plant/resilience?place=mill").json
    assert joined is not None
    assert [(place["paths"], place["hangs_on"]) for place in joined["places"]] == [(1, ["place:quay"])]
    missing = olga.get("/plant/coverage")
    assert (missing.status_code, missing.json["code"]) == (409, "coverage-missing")  # type: ignore[index]  # a problem


@pytest.mark.parametrize("path", ["cuts", "cuts?target=d-west&date=1763683200", "cuts?target=quay&detours=21"])
def test_the_api_refuses_what_is_no_question(engine: Engine, path: str) -> None:
    answer = Town(engine).machine("olga").get(f"/plant/{path}")

    assert answer.status_code == 422
