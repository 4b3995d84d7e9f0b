"""Orders that cite a quote: they get its price while it holds, and the first of them accepts it."""

from dataclasses import replace
from datetime import datetime

from provisioning.orders import ENDED, OrderRequest, OrderState
from provisioning.quote_errors import QuoteOver, QuoteUnfit, UnknownQuote
from provisioning.quotes import ORDERABLE, QuotedPrice, QuoteState
from provisioning.store.work import UnitOfWork

CAME_TO_NOTHING = ENDED - {OrderState.COMPLETED}


def quoted_price(work: UnitOfWork, isp_code: str, request: OrderRequest, now: datetime) -> QuotedPrice:
    """The price of the quote that an order cites: it is its ISP's, still holds, and is for exactly this.

    Raises: UnknownQuote, QuoteOver, QuoteUnfit.
    """
    cited = work.quotes.get(request.quote_id)
    if cited.isp_code != isp_code:
        raise UnknownQuote(request.quote_id)
    is_over = cited.valid_until is None or cited.valid_until <= now
    # One order of several cites the quote after another took it: what was accepted may still be ordered item by item.
    if is_over or cited.state not in ORDERABLE | {QuoteState.ACCEPTED}:
        state = QuoteState.EXPIRED if is_over and cited.state in ORDERABLE else cited.state
        raise QuoteOver(cited.id, state, cited.valid_until)
    for item in cited.items:
        if item.price is not None and as_quoted(item.request) == as_quoted(request):
            return item.price
    raise QuoteUnfit(cited.id)


def accept_quote(work: UnitOfWork, quote_id: str, order_id: str) -> None:
    """Say that somebody ordered by it, in the transaction that has just kept the order.

    The first order accepts the quote. Each of its items is ordered once: what did not come to anything counts not.

    Raises: QuoteOver, where another order has it.
    """
    cited = work.quotes.lock(quote_id)
    asked = as_quoted(work.orders.get(order_id).request)
    orders = work.orders.citing(quote_id, cited.isp_code, cited.created_at)
    ordered = sum(as_quoted(one.request) == asked for one in orders if one.state not in CAME_TO_NOTHING)
    if ordered > sum(as_quoted(item.request) == asked for item in cited.items):
        raise QuoteOver(quote_id, "ordered already", None)
    if cited.state is not QuoteState.ACCEPTED:
        work.quotes.set_state(quote_id, QuoteState.ACCEPTED, f"ordered: {order_id}")


def as_quoted(request: OrderRequest) -> OrderRequest:
    """What of a request its price depends on, so that two of them can be compared."""
    return replace(request, reference="", end_customer="", quote_id="", takes_over="", start=None, stop=None)
