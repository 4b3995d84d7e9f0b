"""Prices: a function of the request, the route, the day and the price lists, and the lists side by side."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.plant import PositionRef
from inventory.windows import Window
from provisioning.catalogue import Catalogue
from provisioning.catalogue_errors import CataloguesClash, NoPriceList, RouteNotKnown, UnknownCatalogue
from provisioning.catalogue_files import load_catalogue, load_catalogues, read_kept
from provisioning.catalogues import changes_between, in_order, only
from provisioning.errors import CatalogueInvalid, TermNotOffered, UnknownProduct
from provisioning.orders import OrderRequest
from provisioning.pricing import RouteFacts, build_lines, needs_route, price_of
from provisioning.wanted import (
    CrossConnectWanted,
    ELineWanted,
    HostedEquipment,
    SiteHostingWanted,
    SsidSecurity,
    SsidWanted,
    StrandsWanted,
    Wanted,
)

LISTS = load_catalogues()
NOW, LATER = date(2026, 11, 22), date(2027, 4, 1)
OPEN = Window(NOW)
PAIR = StrandsWanted("a", "z", OPEN)
PATCH = CrossConnectWanted(PositionRef("o", 1), PositionRef("o", 2), OPEN)


def request(product: str, wanted: Wanted | None = None, mbps: int = 0, term: int = 12) -> OrderRequest:
    return OrderRequest(product, "1", "h", mbps, term, "any words", wanted)


@pytest.mark.parametrize(
    ("asked", "once", "monthly"),
    [
        (request("access-eline", mbps=100), 0, 2400),
        (request("epl", ELineWanted("2"), 100), 10000, 3600),
        (request("evpl", ELineWanted("2", (1,), (2,)), 100), 10000, 3120),
        (request("dark-fibre-pair", PAIR), 150000, 45000),
        (request("dark-fibre-pair", replace(PAIR, diverse=True)), 150000, 90000),
        (request("cross-connect", PATCH), 12500, 2000),
        (request("hosted-ssid", SsidWanted("x", "a", SsidSecurity.OPEN)), 20000, 12000),
        (request("site-hosting", SiteHostingWanted("p", HostedEquipment.SMALL_CELL, 60, OPEN)), 30000, 4000),
        (request("site-hosting", SiteHostingWanted("p", HostedEquipment.LORAWAN_GATEWAY, 15, OPEN)), 30000, 4000),
        (request("site-hosting", SiteHostingWanted("p", HostedEquipment.LORAWAN_GATEWAY, 19, OPEN)), 30000, 4100),
    ],
)
def test_every_product_has_a_price_whose_lines_add_up(asked: OrderRequest, once: int, monthly: int) -> None:
    price = price_of(asked, None, NOW, LISTS)

    assert (price.version, price.once_pence, price.monthly_pence) == ("2026-11", once, monthly)
    assert sum(line.once_pence for line in price.lines) == once
    assert sum(line.monthly_pence for line in price.lines) == monthly


def test_the_day_decides_which_list_holds_and_the_last_to_begin_wins() -> None:
    assert [price_of(request("cross-connect", PATCH), None, day, LISTS).once_pence for day in (NOW, LATER)] == [
        12500,
        11000,
    ]
    with pytest.raises(NoPriceList, match="2026-10-31"):
        LISTS.on(date(2026, 10, 31))
    assert LISTS.on(date(2026, 11, 1)).version == "2026-11"
    assert LISTS.on(date(2027, 3, 31)).version == "2026-11"


def test_strands_priced_by_length_need_a_route_and_metres_are_rounded_up() -> None:
    asked = request("dark-fibre-pair", replace(PAIR, diverse=True))

    assert [needs_route(asked, LISTS.on(day)) for day in (NOW, LATER)] == [False, True]
    with pytest.raises(RouteNotKnown):
        price_of(asked, None, LATER, LISTS)
    price = price_of(asked, RouteFacts((1000.2, 500.0)), LATER, LISTS)
    assert price.monthly_pence == 2 * 30000 + -(-1501 * 3000 // 1000)


@given(st.floats(min_value=0, max_value=10**6), st.floats(min_value=0, max_value=10**6))
def test_a_longer_route_never_costs_less(one_m: float, other_m: float) -> None:
    short_m, long_m = sorted((one_m, other_m))
    prices = [
        price_of(request("dark-fibre-pair", PAIR), RouteFacts((each,)), LATER, LISTS) for each in (short_m, long_m)
    ]
    assert prices[0].monthly_pence <= prices[1].monthly_pence


def test_a_product_of_one_kind_is_not_sold_as_another() -> None:
    for asked in (
        request("epl", mbps=100),
        request("access-eline", ELineWanted("2"), 100),
        request("hosted-ssid", PATCH),
        request("cross-connect", PAIR),
    ):
        with pytest.raises(UnknownProduct):
            price_of(asked, None, NOW, LISTS)
    with pytest.raises(TermNotOffered):
        price_of(request("cross-connect", PATCH, term=60), None, NOW, LISTS)


def test_what_must_be_built_is_priced_once_and_by_the_metre() -> None:
    lines = build_lines(("nte-missing", "nte-missing", "no-path"), 12.3, LISTS.on(NOW))
    assert [(line.code, line.once_pence) for line in lines] == [("nte-visit", 9500 + 13 * 450)]


def test_two_lists_differ_in_exactly_these_prices() -> None:
    changes = {(one.product, one.what): (one.was_pence, one.now_pence) for one in changes_between(*LISTS.lists)}

    assert changes["cross-connect", "setup"] == (12500, 11000)
    assert changes["dark-fibre-pair", "a km, 12 months"] == (None, 3000)
    assert not changes_between(LISTS.lists[0], LISTS.lists[0])


def test_lists_that_cannot_stand_side_by_side_are_refused() -> None:
    one = load_catalogue()
    with pytest.raises(CataloguesClash, match="same version"):
        in_order([one, replace(one, valid_from=LATER)])
    with pytest.raises(CataloguesClash, match="same day"):
        in_order([one, replace(one, version="other")])


def test_a_list_that_was_used_and_is_gone_is_known_but_not_sold_by() -> None:
    old, new = LISTS.lists
    left = only(new).with_withdrawn([old, new])

    assert left.withdrawn == (old,)
    assert left.version(old.version) == old
    with pytest.raises(NoPriceList):
        left.on(NOW)
    with pytest.raises(UnknownCatalogue, match="'1999'"):
        left.version("1999")


def test_a_kept_list_reads_back_as_it_was_and_words_around_the_prices_change_no_digest(tmp_path: Path) -> None:
    kept = load_catalogue()
    assert read_kept(kept.text) == kept
    source = Path("provisioning/price_lists/2026-11.toml").read_text()
    file = tmp_path / "prices.toml"
    file.write_text(f"# a comment more\n{source}")
    assert load_catalogue(file).digest == kept.digest
    file.write_text(source.replace("pence_per_m = 450", "pence_per_m = 451"))
    assert load_catalogue(file).digest != kept.digest


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('kind = "cross-connect"', 'kind = "cross"', "kind"),
        ("monthly_pence_per_watt = 25", 'monthly_pence_per_watt = "25"', "monthly_pence_per_watt"),
        ('version = "2026-11"', 'version = "2026 11"', "version"),
        ("valid_from = 2026-11-01", "valid_from = 2026-11-01\nvalid_until = 2026-10-01", "before valid_from"),
        ('based_on = "port"', 'based_on = "luck"', "based_on"),
        ('code = "second-nte"', 'code = "nte-visit"', "twice"),
        ('for_reason = "uni-taken"', 'for_reason = "nte-missing"', "same reason"),
        ('code = "hosted-ssid"', 'code = "epl"', "twice"),
    ],
)
def test_a_broken_list_is_refused_by_its_field(tmp_path: Path, old: str, new: str, words: str) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(Path("provisioning/price_lists/2026-11.toml").read_text().replace(old, new, 1))
    with pytest.raises(CatalogueInvalid, match=words):
        load_catalogue(file)


def test_a_folder_of_lists_is_all_there_are_and_an_empty_one_is_none(tmp_path: Path) -> None:
    with pytest.raises(CatalogueInvalid, match="no file in it"):
        load_catalogues(folder=tmp_path)
    with pytest.raises(CatalogueInvalid, match="no such folder"):
        load_catalogues(folder=tmp_path / "none")
    (tmp_path / "one.toml").write_text(Path("provisioning/price_lists/2027-04.toml").read_text())
    (tmp_path / "notes.txt").write_text("no price list")
    found: tuple[Catalogue, ...] = load_catalogues(folder=tmp_path).lists
    assert [one.version for one in found] == ["2027-04"]
