"""What API requests carry: bodies and queries, strict."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic.config import JsonDict, JsonValue

from provisioning.orders import OrderRequest, OrderState
from provisioning.qualification import QualificationRequest
from provisioning.services import ServiceState
from provisioning.wanted import Wanted
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
)
from web.api.plant.fields import DayInBody
from web.api.products import CrossConnectBody, ELineBody, SiteHostingBody, SsidBody, SsidRealmBody
from web.api.strands import StrandsBody


class QualificationBody(Asked):
    """What to qualify: one product at one UPRN, perhaps at one bandwidth and towards one handover."""

    product: Name
    uprn: Uprn = Field(description="Unique Property Reference Number, 1 to 12 digits without leading zeros")
    bandwidth_mbps: Mbps | None = Field(None, description="Mbit/s; every speed of the product where left out")
    handover: Name | None = None
    z_uprn: Uprn | None = Field(None, description="the other end, where the product is an E-Line")

    def noun(self) -> QualificationRequest:
        return QualificationRequest(self.product, self.uprn, self.bandwidth_mbps, self.handover, self.z_uprn)


CIRCUIT_FIELDS = ("uprn", "handover", "bandwidth_mbps")


_NEEDS = "a circuit needs all three, and every other product the field of its kind, such as `strands` or `ssid_realm`"

PLACES_OF: Mapping[str, tuple[str, ...]] = {
    "strands": (),
    "e_line": ("uprn", "bandwidth_mbps"),
    "cross_connect": (),
    "ssid": ("handover",),
    "ssid_realm": ("handover",),
    "site_hosting": (),
}
"""Which of a circuit's fields an order for another product must have too, by the field that names the product."""


_MAY_HAVE: Mapping[str, tuple[str, ...]] = {"site_hosting": ("handover",)}
"""Which it may have besides: a site's handover is that of its backhaul."""


def _shape(wanted: str | None) -> JsonDict:
    """What OpenAPI says of an order for one kind of product: what it has, and what it has not."""
    has = CIRCUIT_FIELDS if wanted is None else PLACES_OF[wanted]
    not_has = [
        name
        for name in (*CIRCUIT_FIELDS, *PLACES_OF)
        if name != wanted and name not in (*has, *_MAY_HAVE.get(wanted or "", ()))
    ]
    required: list[JsonValue] = [*has, *([] if wanted is None else [wanted])]
    barred: list[JsonValue] = [{"required": [name]} for name in not_has]
    return {"required": required, "not": {"anyOf": barred}}


class OrderBody(Asked):
    """What to order: a circuit (`uprn`, `handover`, `bandwidth_mbps`), or what one of the other fields asks for.

    An E-Line has `uprn`, `bandwidth_mbps` and `e_line`, a hosted SSID `handover` and `ssid`, a realm on a shared one
    `handover` and `ssid_realm`; site hosting may have a
    `handover`, for a backhaul to there. Nothing else has any of a circuit's fields. The operator names the ISP it
    orders for; an ISP leaves `isp_code` out.
    """

    model_config = ConfigDict(json_schema_extra={"oneOf": [_shape(None), *map(_shape, PLACES_OF)]})

    product: Name
    uprn: Uprn = Field("", description="Unique Property Reference Number, 1 to 12 digits without leading zeros")
    handover: Name = Field("", description="code of the handover the traffic is given over at")
    bandwidth_mbps: Mbps = Field(0, description="Mbit/s, one of the product's speeds")
    strands: StrandsBody | None = Field(None, description="a pair of strands, where the product is strands")
    e_line: ELineBody | None = Field(None, description="the far end, where the product is an E-Line")
    cross_connect: CrossConnectBody | None = Field(None, description="both ends, where the product is a cross-connect")
    ssid: SsidBody | None = Field(None, description="the SSID, where the product is a hosted SSID")
    ssid_realm: SsidRealmBody | None = Field(None, description="the realm, where it is to be on a shared SSID")
    site_hosting: SiteHostingBody | None = Field(None, description="place and equipment, where it is site hosting")
    term_months: Months = Field(description="months, one of the product's terms")
    reference: ShortText = Field("", description="the ISP's own words, at most 64 characters")
    takes_over: ShortText = Field("", description="access line id of the line whose service this one replaces")
    quote_id: ShortText = Field("", description="id of the quote whose price is meant")
    start: DayInBody | None = Field(None, description="first day it is wanted; as soon as it can be where left out")
    stop: DayInBody | None = Field(None, description="last day; until further notice where left out")
    end_customer: ShortText = Field("", description="your own word for your subscriber")
    isp_code: Name | None = None

    @model_validator(mode="after")
    def _is_for_one_product(self) -> Self:
        kinds = [name for name in PLACES_OF if name in self.model_fields_set]
        if len(kinds) > 1 or any(getattr(self, name) is None for name in kinds):
            raise ValueError(f"an order is for one product, and names {', '.join(kinds)}")
        wanted = kinds[0] if kinds else None
        has = CIRCUIT_FIELDS if wanted is None else PLACES_OF[wanted]
        given = [name for name in CIRCUIT_FIELDS if name in self.model_fields_set]
        surplus = [name for name in given if name not in (*has, *_MAY_HAVE.get(wanted or "", ()))]
        if surplus:
            raise ValueError(f"an order for {wanted} has no {', '.join(surplus)}")
        missing = [name for name in has if name not in given]
        if missing:
            raise ValueError(f"{', '.join(missing)} missing: {_NEEDS if wanted is None else f'{wanted} needs it'}")
        return self

    def wanted(self, sealed_passphrase: str = "") -> Wanted | None:
        """What is asked for of another product than a circuit. Raises: DatesReversed, RequestInvalid."""
        if self.ssid is not None:
            return self.ssid.noun(sealed_passphrase)
        others = (self.strands, self.e_line, self.cross_connect, self.ssid_realm, self.site_hosting)
        found = next((one for one in others if one), None)
        return None if found is None else found.noun()

    def noun(self, sealed_passphrase: str = "") -> OrderRequest:
        """Raises: DatesReversed, RequestInvalid."""
        return OrderRequest(
            self.product,
            self.uprn,
            self.handover,
            self.bandwidth_mbps,
            self.term_months,
            self.reference,
            self.wanted(sealed_passphrase),
            start=self.start,
            stop=self.stop,
            takes_over=self.takes_over,
            quote_id=self.quote_id,
            end_customer=self.end_customer,
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
