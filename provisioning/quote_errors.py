"""Why a quote or a kept qualification cannot be had or used.

ProvisioningError
├── NotFound
│   ├── UnknownQuote
│   └── UnknownQualification
├── QuoteUnfit                an order cites a quote that is for something else
└── QuoteOver                 an order cites a quote that holds no more, or never did
"""

from datetime import datetime

from provisioning.errors import NotFound, ProvisioningError


class UnknownQuote(NotFound):
    """No quote has that id, or it is another ISP's."""

    code = "unknown-quote"
    kind = "quote"
    next_step = "Check the id, or list your quotes."


class UnknownQualification(NotFound):
    """No kept qualification has that id, or it is another ISP's."""

    code = "unknown-qualification"
    kind = "qualification"
    next_step = "Check the id, or list your qualifications."


class QuoteUnfit(ProvisioningError):
    """The quote is for something else than is ordered."""

    code = "quote-unfit"
    next_step = "Order exactly what was quoted, or ask for a new quote."

    def __init__(self, quote_id: str) -> None:
        self.quote_id = quote_id
        super().__init__(f"Quote {quote_id} is for something else than this order.", quote_id=quote_id)


class QuoteOver(ProvisioningError):
    """The quote cannot be ordered by: it expired, was rejected, was ordered by already, or never offered a price."""

    code = "quote-over"
    next_step = "Ask for a new quote."

    def __init__(self, quote_id: str, state: str, valid_until: datetime | None) -> None:
        self.quote_id = quote_id
        self.state = state
        until = "" if valid_until is None else f" (it held until {valid_until.isoformat(timespec='minutes')})"
        super().__init__(f"Quote {quote_id} is {state}{until}.", quote_id=quote_id, state=state)
