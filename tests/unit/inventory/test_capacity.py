"""What is free of a duct, a cable or a place on a day."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.cable_sizes import MOST_STRANDS, fill_with, fits, room_mm, usual_diameter_mm, usual_strands
from inventory.capacity import MOST_CHANGES, Change, OdfRoom, StrandCounts, capacity_of
from inventory.errors import UnknownThing
from inventory.plant import Bore, BoreRef, PositionRef, StrandRef, StrandState
from inventory.plant_errors import AssetUnclear, CableSizeUnknown
from inventory.plant_use import Hold, PlantUse
from inventory.snapshot import Inventory, Snapshot
from inventory.windows import Window
from tests.plants import planted_town, random_plant

DAY = date(2026, 11, 22)
NOTHING = PlantUse()
SOLD = Hold(Window(date(2026, 1, 1), date(2026, 12, 24)), "S-1", True)
HELD_LATER = Hold(Window(date(2026, 12, 1), date(2026, 12, 24)), "R-1", False)
USE = PlantUse(
    strands={StrandRef("k-east", 5): [SOLD], StrandRef("k-east", 6): [HELD_LATER], StrandRef("k-east", 1): [SOLD]},
    positions={PositionRef("odf-quay", 5): [SOLD], PositionRef("odf-quay", 20): [HELD_LATER]},
)


def town() -> Snapshot:
    return Snapshot(planted_town())


def test_a_cables_strands_are_counted_by_what_they_are() -> None:
    found = capacity_of(town(), USE, "k-west", DAY)

    assert str(found.asset) == "cable:k-west"
    (cable,) = found.cables
    assert cable.strands == StrandCounts(total=12, usable=11, lit=2, held=0, sold=0, free=9, faulty=1, set_aside=0)
    assert [(str(bore.bore), bore.cables, bore.used_by) for bore in found.bores] == [("d-west:1", ("k-west",), "coop")]


def test_what_a_service_holds_is_sold_even_where_it_is_lit_and_what_a_reservation_holds_is_held() -> None:
    now, then = (capacity_of(town(), USE, "k-east", day).cables[0].strands for day in (DAY, date(2026, 12, 1)))

    assert now == StrandCounts(total=12, usable=12, lit=1, held=0, sold=2, free=9, faulty=0, set_aside=0)
    assert then == StrandCounts(total=12, usable=12, lit=1, held=1, sold=2, free=8, faulty=0, set_aside=0)


def test_a_faulty_strand_is_faulty_whoever_has_it() -> None:
    use = PlantUse(strands={StrandRef("k-west", 12): [SOLD]})

    counts = capacity_of(town(), use, "k-west", DAY).cables[0].strands

    assert (counts.faulty, counts.sold) == (1, 0)


def test_a_place_tells_of_its_positions_and_of_all_that_ends_there() -> None:
    found = capacity_of(town(), USE, "quay", DAY)

    assert found.odfs == (OdfRoom("odf-quay", "quay", total=24, used=2, held=0, sold=1, free=21, idle=12),)
    assert [cable.cable for cable in found.cables] == ["k-east"]
    assert [str(bore.bore) for bore in found.bores] == ["d-east:1", "d-east:2"]
    assert found.away == ""


def test_a_duct_tells_what_still_fits_into_each_bore() -> None:
    one, two = capacity_of(town(), NOTHING, "duct:d-east", DAY).bores

    assert (one.fill_percent, one.fill_limit_percent, one.room_mm, one.room_strands) == (20.0, 40.0, 17.8, 240)
    assert (two.room_mm, two.room_strands, two.used_by, two.cables) == (15.8, 216, "alder", ())


def test_the_next_days_on_which_holds_begin_or_have_ended_are_told() -> None:
    assert capacity_of(town(), USE, "quay", DAY).changes == (
        Change(date(2026, 12, 1), 1, 0, 1, 0),
        Change(date(2026, 12, 25), 0, 3, 0, 2),
    )
    assert capacity_of(town(), USE, "quay", date(2026, 12, 25)).changes == ()


def test_no_more_changes_are_told_than_anybody_reads() -> None:
    holds = [Hold(Window(DAY + timedelta(days=n), DAY + timedelta(days=n)), "R", False) for n in range(1, 40, 2)]

    changes = capacity_of(town(), PlantUse({StrandRef("k-east", 3): holds}), "k-east", DAY).changes

    assert [change.day for change in changes] == [DAY + timedelta(days=n) for n in range(1, MOST_CHANGES + 1)]


def test_a_hold_until_further_notice_or_the_end_of_time_frees_nothing() -> None:
    holds = [Hold(Window(date(2027, 1, 1)), "S", True), Hold(Window(date(2026, 12, 1), date.max), "S", True)]

    changes = capacity_of(town(), PlantUse({StrandRef("k-east", 3): holds}), "k-east", DAY).changes

    assert [(change.day, change.strands_freed) for change in changes] == [
        (date(2026, 12, 1), 0),
        (date(2027, 1, 1), 0),
    ]


def test_what_is_not_there_on_the_day_says_so() -> None:
    inventory = planted_town()
    ducts = (replace(inventory.ducts[0], ready_from=date(2027, 1, 1)), *inventory.ducts[1:])
    later = Snapshot(replace(inventory, ducts=ducts))

    assert capacity_of(later, NOTHING, "d-east", DAY).away == "duct:d-east is ready from 2027-01-01 only"
    assert capacity_of(later, NOTHING, "d-east", date(2027, 1, 1)).away == ""


def test_a_code_of_several_things_asks_for_its_kind() -> None:
    inventory = planted_town()
    odd = replace(inventory.cables[0], code="quay")
    snapshot = Snapshot(replace(inventory, cables=(*inventory.cables, odd)))

    with pytest.raises(AssetUnclear, match="'quay' is the code of a cable and of a place"):
        capacity_of(snapshot, NOTHING, "quay", DAY)
    assert str(capacity_of(snapshot, NOTHING, "cable:quay", DAY).asset) == "cable:quay"


@pytest.mark.parametrize("text", ["", "nothing", "duct:", "duct:quay", "cable:d-east", "place:k-east", "bore:d-east:1"])
def test_what_nothing_is_called_is_unknown(text: str) -> None:
    with pytest.raises(UnknownThing):
        capacity_of(town(), NOTHING, text, DAY)


# Cable sizes.


def test_usual_cables_are_as_thick_as_the_table_says() -> None:
    assert [usual_diameter_mm(strands) for strands in (1, 60, 61, 96, 288)] == [10.1, 10.1, 10.7, 12.5, 18.0]
    assert [usual_strands(mm) for mm in (10.0, 10.1, 12.5, 15.7, 15.8, 40.0)] == [0, 60, 96, 216, 216, MOST_STRANDS]


@pytest.mark.parametrize("strands", [0, -1, 289, 10**9])
def test_a_cable_nobody_makes_has_no_usual_diameter(strands: int) -> None:
    with pytest.raises(CableSizeUnknown, match=f"1 to 288 strands, not {strands}"):
        usual_diameter_mm(strands)


@given(st.floats(1, 200), st.floats(0, 100), st.floats(0, 100))
@settings(max_examples=200, deadline=None)
def test_the_room_of_a_bore_is_the_thickest_tenth_of_a_millimetre_that_fits(
    diameter_mm: float, fill: float, limit: float
) -> None:
    bore = Bore(BoreRef("d", 1), diameter_mm, min(fill, limit), limit)

    room = room_mm(bore)

    assert fits(bore, room)
    assert fill_with(bore, room + 0.1001) > limit


# Compared with counting the rows anew.


def random_use(random: Random, inventory: Inventory) -> PlantUse:
    def holds() -> list[Hold]:
        first = DAY + timedelta(days=random.randint(-5, 5))
        last = random.choice((None, first + timedelta(days=random.randint(0, 5))))
        return [Hold(Window(first, last), "x", random.random() < 0.5)]

    strands = {strand.ref: holds() for strand in inventory.strands if random.random() < 0.4}
    return PlantUse(strands, {each.ref: holds() for each in inventory.odf_positions if random.random() < 0.4})


def is_held(holds: list[Hold], *, is_sold: bool) -> bool:
    return any(
        hold.is_sold is is_sold and hold.window.first <= DAY and (hold.window.last is None or hold.window.last >= DAY)
        for hold in holds
    )


def lit_by_rows(inventory: Inventory) -> set[StrandRef]:
    """Spread light from every patched port over all joints until nothing more is lit."""
    lit: set[object] = {patch.position for patch in inventory.patches if patch.port is not None}
    size = -1
    while size != len(lit):
        size = len(lit)
        for position in inventory.odf_positions:
            if position.strand is not None and lit & {position.ref, position.strand}:
                lit |= {position.ref, position.strand}
        for splice in inventory.splices:
            if lit & {splice.a, splice.z}:
                lit |= {splice.a, splice.z}
        for patch in inventory.patches:
            if patch.other is not None and lit & {patch.position, patch.other}:
                lit |= {patch.position, patch.other}
    return {each for each in lit if isinstance(each, StrandRef)}


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_every_count_of_a_random_plant_is_that_of_its_rows(seed: int) -> None:
    random = Random(seed)
    inventory = random_plant(random)
    use, lit = random_use(random, inventory), lit_by_rows(inventory)
    snapshot = Snapshot(inventory)
    for place in inventory.places:
        found = capacity_of(snapshot, use, f"place:{place.code}", DAY)
        for cable in found.cables:
            assert cable.strands == naive_counts(inventory, use, lit, cable.cable)
        for odf in found.odfs:
            assert (odf.total, odf.sold, odf.held, odf.used, odf.free) == naive_positions(inventory, use, odf.odf)
        ends = {cable.code for cable in inventory.cables if place.code in {cable.a_place, cable.z_place}}
        assert {cable.cable for cable in found.cables} == ends


def naive_counts(inventory: Inventory, use: PlantUse, lit: set[StrandRef], cable: str) -> StrandCounts:
    strands = [strand for strand in inventory.strands if strand.ref.cable == cable]
    sound = [strand.ref for strand in strands if strand.state is StrandState.USABLE]
    sold = {ref for ref in sound if is_held(list(use.strands.get(ref, ())), is_sold=True)}
    held = {ref for ref in sound if is_held(list(use.strands.get(ref, ())), is_sold=False)} - sold
    dark = [ref for ref in sound if ref not in sold | held | lit]
    return StrandCounts(
        total=len(strands),
        usable=len(sound),
        lit=len(sound) - len(sold) - len(held) - len(dark),
        held=len(held),
        sold=len(sold),
        free=len(dark),
        faulty=sum(strand.state is StrandState.FAULTY for strand in strands),
        set_aside=sum(strand.state is StrandState.SET_ASIDE for strand in strands),
    )


def naive_positions(inventory: Inventory, use: PlantUse, odf: str) -> tuple[int, int, int, int, int]:
    refs = [each.ref for each in inventory.odf_positions if each.ref.odf == odf]
    sold = {ref for ref in refs if is_held(list(use.positions.get(ref, ())), is_sold=True)}
    held = {ref for ref in refs if is_held(list(use.positions.get(ref, ())), is_sold=False)} - sold
    patched = {ref for patch in inventory.patches for ref in (patch.position, patch.other)} & set(refs)
    used = patched - sold - held
    return len(refs), len(sold), len(held), len(used), len(refs) - len(sold | held | used)
