"""geographicAddressManagement v7 (MEF 121): is this an address we know, and which premises is it?

The id of one of our addresses is its UPRN. Nothing is kept: asking changes nothing.
"""

from enum import StrEnum
from typing import Annotated, Literal, cast

from pydantic import Field

from inventory.premises import Premises
from inventory.snapshot import Snapshot
from provisioning.policy import Action
from web.sonata.common import COUNTRY, UPRN, Fielded, Formatted, Label, Point
from web.sonata.matching import Match, at_point, by_words, premises_of_label
from web.sonata.operation import CREATES, READS_ONE, SonataAnswer, SonataApi, SonataCall, SonataOperation
from web.sonata.payload import Payload, Text

SUBMITTED = "/submittedGeographicAddress"


class _Address(Payload):
    """What every GeographicAddress may have."""

    id: Text | None = None
    href: Text | None = None
    schema_location: Text | None = None
    has_public_site: bool | None = None
    allows_new_site: bool | None = None


class FieldedAddress(Fielded, _Address):
    """FieldedAddress of the standard."""

    type: Literal["FieldedAddress"] = "FieldedAddress"


class FormattedAddress(Formatted, _Address):
    """FormattedAddress of the standard."""

    type: Literal["FormattedAddress"] = "FormattedAddress"
    associated_geographic_address: FieldedAddress | None = None


class AddressLabel(Label, _Address):
    """GeographicAddressLabel of the standard; ours carry the UPRN."""

    type: Literal["GeographicAddressLabel"] = "GeographicAddressLabel"
    associated_geographic_address: FieldedAddress | None = None


class AddressPoint(Point, _Address):
    """MEFGeographicPoint of the standard."""

    type: Literal["MEFGeographicPoint"] = "MEFGeographicPoint"
    associated_geographic_address: FieldedAddress | None = None


type Address = Annotated[FieldedAddress | FormattedAddress | AddressLabel | AddressPoint, Field(discriminator="type")]


class ValidationCreate(Payload):
    """GeographicAddressValidation_Create of the standard."""

    provide_alternative: bool
    submitted_geographic_address: Address


class ValidationResult(StrEnum):
    """MEFValidationResultType of the standard."""

    SUCCESS = "success"
    PARTIAL = "partial"
    FAIL = "fail"


class Validation(ValidationCreate):
    """GeographicAddressValidation of the standard."""

    validation_result: ValidationResult
    best_match_geographic_address: AddressLabel | None = None
    alternate_geographic_address: list[AddressLabel] | None = None


def validate(call: SonataCall) -> SonataAnswer:
    """Say whether we know the address: one premises (success), several or only nearly (partial), or none (fail)."""
    body = cast("ValidationCreate", call.body)
    match = _match(call.tools.load_snapshot(), body.submitted_geographic_address)
    alternates = [told(each) for each in match.others] if body.provide_alternative and match.others else None
    return SonataAnswer(
        Validation(
            provide_alternative=body.provide_alternative,
            submitted_geographic_address=body.submitted_geographic_address,
            validation_result=_result(match),
            best_match_geographic_address=None if match.best is None else told(match.best),
            alternate_geographic_address=alternates,
        )
    )


def _result(match: Match) -> ValidationResult:
    if match.best is None:
        return ValidationResult.FAIL
    return ValidationResult.SUCCESS if match.exact else ValidationResult.PARTIAL


def _match(snapshot: Snapshot, address: Fielded | Formatted | Label | Point) -> Match:
    """The premises an address means.

    Raises: PayloadRefused, for a label of another register or a point in a system we do not know.
    """
    if isinstance(address, Label):
        return Match(premises_of_label(snapshot, address, SUBMITTED), exact=True)
    if isinstance(address, Point):
        return at_point(snapshot, address, SUBMITTED)
    return by_words(snapshot, address)


def told(premises: Premises) -> AddressLabel:
    """Premises as an address of the standard: their UPRN, with the address in fields beside it."""
    return AddressLabel(
        id=premises.uprn,
        external_reference_id=premises.uprn,
        external_reference_type=UPRN,
        has_public_site=False,
        allows_new_site=premises.serving_place is not None,
        associated_geographic_address=fielded(premises),
    )


def fielded(premises: Premises) -> FieldedAddress:
    """The address in fields, as far as our inventory has them: it holds one line and a postcode."""
    street, _, rest = premises.address.partition(",")
    number, _, name = street.strip().partition(" ")
    has_number = number[:1].isdigit() and bool(name)
    return FieldedAddress(
        country=COUNTRY,
        city=_city(rest),
        locality=rest.strip() or None,
        street_nr=number if has_number else None,
        street_name=name if has_number else street.strip() or premises.uprn,
        postcode=premises.postcode or None,
    )


def _city(rest: str) -> str:
    """The last part of the line; the standard demands a city, and our inventory has no field for it."""
    return rest.rpartition(",")[2].strip() or "unknown"


def retrieve(call: SonataCall) -> SonataAnswer:
    """Raises: UnknownPremises."""
    return SonataAnswer(told(call.tools.load_snapshot().premises_at(call.path["id"])))


ADDRESSES = SonataApi(
    "geographicAddressManagement",
    "v7",
    "serviceability/address/geographicAddressManagement.api.yaml",
    (
        SonataOperation(
            "createGeographicAddressValidation",
            "POST",
            "/geographicAddressValidation",
            "Is this an address we know?",
            validate,
            Validation,
            CREATES,
            body=ValidationCreate,
            action=Action.READ_CATALOGUE,
        ),
        SonataOperation(
            "retrieveGeographicAddress",
            "GET",
            "/geographicAddress/{id}",
            "One address, by its UPRN",
            retrieve,
            AddressLabel,
            READS_ONE,
            action=Action.READ_CATALOGUE,
        ),
    ),
)
