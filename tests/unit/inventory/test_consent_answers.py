"""Which consents end when, and what depends on them."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.consent_answers import (
    SOON_DAYS,
    ConsentState,
    count_ending,
    dependents_of,
    find_consent,
    list_consents,
)
from inventory.consents import Consent, ConsentCover
from inventory.errors import UnknownThing
from inventory.plant import AssetKind, AssetRef, StrandRef
from inventory.plant_map import Plant, plant_of
from inventory.snapshot import Inventory, Snapshot
from tests.plants import planted_town, random_plant

DAY = date(2026, 11, 22)
EAST = AssetRef(AssetKind.DUCT, "d-east")


def consent(code: str, first: date, last: date | None) -> Consent:
    return Consent(code, "Owner", "", "wayleave", first, last, 100)


def town_with(*consents: Consent) -> Snapshot:
    covers = tuple(ConsentCover(each.code, EAST) for each in consents)
    return Snapshot(replace(planted_town(), consents=consents, consent_covers=covers))


def codes(snapshot: Snapshot, within: int | None = None) -> list[str]:
    return [each.consent.code for each in list_consents(snapshot, DAY, within)]


def test_consents_are_listed_by_their_end_those_without_one_last() -> None:
    snapshot = town_with(
        consent("open", date(2020, 1, 1), None),
        consent("b", date(2020, 1, 1), date(2027, 1, 1)),
        consent("a", date(2020, 1, 1), date(2027, 1, 1)),
        consent("past", date(2020, 1, 1), date(2021, 1, 1)),
    )

    assert codes(snapshot) == ["past", "a", "b", "open"]


@pytest.mark.parametrize(("last", "left"), [(0, 0), (1, 1), (90, 90), (-1, -1)])
def test_days_left_are_those_after_today(last: int, left: int) -> None:
    snapshot = town_with(consent("c", date(2020, 1, 1), DAY + timedelta(days=last)))

    found = find_consent(snapshot, "c", DAY)

    assert found.days_left == left
    assert found.state is (ConsentState.ENDED if left < 0 else ConsentState.CURRENT)


def test_a_consent_to_come_says_so_and_one_without_an_end_has_no_days_left() -> None:
    snapshot = town_with(consent("c", date(2027, 1, 1), None), consent("d", date(2020, 1, 1), date.max))

    assert (find_consent(snapshot, "c", DAY).state, find_consent(snapshot, "c", DAY).days_left) == (
        ConsentState.TO_COME,
        None,
    )
    assert find_consent(snapshot, "d", DAY).days_left is None


def test_what_ends_within_so_many_days_is_found_on_both_sides_of_the_limit() -> None:
    snapshot = town_with(consent("c", date(2020, 1, 1), DAY + timedelta(days=30)))

    assert [codes(snapshot, within) for within in (29, 30)] == [[], ["c"]]


def test_an_ended_consent_is_told_as_long_as_it_leaves_an_asset_without_any() -> None:
    old = consent("old", date(2020, 1, 1), date(2025, 1, 1))
    renewed = consent("new", date(2025, 1, 2), None)

    assert codes(town_with(old), 0) == ["old"]
    assert codes(town_with(old, renewed), 0) == []
    assert find_consent(town_with(old), "old", DAY).uncovered == (EAST,)
    assert find_consent(town_with(old, renewed), "old", DAY).uncovered == ()


def test_a_consent_that_is_followed_by_another_uncovers_nothing_when_it_ends() -> None:
    first = consent("c", date(2020, 1, 1), DAY)
    late, on_time = (consent("d", DAY + timedelta(days=days), None) for days in (2, 1))

    assert find_consent(town_with(first, late), "c", DAY).uncovered == (EAST,)
    assert find_consent(town_with(first, on_time), "c", DAY).uncovered == ()


def test_what_ends_soon_and_what_has_lapsed_is_counted() -> None:
    past, soon, later = date(2025, 1, 1), DAY + timedelta(days=SOON_DAYS), DAY + timedelta(days=SOON_DAYS + 1)
    ends = [consent(f"c{last}", date(2020, 1, 1), last) for last in (past, soon, later)]

    assert count_ending(town_with(*ends), DAY) == {"ending": 1, "lapsed": 0}
    assert count_ending(town_with(ends[0]), DAY) == {"ending": 0, "lapsed": 1}
    assert count_ending(town_with(ends[2]), DAY) == {"ending": 0, "lapsed": 0}


def test_what_nobody_calls_a_consent_is_unknown() -> None:
    with pytest.raises(UnknownThing, match="No consent is called 'x'"):
        find_consent(town_with(), "x", DAY)


@pytest.mark.parametrize(
    ("kind", "code", "cables", "strands", "links"),
    [
        ("duct", "d-west", {"k-west"}, 12, {"trunk"}),
        ("cable", "k-east", {"k-east"}, 12, {"trunk"}),
        ("place", "pit", {"k-east", "k-west"}, 24, {"trunk"}),
        ("closure", "box", {"k-east", "k-west"}, 8, {"trunk"}),
        ("odf", "odf-mill", {"k-west"}, 12, {"trunk"}),
        ("duct", "d-nothing", set(), 0, set()),
    ],
)
def test_what_depends_on_an_asset_is_what_lies_in_it_or_ends_there(
    kind: str, code: str, cables: set[str], strands: int, links: set[str]
) -> None:
    found = dependents_of(plant_of(Snapshot(planted_town())), [AssetRef(AssetKind(kind), code)])

    assert (found.cables, len(found.strands), found.links) == (cables, strands, links)


def naive_strands(inventory: Inventory, asset: AssetRef) -> set[StrandRef]:
    """One look at every row for each kind of asset."""
    laid: dict[str, set[str]] = {cable.code: {f"cable:{cable.code}"} for cable in inventory.cables}
    ends = {duct.code: {f"place:{duct.a_place}", f"place:{duct.z_place}"} for duct in inventory.ducts}
    for cable in inventory.cables:
        laid[cable.code] |= {f"place:{cable.a_place}", f"place:{cable.z_place}"}
    for each in inventory.cable_bores:
        laid[each.cable] |= {f"duct:{each.bore.duct}"} | ends[each.bore.duct]
    on: dict[StrandRef, set[str]] = {strand.ref: set(laid[strand.ref.cable]) for strand in inventory.strands}
    for splice in inventory.splices:
        on[splice.a].add(f"closure:{splice.closure}")
        on[splice.z].add(f"closure:{splice.closure}")
    for position in inventory.odf_positions:
        if position.strand is not None:
            on[position.strand].add(f"odf:{position.ref.odf}")
    return {strand for strand, assets in on.items() if str(asset) in assets}


@given(st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_what_depends_on_every_asset_of_a_random_plant_is_what_its_rows_say(seed: int) -> None:
    inventory = random_plant(Random(seed))
    plant = Plant(Snapshot(replace(inventory, patches=())))  # light is not asked about here, and may run in loops
    kinds = {
        AssetKind.DUCT: inventory.ducts,
        AssetKind.CABLE: inventory.cables,
        AssetKind.PLACE: inventory.places,
        AssetKind.CLOSURE: inventory.closures,
        AssetKind.ODF: inventory.odfs,
    }
    for kind, things in kinds.items():
        for thing in things:
            asset = AssetRef(kind, thing.code)
            assert dependents_of(plant, [asset]).strands == naive_strands(inventory, asset)


@given(st.lists(st.tuples(st.integers(-20, 20), st.none() | st.integers(0, 20)), max_size=6), st.integers(0, 30))
@settings(max_examples=60, deadline=None)
def test_what_is_uncovered_is_what_no_day_of_any_other_consent_covers(
    spans: list[tuple[int, int | None]], within: int
) -> None:
    consents = [
        consent(
            f"c{number}",
            DAY + timedelta(days=first),
            None if length is None else DAY + timedelta(days=first + length),
        )
        for number, (first, length) in enumerate(spans)
    ]

    listed = {each.consent.code: each for each in list_consents(town_with(*consents), DAY, within)}

    for each in consents:
        if each.last_day is None:
            assert each.code not in listed
            continue
        left = (each.last_day - DAY).days
        after = max(DAY, each.last_day + timedelta(days=1))
        is_bare = not any(
            other.first_day <= after and (other.last_day is None or after <= other.last_day) for other in consents
        )
        assert (each.code in listed) == (0 <= left <= within or (left < 0 and is_bare))
        if each.code in listed:
            assert bool(listed[each.code].uncovered) == is_bare
