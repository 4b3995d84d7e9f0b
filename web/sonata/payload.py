"""What every body of the Sonata face is made from: the standard's names outside, ours inside.

A field named `external_id` is `externalId` on the wire. What comes in is checked strictly by the
wire's names alone, and a name the standard does not know is refused rather than dropped.
"""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from web.api.fields import PRINTABLE, Moment, digits_only

LONGEST = 255
IRREGULAR: Mapping[str, str] = {"type": "@type", "schema_location": "@schemaLocation"}
"""Names of the standard that are not ours in camel case."""


def wire_name(name: str) -> str:
    """The standard's name of a field of ours."""
    return IRREGULAR.get(name) or to_camel(name).replace("edPoq", "edPOQ")


type Text = Annotated[str, StringConstraints(pattern=PRINTABLE, min_length=1, max_length=LONGEST)]
"""One printable line."""
type SomeText = Annotated[str, StringConstraints(pattern=PRINTABLE, max_length=LONGEST)]
"""The same, or nothing."""


class Payload(BaseModel):
    """One object of the standard that we support, frozen."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=wire_name, validate_by_name=True, validate_by_alias=True
    )

    @classmethod
    def received(cls, body: bytes) -> Self:
        """Read a request's body. Raises: pydantic.ValidationError."""
        return cls.model_validate_json(body, strict=True, by_alias=True, by_name=False)

    def wire(self) -> bytes:
        """As it is sent: what is not known is left out."""
        return self.model_dump_json(by_alias=True, exclude_none=True).encode()


class SonataQuery(BaseModel):
    """What stands behind the question mark; every operation takes who buys and who sells."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=wire_name, validate_by_name=True, validate_by_alias=True
    )

    buyer_id: Text | None = None
    seller_id: Text | None = None


MOST_PER_ANSWER = 100
"""Elements of a list in one answer; the standard lets the Seller choose (MEF 87 section 7.1.1)."""


def _instant(text: object) -> object:
    """A `+` in a query string arrives as a space where nobody escaped it."""
    return text.replace(" ", "+") if isinstance(text, str) and "T" in text else text


type QueryMoment = Annotated[Moment, BeforeValidator(_instant)]
type Offset = Annotated[int, Field(ge=0, le=1_000_000_000), BeforeValidator(digits_only)]
type Limit = Annotated[int, Field(ge=0, le=1_000_000_000), BeforeValidator(digits_only)]


class PageQuery(SonataQuery):
    """A list's query: where to begin, and how many at most."""

    offset: Offset = 0
    limit: Limit = MOST_PER_ANSWER

    @property
    def at_most(self) -> int:
        """How many are given: what was asked for, or the most we give."""
        return min(self.limit, MOST_PER_ANSWER)
