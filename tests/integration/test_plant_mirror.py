"""The plant on the database: it comes back as it was, SQL refuses what it can, and a write says what it touched."""

import dataclasses
from datetime import date
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, Table, insert, text
from sqlalchemy.exc import IntegrityError

from inventory.consents import ConsentCover
from inventory.errors import InventoryInUse
from inventory.places import Place, PlaceKind
from inventory.plant import (
    AssetKind,
    AssetRef,
    BoreRef,
    CableBore,
    OdfPosition,
    Patch,
    PositionRef,
    StrandRef,
)
from inventory.plant_text import route_from_text, route_to_text
from inventory.snapshot import Inventory
from inventory.store import bulk, mirror
from inventory.store.engine import _alembic, migrate
from inventory.store.mirror import read_inventory, replace_inventory
from inventory.store.plant_tables import (
    bores,
    cable_bores,
    cables,
    closures,
    consent_covers,
    consents,
    ducts,
    odf_positions,
    odfs,
    patches,
    splices,
    strands,
)
from inventory.store.row_changes import KindChanges
from tests.unit.inventory.planted import PLANTED, changed, with_more, without


@pytest.fixture
def planted(engine: Engine) -> Engine:
    """A database that holds the planted estate."""
    replace_inventory(engine, PLANTED)
    return engine


def names_of(touched: frozenset[AssetRef] | None) -> set[str]:
    assert touched is not None
    return {str(asset) for asset in touched}


def test_every_row_comes_back_as_it_was_and_writing_it_again_writes_nothing(planted: Engine) -> None:
    found = read_inventory(planted)

    for field in dataclasses.fields(Inventory):
        assert set(getattr(found, field.name)) == set(getattr(PLANTED, field.name)), field.name
    again = replace_inventory(planted, found)
    assert (again.total, again.touched) == (0, frozenset())


def test_a_plant_can_be_taken_away_whole(planted: Engine) -> None:
    replace_inventory(planted, Inventory())

    assert read_inventory(planted) == Inventory()


def test_rows_are_read_in_the_order_of_their_codes_and_numbers(engine: Engine) -> None:
    backwards = {field.name: tuple(reversed(getattr(PLANTED, field.name))) for field in dataclasses.fields(Inventory)}
    replace_inventory(engine, Inventory(**backwards))

    found = read_inventory(engine)

    assert found.strands == PLANTED.strands
    assert found.bores == PLANTED.bores
    assert found.odf_positions == PLANTED.odf_positions
    assert found.consent_covers == PLANTED.consent_covers


def test_a_route_comes_back_to_the_last_bit() -> None:
    route = ((384_000.1 + 0.2, 397_000.0), (1e-9, 123_456.123_456_789), (384_000.0, 5e-324))

    assert route_from_text(route_to_text(route)) == route
    assert route_to_text(((384_000.0, 397_000.5),)) == "LINESTRING (384000 397000.5)"
    assert route_from_text(route_to_text(())) == ()


def test_many_rows_come_back_from_the_bulk_path_too(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "COPY_FROM_ROWS", 1)

    replace_inventory(engine, PLANTED)

    assert set(read_inventory(engine).ducts) == set(PLANTED.ducts)
    assert set(read_inventory(engine).consents) == set(PLANTED.consents)


PARTIES = {"owner": "ducts", "operator": "ducts", "used_by": "ducts"}
A_DUCT = {
    "code": "d-8",
    "a_place": "dx-a",
    "z_place": "ch-1",
    "route": "LINESTRING (0 0, 1 1)",
    "length_m": 1.0,
    **PARTIES,
    "status": "live",
    "usrn": "",
    "corridor": "",
    "bridge": "",
    "a_entry": "",
    "z_entry": "",
}
A_CABLE = {
    "code": "c-8",
    "a_place": "dx-a",
    "z_place": "ch-1",
    "strand_count": 12,
    "strands_per_tube": 12,
    "diameter_mm": 10.0,
    "slack_m": 0.0,
    **PARTIES,
    "status": "live",
}
A_BORE = {"duct": "d-1", "number": 9, "diameter_mm": 26.0, "fill_percent": 10.0, "fill_limit_percent": 60.0}
A_SPLICE = {"closure": "cl-1", "a_cable": "c-1", "a_strand": 3, "z_cable": "c-2", "z_strand": 3, "loss_db": 0.1}
A_POSITION = {"odf": "odf-a", "number": 4, "cable": "c-1", "strand": 3}
NO_END = {"device": None, "port": None, "other_odf": None, "other_number": None}
A_PATCH = {"odf": "odf-a", "number": 3, **NO_END, "other_odf": "odf-a", "other_number": 2, "optic": ""}
AT_A_PORT = {"other_odf": None, "other_number": None, "device": "sw-a", "port": "Ethernet41"}
A_CONSENT = {
    "code": "w-8",
    "grantor": "x",
    "land_reference": "",
    "term": "",
    "first_day": date(2026, 1, 1),
    "yearly_pence": 1,
}
NO_ASSET = dict.fromkeys(("place", "duct", "cable", "closure", "odf"))
A_COVER = {"consent": "w-1", "kind": "cable", "code": "c-2", **NO_ASSET, "cable": "c-2"}
A_CLOSURE = {"code": "cl-8", "place": "ch-1", "splice_capacity": 1, **PARTIES}
AN_ODF = {"code": "odf-8", "place": "ch-1", "position_count": 1, **PARTIES}
A_CABLE_BORE = {"cable": "c-1", "position": 2, "duct": "d-2", "bore": 1}
A_STRAND = {"cable": "c-1", "number": 4, "state": "usable", "used_by": None}

NAN, INFINITY = float("nan"), float("inf")

REFUSED: list[tuple[Table, dict[str, Any], dict[str, Any]]] = [
    (ducts, A_DUCT, {"a_place": "x"}),
    (ducts, A_DUCT, {"z_place": "dx-a"}),
    (ducts, A_DUCT, {"owner": "x"}),
    (ducts, A_DUCT, {"operator": None}),
    (ducts, A_DUCT, {"used_by": "x"}),
    (ducts, A_DUCT, {"length_m": 0.0}),
    (ducts, A_DUCT, {"length_m": NAN}),
    (ducts, A_DUCT, {"length_m": INFINITY}),
    (bores, A_BORE, {"duct": "x"}),
    (bores, A_BORE, {"number": 1}),
    (bores, A_BORE, {"number": 0}),
    (bores, A_BORE, {"diameter_mm": 0.0}),
    (bores, A_BORE, {"diameter_mm": NAN}),
    (bores, A_BORE, {"fill_percent": 60.1}),
    (bores, A_BORE, {"fill_percent": -0.1}),
    (bores, A_BORE, {"fill_percent": NAN}),
    (bores, A_BORE, {"fill_limit_percent": 100.1}),
    (bores, A_BORE, {"used_by": "x"}),
    (cables, A_CABLE, {"z_place": "dx-a"}),
    (cables, A_CABLE, {"strand_count": 0}),
    (cables, A_CABLE, {"strands_per_tube": 0}),
    (cables, A_CABLE, {"diameter_mm": NAN}),
    (cables, A_CABLE, {"slack_m": -1.0}),
    (cables, A_CABLE, {"owner": "x"}),
    (cable_bores, A_CABLE_BORE, {"position": 1}),
    (cable_bores, A_CABLE_BORE, {"position": 0}),
    (cable_bores, A_CABLE_BORE, {"duct": "d-1", "bore": 1}),
    (cable_bores, A_CABLE_BORE, {"bore": 9}),
    (cable_bores, A_CABLE_BORE, {"cable": "x"}),
    (strands, A_STRAND, {"number": 3}),
    (strands, A_STRAND, {"number": 0}),
    (strands, A_STRAND, {"cable": "x"}),
    (strands, A_STRAND, {"used_by": "x"}),
    (closures, A_CLOSURE, {"place": "x"}),
    (closures, A_CLOSURE, {"splice_capacity": 0}),
    (splices, A_SPLICE, {"closure": "x"}),
    (splices, A_SPLICE, {"a_strand": 1}),
    (splices, A_SPLICE, {"z_strand": 1}),
    (splices, A_SPLICE, {"z_cable": "c-1"}),
    (splices, A_SPLICE, {"a_strand": 4}),
    (splices, A_SPLICE, {"z_strand": 4}),
    (splices, A_SPLICE, {"loss_db": -0.1}),
    (splices, A_SPLICE, {"loss_db": NAN}),
    (odfs, AN_ODF, {"place": "x"}),
    (odfs, AN_ODF, {"position_count": 0}),
    (odf_positions, A_POSITION, {"odf": "x"}),
    (odf_positions, A_POSITION, {"number": 3}),
    (odf_positions, A_POSITION, {"number": 0}),
    (odf_positions, A_POSITION, {"strand": 1}),
    (odf_positions, A_POSITION, {"strand": 4}),
    (odf_positions, A_POSITION, {"strand": None}),
    (patches, A_PATCH, {"number": 9}),
    (patches, A_PATCH, {"number": 1}),
    (patches, A_PATCH, {"other_number": 9}),
    (patches, A_PATCH, {"other_number": 3}),
    (patches, A_PATCH, {"other_odf": "odf-b", "other_number": 3}),
    (patches, A_PATCH, NO_END),
    (patches, A_PATCH, {"device": "sw-a", "port": "Ethernet41"}),
    (patches, A_PATCH, {"device": "sw-a"}),
    (patches, A_PATCH, {**AT_A_PORT, "port": "Ethernet99"}),
    (patches, A_PATCH, {**AT_A_PORT, "port": None}),
    (consents, A_CONSENT, {"last_day": date(2025, 12, 31)}),
    (consents, A_CONSENT, {"yearly_pence": -1}),
    (consents, A_CONSENT, {"first_day": None}),
    (consent_covers, A_COVER, {"consent": "x"}),
    (consent_covers, A_COVER, {"code": "c-1"}),
    (consent_covers, A_COVER, {"kind": "duct"}),
    (consent_covers, A_COVER, {"cable": "c-9", "code": "c-9"}),
    (consent_covers, A_COVER, {"duct": "d-1"}),
    (consent_covers, A_COVER, {"kind": "strand", "cable": None}),
]


def test_what_sql_can_say_of_a_rule_it_says_whoever_writes(planted: Engine) -> None:
    whole = {id(table): (table, row) for table, row, _ in REFUSED}
    with planted.connect() as connection:
        for table, row in whole.values():  # one after the other: some refer to none of the others, none harms another
            with connection.begin_nested() as attempt:
                connection.execute(insert(table).values(row))
                attempt.rollback()
        let_in = [
            (table.name, wrong) for table, row, wrong in REFUSED if not _is_refused(connection, table, row | wrong)
        ]

    assert let_in == []


def _is_refused(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    attempt = connection.begin_nested()
    try:
        connection.execute(insert(table).values(row))
    except IntegrityError:
        return True
    finally:
        attempt.rollback()
    return False


def test_a_place_cannot_have_a_party_nobody_knows(planted: Engine) -> None:
    with planted.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(text("UPDATE places SET owner = 'x' WHERE code = 'ch-1'"))


def test_what_only_one_may_have_can_change_hands_in_one_replacement(planted: Engine) -> None:
    """Strand ends swap splices and positions, bores swap cables' positions, patches swap fronts."""
    one, two = PLANTED.splices
    behind = {each.ref: each for each in PLANTED.odf_positions}
    a1, a2 = PositionRef("odf-a", 1), PositionRef("odf-a", 2)
    behind[a1], behind[a2] = OdfPosition(a1, StrandRef("c-1", 2)), OdfPosition(a2, StrandRef("c-1", 1))
    swapped = dataclasses.replace(
        PLANTED,
        splices=(dataclasses.replace(one, z=two.z), dataclasses.replace(two, z=one.z)),
        odf_positions=tuple(behind.values()),
        patches=(PLANTED.patches[0], PLANTED.patches[1], Patch(PositionRef("odf-b", 3), other=PositionRef("odf-b", 2))),
    )

    changes = replace_inventory(planted, swapped)

    assert set(read_inventory(planted).splices) == set(swapped.splices)
    assert set(read_inventory(planted).odf_positions) == set(swapped.odf_positions)
    assert set(read_inventory(planted).patches) == set(swapped.patches)
    assert changes.by_kind["splices"] == KindChanges(changed=2)
    assert changes.by_kind["odf_positions"] == KindChanges(changed=2)


def test_a_strand_can_move_to_a_position_while_its_old_one_goes(planted: Engine) -> None:
    moved = dataclasses.replace(
        PLANTED,
        odf_positions=(*PLANTED.odf_positions[:6], OdfPosition(PositionRef("odf-s", 2), StrandRef("c-3", 1))),
    )

    replace_inventory(planted, moved)

    assert set(read_inventory(planted).odf_positions) == set(moved.odf_positions)


def test_what_a_service_holds_of_the_plant_is_not_lost_and_is_named(planted: Engine) -> None:
    with planted.begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE test_strands (cable VARCHAR, number INTEGER,"
                " FOREIGN KEY (cable, number) REFERENCES strands (cable, number))"
            )
        )
        connection.execute(text("INSERT INTO test_strands VALUES ('c-3', 2)"))
    shrunk = dataclasses.replace(
        changed("cables", 2, strand_count=1),
        strands=tuple(strand for strand in PLANTED.strands if strand.ref.cable != "c-3" or strand.ref.number == 1),
    )

    with pytest.raises(InventoryInUse) as caught:
        replace_inventory(planted, shrunk)

    assert caught.value.held == ("strand c-3:2",)
    assert set(read_inventory(planted).strands) == set(PLANTED.strands)


@pytest.mark.parametrize(
    ("new", "touched"),
    [
        (changed("ducts", 0, corridor="heat"), {"duct:d-1"}),
        (changed("bores", 1, fill_percent=3.0), {"bore:d-1:2", "duct:d-1"}),
        (changed("cables", 0, slack_m=9.0), {"cable:c-1"}),
        (changed("places", 2, name="Pit"), {"place:ch-1"}),
        (changed("strands", 0, used_by="quayside"), {"strand:c-1:1"}),
        (changed("closures", 0, splice_capacity=9), {"closure:cl-1"}),
        (changed("odfs", 0, position_count=9), {"odf:odf-a"}),
        (changed("links", 0, length_m=651.0), {"link:a--b"}),
        (changed("ports", 0, speed_mbps=1), {"port:sw-a:Ethernet1"}),
        (
            changed("splices", 0, loss_db=0.3),
            {"closure:cl-1", "splice:cl-1:c-1:1", "strand:c-1:1", "strand:c-2:1"},
        ),
        (
            without("splices", 0),
            {"closure:cl-1", "splice:cl-1:c-1:1", "strand:c-1:1", "strand:c-2:1"},
        ),
        (
            changed("splices", 0, z=StrandRef("c-2", 3)),
            {"closure:cl-1", "splice:cl-1:c-1:1", "strand:c-1:1", "strand:c-2:1", "strand:c-2:3"},
        ),
        (changed("odf_positions", 0, strand=None), {"position:odf-a:1", "strand:c-1:1"}),
        (
            without("patches", 2),
            {"patch:odf-b:2", "position:odf-b:2", "position:odf-b:3"},
        ),
        (without("patches", 0), {"patch:odf-a:1", "position:odf-a:1", "port:sw-a:Ethernet1"}),
        (changed("consents", 0, last_day=date(2027, 1, 1)), {"duct:d-1", "duct:d-2", "duct:d-3"}),
        (without("consent_covers", 3), {"cable:c-1"}),
        (with_more("consent_covers", ConsentCover("w-2", AssetRef(AssetKind.CABLE, "c-2"))), {"cable:c-2"}),
        (changed("premises", 0, address="2 Made-up Street"), set()),
    ],
)
def test_a_write_says_which_assets_it_touched(planted: Engine, new: Inventory, touched: set[str]) -> None:
    assert names_of(replace_inventory(planted, new).touched) == touched


def test_a_cable_that_is_laid_elsewhere_is_touched_with_the_bores_it_leaves_and_enters(planted: Engine) -> None:
    relaid = dataclasses.replace(
        changed("bores", 1, fill_percent=7.0),
        cable_bores=(CableBore("c-1", 1, BoreRef("d-1", 2)), *PLANTED.cable_bores[1:]),
    )

    touched = names_of(replace_inventory(planted, relaid).touched)

    assert touched == {"cable:c-1", "bore:d-1:1", "bore:d-1:2", "duct:d-1"}


def test_where_too_much_changed_no_asset_is_named_and_all_must_be_looked_at(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirror, "MOST_TOUCHED", 10)

    assert replace_inventory(engine, PLANTED).touched is None
    assert replace_inventory(engine, changed("ducts", 0, corridor="heat")).touched is not None


def test_a_database_from_before_there_was_a_plant_keeps_what_it_has(engine: Engine) -> None:
    with engine.begin() as connection:
        command.downgrade(_alembic(connection), "0003_workers")
        connection.execute(text("INSERT INTO places VALUES ('dx-1', 'One', 'dx', 'North', 384000, 397000, 'a')"))

    migrate(engine)

    assert read_inventory(engine).places == (Place("dx-1", "One", PlaceKind.DX, "North", 384_000.0, 397_000.0, "a"),)
