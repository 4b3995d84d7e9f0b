"""A folder of files: read, written, and refused with every fault at once."""

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.check import check
from inventory.devices import DeviceRole, PortRole
from inventory.errors import InventoryInvalid, UnknownThing
from inventory.examples import example_folder, example_names
from inventory.examples.generate import main as generate
from inventory.examples.generate import make_estate
from inventory.files.bundle import read_bundle, read_head, write_bundle
from inventory.issues import Severity
from inventory.snapshot import Snapshot
from tests.unit.inventory.estates import SMALL_ESTATE, changed

TODAY = date(2026, 11, 22)

type Break = Callable[[Path], object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A bundle without a fault."""
    write_bundle(SMALL_ESTATE, tmp_path / "bundle", 'A "small" one', "two\nlines")
    return tmp_path / "bundle"


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(InventoryInvalid) as caught:
        read_bundle(folder)
    return [str(fault) for fault in caught.value.faults]


def read_or_faults(folder: Path) -> object:
    try:
        return read_bundle(folder)
    except InventoryInvalid as error:
        return error.faults


def edit(file: str, old: str, new: str) -> Break:
    def change(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def test_what_is_written_is_read_back(folder: Path) -> None:
    assert read_bundle(folder) == SMALL_ESTATE
    assert (read_head(folder).name, read_head(folder).note) == ('A "small" one', "two\nlines")


def test_columns_in_any_order_a_byte_order_mark_crlf_and_empty_lines_are_read(folder: Path) -> None:
    rows = [line.split(",") for line in (folder / "places.csv").read_text().splitlines()]
    text = "\r\n".join(",".join(reversed(row)) for row in rows) + "\r\n\r\n"
    (folder / "places.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())

    assert read_bundle(folder) == SMALL_ESTATE


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (edit("places.csv", "dx-a,A", "DX A,A"), "places.csv row 2: code 'DX A': string should match pattern"),
        (edit("places.csv", ",dx,", ",dxx,"), "places.csv row 2: kind 'dxx': input should be 'dx', 'dxp', 'cabinet', "),
        (edit("places.csv", "384000", "nan"), "places.csv row 2: easting_m 'nan': input should be a finite number"),
        (edit("places.csv", "384000", "700001"), "places.csv row 2: easting_m '700001': input should be less than"),
        (edit("places.csv", "397000", "-1"), "places.csv row 2: northing_m '-1': input should be greater than"),
        (edit("places.csv", "dx-a,A", "dx-a,=1+1"), "places.csv row 2: name '=1+1' may not begin with = + - or @"),
        (edit("places.csv", "dx-a,A", "dx-a,\x1b[31m"), "name '\\x1b[31m' holds a control character"),
        (edit("places.csv", "dx-a,A,", "dx-a,"), "places.csv row 2: has 10 cells, and the heading 11"),
        (edit("places.csv", "resilience_zone", "zone"), "places.csv row 1: column 'resilience_zone' is missing"),
        (edit("places.csv", "resilience_zone", "zone"), "places.csv row 1: column 'zone' is not one of code, name,"),
        (edit("places.csv", "code,name", "code,code"), "places.csv row 1: column 'code' stands there 2 times"),
        (edit("places.csv", "code,", "code\0,"), "places.csv: holds a NUL character (line 1)"),
        (edit("places.csv", "dx-a,A", 'dx-a,"A"B'), "places.csv: is no CSV at line 2"),
        (edit("premises.csv", "999900000001", "0999"), "premises.csv row 2: uprn '0999' is no UPRN"),
        (edit("premises.csv", "999900000001", "9999000000011"), "uprn '9999000000011' is no UPRN"),
        (edit("premises.csv", "M13 9CI", "m139ci"), "premises.csv row 2: postcode 'm139ci' is no postcode"),
        (edit("organisations.csv", "contributor", "owner"), "organisations.csv row 3: roles 'owner': input should be"),
        (edit("devices.csv", "127.1.0.1", "127.1.0.256"), "devices.csv row 2: management_address '127.1.0.256': "),
        (edit("devices.csv", "127.1.0.1", "224.0.0.1"), "'224.0.0.1' is not the address of one device"),
        (edit("devices.csv", "live", "alive"), "devices.csv row 2: lifecycle 'alive': input should be 'planned'"),
        (edit("ports.csv", "10000", "1e999"), "ports.csv row 2: speed_mbps '1e999': input should be a valid integer"),
        (edit("links.csv", "650", "inf"), "links.csv row 2: length_m 'inf': input should be a finite number"),
        (edit("links.csv", "650", ""), "links.csv row 2: length_m '': input should be a valid number"),
        (edit("handovers.csv", "100,119", "119,100"), "handovers.csv row 2: first_s_vlan 119 is above last_s_vlan 100"),
        (edit("handovers.csv", "100,119", "0,119"), "handovers.csv row 2: first_s_vlan '0': input should be greater"),
        (edit("handovers.csv", "100,119", "1,4095"), "handovers.csv row 2: last_s_vlan '4095': input should be less"),
        (edit("handovers.csv", "ho-1,quayside", "ho-1,nobody"), "handover ho-1 is of 'nobody', no known organisation"),
        (edit("bundle.toml", "format = 1", "format = 2"), "bundle.toml: format '2': input should be 1"),
        (edit("bundle.toml", "format = 1", "format ="), "bundle.toml: is no TOML: "),
        (edit("bundle.toml", "name", "nom"), "bundle.toml: name "),
        (lambda folder: (folder / "links.csv").unlink(), "links.csv: is missing"),
        (lambda folder: (folder / "bundle.toml").unlink(), "bundle.toml: is missing"),
        (
            lambda folder: (folder / "places.csv").write_bytes(b"code\n\xff\xfe"),
            "is not UTF-8 text (line 2, byte 0xff)",
        ),
        (lambda folder: (folder / "places.csv").write_bytes(b""), "places.csv row 1: column 'code' is missing"),
        (lambda folder: (folder / "Links.csv").write_text("x"), "Links.csv: belongs to no bundle"),
        (
            lambda folder: ((folder / "links.csv").unlink(), (folder / "links.csv").mkdir()),
            "links.csv: cannot be read (Is a directory)",
        ),
        (
            lambda folder: (folder / "places.csv").write_text("code," + "x" * 200_000),
            "places.csv: is no CSV at line 1: field larger than field limit",
        ),
    ],
)
def test_what_is_wrong_is_told_by_file_row_and_reason(folder: Path, damage: Break, fault: str) -> None:
    damage(folder)

    assert any(fault in found for found in faults_of(folder)), faults_of(folder)


def test_every_fault_is_told_at_once_and_what_follows_from_a_broken_row_is_not(folder: Path) -> None:
    edit("places.csv", "384000", "east")(folder)
    edit("links.csv", "sw-a,Ethernet1", "sw-a,Ethernet7")(folder)

    assert faults_of(folder) == [
        "places.csv row 2: easting_m 'east': input should be a valid number, unable to parse string as a number",
        "links.csv row 2: link a--b ends at sw-a:Ethernet7, no known port",
    ]


def test_a_missing_file_is_one_fault_and_not_one_for_each_row_that_refers_to_it(folder: Path) -> None:
    (folder / "ports.csv").unlink()

    assert faults_of(folder) == ["ports.csv: is missing"]


def test_a_thousand_faults_are_counted_and_the_first_are_shown(folder: Path) -> None:
    rows = "".join(f"place {number},P,dx,North,1,1,\n" for number in range(1000))
    (folder / "places.csv").write_text("code,name,kind,area,easting_m,northing_m,resilience_zone\n" + rows)

    with pytest.raises(InventoryInvalid, match="has 1004 faults and was not loaded") as caught:
        read_bundle(folder)

    shown = caught.value.facts["faults"]
    assert isinstance(shown, list)
    assert len(caught.value.faults) == 1004
    assert shown[-1] == "... and 984 more"


@pytest.mark.parametrize("name", ["nowhere", "bundle/places.csv"])
def test_what_is_no_folder_is_said_to_be_none(folder: Path, name: str) -> None:
    assert faults_of(folder.parent / name) == [f"{folder.parent / name}: there is no such folder"]


def test_what_could_not_be_read_back_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(InventoryInvalid) as caught:
        write_bundle(changed("organisations", 0, name="=HYPERLINK(1)"), tmp_path / "bundle", "name")

    assert "may not begin with = + - or @" in str(caught.value.faults[0])
    assert not (tmp_path / "bundle").exists()


def test_a_folder_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "bundle").write_text("a file")

    with pytest.raises(InventoryInvalid) as caught:
        write_bundle(SMALL_ESTATE, tmp_path / "bundle", "name")

    assert caught.value.faults[0].reason == "cannot be written (File exists)"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["places.csv", "devices.csv", "handovers.csv", "bundle.toml"]), content=st.binary(max_size=200)
)
def test_no_content_of_a_file_is_more_than_faults(name: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_bundle(SMALL_ESTATE, folder, "name")
        whole = (folder / name).read_bytes()
        for damaged in (content, whole + content, content + whole):
            (folder / name).write_bytes(damaged)
            assert read_or_faults(folder)


def test_the_example_is_what_its_generator_makes(tmp_path: Path) -> None:
    generate([str(tmp_path / "manchester")])

    for path in (tmp_path / "manchester").iterdir():
        assert path.read_bytes() == (example_folder("manchester") / path.name).read_bytes(), path.name


def test_an_example_that_is_not_there_is_named() -> None:
    assert example_names() == ("manchester",)
    with pytest.raises(UnknownThing, match="No folder and no example is called 'leeds'; the examples are manchester"):
        example_folder("leeds")


def test_the_example_is_sound_but_for_what_it_leaves_dark_on_purpose() -> None:
    snapshot = Snapshot(read_bundle(example_folder("manchester")))

    assert {(issue.severity, issue.code, issue.subject) for issue in check(snapshot, TODAY)} == {
        (Severity.WARNING, "place-without-devices", "dxp-stalybridge"),
        (Severity.WARNING, "serving-place-without-switch", "dxp-stalybridge"),
        (Severity.WARNING, "switch-unreachable", "sw-hyde-1"),
        (Severity.WARNING, "consent-expires", "consent-tram"),
    }


def test_the_example_has_the_size_and_the_handovers_that_other_tests_lean_on() -> None:
    estate = make_estate()
    tags = {handover.code: len(handover.s_vlans) for handover in estate.handovers}
    unis = [port for port in estate.ports if port.role is PortRole.UNI]

    assert len(estate.premises) == 3_000
    assert len(estate.devices) <= 110
    assert len(estate.ports) < 900
    assert sum(device.role is DeviceRole.NTE for device in estate.devices) == 60
    assert len(unis) > 50
    assert tags["ho-loomlight-20"] == 20
    assert all(premises.uprn.startswith("9999") for premises in estate.premises)
    assert all(set(premises.postcode[-2:]) <= set("CIKMOV") for premises in estate.premises)
    assert all(device.serial.startswith("MADEUP-") for device in estate.devices)
