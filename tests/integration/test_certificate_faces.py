"""Certificates of diversity from the command line, by API, and by a worker that looks by itself."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, event

from inventory.files.bundle import write_bundle
from inventory.snapshot import Inventory
from inventory.store.mirror import replace_inventory
from provisioning import certificate_key
from provisioning.certificates import CertificateState
from provisioning.cli.logs import stop_logging
from provisioning.cli.main import command
from provisioning.plant_writes import prover_on
from provisioning.questions.certificate import certificate, certificate_events
from provisioning.rights import SYSTEM
from provisioning.store.unit import open_store
from provisioning.verify_certificate import find_faults
from tests.integration.running import running, wait_until
from tests.integration.street import street
from tests.pairs import pair_service, plant_of_two_ways
from tests.web_town import Town

KEY = certificate_key.new_key()
TRAM_ON_BOTH = {"n-2": {"corridor": "tram"}, "s-1": {"corridor": "tram"}}


@pytest.fixture
def cli(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str, engine: Engine
) -> Iterator[Callable[..., Any]]:
    """The command line, on a plant with a pair that was sold."""
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "NEUTRALHOST_VAR": str(tmp_path / "var"),
        "NEUTRALHOST_TOKEN_PEPPER": "pepper",
        "NEUTRALHOST_DEVICE_PASSWORD": "password",
        "NEUTRALHOST_DATABASE_URL": database_url,
        "NEUTRALHOST_CERTIFICATE_KEY": KEY,
    }.items():
        monkeypatch.setenv(name, value)

    def call(*arguments: object, exits: int = 0) -> Any:
        ended = CliRunner().invoke(command, [str(argument) for argument in arguments])
        assert ended.exit_code == exits, ended.output
        assert KEY not in ended.output
        return json.loads(ended.stdout) if "--json" in arguments else ended

    CliRunner().invoke(command, ["database", "migrate"])  # the durable engine's own tables too
    replace_inventory(engine, plant_of_two_ways())
    with prover_on(engine, None).open_unit_of_work() as work:
        work.services.add(pair_service())
        work.commit()
    yield call
    stop_logging()


def both(one: Inventory, other: Inventory) -> Inventory:
    """Two inventories in one; what both have is the first's."""
    own = {each.code for each in one.organisations}
    others = tuple(each for each in other.organisations if each.code not in own)
    together = {each.name: getattr(one, each.name) + getattr(other, each.name) for each in fields(one)}
    return Inventory(**together | {"organisations": one.organisations + others})


def load(cli: Callable[..., Any], folder: Path, changed: dict[str, dict[str, object]] | None = None) -> Any:
    write_bundle(plant_of_two_ways(changed), folder, "two ways")
    return cli("inventory", "load", folder)


def test_from_the_first_certificate_to_the_broken_and_the_restored_one(cli: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "pair.json"
    shown = cli("diversity-certificate", "S-PAIR", "--out", file).stdout
    assert "both legs use  nothing else" in shown
    assert "duct   " in shown
    assert "towpath  n-1..2" in shown
    assert cli("certificate", "verify", file).stdout.startswith("Genuine. S-PAIR of quayside")
    public = cli("certificate", "public-key", "--json")["public_key"]["public"]
    assert cli("certificate", "verify", file, "--public-key", public, "--json")["genuine"] is True

    broken = load(cli, tmp_path / "tram", TRAM_ON_BOTH)
    assert "Certificate 1 of S-PAIR broken. The legs of service S-PAIR are not diverse: both use corridor:tram." in (
        broken.stdout
    )
    (listed,) = cli("certificate", "list", "--broken", "--json")["certificates"]
    assert (listed["service_id"], listed["shared"]) == ("S-PAIR", ["corridor:tram"])
    assert "corridor:tram" in cli("certificate", "list", "--broken").stdout
    refused = cli("diversity-certificate", "S-PAIR", exits=1)
    assert "both use corridor:tram" in refused.stderr
    assert cli("certificate", "prove").stdout == "Every certificate stands as it stood.\n"

    restored = load(cli, tmp_path / "apart")
    assert "Certificate 2 of S-PAIR restored." in restored.stdout
    assert cli("certificate", "list", "--broken", "--json")["certificates"] == []
    story = cli("certificate", "history", "S-PAIR").stdout
    assert [word for word in story.split() if word in {"issued", "broken", "restored"}] == [
        "issued",
        "broken",
        "restored",
    ]
    assert len(cli("certificate", "events", "--after", 1, "--json")["events"]) == 2


def test_a_file_that_was_changed_and_another_issuers_are_told(cli: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "pair.json"
    cli("diversity-certificate", "S-PAIR", "--out", file)
    other = certificate_key.SigningKey(certificate_key.Ed25519PrivateKey.generate()).public

    elsewhere = cli("certificate", "verify", file, "--public-key", other, "--json", exits=1)
    file.write_text(file.read_text().replace('"mm":51533', '"mm":91533'))
    changed = cli("certificate", "verify", file, exits=1)

    assert elsewhere["error"]["code"] == "certificate-not-genuine"
    assert "The signature does not fit" in changed.stderr


def test_a_file_that_cannot_be_written_is_named(cli: Callable[..., Any]) -> None:
    refused = cli("diversity-certificate", "S-PAIR", "--out", "nowhere/pair.json", "--json", exits=1)

    assert refused["error"]["code"] == "file-unwritable"
    assert "pair.json" in refused["error"]["detail"]


def test_without_a_key_the_error_says_how_to_make_one_and_the_made_one_works(
    cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NEUTRALHOST_CERTIFICATE_KEY")
    missing = cli("diversity-certificate", "S-PAIR", "--json", exits=1)["error"]
    assert missing["code"] == "certificate-key-missing"
    assert "neutralhost certificate new-key" in missing["next_step"]
    doctor = cli("doctor", "--json")["checks"]
    (check,) = (each for each in doctor if each["subject"] == "certificates")
    assert (check["verdict"], "new-key" in check["next_step"]) == ("warn", True)

    name, _, made = cli("certificate", "new-key").stdout.strip().partition("=")
    monkeypatch.setenv(name, made)

    assert cli("diversity-certificate", "S-PAIR", "--json")["certificate"]["number"] == 1


def test_a_service_without_two_legs_and_none_at_all_are_told(cli: Callable[..., Any]) -> None:
    assert cli("diversity-certificate", "S-NOBODY", "--json", exits=1)["error"]["code"] == "unknown-service"
    assert cli("certificate", "history", "S-NOBODY", "--json", exits=1)["error"]["code"] == "unknown-service"


def test_by_api_the_document_is_the_file_and_a_broken_one_is_a_problem_that_names_what_is_shared(
    engine: Engine,
) -> None:
    town = Town(engine)
    pair, anna, olga = town.sell_pair(), town.machine("anna"), town.machine("olga")
    public = anna.get("/plant/certificate-key").json["public"]

    got = anna.get(f"/plant/certificates/{pair.id}").json
    assert find_faults(got["document"].encode(), public) == ()
    assert anna.get(f"/plant/certificates/{pair.id}").json == got

    known = town.tools.load_snapshot().inventory
    on_both = tuple(replace(duct, corridor="tram") if duct.code in {"n-1", "s-1"} else duct for duct in known.ducts)
    replace_inventory(engine, replace(known, ducts=on_both))
    refused = anna.get(f"/plant/certificates/{pair.id}")

    assert refused.status_code == 409
    assert (refused.json["code"], refused.json["facts"]["shared"]) == ("not-diverse", ["corridor:tram"])
    (broken,) = olga.get("/plant/certificates?state=broken").json["items"]
    assert (broken["service_id"], broken["shared"]) == (pair.id, ["corridor:tram"])
    events = anna.get("/plant/certificate-events").json["items"]
    assert [(event["kind"], event["assets"]) for event in events] == [("issued", []), ("broken", ["corridor:tram"])]
    history = anna.get(f"/plant/certificates/{pair.id}/history").json
    assert history["events"] == events
    assert [each["state"] for each in history["certificates"]] == ["broken"]


def test_the_list_has_all_of_a_certificate_but_its_document_which_does_not_leave_the_database(engine: Engine) -> None:
    town = Town(engine)
    pair, olga = town.sell_pair(), town.machine("olga")
    whole = olga.get(f"/plant/certificates/{pair.id}").json
    document = whole.pop("document")
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_: asked.append(statement))

    (listed,) = olga.get("/plant/certificates").json["items"]

    assert listed == whole | {"separation_mm": json.loads(document)["separation"]["mm"]}
    read = [statement for statement in asked if "FROM certificates" in statement]
    assert [re.search(r"(?<!\()certificates\.document\s*(,|FROM)", statement) for statement in read] == [None]


def test_a_worker_finds_by_itself_what_another_program_wrote(database_url: str) -> None:
    with running(
        database_url,
        both(street(homes=1), plant_of_two_ways()),
        certificate_key=KEY,
        look_at_plant_every_s=0.02,
        worker_name="prover",
    ) as town:
        tools = town.house.tools
        with open_store(town.house.engine, jobs=lambda _: None, now=tools.now)() as work:  # type: ignore[arg-type,return-value]  # no job is asked for
            work.services.add(pair_service())
            work.commit()
        certificate(tools, SYSTEM, "S-PAIR")
        replace_inventory(town.house.engine, both(street(homes=1), plant_of_two_ways(TRAM_ON_BOTH)))

        wait_until(lambda: len(certificate_events(tools, SYSTEM)) == 2)

        assert certificate_events(tools, SYSTEM)[-1].assets == ("corridor:tram",)
        with tools.open_unit_of_work(reading=True) as work:
            assert work.certificates.count_by_state()[CertificateState.BROKEN] == 1
        assert b'neutralhost_diversity_certificates{state="broken"} 1.0' in town.house.metrics.exposition()
