"""The parts that several APIs of the standard share: addresses, people, money, durations, references, registrations."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from web.api.fields import Moment
from web.sonata.payload import Payload, SomeText, Text

COUNTRY = "GB"  # ISO 3166-1 alpha-2
UPRN = "UPRN"
"""`externalReferenceType` of a Unique Property Reference Number."""
INSTALL_LOCATION = "INSTALL_LOCATION"
"""The role of the place a product is delivered at (MEF 106)."""


class SubUnit(Payload):
    """MEFSubUnit of the standard."""

    sub_unit_number: Text
    sub_unit_type: Text


class SubAddress(Payload):
    """GeographicSubAddress of the standard."""

    building_name: Text | None = None
    sub_unit: list[SubUnit] | None = None
    level_type: Text | None = None
    level_number: Text | None = None
    private_street_number: Text | None = None
    private_street_name: Text | None = None


class Fielded(Payload):
    """What a FieldedAddress holds."""

    country: Text
    city: Text
    street_name: Text
    street_nr: Text | None = None
    street_nr_suffix: Text | None = None
    street_nr_last: Text | None = None
    street_nr_last_suffix: Text | None = None
    street_type: Text | None = None
    street_suffix: Text | None = None
    locality: Text | None = None
    state_or_province: Text | None = None
    postcode: Text | None = None
    postcode_extension: Text | None = None
    geographic_sub_address: SubAddress | None = None


class Formatted(Payload):
    """What a FormattedAddress holds."""

    country: Text
    city: Text
    addr_line1: Text
    addr_line2: Text | None = None
    locality: Text | None = None
    state_or_province: Text | None = None
    postcode: Text | None = None
    postcode_extension: Text | None = None


class Label(Payload):
    """What a GeographicAddressLabel holds: a name in somebody's register, here that of UPRNs."""

    external_reference_id: Text
    external_reference_type: Text


class Point(Payload):
    """What a MEFGeographicPoint holds. `spatial_ref` is an EPSG code."""

    spatial_ref: Text
    x: Text
    y: Text
    z: Text | None = None


class Ref(Payload):
    """A reference: the id counts, the address is only shown."""

    id: Text
    href: Text | None = None


class Placed(Payload):
    """What every related place has: its role."""

    role: Text
    schema_location: Text | None = None


class FieldedPlace(Fielded, Placed):
    """FieldedAddress, as a place of a product."""

    type: Literal["FieldedAddress"]


class FormattedPlace(Formatted, Placed):
    """FormattedAddress, as a place of a product."""

    type: Literal["FormattedAddress"]


class LabelPlace(Label, Placed):
    """GeographicAddressLabel, as a place of a product."""

    type: Literal["GeographicAddressLabel"]


class PointPlace(Point, Placed):
    """MEFGeographicPoint, as a place of a product."""

    type: Literal["MEFGeographicPoint"]


class AddressRefPlace(Ref, Placed):
    """GeographicAddressRef: the id of one of our addresses, which is its UPRN."""

    type: Literal["GeographicAddressRef"]


class SiteRefPlace(Ref, Placed):
    """GeographicSiteRef: the id of one of our sites, which is its code."""

    type: Literal["GeographicSiteRef"]


type RelatedPlace = Annotated[
    FieldedPlace | FormattedPlace | LabelPlace | PointPlace | AddressRefPlace | SiteRefPlace,
    Field(discriminator="type"),
]


class PostalAddress(Fielded):
    """FieldedAddress of a person; the standard's common part demands a role of it in some APIs."""

    type: Literal["FieldedAddress"] = "FieldedAddress"
    role: Text | None = None


class Contact(Payload):
    """RelatedContactInformation of the standard."""

    name: Text
    email_address: Text
    number: Text
    role: Text
    number_extension: Text | None = None
    organization: Text | None = None
    postal_address: PostalAddress | None = None


class Side(StrEnum):
    """Who said it."""

    BUYER = "buyer"
    SELLER = "seller"


class Note(Payload):
    """Note of the standard."""

    id: Text
    author: Text
    date: Moment
    source: Side
    text: Text


class TimeUnit(StrEnum):
    """Units of a duration."""

    CALENDAR_MONTHS = "calendarMonths"
    CALENDAR_DAYS = "calendarDays"
    CALENDAR_HOURS = "calendarHours"
    CALENDAR_MINUTES = "calendarMinutes"
    BUSINESS_DAYS = "businessDays"
    BUSINESS_HOURS = "businessHours"
    BUSINESS_MINUTES = "businessMinutes"


class Duration(Payload):
    """Duration of the standard."""

    amount: int
    units: TimeUnit


class EndOfTerm(StrEnum):
    """What happens when a term ends. We let it roll month by month."""

    ROLL = "roll"
    AUTO_DISCONNECT = "autoDisconnect"
    AUTO_RENEW = "autoRenew"


class ItemTerm(Payload):
    """MEFItemTerm of the standard."""

    name: Text
    duration: Duration
    end_of_term_action: EndOfTerm
    description: Text | None = None
    roll_interval: Duration | None = None


def term_of(months: int) -> ItemTerm:
    """Our terms: so many months, then on by the month."""
    month = Duration(amount=1, units=TimeUnit.CALENDAR_MONTHS)
    return ItemTerm(
        name=f"{months} months",
        duration=Duration(amount=months, units=TimeUnit.CALENDAR_MONTHS),
        end_of_term_action=EndOfTerm.ROLL,
        roll_interval=month,
    )


class Money(Payload):
    """An amount: `unit` is ISO 4217, `value` in pounds with two decimals."""

    unit: Text
    value: float


class Price(Payload):
    """Price of the standard; we say what it is without VAT."""

    duty_free_amount: Money


class PriceType(StrEnum):
    """How often it is due."""

    RECURRING = "recurring"
    NON_RECURRING = "nonRecurring"


class ChargePeriod(StrEnum):
    """What a recurring price is for; ours are for a month."""

    MONTH = "month"


class PriceTold(Payload):
    """QuotePrice and MEFProductPrice of the standard."""

    name: Text
    price: Price
    price_type: PriceType
    recurring_charge_period: ChargePeriod | None = None
    description: Text | None = None
    unit_of_measure: Text | None = None


def pounds(pence: int) -> Price:
    """Pence as the standard's Price."""
    return Price(duty_free_amount=Money(unit="GBP", value=round(pence / 100, 2)))


def monthly_price(pence: int, name: str = "monthly rental") -> PriceTold:
    """A price for every month, in pence."""
    return PriceTold(
        name=name,
        price=pounds(pence),
        price_type=PriceType.RECURRING,
        recurring_charge_period=ChargePeriod.MONTH,
    )


def one_off_price(pence: int, name: str) -> PriceTold:
    """A price that is due once, in pence."""
    return PriceTold(name=name, price=pounds(pence), price_type=PriceType.NON_RECURRING)


class ProductAction(StrEnum):
    """What an item asks for."""

    ADD = "add"
    MODIFY = "modify"
    DELETE = "delete"


class ProductRelationship(Payload):
    """ProductRelationshipWithGrouping of the standard: another product of ours, such as the handover."""

    relationship_type: Text
    id: Text
    href: Text | None = None
    grouping_key: Text | None = None


class ItemRelationship(Payload):
    """A relationship to another item of the same request."""

    relationship_type: Text
    id: Text


class TerminationError(Payload):
    """Why an item was ended, in the words of Error422."""

    code: Text
    property_path: Text | None = None
    value: SomeText | None = None
