"""What the Manchester example promises: a whole plant, with the questions in it that its README names."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import pytest

from inventory.devices import DeviceRole
from inventory.examples import estate, example_folder
from inventory.examples.cells import Cell, borough_cells
from inventory.examples.generate import make_estate
from inventory.link_check import check_link, fibres_of
from inventory.optics import OPTICS, LossFigures
from inventory.places import PlaceKind
from inventory.plant import AssetKind, AssetRef, AssetStatus, Duct, StrandState
from inventory.plant_map import Plant, plant_of
from inventory.plant_use import PlantUse
from inventory.premises import PremisesKind
from inventory.protection import why_not_protected
from inventory.routes import RouteAnswer, RouteRequest
from inventory.routing import find_routes
from inventory.rules import find_faults
from inventory.snapshot import Inventory, Snapshot
from inventory.windows import Window, on

TODAY = date(2026, 11, 22)
TWO_YEARS = timedelta(days=730)


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return Snapshot(make_estate())


@pytest.fixture(scope="module")
def two_cities() -> Inventory:
    return make_estate(scale=2)


@pytest.fixture
def city(snapshot: Snapshot) -> Inventory:
    return snapshot.inventory


@pytest.fixture
def plant(snapshot: Snapshot) -> Plant:
    return plant_of(snapshot)


def ducts_of_road(city: Inventory, road: str) -> list[Duct]:
    return [duct for duct in city.ducts if duct.code.rpartition("-")[0] == f"du-{road}"]


def diverse(snapshot: Snapshot, a_place: str, z_place: str, day: date = TODAY) -> RouteAnswer:
    return find_routes(snapshot, PlantUse(), RouteRequest(a_place, z_place, Window(day), diverse=True))


def test_it_keeps_every_rule(city):
    assert find_faults(city) == ()


def test_it_has_more_than_a_hundred_public_sites_at_public_premises(city, snapshot):
    uprns = [place.uprn for place in city.places if place.kind is PlaceKind.SITE]

    assert sum(snapshot.premises[uprn].kind is PremisesKind.PUBLIC for uprn in uprns) > 100
    assert len(set(uprns)) == len(uprns)


def test_the_ducts_belong_to_at_least_three_members_and_not_all_to_their_operator(city, snapshot):
    owners = Counter(duct.owner for duct in city.ducts if duct.status is AssetStatus.LIVE)

    assert len(owners) >= 3
    assert owners.keys() <= snapshot.organisations.keys()
    assert {duct.owner for duct in ducts_of_road(city, "oxford-road")} == {"towpath-ducts"}
    assert {duct.operator for duct in ducts_of_road(city, "oxford-road")} == {"ginnel"}


def test_the_corridor_duct_of_2010_holds_other_peoples_cables_up_to_the_limit(city, plant):
    bores = [bore for duct in ducts_of_road(city, "oxford-road") for bore in plant.bores_of[duct.code]]

    assert {duct.ready_from.year for duct in ducts_of_road(city, "oxford-road")} == {2010}
    full = [bore for bore in bores if bore.fill_percent == bore.fill_limit_percent]
    assert {bore.used_by for bore in full} == {"towpath-ducts"}
    assert not any(bore.ref in plant.cables_in_bore for bore in full)


def test_the_spine_leads_from_the_science_park_over_heat_network_and_health_zone_to_the_airport(snapshot, plant):
    links = [snapshot.links["health-1--wythenshawe-1"], snapshot.links["wythenshawe-1--airport-city-1"]]
    ducts = {duct for link in links for duct in ducts_under(plant, link.code)}
    roads = {duct.rpartition("-")[0].removeprefix("du-") for duct in ducts}

    assert {"health-zone", "princess-parkway", "airport-spine"} <= roads
    assert any(duct.startswith("du-heat-network") for duct in ducts_under(plant, "science-park-2--health-1"))


def ducts_under(plant: Plant, link: str) -> set[str]:
    return {duct for fibre in plant.fibres_of_link[link] for each in fibre for duct in plant.ducts_of(each.cable)}


def test_tramside_routes_and_bridges_are_risks_that_several_ducts_share(city):
    tram = Counter(duct.corridor for duct in city.ducts if duct.corridor.startswith("tram-"))
    bridges = Counter(duct.bridge for duct in city.ducts if duct.bridge)

    assert len(tram) == 3
    assert min(tram.values()) > 1
    assert bridges["bridge-m56-junction-5"] == 2
    assert any(bridge.startswith("bridge-mersey") for bridge in bridges)


def test_every_dx_has_two_entries(city):
    entries = {duct.z_entry for duct in city.ducts if duct.z_place.startswith("dx-")}

    assert {f"{place.code}-{entry}" for place in city.places if place.kind is PlaceKind.DX for entry in ENTRIES} == {
        *entries
    }


ENTRIES = ("first", "second")


def test_every_link_is_carried_port_to_port_within_its_optics_budget(city, plant):
    for link in Snapshot(city).cabled_links:
        fibres = fibres_of(plant, link)
        optic = OPTICS[plant.patches_of_port[link.a][0].optic]

        assert len(fibres) == optic.strands
        assert check_link(plant, link, LossFigures(), TODAY)
        for strands in plant.fibres_of_link[link.code]:
            assert sum(plant.length_m(strand.cable) for strand in strands) == pytest.approx(link.length_m, abs=0.1)


def test_the_two_uplinks_of_a_neighbourhood_lie_in_separate_ducts_where_its_building_has_two_entries(city, plant):
    entries = Counter(duct.z_place for duct in city.ducts if duct.z_entry)
    for place in city.places:
        switch = f"sw-{place.code.removeprefix('dxp-')}-1"
        uplinks = [link.code for link in city.links if link.a.device == switch]
        if place.kind is PlaceKind.DXP and len(uplinks) == 2 and entries[place.code] == 2:
            assert ducts_under(plant, uplinks[0]).isdisjoint(ducts_under(plant, uplinks[1])), place.code


def test_drops_use_one_strand_and_trunks_two(city, plant):
    roles = {device.name: device.role for device in city.devices}
    for link in Snapshot(city).cabled_links:
        is_drop = roles[link.a.device] is not DeviceRole.SWITCH
        assert len(plant.fibres_of_link[link.code]) == (1 if is_drop else 2)


def test_links_of_two_cables_go_on_when_either_is_cut_and_no_others_do(snapshot, plant):
    protected = {link.code for link in snapshot.circuit_links if not why_not_protected(plant, link)}

    assert protected == set(estate.TWO_CABLES)
    assert len(protected) == 5


def test_hyde_has_free_fibre_to_an_exchange_and_no_link_that_lights_it(snapshot):
    assert not any("sw-hyde-1" in (link.a.device, link.z.device) for link in trunks(snapshot))
    assert find_routes(snapshot, PlantUse(), RouteRequest("dxp-hyde", "dx-tameside", Window(TODAY))).legs


def trunks(snapshot: Snapshot) -> Iterator:
    return (link for link in snapshot.inventory.links if not link.code.startswith("drop-"))


def test_public_sites_have_dark_strands_through_to_an_exchange(city, plant):
    public = [place for place in city.places if place.kind is PlaceKind.SITE and "site-nte" not in place.code]
    for site in public:
        ends = {plant.odfs[end.odf].place for end in far_ends(plant, site.code)}
        assert any(end.startswith(("dx-", "dxp-")) for end in ends), site.code


def far_ends(plant: Plant, place: str) -> Iterator:
    for odf in plant.odfs_at[place]:
        for position, strand in plant.strand_behind.items():
            if position.odf == odf.code:
                *_, last = plant.walk_strand(strand, place)
                if last in plant.strand_behind:
                    yield last


def test_strands_are_spliced_with_believable_losses_or_pass_uncut(city):
    losses_db = [splice.loss_db for splice in city.splices]

    assert all(loss_db == 0 or 0.02 <= loss_db <= 0.15 for loss_db in losses_db)
    assert 0 in losses_db
    assert max(losses_db) > 0.1


def test_most_strands_are_free_a_few_are_not_usable_and_some_spans_are_full(city, plant):
    states = Counter(strand.state for strand in city.strands)
    full = [
        code
        for code, strands in plant.strands_of.items()
        if not any(each.state is StrandState.USABLE and each.ref not in plant.lit_strands for each in strands)
    ]

    assert states[StrandState.USABLE] > 0.9 * len(city.strands)
    assert 0 < states[StrandState.FAULTY] < 50
    assert "ca-whitworth-street-01" in full
    assert len(full) < len(plant.cables) / 20


def test_several_consents_end_within_two_years_and_one_begins_only_then(city):
    ending = [each for each in city.consents if each.last_day is not None and each.last_day <= TODAY + TWO_YEARS]

    assert len(ending) >= 4
    assert all(each.last_day > TODAY for each in ending)
    assert [each.code for each in city.consents if each.first_day > TODAY] == ["consent-styal"]


def test_every_live_duct_is_permitted_today(city, plant):
    live = [duct.ref for duct in city.ducts if duct.status is AssetStatus.LIVE]

    assert plant.consents.gaps(live, on(TODAY)) == ()


def test_some_ducts_are_only_planned_with_the_day_they_will_be_ready(city):
    coming = {AssetStatus.PLANNED, AssetStatus.BUILDING, AssetStatus.PROPOSED}
    ducts = [duct for duct in city.ducts if duct.status in coming]

    assert {duct.status for duct in ducts} == coming
    assert all(duct.ready_from > TODAY for duct in ducts)
    assert any(duct.status is AssetStatus.RETIRED for duct in city.ducts)


def test_routes_begin_and_end_at_their_places_and_lengths_are_no_shorter(city, snapshot):
    for duct in city.ducts:
        a, z = snapshot.places[duct.a_place], snapshot.places[duct.z_place]
        drawn_m = sum(((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5 for (x1, y1), (x2, y2) in pairwise(duct.route))
        assert (duct.route[0], duct.route[-1]) == ((a.easting_m, a.northing_m), (z.easting_m, z.northing_m))
        assert drawn_m <= duct.length_m <= drawn_m * 1.03 + 0.1


@pytest.mark.parametrize(
    ("a_place", "z_place", "shared"),
    [
        ("dx-science-park", "dx-noma", set()),
        ("dx-health", "dx-tameside", set()),
        ("dx-science-park", "dx-wythenshawe", set()),
        ("dx-noma", "dx-airport-city", {"bridge:bridge-m56-junction-5"}),
        (
            "dx-health",
            "dxp-levenshulme",
            {"duct:du-levenshulme-first-entry-01", "entry:dxp-levenshulme-first", "place:ch-levenshulme-first-entry"},
        ),
    ],
)
def test_the_pairs_the_readme_names_are_diverse_or_share_what_it_says(snapshot, a_place, z_place, shared):
    assert {str(asset) for asset in diverse(snapshot, a_place, z_place).shared} == shared


def test_styal_road_makes_the_airport_diverse_and_the_end_of_the_trams_consent_takes_it_from_wythenshawe(snapshot):
    assert diverse(snapshot, "dx-noma", "dx-airport-city", date(2027, 10, 1)).shared == ()
    assert diverse(snapshot, "dx-science-park", "dx-wythenshawe", date(2027, 3, 31)).shared == ()
    assert diverse(snapshot, "dx-science-park", "dx-wythenshawe", date(2027, 4, 1)).shared == (
        AssetRef(AssetKind.PLACE, "ch-wythenshawe-first-entry"),
    )


def test_the_readme_says_how_much_there_is(city):
    readme = (example_folder("manchester") / "README.md").read_text(encoding="utf-8")
    kinds = Counter(place.kind for place in city.places)

    assert f"{len(city.places):,}: 8 DXs, 15 DXPs, {kinds[PlaceKind.SITE]} sites" in readme
    assert f"{kinds[PlaceKind.CHAMBER]} chambers, {kinds[PlaceKind.POLE]} poles" in readme
    for count in (city.premises, city.ducts, city.bores, city.cables, city.strands, city.splices, city.odf_positions):
        assert f"{len(count):,}" in readme
    assert f"{len(city.odfs)} ODFs" in readme
    assert f"| hosting positions | {len(city.hosting_positions)} " in readme


def test_one_seed_makes_one_estate_and_another_seed_another(two_cities):
    assert make_estate(scale=2) == two_cities
    assert make_estate(seed=7).ducts != make_estate().ducts


def test_scale_two_is_the_city_and_as_much_again(city, two_cities):
    assert set(city.ducts) <= set(two_cities.ducts)
    assert set(city.devices) <= set(two_cities.devices)
    assert set(city.premises) <= set(two_cities.premises)
    assert len(two_cities.premises) == 2 * len(city.premises)
    assert 1.9 < len(two_cities.places) / len(city.places) < 2.1
    assert find_faults(two_cities) == ()


def test_what_a_borough_adds_is_carried_and_reachable_over_the_network(two_cities):
    plant = plant_of(Snapshot(two_cities))
    addresses = [device.management_address for device in two_cities.devices if device.management_address]

    assert plant.fibres_of_link.keys() == {link.code for link in two_cities.links}
    assert len(set(addresses)) == len(addresses)
    assert sum(place.kind is PlaceKind.DX for place in two_cities.places) == 10


def test_boroughs_lie_outside_the_city_and_each_touches_what_was_there_before():
    seen: set[Cell] = set()
    for cell in borough_cells(300):
        assert not cell.is_city
        assert cell not in seen
        assert any(other.is_city or other in seen for other in cell.neighbours())
        seen.add(cell)
