"""`order strands` and `reservation` on the command line: what they print, and what they refuse."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result

from inventory.store.engine import let_go, open_engine
from inventory.store.mirror import replace_inventory
from provisioning.cli.logs import stop_logging
from provisioning.cli.main import command
from provisioning.workflows.engine import prepare_tables
from tests.integration.strand_town import strand_town

type Cli = Callable[..., Result]

TODAY = datetime.now(UTC).date()
NEXT_YEAR = ("--from", str(TODAY + timedelta(days=365)), "--until", str(TODAY + timedelta(days=370)))
YESTERDAY = str(TODAY - timedelta(days=1))


@pytest.fixture
def cli(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[Cli]:
    engine = open_engine(database_url)
    prepare_tables(engine)
    replace_inventory(engine, strand_town())
    let_go(engine)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEUTRALHOST_DATABASE_URL", database_url)
    monkeypatch.setenv("NEUTRALHOST_TOKEN_PEPPER", "pepper")
    monkeypatch.setenv("NEUTRALHOST_DEVICE_PASSWORD", "twin-only")

    def call(*arguments: str, exits: int = 0) -> Result:
        ended = CliRunner().invoke(command, list(arguments))
        assert ended.exit_code == exits, ended.output
        return ended

    yield call
    stop_logging()


def test_a_pair_is_ordered_shown_and_listed_by_its_places(cli: Cli) -> None:
    told = cli("order", "strands", "quay", "mill", "--isp", "alder", "--diverse", *NEXT_YEAR, "--json").stdout
    order = json.loads(told)["order"]

    assert order["request"]["wanted"]["diverse"] is True
    shown = cli("order", "show", order["id"]).stdout
    assert "quay and mill, diverse" in shown
    assert f"{TODAY + timedelta(days=365)} to {TODAY + timedelta(days=370)}" in shown
    assert "£900.00 a month" in shown
    assert "quay - mill" in cli("order", "list").stdout


def test_a_reservation_is_made_shown_listed_and_released(cli: Cli) -> None:
    keep = ("reservation", "make", "--isp", "alder", "--purpose", "Festival of light", *NEXT_YEAR)
    made = json.loads(cli(*keep, "--strand", "k-bank:1", "--port", "nte-1:Ethernet1", "--json").stdout)["reservation"]

    assert (made["strands"], made["ports"], made["state"]) == (["k-bank:1"], ["nte-1:Ethernet1"], "held")
    assert "k-bank:1" in cli("reservation", "show", made["id"]).stdout
    assert "Festival of light" in cli("reservation", "list", "--state", "held").stdout
    again = cli(*keep, "--strand", "k-bank:1", exits=1)
    assert "strand k-bank:1" in again.output
    assert "holds nothing any more" in cli("reservation", "release", made["id"]).stdout
    assert made["id"] not in cli("reservation", "list", "--state", "held").stdout
    assert "k-bank:2" in cli(*keep, "--between", "quay", "mill").stdout


BAD = {
    "an unknown place": (("quay", "nowhere"), "No place is called 'nowhere'"),
    "a place to itself": (("quay", "quay"), "same place"),
    "days reversed": (("quay", "mill", "--from", "2031-02-01", "--until", "2031-01-01"), "before it begins"),
    "a day in the past": (("quay", "mill", "--from", YESTERDAY), "before today"),
    "a day there is not": (("quay", "mill", "--from", "2031-02-30"), "2031-02-30"),
    "the end of time": (("quay", "mill", "--until", "9999-12-31"), "reaches beyond"),
    "a loss that is no number": (("quay", "mill", "--max-loss-db", "nan"), "max_loss_db"),
    "endless loss": (("quay", "mill", "--max-loss-db", "inf"), "max_loss_db"),
    "a term nobody sells": (("quay", "mill", "--term", "7"), "7 months"),
    "a product that is no strands": (("quay", "mill", "--product", "access-eline"), "access-eline"),
}


@pytest.mark.parametrize("case", sorted(BAD))
def test_an_order_that_cannot_be_meant_is_one_sentence_and_no_row(cli: Cli, case: str) -> None:
    arguments, words = BAD[case]

    ended = CliRunner().invoke(command, ["order", "strands", *arguments, "--isp", "alder"])

    assert ended.exit_code in {1, 2}
    assert words in ended.output
    assert "Traceback" not in ended.output
    assert json.loads(cli("order", "list", "--json").stdout)["orders"] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--strand", "k-bank"), "not two names with a colon"),
        (("--strand", "k-bank:0"), "no number from 1 on"),
        (("--strand", "k-bank:x"), "no number from 1 on"),
        (("--port", "nte-1"), "not two names with a colon"),
        ((), "at least one strand, position or port"),
        (("--strand", "k-east:1"), "patched to a port"),
        (("--between", "quay", "nowhere"), "No place is called 'nowhere'"),
    ],
)
def test_a_reservation_that_cannot_be_meant_is_one_sentence(cli: Cli, arguments: tuple[str, ...], words: str) -> None:
    keep = ("reservation", "make", "--isp", "alder", "--purpose", "x", *NEXT_YEAR)

    assert words in " ".join(cli(*keep, *arguments, exits=1).output.split())
