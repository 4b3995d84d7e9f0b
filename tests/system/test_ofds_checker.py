"""The Open Fibre Data Standard's own checker looks at what we export of the Manchester example.

libcoveofds is AGPL: its command runs apart, out of an environment of its own (`make ofds-checker`), and
nothing of it is imported.
"""

import json
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from inventory.examples import example_folder
from inventory.files.bundle import read_bundle
from inventory.files.ofds.documents import write_ofds
from inventory.files.ofds.publish import Publication
from tests.system.conftest import ROOT

pytestmark = pytest.mark.system

CHECKER = ROOT / ".venv-ofds-checker" / "bin" / "libcoveofds"
NOTHING: dict[str, Any] = {"jsonschemavalidate": [], "pythonvalidate": [], "additionalfields": {}}
TIMEOUT_S = 120


def check(command: str, *paths: Path) -> str:
    if not CHECKER.exists():
        pytest.fail("The Open Fibre Data Standard's checker is not installed: run `make ofds-checker` first.")
    done = subprocess.run([CHECKER, command, *paths], capture_output=True, text=True, timeout=TIMEOUT_S, check=True)
    return done.stdout


def complaints(path: Path) -> dict[str, Any]:
    """What the schema, the checks beyond it, and the look for fields the standard does not know complain of."""
    return {command: json.loads(check(command, path)) for command in NOTHING}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ofds")
    publication = Publication(read_bundle(example_folder("manchester")), "Manchester", date(2026, 11, 22))
    write_ofds(publication, folder / "plant.json")
    write_ofds(publication, folder / "plant.geojson", as_geojson=True)
    return folder


def read(path: Path) -> Any:
    return json.loads(path.read_text())


def test_nothing_is_wrong_with_the_example_as_json(folder: Path) -> None:
    assert complaints(folder / "plant.json") == NOTHING


def test_nothing_is_wrong_with_the_example_as_geojson(folder: Path) -> None:
    back, meta = folder / "back.json", folder / "meta.json"
    nodes, spans = folder / "plant.nodes.geojson", folder / "plant.spans.geojson"
    check("geojsontojson", nodes, spans, back, Path("--outputmetafilename"), meta)

    assert complaints(back) == NOTHING
    assert {name: found for name, found in read(meta).items() if name.startswith("inconsistent")} == {
        "inconsistent_phases_by_network_id": {},
        "inconsistent_organisations_by_network_id": {},
        "inconsistent_network_ids": [],
    }
    assert len(read(back)["networks"][0]["spans"]) == len(read(spans)["features"]) > 1_000


def test_our_geojson_is_what_the_standards_tool_makes_of_our_json(folder: Path) -> None:
    package = read(folder / "plant.json")
    del package["networks"][0]["wayleaves"]  # which the tool would repeat in every feature
    (folder / "lean.json").write_text(json.dumps(package))
    check("jsontogeojson", folder / "lean.json", folder / "nodes", folder / "spans")

    assert read(folder / "nodes") == read(folder / "plant.nodes.geojson")
    assert read(folder / "spans") == read(folder / "plant.spans.geojson")


def without_schema_link(network: dict[str, Any]) -> None:
    del network["links"]


def with_a_node_off_the_network(network: dict[str, Any]) -> None:
    network["nodes"].append({"id": "lonely"})


def with_a_field_of_ours(network: dict[str, Any]) -> None:
    network["spans"][0]["bores"] = 4


@pytest.mark.parametrize(
    ("spoil", "command"),
    [
        (without_schema_link, "jsonschemavalidate"),
        (with_a_node_off_the_network, "pythonvalidate"),
        (with_a_field_of_ours, "additionalfields"),
    ],
)
def test_the_checker_does_complain_of_what_is_wrong(
    folder: Path, spoil: Callable[[dict[str, Any]], None], command: str
) -> None:
    package = read(folder / "plant.json")
    network = package["networks"][0]
    network["spans"] = network["spans"][:1]
    ends = {network["spans"][0]["start"], network["spans"][0]["end"]}
    network["nodes"] = [node for node in network["nodes"] if node["id"] in ends]
    spoil(network)
    spoilt = folder / "spoilt.json"
    spoilt.write_text(json.dumps(package))
    assert json.loads(check(command, spoilt)) != NOTHING[command]
