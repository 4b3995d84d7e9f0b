"""The mirror of what exists, on the database."""

import dataclasses
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, make_url, text

from inventory.devices import Device, DeviceRole, Lifecycle, Port, PortRef, PortRole
from inventory.errors import DatabaseUnavailable, InventoryInUse, InventoryInvalid
from inventory.examples.generate import make_estate
from inventory.handovers import Handover
from inventory.links import Link
from inventory.organisations import MemberRole, Organisation
from inventory.places import Place, PlaceKind
from inventory.premises import Premises, PremisesKind
from inventory.snapshot import Inventory
from inventory.store import coverage_tables as what_is_covered
from inventory.store.engine import let_go, migrate, open_engine, reading, require_migrated
from inventory.store.metadata import metadata
from inventory.store.mirror import SnapshotCache, read_inventory, read_revision, replace_inventory
from inventory.store.row_changes import KindChanges
from inventory.store.rows import KINDS
from inventory.vlans import TagRange
from provisioning.store import certificate_tables as what_is_proved
from provisioning.store import hold_tables as what_is_held
from provisioning.store import tables as what_is_sold
from provisioning.store import workers as who_works

PLACES = (Place("dx-1", "One", PlaceKind.DX, "North", 384000.5, 397000.0, "a"),)
PREMISES = (Premises("999900000001", "1 Made-up Street", "M13 9CI", PremisesKind.HOME, 384100.0, 397100.0, "dx-1"),)
ISPS = (Organisation("quayside", "Quayside", frozenset({MemberRole.USER, MemberRole.INVESTOR}), True, "RQQ1"),)


def _device(name: str, role: DeviceRole = DeviceRole.SWITCH, **more: object) -> Device:
    device = Device(name, role, "eos", "Maker", "M1", f"S-{name}", "dx-1", None, "127.1.0.1", Lifecycle.LIVE)
    return dataclasses.replace(device, **more)  # type: ignore[arg-type]  # fields by name


def _port(device: str, port: str, role: PortRole = PortRole.NNI) -> Port:
    return Port(PortRef(device, port), role, 10_000)


SMALL = Inventory(
    places=PLACES,
    premises=PREMISES,
    organisations=ISPS,
    devices=(_device("nte-1", DeviceRole.NTE, place_code=None, uprn="999900000001"), _device("sw-1")),
    ports=(
        _port("nte-1", "Ethernet1", PortRole.UNI),
        _port("nte-1", "Ethernet2"),
        _port("sw-1", "Ethernet2"),
        _port("sw-1", "Ethernet10", PortRole.HANDOVER),
    ),
    links=(Link("l-1", PortRef("nte-1", "Ethernet2"), PortRef("sw-1", "Ethernet2"), 1_000, 812.5),),
    handovers=(Handover("ho-1", "quayside", "dx-1", PortRef("sw-1", "Ethernet10"), 10_000, TagRange(100, 119)),),
)


def test_what_is_written_is_read_back_with_ports_in_natural_order(engine: Engine) -> None:
    changes = replace_inventory(engine, SMALL)

    assert read_inventory(engine) == SMALL
    assert changes.total == 11
    assert changes.by_kind["ports"] == KindChanges(added=4)


def test_writing_the_same_again_writes_nothing_and_keeps_the_revision(engine: Engine) -> None:
    revision = replace_inventory(engine, SMALL).revision

    again = replace_inventory(engine, SMALL)

    assert (again.total, again.revision) == (0, revision)
    assert read_revision(engine) == revision


def test_only_what_differs_is_written_even_when_parents_and_children_change_at_once(engine: Engine) -> None:
    revision = replace_inventory(engine, SMALL).revision
    moved = dataclasses.replace(
        SMALL,
        places=(dataclasses.replace(PLACES[0], code="dx-2"),),
        premises=(dataclasses.replace(PREMISES[0], serving_place="dx-2"),),
        devices=(SMALL.devices[0], dataclasses.replace(SMALL.devices[1], place_code="dx-2")),
        handovers=(dataclasses.replace(SMALL.handovers[0], place_code="dx-2"),),
    )

    changes = replace_inventory(engine, moved)

    assert read_inventory(engine) == moved
    assert changes.by_kind["places"] == KindChanges(added=1, removed=1)
    assert changes.by_kind["premises"] == KindChanges(changed=1)
    assert changes.by_kind["links"] == KindChanges()
    assert changes.revision > revision


def test_an_inventory_that_breaks_a_rule_changes_nothing(engine: Engine) -> None:
    replace_inventory(engine, SMALL)

    with pytest.raises(InventoryInvalid, match="1 fault") as caught:
        replace_inventory(engine, dataclasses.replace(SMALL, ports=SMALL.ports[:3]), "the test")

    assert caught.value.facts["faults"] == ["handovers: handover ho-1 is on sw-1:Ethernet10, no known port"]
    assert read_inventory(engine) == SMALL


def test_what_a_service_holds_is_not_lost_and_is_named(engine: Engine) -> None:
    replace_inventory(engine, SMALL)
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE test_holds (device VARCHAR, port VARCHAR,"
                " FOREIGN KEY (device, port) REFERENCES ports (device, port))"
            )
        )
        connection.execute(text("INSERT INTO test_holds VALUES ('nte-1', 'Ethernet1')"))
    without_nte = dataclasses.replace(SMALL, devices=SMALL.devices[1:], ports=SMALL.ports[2:], links=())

    with pytest.raises(InventoryInUse) as caught:
        replace_inventory(engine, without_nte)

    assert "port nte-1:Ethernet1" in caught.value.held
    assert "link l-1" not in caught.value.held
    assert read_inventory(engine) == SMALL


def test_an_estate_of_thousands_of_rows_is_written_and_read_back_whole(engine: Engine) -> None:
    estate = make_estate()

    assert replace_inventory(engine, estate).by_kind["premises"] == KindChanges(added=3_000)

    found = read_inventory(engine)
    for kind in (kind.field for kind in KINDS):
        assert set(getattr(found, kind)) == set(getattr(estate, kind))
    assert replace_inventory(engine, found).total == 0


def test_a_snapshot_is_read_again_only_when_something_changed(engine: Engine) -> None:
    replace_inventory(engine, SMALL)
    snapshots = SnapshotCache(engine)
    first = snapshots()

    replace_inventory(engine, SMALL)
    assert snapshots() is first

    replace_inventory(engine, dataclasses.replace(SMALL, links=()))
    assert snapshots().links == {}


def test_two_replacements_at_once_leave_one_of_the_two_whole(engine: Engine) -> None:
    other = Inventory(places=(dataclasses.replace(PLACES[0], code="dx-9"),))
    threads = [threading.Thread(target=replace_inventory, args=(engine, each)) for each in (SMALL, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert read_inventory(engine) in (SMALL, other)
    assert read_revision(engine) == 2


def test_autogenerate_finds_no_difference_between_tables_and_migrations(engine: Engine) -> None:
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)

    floor_tables = (what_is_sold.orders, what_is_held.held_strands, what_is_proved.certificates, who_works.workers)
    for table in (*floor_tables, what_is_covered.coverage):
        assert table.metadata is metadata
    assert differences == []


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    migrate(engine)
    require_migrated(engine)


def test_tables_of_a_newer_program_are_left_alone_and_said_to_be_newer(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_later'"))

    for use in (migrate, require_migrated):
        with pytest.raises(DatabaseUnavailable, match="newer program"):
            use(engine)


def test_several_programs_may_migrate_at_once(tmp_path: Path) -> None:
    engines = [open_engine(f"sqlite:///{tmp_path}/file.db") for _ in range(4)]
    with ThreadPoolExecutor() as pool:
        list(pool.map(migrate, engines))

    for engine in engines:
        require_migrated(engine)
        engine.dispose()


def test_a_database_that_was_never_migrated_is_said_to_be_so(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/new/folder/file.db")

    with pytest.raises(DatabaseUnavailable, match="older than this program"):
        require_migrated(engine)
    with pytest.raises(DatabaseUnavailable, match="older than this program"):
        read_inventory(engine)
    engine.dispose()


def test_a_locked_database_is_said_to_be_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inventory.store.engine.BUSY_TIMEOUT_MS", 50)
    engine = open_engine(f"sqlite:///{tmp_path}/file.db")
    migrate(engine)
    other = sqlite3.connect(tmp_path / "file.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(DatabaseUnavailable, match="another program keeps it locked"):
        replace_inventory(engine, SMALL)
    assert read_inventory(engine) == Inventory()  # a reader is not stopped

    other.close()
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://ann:hush-hush@127.0.0.1:1/nowhere?password=hush-hush", "no server answers there"),
        ("mysql://ann:hush-hush@127.0.0.1/nowhere", "its URL is not one of"),
        ("hush-hush", "its URL is not one of"),
        ("postgresql://ann:hush-hush@127.0.0.1:port/x", "its URL is not one of"),
    ],
)
def test_a_database_that_is_away_is_named_without_its_password(url: str, reason: str) -> None:
    with pytest.raises(DatabaseUnavailable, match=reason) as caught, open_engine(url).connect():
        pass

    assert "hush-hush" not in f"{caught.value} {caught.value.facts}"


def test_a_database_that_the_server_does_not_have_is_told_from_a_server_that_is_away(database_url: str) -> None:
    """On SQLite there is no server: there a folder stands where the file should."""
    if database_url.startswith("sqlite"):
        url, reason = database_url.rsplit("/", 1)[0], "its file cannot be opened"
    else:
        url = make_url(database_url).set(database="nowhere").render_as_string(hide_password=False)
        reason = "the server does not accept"

    with pytest.raises(DatabaseUnavailable, match=reason), open_engine(url).connect():
        pass


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "file.db").write_text("no database at all, but a text that is longer than a SQLite header is")

    with pytest.raises(DatabaseUnavailable, match="not a SQLite database"):
        read_inventory(open_engine(f"sqlite:///{tmp_path}/file.db"))


def test_a_connection_that_a_thread_still_uses_is_closed_when_it_gives_it_back(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/file.db")
    slow = engine.connect()
    held = [slow.connection.dbapi_connection]

    let_go(engine)
    assert slow.execute(text("SELECT 1")).scalar_one() == 1
    slow.close()
    with engine.connect() as late:
        held.append(late.connection.dbapi_connection)

    for connection in held:
        assert isinstance(connection, sqlite3.Connection)
        with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
            connection.execute("SELECT 1")


def test_sqlite_is_opened_with_wal_foreign_keys_and_a_unixepoch_that_knows_subsec(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/file.db")
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 1
        assert connection.execute(text("SELECT unixepoch('subsec')")).scalar_one() > 1.7e9
        assert connection.execute(text("SELECT unixepoch('now')")).scalar_one() > 1.7e9
        assert connection.execute(text("SELECT unixepoch()")).scalar_one() > 1.7e9
    engine.dispose()
