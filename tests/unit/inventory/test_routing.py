"""Routes over random plants, against every simple path tried one by one; and refusals, by cause."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.consents import ConsentCover
from inventory.errors import InventoryError, UnknownThing
from inventory.optics import LossFigures
from inventory.plant import AssetKind, AssetRef, AssetStatus, StrandRef
from inventory.plant_errors import (
    Avoided,
    ConsentMissing,
    LossTooHigh,
    NoRoute,
    PlantNotReady,
    RouteRefused,
    SamePlace,
    StrandsExhausted,
)
from inventory.plant_use import Hold, PlantUse
from inventory.routes import RouteAnswer, RouteRequest, SearchLimits
from inventory.routing import find_routes, rank_routes
from inventory.snapshot import Inventory, Snapshot
from inventory.windows import Window
from tests.integration.strand_town import strand_town
from tests.plants import planted_town
from tests.unit.inventory.brute_routes import Way, best_pair, ways
from tests.unit.inventory.mazes import WINDOW, Maze, maze

FIGURES = LossFigures(per_km_db=3.0)  # so that in small plants, too, light is lost along the way and not at joints only
NO_USE = PlantUse()
TODAY = Window(date(2026, 11, 22))

mazes = st.builds(
    maze,
    st.integers(0, 100_000),
    st.integers(5, 9),
    st.integers(8, 16),
    is_hostile=st.booleans(),
)
several = settings(max_examples=60, deadline=None)


def asked(strands: int = 1, **more: object) -> RouteRequest:
    return replace(RouteRequest("p0", "p4", WINDOW, strands), **more)


def answer(of: Maze, request: RouteRequest, limits: SearchLimits | None = None) -> RouteAnswer | None:
    """The answer, or None for a refusal other than of the question itself."""
    try:
        return find_routes(of.snapshot, of.use, request, FIGURES, limits or SearchLimits())
    except RouteRefused:
        return None


def tried(of: Maze, request: RouteRequest) -> list[Way]:
    return ways(of.snapshot, of.use, request, FIGURES)


def total_m(found: RouteAnswer) -> float:
    return sum(leg.length_m for leg in found.legs)


@several
@given(mazes, st.integers(1, 3))
def test_one_leg_is_the_shortest_of_all_simple_paths(of: Maze, strands: int) -> None:
    found, all_ways = answer(of, asked(strands)), tried(of, asked(strands))

    assert (found is None) == (not all_ways)
    if found is not None:
        leg = found.legs[0]
        assert total_m(found) == pytest.approx(all_ways[0].length_m, abs=0.01)
        assert any(leg.places == way.places and leg.ducts == way.ducts for way in all_ways)
        assert leg.loss_db == pytest.approx(
            min(way.loss_db for way in all_ways if (way.places, way.ducts) == (leg.places, leg.ducts)), abs=1e-3
        )


@settings(max_examples=150, deadline=None)
@given(mazes, st.integers(1, 3))
def test_two_legs_share_as_little_and_are_as_short_as_any_two_simple_paths(of: Maze, strands: int) -> None:
    request = asked(strands, diverse=True)
    found, all_ways = answer(of, request), tried(of, request)

    assert (found is None) == (not all_ways)
    if found is not None:
        shares, length_m = best_pair(all_ways)
        assert found.is_exact
        assert len(found.shared) == shares
        assert total_m(found) == pytest.approx(length_m, abs=0.02)
        assert set(found.shared) in [
            one.risks & other.risks
            for one in all_ways
            for other in all_ways
            if {one.ducts, other.ducts} == {leg.ducts for leg in found.legs}
        ]


@settings(max_examples=100, deadline=None)
@given(mazes)
def test_legs_that_share_something_are_told_which_consents_would_part_them_further(of: Maze) -> None:
    request = asked(diverse=True)
    found, all_ways = answer(of, request), tried(of, request)
    if found is None:
        return
    fewest, _ = best_pair(tried(friendly(of, consents=True), request))

    assert (found.barred is None) == (fewest == best_pair(all_ways)[0])
    if found.barred is not None:
        assert len(found.barred.shared) == fewest
        again = answer(with_consents(of, {gap.asset for gap in found.barred.gaps}), request)
        assert again is not None
        assert len(again.shared) == fewest


@several
@given(mazes, st.floats(0.7, 1.3), st.booleans())
def test_a_loss_bound_keeps_the_best_that_fits_or_says_what_the_least_loss_is(
    of: Maze, share: float, diverse: bool
) -> None:
    all_ways = tried(of, asked())
    if not all_ways:
        return
    bound_db = all_ways[0].loss_db * share
    fitting = [way for way in all_ways if way.loss_db <= bound_db]
    request = asked(diverse=diverse, max_loss_db=bound_db)

    if not fitting:
        with pytest.raises(LossTooHigh) as refused:
            find_routes(of.snapshot, of.use, request, FIGURES)
        assert refused.value.least_db == pytest.approx(min(way.loss_db for way in all_ways), abs=1e-3)
        return

    found = find_routes(of.snapshot, of.use, request, FIGURES)
    best_m = best_pair(fitting) if diverse else (0, fitting[0].length_m)
    assert (len(found.shared), total_m(found)) == (best_m[0], pytest.approx(best_m[1], abs=0.02))
    assert all(leg.loss_db <= bound_db + 1e-3 for leg in found.legs)


@several
@given(mazes, st.integers(1, 8))
def test_ranked_routes_are_the_shortest_simple_paths_in_order(of: Maze, count: int) -> None:
    all_ways = tried(of, asked())
    if not all_ways:
        return

    found = rank_routes(of.snapshot, of.use, asked(), count, FIGURES)

    assert [route.length_m for route in found] == pytest.approx([way.length_m for way in all_ways[:count]], abs=0.01)
    assert len({(route.places, route.ducts) for route in found}) == len(found)


@several
@given(mazes, st.data())
def test_what_is_to_be_avoided_is_on_no_leg(of: Maze, data: st.DataObject) -> None:
    inventory = of.snapshot.inventory
    known = [
        *(AssetRef(AssetKind.PLACE, place.code) for place in inventory.places),
        *(cable.ref for cable in inventory.cables),
        *(AssetRef(AssetKind.CLOSURE, closure.code) for closure in inventory.closures),
        *(AssetRef(AssetKind.ODF, odf.code) for odf in inventory.odfs),
        *(AssetRef(AssetKind.STRAND, str(strand.ref)) for strand in inventory.strands),
        *(risk for duct in inventory.ducts for risk in (duct.ref, *duct.risks)),
    ]
    request = asked(3, avoid=frozenset(data.draw(st.lists(st.sampled_from(known), max_size=3))))
    found, all_ways = answer(of, request), tried(of, request)

    assert (found is None) == (not all_ways)
    if found is not None:
        assert total_m(found) == pytest.approx(all_ways[0].length_m, abs=0.01)


@several
@given(mazes)
def test_the_cause_a_refusal_names_is_the_first_that_alone_bars_the_way_or_one_of_several(of: Maze) -> None:
    reasons = {"consents": ConsentMissing, "ducts": PlantNotReady, "strands": StrandsExhausted}
    if tried(of, asked(4)):
        return
    alone = [error for reason, error in reasons.items() if tried(friendly(of, **{reason: True}), asked(4))]
    together = tried(friendly(of, **dict.fromkeys(reasons, True)), asked(4))

    with pytest.raises(alone[0] if alone else RouteRefused if together else NoRoute) as refused:
        find_routes(of.snapshot, of.use, asked(4), FIGURES)

    assert refused.value.next_step
    if isinstance(refused.value, ConsentMissing):
        gap = refused.value.gaps[0]
        assert str(gap.asset) in str(refused.value)
        assert gap.nearest is None or gap.nearest.code in str(refused.value)


def friendly(of: Maze, *, strands: bool = False, ducts: bool = False, consents: bool = False) -> Maze:
    """The maze with some causes of refusals taken away."""
    inventory, use = of.snapshot.inventory, of.use
    if strands:
        usable = tuple(replace(strand, state=type(strand.state).USABLE) for strand in inventory.strands)
        inventory, use = replace(inventory, strands=usable), NO_USE
    if ducts:
        live: Mapping[str, object] = {"status": AssetStatus.LIVE, "ready_from": None}
        inventory = replace(
            inventory,
            ducts=tuple(replace(duct, **live) for duct in inventory.ducts),
            cables=tuple(replace(cable, **live) for cable in inventory.cables),
        )
    if consents:
        endless = tuple(replace(each, first_day=date(2020, 1, 1), last_day=None) for each in inventory.consents)
        inventory = replace(inventory, consents=endless)
    return Maze(Snapshot(inventory), use)


def with_consents(of: Maze, assets: Collection[AssetRef]) -> Maze:
    """The maze with a consent without an end for some assets."""
    inventory = of.snapshot.inventory
    covers = (*inventory.consent_covers, *(ConsentCover("c0", asset) for asset in assets))
    return Maze(Snapshot(replace(inventory, consent_covers=covers)), of.use)


def town(**changes: object) -> Snapshot:
    return Snapshot(replace(planted_town(), **changes))


ENDLESS = tuple(replace(consent, last_day=None) for consent in planted_town().consents)


def quay_to_mill(**more: object) -> RouteRequest:
    return replace(RouteRequest("quay", "mill", TODAY), **more)


def with_duct(code: str, **changes: object) -> tuple[object, ...]:
    return tuple(replace(duct, **changes) if duct.code == code else duct for duct in planted_town().ducts)


def test_one_leg_of_the_town_has_its_places_ducts_cables_metres_and_loss() -> None:
    leg = find_routes(town(), NO_USE, quay_to_mill()).legs[0]

    assert leg.places == ("quay", "pit", "mill")
    assert [(span.ducts, span.cables) for span in leg.spans] == [(("d-east",), ("k-east",)), (("d-west",), ("k-west",))]
    assert leg.length_m == 1220.0
    assert leg.loss_db == pytest.approx(1.22 * 0.35 + 0.1 + 2 * 0.3)


def test_where_only_an_odf_joins_two_cables_the_joint_is_two_connectors() -> None:
    patched = replace(planted_town().odfs[0], code="odf-pit", place="pit")
    snapshot = town(closures=(), splices=(), odfs=(*planted_town().odfs, patched))

    assert find_routes(snapshot, NO_USE, quay_to_mill()).legs[0].loss_db == pytest.approx(1.22 * 0.35 + 4 * 0.3)


def test_the_consent_that_a_better_pair_lacks_is_named_with_its_dates() -> None:
    town_of_two_ways, in_june = Snapshot(strand_town()), Window(date(2027, 6, 1))

    found = find_routes(town_of_two_ways, NO_USE, quay_to_mill(window=in_june, diverse=True))

    assert [str(asset) for asset in found.shared] == ["duct:d-bank"]
    assert found.barred is not None
    assert [(str(gap.asset), gap.nearest and gap.nearest.code) for gap in found.barred.gaps] == [
        ("duct:d-west", "c-canal")
    ]
    assert found.barred.sentence == (
        "A pair that shares nothing needs a consent for duct:d-west"
        " (consent c-canal of Canal Trust is from 2020-01-01 to 2027-01-01)."
    )
    assert find_routes(town_of_two_ways, NO_USE, quay_to_mill(diverse=True)).barred is None


def test_where_no_span_divides_a_state_of_the_branching_the_search_goes_on_and_is_exact() -> None:
    of = maze(117, 6, 11, is_hostile=False)

    found = answer(of, asked(diverse=True))

    assert found is not None
    assert (found.is_exact, len(found.shared)) == (True, best_pair(tried(of, asked()))[0])


def test_two_legs_over_one_way_share_all_of_it_but_the_ends() -> None:
    found = find_routes(town(), NO_USE, quay_to_mill(diverse=True))

    assert [str(asset) for asset in found.shared] == ["corridor:tram", "duct:d-east", "duct:d-west", "place:pit"]
    assert (found.separation_m, found.is_exact) == (0.0, True)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (quay_to_mill(z_place="nowhere"), UnknownThing),
        (quay_to_mill(avoid=frozenset({AssetRef(AssetKind.BRIDGE, "nowhere")})), UnknownThing),
        (quay_to_mill(avoid=frozenset({AssetRef(AssetKind.PORT, "sw-quay:Ethernet49")})), UnknownThing),
        (quay_to_mill(z_place="quay"), SamePlace),
        (quay_to_mill(strands=11), StrandsExhausted),
        (quay_to_mill(avoid=frozenset({AssetRef(AssetKind.CORRIDOR, "tram")})), Avoided),
        (quay_to_mill(avoid=frozenset({AssetRef(AssetKind.PLACE, "mill")})), Avoided),
        (quay_to_mill(avoid=frozenset({AssetRef(AssetKind.LINK, "trunk")})), Avoided),
        (quay_to_mill(avoid=frozenset({AssetRef(AssetKind.BORE, "d-west:1")})), Avoided),
        (quay_to_mill(window=Window(date(2026, 1, 1), date(2030, 1, 1))), ConsentMissing),
        (quay_to_mill(max_loss_db=1.0), LossTooHigh),
        (quay_to_mill(max_loss_db=1.0, diverse=True), LossTooHigh),
    ],
)
def test_a_request_that_cannot_be_met_is_refused_for_its_cause(
    request_: RouteRequest, expected: type[InventoryError]
) -> None:
    with pytest.raises(expected) as refused:
        find_routes(town(), NO_USE, request_)

    assert refused.value.facts
    assert refused.value.next_step


def test_the_refusal_for_want_of_a_consent_names_the_consent_its_grantor_and_the_duct() -> None:
    with pytest.raises(
        ConsentMissing, match=r"duct:d-west \(consent c-canal of Canal Trust is from 2020-01-01 to 2027"
    ):
        find_routes(town(), NO_USE, quay_to_mill(window=Window(date(2027, 6, 1))))


def test_the_refusal_for_what_is_not_there_yet_says_from_when_it_is() -> None:
    ducts = with_duct("d-west", status=AssetStatus.PLANNED, ready_from=date(2027, 2, 1))
    snapshot = town(ducts=ducts, consents=ENDLESS)

    with pytest.raises(PlantNotReady, match="duct:d-west is ready from 2027-02-01 only"):
        find_routes(snapshot, NO_USE, quay_to_mill())
    assert find_routes(snapshot, NO_USE, quay_to_mill(window=Window(date(2027, 2, 1), date(2027, 3, 1)))).legs


def test_the_refusal_for_want_of_strands_names_the_full_cables() -> None:
    with pytest.raises(StrandsExhausted, match=r"fewer than 10 strands free in mill to pit \(cable k-west\)"):
        find_routes(town(), NO_USE, quay_to_mill(strands=10))


def test_strands_held_on_a_day_of_the_window_are_not_free_and_are_again_after_it() -> None:
    hold = (Hold(Window(date(2026, 12, 1), date(2026, 12, 24)), "R-1", False),)
    use = PlantUse({StrandRef("k-west", number): hold for number in range(3, 12)})

    with pytest.raises(StrandsExhausted):
        find_routes(town(consents=ENDLESS), use, quay_to_mill(window=Window(date(2026, 12, 24), date(2027, 1, 3))))
    assert find_routes(town(consents=ENDLESS), use, quay_to_mill(window=Window(date(2026, 12, 25)))).legs


def test_places_that_no_cables_join_have_no_route_and_one_without_cables_has_none_either() -> None:
    alone = town(cables=(), cable_bores=(), strands=(), splices=(), odf_positions=(), patches=())

    with pytest.raises(NoRoute, match="quay and mill"):
        find_routes(alone, NO_USE, quay_to_mill())
    with pytest.raises(NoRoute):
        find_routes(Snapshot(Inventory(places=planted_town().places)), NO_USE, quay_to_mill())


def test_a_search_that_is_cut_off_says_so_and_still_gives_two_legs() -> None:
    for seed in range(200):
        of = maze(seed, 9, 16, is_hostile=False)
        full, cut_off = (answer(of, asked(diverse=True), limits) for limits in (None, SearchLimits(arcs=0)))
        if full is not None and cut_off is not None and not cut_off.is_exact:
            assert "too many" in cut_off.method
            assert (len(cut_off.shared), total_m(cut_off)) >= (len(full.shared), total_m(full))
            return
    pytest.fail("no search of the two hundred was cut off")
