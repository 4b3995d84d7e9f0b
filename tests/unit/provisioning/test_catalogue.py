"""The price list: the one that is shipped, and what is said of a broken one."""

import re
from pathlib import Path

import pytest

from automation.intents import BandwidthProfile
from provisioning.catalogue_files import load_catalogue
from provisioning.errors import CatalogueInvalid, SpeedNotOffered, TermNotOffered, UnknownProduct

GOOD = """
version = "1"
[[products]]
code = "line"
name = "Line"
description = "A line."
class_of_service = "H"
needs_approval_above_mbps = 100
[[products.offers]]
bandwidth_mbps = 200
cir_mbps = 50
eir_mbps = 150
cbs_bytes = 1000
ebs_bytes = 2000
setup_pence = 5
monthly_pence = { 12 = 100, 1 = 120 }
[[products.offers]]
bandwidth_mbps = 100
cir_mbps = 100
eir_mbps = 0
cbs_bytes = 1000
ebs_bytes = 0
setup_pence = 0
monthly_pence = { 1 = 60 }
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "prices.toml"


def test_the_shipped_price_list_sells_each_line_at_every_term_and_asks_a_person_above_1000() -> None:
    for product in load_catalogue().products:
        for offer in product.offers:
            assert set(offer.monthly_pence_by_term) == {1, 12, 36, 60}
            assert list(offer.monthly_pence_by_term.values()) == sorted(
                offer.monthly_pence_by_term.values(), reverse=True
            )
            assert offer.needs_approval == (offer.bandwidth_mbps > 1000)
            assert offer.profile.cir_mbps + offer.profile.eir_mbps == offer.bandwidth_mbps


def test_a_file_becomes_a_catalogue_with_slow_speeds_and_short_terms_first(file: Path) -> None:
    file.write_text(GOOD)

    (product,) = load_catalogue(file).products

    assert [offer.bandwidth_mbps for offer in product.offers] == [100, 200]
    assert product.offer(200).profile == BandwidthProfile(50, 150, 1000, 2000)
    assert list(product.offer(200).monthly_pence_by_term) == [1, 12]
    assert [offer.needs_approval for offer in product.offers] == [False, True]
    assert product.monthly_pence(200, 12) == 100


def test_what_is_not_sold_is_named_with_what_is(file: Path) -> None:
    file.write_text(GOOD)
    catalogue = load_catalogue(file)
    product = catalogue.product("line")

    with pytest.raises(UnknownProduct, match="'wire'"):
        catalogue.product("wire")
    with pytest.raises(SpeedNotOffered, match="not offered at 0 Mbit/s, but at 100, 200 Mbit/s"):
        product.offer(0)
    with pytest.raises(TermNotOffered, match="not offered for 12 months, but for 1 months"):
        product.monthly_pence(100, 12)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("cir_mbps = 50", "cir_mbps = 60", "products.0.offers.0"),
        ("cir_mbps = 50", "cir_mbps = -50", "products.0.offers.0.cir_mbps"),
        ("cir_mbps = 50", "cir_mbps = 50.5", "products.0.offers.0.cir_mbps"),
        ("cir_mbps = 50", "", "products.0.offers.0.cir_mbps"),
        ("cir_mbps = 50", 'cir_mbps = 50\ncolour = "blue"', "products.0.offers.0.colour"),
        ("ebs_bytes = 2000", "ebs_bytes = 0", "products.0.offers.0"),
        ("{ 12 = 100, 1 = 120 }", "{}", "products.0.offers.0.monthly_pence"),
        ("{ 12 = 100, 1 = 120 }", "{ yearly = 100 }", "products.0.offers.0.monthly_pence.yearly"),
        ('code = "line"', 'code = "A Line"', "products.0.code"),
        ("bandwidth_mbps = 100", "bandwidth_mbps = 200", "products.0.offers.1"),
        ('version = "1"', "", "version"),
        ("[[products]]", "[[products", "the file itself"),
    ],
)
def test_a_broken_file_is_one_error_that_names_file_and_field(file: Path, old: str, new: str, field: str) -> None:
    file.write_text(GOOD.replace(old, new, 1))

    with pytest.raises(CatalogueInvalid, match=re.escape(str(file))) as caught:
        load_catalogue(file)

    assert caught.value.field.startswith(field)


def test_a_speed_or_product_that_stands_there_twice_is_refused(file: Path) -> None:
    offer = GOOD[GOOD.index("[[products.offers]]") :]
    for text, words in ((GOOD + offer, "a speed is offered twice"), (GOOD + GOOD.partition('"1"')[2], "there twice")):
        file.write_text(text)
        with pytest.raises(CatalogueInvalid, match=words):
            load_catalogue(file)


def test_a_file_that_is_not_there_or_not_text_is_said_so(file: Path) -> None:
    with pytest.raises(CatalogueInvalid, match="No such file"):
        load_catalogue(file)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(CatalogueInvalid, match="the file itself"):
        load_catalogue(file)
