"""Files of a plant that breaks a rule, loaded on the command line: each fault by file, row and reason, and no row left.

The folder is the planted small estate; each case breaks one cell or row of one file of it, as
somebody with a spreadsheet would. A folder without a fault is loaded before, and must stand as it stood.
"""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from inventory.errors import InventoryInvalid
from inventory.files.bundle import read_bundle, write_bundle
from inventory.files.plant_rows import PLANT_SHEETS
from inventory.snapshot import Inventory
from inventory.store.engine import let_go, open_engine
from inventory.store.mirror import read_inventory, read_revision, replace_inventory
from provisioning.cli.main import command
from tests.unit.inventory.estates import SMALL_ESTATE
from tests.unit.inventory.planted import PLANTED

type Break = Callable[[Path], None]


def edit(file: str, old: str, new: str) -> Break:
    """One cell or row becomes another."""

    def change(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def append(file: str, *rows: str) -> Break:
    """Rows are added at the end."""

    def change(folder: Path) -> None:
        with (folder / file).open("a", encoding="utf-8") as sheet:
            sheet.write("".join(f"{row}\n" for row in rows))

    return change


def both(*breaks: Break) -> Break:
    def change(folder: Path) -> None:
        for one in breaks:
            one(folder)

    return change


@dataclass(frozen=True)
class Bad:
    """What is wrong, how it comes about, and every fault that must be told."""

    title: str
    damage: Break
    faults: tuple[str, ...]


ROUTE_1 = "LINESTRING (384000 397000, 384100 397000, 384250 397100.25)"

BAD = (
    Bad(
        "an unknown place",
        edit("ducts.csv", "d-1,dx-a", "d-1,dx-z"),
        (
            "ducts.csv row 2: duct d-1 ends at 'dx-z', no known place",
            "cables.csv row 2: cable c-1 is at dx-a when it comes to bore d-1:1, which joins dx-z and ch-1",
        ),
    ),
    Bad(
        "an unknown owner",
        edit("cables.csv", "5.5,ducts", "5.5,nobody"),
        ("cables.csv row 2: cable c-1 has the owner 'nobody', no known organisation",),
    ),
    Bad(
        "a route that crosses itself",
        edit(
            "ducts.csv",
            ROUTE_1,
            "LINESTRING (384000 397000, 384200 397000, 384100 397100, 384100 396900, 384250 397100.25)",
        ),
        (
            "ducts.csv row 2: duct d-1 is said to be 280.5 m long, and its route is 791.6 m",
            "ducts.csv row 2: duct d-1 has a route that crosses itself at 384100.0 397000.0",
        ),
    ),
    Bad(
        "a route of no length",
        edit("ducts.csv", ROUTE_1, "LINESTRING (384000 397000, 384000 397000)"),
        (
            "ducts.csv row 2: duct d-1 has a route of no length: all its points are one",
            "ducts.csv row 2: duct d-1 ends 269 m away from ch-1, where it should",
        ),
    ),
    Bad(
        "a route of one point",
        edit("ducts.csv", ROUTE_1, "LINESTRING (384000 397000)"),
        ("ducts.csv row 2: duct d-1 has a route of 1 points, and two at least are a route",),
    ),
    Bad(
        "a route that is no line",
        edit("ducts.csv", ROUTE_1, "POINT (384000 397000)"),
        (
            (
                "ducts.csv row 2: route 'POINT (384000 397000)' is no line such as LINESTRING (384000 397000, "
                "384120.5 397010)"
            ),
        ),
    ),
    Bad(
        "a route with NaN in it",
        edit("ducts.csv", "384100 397000", "nan 397000"),
        ("ducts.csv row 2: duct d-1 passes nan 397000, no position in Great Britain",),
    ),
    Bad(
        "a route in degrees",
        edit("ducts.csv", "384100 397000", "-2.24 53.48"),
        ("ducts.csv row 2: duct d-1 passes -2.24 53.48, no position in Great Britain",),
    ),
    Bad(
        "a place outside Great Britain",
        edit("places.csv", "384600,397000", "38460,397000"),
        (
            "places.csv row 5: site site-1 stands at 38460 397000, no position in Great Britain",
            "ducts.csv row 4: duct d-3 ends 346140 m away from site-1, where it should",
        ),
    ),
    Bad(
        "a place whose easting is NaN",
        edit("places.csv", "384600,397000", "NaN,397000"),
        ("places.csv row 5: easting_m 'NaN': input should be a finite number",),
    ),
    Bad(
        "a length that is infinite",
        edit("ducts.csv", "280.5", "inf"),
        ("ducts.csv row 2: length_m 'inf': input should be a finite number",),
    ),
    Bad(
        "a duct shorter than its route",
        edit("ducts.csv", "280.5", "28.05"),
        ("ducts.csv row 2: duct d-1 is said to be 28.1 m long, and its route is 280.4 m",),
    ),
    Bad(
        "a chamber that is nobody's",
        edit("places.csv", ",ducts,ducts,ducts,", ",,,,"),
        ("places.csv row 4: chamber ch-1 names no owner and no operator and no user",),
    ),
    Bad(
        "a site at premises nobody knows",
        edit("places.csv", ",999900000002", ",77"),
        ("places.csv row 5: site site-1 is at UPRN 77, no known premises",),
    ),
    Bad(
        "two cables in a full bore",
        both(
            edit("cables.csv", "c-1,dx-a,ch-1,3,12,10", "c-1,dx-a,ch-1,3,12,19"),
            append("cables.csv", "c-4,dx-a,ch-1,1,12,18,0,ducts,ducts,ducts,live,"),
            append("cable_bores.csv", "c-4,1,d-1,1"),
            append("strands.csv", "c-4,1,usable,"),
        ),
        ("bores.csv row 2: bore d-1:1 (26 mm) may be filled to 60 %, and c-1 (19 mm), c-4 (18 mm) take 101.3 % of it",),
    ),
    Bad(
        "a fill above its limit",
        edit("bores.csv", "d-1,2,40,0,50", "d-1,2,40,51,50"),
        ("bores.csv row 3: bore d-1:2 is filled to 51 %, and may be to 50 %",),
    ),
    Bad(
        "a bore twice",
        edit("bores.csv", "d-1,2,40,0", "d-1,1,40,20"),
        ("bores.csv row 3: bore d-1:1 stands here a second time",),
    ),
    Bad(
        "a cable that lies in no duct that leads there",
        edit("cable_bores.csv", "c-1,1,d-1,1", "c-1,1,d-3,1"),
        (
            (
                "bores.csv row 5: bore d-3:1 (26 mm) is said to be filled to 15.5 %, and c-1 (10 mm), c-3 (10 mm) take "
                "29.6 % of it"
            ),
            "cables.csv row 2: cable c-1 is at dx-a when it comes to bore d-3:1, which joins ch-1 and site-1",
        ),
    ),
    Bad(
        "a strand too few",
        edit("strands.csv", "c-1,2,faulty,\n", ""),
        ("cables.csv row 2: cable c-1 has 3 strands, and 1 are missing: 2",),
    ),
    Bad(
        "a splice of a strand to itself",
        append("splices.csv", "cl-1,c-1,3,c-1,3,0.1"),
        (
            "splices.csv row 4: closure cl-1 splices strand c-1:3 to itself",
            "closures.csv row 2: closure cl-1 has room for 2 splices, and 3 are in it",
        ),
    ),
    Bad(
        "a splice of a strand that does not come there",
        both(append("closures.csv", "cl-2,dx-a,9,ducts,ducts,ducts"), append("splices.csv", "cl-2,c-1,3,c-3,3,0.1")),
        (
            (
                "splices.csv row 4: closure cl-2 is at dx-a, where strand c-3:3 has no end: its cable runs "
                "from ch-1 to site-1"
            ),
        ),
    ),
    Bad(
        "a loop of strands",
        both(
            edit("closures.csv", "cl-1,ch-1,2", "cl-1,ch-1,3"),
            edit("bores.csv", "d-1,1,26,20", "d-1,1,26,30"),
            append("closures.csv", "cl-2,dx-a,9,ducts,ducts,ducts"),
            append("cables.csv", "c-4,dx-a,ch-1,1,12,10,0,ducts,ducts,ducts,live,"),
            append("cable_bores.csv", "c-4,1,d-1,1"),
            append("strands.csv", "c-4,1,usable,"),
            append("splices.csv", "cl-1,c-1,3,c-4,1,0.1", "cl-2,c-1,3,c-4,1,0.1"),
        ),
        ("splices.csv row 5: strand c-1:3 is led back into itself: c-1:3, c-4:1 are a loop",),
    ),
    Bad(
        "a loss that is NaN",
        edit("splices.csv", "0.05", "nan"),
        ("splices.csv row 2: loss_db 'nan': input should be a finite number",),
    ),
    Bad(
        "a position its ODF has not",
        edit("odf_positions.csv", "odf-a,3,", "odf-a,5,"),
        ("odf_positions.csv row 4: position odf-a:5 is none of the 4 its ODF has",),
    ),
    Bad(
        "a strand by half",
        edit("odf_positions.csv", "odf-a,3,,", "odf-a,3,c-1,"),
        ("odf_positions.csv row 4: names a strand by half: cable and strand are both there, or both empty",),
    ),
    Bad(
        "a strand at the back of two positions",
        edit("odf_positions.csv", "odf-a,3,,", "odf-a,3,c-1,1"),
        (
            (
                "odf_positions.csv row 4: position odf-a:3 uses the end of strand c-1:1 at dx-a, which is at the "
                "back of position odf-a:1 already"
            ),
        ),
    ),
    Bad(
        "a patch with two far ends",
        edit("patches.csv", "Ethernet1,,", "Ethernet1,odf-a,3"),
        ("patches.csv row 2: patch at odf-a:1 leads to port sw-a:Ethernet1 and to odf-a:3: it has one far end",),
    ),
    Bad(
        "a patch that leads nowhere",
        edit("patches.csv", "odf-b,2,,,odf-b,3,", "odf-b,2,,,,,"),
        ("patches.csv row 4: patch at odf-b:2 leads to no port and no other position: it has one far end",),
    ),
    Bad(
        "an unknown optic",
        edit("patches.csv", "10GBASE-BR20", "10GBASE-SR"),
        (
            (
                "patches.csv row 2: patch at odf-a:1 leads to an optic '10GBASE-SR', which is none of 1000BASE-LX10, "
                "1000BASE-BX10, 10GBASE-LR, 10GBASE-ER, 10GBASE-BR20, 100GBASE-LR4, 100GBASE-ER4"
            ),
        ),
    ),
    Bad(
        "a port patched more often than its optic has strands",
        append("patches.csv", "odf-a,3,sw-a,Ethernet1,,,10GBASE-BR20"),
        ("patches.csv row 5: patch at odf-a:3 is one more at port sw-a:Ethernet1 than the 1 that 10GBASE-BR20 takes",),
    ),
    Bad(
        "dates reversed",
        edit("consents.csv", "2029-12-31", "2019-12-31"),
        ("consents.csv row 2: consent w-1 ends on 2019-12-31, before it begins on 2020-01-01",),
    ),
    Bad(
        "a day that is none",
        edit("consents.csv", "2029-12-31", "2029-02-30"),
        (
            (
                "consents.csv row 2: last_day '2029-02-30': input should be a valid date or datetime, day value is "
                "outside expected range"
            ),
        ),
    ),
    Bad(
        "a day that is a number",
        edit("ducts.csv", "2026-03-01", "1772323200"),
        ("ducts.csv row 3: ready_from '1772323200' is no day such as 2026-11-22",),
    ),
    Bad(
        "a consent for what does not exist",
        edit("consent_covers.csv", "w-1,duct,d-2", "w-1,duct,d-9"),
        ("consent_covers.csv row 3: consent w-1 covers duct 'd-9', which is not known",),
    ),
    Bad(
        "a word nobody knows",
        edit("ducts.csv", ",live,", ",alive,"),
        ("ducts.csv row 2: status 'alive': input should be 'proposed', 'planned', 'building', 'live' or 'retired'",),
    ),
    Bad(
        "a code that is none",
        append("closures.csv", "CL 1,ch-1,2,ducts,ducts,ducts"),
        ("closures.csv row 3: code 'CL 1': string should match pattern '^[a-z0-9][a-z0-9-]{0,62}$'",),
    ),
    Bad(
        "a number that is none",
        edit("strands.csv", "c-1,2,", "c-1,two,"),
        (
            "strands.csv row 3: number 'two': input should be a valid integer, unable to parse string as an integer",
            "cables.csv row 2: cable c-1 has 3 strands, and 1 are missing: 2",
        ),
    ),
    Bad(
        "a cell that a spreadsheet would compute",
        edit("ducts.csv", ",tram,", ",=1+1,"),
        ("ducts.csv row 2: corridor '=1+1' may not begin with = + - or @, which a spreadsheet would compute",),
    ),
    Bad(
        "a row of the wrong width",
        edit("odfs.csv", "odf-a,dx-a,4", "odf-a,dx-a"),
        ("odfs.csv row 2: has 5 cells, and the heading 6",),
    ),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder without a fault."""
    write_bundle(PLANTED, tmp_path / "plant", "A planted estate")
    assert read_bundle(tmp_path / "plant") == PLANTED
    return tmp_path / "plant"


@pytest.fixture(scope="module")
def engine_url(module_database_url: str) -> Iterator[str]:
    """A database that holds the small estate, which no test of these may change."""
    engine = open_engine(module_database_url)
    replace_inventory(engine, SMALL_ESTATE)
    yield module_database_url
    assert read_inventory(engine).ducts == ()
    let_go(engine)


def load(folder: Path, database_url: str, *more: str) -> Result:
    surroundings = {"NEUTRALHOST_DATABASE_URL": database_url}
    return CliRunner().invoke(command, ["inventory", "load", str(folder), *more], env=surroundings)


def what_stands(database_url: str) -> tuple[int, Inventory]:
    engine = open_engine(database_url)
    try:
        return read_revision(engine), read_inventory(engine)
    finally:
        let_go(engine)


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.title)
def test_a_plant_that_breaks_a_rule_is_refused_with_every_fault_and_leaves_no_row(
    folder: Path, engine_url: str, case: Bad
) -> None:
    before = what_stands(engine_url)
    case.damage(folder)

    told = load(folder, engine_url, "--json")

    assert told.exit_code == 1
    error = json.loads(told.output)["error"]
    assert error["code"] == "inventory-invalid"
    assert sorted(error["facts"]["faults"]) == sorted(case.faults)
    assert "Traceback" not in told.output
    assert what_stands(engine_url) == before


def test_people_are_told_the_same_in_words(folder: Path, engine_url: str) -> None:
    edit("splices.csv", "c-2,1,", "c-1,1,")(folder)

    told = load(folder, engine_url)

    assert told.exit_code == 1
    assert "splices.csv row 2: closure cl-1 splices strand c-1:1 to itself" in " ".join(told.output.split())
    assert "Mend what is listed and load it again; nothing was changed." in " ".join(told.output.split())


def test_a_folder_from_before_there_was_a_plant_is_loaded_as_it_was(database_url: str, tmp_path: Path) -> None:
    write_bundle(SMALL_ESTATE, tmp_path / "old", "An old estate")
    for sheet in (tmp_path / "old").glob("*.csv"):
        if sheet.stem not in ("places", "premises", "organisations", "devices", "ports", "links", "handovers"):
            sheet.unlink()
    places = (tmp_path / "old" / "places.csv").read_text().splitlines()
    old = [row.removesuffix(",owner,operator,used_by,uprn").removesuffix(",,,,") for row in places]
    (tmp_path / "old" / "places.csv").write_text("\n".join(old) + "\n")

    assert load(tmp_path / "old", database_url).exit_code == 0

    _, stands = what_stands(database_url)
    assert set(stands.places) == set(SMALL_ESTATE.places)
    assert stands.ducts == ()


NASTY = (
    *("", "nan", "-inf", "-1", "0", "1e308", "1e-320", "0.1", "99999999999999999999", "1", "2", "3", "1.5", "100.01"),
    *("d-1", "d-2", "c-1", "c-2", "ch-1", "dx-a", "site-1", "cl-1", "odf-b", "w-2", "quayside", "999900000001", "sw-a"),
    *("LINESTRING EMPTY", "LINESTRING (1 2)", "LINESTRING (nan nan, 384000 397000)", "LINESTRING (384000 397000 1)"),
    *("2026-13-01", "0001-01-01", "9999-12-31", "live", "retired", "faulty", "place", "duct", "strand", "10GBASE-LR"),
    *("\N{GRINNING FACE}", "a" * 300, "'; DROP TABLE ducts; --", "Ethernet1", "Ethernet41", "chamber", "column"),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    picks=st.lists(st.tuples(st.sampled_from(sorted(PLANT_SHEETS)), *[st.integers(0, 99)] * 3), min_size=1, max_size=3)
)
def test_whatever_stands_in_a_cell_is_a_fault_or_is_loaded_whole(
    folder: Path, engine: Engine, picks: list[tuple[str, int, int, int]]
) -> None:
    """What the rules let through, the database takes: none of its constraints is stricter than they are."""
    whole = {path: path.read_bytes() for path in folder.iterdir()}
    try:
        for sheet, row, column, nasty in picks:
            put(folder / f"{sheet}.csv", row, column, NASTY[nasty % len(NASTY)])
        found = read_or_none(folder)
        if found is not None:
            replace_inventory(engine, found)
            assert set(read_inventory(engine).patches) == set(found.patches)
    finally:
        for path, content in whole.items():
            path.write_bytes(content)


def read_or_none(folder: Path) -> Inventory | None:
    try:
        return read_bundle(folder)
    except InventoryInvalid:
        return None


def put(path: Path, row: int, column: int, cell: str) -> None:
    with path.open(encoding="utf-8", newline="") as sheet:
        heading, *rows = csv.reader(sheet)
    if rows:  # the small town has nothing in some sheets
        rows[row % len(rows)][column % len(heading)] = cell
    with path.open("w", encoding="utf-8", newline="") as sheet:
        csv.writer(sheet, lineterminator="\n").writerows([heading, *rows])
