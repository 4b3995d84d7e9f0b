"""Quotes on real tables: whose they are, what they cost, how long they hold, and what an order by one pays."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from inventory.snapshot import Snapshot
from provisioning import front_desk
from provisioning.catalogue import Catalogue
from provisioning.catalogue_files import load_catalogue
from provisioning.catalogues import Catalogues, only
from provisioning.changes import ChangeKind
from provisioning.errors import Forbidden, HandoverNotYours, RequestInvalid, WrongState
from provisioning.front_desk import SYSTEM
from provisioning.isps import Principal, Role
from provisioning.orders import OrderRequest, OrderState, Reason
from provisioning.quote_errors import QuoteOver, QuoteUnfit, UnknownQuote
from provisioning.quote_price import price_quote
from provisioning.quotes import Quote, QuoteState
from provisioning.quoting import QuoteRequest, look_at_quotes
from provisioning.wanted import StrandsWanted
from tests.web_town import BUSINESS, HOME, NO_NTE, Town, small_town

ANNA = Principal("anna", Role.ISP_ADMIN, "alpha")
BERT = Principal("bert", Role.ISP_ADMIN, "beta")
AXEL = Principal("axel", Role.AUDITOR, "alpha")
ASKED = OrderRequest("access-eline", BUSINESS, "alpha-quay", 500, 12)


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine)


def ask(town: Town, request: OrderRequest = ASKED, who: Principal = ANNA, *, at_once: bool = True) -> Quote:
    return front_desk.ask_quote(town.tools, who, QuoteRequest({"1": request}, at_once=at_once))


def dearer(catalogue: Catalogue) -> Catalogue:
    """The same list with every Access E-Line at double the price, under another version."""
    products = tuple(
        replace(
            product,
            offers=tuple(
                replace(offer, monthly_pence_by_term={t: 2 * p for t, p in offer.monthly_pence_by_term.items()})
                for offer in product.offers
            ),
        )
        for product in catalogue.products
    )
    return replace(catalogue, products=products, version="2026-12", digest="other", text="other")


def order(town: Town, request: OrderRequest, key: str = "k", who: Principal = ANNA) -> None:
    front_desk.place_order(town.tools, who, request, idempotency_key=key)


def test_an_order_that_cites_a_quote_pays_its_price_after_the_list_has_changed(town: Town) -> None:
    quote = ask(town)
    town.tools = replace(town.tools, catalogues=Catalogues((dearer(load_catalogue()),), (load_catalogue(),)))
    plain, _ = front_desk.place_order(town.tools, ANNA, replace(ASKED, uprn=HOME), idempotency_key="plain")
    cited, _ = front_desk.place_order(
        town.tools, ANNA, replace(ASKED, quote_id=quote.id, reference="floor 3"), idempotency_key="cited"
    )
    assert (cited.monthly_pence, plain.monthly_pence) == (3900, 7800)
    assert cited.catalogue_version == quote.items[0].price.version if quote.items[0].price else False
    assert front_desk.quote(town.tools, ANNA, quote.id).state is QuoteState.ACCEPTED
    with town.tools.open_unit_of_work(reading=True) as work:
        last = work.changes.of(ChangeKind.QUOTE, quote.id)[-1]
    assert (last.was, last.now, last.why) == ("approved.orderable", "accepted", f"ordered: {cited.id}")


def test_an_order_for_anything_else_than_what_was_quoted_is_refused_and_leaves_the_quote(town: Town) -> None:
    quote = ask(town)
    for other in ({"bandwidth_mbps": 1000}, {"term_months": 36}, {"uprn": HOME}):
        with pytest.raises(QuoteUnfit):
            order(town, replace(ASKED, quote_id=quote.id, **other))  # type: ignore[arg-type]  # one field of several types
    assert front_desk.quote(town.tools, ANNA, quote.id).state is QuoteState.ORDERABLE
    assert front_desk.orders(town.tools, ANNA).orders == ()


def test_a_quote_that_is_over_rejected_unanswered_or_anothers_orders_nothing(town: Town) -> None:
    rejected, waiting, expiring = ask(town), ask(town, at_once=False), ask(town)
    front_desk.reject_quote(town.tools, ANNA, rejected.id)
    for quote in (rejected, waiting):
        with pytest.raises(QuoteOver):
            order(town, replace(ASKED, quote_id=quote.id))
    with pytest.raises(UnknownQuote):
        order(town, replace(ASKED, handover="beta-quay", quote_id=expiring.id), who=BERT)
    town.clock.at += timedelta(days=30)
    with pytest.raises(QuoteOver, match="is expired"):
        order(town, replace(ASKED, quote_id=expiring.id))


def test_a_quote_is_ordered_by_once_until_that_order_comes_to_nothing(town: Town) -> None:
    quote = ask(town)
    cited = replace(ASKED, quote_id=quote.id)
    order(town, cited)
    order(town, cited)  # the same key: the same order
    with pytest.raises(QuoteOver, match="is ordered already"):
        order(town, cited, "another")
    assert len(front_desk.orders(town.tools, ANNA).orders) == 1

    [first] = front_desk.orders(town.tools, ANNA).orders
    with town.tools.open_unit_of_work() as work:
        work.orders.set_state(first.id, OrderState.CANCELLED)
        work.commit()
    order(town, cited, "another")
    assert len(front_desk.orders(town.tools, ANNA).orders) == 2


def test_a_quote_says_what_it_was_reckoned_from_and_its_way_only_to_the_operator(town: Town) -> None:
    quote = ask(town)
    [item] = front_desk.quote(town.tools, SYSTEM, quote.id).items
    assert item.price is not None
    assert (item.price.route, item.price.length_m) == (("mill-nte-1", "quay-mill"), 2440.0)
    assert item.price.inventory_revision == town.tools.load_snapshot().revision > 0
    [mine] = quote.items
    assert mine.price is not None
    assert (mine.price.route, mine.price.length_m) == ((), 2440.0)


HIDDEN: dict[str, Callable[[Town, str], object]] = {
    "read": lambda town, key: front_desk.quote(town.tools, BERT, key),
    "history": lambda town, key: front_desk.quote_history(town.tools, BERT, key),
    "cancel": lambda town, key: front_desk.cancel_quote(town.tools, BERT, key),
    "reject": lambda town, key: front_desk.reject_quote(town.tools, BERT, key),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_another_isps_quote_does_not_exist(town: Town, name: str) -> None:
    key = ask(town).id
    with pytest.raises(UnknownQuote):
        HIDDEN[name](town, key)


def test_lists_hold_ones_own_and_the_operators_hold_all(town: Town) -> None:
    mine, theirs = ask(town), ask(town, replace(ASKED, handover="beta-quay"), BERT)
    assert [each.id for each in front_desk.quotes(town.tools, ANNA).quotes] == [mine.id]
    assert {each.id for each in front_desk.quotes(town.tools, SYSTEM).quotes} == {mine.id, theirs.id}
    first = front_desk.quotes(town.tools, SYSTEM, limit=1)
    assert [each.id for each in front_desk.quotes(town.tools, SYSTEM, cursor=first.next_cursor).quotes] == [mine.id]


def test_who_may_only_read_asks_for_nothing_and_nobody_for_anothers_handover(town: Town) -> None:
    with pytest.raises(Forbidden):
        ask(town, who=AXEL)
    with pytest.raises(HandoverNotYours):
        ask(town, replace(ASKED, handover="beta-quay"))
    with pytest.raises(RequestInvalid):
        front_desk.ask_quote(town.tools, ANNA, QuoteRequest({}))
    with pytest.raises(RequestInvalid):
        front_desk.ask_quote(town.tools, SYSTEM, QuoteRequest({"1": ASKED}))


def test_what_a_round_answers_twice_is_answered_once(town: Town) -> None:
    quote = ask(town, at_once=False)
    assert look_at_quotes(town.tools) == (quote.id,)
    assert look_at_quotes(town.tools) == ()
    with pytest.raises(WrongState):
        front_desk.cancel_quote(town.tools, ANNA, quote.id)


def _permuted(names: dict[str, str]) -> Snapshot:
    """The town with the ISPs' names exchanged, their handovers' owners among them."""
    town = small_town()
    handovers = tuple(replace(each, isp_code=names[each.isp_code]) for each in town.handovers)
    return Snapshot(replace(town, handovers=handovers), revision=7)


SWAPPED = {"alpha": "beta", "beta": "alpha"}
SAME = {"alpha": "alpha", "beta": "beta"}
LISTS = only(load_catalogue())
REASONS = (Reason("nte-missing", "No NTE."),)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    uprn=st.sampled_from([BUSINESS, HOME, NO_NTE]),
    mbps=st.sampled_from([100, 250, 500, 1000, 2500, 10000]),
    term=st.sampled_from([1, 12, 36, 60]),
    handover=st.sampled_from(["alpha-quay", "beta-quay"]),
    reasons=st.sampled_from([(), REASONS]),
    days=st.integers(0, 300),
)
def test_a_price_is_a_function_of_product_route_day_and_list_and_never_of_names(
    uprn: str, mbps: int, term: int, handover: str, reasons: tuple[Reason, ...], days: int
) -> None:
    request = OrderRequest("access-eline", uprn, handover, mbps, term, reference="x")
    day = date(2026, 11, 21) + timedelta(days=days)
    first = price_quote(_permuted(SAME), LISTS, request, day, reasons)
    assert price_quote(_permuted(SWAPPED), LISTS, request, day, reasons) == first
    assert price_quote(_permuted(SAME), LISTS, replace(request, reference="y", end_customer="z"), day, reasons) == first
    assert first.monthly_pence == LISTS.on(day).product("access-eline").monthly_pence(mbps, term)
    assert bool(first.build) is bool(reasons)


def test_strands_cost_by_the_route_that_is_built_whoever_is_on_it(town: Town) -> None:
    wanted = StrandsWanted("dx-quay", "dxp-mill", town.reserve("cable-1:9").window)
    request = OrderRequest(load_catalogue().strand_products[0].code, "", "", 0, 12, wanted=wanted)
    before = ask(town, request)
    town.reserve("cable-1:1", "cable-1:2", "cable-1:3")
    again = ask(town, request)
    assert before.items == again.items
    assert before.items[0].price is not None
    assert before.items[0].price.length_m >= 2300
