"""`trace`, `capacity` and `consent` on the command line and in the API: what is answered, and what is refused."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from inventory.store.engine import let_go, open_engine
from inventory.store.mirror import replace_inventory
from provisioning.cli.logs import stop_logging
from provisioning.cli.main import command
from provisioning.workflows.engine import prepare_tables
from tests.integration.strand_town import strand_town
from tests.web_town import Town

WIDEST = 100  # columns of a terminal

type Cli = Callable[..., Result]


@pytest.fixture(scope="module")
def database(module_database_url: str) -> Iterator[str]:
    engine = open_engine(module_database_url)
    prepare_tables(engine)
    replace_inventory(engine, strand_town())
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


TRACED = """\
strand:k-east:3, mill to quay, 1,220 m, 1.03 dB
 AT M    DB   SUM  WHAT LIGHT MEETS                       M  WHOSE
    0  0.30  0.30  position odf-mill:3                       tram, coop, coop
    0  0.25  0.55  strand k-west:3, tube 1 blue, green  720  tram, coop, coop
    0                duct d-west, bore 1, to pit        700  canal, coop, coop
  700                slack                               20
  720              uncut through box                         tram, coop, coop
  720  0.17  0.73  strand k-east:3, tube 1 blue, green  500  tram, coop, coop
  720                duct d-east, bore 1, to quay       500  tram, coop, coop
1,220  0.30  1.03  position odf-quay:3                       tram, coop, coop
1.22 km of strand 0.43 dB + 0 splices 0.00 dB + 2 connectors 0.60 dB = 1.03 dB
"""


def test_a_trace_reads_like_a_table_of_events(cli: Cli) -> None:
    assert cli("trace", "strand:k-east:3@pit").stdout.strip() == TRACED.strip()


def test_a_link_shows_both_fibres_and_what_its_optic_allows(cli: Cli) -> None:
    told = cli("trace", "trunk").stdout

    assert "link:trunk, fibre 1 of 2: mill to quay, 1,220 m, 1.08 dB, carries trunk" in told
    assert "link:trunk, fibre 2 of 2" in told
    assert "100GBASE-LR4 allows 6.30 dB: 5.22 dB to spare." in told
    assert "splice in box" in told


def test_the_settings_reckon_what_was_not_measured(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEUTRALHOST_LOSS_PER_KM_DB", "5")
    monkeypatch.setenv("NEUTRALHOST_LOSS_PER_CONNECTOR_DB", "0.5")

    told = cli("trace", "trunk").stdout

    assert "1.22 km of strand 6.10 dB + 1 splice 0.05 dB + 2 connectors 1.00 dB = 7.15 dB" in told
    assert "100GBASE-LR4 allows 6.30 dB: 0.85 dB too much is lost." in told


def test_a_link_without_known_strands_says_so(cli: Cli) -> None:
    assert cli("trace", "link:drop-1").stdout == "link:drop-1: no strands are known that carry it.\n"


def test_a_trace_as_json_has_every_event_with_its_figures(cli: Cli) -> None:
    (section,) = json.loads(cli("trace", "strand:k-east:3@quay", "--json").stdout)["trace"]["sections"]

    (fibre,) = section["fibres"]
    assert (fibre["a_place"], fibre["z_place"], fibre["length_m"]) == ("quay", "mill", 1220.0)
    assert [event["asset"] for event in fibre["events"]][1] == "strand:k-east:3"
    assert fibre["events"][1]["strand"]["stretches"] == [
        {
            "bore": "d-east:1",
            "a_place": "quay",
            "z_place": "pit",
            "at_m": 0.0,
            "length_m": 500.0,
            "parties": {"owner": "tram", "operator": "coop", "used_by": "coop"},
        }
    ]
    assert fibre["budget"]["loss_db"] == 1.027


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ("nothing", "unknown-thing"),
        ("strand:k-east", "end-unclear"),
        ("strand:k-none:1", "unknown-thing"),
        ("S-0123456789", "unknown-service"),
        ("\x1b[2J", "unknown-thing"),
    ],
)
def test_an_end_that_is_none_is_one_sentence_and_no_traceback(cli: Cli, end: str, code: str) -> None:
    told = cli("trace", end, "--json", exits=1).stdout

    assert json.loads(told)["error"]["code"] == code
    assert "\x1b" not in told


def test_the_capacity_of_a_place_is_told_in_tables(cli: Cli) -> None:
    told = cli("capacity", "quay", "--date", "2026-11-22").stdout

    assert told.startswith("place:quay on 2026-11-22: 14 of 16 strands free, 30 of 32 positions free\n")
    assert "d-east:1  40    20.0     40.0     17.8      240  coop     k-east" in told
    assert "k-east  quay  pit        12    10    2     0     0       0          0" in told
    assert "odf-quay              24    22             12     2     0     0" in told
    assert "NOT THERE BECAUSE" not in told


def test_a_cable_can_be_pulled_or_not_and_the_exit_code_says_which(cli: Cli) -> None:
    ways = ("--from", "quay", "--to", "mill")

    yes = cli("capacity", "--pull", "96", *ways).stdout
    no = cli("capacity", "--pull", "288", *ways, "--date", "2026-11-22", exits=1).stdout
    as_json = json.loads(cli("capacity", "--pull", "12", "--diameter", "30", *ways, "--json", exits=1).stdout)["pull"]

    assert yes.startswith("Yes: a cable of 96 strands (12.5 mm) from quay to mill, 1,200 m.\n")
    assert "d-west:1  mill  700    30.0        39.8     40.0" in yes
    assert no.startswith("No: a cable of 288 strands (18 mm) from quay to mill on 2026-11-22.\nIn the way:\n")
    assert "The thickest that goes: 17.8 mm (usually 240 strands), 2,500 m." in no
    assert (as_json["is_possible"], as_json["diameter_mm"]) == (False, 30.0)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["quay", "--pull", "96"],
        ["--pull", "96", "--from", "quay"],
        ["--from", "quay", "--to", "mill"],
        ["quay", "--diameter", "9"],
        ["--pull", "0", "--from", "quay", "--to", "mill"],
        ["--pull", "289", "--from", "quay", "--to", "mill"],
        ["--pull", "96", "--from", "quay", "--to", "quay"],
        ["--pull", "96", "--from", "quay", "--to", "nowhere"],
        ["--pull", "96", "--from", "quay", "--to", "mill", "--diameter", "nan"],
        ["nothing"],
        ["quay", "--date", "2026-02-30"],
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_sentence(cli: Cli, arguments: list[str]) -> None:
    told = cli("capacity", *arguments, "--json", exits=1).stdout

    assert json.loads(told)["error"]["detail"]


def test_consents_are_listed_and_shown_with_what_depends_on_them(cli: Cli) -> None:
    listed = cli("consent", "list").stdout
    shown = cli("consent", "show", "c-canal").stdout

    assert listed.splitlines()[1].startswith("c-canal  Canal Trust")
    assert listed.endswith("2 consents, £170.00 a year.\n")
    assert "depend on it  1 cable, 12 strands, 1 link, 0 services, 0 reservations" in shown
    found = json.loads(cli("consent", "list", "--expires-within", "0", "--json").stdout)["consents"]
    assert {each["consent"]["code"] for each in found} <= {"c-canal"}
    assert "No consent is called 'c-x'." in cli("consent", "show", "c-x", exits=1).stderr


def test_what_people_read_fits_a_terminal(cli: Cli) -> None:
    asked = (["trace", "trunk"], ["capacity", "quay"], ["capacity", "d-east"], ["consent", "list"])
    lines = [line for arguments in asked for line in cli(*arguments).stdout.splitlines()]

    assert max(map(len, lines)) <= WIDEST


# The API.


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine)


def test_the_api_traces_with_the_same_figures(town: Town) -> None:
    answer = town.machine("olga").get("/plant/traces?end=strand:cable-1:7@dxp-mill").json

    (fibre,) = answer["sections"][0]["fibres"]
    assert [event["asset"] for event in fibre["events"]] == [
        "position:odf-dxp-mill:7",
        "strand:cable-1:7",
        "position:odf-dx-quay:7",
    ]
    assert (answer["asked"], answer["length_m"], fibre["budget"]["loss_db"]) == (
        "strand:cable-1:7@dxp-mill",
        2300.0,
        1.405,
    )
    assert fibre["events"][1]["strand"]["colour"] == "red"


def test_the_api_says_what_is_free_what_can_be_pulled_and_what_ends(town: Town) -> None:
    olga = town.machine("olga")

    capacity = olga.get("/plant/capacity?of=cable-1&date=2026-11-22").json
    pull = olga.get("/plant/pulls?a=dxp-mill&z=dx-quay&strands=96&diameter_mm=12.5").json
    consents = olga.get("/plant/consents").json
    consent = olga.get("/plant/consents/w-quay").json

    assert (capacity["asset"], capacity["day"], capacity["cables"][0]["strands"]["free"]) == (
        "cable:cable-1",
        "2026-11-22",
        12,
    )
    assert (pull["is_possible"], [bore["bore"] for bore in pull["bores"]]) == (True, ["duct-1:1"])
    assert [each["code"] for each in consents["items"]] == ["w-quay"]
    assert (consent["consent"]["assets"], consent["strands"], consent["services"]) == (["duct:duct-1"], 12, 0)


NO_QUESTIONS = (
    ("/plant/traces", 422, "request-fields-invalid"),
    ("/plant/traces?end=", 422, "request-fields-invalid"),
    ("/plant/traces?end=nothing", 404, "unknown-thing"),
    ("/plant/traces?end=strand:cable-1", 422, "end-unclear"),
    ("/plant/traces?end=a%00b", 422, "request-fields-invalid"),
    ("/plant/traces?end=x&colour=red", 422, "request-fields-invalid"),
    ("/plant/traces?end=x&end=y", 422, "request-fields-invalid"),
    ("/plant/capacity?of=nothing", 404, "unknown-thing"),
    ("/plant/capacity?of=dx-quay&date=tomorrow", 422, "request-fields-invalid"),
    ("/plant/capacity?of=dx-quay&date=2026-02-30", 422, "request-fields-invalid"),
    ("/plant/capacity?of=dx-quay&date=1700000000", 422, "request-fields-invalid"),
    ("/plant/pulls?a=dx-quay&z=dx-quay&strands=96", 422, "same-place"),
    ("/plant/pulls?a=dx-quay&z=nowhere&strands=96", 404, "unknown-thing"),
    ("/plant/pulls?a=dx-quay&z=dxp-mill&strands=0", 422, "request-fields-invalid"),
    ("/plant/pulls?a=dx-quay&z=dxp-mill&strands=999", 422, "cable-size-unknown"),
    ("/plant/pulls?a=dx-quay&z=dxp-mill&strands=96&diameter_mm=nan", 422, "request-fields-invalid"),
    ("/plant/pulls?a=dx-quay&z=dxp-mill&strands=96&diameter_mm=1e9", 422, "request-fields-invalid"),
    ("/plant/consents?expires_within_days=-1", 422, "request-fields-invalid"),
    ("/plant/consents/nothing", 404, "unknown-thing"),
)


def test_the_api_refuses_what_is_no_question(town: Town) -> None:
    olga = town.machine("olga")
    for path, status, code in NO_QUESTIONS:
        answer = olga.get(path)
        assert (answer.status_code, json.loads(answer.text)["code"]) == (status, code), path
