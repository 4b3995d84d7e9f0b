"""`path` as people and machines ask it: on the command line, through the question's own door, and by API."""

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from inventory.consents import Consent
from inventory.plant import AssetKind, AssetRef, StrandRef
from inventory.store.engine import let_go, open_engine
from inventory.store.mirror import replace_inventory
from inventory.windows import Window
from provisioning.cli.logs import stop_logging
from provisioning.cli.main import command
from provisioning.errors import Forbidden, RequestInvalid
from provisioning.front_desk import SYSTEM
from provisioning.isps import Principal, Role
from provisioning.questions.path import PathQuestion, avoided, find_path
from provisioning.store.plant_work import Holder
from provisioning.workflows.engine import prepare_tables
from tests.integration.desk import desk_on
from tests.pairs import pair_service, plant_of_two_ways
from tests.web_town import Town

type Cli = Callable[..., Result]


@pytest.fixture
def cli(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Cli]:
    engine = open_engine(database_url)
    prepare_tables(engine)
    replace_inventory(engine, plant_of_two_ways({"n-2": {"bridge": "arch"}}))
    let_go(engine)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEUTRALHOST_DATABASE_URL", database_url)
    monkeypatch.setenv("NEUTRALHOST_TOKEN_PEPPER", "pepper")
    monkeypatch.setenv("NEUTRALHOST_DEVICE_PASSWORD", "twin-only")

    def call(*arguments: str, exits: int = 0) -> Result:
        ended = CliRunner().invoke(command, ["path", *arguments])
        assert ended.exit_code == exits, ended.output
        return ended

    yield call
    stop_logging()


def test_two_diverse_legs_are_told_with_their_distance_and_what_they_lie_in(cli: Cli) -> None:
    told = cli("east", "west", "--diverse").stdout

    assert "Diverse: the legs share nothing; " in told
    assert " m apart at the closest (n-" in told
    assert "bridges  arch" in told
    assert [line.split() for line in told.splitlines() if line.startswith("east  ")] == [
        ["east", "west", "n-1..2", "north"],
        ["east", "west", "s-1..2", "south"],
    ]


def test_legs_that_share_something_are_told_with_exit_code_1_and_by_json_with_a_list(cli: Cli) -> None:
    told = json.loads(cli("east", "west", "--diverse", "--avoid", "bridge:arch", "--json", exits=1).stdout)

    assert told["path"]["shared"] == ["duct:s-1", "duct:s-2", "place:mill"]
    assert told["path"]["separation_m"] == 0.0
    assert told["sentence"].startswith("Not fully diverse: both legs use duct:s-1")


def test_the_consent_without_which_legs_share_something_is_named_on_the_command_line_and_in_json(
    cli: Cli, engine: Engine
) -> None:
    lapsed = Consent("farm", "The farm", "the field", "wayleave", date(2020, 1, 1), date(2027, 3, 31), 0)
    plant = plant_of_two_ways()
    covers = tuple(replace(each, consent="farm") if each.asset.code == "s-2" else each for each in plant.consent_covers)
    replace_inventory(engine, replace(plant, consents=(*plant.consents, lapsed), consent_covers=covers))

    told = json.loads(cli("east", "west", "--diverse", "--date", "2027-06-01", "--json", exits=1).stdout)

    assert told["sentence"].endswith(
        "A pair that shares nothing needs a consent for duct:s-2"
        " (consent farm of The farm is from 2020-01-01 to 2027-03-31)."
    )
    assert [(gap["asset"], gap["nearest"]["code"]) for gap in told["path"]["barred"]["gaps"]] == [("duct:s-2", "farm")]
    assert told["path"]["barred"]["shared"] == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("east", "nowhere"), "No place is called 'nowhere'"),
        (("east", "east"), "A route cannot begin and end at the same place"),
        (("east", "loom"), "No cables join east and loom"),
        (("east", "west", "--avoid", "place:nowhere"), "No place is called 'nowhere'"),
        (("east", "west", "--avoid", "nonsense"), "No duct or place is called 'nonsense'"),
        (("east", "west", "--avoid", "n-1", "--avoid", "s-1"), "the best way uses duct:n-1, which is to be avoided"),
        (("east", "west", "--strands", "5"), "fewer than 5 strands free in east to west"),
        (("east", "west", "--max-loss-db", "0.5"), "loses more than 0.50 dB"),
        (("east", "west", "--max-loss-db", "nan"), "a loss is a number of dB"),
        (("east", "west", "--date", "2019-06-01"), "the best way needs a consent for duct:n-1 (consent all"),
        (("east", "west", "--date", "2027-02-01", "--until", "2027-01-01"), "before it begins"),
    ],
)
def test_what_cannot_be_answered_is_one_sentence_and_a_next_step(
    cli: Cli, arguments: tuple[str, ...], sentence: str
) -> None:
    told = cli(*arguments, exits=1).stderr

    assert sentence in told
    assert "Traceback" not in told
    assert len(told.strip().splitlines()) == 2


def test_strands_that_are_held_on_a_day_of_the_window_are_not_offered(engine: Engine) -> None:
    tools = desk_on(engine, inventory=plant_of_two_ways())
    window = Window(date(2026, 12, 1), date(2026, 12, 10))
    with tools.open_unit_of_work() as work:
        work.services.add(pair_service())
        work.holds.take(Holder("S-PAIR"), window, strands=[StrandRef("north", number) for number in range(1, 5)])
        work.commit()

    during = find_path(tools, SYSTEM, PathQuestion("east", "west", window.last, date(2027, 1, 1)))
    after = find_path(tools, SYSTEM, PathQuestion("east", "west", date(2026, 12, 11)))

    assert during.legs[0].ducts == ("s-1", "s-2")
    assert after.legs[0].ducts == ("n-1", "n-2")


def test_an_isp_may_not_ask_and_a_loss_that_is_no_number_is_refused(engine: Engine) -> None:
    tools = desk_on(engine, inventory=plant_of_two_ways())

    with pytest.raises(Forbidden):
        find_path(tools, Principal("anna", Role.ISP_ADMIN, "quayside"), PathQuestion("east", "west"))
    with pytest.raises(RequestInvalid):
        find_path(tools, SYSTEM, PathQuestion("east", "west", max_loss_db=math.inf))


def test_a_circle_is_avoided_as_the_ducts_in_it(engine: Engine) -> None:
    snapshot = desk_on(engine, inventory=plant_of_two_ways()).load_snapshot()
    today = datetime(2026, 11, 22, tzinfo=UTC).date()

    assert set(avoided(snapshot, "384500,397400,10", today)) == {
        AssetRef(AssetKind.DUCT, "n-1"),
        AssetRef(AssetKind.DUCT, "n-2"),
    }


def test_the_api_answers_the_same_and_refuses_misspelt_queries(engine: Engine) -> None:
    machine = Town(engine).machine("olga")

    found = machine.get("/plant/paths?a=dx-quay&z=dxp-mill&strands=2&avoid=corridor:none&avoid=bridge:none")
    assert found.json["code"] == "unknown-thing"
    found = machine.get("/plant/paths?a=dx-quay&z=dxp-mill&strands=2&diverse=true").json
    assert found["legs"][0]["places"] == ["dx-quay", "dxp-mill"]
    assert found["is_exact"] is True
    assert found["shared"]
    for wrong in ("max_loss_db=nan", "max_loss_db=1e3", "strands=0", "date=today", "diverse=yes", "bogus=1", "avoid="):
        assert machine.get(f"/plant/paths?a=dx-quay&z=dxp-mill&{wrong}").status_code == 422, wrong
