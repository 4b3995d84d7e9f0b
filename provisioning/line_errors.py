"""Why a line cannot be shown, changed or moved.

ProvisioningError
├── NotFound
│   ├── UnknownLine           no such line, or not one that you may know of
│   └── UnknownLineMove       no such job of moves
├── RequestInvalid
│   ├── AccessLineIdInvalid   not an access line id, or misread
│   └── PlanFileInvalid       a line of a plan file cannot be read
├── NothingToModify           the service has that speed and term already
├── LineNotMatched            no live line has that access line id at that UPRN
├── LineBusy                  an order of its present service is at work on it
├── LineIsYours               the line is served by the same ISP already
└── NotModifiable             what is sold there is changed otherwise
"""

from inventory.counted import counted
from inventory.errors import quoted
from provisioning.errors import NotFound, ProvisioningError, RequestInvalid


class UnknownLine(NotFound):
    """Nobody has that line, as far as whoever asks may know."""

    code = "unknown-line"
    kind = "line"
    next_step = "Compare the access line id with `neutralhost line list`, or ask by the service's id."


class UnknownLineMove(NotFound):
    """There is no such job."""

    code = "unknown-line-move"
    kind = "job of moves"
    next_step = "See `neutralhost line moves`."


class AccessLineIdInvalid(RequestInvalid):
    """Not an access line id, or one with a digit misread."""

    code = "access-line-id-invalid"
    next_step = "Read it again, digit by digit."

    def __init__(self, text: str, why: str) -> None:
        self.text = text
        super().__init__("access_line_id", f"{quoted(text)} is not one: {why}")


class PlanFileInvalid(RequestInvalid):
    """One row of a plan file cannot be read. `row` counts from 1, the heading included."""

    code = "plan-file-invalid"
    next_step = "Correct that row; the columns are access_line_id, isp, handover, product, bandwidth_mbps."

    def __init__(self, row: int, why: str) -> None:
        self.row = row
        super().__init__("plan", f"row {row}: {why}")


class NothingToModify(ProvisioningError):
    """The service has that bandwidth and term already."""

    code = "nothing-to-modify"
    next_step = "Name another bandwidth or another term."

    def __init__(self, service_id: str, bandwidth_mbps: int, term_months: int) -> None:
        self.service_id = service_id
        super().__init__(
            f"Service {service_id} has {bandwidth_mbps} Mbit/s for {counted(term_months, 'month')} already.",
            service_id=service_id,
            bandwidth_mbps=bandwidth_mbps,
            term_months=term_months,
        )


class NotModifiable(ProvisioningError):
    """What is to be changed is not what a service of this kind has."""

    code = "not-modifiable"
    next_step = (
        "A circuit has bandwidth and term; a hosted SSID its name, area, security and passphrase."
        " Else order a new service and cease this one."
    )

    def __init__(self, service_id: str, product: str) -> None:
        self.service_id = service_id
        super().__init__(
            f"Service {service_id} is {product}, which has nothing of that to change.",
            service_id=service_id,
            product=product,
        )


class LineNotMatched(ProvisioningError):
    """No live line has that access line id at that UPRN. Whether one of both exists is not said."""

    code = "line-not-matched"
    next_step = "Ask the subscriber for the access line id on the NTE or the bill, and for the address."

    def __init__(self, access_line_id: str, uprn: str = "") -> None:
        self.access_line_id = access_line_id
        self.uprn = uprn
        there = f" at UPRN {uprn}" if uprn else ""
        super().__init__(
            f"No live line has access line id {access_line_id}{there}.",
            access_line_id=access_line_id,
            uprn=uprn,
        )


class LineBusy(ProvisioningError):
    """An order is at work on the line: it says of neither whose nor what."""

    code = "line-busy"
    next_step = "Order again when it is done; that takes minutes, unless a person has to decide."

    def __init__(self, access_line_id: str) -> None:
        self.access_line_id = access_line_id
        super().__init__(f"Another order is at work on line {access_line_id} just now.", access_line_id=access_line_id)


class LineIsYours(ProvisioningError):
    """The line is served by the ISP that would take it over."""

    code = "line-is-yours"
    next_step = "Modify the service that is there: `neutralhost service modify`."

    def __init__(self, access_line_id: str, service_id: str) -> None:
        self.access_line_id = access_line_id
        self.service_id = service_id
        super().__init__(
            f"Line {access_line_id} is the same ISP's already, as service {service_id}.",
            access_line_id=access_line_id,
            service_id=service_id,
        )
