"""Products in MEF's words and back: what we tell of a request is what we would take for it."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.plant import PositionRef
from inventory.snapshot import Snapshot
from inventory.windows import Window
from provisioning.catalogue_files import load_catalogue
from provisioning.orders import OrderRequest
from provisioning.wanted import (
    CrossConnectWanted,
    ELineWanted,
    HostedEquipment,
    SiteHostingWanted,
    StrandsWanted,
    Wanted,
)
from tests.web_town import BUSINESS, HOME, small_town
from web.request_errors import PayloadRefused
from web.sonata.products import ProductSent, asked_product
from web.sonata.told_products import told_product

CATALOGUE = load_catalogue()
TOWN = Snapshot(small_town())
WINDOW = Window(date(2030, 6, 1), date(2031, 6, 1))
ACCESS = st.sampled_from(
    [(product.code, offer.bandwidth_mbps) for product in CATALOGUE.products for offer in product.offers]
)
LINES = st.sampled_from(
    [(product, offer.bandwidth_mbps) for product in CATALOGUE.e_line_products for offer in product.offers]
)


def again(request: OrderRequest) -> OrderRequest:
    """What is taken for what is told, over the wire."""
    wire = told_product(request, CATALOGUE).wire()
    return asked_product(TOWN, CATALOGUE, ProductSent.received(wire), "/product").request(request.term_months)


@given(ACCESS, st.sampled_from([BUSINESS, HOME]), st.sampled_from([1, 12]))
@settings(deadline=None, max_examples=30)
def test_an_access_e_line_comes_back_as_it_was(sold: tuple[str, int], uprn: str, term: int) -> None:
    request = OrderRequest(sold[0], uprn, "alpha-quay", sold[1], term)
    assert again(request) == request


@given(LINES, st.integers(1, 4094), st.integers(1, 4094))
@settings(deadline=None, max_examples=30)
def test_an_e_line_comes_back_as_it_was(sold: tuple[object, int], a_vlan: int, z_vlan: int) -> None:
    product, mbps = sold
    vlans = ((a_vlan,), (z_vlan,)) if product.is_vlan_based else ((), ())  # type: ignore[attr-defined]  # an e-line product
    request = OrderRequest(product.code, BUSINESS, "", mbps, 12, wanted=ELineWanted(HOME, *vlans))  # type: ignore[attr-defined]
    assert again(request) == request


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("dark-fibre-pair", StrandsWanted("dx-quay", "dxp-mill", WINDOW, diverse=True, max_loss_db=7.5)),
        ("dark-fibre-pair", StrandsWanted("dx-quay", "dxp-mill", Window(date(2030, 6, 1)))),
        ("cross-connect", CrossConnectWanted(PositionRef("odf-dx-quay", 1), PositionRef("odf-dx-quay", 2), WINDOW)),
        ("site-hosting", SiteHostingWanted("dxp-mill", HostedEquipment.LORAWAN_GATEWAY, 20, WINDOW)),
    ],
)
def test_our_own_kinds_come_back_as_they_were(code: str, wanted: Wanted) -> None:
    known = {product.code: product for product in CATALOGUE.all_products}
    sold = code if code in known else next(each.code for each in CATALOGUE.all_products if each.kind is wanted.kind)
    request = OrderRequest(sold, "", "", 0, 12, wanted=wanted)
    assert again(request) == request


def test_an_end_that_is_both_a_position_and_a_port_is_refused() -> None:
    ends = {"endA": {"odf": "odf-dx-quay", "position": 1, "device": "sw-quay", "port": "Ethernet1"}}
    body = {
        "@type": "urn:neutralhost:spec:cross-connect:v1:all",
        "firstDay": "2030-06-01",
        "endZ": {"odf": "odf-dx-quay", "position": 2},
    } | ends
    sent = ProductSent.model_validate({"productConfiguration": body})
    with pytest.raises(PayloadRefused) as refused:
        asked_product(TOWN, CATALOGUE, sent, "/product")
    assert [fault.path for fault in refused.value.faults] == ["/product/productConfiguration/endA"]
