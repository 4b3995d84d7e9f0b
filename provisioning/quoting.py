"""Quotes: the front desk's part. Ask, read, list, cancel, reject; and what an order by one needs.

A quote that was asked for at once is answered at once; another is answered by the next round of a worker. Which
ISP asks decides whose quote it is and whose handover may be named, and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from inventory.confidence import Confidence
from inventory.plant_errors import PlantError
from inventory.snapshot import Snapshot
from provisioning.changes import ChangeKind, StateChange
from provisioning.deeds import acts
from provisioning.errors import RequestInvalid
from provisioning.feasibility import Feasibility, feasibility, nearest_speed
from provisioning.isps import Principal
from provisioning.orders import OrderRequest, Reason
from provisioning.policy import Action, must
from provisioning.quote_errors import UnknownQuote
from provisioning.quote_price import price_quote
from provisioning.quotes import (
    ORDERABLE,
    Quote,
    QuoteItem,
    QuoteItemState,
    QuoteLevel,
    QuotePage,
    QuoteState,
    QuotesWanted,
    state_of_items,
)
from provisioning.references import new_quote_id
from provisioning.request_checks import check_request
from provisioning.rights import LONGEST_REASON, may_see, must_be_text, orders_for
from provisioning.store.work import UnitOfWork
from provisioning.tools import Tools

MOST_ITEMS = 50
LONGEST_ID = 64


@dataclass(frozen=True, slots=True)
class QuoteRequest:
    """What to quote: items by their buyer's own ids, at least one. `sent` is kept to be shown again.

    `at_once` False lets a worker answer it a little later. `alternatives` lets another speed be quoted where the one
    asked for cannot be had.
    """

    items: Mapping[str, OrderRequest]
    level: QuoteLevel = QuoteLevel.FIRM
    at_once: bool = True
    alternatives: bool = False
    external_id: str = ""
    project_id: str = ""
    requested_by_time: datetime | None = None
    sent: Mapping[str, object] = field(default_factory=dict)


@acts("ask for a quote", says=("isp_code",))
def ask_quote(tools: Tools, who: Principal, request: QuoteRequest, *, isp_code: str | None = None) -> Quote:
    """Ask what something would cost. The operator asks for an ISP by `isp_code`.

    Raises:
        Forbidden, UnknownIsp, HandoverNotYours: not for you, or not to there.
        RequestInvalid, UnknownPremises, UnknownThing: a field is wrong.
        UnknownProduct, SpeedNotOffered, TermNotOffered: it is not sold, or not like that.
    """
    must(who, Action.PLACE_ORDERS)
    snapshot = tools.load_snapshot()
    buyer = orders_for(who, isp_code, snapshot)
    _check(tools, snapshot, buyer, request)
    now = tools.now()
    asked = Quote(
        id=new_quote_id(),
        isp_code=buyer,
        state=QuoteState.ACKNOWLEDGED,
        level=request.level,
        items=tuple(QuoteItem(key, each) for key, each in request.items.items()),
        asked_by=who.user_name,
        created_at=now,
        updated_at=now,
        external_id=request.external_id,
        project_id=request.project_id,
        requested_by_time=request.requested_by_time,
        sent=dict(request.sent),
        alternatives=request.alternatives,
    )
    with tools.open_unit_of_work(by=who.user_name) as work:
        work.quotes.add(asked)
        if request.at_once:
            _answer(work, tools, snapshot, asked)
        made = work.quotes.get(asked.id)
        work.commit()
    return shown_to(who, made)


def quote(tools: Tools, who: Principal, quote_id: str) -> Quote:
    """Raises: UnknownQuote, also where it is another ISP's."""
    must(who, Action.READ_ORDERS)
    with tools.open_unit_of_work(reading=True) as work:
        return shown_to(who, _own(work, who, quote_id))


def quote_history(tools: Tools, who: Principal, quote_id: str) -> tuple[StateChange, ...]:
    """Every change of a quote's state, oldest first. Raises: UnknownQuote."""
    must(who, Action.READ_ORDERS)
    with tools.open_unit_of_work(reading=True) as work:
        return work.changes.of(ChangeKind.QUOTE, _own(work, who, quote_id).id)


def quotes(
    tools: Tools, who: Principal, wanted: QuotesWanted | None = None, *, cursor: str | None = None, limit: int = 50
) -> QuotePage:
    """One page of quotes, newest first: an ISP's own; the operator's people see all.

    Raises: CursorInvalid.
    """
    must(who, Action.READ_ORDERS)
    with tools.open_unit_of_work(reading=True) as work:
        page = work.quotes.page(_seen_by(who, wanted), cursor, limit)
    return replace(page, quotes=tuple(shown_to(who, each) for each in page.quotes))


def some_quotes(
    tools: Tools, who: Principal, wanted: QuotesWanted, *, offset: int, limit: int
) -> tuple[tuple[Quote, ...], int]:
    """The same by offset, with how many there are in all."""
    must(who, Action.READ_ORDERS)
    with tools.open_unit_of_work(reading=True) as work:
        found, total = work.quotes.some(_seen_by(who, wanted), offset, limit)
    return tuple(shown_to(who, each) for each in found), total


@acts("cancel a quote", "quote", "quote_id", says=("reason",))
def cancel_quote(tools: Tools, who: Principal, quote_id: str, reason: str = "") -> Quote:
    """Take back what was asked, before it is answered. Raises: Forbidden, UnknownQuote, WrongState, RequestInvalid."""
    return _end(tools, who, quote_id, QuoteState.CANCELLED, reason)


@acts("reject a quote", "quote", "quote_id", says=("reason",))
def reject_quote(tools: Tools, who: Principal, quote_id: str, reason: str = "") -> Quote:
    """Say that a quote is not taken: it is `declined`. Raises: Forbidden, UnknownQuote, WrongState, RequestInvalid."""
    return _end(tools, who, quote_id, QuoteState.DECLINED, reason)


def _end(tools: Tools, who: Principal, quote_id: str, state: QuoteState, reason: str) -> Quote:
    must(who, Action.PLACE_ORDERS)
    must_be_text("reason", reason, LONGEST_REASON, shortest=0)
    with tools.open_unit_of_work(by=who.user_name) as work:
        _own(work, who, quote_id)
        work.quotes.set_state(quote_id, state, reason)
        ended = work.quotes.get(quote_id)
        work.commit()
    return shown_to(who, ended)


def look_at_quotes(tools: Tools) -> tuple[str, ...]:
    """Answer what waits for an answer, and let go of what holds no more: a worker's round. Returns their ids."""
    snapshot = tools.load_snapshot()
    with tools.open_unit_of_work(reading=True) as work:
        waiting, over = work.quotes.unanswered(), work.quotes.over(tools.now())
    for quote_id in waiting:
        with tools.open_unit_of_work() as work:
            asked = work.quotes.get(quote_id)
            if asked.state is QuoteState.ACKNOWLEDGED:
                _answer(work, tools, snapshot, asked)
                work.commit()
    for quote_id in over:
        with tools.open_unit_of_work() as work:
            if work.quotes.get(quote_id).state in ORDERABLE | {QuoteState.ANSWERED}:
                work.quotes.set_state(quote_id, QuoteState.EXPIRED, "its time is over")
                work.commit()
    return (*waiting, *over)


def _answer(work: UnitOfWork, tools: Tools, snapshot: Snapshot, asked: Quote) -> None:
    items = tuple(
        answered_item(work, tools, snapshot, item, asked.level, alternatives=asked.alternatives) for item in asked.items
    )
    state = state_of_items(item.state for item in items)
    if state is QuoteState.UNABLE_TO_PROVIDE:
        items = tuple(_abandoned(item) for item in items)
    now = tools.now()
    valid_until = None
    if state in ORDERABLE | {QuoteState.ANSWERED}:
        valid_until = now + timedelta(days=tools.settings.quote_valid_days)
    work.quotes.answer(asked.id, items, state, valid_until)


def _abandoned(item: QuoteItem) -> QuoteItem:
    if item.state is QuoteItemState.UNABLE_TO_PROVIDE:
        return item
    return replace(item, state=QuoteItemState.ABANDONED, price=None)


def answered_item(
    work: UnitOfWork, tools: Tools, snapshot: Snapshot, item: QuoteItem, level: QuoteLevel, *, alternatives: bool
) -> QuoteItem:
    """The item with its answer: what it costs, another speed instead, or why it cannot be had."""
    catalogue = tools.catalogue
    found = feasibility(work, snapshot, catalogue, tools, item.request)
    instead = nearest_speed(item.request, found) if alternatives and found.confidence is Confidence.RED else None
    if found.confidence is Confidence.RED and instead is None:
        return replace(item, state=QuoteItemState.UNABLE_TO_PROVIDE, reasons=found.reasons)
    asked = instead or item.request
    try:
        price = price_quote(snapshot, tools.catalogues, asked, tools.now().date(), _build_reasons(found), tools.losses)
    except PlantError as error:
        reason = Reason(error.code, error.sentence, error.next_step)
        return replace(item, state=QuoteItemState.UNABLE_TO_PROVIDE, reasons=(reason,))
    state = QuoteItemState.ORDERABLE if instead is None else QuoteItemState.ORDERABLE_ALTERNATE
    state = QuoteItemState.ANSWERED if level is QuoteLevel.BUDGETARY else state
    other = None if instead is None else item.request.bandwidth_mbps
    return replace(item, request=asked, state=state, price=price, reasons=found.reasons, asked_mbps=other)


def _build_reasons(found: Feasibility) -> Sequence[Reason]:
    return found.reasons if found.confidence is Confidence.YELLOW else ()


def _check(tools: Tools, snapshot: Snapshot, buyer: str, request: QuoteRequest) -> None:
    if not 1 <= len(request.items) <= MOST_ITEMS:
        raise RequestInvalid("items", f"1 to {MOST_ITEMS} items make a quote")
    for name in ("external_id", "project_id"):
        must_be_text(name, getattr(request, name), LONGEST_ID, shortest=0)
    for key, each in request.items.items():
        must_be_text("item id", key, LONGEST_ID)
        check_request(tools, snapshot, buyer, each)


def shown_to(who: Principal, found: Quote) -> Quote:
    """A quote as somebody may read it: which links and chambers the way uses is the operator's to know."""
    if who.is_operator:
        return found
    return replace(
        found,
        items=tuple(
            item if item.price is None else replace(item, price=replace(item.price, route=())) for item in found.items
        ),
    )


def _seen_by(who: Principal, wanted: QuotesWanted | None) -> QuotesWanted:
    wanted = wanted or QuotesWanted()
    return wanted if who.is_operator else replace(wanted, isp_code=who.isp_code)


def _own(work: UnitOfWork, who: Principal, quote_id: str) -> Quote:
    found = work.quotes.get(quote_id)
    if not may_see(who, found.isp_code):
        raise UnknownQuote(quote_id)
    return found
