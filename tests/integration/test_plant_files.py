"""The inventory in files of other people's tools: OFDS, GeoPackage, OS Open UPRN; there and back, and broken ones."""

import dataclasses
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
import pytest
import shapely
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings

from inventory.errors import InventoryInvalid
from inventory.examples import example_folder
from inventory.files.bundle import read_bundle
from inventory.files.errors import DistanceInvalid, ExtraMissing, FileUnwritable, FormatUnclear, OptionUnfit
from inventory.files.formats import ENDINGS, FileFormat, ImportOptions, export_file, import_file
from inventory.files.geopackage import read_geopackage, write_geopackage
from inventory.files.sheets import SHEETS
from inventory.geography import to_grid, to_wgs84_exact
from inventory.premises import PremisesKind
from inventory.snapshot import Inventory
from provisioning.cli.logs import stop_logging
from provisioning.cli.main import command
from tests.unit.inventory.planted import PLANTED
from tests.unit.inventory.varied import varied_estates

DAY = date(2026, 11, 22)
WHOLE = {ending: form for ending, form in ENDINGS.items() if form not in (FileFormat.BUNDLE, FileFormat.OPEN_UPRN)}


@pytest.fixture(autouse=True, scope="module")
def unsynchronised() -> Iterator[None]:
    """Nineteen layers a GeoPackage: waiting for the disk after each is most of what a test would take."""
    pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": "OFF"})
    yield
    pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": None})


@pytest.fixture(scope="module")
def example() -> Inventory:
    return read_bundle(example_folder("manchester"))


def read(path: Path, present: Inventory | None = None, **options: Any) -> Inventory:
    return import_file(path, present or Inventory(), ImportOptions(**options)).inventory


def reasons(path: Path, present: Inventory | None = None, **options: Any) -> list[str]:
    with pytest.raises(InventoryInvalid) as refused:
        read(path, present, **options)
    return [str(fault) for fault in refused.value.faults]


@pytest.mark.parametrize("ending", WHOLE)
def test_the_example_comes_back_equal_from_every_format(example: Inventory, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"plant{ending}"

    written = export_file(example, file, WHOLE[ending], "Manchester", DAY)

    assert all(path.exists() for path in written)
    assert read(file) == example


def test_every_position_of_the_example_comes_back_to_the_millimetre_from_degrees(example: Inventory) -> None:
    points = {(one.easting_m, one.northing_m) for one in (*example.places, *example.premises)}
    points |= {point for duct in example.ducts for point in duct.route}

    assert len(points) > 4_000
    assert [point for point in points if to_grid(*to_wgs84_exact(*point)) != point] == []


def test_without_its_bundle_the_example_keeps_places_routes_owners_and_statuses(
    example: Inventory, tmp_path: Path
) -> None:
    file = tmp_path / "plant.json"
    export_file(example, file, FileFormat.OFDS_JSON, "Manchester", DAY)
    shutil.rmtree(tmp_path / "plant.bundle")
    a_member = example.organisations[0].code

    found = read(file, Inventory(organisations=example.organisations), owner=a_member)

    facts = [(duct.code, duct.route, duct.owner, duct.status, duct.ready_from) for duct in example.ducts]
    assert [(duct.code, duct.route, duct.owner, duct.status, duct.ready_from) for duct in found.ducts] == facts
    positions = {place.code: (place.easting_m, place.northing_m) for place in found.places}
    assert positions.items() <= {one.code: (one.easting_m, one.northing_m) for one in example.places}.items()
    assert len(positions) > 900


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(inventory=varied_estates())
def test_small_plants_come_back_equal_from_geopackage(inventory: Inventory, tmp_path: Path) -> None:
    write_geopackage(inventory, tmp_path / "plant.gpkg")

    assert read_geopackage(tmp_path / "plant.gpkg") == inventory


def test_gdal_sees_layers_in_the_national_grid_and_tables_without_geometry(tmp_path: Path) -> None:
    file = tmp_path / "plant.gpkg"
    write_geopackage(PLANTED, file)

    layers = dict(pyogrio.list_layers(file))

    assert layers.keys() == SHEETS.keys()
    assert {name: form for name, form in layers.items() if form} == {
        "places": "Point",
        "premises": "Point",
        "ducts": "LineString",
    }
    ducts = pyogrio.read_info(file, layer="ducts")
    types = dict(zip(ducts["fields"], ducts["ogr_types"], strict=True))
    assert (ducts["crs"], ducts["features"]) == ("EPSG:27700", 3)
    assert (types["ready_from"], types["length_m"], types["code"]) == ("OFTDate", "OFTReal", "OFTString")
    cables = pyogrio.read_info(file, layer="cables")
    assert "OFTInteger64" in cables["ogr_types"]
    assert "route" not in types


def rewritten(layer: str, change: Callable[[Any, Any, Any], tuple[Any, Any, Any]], folder: Path, crs: str) -> Path:
    """The planted estate as a GeoPackage, one layer of it edited as an editor would."""
    whole, file = folder / "whole.gpkg", folder / "plant.gpkg"
    write_geopackage(PLANTED, whole)
    for name, form in pyogrio.list_layers(whole):
        meta, _, geometry, arrays = pyogrio.raw.read(whole, layer=name, datetime_as_string=True)
        fields = list(meta["fields"])
        if name == layer:
            geometry, arrays, fields = change(geometry, list(arrays), fields)
        pyogrio.raw.write(
            file, geometry, arrays, fields, layer=name, driver="GPKG", geometry_type=form, crs=form and crs
        )
    return file


def emptied(geometry: Any, arrays: Any, fields: Any) -> Any:
    return np.array([None, *geometry[1:]], dtype=object), arrays, fields


def made_a_point(geometry: Any, arrays: Any, fields: Any) -> Any:
    return np.array([shapely.to_wkb(shapely.LineString([(1, 1), (2, 2)])), *geometry[1:]]), arrays, fields


def with_a_column(geometry: Any, arrays: Any, fields: Any) -> Any:
    return geometry, [*arrays, np.array(["x"] * len(arrays[0]), dtype=object)], [*fields, "remark"]


def without_its_last_column(geometry: Any, arrays: Any, fields: Any) -> Any:
    return geometry, arrays[:-1], fields[:-1]


def with_an_unknown_status(geometry: Any, arrays: Any, fields: Any) -> Any:
    arrays[fields.index("status")][1] = "dug"
    return geometry, arrays, fields


def with_a_duct_to_nowhere(geometry: Any, arrays: Any, fields: Any) -> Any:
    arrays[fields.index("a_place")][2] = "nowhere"
    return geometry, arrays, fields


GEOPACKAGE_FAULTS: dict[str, tuple[str, Any, str, str]] = {
    "no geometry": ("ducts", emptied, "EPSG:27700", "plant.gpkg ducts row 1: route ''"),
    "extra column": ("ducts", with_a_column, "EPSG:27700", "plant.gpkg ducts row 1: column 'remark' is not one of"),
    "missing column": ("bores", without_its_last_column, "EPSG:27700", "plant.gpkg bores row 1: column 'used_by' is"),
    "unknown word": ("ducts", with_an_unknown_status, "EPSG:27700", "plant.gpkg ducts row 2: status 'dug'"),
    "broken rule": ("ducts", with_a_duct_to_nowhere, "EPSG:27700", "plant.gpkg ducts row 3: "),
    "degrees": ("none", emptied, "EPSG:4326", "plant.gpkg places: is in EPSG:4326 and not in EPSG:27700"),
}


@pytest.mark.parametrize("fault", GEOPACKAGE_FAULTS)
def test_a_fault_in_a_geopackage_is_told_by_layer_and_feature(tmp_path: Path, fault: str) -> None:
    layer, change, crs, told = GEOPACKAGE_FAULTS[fault]

    assert any(reason.startswith(told) for reason in reasons(rewritten(layer, change, tmp_path, crs)))


def test_what_was_moved_on_the_map_has_moved(tmp_path: Path) -> None:
    def moved(geometry: Any, arrays: Any, fields: Any) -> Any:
        return np.array([*geometry[:2], shapely.to_wkb(shapely.Point(384_251, 397_101)), geometry[3]]), arrays, fields

    found = read(rewritten("places", moved, tmp_path, "EPSG:27700"))

    chamber = dataclasses.replace(PLANTED.places[2], easting_m=384_251.0, northing_m=397_101.0)
    assert found == dataclasses.replace(PLANTED, places=(*PLANTED.places[:2], chamber, PLANTED.places[3]))


def test_a_geopackage_without_our_layers_lacks_each_of_them(tmp_path: Path) -> None:
    file = tmp_path / "other.gpkg"
    pyogrio.raw.write(file, None, [np.array([1])], ["n"], layer="other", driver="GPKG", geometry_type=None, crs=None)

    assert reasons(file) == [f"other.gpkg {name}: there is no such layer" for name in SHEETS]


def test_a_geopackage_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "plant.gpkg"
    write_geopackage(PLANTED, file)
    before = file.read_bytes()
    formula = dataclasses.replace(PLANTED.places[0], name="=1+1")
    broken = dataclasses.replace(PLANTED, places=(formula, *PLANTED.places[1:]))

    with pytest.raises(InventoryInvalid):
        write_geopackage(broken, file)

    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_without_pyogrio_a_geopackage_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyogrio.raw", None)

    with pytest.raises(ExtraMissing, match=r"pip install 'neutralhost\[gis\]'"):
        write_geopackage(PLANTED, tmp_path / "plant.gpkg")


@pytest.mark.parametrize("ending", [".json", ".geojson", ".gpkg", ".csv"])
def test_a_file_in_the_way_is_said_and_left_as_it_is(tmp_path: Path, ending: str) -> None:
    names = ["plant.nodes.geojson"] if ending == ".geojson" else [f"plant{ending}"]
    for name in names:
        (tmp_path / name).mkdir()

    with pytest.raises(FileUnwritable, match="cannot be written"):
        export_file(PLANTED, tmp_path / f"plant{ending}", ENDINGS[ending], "Test", DAY)

    left = {path.name for path in tmp_path.iterdir()}
    assert left <= {*names, "plant.bundle"}


OFDS_FILES: dict[str, tuple[str, str]] = {
    "no JSON": ("{", "plant.json: invalid JSON: EOF while parsing"),
    "a list": ("[]", "plant.json: input should be an object"),
    "no networks": ("{}", "plant.json /networks: field required"),
    "empty": ('{"networks": []}', "plant.json /networks: list should have at least 1 item"),
    "NaN": (
        '{"networks": [{"nodes": [{"id": "a", "location": {"type": "Point", "coordinates": [NaN, 53.4]}}]}]}',
        "plant.json /networks/0/nodes/0/location/coordinates/0: input should be a finite number",
    ),
    "a polygon": (
        '{"networks": [{"spans": [{"id": "a", "route": {"type": "Polygon", "coordinates": []}}]}]}',
        "plant.json /networks/0/spans/0/route/type: input should be 'LineString', not 'Polygon'",
    ),
    "a number as id": ('{"networks": [{"nodes": [{"id": 7}]}]}', "plant.json /networks/0/nodes/0/id: input should be"),
    "an unknown status": (
        '{"networks": [{"spans": [{"id": "a", "status": "dug"}]}]}',
        "plant.json /networks/0/spans/0/status: input should be 'proposed'",
    ),
    "no such date": (
        '{"networks": [{"spans": [{"id": "a", "readyForServiceDate": "2026-02-30"}]}]}',
        "plant.json /networks/0/spans/0/readyForServiceDate: input should be a valid date",
    ),
}


@pytest.mark.parametrize("content", OFDS_FILES)
def test_a_document_that_is_none_is_told_by_its_path(tmp_path: Path, content: str) -> None:
    text, told = OFDS_FILES[content]
    file = tmp_path / "plant.json"
    file.write_text(text)

    assert any(reason.startswith(told) for reason in reasons(file))


@pytest.mark.parametrize("name", ["none.json", "none.geojson", "none.gpkg", "none.csv"])
def test_a_file_that_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    (told,) = reasons(tmp_path / name)

    assert "cannot be read" in told


def test_either_file_of_a_geojson_document_stands_for_both(tmp_path: Path) -> None:
    export_file(PLANTED, tmp_path / "plant.geojson", FileFormat.OFDS_GEOJSON, "Test", DAY)

    for name in ("plant.geojson", "plant.nodes.geojson", "plant.spans.geojson"):
        assert read(tmp_path / name) == PLANTED


def test_features_that_are_none_are_told(tmp_path: Path) -> None:
    export_file(PLANTED, tmp_path / "plant.geojson", FileFormat.OFDS_GEOJSON, "Test", DAY)
    nodes = tmp_path / "plant.nodes.geojson"
    collection = json.loads(nodes.read_text())
    collection["features"] += [None, {"type": "Feature", "geometry": None, "properties": {"name": "no id"}}]
    nodes.write_text(json.dumps(collection))

    assert [reason.split(": ")[0] for reason in reasons(tmp_path / "plant.geojson")] == [
        "plant.geojson /networks/0/nodes/4",
        "plant.geojson /networks/0/nodes/5/id",
    ]


def test_a_name_without_a_known_ending_and_an_option_of_another_format_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatUnclear, match=r"\.json, \.geojson, \.gpkg, \.csv"):
        read(tmp_path / "plant.shp")
    with pytest.raises(FormatUnclear):
        read(tmp_path)
    with pytest.raises(OptionUnfit, match="--prefix means nothing for geopackage"):
        read(tmp_path / "plant.gpkg", prefix="x-")
    with pytest.raises(OptionUnfit, match="--add-within means nothing for ofds-json"):
        read(tmp_path / "plant.json", add_within_m=5.0)


# OS Open UPRN

HEADING = "UPRN,X_COORDINATE,Y_COORDINATE,LATITUDE,LONGITUDE\n"
KNOWN = PLANTED.premises[0].uprn


def row(uprn: str, easting: float, northing: float) -> str:
    latitude, longitude = to_wgs84_exact(easting, northing)
    return f"{uprn},{easting},{northing},{latitude:.7f},{longitude:.7f}\n"


def open_uprn(folder: Path, *rows: str, heading: str = HEADING) -> Path:
    file = folder / "osopenuprn.csv"
    file.write_text("\ufeff" + heading + "".join(rows))
    return file


def test_premises_come_back_from_open_uprn_where_they_are(example: Inventory, tmp_path: Path) -> None:
    file = tmp_path / "premises.csv"
    export_file(example, file, FileFormat.OPEN_UPRN, "", DAY)

    assert file.read_text().startswith(HEADING)
    assert import_file(file, example, ImportOptions()).inventory == example
    assert import_file(file, example, ImportOptions()).notes == ()


def test_a_known_uprn_moves_and_an_unknown_one_is_let_pass(tmp_path: Path) -> None:
    file = open_uprn(tmp_path, row(KNOWN, 384_601.25, 397_002.5), row("7", 384_000.0, 397_000.0))

    taken = import_file(file, PLANTED, ImportOptions())

    moved = dataclasses.replace(PLANTED.premises[0], easting_m=384_601.25, northing_m=397_002.5)
    assert taken.inventory == dataclasses.replace(PLANTED, premises=(moved, PLANTED.premises[1]))
    assert [(note.lacks, note.ids) for note in taken.notes] == [
        ("premises that are not in the file", (PLANTED.premises[1].uprn,))
    ]


def test_unknown_uprns_close_to_a_place_are_added_on_wish(tmp_path: Path) -> None:
    near, far = row("7", 384_000.0, 397_030.0), row("8", 384_000.0, 397_030.1)

    taken = import_file(open_uprn(tmp_path, near, far), PLANTED, ImportOptions(add_within_m=30.0))

    (added,) = taken.inventory.premises[len(PLANTED.premises) :]
    assert (added.uprn, added.address, added.postcode) == ("7", "Address not known", "")
    assert (added.kind, added.serving_place) == (PremisesKind.HOME, None)
    assert taken.notes[-1].ids == ("7",)
    export_file(taken.inventory, tmp_path / "bundle", FileFormat.BUNDLE, "x", DAY)
    assert read_bundle(tmp_path / "bundle") == taken.inventory


@pytest.mark.parametrize("metres", [float("nan"), float("inf"), -1.0, 1_000.5])
def test_a_distance_that_is_none_or_takes_in_the_city_is_refused(tmp_path: Path, metres: float) -> None:
    with pytest.raises(DistanceInvalid, match=f"{metres} m is not a distance from 0 to 1000 m"):
        read(open_uprn(tmp_path), PLANTED, add_within_m=metres)


GOOD = row(KNOWN, 384_601.0, 397_002.0)
OPEN_UPRN_FAULTS = {
    "another heading": (("a,b\n", GOOD), "row 1: the heading is not UPRN,X_COORDINATE"),
    "few cells": ((HEADING, "1,2\n"), "row 2: has 2 cells, and the heading 5"),
    "no UPRN": ((HEADING, row("007", 384_601.0, 397_002.0)), "row 2: '007' is no UPRN"),
    "a word": ((HEADING, "7,384601,north,53.4,-2.2\n"), "row 2: UPRN 7 has a coordinate that is no number"),
    "NaN": ((HEADING, "7,nan,397002,53.4,-2.2\n"), "row 2: UPRN 7 is at nan 397002.0, which is no position"),
    "infinity": ((HEADING, "7,384601,inf,53.4,-2.2\n"), "row 2: UPRN 7 is at 384601.0 inf, which is no position"),
    "NaN degrees": ((HEADING, "7,384601,397002,nan,-2.2\n"), "row 2: UPRN 7 is at latitude nan"),
    "in the sea": ((HEADING, "7,1,1,49.77,-7.56\n"), "row 2: UPRN 7 is at 1.0 1.0, which is no position"),
    "swapped degrees": ((HEADING, "7,384601,397002,-2.2333,53.4695\n"), "row 2: UPRN 7 is at latitude -2.2333"),
    "contradiction": ((HEADING, "7,384601,397002,53.4700,-2.2333\n"), "row 2: UPRN 7 has grid and degrees"),
    "twice": ((HEADING, GOOD, GOOD), f"row 3: UPRN {KNOWN} stands here again, first at row 2"),
    "broken quotes": ((HEADING, '7,"384601\n'), "osopenuprn.csv: cannot be read"),
}


@pytest.mark.parametrize("fault", OPEN_UPRN_FAULTS)
def test_a_fault_in_open_uprn_is_told_by_its_row(tmp_path: Path, fault: str) -> None:
    (heading, *rows), told = OPEN_UPRN_FAULTS[fault]

    (reason,) = reasons(open_uprn(tmp_path, *rows, heading=heading), PLANTED)

    assert reason.removeprefix("osopenuprn.csv ").startswith(told)


def test_a_file_of_faults_is_not_read_to_its_end(tmp_path: Path) -> None:
    told = reasons(open_uprn(tmp_path, *["x\n"] * 5_000), PLANTED)

    assert len(told) == 1_001
    assert told[-1].endswith("has 1000 faults up to here; the rest was not read")


# The commands


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str) -> Any:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEUTRALHOST_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("NEUTRALHOST_DATABASE_URL", database_url)

    def call(*arguments: str, exits: int = 0) -> Any:
        ended = CliRunner().invoke(command, arguments)
        assert ended.exit_code == exits, ended.output
        return ended

    call("database", "migrate")
    export_file(PLANTED, tmp_path / "start", FileFormat.BUNDLE, "start", DAY)
    call("inventory", "load", "start")
    yield call
    stop_logging()


def test_what_a_command_exported_is_imported_again_and_changes_nothing(cli: Any) -> None:
    for name in ("plant.json", "plant.geojson", "plant.gpkg", "plant.csv", "folder"):
        assert "The inventory is in" in cli("inventory", "export", name).stdout
        verb = "load" if name == "folder" else "import"
        assert "Nothing would change." in cli("inventory", verb, name, "--dry-run").stdout, name


def test_a_broken_file_changes_no_row_and_a_mended_one_does(cli: Any, tmp_path: Path) -> None:
    cli("inventory", "export", "plant.json")
    file = tmp_path / "plant.json"
    whole = file.read_text()
    file.write_text(whole.replace('"operational"', '"planned"').replace("-2.242495272", "-92.242495272"))

    said = cli("inventory", "import", "plant.json", exits=1)

    assert "/location/coordinates: longitude -92.242495272, latitude" in said.stderr
    file.write_text(whole)
    assert "Nothing would change." in cli("inventory", "import", "plant.json", "--dry-run").stdout
    file.write_text(whole.replace('"operational"', '"planned"'))
    assert cli("inventory", "import", "plant.json", "--dry-run", exits=2)
    document = json.loads(cli("inventory", "import", "plant.json", "--json").stdout)
    assert document["changes"]["by_kind"]["ducts"] == {"added": 0, "changed": 3, "removed": 0}
    assert document["lacks"] == []


def test_a_report_says_what_a_document_of_others_lacks(cli: Any, tmp_path: Path) -> None:
    node = {"id": "A", "location": {"type": "Point", "coordinates": [-2.24, 53.47]}}
    (tmp_path / "theirs.json").write_text(json.dumps({"networks": [{"nodes": [node]}]}))

    said = cli("inventory", "import", "theirs.json", "--owner", "ducts", "--prefix", "gap-").stdout

    assert "nodes without an owner (1): A. 'ducts' was taken." in said
    assert "gap-a" in cli("inventory", "show", "places").stdout
