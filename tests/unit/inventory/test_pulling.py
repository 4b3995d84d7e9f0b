"""Whether a cable can be pulled from a place to another."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.consents import Consent, ConsentCover
from inventory.errors import UnknownThing
from inventory.places import PlaceKind
from inventory.plant import AssetKind, AssetRef, AssetStatus, Bore, BoreRef, Duct
from inventory.plant_errors import CableSizeUnknown, SamePlace
from inventory.pulling import PullAnswer, PullRequest, find_pull
from inventory.snapshot import Inventory, Snapshot
from tests.plants import planted_town, random_plant

DAY = date(2026, 11, 22)


def asked(strands: int = 96, day: date = DAY, diameter_mm: float | None = None, **changes: Any) -> PullAnswer:
    snapshot = Snapshot(replace(planted_town(), **changes))
    return find_pull(snapshot, PullRequest("quay", "mill", strands, day, diameter_mm))


def test_a_cable_that_fits_everywhere_is_pulled_through_the_bore_that_is_least_full_afterwards() -> None:
    found = asked()

    assert (found.is_possible, found.diameter_mm, found.length_m) == (True, 12.5, 1200.0)
    assert [(str(bore.bore), bore.a_place, bore.z_place, bore.new_fill_percent) for bore in found.bores] == [
        ("d-east:1", "quay", "pit", 29.77),
        ("d-west:1", "pit", "mill", 39.77),
    ]
    assert (found.in_the_way, found.thinner) == ((), None)


def test_of_two_bores_with_room_the_one_that_ends_least_full_is_taken() -> None:
    ours = tuple(replace(bore, used_by="") for bore in planted_town().bores)

    assert [(str(bore.bore), bore.new_fill_percent) for bore in asked(bores=ours).bores] == [
        ("d-east:2", 25.0),
        ("d-west:1", 39.77),
    ]


def test_a_cable_that_is_too_thick_names_the_full_ducts_and_the_thickest_that_goes() -> None:
    found = asked(144)

    assert not found.is_possible
    assert [(each.duct, each.room_mm, each.reason) for each in found.in_the_way] == [
        ("d-west", 12.6, "none of its bores has room")
    ]
    assert found.thinner is not None
    assert (found.thinner.diameter_mm, found.thinner.strands, found.thinner.length_m) == (12.6, 96, 1200.0)
    assert all(bore.new_fill_percent <= bore.fill_limit_percent for bore in found.thinner.bores)


def test_a_detour_is_taken_where_the_shortest_way_is_full_and_says_what_is_in_the_way() -> None:
    ducts = planted_town().ducts
    longer = replace(ducts[1], code="d-long", length_m=950.0)
    more = Bore(BoreRef("d-long", 1), 40.0, 0.0, 60.0)
    cover = ConsentCover("c-tram", longer.ref)

    found = asked(
        144,
        ducts=(*ducts, longer),
        bores=(*planted_town().bores, more),
        consent_covers=(*planted_town().consent_covers, cover),
    )

    assert (found.is_possible, found.length_m) == (True, 1450.0)
    assert [each.duct for each in found.in_the_way] == ["d-west"]


def test_a_diameter_overrules_that_of_a_usual_cable() -> None:
    assert asked(288, diameter_mm=8.0).is_possible
    assert not asked(12, diameter_mm=12.7).is_possible


@pytest.mark.parametrize("kind", [PlaceKind.SITE, PlaceKind.COLUMN])
def test_no_cable_is_pulled_through_a_building_of_somebody_else_but_it_may_end_there(kind: PlaceKind) -> None:
    places = tuple(replace(place, kind=kind) if place.code == "pit" else place for place in planted_town().places)

    assert not asked(places=places).is_possible
    town = Snapshot(replace(planted_town(), places=places))
    assert find_pull(town, PullRequest("quay", "pit", 96, DAY)).is_possible


def test_a_bore_of_somebody_else_is_theirs() -> None:
    town = planted_town()
    small = tuple(replace(bore, fill_percent=39.0) if bore.ref.number == 1 else bore for bore in town.bores)

    assert not asked(bores=small).is_possible
    ours = tuple(replace(bore, used_by="coop") for bore in small)
    assert [each.duct for each in asked(bores=ours).in_the_way] == ["d-west"]


def test_a_consent_that_ends_stops_the_pull_and_is_named() -> None:
    found = asked(day=date(2028, 1, 1))

    assert not found.is_possible
    assert [each.reason for each in found.in_the_way] == ["duct:d-west is outside consent c-canal"]
    assert found.thinner is None


def test_a_place_on_somebodys_land_needs_its_consent_too() -> None:
    town = planted_town()
    consents = (*town.consents, Consent("c-pit", "Church", "GM3", "wayleave", date(2020, 1, 1), date(2025, 1, 1), 1))
    covers = (*town.consent_covers, ConsentCover("c-pit", AssetRef(AssetKind.PLACE, "pit")))

    found = asked(consents=consents, consent_covers=covers)

    assert {each.reason for each in found.in_the_way} == {"place:pit is outside consent c-pit"}


def test_a_duct_that_is_only_planned_is_in_the_way_until_it_is_ready() -> None:
    east, west = planted_town().ducts
    ducts = (replace(east, status=AssetStatus.PLANNED, ready_from=date(2026, 12, 20)), west)

    found = asked(ducts=ducts)

    assert [each.reason for each in found.in_the_way] == ["duct:d-east is ready from 2026-12-20 only"]
    assert asked(ducts=ducts, day=date(2026, 12, 20)).is_possible


def test_where_no_ducts_join_the_places_nothing_is_in_the_way() -> None:
    found = asked(ducts=planted_town().ducts[:1], consent_covers=())

    assert (found.is_possible, found.in_the_way, found.thinner) == (False, (), None)


@pytest.mark.parametrize(
    ("a_place", "z_place", "strands", "error"),
    [
        ("quay", "nowhere", 96, UnknownThing),
        ("", "mill", 96, UnknownThing),
        ("quay", "quay", 96, SamePlace),
        ("quay", "mill", 0, CableSizeUnknown),
        ("quay", "mill", 1_000, CableSizeUnknown),
    ],
)
def test_what_cannot_be_asked_is_refused(a_place: str, z_place: str, strands: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        find_pull(Snapshot(planted_town()), PullRequest(a_place, z_place, strands, DAY))


# Compared with every walk there is.


def random_ground(random: Random) -> Inventory:
    """Ducts of any readiness, with bores of any fill, and consents that end some day."""
    inventory = random_plant(random)
    statuses = (AssetStatus.LIVE, AssetStatus.LIVE, AssetStatus.LIVE, AssetStatus.RETIRED)
    return replace(
        inventory,
        places=tuple(
            replace(place, kind=random.choice((PlaceKind.CHAMBER, PlaceKind.CHAMBER, PlaceKind.SITE)))
            for place in inventory.places
        ),
        ducts=tuple(replace(duct, status=random.choice(statuses)) for duct in inventory.ducts),
        bores=tuple(
            replace(bore, fill_percent=float(random.randint(0, 50)), used_by=random.choice(("", "", "alder")))
            for bore in inventory.bores
        ),
        consents=tuple(
            Consent(code, "Owner", "", "", date(2020, 1, 1), last, 0)
            for code, last in (("open", None), ("ended", date(2026, 11, 21)))
        ),
        consent_covers=tuple(
            ConsentCover(random.choice(("open", "open", "open", "ended")), duct.ref)
            for duct in inventory.ducts
            if random.random() < 0.9
        ),
    )


def naive_fits(inventory: Inventory, duct: Duct, diameter_mm: float) -> bool:
    consents = {cover.consent for cover in inventory.consent_covers if cover.asset == duct.ref}
    if duct.status is not AssetStatus.LIVE or "open" not in consents:
        return False
    return any(
        bore.ref.duct == duct.code
        and bore.used_by != "alder"
        and (diameter_mm / bore.diameter_mm) ** 2 <= (bore.fill_limit_percent - bore.fill_percent) / 100
        for bore in inventory.bores
    )


def every_walk(ducts: list[Duct], at: str, z_place: str, been: frozenset[str]) -> Iterator[float]:
    """The length of every walk that is nowhere twice."""
    if at == z_place:
        yield 0.0
        return
    for duct in ducts:
        if at in {duct.a_place, duct.z_place}:
            onward = duct.a_place if at == duct.z_place else duct.z_place
            if onward not in been:
                for length_m in every_walk(ducts, onward, z_place, been | {onward}):
                    yield duct.length_m + length_m


def naive_length(inventory: Inventory, a_place: str, z_place: str, diameter_mm: float) -> float | None:
    ducts = [duct for duct in inventory.ducts if naive_fits(inventory, duct, diameter_mm)]
    sites = {place.code for place in inventory.places if place.kind is PlaceKind.SITE} - {z_place}
    return min(every_walk(ducts, a_place, z_place, frozenset({a_place}) | sites), default=None)


@given(st.integers(0, 2**32), st.sampled_from([5.0, 10.1, 18.0, 25.0]))
@settings(max_examples=80, deadline=None)
def test_every_pull_over_random_ground_is_the_shortest_of_all_walks(seed: int, diameter_mm: float) -> None:
    inventory = random_ground(Random(seed))
    snapshot = Snapshot(inventory)
    a_place, z_place = inventory.places[0].code, inventory.places[-1].code

    found = find_pull(snapshot, PullRequest(a_place, z_place, 12, DAY, diameter_mm))

    shortest = naive_length(inventory, a_place, z_place, diameter_mm)
    assert (found.length_m if found.is_possible else None) == shortest
    assert_a_way(inventory, found)
    if shortest is None:
        assert_nothing_thicker_goes(inventory, found)


def assert_a_way(inventory: Inventory, found: PullAnswer) -> None:
    """The bores follow each other, and each keeps its limit."""
    at = found.a_place
    for bore in found.bores:
        duct = next(each for each in inventory.ducts if each.code == bore.bore.duct)
        assert {bore.a_place, bore.z_place} == {duct.a_place, duct.z_place}
        assert bore.a_place == at
        assert bore.new_fill_percent <= bore.fill_limit_percent
        at = bore.z_place
    assert at == (found.z_place if found.is_possible else found.a_place)


def assert_nothing_thicker_goes(inventory: Inventory, found: PullAnswer) -> None:
    thinner = 0.0 if found.thinner is None else found.thinner.diameter_mm
    assert naive_length(inventory, found.a_place, found.z_place, thinner + 0.101) is None
    if found.thinner is not None:
        assert naive_length(inventory, found.a_place, found.z_place, thinner - 0.001) == found.thinner.length_m
