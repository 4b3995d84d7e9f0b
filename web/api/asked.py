"""What API requests carry: bodies and queries, strict."""

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from provisioning.orders import OrderRequest, OrderState
from provisioning.qualification import QualificationRequest
from provisioning.services import ServiceState
from web.api.fields import (
    Asked,
    AskedInQuery,
    Cursor,
    EventNumber,
    Mbps,
    Months,
    Name,
    PageSize,
    QueryFlag,
    SearchText,
    Sentence,
    ShortText,
    Uprn,
    UserName,
)


class QualificationBody(Asked):
    """What to qualify: one product at one UPRN, perhaps at one bandwidth and towards one handover."""

    product: Name
    uprn: Uprn = Field(description="Unique Property Reference Number, 1 to 12 digits without leading zeros")
    bandwidth_mbps: Mbps | None = Field(None, description="Mbit/s; every speed of the product where left out")
    handover: Name | None = None

    def noun(self) -> QualificationRequest:
        return QualificationRequest(self.product, self.uprn, self.bandwidth_mbps, self.handover)


class OrderBody(Asked):
    """What to order. The operator names the ISP it orders for; an ISP leaves `isp_code` out."""

    product: Name
    uprn: Uprn = Field(description="Unique Property Reference Number, 1 to 12 digits without leading zeros")
    handover: Name = Field(description="code of the handover the traffic is given over at")
    bandwidth_mbps: Mbps = Field(description="Mbit/s, one of the product's speeds")
    term_months: Months = Field(description="months, one of the product's terms")
    reference: ShortText = Field("", description="the ISP's own words, at most 64 characters")
    isp_code: Name | None = None

    def noun(self) -> OrderRequest:
        return OrderRequest(
            self.product, self.uprn, self.handover, self.bandwidth_mbps, self.term_months, self.reference
        )


class Decision(StrEnum):
    """What was decided on an order that waits for approval."""

    APPROVE = "approve"
    DECLINE = "decline"


class ApprovalBody(Asked):
    """A decision. An approval is bound to `digest`, that of the diffs that were read; a decline says why."""

    decision: Decision
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    reason: Sentence | None = None


class AuditBody(Asked):
    """Which services to audit; every delivered one where the list is empty."""

    services: list[Name] = Field(default_factory=list, max_length=1000)


class TokenBody(Asked):
    """A token to make for oneself, or (the operator) for another user."""

    label: Annotated[ShortText, StringConstraints(min_length=1)]
    user_name: UserName | None = None
    expires_at: AwareDatetime | None = Field(None, description="moment it ends, with its zone; never where left out")


class PremisesQuery(AskedInQuery):
    """Which premises to look for: by the beginning of the postcode, by a part of the address, or both."""

    postcode: SearchText | None = None
    q: SearchText | None = Field(None, description="part of the address; case and spaces do not matter")
    limit: PageSize = 50


class OrdersQuery(AskedInQuery):
    """Which orders, newest first."""

    state: OrderState | None = None
    awaiting_approval: QueryFlag | None = None
    cursor: Cursor | None = Field(None, description="`next_cursor` of the page before")
    limit: PageSize = 50


class ServicesQuery(AskedInQuery):
    """Which services, newest first."""

    state: ServiceState | None = None
    cursor: Cursor | None = Field(None, description="`next_cursor` of the page before")
    limit: PageSize = 50


class EventsQuery(AskedInQuery):
    """Which events: those with a number greater than `after`."""

    after: EventNumber = 0
